"""One response: every question with its answer, and what it was before."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.visit import Visit
from conversation.answers import fold
from conversation.form import FILES, Form
from conversation.form_reading import in_words
from conversation.form_state import unfolded
from conversation.instance import Heading, Slot
from conversation.places import Places
from conversation.plan import MORE
from conversation.walk import Walk
from db import responses
from db.responses import Earlier, Kept

# An answer that was sent does not look at the clock again.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer in words; `typed` is what the person wrote, where that reads differently.

    `file` is the answer that names a file; `turn` says in which turn of its repeats the question was answered.
    """

    label: str
    answer: str
    typed: str = ""
    is_phone: bool = False
    file: str = ""
    turn: str = ""


async def response(visit: Visit) -> Response:
    """Show the response of a receipt code."""
    code, library = visit.request.path_params["code"], visit.console.library

    def version(connection: Connection, kept: Kept | Earlier, name: str) -> Form | None:
        current = library.forms.get(name)
        same = current is not None and current.sha == kept.form_sha
        return current if same else visit.console.read_form(connection, kept.form_sha)

    def read(connection: Connection) -> dict[str, Any] | None:
        kept = responses.find(connection, code, visit.member.scope)
        if kept is None:
            return None
        form = version(connection, kept, kept.form)
        before = [
            (one, in_order(one, version(connection, one, kept.form), library.places))
            for one in responses.earlier(connection, code)
        ]
        return {
            "kept": kept,
            "title": form.title if form else kept.form,
            "answers": in_order(kept, form, library.places),
            "earlier": before,
            "others": responses.of_same_person(connection, kept, visit.member.scope),
        }

    found = await visit.console.database.read(read)
    if found is None:
        raise HTTPException(404)
    return visit.page("response.html", titles={name: one.title for name, one in library.forms.items()}, **found)


def in_order(kept: Kept | Earlier, form: Form | None, places: Places) -> list[Answered]:
    """Return the answers in the order of the form they were given to; what it does not know comes last, as kept."""
    answers, repeats = unfolded(kept.answers, ())
    asked = _slots(form, answers, repeats) if form else []
    labels = _Labels(asked, answers, places)
    told = [labels.answered(slot, kept.typed) for slot in asked]
    known = {slot.key for slot in asked}
    return [*told, *(Answered(key, answer) for key, answer in answers.items() if key not in known)]


def _slots(form: Form, answers: Mapping[str, str], repeats: Mapping[str, int]) -> list[Slot]:
    """Return the questions that have an answer, turn by turn."""
    walk = Walk(form, answers, NEVER, kept=answers, repeats=repeats)
    slots = [one for one in walk.passages if not isinstance(one, Heading) and one.question.kind != MORE]
    return [slot for slot in slots if slot.key in answers]


class _Labels:
    """Words questions with the answers they quote."""

    def __init__(self, slots: Sequence[Slot], answers: Mapping[str, str], places: Places) -> None:
        self._words = {slot.key: in_words(slot.question, answers[slot.key], places) for slot in slots}
        self._answers = answers

    def answered(self, slot: Slot, typed: Mapping[str, str]) -> Answered:
        question, words = slot.question, self._words[slot.key]
        wrote, label = typed.get(slot.key, ""), question.label or question.short or question.name
        return Answered(
            _REFERENCE.sub(lambda found: self._quoted(found[1], slot), label),
            words,
            wrote if fold(wrote) != fold(words) else "",
            "kc-phone" in question.appearance,
            self._answers[slot.key] if question.kind in FILES else "",
            ".".join(map(str, slot.turns)),
        )

    def _quoted(self, name: str, slot: Slot) -> str:
        keys = [f"{name}#{'.'.join(map(str, slot.turns[:n]))}" for n in range(len(slot.turns), 0, -1)]
        return next((self._words[key] for key in [*keys, name] if key in self._words), "")
