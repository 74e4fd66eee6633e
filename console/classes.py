"""Classes: written, changed, opened, closed, and who comes."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME, read_moment, typed_moment
from console.tables import without_empty
from console.visit import Visit, see_other
from conversation.answers import normalise
from conversation.training_class import TrainingClass
from db import classes, reminders
from db.classes import Arranged, ClassRefused
from db.exports import Filter, Source, sign_ups
from db.exports.listing import Column, Value
from db.reminders import Reminder

NOTICES = {
    "created": "Đã thêm lớp. Lớp đang mở đăng ký.",
    "changed": "Đã lưu thay đổi.",
    "opened": "Đã mở đăng ký.",
    "closed": "Đã đóng đăng ký.",
}
EMPTY = dict.fromkeys(
    ("code", "title", "starts_at", "ends_at", "place", "seats", "deadline", "fee", "schedule"),
    "",
)


async def listed(visit: Visit) -> Response:
    """Show all classes."""
    found = await visit.console.database.read(classes.listed)
    return visit.page("classes.html", classes=found)


async def one(visit: Visit) -> Response:
    """Show a class and who signed up."""
    code = visit.request.path_params["code"]

    def read(connection: Connection) -> tuple[TrainingClass | None, list[Column], list[list[Value]], list[Reminder]]:
        source = Source(connection, visit.console.library, visit.console.read_form)
        listing = sign_ups(source, Filter(class_code=code, status="held"))
        columns, rows = without_empty(listing, list(listing.rows(connection)), frozenset({"class_code", "class_title"}))
        return classes.find(connection, code), columns, rows, reminders.of_class(connection, code)

    found, columns, rows, reminded = await visit.console.database.read(read)
    if found is None:
        raise HTTPException(404)
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    return visit.page("class.html", shown=found, columns=columns, rows=rows, reminders=reminded, notice=notice)


async def new(visit: Visit) -> Response:
    """Show an empty form for a class, or keep a new one."""
    if visit.request.method == "GET":
        return visit.page("class_form.html", code="", fields=EMPTY, problems={})
    try:
        arranged = read_class(visit.form)
        await visit.does(
            "class.created",
            f"class:{arranged.code}",
            lambda connection: classes.create(connection, arranged, visit.now),
        )
    except ClassRefused as refused:
        return _again(visit, "", refused)
    return see_other(f"{HOME}/classes/{arranged.code}?done=created")


async def edit(visit: Visit) -> Response:
    """Show the form of a class, or keep what was changed."""
    code = visit.request.path_params["code"]
    if visit.request.method == "GET":
        found = await visit.console.database.read(lambda connection: classes.find(connection, code))
        if found is None:
            raise HTTPException(404)
        return visit.page("class_form.html", code=code, fields=_fields(found), problems={})
    try:
        arranged = read_class(visit.form)
        await visit.does(
            "class.changed",
            f"class:{arranged.code}",
            lambda connection: classes.change(connection, code, arranged, visit.now),
        )
    except ClassRefused as refused:
        return _again(visit, code, refused)
    return see_other(f"{HOME}/classes/{arranged.code}?done=changed")


def _again(visit: Visit, code: str, refused: ClassRefused) -> Response:
    fields = {name: visit.form.get(name, "") for name in EMPTY}
    return visit.page("class_form.html", 422, code=code, fields=fields, problems=refused.problems)


async def set_open(visit: Visit) -> Response:
    """Open a class for signing up, or close it."""
    code = visit.request.path_params["code"]
    is_open = visit.form.get("open") == "yes"
    known = await visit.does(
        "class.opened" if is_open else "class.closed",
        f"class:{code}",
        lambda connection: classes.set_open(connection, code, is_open=is_open),
    )
    if not known:
        raise HTTPException(404)
    return see_other(f"{HOME}/classes/{code}?done={'opened' if is_open else 'closed'}")


def read_class(form: Mapping[str, str]) -> Arranged:
    """Read what staff wrote about a class, times in Vietnam's zone; raises ClassRefused for what cannot be read."""
    problems: dict[str, str] = {}
    starts_at, ends_at = read_moment(form.get("starts_at", "")), read_moment(form.get("ends_at", ""))
    deadline = _read_day(form.get("deadline", ""))
    seats = form.get("seats", "").strip()
    if starts_at is None:
        problems["starts_at"] = "Cần ngày giờ bắt đầu."
    if ends_at is None:
        problems["ends_at"] = "Cần ngày giờ kết thúc."
    if deadline is None:
        problems["deadline"] = "Cần hạn đăng ký."
    if not (seats.isascii() and seats.isdigit() and len(seats) < 6):
        problems["seats"] = "Số chỗ là một con số."
    if problems or starts_at is None or ends_at is None or deadline is None:
        raise ClassRefused(problems)
    return Arranged(
        code=normalise(form.get("code", "")).upper(),
        title=normalise(form.get("title", "")),
        starts_at=starts_at,
        ends_at=ends_at,
        place=normalise(form.get("place", "")),
        seats=int(seats),
        deadline=deadline,
        fee=normalise(form.get("fee", "")),
        schedule=normalise(form.get("schedule", "")),
    )


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _fields(found: TrainingClass) -> dict[str, str]:
    """Return a class as the fields of its form hold it."""
    return {
        "code": found.code,
        "title": found.title,
        "starts_at": typed_moment(found.starts_at),
        "ends_at": typed_moment(found.ends_at),
        "place": found.place,
        "seats": str(found.seats),
        "deadline": found.deadline.isoformat(),
        "fee": found.fee,
        "schedule": found.schedule,
    }
