"""`kcbot announce`: write an announcement, and see how far it has got."""

import asyncio
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection

from bot.app import Parts
from bot.commands.terms import Json, Refused, opened, say, say_json, work
from content.announcing import Announced, too_long
from conversation.calendar import VIETNAM
from conversation.topics import TOPICS
from db import announcements, attachments, audit
from db.announcements import QUEUED, SENDING, AnnouncementRefused, Draft, Status
from db.attachments import AttachmentRefused
from db.audience import AudienceError, parse, refuse_unknown
from db.audit import OPERATOR
from db.unit_of_work import Unit

app = typer.Typer(no_args_is_help=True, help="Thông báo.")
FOLLOW_SECONDS = 0.5
STATES = {
    "waiting": "chờ duyệt",
    "queued": "chờ đến giờ",
    "sending": "đang gửi",
    "paused": "tạm dừng",
    "done": "đã xong",
    "cancelled": "đã hủy",
}
WORDS = {
    "pending": "chờ gửi",
    "sending": "đang gửi",
    "sent": "đã gửi",
    "failed": "lỗi",
    "blocked": "đã chặn",
    "unreachable": "không tới được",
    "opted_out": "không nhận tin",
    "uncertain": "chưa rõ đã tới chưa",
    "held": "chờ người nhận nhắn lại",
}


@app.command()
def new(
    title: Annotated[str, typer.Option(help="Tiêu đề.", show_default=False)],
    text: Annotated[str, typer.Option(help="Nội dung.")] = "",
    file: Annotated[Path | None, typer.Option(help="Tệp chứa nội dung.", exists=True, dir_okay=False)] = None,
    audience: Annotated[str, typer.Option(help="Gửi cho ai, ví dụ: commune=13609 trade=garment.")] = "",
    topic: Annotated[str, typer.Option(help=f"Chủ đề: {', '.join(TOPICS)}.")] = "",
    attach: Annotated[Path | None, typer.Option(help="Ảnh hoặc tệp kèm theo.", exists=True, dir_okay=False)] = None,
    at: Annotated[
        datetime | None,
        typer.Option(help="Gửi lúc nào, giờ Việt Nam.", formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Duyệt và gửi ngay, không chờ giờ yên tĩnh.")] = False,
    as_json: Json = False,
) -> None:
    """Soạn thông báo; không có --yes thì chờ duyệt trên trang quản trị."""
    words = file.read_text("utf-8") if file else text
    send_at = at.replace(tzinfo=VIETNAM) if at else None

    async def session() -> int:
        async with opened() as parts:
            now = parts.clock()

            refuse_unknown(parse(audience), parts.library)
            if problem := too_long(parts.renderer, parts.library, Announced("news", title, words, now)):
                raise AnnouncementRefused(problem)

            def write(connection: Connection) -> int:
                sha = attachments.keep(connection, attach.name, attach.read_bytes(), now) if attach else None
                draft = Draft(title, words, audience, send_at, topic, attachment=sha)
                number = announcements.create(connection, draft, OPERATOR, now)
                audit.note(connection, OPERATOR, "announcement.written", f"announcement:{number}", now)
                if yes:
                    announcements.approve(connection, number, OPERATOR, now, urgent=True)
                    audit.note(connection, OPERATOR, "announcement.queued", f"announcement:{number}", now)
                return number

            return await parts.database.write(write)

    try:
        number = work(session())
    except (AnnouncementRefused, AttachmentRefused, AudienceError) as refused:
        raise Refused(str(refused)) from refused
    if as_json:
        say_json({"id": number})
    else:
        say(f"Thông báo số {number}: {'đang gửi' if yes else 'chờ duyệt'}.")


Number = Annotated[int, typer.Argument(help="Số của thông báo.")]


@app.command()
def pause(number: Number, as_json: Json = False) -> None:
    """Tạm dừng: chưa gửi tiếp cho ai."""
    _change(number, "paused", lambda connection: announcements.pause(connection, number), as_json=as_json)


@app.command()
def resume(number: Number, as_json: Json = False) -> None:
    """Gửi tiếp thông báo đang tạm dừng hoặc đã lỡ giờ."""
    _change(number, "resumed", lambda connection: announcements.resume(connection, number), as_json=as_json)


@app.command()
def cancel(number: Number, as_json: Json = False) -> None:
    """Hủy: ai chưa được gửi sẽ không nhận nữa."""
    _change(number, "cancelled", lambda connection: announcements.cancel(connection, number), as_json=as_json)


class Again(StrEnum):
    failed = "failed"
    uncertain = "uncertain"


@app.command()
def resend(
    number: Number,
    only: Annotated[Again | None, typer.Option(help="Chỉ những người có kết quả này.")] = None,
    as_json: Json = False,
) -> None:
    """Gửi lại cho người lỗi và người chưa rõ; người chưa rõ có thể nhận hai lần."""
    outcomes = {only.value} if only else announcements.RESENDABLE
    _change(number, "resent", lambda connection: announcements.resend(connection, number, outcomes), as_json=as_json)


def _change(number: int, done: str, change: Unit[Any], *, as_json: bool) -> None:
    """Make a change, note it, and say how the announcement stands after it."""

    async def session() -> Status:
        async with opened() as parts:

            def write(connection: Connection) -> None:
                change(connection)
                audit.note(connection, OPERATOR, f"announcement.{done}", f"announcement:{number}", parts.clock())

            await parts.database.write(write)
            return await parts.database.read(lambda connection: announcements.status(connection, number))

    try:
        found = work(session())
    except AnnouncementRefused as refused:
        raise Refused(str(refused)) from refused
    _tell(found, as_json=as_json)


@app.command()
def status(
    number: Number,
    follow: Annotated[bool, typer.Option("--follow", help="Theo dõi đến khi gửi xong.")] = False,
    as_json: Json = False,
) -> None:
    """Thông báo đã gửi đến đâu."""

    async def session() -> Status:
        async with opened() as parts:
            return await _followed(parts, number) if follow else await _status(parts, number)

    try:
        found = work(session())
    except AnnouncementRefused as refused:
        raise Refused(str(refused)) from refused
    _tell(found, as_json=as_json)


async def _status(parts: Parts, number: int) -> Status:
    return await parts.database.read(lambda connection: announcements.status(connection, number))


async def _followed(parts: Parts, number: int) -> Status:
    """Show a progress bar, on a terminal only, until nothing is on its way any more."""
    with Progress(disable=not sys.stderr.isatty(), console=Console(stderr=True)) as bar:
        task = bar.add_task("Đang gửi")
        while (found := await _status(parts, number)).state in {QUEUED, SENDING}:
            bar.update(task, total=found.total or None, completed=found.total - found.pending - found.sending)
            await asyncio.sleep(FOLLOW_SECONDS)
        return found


def _tell(found: Status, *, as_json: bool) -> None:
    if as_json:
        say_json(found.to_json())
        return
    counts = ", ".join(f"{WORDS[name]} {count}" for name, count in found.counts.items() if count)
    say(f"Thông báo số {found.id}: {STATES[found.state]}. {counts or 'Chưa có người nhận'}.")
