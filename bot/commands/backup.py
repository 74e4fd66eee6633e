"""`kcbot backup`, `kcbot restore`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.app import runner_lock
from bot.backup.restoring import NotRestored, Restored
from bot.backup.restoring import restore as bring_back
from bot.backup.taking import NotTaken, backup_key, take
from bot.clock import now
from bot.commands.terms import Refused, opened, say, settings, work
from bot.settings import Settings
from db import backups
from db.audit import OPERATOR

File = Annotated[Path, typer.Argument(help="Tệp sao lưu.", show_default=False, dir_okay=False)]


def backup(file: File) -> None:
    """Sao lưu mọi thứ vào một tệp có khóa; chạy được cả khi hệ thống đang hoạt động."""
    given = settings()

    async def session() -> int:
        async with opened() as parts:
            taken = take(given, file, parts.clock())
            await parts.database.write(
                lambda connection: backups.note(connection, str(file), taken.taken_at, taken.size, OPERATOR)
            )
            return taken.size

    try:
        size = work(session())
    except NotTaken as refused:
        raise Refused(str(refused)) from refused
    say(f"Đã sao lưu vào {file} ({size / 1024 / 1024:.1f} MB).")
    say(f"Khóa mở bản sao lưu: {backup_key(given)}")
    say("Chép khóa này ra giấy, cất riêng với tệp: mất khóa thì không mở được.")


def restore(
    file: File,
    key: Annotated[str, typer.Option(help="Khóa của bản sao lưu; bỏ trống thì dùng khóa của máy này.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại.")] = False,
) -> None:
    """Phục hồi từ một tệp sao lưu; dữ liệu đang có được giữ lại bên cạnh."""
    given = settings()
    if not yes and not typer.confirm("Dữ liệu đang có sẽ được thay bằng bản sao lưu. Tiếp tục?"):
        raise Refused("Chưa phục hồi gì.")
    try:
        done = _restore(given, file, key)
    except BlockingIOError as running:
        raise Refused("Hệ thống đang chạy. Dừng kcbot run rồi phục hồi.") from running
    except (NotRestored, NotTaken) as refused:
        raise Refused(str(refused)) from refused
    say(f"Đã phục hồi bản sao lưu lúc {done.taken_at:%Y-%m-%d %H:%M} UTC.")
    say(f"{done.calmed.announcements} thông báo đang dừng, {done.calmed.uncertain} lượt gửi chưa rõ kết quả.")
    say(f"{done.calmed.departures} người đã rút lui sau bản sao lưu vẫn được giữ đúng ý họ.")
    if done.kept:
        say(f"Dữ liệu trước khi phục hồi: {done.kept}")
    say("Vào trang quản trị xem lại từng thông báo trước khi gửi tiếp.")


def _restore(given: Settings, file: Path, key: str) -> Restored:
    with runner_lock(given):
        return bring_back(given, file, key or backup_key(given), now())
