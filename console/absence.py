"""A member goes away, and says who stands in."""

from datetime import date

from sqlalchemy import Connection
from starlette.responses import Response

from console.pages import HOME
from console.routing import BOTH, route, writers
from console.visit import Visit, see_other
from conversation.calendar import local_day
from db import absences, cases, staff, threads

NOTICES = {"away": "Đã ghi vắng mặt.", "back": "Đã ghi là anh/chị có mặt."}


async def mine(visit: Visit) -> Response:
    """Show whether the member is away, or note it; what they were doing may be given to who stands in."""
    today, problem = local_day(visit.now), ""
    if visit.request.method == "POST":
        problem = await _note(visit, today)
        if not problem:
            return see_other(f"{HOME}/account/away?done={'away' if visit.form.get('until') else 'back'}")

    def read(connection: Connection) -> tuple[tuple[date, str] | None, list[str]]:
        others = [name for name in staff.names(connection) if name != visit.member.name]
        return absences.of_member(connection, visit.member.id, today), others

    away, others = await visit.console.database.read(read)
    notice = "" if problem else NOTICES.get(visit.request.query_params.get("done", ""), "")
    return visit.page(
        "away.html", 422 if problem else 200, away=away, others=others, today=today, notice=notice, problem=problem
    )


async def _note(visit: Visit, today: date) -> str:
    """Note an absence, or its end; return what is wrong with what was sent."""
    typed, stand_in, by, now = visit.form.get("until", ""), visit.form.get("stand_in", ""), visit.member.name, visit.now
    try:
        until = date.fromisoformat(typed) if typed else None
    except ValueError:
        return "Ngày chưa đúng, viết như 2026-12-31."
    if until and until < today:
        return "Ngày trở lại phải từ hôm nay trở đi."

    def act(connection: Connection) -> None:
        standing = stand_in if stand_in in staff.names(connection) and stand_in != by else ""
        absences.leave(connection, visit.member.id, until, standing)
        if until and standing and visit.form.get("give") == "yes":
            cases.hand_over(connection, by, standing, by, now)
            threads.hand_over(connection, by, standing, now)

    await visit.does("staff.away", f"staff:{by}", act, until=typed, stand_in=stand_in)
    return ""


ROUTES = [route("/account/away", mine, BOTH, writers)]
