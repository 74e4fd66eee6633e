"""Announcements: written, read as each channel will show it, sent, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME, communes_of, read_moment, typed_moment
from console.visit import Visit, see_other
from conversation.channel import CAPABILITIES
from conversation.reply import Reply
from db import announcements, audience
from db.announcements import WAITING, AnnouncementRefused, Draft, Listed
from db.audience import AudienceError, Reach

DOUBLE_CLICK = timedelta(seconds=10)
NOTICES = {
    "kept": "Đã lưu. Chưa gửi cho ai.",
    "queued": "Đã duyệt. Bấm «Xem số mới» để theo dõi.",
    "cancelled": "Đã hủy. Ai chưa được gửi sẽ không nhận nữa.",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """An announcement as some channels show it: the messages it becomes there."""

    channels: tuple[str, ...]
    messages: tuple[str, ...]


async def listed(visit: Visit) -> Response:
    """Show the announcements."""
    found = await visit.console.database.read(announcements.listed)
    return visit.page("announcements.html", announcements=found)


async def new(visit: Visit) -> Response:
    """Show an empty form, or keep what was written; nothing is sent yet."""
    if visit.request.method == "GET":
        return _form(visit, None, {"audience": visit.request.query_params.get("audience", "")})
    author, now = visit.member.name, visit.now
    try:
        written = read_written(visit)

        def keep(connection: Connection) -> int:
            title, text = written.title, written.text
            same = announcements.just_written(connection, title, text, author, now - DOUBLE_CLICK)
            draft = Draft(title, text, written.audience, written.send_at)
            return same or announcements.create(connection, draft, author, now)

        kept = await visit.console.database.write(keep)
    except (AnnouncementRefused, AudienceError) as refused:
        return _form(visit, None, visit.form, refused)
    return see_other(f"{HOME}/announcements/{kept}?done=kept")


async def edit(visit: Visit) -> Response:
    """Show the form of an announcement that is not sent yet, or keep what was changed."""
    announcement_id = _id(visit)
    found = await _find(visit)
    if visit.request.method == "GET":
        send_at = typed_moment(found.send_at)
        fields = {"title": found.title, "text": found.text, "audience": found.audience, "send_at": send_at}
        return _form(visit, announcement_id, fields)
    try:
        written = read_written(visit)
        await visit.console.database.write(
            lambda connection: announcements.change(
                connection, announcement_id, Draft(written.title, written.text, written.audience, written.send_at)
            )
        )
    except (AnnouncementRefused, AudienceError) as refused:
        return _form(visit, announcement_id, visit.form, refused)
    return see_other(f"{HOME}/announcements/{announcement_id}?done=kept")


@dataclass(frozen=True, slots=True)
class Written:
    """An announcement as its form was filled in."""

    title: str
    text: str
    audience: str
    send_at: datetime | None


def read_written(visit: Visit) -> Written:
    """Read the form of an announcement; raises AnnouncementRefused or AudienceError."""
    form = visit.form
    title, text = announcements.clean(form.get("title", ""), form.get("text", ""))
    wanted = form.get("audience", "")
    audience.refuse_unknown(audience.parse(wanted), visit.console.library)
    return Written(title, text, wanted, read_send_at(form.get("send_at", ""), visit.now))


def read_send_at(written: str, now: datetime) -> datetime | None:
    """Read when to send, in Vietnam's zone; None for at once. Raises AnnouncementRefused for a moment gone by."""
    if not written:
        return None
    send_at = read_moment(written)
    if send_at is None:
        raise AnnouncementRefused("Không đọc được giờ gửi.")
    if send_at <= now:
        raise AnnouncementRefused("Giờ gửi đã qua. Để trống nếu muốn gửi ngay khi bấm gửi.")
    return send_at


def _form(
    visit: Visit, announcement_id: int | None, fields: Mapping[str, str], problem: Exception | None = None
) -> Response:
    library = visit.console.library
    questions = [question for form in library.forms.values() for question in form.questions]
    trades = {option.value: option.label for q in questions if q.name == "trade" for option in q.options}
    return visit.page(
        "announcement_form.html",
        422 if problem else 200,
        announcement_id=announcement_id,
        fields={name: fields.get(name, "") for name in ("title", "text", "audience", "send_at")},
        problem=str(problem or ""),
        in_audience=isinstance(problem, AudienceError),
        most=announcements.MAX_TEXT,
        most_title=announcements.MAX_TITLE,
        communes=communes_of(library.places),
        trades=trades,
        forms=library.forms,
    )


async def one(visit: Visit) -> Response:
    """Show an announcement: to be read and sent while it waits, with its counts afterwards."""
    return await _show(visit)


async def send(visit: Visit) -> Response:
    """Send an announcement that was read: now, or at its time."""
    announcement_id, fingerprint = _id(visit), visit.form.get("fingerprint", "-")
    try:
        await visit.console.database.write(
            lambda connection: announcements.approve(
                connection, announcement_id, visit.member.name, visit.now, fingerprint
            )
        )
    except AnnouncementRefused as refused:
        return await _show(visit, str(refused))
    visit.console.wake()
    return see_other(f"{HOME}/announcements/{announcement_id}?done=queued")


async def cancel(visit: Visit) -> Response:
    """Cancel an announcement."""
    announcement_id = _id(visit)
    try:
        await visit.console.database.write(lambda connection: announcements.cancel(connection, announcement_id))
    except AnnouncementRefused as refused:
        return await _show(visit, str(refused))
    visit.console.wake()
    return see_other(f"{HOME}/announcements/{announcement_id}?done=cancelled")


async def _show(visit: Visit, problem: str = "") -> Response:
    found = await _find(visit)
    reach = await _reach(visit, found) if found.state == WAITING else None
    return visit.page(
        "announcement.html",
        409 if problem else 200,
        shown=found,
        reach=reach,
        previews=previews(visit, found),
        quiet=visit.console.quiet,
        problem=problem,
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
    )


async def _reach(visit: Visit, found: Listed) -> Reach:
    def count(connection: Connection) -> Reach:
        return audience.reach(connection, audience.parse(found.audience), visit.console.channels)

    return await visit.console.database.read(count)


def previews(visit: Visit, found: Listed) -> list[Preview]:
    """Return an announcement as each channel shows it; channels that show the same stand together."""
    at = found.started_at or visit.now
    words = Reply("announcements/pushed", {"title": found.title, "text": found.text, "at": at, "lines": ()})
    by_messages: dict[tuple[str, ...], list[str]] = {}
    for channel in visit.console.channels or CAPABILITIES:
        messages = visit.console.renderer.render([words], CAPABILITIES[channel], 0)
        by_messages.setdefault(tuple(message.text for message in messages), []).append(channel)
    return [Preview(tuple(channels), messages) for messages, channels in by_messages.items()]


def _id(visit: Visit) -> int:
    announcement_id: int = visit.request.path_params["announcement_id"]
    return announcement_id


async def _find(visit: Visit) -> Listed:
    announcement_id = _id(visit)
    found = await visit.console.database.read(lambda connection: announcements.find(connection, announcement_id))
    if found is None:
        raise HTTPException(404)
    return found
