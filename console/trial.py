"""Trying a form in a conversation beside its sheet; nothing is kept."""

from typing import Any

import orjson
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.forms import rows_of
from console.visit import Visit
from conversation.channel import CAPABILITIES
from conversation.flow import Outcome
from conversation.form import Form
from conversation.incoming import File
from conversation.rehearsal import Rehearsal
from conversation.session import Session
from db import published
from handlers import FLOWS

MOST_LINES = 200


async def trial(visit: Visit) -> Response:
    """Show the conversation so far, which travels with the page, and take one message more."""
    form = await visit.console.database.read(lambda connection: _form(visit, connection))
    if form is None:
        raise HTTPException(404)
    rehearsal = Rehearsal(form, await visit.console.library_now(), FLOWS, visit.now)
    lines: list[list[str]] = []
    if visit.request.method == "GET":
        outcome = rehearsal.begin()
    else:
        kept = _read(visit.form.get("kept", ""))
        lines = kept["lines"]
        rehearsal.session, rehearsal.turns = Session.from_json(kept["session"]), kept["turns"]
        outcome = _turn(visit, rehearsal, lines)
    messages = visit.console.renderer.render(outcome.replies, CAPABILITIES["web"], rehearsal.session.prompt.number)
    lines += [["theirs", message.text] for message in messages]
    session = orjson.loads(orjson.dumps(rehearsal.session))
    again = orjson.dumps({"session": session, "turns": rehearsal.turns, "lines": lines[-MOST_LINES:]}).decode()
    state = rehearsal.state
    return visit.page(
        "form_try.html",
        form=form,
        name=visit.request.path_params["name"],
        lines=lines,
        choices=[choice for choice in messages[-1].choices if not choice.token.startswith(">") or not state],
        wants=messages[-1].wants,
        kept=again,
        questions=rows_of(form),
        open_name=state.slot.question.name if state and state.slot else "",
        submitted=rehearsal.submitted and orjson.dumps(rehearsal.submitted, option=orjson.OPT_INDENT_2).decode(),
    )


def _form(visit: Visit, connection: Connection) -> Form | None:
    """Return the draft, else what is live."""
    found = published.find(connection, visit.request.path_params["name"])
    sha = found and (found.draft_sha or found.live_sha)
    return visit.console.read_form(connection, sha) if sha else None


def _read(text: str) -> dict[str, Any]:
    try:
        kept = orjson.loads(text)
        Session.from_json(kept["session"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise HTTPException(400) from None
    return dict(kept)


def _turn(visit: Visit, rehearsal: Rehearsal, lines: list[list[str]]) -> Outcome:
    choice, text = visit.form.get("choice", ""), visit.form.get("text", "")
    files = [file for file in visit.files if file.field == "file"]
    if files:
        lines.append(["mine", files[0].name])
        return rehearsal.turn(file=File(files[0].name, files[0].media_type, len(files[0].data)))
    lines.append(["mine", visit.form.get(f"label:{choice}", "") or text])
    return rehearsal.turn("" if choice else text, choice)
