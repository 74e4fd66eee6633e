"""One establishment: what is known of it, its people, and everything that happened, with room to write down more."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.fact_words import FACTS, in_words, label_of
from console.pages import HOME, communes_of
from console.routing import BOTH, GET, POST, route, scoped, scoped_writers, writers
from console.visit import Visit, see_other
from conversation.answers import normalise, read_phone
from db import audit, business, timeline
from db.business import Business
from db.words import OUTCOMES

NOTICES = {
    "changed": "Đã lưu thông tin cơ sở.",
    "noted": "Đã ghi.",
    "tagged": "Đã gắn nhãn.",
    "untagged": "Đã bỏ nhãn.",
}
CALLS = {"answered": "nghe máy", "missed": "không nghe máy", "wrong": "sai số"}
EVENTS = {
    "response": "Gửi phiếu",
    "question": "Hỏi",
    "sign_up": "Đăng ký học",
    "announcement": "Thông báo",
    "consent": "Đồng ý",
    "withdrawal": "Rút lại đồng ý",
    "note": "Ghi chú",
    "call": "Gọi điện",
}
PURPOSES = {"answers": "lưu phiếu", "announcements": "nhận thông báo"}
TYPED = tuple(name for name in FACTS if name not in {"legal_form", "trade", "commune"})
LONGEST_FACT = 300


async def one(visit: Visit) -> Response:
    """Show an establishment; that somebody looked is noted."""
    return await _show(visit, NOTICES.get(visit.request.query_params.get("done", ""), ""))


async def _show(visit: Visit, notice: str = "") -> Response:
    number, scope, library = visit.request.path_params["number"], visit.member.scope, visit.console.library

    def read(connection: Connection) -> dict[str, Any] | None:
        found = business.find(connection, number, scope)
        if found is None:
            return None
        audit.note_read(connection, visit.member.name, f"establishment:{number}", visit.now)
        seen = audit.readings(connection, f"establishment:{number}", most=10) if visit.member.administers else []
        return {
            "shown": found,
            "people": business.people(connection, number),
            "events": timeline.of_establishment(connection, number),
            "seen": seen,
        }

    found = await visit.console.database.write(read)
    if found is None:
        raise HTTPException(404)
    facts = found["shown"].facts
    named = [name for name in (*FACTS, *sorted(set(facts) - set(FACTS))) if facts.get(name)]
    known = [(label_of(library, name), in_words(library, name, facts[name])) for name in named]
    words: dict[str, Any] = {"events_named": EVENTS, "calls": CALLS, "purposes": PURPOSES, "outcomes": OUTCOMES}
    return visit.page("establishment.html", known=known, notice=notice, **words, **found)


async def edit(visit: Visit) -> Response:
    """Show what is known to be changed, or keep what was changed."""
    found = await _found(visit)
    if visit.request.method == "GET":
        return _form(visit, found, dict(found.facts))
    places = visit.console.library.places
    typed = {name: normalise(visit.form.get(name, ""))[:LONGEST_FACT] for name in TYPED}
    chosen = {name: " ".join(visit.all(name)) for name in ("legal_form", "trade")}
    phone = read_phone(typed["phone"]).value if typed["phone"] else ""
    facts = {**found.facts, **typed, **chosen, "commune": visit.form.get("commune", "")}
    problem = ""
    if not facts["business_name"]:
        problem = "Cần tên cơ sở."
    elif facts["commune"] and facts["commune"] not in places.by_code:
        problem = "Chọn xã, phường trong danh sách."
    elif typed["phone"] and not phone:
        problem = "Số điện thoại chưa đúng, ví dụ: 0912 345 678."
    if problem:
        return _form(visit, found, facts, problem)
    facts["phone"] = phone or ""
    changed = sorted(name for name in facts if facts[name] != found.facts.get(name, ""))
    await visit.does(
        "establishment.changed",
        f"establishment:{found.id}",
        lambda connection: business.change(connection, found.id, facts, visit.now),
        changed=changed,
    )
    return see_other(f"{HOME}/establishments/{found.id}?done=changed")


def _form(visit: Visit, found: Business, facts: dict[str, str], problem: str = "") -> Response:
    library = visit.console.library
    profile = library.forms["profile"].by_name
    return visit.page(
        "establishment_form.html",
        422 if problem else 200,
        shown=found,
        facts=facts,
        typed=[(name, label_of(library, name)) for name in TYPED],
        communes=communes_of(library.places),
        legal_forms=profile["legal_form"].options,
        trades=profile["trade"].options,
        problem=problem,
    )


async def _found(visit: Visit) -> Business:
    number, scope = visit.request.path_params["number"], visit.member.scope
    found = await visit.console.database.read(lambda connection: business.find(connection, number, scope))
    if found is None:
        raise HTTPException(404)
    return found


async def add_note(visit: Visit) -> Response:
    """Write down a note, or a call with how it went."""
    text, outcome = normalise(visit.form.get("text", "")), visit.form.get("outcome", "")
    kind = "call" if outcome in CALLS else "note"
    if kind == "note" and not text:
        return await _back(visit, "")
    by, now = visit.member.name, visit.now

    def add(connection: Connection, number: int) -> None:
        business.add_note(connection, number, kind, outcome if kind == "call" else "", text, by, now)

    return await _done(visit, "noted", f"establishment.{kind}", add)


async def tag(visit: Visit) -> Response:
    """Add a tag, or take one away."""
    added, dropped = normalise(visit.form.get("add", "")).replace(" ", "-"), visit.form.get("drop", "")
    if dropped:
        return await _done(
            visit, "untagged", "establishment.untagged", lambda c, number: business.drop_tag(c, number, dropped)
        )
    if not added:
        return await _back(visit, "")
    return await _done(visit, "tagged", "establishment.tagged", lambda c, number: business.add_tag(c, number, added))


async def _done(visit: Visit, done: str, action: str, deed: Callable[[Connection, int], None]) -> Response:
    found = await _found(visit)
    await visit.does(action, f"establishment:{found.id}", lambda connection: deed(connection, found.id))
    return await _back(visit, done)


async def _back(visit: Visit, done: str) -> Response:
    number = visit.request.path_params["number"]
    return see_other(f"{HOME}/establishments/{number}{f'?done={done}' if done else ''}")


ROUTES = [
    route("/establishments/{number:int}", one, GET, scoped),
    route("/establishments/{number:int}/edit", edit, BOTH, writers),
    route("/establishments/{number:int}/notes", add_note, POST, scoped_writers),
    route("/establishments/{number:int}/tags", tag, POST, writers),
]
