"""A form with its answers at one moment: what is relevant, what holds, what would be sent."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from conversation.cast import cast
from conversation.expressions import Scope, expression, shuffled
from conversation.form import Form, Group, Option, Path, Question
from conversation.instance import Heading, Instance, Node, Slot, Turns, key_of
from conversation.offered import offered
from conversation.plan import MORE, place_of, plan_of
from conversation.submission import submitted

MAX_TURNS = 100
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


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
        self.repeats = repeats or {}
        self._now = now
        self._seed = seed
        self._instance = Instance(form, self.plan.members)
        self._offers: dict[str, bool] = {}
        self._verdicts: dict[Node, bool] = {}
        self._left: dict[str, tuple[Option, ...]] = {}
        self._grow_open(self._instance.fill((), self._instance.root))
        self._work_out(self.plan.order)

    def changed(self, answers: Mapping[str, str], now: datetime | None = None) -> "Walk":
        """Take other answers, or a later moment; only what depends on what differs is worked out anew."""
        before, self.answers = self.answers, answers
        keys = {key for key in before.keys() | answers.keys() if before.get(key) != answers.get(key)}
        passages = (self._instance.slots[key].passage for key in keys if key in self._instance.slots)
        places = {one.question.place for one in passages if isinstance(one, Slot)}
        if now is not None and now != self._now:
            self._now = now
            self._left = {}
            places.update(self.plan.by_the_clock)
        moved = self.plan.moved_by(places)
        if moved:
            self._left = {}
        if self.plan.may_lock:
            self._look_again()
        for place in {*moved, *(judged for one in moved for judged in self.plan.judged_by.get(one, ()))}:
            for node in self._instance.at[place]:
                self._verdicts.pop(node, None)
        self._work_out(moved)
        return self

    def _grow_open(self, repeats: Iterator[tuple[Group, Node]]) -> None:
        """Give the open repeats their turns; a count gives its own when it is worked out."""
        for group, parent in repeats:
            if not group.count:
                self._take_turns(group, parent, self.repeats.get(key_of(group.name, parent.turns), 0))

    def _work_out(self, places: Iterable[Path]) -> None:
        for place in places:
            member = self.plan.members[place]
            if isinstance(member, Group) and member.repeat:
                self._work_out_repeat(member)
            for node in self._instance.at[place]:
                above = node.parent is None or node.parent.relevant
                relevant = above and self._is_relevant(member, node.element)
                if relevant is not node.relevant:
                    node.relevant = relevant
                    self._look_again()
                if isinstance(node.passage, Slot):
                    node.element.text = self._text(node.passage, node) if node.relevant else ""

    def _look_again(self) -> None:
        """Forget what is asked: what is relevant has changed, or how many turns there are."""
        for cached in ("passages", "asked", "counted"):
            self.__dict__.pop(cached, None)

    def _is_relevant(self, member: Question | Group, element: Element) -> bool:
        return not member.relevant or self.plan.formulas[member.relevant].true(self._scope(element))

    def _work_out_repeat(self, group: Group) -> None:
        """Work out for each node that holds a repeat whether it is relevant there, and what turns a count gives it."""
        for parent in list(self._instance.at[group.path[:-1]]):
            here = Element(group.name)
            self._instance.parents[here] = parent.element
            self._offers[key_of(group.name, parent.turns)] = parent.relevant and self._is_relevant(group, here)
            self._look_again()
            if group.count:
                value = self.plan.formulas[group.count].number(self._scope(here))
                self._take_turns(group, parent, int(min(max(value, 0), MAX_TURNS)) if math.isfinite(value) else 0)
            del self._instance.parents[here]

    def _take_turns(self, group: Group, parent: Node, wanted: int) -> None:
        have = parent.inside.get(group.name, [])
        for node in have[wanted:]:
            self._instance.shrink(node)
        for turn in range(len(have) + 1, wanted + 1):
            self._grow_open(self._instance.grow(group, (*parent.turns, turn), parent))

    def _text(self, slot: Slot, node: Node) -> str:
        """Return the value of a relevant question: the person's answer, or what the form itself puts in."""
        question = slot.question
        given = self.answers.get(slot.key) if question.asked else None
        value = cast(question, self._put_in(slot, node)) if given is None else given
        return self._still_offered(slot, value) if value and question.choice_filter else value

    def _put_in(self, slot: Slot, node: Node) -> str:
        question = slot.question
        if question.kind == "end":
            return expression("now()").text(self._scope(node.element))
        if question.calculation and not question.trigger:
            return self._calculated(slot, node)
        if slot.key not in self.kept and question.default:
            self.kept[slot.key] = expression(question.default).text(self._scope(node.element))
        return self.kept.get(slot.key, "")

    def _still_offered(self, slot: Slot, given: str) -> str:
        """Return an answer without the options that the choice filter has taken away since."""
        offers = {option.value for option in self.options(slot)}
        return " ".join(value for value in slot.question.values(given) if value in offers)

    def _calculated(self, slot: Slot, node: Node) -> str:
        formula = self.plan.formulas[slot.question.calculation]
        if "once(" not in slot.question.calculation:
            return formula.text(self._scope(node.element))
        node.element.text = self.kept.get(slot.key, "")
        self.kept[slot.key] = formula.text(self._scope(node.element))
        return self.kept[slot.key]

    def triggered(self, name: str, turns: Turns = ()) -> dict[str, str]:
        """Return what the calculations give that run when the question of a name changes, by key.

        In a repeat those of its own turns run. A question without a calculation is cleared.
        """
        return {
            key_of(question.name, node.turns): self._run_now(question, node)
            for question in self.plan.triggered_by.get(name, ())
            for node in self._instance.at[question.place]
            if node.relevant and all(mine == its for mine, its in zip(turns, node.turns, strict=False))
        }

    def _run_now(self, question: Question, node: Node) -> str:
        return expression(question.calculation).text(self._scope(node.element)) if question.calculation else ""

    def _scope(self, node: Element, current: Element | None = None) -> Scope:
        return Scope(
            root=self._instance.root.element,
            node=node,
            now=self._now,
            seed=self._seed,
            label_of=self.form.label_of,
            instances=self.form.instances,
            current=current,
            parents=self._instance.parents,
        )

    def nearest(self, name: str, place: Slot | Heading) -> Slot | None:
        """Return a question that a label quotes: in the same turn as the label's own, or around it."""
        for depth in range(len(place.turns), -1, -1):
            node = self._instance.slots.get(key_of(name, place.turns[:depth]))
            if node and isinstance(node.passage, Slot):
                return node.passage
        return None

    def words(self, name: str, place: Slot | Heading) -> str:
        """Return the words of what a label quotes."""
        slot = self.nearest(name, place)
        return self.form.label_of(name, self.value(slot)) if slot else ""

    def turns_of(self, group: Group, turns: Turns) -> int:
        """Return how many turns a repeat has within the turns of the repeats it stands in."""
        if group.count:
            return sum(node.turns[:-1] == turns for node in self._instance.at[group.path])
        return self.repeats.get(key_of(group.name, turns), 0)

    def keys_in(self, group: Group, turns: Turns) -> set[str]:
        """Return the keys of everything in one turn of a repeat, whether there is one more in it included."""
        inner = [one.name for place, one in self.plan.more.items() if place[:-1][: len(group.path)] == group.path]
        within = ".".join(map(str, turns))
        counts = {key for key in self.answers for name in inner if f"{key}.".startswith(f"{name}#{within}.")}
        return self._instance.keys_in(group.path, turns) | counts

    def relevant(self, slot: Slot) -> bool:
        node = self._instance.slots.get(slot.key)
        return node is not None and node.relevant

    def value(self, slot: Slot) -> str:
        if slot.question.kind == MORE:
            return self.answers.get(slot.key, "")
        node = self._instance.slots.get(slot.key)
        return node.text if node else ""

    def holds(self, slot: Slot) -> bool:
        """Whether the answer satisfies the question's constraint; an empty one always does."""
        constraint = slot.question.constraint
        node = self._instance.slots.get(slot.key) if constraint else None
        if node is None or not node.text:
            return True
        if node not in self._verdicts:
            self._verdicts[node] = expression(constraint).true(self._scope(node.element))
        return self._verdicts[node]

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
        return slot.key in self._instance.slots and expression(formula).true(
            self._scope(self._instance.slots[slot.key].element)
        )

    def options(self, slot: Slot) -> tuple[Option, ...]:
        """Return the options that the choice filter leaves, in the order the form wants them shown."""
        question = slot.question
        node = self._instance.slots.get(slot.key)
        if node is None or not (question.choice_filter or question.parameters):
            return question.options
        if slot.key not in self._left:
            self._left[slot.key] = offered(self.form, question, lambda item: self._scope(item, node.element))
        left = self._left[slot.key]
        if question.parameters.get("randomize") != "true":
            return left
        seed = question.parameters.get("seed", "")
        drawn = float(int.from_bytes(self._seed[:4], "big"))
        return tuple(shuffled(left, expression(seed).number(self._scope(node.element)) if seed else drawn))

    @cached_property
    def passages(self) -> tuple[Slot | Heading, ...]:
        """Everything that is relevant now, in order: headings, questions, notes, and whether there is one more."""
        return tuple(self._passages((), self._instance.root))

    def _passages(self, path: Path, parent: Node) -> Iterator[Slot | Heading]:
        for member in self.form.members[path]:
            for node in parent.inside.get(member.name, ()):
                if node.relevant and node.passage:
                    yield node.passage
                    if isinstance(member, Group):
                        yield from self._passages(member.path, node)
            more = self.plan.more.get(place_of(member))
            if more and self._offers[key_of(member.name, parent.turns)]:
                yield Slot(more, parent.turns)

    @cached_property
    def asked(self) -> tuple[Slot, ...]:
        """The relevant questions a person answers, in order."""
        slots = (passage for passage in self.passages if isinstance(passage, Slot))
        return tuple(slot for slot in slots if slot.question.asked and not self.read_only(slot))

    @cached_property
    def counted(self) -> tuple[Slot, ...]:
        """The questions that "3/26" counts: not whether there is one more."""
        return tuple(slot for slot in self.asked if slot.question.kind != MORE)

    @property
    def submission(self) -> dict[str, Any]:
        """What would be sent, by question name: relevant answers and calculations that are not empty."""
        return submitted(self.form, self._instance.root, lambda question, node: node.text)

    @property
    def typed_submission(self) -> dict[str, Any]:
        """What would be sent as a program reads it: groups nested as in the form, numbers as numbers."""
        return submitted(self.form, self._instance.root, self._typed, nested=True)

    def _typed(self, question: Question, node: Node) -> str | int | float:
        """Return a value as a number where the question asks for one, or works one out."""
        if question.name not in self.plan.numbers or not _DECIMAL.fullmatch(node.text):
            return node.text
        return float(node.text) if "." in node.text else int(node.text)
