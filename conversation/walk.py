"""A form with its answers at one moment: what is relevant, what holds, what would be sent."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from xml.etree.ElementTree import Element, SubElement

from conversation.expressions import Scope, expression
from conversation.form import Form, Option, Question

MAX_PASSES = 20


class Walk:
    """Evaluates a form's expressions over the answers given so far, by question name as ODK writes them.

    An answer that is not relevant is kept by the caller but is empty here, and is not submitted.
    """

    def __init__(self, form: Form, answers: Mapping[str, str], now: datetime, seed: bytes = b"") -> None:
        self.form = form
        self._answers = answers
        self._now = now
        self._seed = seed
        self._root = Element("data")
        self._nodes = self._grow()
        self._relevant: dict[str, bool] = {}
        self._settle()

    def _grow(self) -> dict[str, Element]:
        groups: dict[tuple[str, ...], Element] = {(): self._root}
        for question in self.form.questions:
            for depth in range(1, len(question.path) + 1):
                path = question.path[:depth]
                if path not in groups:
                    groups[path] = SubElement(groups[path[:-1]], path[-1])
        return {q.name: SubElement(groups[q.path], q.name) for q in self.form.questions}

    def _settle(self) -> None:
        """Evaluate relevance and calculations until nothing changes: an expression may look ahead."""
        for _ in range(MAX_PASSES):
            changed = False
            for question in self.form.questions:
                relevant = self._is_relevant(question)
                node = self._nodes[question.name]
                text = self._text(question) if relevant else ""
                if (node.text or "") != text or self._relevant.get(question.name) is not relevant:
                    node.text = text
                    self._relevant[question.name] = relevant
                    changed = True
            if not changed:
                return

    def _is_relevant(self, question: Question) -> bool:
        conditions = [group.relevant for group in self.form.groups if question.path[: len(group.path)] == group.path]
        node = self._nodes[question.name]
        return all(expression(one).true(self._scope(node)) for one in (*conditions, question.relevant) if one)

    def _text(self, question: Question) -> str:
        if question.calculation:
            return expression(question.calculation).text(self._scope(self._nodes[question.name]))
        given = self._answers.get(question.name)
        if given is None and question.default:
            return expression(question.default).text(self._scope(self._nodes[question.name]))
        return given or ""

    def _scope(self, node: Element) -> Scope:
        return Scope(root=self._root, node=node, now=self._now, seed=self._seed, label_of=self.label_of)

    def label_of(self, name: str, value: str) -> str:
        """Return the words of an answer: labels for choices, the value itself otherwise."""
        question = self.form.by_name.get(name)
        if question is None or not question.options:
            return value
        labels = {option.value: option.label for option in question.options}
        return "; ".join(labels.get(one, one) for one in value.split())

    def relevant(self, question: Question) -> bool:
        return self._relevant[question.name]

    def value(self, question: Question) -> str:
        return self._nodes[question.name].text or ""

    def holds(self, question: Question) -> bool:
        """Whether the answer given satisfies the question's constraint; an empty one always does."""
        if not question.constraint or not self.value(question):
            return True
        return expression(question.constraint).true(self._scope(self._nodes[question.name]))

    def options(self, question: Question) -> tuple[Option, ...]:
        """Return the options its choice filter leaves."""
        if not question.choice_filter:
            return question.options
        keeps = expression(question.choice_filter)
        return tuple(option for option in question.options if keeps.true(self._scope(_as_item(option))))

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """The relevant questions a person answers, in order."""
        return tuple(q for q in self.form.questions if q.asked and self.relevant(q))

    @cached_property
    def submission(self) -> dict[str, str]:
        """What would be sent: relevant answers and calculations that are not empty."""
        return {
            q.name: self.value(q)
            for q in self.form.questions
            if self.relevant(q) and q.kind != "note" and self.value(q)
        }


def _as_item(option: Option) -> Element:
    item = Element("item")
    for name, text in {"name": option.value, "label": option.label, **option.columns}.items():
        SubElement(item, name).text = text
    return item
