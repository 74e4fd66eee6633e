"""Walks a form with answers written down beforehand, as an owner would type them."""

import mimetypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversation.flow import Outcome
from conversation.form import FILES, NUMBERS, Group, Question
from conversation.form_state import State
from conversation.incoming import File
from conversation.instance import Slot
from conversation.plan import MORE
from conversation.rehearsal import Rehearsal
from conversation.reply import Reply

MAX_MESSAGES = 20_000
REPEAT = "repeat"
Heard = Callable[[str, Sequence[Reply]], None]


class NotAnswered(Exception):
    """A question that must be answered has no answer, or none that it takes; `reason` is the last reply."""

    def __init__(self, name: str, given: str, reason: Reply | None) -> None:
        super().__init__(name, given)
        self.name = name
        self.given = given
        self.reason = reason


@dataclass(frozen=True)
class AnswerSheet:
    """Answers by question name, each what an owner types.

    A list is typed one after another while the form refuses; `{"repeat": […]}` has an answer for each turn of a
    repeat, again so for a repeat within. A question without one is skipped where it may be; what is read back is
    confirmed.
    """

    answers: Mapping[str, Any]

    def walk(self, rehearsal: Rehearsal, heard: Heard) -> None:
        """Fill in the form to its end; raises NotAnswered. `heard` is told every message and what was said to it."""
        heard("", rehearsal.begin().replies)
        tried: dict[str, int] = {}
        for _ in range(MAX_MESSAGES):
            state = rehearsal.state
            if state is None:
                return
            said, outcome = self._step(rehearsal, state, tried)
            heard(said, outcome.replies)

    def _step(self, rehearsal: Rehearsal, state: State, tried: dict[str, int]) -> tuple[str, Outcome]:
        slot = state.slot
        if state.form.translations and not state.draft.language:
            number = list(state.form.translations).index(state.form.language) + 1
            return f"#{number}", rehearsal.tap(str(number))
        if slot is None:
            return "#send", rehearsal.tap("send")
        if state.draft.pending and state.draft.pending.kind != "place":
            value = {"confirm": "yes", "tones": "keep", "hamlet": "keep"}[state.draft.pending.kind]
            return f"#{value}", rehearsal.tap(value)
        if slot.question.kind == MORE:
            value = ":add" if self._wants_more(state, slot) else ":none"
            return f"#{value}", rehearsal.tap(value)
        given = self._given(slot)
        if not given and not state.draft.pending:
            value = ":keep" if state.walk.value(slot) and state.walk.holds(slot) else ":skip"
            if value == ":skip" and state.walk.required(slot):
                raise NotAnswered(slot.question.name, "", None)
            return f"#{value}", rehearsal.tap(value)
        number = tried[slot.key] = tried.get(slot.key, 0) + 1
        if number > len(given):
            raise NotAnswered(slot.question.name, given[-1] if given else "", self._refusal(rehearsal, given))
        said = given[number - 1]
        file = File(said, mimetypes.guess_type(said)[0] or "", 0) if slot.question.kind in FILES else None
        return said, rehearsal.turn("" if file else said, file=file)

    def _refusal(self, rehearsal: Rehearsal, given: Sequence[str]) -> Reply | None:
        """Return what the form says to the last answer, said once more."""
        return rehearsal.turn(given[-1]).replies[-1] if given else None

    def _given(self, slot: Slot) -> list[str]:
        """Return what to type for a question in its turns of the repeats, one after another."""
        answer: Any = self.answers.get(slot.question.name)
        for turn in slot.turns:
            if isinstance(answer, Mapping):
                answer = _in_turn(answer, turn)
        given = answer if isinstance(answer, list) else [answer]
        if any(isinstance(one, list | Mapping) for one in given):
            raise NotAnswered(slot.question.name, str(answer), None)
        return [_typed(one, slot.question) for one in given if one not in (None, "")]

    def _wants_more(self, state: State, more: Slot) -> bool:
        """Whether some question of a repeat has an answer for one more turn."""
        group = state.form.group_at[(*more.question.path, more.question.name.removesuffix("+"))]
        have = state.walk.turns_of(group, more.turns)
        return any(wanted > have for wanted in self._turns_wanted(state, group, more.turns))

    def _turns_wanted(self, state: State, group: Group, turns: tuple[int, ...]) -> Iterator[int]:
        for question in state.form.questions:
            if question.path[: len(group.path)] != group.path:
                continue
            answer: Any = self.answers.get(question.name)
            for turn in turns:
                answer = _in_turn(answer, turn) if isinstance(answer, Mapping) else None
            yield len(_turns_in(answer)) if isinstance(answer, Mapping) else int(answer not in (None, ""))


def _turns_in(answer: Mapping[str, Any]) -> Sequence[Any]:
    """Return the answers for each turn of a repeat; none where they are not written as such."""
    turns = answer.get(REPEAT)
    return turns if isinstance(turns, list) else []


def _in_turn(answer: Mapping[str, Any], turn: int) -> Any:
    turns = _turns_in(answer)
    return turns[turn - 1] if turn <= len(turns) else None


def _typed(answer: Any, question: Question) -> str:
    """Return an answer as an owner types it: in Vietnam a decimal has a comma, and "1.234" is a thousand and more."""
    if isinstance(answer, bool):
        return "có" if answer else "không"
    return str(answer).replace(".", ",") if isinstance(answer, float) and question.kind in NUMBERS else str(answer)
