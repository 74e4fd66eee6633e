"""Where a person is in a form: the answers so far, what follows from them, and the question that is open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from conversation.answers import fold
from conversation.catalog import Sent
from conversation.draft import Draft
from conversation.flow import Turn
from conversation.form import Form, Option
from conversation.form_reading import in_words
from conversation.instance import Heading, Slot, key_of
from conversation.plan import MORE, plan_of
from conversation.walk import Walk

MOST_TOGETHER = 6
LONGEST_TOGETHER = 80
MOST_HELD = 64
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")
NOT_IN_A_LINE = {"select_multiple", "rank", "acknowledge", "image", "audio", "video", "file", "geopoint", MORE}

_held: dict[tuple[Form, str], Walk] = {}


@dataclass(frozen=True)
class State:
    """One moment of filling in a form; `slot` is the open question, None at the review."""

    turn: Turn
    form: Form
    draft: Draft
    walk: Walk
    slot: Slot | None

    @classmethod
    def of(cls, turn: Turn) -> "State | None":
        """Return the state of the frame on top; None where its version of the form no longer exists."""
        frame = turn.session.top
        form = turn.catalog.form_version(frame.form_sha) if frame else None
        if frame is None or form is None:
            return None
        return cls.begun(turn, form, Draft.from_json(frame.draft))

    @classmethod
    def begun(cls, turn: Turn, form: Form, draft: Draft) -> "State":
        form = form.in_language(draft.language)
        walk = walk_of(form, draft, turn.now)
        return cls(turn, form, replace(draft, kept=walk.kept), walk, _open(walk, draft))

    def having(self, draft: Draft) -> "State":
        """Return the state with another draft; this one is not to be used any more."""
        if draft.repeats != self.draft.repeats or draft.kept != self.walk.kept:
            walk = walk_of(self.form, draft, self.turn.now)
        else:
            walk = self.walk.changed(draft.answers)
        return replace(self, draft=replace(draft, kept=walk.kept), walk=walk, slot=_open(walk, draft))

    def renewed(self, slot: Slot) -> "State":
        """Return the state after an answer changed: what the form works out from it replaces what was there."""
        key, name = slot.key, slot.question.name
        triggered = self.walk.triggered(name, slot.turns)
        moved = plan_of(self.form).moved_by([slot.question.place]) if slot.question.kind != MORE else ()
        again = {
            other.key
            for other in self.walk.asked
            if other.key != key and other.question.calculation and other.question.place in moved
        }
        stale = {one for one in {*again, *triggered} if one in self.draft.answers}
        if not triggered and not stale:
            return self
        draft = self.draft.without(stale) if stale else self.draft
        return self.having(replace(draft, kept={**self.draft.kept, **triggered}))

    @property
    def notes(self) -> tuple[Slot | Heading, ...]:
        """What stands directly before the open question, or at the end before the review: headings, notes."""
        passages, key = self.walk.passages, self.slot.key if self.slot else ""
        asked = {slot.key for slot in self.walk.asked}
        end = next((n for n, one in enumerate(passages) if isinstance(one, Slot) and one.key == key), len(passages))
        before = (n for n in range(end, 0, -1) if isinstance(one := passages[n - 1], Slot) and one.key in asked)
        return passages[next(before, 0) : end]

    @property
    def together(self) -> tuple[Slot, ...]:
        """The short questions of a field-list that are asked in one message, the open one first; else none."""
        first = self.slot
        if first is None or self.draft.editing or self.draft.pending:
            return ()
        groups = [self.form.group_at[first.question.path[:n]] for n in range(len(first.question.path), 0, -1)]
        page = next((group for group in groups if "field-list" in group.appearance), None)
        if page is None:
            return ()
        slots = [
            slot
            for slot in self.walk.asked
            if slot.question.path[: len(page.path)] == page.path and slot.turns == first.turns and self._is_open(slot)
        ]
        fits = all(_is_short(slot) and not self.walk.value(slot) for slot in slots)
        return tuple(slots) if fits and 1 < len(slots) <= MOST_TOGETHER else ()

    def _is_open(self, slot: Slot) -> bool:
        return slot.key not in self.draft.answers and slot.key not in self.draft.skipped

    def filled(self, label: str, place: Slot | Heading) -> str:
        """Return a label with each `${name}` replaced by the answer's own words."""
        return _REFERENCE.sub(lambda match: self._quoted(match[1], place), label) if "${" in label else label

    def _quoted(self, name: str, place: Slot | Heading) -> str:
        """Return the words of an answer, where its option's label quotes others these as they are."""
        slot = self.walk.nearest(name, place)
        words = self._as_chosen(slot) if slot else ""
        return _REFERENCE.sub(lambda match: self.walk.words(match[1], place), words)

    def _as_chosen(self, slot: Slot) -> str:
        return in_words(slot.question, self.walk.value(slot), self.turn.catalog.library.places)

    def words(self, slot: Slot) -> str:
        """Return a question's answer as a person would read it back; empty where there is none."""
        return self.filled(self._as_chosen(slot), slot)

    def options(self, slot: Slot) -> tuple[Option, ...]:
        """Return the options that are left of a question, in their order, with their labels filled in."""
        options = self.walk.options(slot)
        if slot.question.name not in plan_of(self.form).quoting:
            return options
        return tuple(replace(option, label=self.filled(option.label, slot)) for option in options)

    def names_an_option(self, text: str) -> bool:
        folded = fold(text)
        return self.slot is not None and any(fold(option.label) == folded for option in self.options(self.slot))


def sent_before(turn: Turn, form: Form, sent: Sent) -> Draft:
    """Return the draft that stands where a form stood when it was sent, to be looked through and changed."""
    answers, repeats = unfolded(sent.answers, ())
    put_in = {key: value for key, value in answers.items() if not form.by_name[key.partition("#")[0]].asked}
    draft = Draft(answers, sent.typed, kept=put_in, repeats=repeats, seed=turn.seed.hex()[:32])
    asked = walk_of(form, draft, turn.now).asked
    closed = {slot.key: "no" for slot in asked if slot.question.kind == MORE}
    skipped = tuple(slot.key for slot in asked if slot.key not in answers and slot.key not in closed)
    return replace(draft, answers=answers | closed, skipped=skipped)


def unfolded(answers: Mapping[str, Any], turns: tuple[int, ...]) -> tuple[dict[str, str], dict[str, int]]:
    """Return nested answers each by its key, and how many turns every repeat has."""
    flat: dict[str, str] = {}
    repeats: dict[str, int] = {}
    for name, answer in answers.items():
        if isinstance(answer, str):
            flat[key_of(name, turns)] = answer
            continue
        repeats[key_of(name, turns)] = len(answer)
        for turn, inside in enumerate(answer, 1):
            inner, counts = unfolded(inside, (*turns, turn))
            flat |= inner
            repeats |= counts
    return flat, repeats


def walk_of(form: Form, draft: Draft, now: datetime) -> Walk:
    """Return what follows from a draft: the walk held since its last turn, brought up to date, or a new one."""
    held = _held.pop((form, draft.seed), None)
    if held and held.kept == draft.kept and held.repeats == draft.repeats:
        return held.changed(draft.answers, now)
    return Walk(form, draft.answers, now, bytes.fromhex(draft.seed), kept=draft.kept, repeats=draft.repeats)


def hold(state: State) -> None:
    """Hold a state's walk for the next turn of its draft; whoever takes it has it alone."""
    if state.draft.seed:
        _held[state.form, state.draft.seed] = state.walk
    while len(_held) > MOST_HELD:
        _held.pop(next(iter(_held)), None)


def _is_short(slot: Slot) -> bool:
    question = slot.question
    return (
        question.kind not in NOT_IN_A_LINE
        and len(question.label) <= LONGEST_TOGETHER
        and sum(len(option.label) for option in question.options) <= LONGEST_TOGETHER
        and not question.appearance & {"kc-commune"}
    )


def _open(walk: Walk, draft: Draft) -> Slot | None:
    """Return the question being edited, or the first relevant one without a valid answer."""
    edited = next((slot for slot in walk.asked if slot.key == draft.editing), None)
    if edited and not _offers_nothing(walk, edited):
        return edited
    skipped = frozenset(draft.skipped)
    for slot in walk.asked:
        if slot.key in draft.answers and walk.value(slot) and walk.holds(slot):
            continue
        if slot.key in skipped and not walk.required(slot):
            continue
        if not _offers_nothing(walk, slot):
            return slot
    return None


def _offers_nothing(walk: Walk, slot: Slot) -> bool:
    """Whether a filter leaves nothing to choose from: even a required question is then passed over."""
    return bool(slot.question.choice_filter) and not walk.value(slot) and not walk.options(slot)
