"""Every form is walked at random in our engine and in ODK's: after each answer both must say the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from content.library import shipped_forms
from content.xlsform import read_form, xform_of
from conversation.form import FILES, Form
from conversation.instance import Slot, key_of
from conversation.plan import MORE
from conversation.walk import Walk
from tests.actors import TUESDAY_EVENING
from tests.oracle.odk import Engine, Node, State

pytestmark = pytest.mark.oracle

EXAMPLES = Path(__file__).parents[1] / "forms"
ANSWERS = 40
# What a form is filled in with by the program itself, which differs from one program to another.
OURS_ALONE = {"start", "end", "today", "username", "phonenumber", "email", "deviceid", "audit"}
WORDS = ("An Nội", "Bình", "12", "máy bào bốn mặt", "x", "a b c")


@dataclass(frozen=True)
class Source:
    name: str
    suffix: str
    source: bytes
    files: dict[str, bytes]


def sources() -> Iterator[Source]:
    for shipped in shipped_forms():
        yield Source(shipped.name, shipped.suffix, shipped.source, dict(shipped.files))
    files = {file.name: file.read_bytes() for file in EXAMPLES.glob("*.csv")}
    for file in sorted(EXAMPLES.glob("*.md")):
        yield Source(file.stem, file.suffix, file.read_bytes(), files)


@dataclass
class Filling:
    """One filling in of a form, in both engines."""

    form: Form
    engine: Engine
    chance: random.Random
    answers: dict[str, str] = field(default_factory=dict)
    repeats: dict[str, int] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def counting(self) -> set[str]:
        """The questions that count the turns of a repeat: where one is blank, ODK's engine keeps the turns it had."""
        return {group.count.rpartition("/")[2].strip() for group in self.form.groups if group.count}

    def begin(self, state: State) -> None:
        self._count(state)
        self.walk = self._fresh()
        self.compare(state, "at the start")

    def _count(self, state: State) -> None:
        """Take over how many turns ODK gives the open repeats: one to begin with."""
        opened = {"/".join(("/data", *path)) for path in self.form_plan_repeats()}
        turns = [node for node in state.nodes if node.kind == "repeat-instance" and node.path in opened]
        self.repeats = {}
        for node in turns:
            key = key_of(node.path.rsplit("/", 1)[1], node.turns[:-1])
            self.repeats[key] = max(self.repeats.get(key, 0), node.turns[-1])

    def form_plan_repeats(self) -> list[tuple[str, ...]]:
        return [group.path for group in self.form.groups if group.repeat and not group.count]

    def _fresh(self) -> Walk:
        walk = Walk(self.form, dict(self.answers), TUESDAY_EVENING, kept=self.kept, repeats=self.repeats)
        self.kept = walk.kept
        return walk

    def step(self) -> None:
        slot = self.chance.choice(self.walk.asked)
        path = "/".join(("/data", *slot.question.place))
        if slot.question.kind == MORE:
            name = slot.question.name.removesuffix("+")
            turns = self.repeats.get(key_of(name, slot.turns), 0)
            path = path.removesuffix("+")
            if turns and (turns == 3 or self.chance.random() < 0.4):
                group = next(group for group in self.form.groups if group.name == name)
                gone = self.walk.keys_in(group, (*slot.turns, turns))
                self.answers = {key: value for key, value in self.answers.items() if key not in gone}
                self.kept = {key: value for key, value in self.kept.items() if key not in gone}
                state, said = self.engine.remove(path, slot.turns, turns), "one turn less"
            else:
                state, said = self.engine.add(path, slot.turns), "one turn more"
            self._count(state)
            self.walk = self._fresh()
        else:
            value = self.value(slot)
            state, said = self.engine.set(path, slot.turns, value), f"{slot.key} = {value!r}"
            self.answers[slot.key] = value
            self.walk = self.walk.changed(dict(self.answers))
            self.kept = self.walk.kept
            assert self.walk.submission == self._fresh().submission, (self.form.name, said, "what moved by itself")
            if slot.question.name in self.counting:
                self._forget_what_is_gone(state)
        self.compare(state, said)

    def _forget_what_is_gone(self, state: State) -> None:
        """Drop the answers of turns that a lower count took away: ours would come back, ODK's are lost."""
        there = {key_of(node.path.rsplit("/", 1)[1], node.turns) for node in state.nodes}
        self.answers = {key: value for key, value in self.answers.items() if key in there}
        self.walk = self._fresh()

    def value(self, slot: Slot) -> str:
        """Return an answer as ODK writes it; not always one that the form takes."""
        question, chance = slot.question, self.chance
        options = [option.value for option in self.walk.options(slot)]
        if chance.random() < 0.1 and slot.question.name not in self.counting:
            return ""
        if question.kind in {"select_multiple", "rank"}:
            if question.kind == "rank":
                return " ".join(chance.sample(options, len(options)))
            picked = chance.sample(options, min(chance.randint(1, 3), len(options)))
            return " ".join(option for option in options if option in picked)
        if question.options:
            return chance.choice(options) if options else ""
        if question.kind == "range":
            return str(2 * chance.randint(0, 5))
        if question.kind in FILES:
            return "anh.jpg"
        by_kind = {
            "integer": str(chance.choice((0, 1, 2, 3, 4, 5, 12, 17, 18, 40, 99))),
            "decimal": chance.choice(("0", "1.5", "12", "40.25", "0.1")),
            "date": chance.choice(("2019-03-01", "2026-11-24", "2027-02-28", "2024-02-29")),
            "time": "07:30:00.000+07:00",
            "dateTime": "2026-11-20T14:00:00.000+07:00",
            "geopoint": "20.54 105.91 0 0",
        }
        return by_kind.get(question.kind) or chance.choice(WORDS)

    def compare(self, state: State, said: str) -> None:
        values = {
            (path_of(slot), slot.turns): slot
            for slot in self.walk.passages
            if isinstance(slot, Slot) and slot.question.kind != MORE
        }
        nodes = [node for node in state.nodes if node.kind not in GROUPS and node.path != "/data/meta/instanceID"]
        theirs = {(node.path, node.turns): node for node in nodes}
        asked = {place for place, node in theirs.items() if node.relevant}
        assert values.keys() == asked, (self.form.name, said)
        for place, slot in values.items():
            self._compare(slot, theirs[place], said)

    def _compare(self, slot: Slot, node: Node, said: str) -> None:
        context = (self.form.name, said, slot.key, node)
        if slot.question.kind in OURS_ALONE:
            return
        assert _same(self.walk.value(slot), node.value, node.type), context
        if slot.question.asked:
            assert self.walk.holds(slot) == node.constraint_ok, context
            assert self.walk.required(slot) == node.required, context
        if slot.question.options and slot.question.kind != "acknowledge":
            assert tuple(option.value for option in self.walk.options(slot)) == node.choices, context


def _same(ours: str, theirs: str, kind: str) -> bool:
    """Whether two values are the same: ODK's engine writes 50 as 50.0 where a decimal or a place is asked for."""
    if kind in {"decimal", "geopoint"}:
        return list(map(float, ours.split())) == list(map(float, theirs.split()))
    return ours == theirs


GROUPS = {"root", "group", "subtree", "repeat-range:controlled", "repeat-range:uncontrolled", "repeat-instance"}


def submitted(element: Element, form: Form) -> dict[str, Any]:
    """Return an XForm's submission as ours is written: groups nested, repeats as lists, nothing empty."""
    repeats = {group.name for group in form.groups if group.repeat}
    found: dict[str, Any] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        question = form.by_name.get(name)
        if name in repeats:
            found.setdefault(name, []).append(submitted(child, form))
        elif question is None:
            inner = submitted(child, form) if name != "meta" else {}
            found |= {name: inner} if inner else {}
        elif child.text and question.kind not in {*OURS_ALONE, "note"}:
            found[name] = plain(child.text)
    return found


def plain(value: Any) -> Any:
    """Return a value with its numbers written one way: ODK's engine writes 50.0 where ours is 50."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    try:
        return [float(part) for part in str(value).split()]
    except ValueError:
        return value


def path_of(slot: Slot) -> str:
    return "/".join(("/data", *slot.question.place))


@pytest.mark.parametrize("source", list(sources()), ids=lambda source: source.name)
def test_both_engines_agree(engine: Engine, source: Source, request: pytest.FixtureRequest) -> None:
    form = read_form(source.name, source.source, source.suffix, source.files)
    xform = xform_of(source.name, source.source, source.suffix)
    attached = {name: table.decode("utf-8-sig") for name, table in source.files.items()}
    filled_in = {question.name for question in form.questions if question.kind in OURS_ALONE}
    for seed in range(request.config.getoption("--walks")):
        engine.now(TUESDAY_EVENING)
        filling = Filling(form, engine, random.Random(seed))
        filling.begin(engine.load(xform, attached))
        for _ in range(ANSWERS):
            filling.step()
        ours = {name: one for name, one in filling.walk.typed_submission.items() if name not in filled_in}
        assert plain(ours) == submitted(ElementTree.fromstring(engine.submit().submission), form)
