"""One person: what they are called, where they write from, what they speak for, and everything that happened."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.establishments import EVENTS, PURPOSES
from console.pages import HOME
from console.routing import GET, POST, route, scoped, writers
from console.visit import Visit, see_other
from conversation.answers import normalise
from db import audit, people, timeline
from db.people import Somebody
from db.words import OUTCOMES

NOTICES = {"named": "Đã lưu tên.", "spoken": "Đã lưu cơ sở của người này."}


async def one(visit: Visit) -> Response:
    """Show a person; that somebody looked is noted."""
    number, scope, params = visit.request.path_params["number"], visit.member.scope, visit.request.query_params
    wanted = normalise(params.get("find", ""))[: people.LONGEST_NAME]

    def read(connection: Connection) -> dict[str, Any] | None:
        found = people.find(connection, number, scope)
        if found is None:
            return None
        audit.note_read(connection, visit.member.name, f"contact:{number}", visit.now)
        offered = people.named_like(connection, wanted) if wanted and visit.member.may_write else []
        return {"shown": found, "offered": offered, "events": timeline.of_person(connection, number)}

    found = await visit.console.database.write(read)
    if found is None:
        raise HTTPException(404)
    words: dict[str, Any] = {"events_named": EVENTS, "purposes": PURPOSES, "outcomes": OUTCOMES, "calls": {}}
    notice = NOTICES.get(params.get("done", ""), "")
    return visit.page(
        "person.html", **found, **words, wanted=wanted, notice=notice, places=visit.console.library.places
    )


async def rename(visit: Visit) -> Response:
    """Say what a person is called, with tones, as papers print it."""
    name = normalise(visit.form.get("name", ""))
    return await _does(visit, "named", "contact.named", lambda c, number: people.rename(c, number, name))


async def speak(visit: Visit) -> Response:
    """Let a person speak for an establishment, put it first, or let them no longer speak for it."""
    deeds = {"add": people.speak_for, "first": people.put_first, "drop": people.stop_speaking_for}
    how, which = visit.form.get("how", ""), visit.form.get("establishment", "")
    if how not in deeds or not (which.isascii() and which.isdigit() and len(which) < 12):
        raise HTTPException(404)
    return await _does(visit, "spoken", "contact.speaks_for", lambda c, number: deeds[how](c, number, int(which)))


async def _does(visit: Visit, done: str, action: str, deed: Callable[[Connection, int], object]) -> Response:
    found = await _found(visit)
    await visit.does(action, f"contact:{found.id}", lambda connection: deed(connection, found.id))
    return see_other(f"{HOME}/people/{found.id}?done={done}")


async def _found(visit: Visit) -> Somebody:
    number, scope = visit.request.path_params["number"], visit.member.scope
    found = await visit.console.database.read(lambda connection: people.find(connection, number, scope))
    if found is None:
        raise HTTPException(404)
    return found


ROUTES = [
    route("/people/{number:int}", one, GET, scoped),
    route("/people/{number:int}/name", rename, POST, writers),
    route("/people/{number:int}/establishments", speak, POST, writers),
]
