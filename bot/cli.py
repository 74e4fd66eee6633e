"""The command line: `kcbot`."""

import asyncio
import sys
from collections.abc import Coroutine
from enum import StrEnum
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import set_up_logs
from bot.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Trợ lý tự động của Trung tâm Khuyến công.")


class Like(StrEnum):
    web = "web"
    telegram = "telegram"
    zalo_bot = "zalo_bot"
    zalo_oa = "zalo_oa"


class Refused(Exception):
    """Something could not be done, for a reason the person at the terminal can act on."""


def settings() -> Settings:
    """Return the settings; raises Refused naming the ones that are wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        names = ", ".join(f"KCBOT_{'_'.join(map(str, error['loc'])).upper()}" for error in wrong.errors())
        raise Refused(f"Cài đặt không hợp lệ: {names}. Xem README, phần Cài đặt.") from wrong


def work(todo: Coroutine[Any, Any, Any]) -> None:
    """Run an asynchronous command to its end."""
    asyncio.run(todo)


@app.command()
def run(
    host: Annotated[str | None, typer.Option(help="Địa chỉ lắng nghe.")] = None,
    port: Annotated[int | None, typer.Option(help="Cổng lắng nghe.")] = None,
) -> None:
    """Chạy tất cả trong một tiến trình: chat, trang quản trị, các kênh nhắn tin."""
    from bot.run import serve

    given = settings()
    changed = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    work(serve(given.model_copy(update=changed)))


@app.command()
def chat(
    name: Annotated[str, typer.Option("--as", help="Tên người nhắn.")] = "toi",
    like: Annotated[Like, typer.Option(help="Hiện tin như trên kênh nào.")] = Like.web,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi câu trả lời một dòng JSON.")] = False,
) -> None:
    """Nhắn tin ngay trong cửa sổ lệnh, với dữ liệu thật. Gõ #2 để bấm lựa chọn số 2."""
    from bot.app import assemble
    from bot.channels.web import Stored
    from bot.terminal import CHANNEL
    from bot.terminal import chat as talk

    async def session() -> None:
        async with assemble(settings(), {CHANNEL: Stored(CHANNEL, like.value)}) as parts:
            if not as_json:
                sys.stdout.write("Gõ tin nhắn rồi Enter. Gõ #số để bấm lựa chọn. Ctrl+D để thoát.\n\n")
            await talk(parts, name, sys.stdin, as_json=as_json)

    work(session())


@app.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""
    from db.engine import open_database
    from db.migrate import migrate as bring_up_to_date

    async def session() -> None:
        async with open_database(settings().database_url) as database:
            await database.write(bring_up_to_date)

    work(session())
    sys.stdout.write("Cơ sở dữ liệu đã ở phiên bản mới nhất.\n")


def main() -> None:
    """Run `kcbot`: 0 done, 1 refused with a reason, 2 wrong usage."""
    set_up_logs()
    try:
        app()
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(1)
    except SQLAlchemyError as broken:
        sys.stderr.write(f"Cơ sở dữ liệu báo lỗi: {broken}\n")
        sys.exit(1)
