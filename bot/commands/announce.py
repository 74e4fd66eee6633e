"""`kcbot announce`: write an announcement, and see how far it has got."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.commands.terms import Json, Refused, opened, say, say_json, work
from conversation.calendar import VIETNAM
from db import announcements
from db.announcements import AnnouncementRefused, Draft, Status
from db.audience import AudienceError, parse, refuse_unknown

app = typer.Typer(no_args_is_help=True, help="Thông báo.")
OPERATOR = "kcbot"
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

            def write(connection: Connection) -> int:
                number = announcements.create(connection, Draft(title, words, audience, send_at), OPERATOR, now)
                if yes:
                    announcements.approve(connection, number, OPERATOR, now, urgent=True)
                return number

            return await parts.database.write(write)

    try:
        number = work(session())
    except (AnnouncementRefused, AudienceError) as refused:
        raise Refused(str(refused)) from refused
    if as_json:
        say_json({"id": number})
    else:
        say(f"Thông báo số {number}: {'đang gửi' if yes else 'chờ duyệt'}.")


@app.command()
def status(number: Annotated[int, typer.Argument(help="Số của thông báo.")], as_json: Json = False) -> None:
    """Thông báo đã gửi đến đâu."""

    async def session() -> Status:
        async with opened() as parts:
            return await parts.database.read(lambda connection: announcements.status(connection, number))

    try:
        found = work(session())
    except AnnouncementRefused as refused:
        raise Refused(str(refused)) from refused
    if as_json:
        say_json(found.to_json())
        return
    counts = ", ".join(f"{WORDS[name]} {count}" for name, count in found.counts.items() if count)
    say(f"Thông báo số {number}: {found.state}. {counts or 'Chưa có người nhận'}.")
