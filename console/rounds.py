"""Rounds: a form that goes with an official letter to an audience until a day; who answered, who has not."""

import csv
import io
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME, read_moment
from console.visit import Visit, see_other
from db import audience, published, reminders, rounds
from db.audience import AudienceError
from db.exports.separated import harmless
from db.rounds import Missing, Planned, Progress, Round, RoundRefused
from db.words import CHANNELS

NOTICES = {"opened": "Đã mở đợt.", "closed": "Đã đóng đợt.", "closing": "Đã đổi hạn trả lời."}
EMPTY = dict.fromkeys(("form", "title", "letter", "audience", "closes_at"), "")
SHOWN = 200


async def listed(visit: Visit) -> Response:
    """Show all rounds."""
    found = await visit.console.database.read(rounds.listed)
    return visit.page("rounds.html", rounds=found, titles=await _titles(visit))


async def _titles(visit: Visit) -> dict[str, str]:
    """Return the forms a round can ask, by name."""
    staffs = await visit.console.database.read(published.listed)
    shipped = {name: form.title for name, form in visit.console.library.forms.items()}
    asked = {name: title for name, title in shipped.items() if name not in {"profile", "sign_up"}}
    return {one.name: one.title for one in staffs if one.live_sha} | asked


async def new(visit: Visit) -> Response:
    """Show an empty form for a round, or open one."""
    titles = await _titles(visit)
    if visit.request.method == "GET":
        return visit.page("round_form.html", fields=EMPTY, titles=titles, problem="")
    fields = {name: visit.form.get(name, "") for name in EMPTY}
    closes_at = read_moment(fields["closes_at"])
    try:
        if closes_at is None:
            raise RoundRefused("Cần hạn trả lời.")
        wanted = audience.parse(fields["audience"])
        audience.refuse_unknown(wanted, visit.console.library, tuple(titles))
        named = {name: fields[name] for name in ("form", "title", "letter", "audience")}
        planned = Planned(**named, opens_at=visit.now, closes_at=closes_at)
        shipped, by = visit.console.library.forms, visit.member.name
        number = await visit.does(
            "round.opened",
            lambda number: f"round:{number}",
            lambda connection: rounds.open_round(connection, planned, shipped, by, visit.now),
            form=planned.form,
        )
    except (RoundRefused, AudienceError) as refused:
        return visit.page("round_form.html", 422, fields=fields, titles=titles, problem=str(refused))
    return see_other(f"{HOME}/rounds/{number}?done=opened")


async def one(visit: Visit) -> Response:
    """Show a round: how many answered, and who has not."""
    found, progress, absent = await _found(visit, SHOWN)
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    number = found.id
    reminded = await visit.console.database.read(lambda connection: reminders.of_round(connection, number))
    values: dict[str, Any] = {"titles": await _titles(visit), "places": visit.console.library.places, "notice": notice}
    return visit.page(
        "round.html", reminders=reminded, shown=found, progress=progress, missing=absent, most=SHOWN, **values
    )


async def _found(visit: Visit, most: int | None) -> tuple[Round, Progress, list[Missing]]:
    number = visit.request.path_params["round_id"]

    def read(connection: Connection) -> tuple[Round, Progress, list[Missing]] | None:
        found = rounds.find(connection, number)
        if found is None:
            return None
        return found, rounds.progress(connection, found), rounds.not_answered(connection, found, most)

    found = await visit.console.database.read(read)
    if found is None:
        raise HTTPException(404)
    return found


async def close(visit: Visit) -> Response:
    """Take no answers any more."""
    number = visit.request.path_params["round_id"]
    try:
        await visit.does(
            "round.closed", f"round:{number}", lambda connection: rounds.close(connection, number, visit.now)
        )
    except RoundRefused:
        raise HTTPException(404) from None
    return see_other(f"{HOME}/rounds/{number}?done=closed")


async def missing(visit: Visit) -> Response:
    """Download who has not answered, as a table for those who telephone."""
    found, _, absent = await _found(visit, None)
    places = visit.console.library.places
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(["STT", "Cơ sở", "Xã, phường", "Số điện thoại", "Người liên hệ", "Nhắn được qua"])
    for number, who in enumerate(absent, 1):
        told = _told(who, places.name_of(who.commune) if who.commune else "")
        writer.writerow([number, *map(harmless, told)])
    headers = {"Content-Disposition": f'attachment; filename="dot-{found.id}-chua-tra-loi.csv"'}
    return Response("\ufeff" + table.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _told(who: Missing, commune: str) -> tuple[str, ...]:
    return who.name, commune, who.phone, who.person, CHANNELS.get(who.channel, who.channel)
