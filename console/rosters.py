"""When a class meets, who is expected, who came; on screen, on paper, in a calendar."""

import io
from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME, read_moment
from console.routing import GET, POST, readers, route, writers
from console.tables import download
from console.visit import Visit, see_other
from content.calendar_file import calendar_file
from conversation.answers import normalise
from conversation.calendar import local_day
from conversation.roster import Pupil, Session
from conversation.training_class import TrainingClass
from db import classes, rosters
from db.exports import Filter
from db.rosters import SessionRefused

NOTICES = {
    "added": "Đã thêm buổi học.",
    "split": "Đã chia lớp thành các buổi sáng, chiều. Bỏ buổi nào không học.",
    "dropped": "Đã bỏ buổi học.",
    "taken": "Đã lưu điểm danh.",
}


async def one(visit: Visit) -> Response:
    """Show who is expected and when, and who came."""
    return await _show(visit, NOTICES.get(visit.request.query_params.get("done", ""), ""))


async def _show(visit: Visit, notice: str = "", problem: str = "") -> Response:
    found, meets, pupils = await _found(visit)
    chosen = visit.request.query_params.get("session", "")
    session = next((one for one in meets if str(one.id) == chosen), None)
    values = {"session": session, "notice": notice, "problem": problem, "fields": visit.form}
    return visit.page("roster.html", 422 if problem else 200, shown=found, sessions=meets, pupils=pupils, **values)


async def _found(visit: Visit) -> tuple[TrainingClass, Sequence[Session], Sequence[Pupil]]:
    code = visit.request.path_params["code"]

    def read(connection: Connection) -> tuple[TrainingClass | None, Sequence[Session], Sequence[Pupil]]:
        return classes.find(connection, code), rosters.sessions(connection, code), rosters.pupils(connection, code)

    found, meets, pupils = await visit.console.database.read(read)
    if found is None:
        raise HTTPException(404)
    return found, meets, pupils


async def change_sessions(visit: Visit) -> Response:
    """Add a session, split the class into half days, or take a session back."""
    code, form = visit.request.path_params["code"], visit.form
    await _found(visit)
    starts, ends = read_moment(form.get("starts_at", "")), read_moment(form.get("ends_at", ""))
    place, drop = normalise(form.get("place", ""))[: classes.MAX_TEXT], form.get("drop", "")

    def change(connection: Connection) -> str:
        if drop.isdecimal() and len(drop) < 10:
            rosters.drop_session(connection, code, int(drop))
            return "dropped"
        if form.get("split"):
            rosters.split_in_half_days(connection, code)
            return "split"
        if starts is None or ends is None:
            raise SessionRefused("Cần ngày giờ bắt đầu và kết thúc của buổi học.")
        rosters.add_session(connection, code, starts, ends, place)
        return "added"

    try:
        done = await visit.does("class.sessions", f"class:{code}", change)
    except SessionRefused as refused:
        return await _show(visit, problem=str(refused))
    return see_other(f"{HOME}/classes/{code}/roster?done={done}")


async def take_attendance(visit: Visit) -> Response:
    """Note who came to a session."""
    code, number = visit.request.path_params["code"], visit.request.path_params["session_id"]
    await _found(visit)
    came = [(int(sign_up), int(seat)) for sign_up, seat in map(_seat, visit.all("came")) if sign_up and seat]
    try:
        await visit.does(
            "class.attendance",
            f"class:{code}",
            lambda connection: rosters.take_attendance(connection, code, number, came, visit.member.name, visit.now),
            session=number,
            came=len(came),
        )
    except SessionRefused as refused:
        return await _show(visit, problem=str(refused))
    return see_other(f"{HOME}/classes/{code}/roster?done=taken&session={number}")


def _seat(text: str) -> tuple[str, str]:
    """Read `12-0`, the seat 0 of the sign-up 12."""
    sign_up, _, seat = text.partition("-")
    known = sign_up.isdecimal() and seat.isdecimal() and len(text) < 20
    return (sign_up, seat) if known else ("", "")


async def sign_in_sheet(visit: Visit) -> Response:
    """Download the sheet that pupils sign."""
    from content.paper.sign_in_sheet import sign_in_sheet as write

    found, meets, pupils = await _found(visit)
    written = io.BytesIO()
    write(found, meets, pupils, visit.console.library.organisation.name, written)
    headers = {"Content-Disposition": f'inline; filename="ky-ten-{found.code}.pdf"', "Cache-Control": "no-store"}
    return Response(written.getvalue(), media_type="application/pdf", headers=headers)


async def calendar(visit: Visit) -> Response:
    """Download the class for a calendar."""
    found, meets, _ = await _found(visit)
    public_url = visit.console.library.organisation.public_url
    url = f"{public_url}/lop/{found.code}" if public_url else ""
    host = urlsplit(public_url).hostname or "khuyencong.invalid"
    headers = {"Content-Disposition": f'attachment; filename="{found.code}.ics"'}
    written = calendar_file(found, meets, url, host, visit.now)
    return Response(written, media_type="text/calendar; charset=utf-8", headers=headers)


async def export(visit: Visit) -> Response:
    """Download the roster as a workbook."""
    found, _, _ = await _found(visit)
    await visit.does("export.made", f"class:{found.code}", lambda _: None, suffix="xlsx", filter={})
    named = f"lop-{found.code}-{local_day(visit.now).isoformat()}"
    return await download(visit.console, "roster", Filter(class_code=found.code), "xlsx", named)


ROUTES = [
    route("/classes/{code}/roster", one, GET, readers),
    route("/classes/{code}/sessions", change_sessions, POST, writers),
    route("/classes/{code}/attendance/{session_id:int}", take_attendance, POST, writers),
    route("/classes/{code}/sign-in.pdf", sign_in_sheet, GET, readers),
    route("/classes/{code}/calendar.ics", calendar, GET, readers),
    route("/classes/{code}/roster.xlsx", export, GET, readers),
]
