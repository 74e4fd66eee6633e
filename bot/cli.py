"""The command line: `kcbot`."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.app import NotMigrated, assemble
from bot.channels.web import Stored
from bot.commands import announce, content, forms, imports, staff
from bot.commands.backup import backup, restore
from bot.commands.data import export_data, export_job, migrate
from bot.commands.doctor import doctor
from bot.commands.terms import Refused, say, settings, work
from bot.logs import set_up_logs
from bot.run import Half, NeedsSharedDatabase, serve
from bot.terminal import CHANNEL
from bot.terminal import chat as talk
from content.errors import ContentError
from content.xlsform import FormError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Trợ lý tự động của Trung tâm Khuyến công.")
app.add_typer(announce.app, name="announce")
app.add_typer(staff.app, name="staff")
app.add_typer(forms.app, name="forms")
app.add_typer(imports.app, name="import")
app.add_typer(content.app, name="content")
app.command("export")(export_data)
app.command()(backup)
app.command()(restore)
app.command()(doctor)
app.command("export-job", hidden=True)(export_job)
app.command()(migrate)


class Like(StrEnum):
    web = "web"
    telegram = "telegram"
    zalo_bot = "zalo_bot"
    zalo_oa = "zalo_oa"


@app.command()
def run(
    host: Annotated[str | None, typer.Option(help="Địa chỉ lắng nghe.")] = None,
    port: Annotated[int | None, typer.Option(help="Cổng lắng nghe.")] = None,
    worker: Annotated[bool, typer.Option("--worker", help="Chỉ nhận, gửi tin và hẹn giờ (cần PostgreSQL).")] = False,
    web: Annotated[bool, typer.Option("--web", help="Chỉ phục vụ các trang (cần PostgreSQL).")] = False,
) -> None:
    """Chạy tất cả trong một tiến trình: chat, trang quản trị, các kênh nhắn tin."""
    half = Half.both if worker == web else Half.worker if worker else Half.web
    changed = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    given = settings().model_copy(update=changed)
    try:
        work(serve(given, half))
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong
    except BlockingIOError as held:
        raise Refused("Đã có một kcbot run khác dùng cơ sở dữ liệu này.") from held
    except NeedsSharedDatabase as alone:
        raise Refused("--worker và --web cần PostgreSQL; với SQLite một tiến trình làm tất cả.") from alone


@app.command()
def chat(
    name: Annotated[str, typer.Option("--as", help="Tên người nhắn.")] = "toi",
    like: Annotated[Like, typer.Option(help="Hiện tin như trên kênh nào.")] = Like.web,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi câu trả lời một dòng JSON.")] = False,
) -> None:
    """Nhắn tin ngay trong cửa sổ lệnh, với dữ liệu thật. Gõ #2 để bấm lựa chọn số 2."""

    if sys.stdin.isatty() and not as_json:
        say("Gõ tin nhắn rồi Enter. Gõ #2 để bấm lựa chọn số 2. Ctrl+D để thoát.\n")

    async def session() -> None:
        async with assemble(settings(), {CHANNEL: Stored(CHANNEL, like.value)}) as parts:
            await talk(parts, name, sys.stdin, as_json=as_json)

    work(session())


def main() -> None:
    """Run `kcbot`: 0 done, 1 refused with a reason, 2 wrong usage."""
    set_up_logs()
    try:
        app()
    except (Refused, ContentError, FormError) as refused:
        sys.exit(str(refused))
    except NotMigrated:
        sys.exit("Cơ sở dữ liệu chưa ở phiên bản mới nhất. Chạy: kcbot migrate")
    except OSError as failed:
        sys.exit(f"Không làm được: {failed}")
    except SQLAlchemyError as broken:
        sys.exit(f"Cơ sở dữ liệu báo lỗi: {broken}")
