"""A form with its answers at one moment: what is relevant, what holds, what would be sent."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from conversation.expressions import Scope, expression, shuffled
from conversation.form import Form, Group, Option, Path, Question
from conversation.offered import offered
from conversation.plan import MORE, plan_of

MAX_TURNS = 100
Turns = tuple[int, ...]


def key_of(name: str, turns: Turns) -> str:
    """Return the key of an answer: the question's name, and in repeats the turns, the outermost first (`toy#2.1`)."""
    return f"{name}#{'.'.join(map(str, turns))}" if turns else name


@dataclass(frozen=True, slots=True)
class Slot:
    """A question in one turn of each repeat it stands in; turns count from 1."""

    question: Question = field(compare=False)
    turns: Turns = ()
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", key_of(self.question.name, self.turns))


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a group, or one turn of a repeat, begins."""

    group: Group
    turns: Turns = ()


class _Node:
    """A question or group in one turn, and the element that formulas see."""

    __slots__ = ("element", "inside", "member", "parent", "relevant", "turns")

    def __init__(self, member: Question | Group | None, turns: Turns, parent: "_Node | None", element: Element) -> None:
        self.member = member
        self.turns = turns
        self.parent = parent
        self.element = element
        self.relevant = True
        self.inside: dict[str, list[_Node]] = {}


class Walk:
    """Works out a form's formulas over the answers given so far, each by its key, as ODK writes it.

    An answer that is not relevant stays in `answers` but is empty here, and is not submitted. `kept` is what the form
    itself once put in and does not work out again: defaults, once(), triggered calculations; the caller keeps it from
    one walk to the next. `repeats` says how many turns each open repeat has, by its key.
    """

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, str],
        now: datetime,
        seed: bytes = b"",
        *,
        kept: Mapping[str, str] | None = None,
        repeats: Mapping[str, int] | None = None,
    ) -> None:
        self.form = form
        self.plan = plan_of(form)
        self.answers = answers
        self.kept = dict(kept or {})
        self._repeats = repeats or {}
        self._now = now
        self._seed = seed
        self._parents: dict[Element, Element] = {}
        self._at: dict[Path, list[_Node]] = {place: [] for place in self.plan.members}
        self._slots: dict[str, _Node] = {}
        self._ranges: dict[str, bool] = {}
        self._root = _Node(None, (), None, Element("data"))
        self._grow_inside((), self._root)
        self._work_out(self.plan.order)

    def changed(self, answers: Mapping[str, str]) -> "Walk":
        """Take other answers; only what depends on those that differ is worked out anew."""
        before, self.answers = self.answers, answers
        keys = {key for key in before.keys() | answers.keys() if before.get(key) != answers.get(key)}
        nodes = [self._slots[key] for key in keys if key in self._slots]
        places = {node.member.place for node in nodes if isinstance(node.member, Question)}
        self._work_out(self.plan.moved_by(places))
        for cached in ("passages", "asked"):
            self.__dict__.pop(cached, None)
        return self

    def _grow_inside(self, path: Path, parent: _Node) -> None:
        for member in self.form.members[path]:
            if not isinstance(member, Group) or not member.repeat:
                self._grow(member, parent.turns, parent)
            elif not member.count:
                for turn in range(1, self.turns_of(member, parent.turns) + 1):
                    self._grow(member, (*parent.turns, turn), parent)

    def _grow(self, member: Question | Group, turns: Turns, parent: _Node) -> None:
        """Add a question or group to what stands in its parent, behind its earlier turns."""
        name = member.name
        node = _Node(member, turns, parent, Element(name))
        fellows = parent.inside.setdefault(name, [])
        place = (list(parent.element).index(fellows[-1].element) + 1) if fellows else self._place_in(parent, member)
        parent.element.insert(place, node.element)
        fellows.append(node)
        self._parents[node.element] = parent.element
        if isinstance(member, Group):
            self._at[member.path].append(node)
            self._grow_inside(member.path, node)
        else:
            self._at[member.place].append(node)
            self._slots[key_of(name, turns)] = node

    def _place_in(self, parent: _Node, member: Question | Group) -> int:
        """Return where among its parent's elements the first of a member stands, in the order of the sheet."""
        path = parent.member.path if isinstance(parent.member, Group) else ()
        before = self.form.members[path]
        earlier = before[: before.index(member)]
        return sum(len(parent.inside.get(one.name, ())) for one in earlier)

    def _shrink(self, node: _Node) -> None:
        """Take away one turn of a repeat with all in it."""
        assert isinstance(node.member, Group)
        for fellows in node.inside.values():
            for inner in list(fellows):
                if isinstance(inner.member, Group):
                    self._shrink(inner)
                elif inner.member:
                    self._at[inner.member.place].remove(inner)
                    del self._slots[key_of(inner.member.name, inner.turns)]
        self._at[node.member.path].remove(node)
        if node.parent:
            node.parent.inside[node.member.name].remove(node)
            node.parent.element.remove(node.element)

    def _work_out(self, places: Iterable[Path]) -> None:
        for place in places:
            member = self.plan.members[place]
            if isinstance(member, Group) and member.repeat:
                self._work_out_repeat(member)
            for node in self._at[place]:
                node.relevant = (node.parent is None or node.parent.relevant) and self._is_relevant(member, node)
                if isinstance(member, Question):
                    node.element.text = self._text(member, node) if node.relevant else ""

    def _is_relevant(self, member: Question | Group, node: _Node) -> bool:
        return not member.relevant or self.plan.formulas[member.relevant].true(self._scope(node.element))

    def _work_out_repeat(self, group: Group) -> None:
        """Work out for each place that holds a repeat whether it is relevant, and how many turns a count gives it."""
        for parent in [self._root] if len(group.path) == 1 else list(self._at[group.path[:-1]]):
            here = Element(group.name)
            self._parents[here] = parent.element
            scope = self._scope(here)
            relevant = parent.relevant and (not group.relevant or self.plan.formulas[group.relevant].true(scope))
            self._ranges[key_of(group.name, parent.turns)] = relevant
            if group.count:
                value = self.plan.formulas[group.count].number(scope)
                wanted = int(min(max(value, 0), MAX_TURNS)) if math.isfinite(value) else 0
                self._take_turns(group, parent, wanted)
            del self._parents[here]

    def _take_turns(self, group: Group, parent: _Node, wanted: int) -> None:
        have = parent.inside.get(group.name, [])
        for node in have[wanted:]:
            self._shrink(node)
        for turn in range(len(have) + 1, wanted + 1):
            self._grow(group, (*parent.turns, turn), parent)

    def _text(self, question: Question, node: _Node) -> str:
        """Return the value of a relevant question: the person's answer, or what the form itself puts in."""
        key = key_of(question.name, node.turns)
        if question.kind == "end":
            return expression("now()").text(self._scope(node.element))
        given = self.answers.get(key) if question.asked else None
        if given is not None:
            return given
        if question.calculation and not question.trigger:
            return self._calculated(question, key, node)
        if key not in self.kept and question.default:
            self.kept[key] = expression(question.default).text(self._scope(node.element))
        return self.kept.get(key, "")

    def _calculated(self, question: Question, key: str, node: _Node) -> str:
        formula = self.plan.formulas[question.calculation]
        if "once(" not in question.calculation:
            return formula.text(self._scope(node.element))
        node.element.text = self.kept.get(key, "")
        self.kept[key] = formula.text(self._scope(node.element))
        return self.kept[key]

    def triggered(self, name: str) -> dict[str, str]:
        """Return what the calculations give that run when the question of a name changes, by key."""
        return {
            key_of(question.name, node.turns): expression(question.calculation).text(self._scope(node.element))
            for question in self.plan.triggered_by.get(name, ())
            for node in self._at[question.place]
            if node.relevant
        }

    def _scope(self, node: Element, current: Element | None = None) -> Scope:
        return Scope(
            root=self._root.element,
            node=node,
            now=self._now,
            seed=self._seed,
            label_of=self.label_of,
            instances=self.form.instances,
            current=current,
            parents=self._parents,
        )

    def label_of(self, name: str, value: str) -> str:
        """Return the words of an answer: labels for choices, the value itself otherwise."""
        question = self.form.by_name.get(name)
        if question is None or not question.options:
            return value
        return "; ".join(_labels(question).get(one, one) for one in value.split())

    def words(self, name: str, slot: Slot | Heading) -> str:
        """Return the words of what a label quotes: a question's answer in the same turn as the label's own."""
        question = self.form.by_name.get(name)
        if question is None:
            return ""
        for depth in range(len(slot.turns), -1, -1):
            node = self._slots.get(key_of(name, slot.turns[:depth]))
            if node:
                return self.label_of(name, node.element.text or "")
        return ""

    def turns_of(self, group: Group, turns: Turns) -> int:
        """Return how many turns a repeat has within the turns of the repeats it stands in."""
        if group.count:
            return sum(node.turns[:-1] == turns for node in self._at[group.path])
        return self._repeats.get(key_of(group.name, turns), 0)

    def keys_in(self, group: Group, turns: Turns) -> set[str]:
        """Return the keys of everything in one turn of a repeat."""
        depth, size = len(group.path), len(turns)
        questions = {
            slot.key
            for slot in (
                Slot(one.member, one.turns) for one in self._slots.values() if isinstance(one.member, Question)
            )
            if slot.turns[:size] == turns and slot.question.path[:depth] == group.path
        }
        nested = (more for place, more in self.plan.more.items() if place[:depth] == group.path and place != group.path)
        return questions | {key for key in self.answers if any(key.startswith(f"{one.name}#") for one in nested)}

    def relevant(self, slot: Slot) -> bool:
        node = self._slots.get(slot.key)
        return node is not None and node.relevant

    def value(self, slot: Slot) -> str:
        if slot.question.kind == MORE:
            return self.answers.get(slot.key, "")
        node = self._slots.get(slot.key)
        return (node.element.text or "") if node else ""

    def holds(self, slot: Slot) -> bool:
        """Whether the answer satisfies the question's constraint and is still offered; an empty one always does."""
        value, question = self.value(slot), slot.question
        if not value or question.kind == MORE:
            return True
        if question.choice_filter and not set(value.split()) <= {option.value for option in self.options(slot)}:
            return False
        return not question.constraint or self._true(question.constraint, slot)

    def required(self, slot: Slot) -> bool:
        """Whether the question must be answered; a place on the map never must."""
        if slot.question.kind == "geopoint":
            return False
        return bool(slot.question.required) and self._true(slot.question.required, slot)

    def read_only(self, slot: Slot) -> bool:
        return bool(slot.question.read_only) and self._true(slot.question.read_only, slot)

    def _true(self, formula: str, slot: Slot) -> bool:
        if formula == "true()":
            return True
        return slot.key in self._slots and expression(formula).true(self._scope(self._slots[slot.key].element))

    def options(self, slot: Slot) -> tuple[Option, ...]:
        """Return the options that the choice filter leaves, in the order the form wants them shown."""
        question = slot.question
        node = self._slots.get(slot.key)
        if node is None or not (question.choice_filter or question.parameters):
            return question.options
        left = offered(self.form, question, lambda item: self._scope(item, node.element))
        if question.parameters.get("randomize") != "true":
            return left
        seed = question.parameters.get("seed", "")
        drawn = float(int.from_bytes(self._seed[:4], "big"))
        return tuple(shuffled(left, expression(seed).number(self._scope(node.element)) if seed else drawn))

    @cached_property
    def passages(self) -> tuple[Slot | Heading, ...]:
        """Everything that is relevant now, in order: headings, questions, notes, and whether there is one more."""
        return tuple(self._passages((), self._root))

    def _passages(self, path: Path, parent: _Node) -> Iterator[Slot | Heading]:
        for member in self.form.members[path]:
            nodes = parent.inside.get(member.name, [])
            if isinstance(member, Question):
                yield from (Slot(member, node.turns) for node in nodes if node.relevant)
                continue
            for node in nodes:
                if node.relevant:
                    yield Heading(member, node.turns)
                    yield from self._passages(member.path, node)
            if member.path in self.plan.more and self._ranges[key_of(member.name, parent.turns)]:
                yield Slot(self.plan.more[member.path], parent.turns)

    @cached_property
    def asked(self) -> tuple[Slot, ...]:
        """The relevant questions a person answers, in order."""
        slots = (passage for passage in self.passages if isinstance(passage, Slot))
        return tuple(slot for slot in slots if slot.question.asked and not self.read_only(slot))

    @property
    def counted(self) -> tuple[Slot, ...]:
        """The questions that "3/26" counts: not whether there is one more."""
        return tuple(slot for slot in self.asked if slot.question.kind != MORE)

    @property
    def submission(self) -> dict[str, Any]:
        """What would be sent, by question name: relevant answers and calculations that are not empty.

        A repeat is a list of such mappings, a turn each; groups leave no trace.
        """
        return self._submitted((), self._root, lambda question, node: node.element.text or "", nested=False)

    @property
    def typed_submission(self) -> dict[str, Any]:
        """What would be sent as a program reads it: groups nested as in the form, numbers as numbers."""
        return self._submitted((), self._root, self._typed, nested=True)

    def _submitted(
        self, path: Path, parent: _Node, read: Callable[[Question, _Node], Any], *, nested: bool
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for member in self.form.members[path]:
            nodes = [node for node in parent.inside.get(member.name, ()) if node.relevant]
            if isinstance(member, Question):
                if nodes and nodes[0].element.text and member.kind != "note":
                    found[member.name] = read(member, nodes[0])
            elif member.repeat and nodes:
                found[member.name] = [self._submitted(member.path, node, read, nested=nested) for node in nodes]
            elif nodes:
                inner = self._submitted(member.path, nodes[0], read, nested=nested)
                found |= ({member.name: inner} if inner else {}) if nested else inner
        return found

    def _typed(self, question: Question, node: _Node) -> str | int | float:
        text = node.element.text or ""
        number = question.kind in {"integer", "decimal", "range"}
        if not number and question.calculation and not question.asked and not question.trigger:
            value = self.plan.formulas[question.calculation].value(self._scope(node.element))
            number = isinstance(value, float) and math.isfinite(value)
        if not number:
            return text
        return float(text) if "." in text else int(text)


def _labels(question: Question) -> Mapping[str, str]:
    return {option.value: option.label for option in question.options}
