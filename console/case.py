"""One case: moved on with its owner told, given to somebody, with a day, notes and papers."""

from datetime import date
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.case_words import LONGEST_TOLD, activity_of, told
from console.pages import HOME
from console.responses import in_order
from console.routing import BOTH, GET, POST, route, scoped, scoped_writers, writers
from console.telling import tell
from console.visit import Visit, see_other
from conversation.answers import normalise
from conversation.calendar import local_day
from conversation.case import DECLINED, STEPS, next_step
from db import attachments, audit, case_files, cases, responses, staff
from db.cases import Case, Overtaken
from db.words import CASES

NOTICES = {
    "moved": "Đã chuyển bước, chưa nhắn cho chủ cơ sở.",
    "told": "Đã chuyển bước và nhắn cho chủ cơ sở.",
    "unreached": "Đã chuyển bước, nhưng lúc này không kênh nào nhắn được cho chủ cơ sở. Anh/chị gọi điện giúp.",
    "assigned": "Đã ghi người phụ trách và hạn.",
    "noted": "Đã ghi.",
    "filed": "Đã thêm giấy tờ.",
    "unfiled": "Đã bỏ giấy tờ.",
}
MOST_DAYS = 250
LONGEST_REASON = 300
SHOWN = {"image/jpeg", "image/png"}


async def one(visit: Visit) -> Response:
    """Show a case; that somebody looked is noted."""
    return await _show(visit)


async def _show(visit: Visit, problem: str = "") -> Response:
    code, library, scope = visit.request.path_params["code"], visit.console.library, visit.member.scope

    def read(connection: Connection) -> dict[str, Any] | None:
        case, sent = cases.find(connection, code, scope), responses.find(connection, code, scope)
        if case is None or sent is None:
            return None
        audit.note_read(connection, visit.member.name, f"case:{code}", visit.now)
        form = library.forms[sent.form]
        asked = form if form.sha == sent.form_sha else visit.console.read_form(connection, sent.form_sha)
        return {
            "case": case,
            "answers": in_order(sent, asked, library.places),
            "events": cases.events(connection, case.id),
            "papers": case_files.of_staff(connection, case.id),
            "sent": case_files.of_owner(connection, case.contact_id),
            "members": staff.names(connection),
        }

    found = await visit.console.database.write(read)
    if found is None:
        raise HTTPException(404)
    return visit.page(
        "case.html",
        422 if problem else 200,
        **found,
        activity=activity_of(library, found["case"]),
        statuses=CASES,
        steps=STEPS,
        next_step=next_step(found["case"].status),
        today=local_day(visit.now),
        notice="" if problem else NOTICES.get(visit.request.query_params.get("done", ""), ""),
        problem=problem,
    )


async def _found(visit: Visit) -> Case:
    code, scope = visit.request.path_params["code"], visit.member.scope
    found = await visit.console.database.read(lambda connection: cases.find(connection, code, scope))
    if found is None:
        raise HTTPException(404)
    return found


def _back(case: Case, done: str) -> Response:
    return see_other(f"{HOME}/cases/{quote(case.code)}?done={done}")


async def move(visit: Visit) -> Response:
    """Show what the owner would be told of a move; then move, and tell them or not."""
    case, library = await _found(visit), visit.console.library
    given = visit.form if visit.request.method == "POST" else visit.request.query_params
    to, reason = given.get("to", ""), normalise(given.get("reason", ""))[:LONGEST_REASON]
    if to not in CASES or to == case.status:
        return see_other(f"{HOME}/cases/{quote(case.code)}")
    words = given.get("words", "").replace("\r\n", "\n").strip()
    words = words or told(library, visit.console.renderer, case, to, reason)
    told_of_it = given.get("tell") == "yes"

    def ask(problem: str = "") -> Response:
        activity = activity_of(library, case)
        values = {"case": case, "to": to, "reason": reason, "words": words, "activity": activity, "statuses": CASES}
        status = 422 if problem else 200
        return visit.page("case_move.html", status, **values, longest=LONGEST_TOLD, problem=problem)

    if to == DECLINED and not reason:
        return ask("Anh/chị ghi lý do: chủ cơ sở có quyền biết vì sao chưa được hỗ trợ.")
    if visit.request.method == "GET":
        return ask()
    if told_of_it and len(words) > LONGEST_TOLD:
        return ask(f"Lời nhắn dài {len(words)} ký tự, nhiều nhất là {LONGEST_TOLD}.")
    seen, by, now = given.get("seen", ""), visit.member.name, visit.now

    def act(connection: Connection) -> str:
        event = cases.move(connection, case.id, seen, to, reason, by, now)
        if not told_of_it:
            return "moved"
        message = tell(visit, connection, case.contact_id, "cases/moved", words, f">mine/{case.code}")
        cases.tell(connection, event, words, message)
        return "told" if message else "unreached"

    try:
        done = await visit.does("case.moved", f"case:{case.code}", act, to=to, was=seen, told=told_of_it)
    except Overtaken:
        return ask("Hồ sơ vừa được người khác chuyển bước. Anh/chị xem lại trước khi chuyển tiếp.")
    visit.console.wake()
    return _back(case, done)


async def assign(visit: Visit) -> Response:
    """Say who sees to a case, and by when: a day, or so many working days from now."""
    case = await _found(visit)
    to, days, typed = (visit.form.get(name, "").strip() for name in ("to", "days", "due_on"))
    try:
        day = date.fromisoformat(typed) if typed else None
        count = int(days) if days else 0
    except ValueError:
        return await _show(visit, "Hạn ghi là một ngày, hoặc số ngày làm việc.")
    if not 0 <= count <= MOST_DAYS:
        return await _show(visit, f"Số ngày làm việc từ 1 đến {MOST_DAYS}.")
    if count:
        day = visit.console.library.organisation.working.promised(visit.now, count)
    by, now = visit.member.name, visit.now

    def act(connection: Connection) -> None:
        if to != case.assignee and to in ("", *staff.names(connection)):
            cases.assign(connection, [case.id], to, by, now)
        if day != case.due_on:
            cases.set_due(connection, case.id, day, by, now)

    await visit.does("case.assigned", f"case:{case.code}", act, to=to, due=day.isoformat() if day else "")
    return _back(case, "assigned")


async def add_note(visit: Visit) -> Response:
    """Write down a note."""
    case, text = await _found(visit), normalise(visit.form.get("text", ""))
    if not text:
        return _back(case, "")
    by, now = visit.member.name, visit.now
    await visit.does(
        "case.note",
        f"case:{case.code}",
        lambda connection: cases.note(connection, case.id, "note", "", text, by, now),
    )
    return _back(case, "noted")


async def add_file(visit: Visit) -> Response:
    """Put a paper to a case."""
    case = await _found(visit)
    if not visit.files:
        return await _show(visit, "Anh/chị chưa chọn tệp nào.")
    file, by, now = visit.files[0], visit.member.name, visit.now
    try:
        await visit.does(
            "case.file",
            f"case:{case.code}",
            lambda connection: case_files.add(connection, case.id, file.name, file.data, by, now),
            file=file.name,
        )
    except attachments.AttachmentRefused as refused:
        return await _show(visit, str(refused))
    return _back(case, "filed")


async def file(visit: Visit) -> Response:
    """Show a picture of a case, download any other paper."""
    case, number = await _found(visit), visit.request.path_params["number"]
    found = await visit.console.database.read(lambda connection: case_files.read(connection, case.id, number))
    if found is None:
        raise HTTPException(404)
    name, media_type, data = found
    kind = "inline" if media_type in SHOWN else "attachment"
    headers = {"Content-Disposition": f"{kind}; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)


async def remove_file(visit: Visit) -> Response:
    """Take a paper away from a case."""
    case, number, by, now = await _found(visit), visit.request.path_params["number"], visit.member.name, visit.now
    await visit.does(
        "case.unfiled",
        f"case:{case.code}",
        lambda connection: case_files.remove(connection, case.id, number, by, now),
    )
    return _back(case, "unfiled")


ROUTES = [
    route("/cases/{code}", one, GET, scoped),
    route("/cases/{code}/move", move, BOTH, writers),
    route("/cases/{code}/assignee", assign, POST, writers),
    route("/cases/{code}/notes", add_note, POST, scoped_writers),
    route("/cases/{code}/files", add_file, POST, writers, 1),
    route("/cases/{code}/files/{number:int}", file, GET, scoped),
    route("/cases/{code}/files/{number:int}/remove", remove_file, POST, writers),
]
