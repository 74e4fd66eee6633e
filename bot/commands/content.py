"""`kcbot content`: pages between the database and files, so that git can hold them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.clock import now as clock
from bot.commands.terms import Refused, opened, say, work
from content.errors import ContentError
from content.library import shipped_page
from content.page_fields import FieldError, in_one_shape, label_of, refuse_days_to_come
from content.pages import read_page
from conversation.calendar import local_day
from db import audit, pages
from db.audit import OPERATOR
from db.pages import Draft, PageRefused

app = typer.Typer(no_args_is_help=True, help="Trang chính sách: chép ra tệp, đưa từ tệp vào.")
Folder = Annotated[Path, typer.Argument(help="Thư mục chứa các trang, mỗi trang một tệp .md.", file_okay=False)]


@dataclass(frozen=True, slots=True)
class Found:
    """A page's file as it was read."""

    file: Path
    text: str

    @property
    def page_id(self) -> str:
        return self.file.stem


@app.command()
def pull(
    folder: Folder,
    everything: Annotated[bool, typer.Option("--all", help="Cả những trang kèm chương trình chưa ai sửa.")] = False,
) -> None:
    """Chép các trang đã đăng ra tệp; tệp giống rồi thì để nguyên."""

    async def session() -> Mapping[str, str]:
        async with opened() as parts:
            live = await parts.database.read(pages.live_revisions)
            shipped = {page_id: shipped_page(page_id) for page_id in parts.library.pages} if everything else {}
            return shipped | {page_id: one.source for page_id, one in live.items()}

    found: Mapping[str, str] = work(session())
    folder.mkdir(parents=True, exist_ok=True)
    written = [page_id for page_id, text in sorted(found.items()) if _write(folder / f"{page_id}.md", text)]
    for page_id in written:
        say(f"{folder / page_id}.md")
    say(f"{len(written)} trang chép ra, {len(found) - len(written)} trang đã giống.")


def _write(file: Path, text: str) -> bool:
    if file.exists() and file.read_text("utf-8") == text:
        return False
    file.write_text(text, "utf-8")
    return True


@app.command()
def push(
    folder: Folder,
    by: Annotated[str, typer.Option("--by", help="Tên người soạn; người khác sẽ duyệt.")] = OPERATOR,
) -> None:
    """Đưa các tệp khác với trang đang dùng vào thành bản nháp, chờ duyệt trên trang quản trị; không tự đăng."""
    if not folder.is_dir():
        raise Refused(f"Không có thư mục {folder}.")
    found, wrong = [], []
    for file in sorted(folder.glob("*.md")):
        try:
            found.append(_read(file, local_day(clock())))
        except ContentError as error:
            wrong.append(str(error))
    if wrong:
        raise Refused("\n".join([*wrong, "Chưa đưa vào trang nào."]))

    async def session() -> list[str]:
        async with opened() as parts:
            now = parts.clock()
            return await parts.database.write(lambda connection: _keep(connection, found, by, now))

    try:
        kept: list[str] = work(session())
    except PageRefused as refused:
        raise Refused(f"{refused}\nChưa đưa vào trang nào.") from refused
    for page_id in kept:
        say(f"{page_id}: bản nháp, chờ duyệt.")
    say(f"{len(kept)} trang khác, {len(found) - len(kept)} trang đã giống.")


def _read(file: Path, today: date) -> Found:
    """Return a page's file; raises ContentError where it is none."""
    try:
        text = file.read_text("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ContentError(file, 1, "tệp không phải UTF-8") from error
    try:
        refuse_days_to_come(read_page(file, text), today)
    except FieldError as wrong:
        raise ContentError(file, 1, f"«{label_of(wrong.field)}»: {wrong.message}") from wrong
    return Found(file, text)


def _keep(connection: Connection, found: list[Found], by: str, now: datetime) -> list[str]:
    """Keep as drafts what differs from what owners read, or from what waits already; return which pages."""
    live, kept = pages.live_revisions(connection), []
    for one in found:
        shipped = shipped_page(one.page_id)
        latest = pages.newest(connection, one.page_id)
        waits = latest.source if latest and latest.waits else ""
        current = waits or (live[one.page_id].source if one.page_id in live else shipped)
        if current and in_one_shape(current) == in_one_shape(one.text):
            continue
        draft = Draft(one.page_id, one.text, by, latest.number if latest else None, shipped, f"Từ tệp {one.file.name}")
        try:
            number = pages.keep_draft(connection, draft, now)
        except PageRefused as refused:
            raise PageRefused(f"{one.file}:1: {refused}") from refused
        audit.note(connection, by, "page.written", f"page:{one.page_id}", now, number=number)
        kept.append(one.page_id)
    return kept
