"""One response: every question with its answer."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.visit import Visit
from conversation.answers import fold
from conversation.form import Form, Question
from conversation.form_reading import in_words
from conversation.places import Places
from db import responses
from db.responses import Kept

_REFERENCE = re.compile(r"\$\{\s*(\w+)\s*\}")


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer in words; `typed` is what the person wrote, where that reads differently."""

    label: str
    answer: str
    typed: str
    is_phone: bool


async def response(visit: Visit) -> Response:
    """Show the response of a receipt code."""
    code = visit.request.path_params["code"]
    library = visit.console.library

    def read(connection: Connection) -> tuple[Kept, Form | None, list[Kept]] | None:
        kept = responses.find(connection, code)
        if kept is None:
            return None
        current = library.forms.get(kept.form)
        same = current is not None and current.sha == kept.form_sha
        form = current if same else visit.console.read_form(connection, kept.form_sha)
        return kept, form, responses.of_same_person(connection, kept)

    found = await visit.console.database.read(read)
    if found is None:
        raise HTTPException(404)
    kept, form, others = found
    titles = {name: one.title for name, one in library.forms.items()}
    return visit.page(
        "response.html",
        kept=kept,
        title=form.title if form else kept.form,
        answers=in_order(kept, form, library.places),
        others=others,
        titles=titles,
    )


def in_order(kept: Kept, form: Form | None, places: Places) -> list[Answered]:
    """Return the answers in the order of the form they were given to; what it does not know comes last, as kept."""
    questions = [question for question in form.questions if question.name in kept.answers] if form else []
    words = {question.name: in_words(question, kept.answers[question.name], places) for question in questions}

    def answered(question: Question) -> Answered:
        label = _REFERENCE.sub(lambda match: words.get(match[1], ""), question.label or question.short or question.name)
        typed = kept.typed.get(question.name, "")
        differs = fold(typed) != fold(words[question.name])
        return Answered(label, words[question.name], typed if differs else "", "kc-phone" in question.appearance)

    unknown = {name: answer for name, answer in kept.answers.items() if name not in words}
    return [*map(answered, questions), *(Answered(name, answer, "", False) for name, answer in unknown.items())]
