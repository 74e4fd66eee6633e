"""`kcbot import`: what staff filled in for others comes into the database by the same rules as a chat."""

import secrets
from contextlib import suppress
from datetime import datetime
from functools import partial as partial_of
from pathlib import Path
from random import Random
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.app import Parts
from bot.commands.terms import Refused, opened, say, work
from content.lists.opening import Book, open_list
from content.lists.reading import List, read_list
from content.lists.recognising import recognise
from content.lists.story import layout_as_json, reading_as_json
from content.paper.filled import Answered, CellMistake, WorkbookRefused
from content.paper.reading import read_origin, read_workbook
from conversation.form import Form
from db import audit, duplicates, entering, import_batches
from db.audit import OPERATOR
from db.entering import Entry, EntryRefused
from db.taking_in import Imported, Row
from handlers.questionnaires import facts_of

app = typer.Typer(no_args_is_help=True, help="Nhập dữ liệu từ tệp.")


@app.command()
def responses(
    file: Annotated[Path, typer.Argument(help="Bảng điền sẵn .xlsx đã ghi.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không nhập.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Nhập các dòng đúng, bỏ các dòng sai.")] = False,
    round_id: Annotated[int, typer.Option("--round", help="Số của đợt; 0 là không thuộc đợt nào.")] = 0,
) -> None:
    """Nhập phiếu từ bảng điền sẵn; mỗi lỗi một dòng trang!ô: lỗi gì."""
    source = file.read_bytes()

    async def session() -> None:
        async with opened() as parts:
            await _import(parts, source, dry_run=dry_run, partial=partial, round_id=round_id)

    try:
        work(session())
    except WorkbookRefused as refused:
        raise Refused(f"{file.name}: {refused}") from refused


@app.command()
def establishments(
    file: Annotated[Path, typer.Argument(help="Danh sách .xlsx, .xls hoặc .csv.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không nhập.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Nhập các dòng đúng, bỏ các dòng sai.")] = False,
) -> None:
    """Nhập danh sách cơ sở chưa từng nhắn; mỗi lỗi một dòng trang!ô: lỗi gì."""
    source = file.read_bytes()

    async def session() -> None:
        async with opened() as parts:
            await _import_list(parts, file.name, source, dry_run=dry_run, partial=partial)

    try:
        work(session())
    except WorkbookRefused as refused:
        raise Refused(f"{file.name}: {refused}") from refused


async def _import_list(parts: Parts, name: str, source: bytes, *, dry_run: bool, partial: bool) -> None:
    now, library = parts.clock(), parts.library
    book = open_list(source)
    layout = recognise(book, await parts.database.read(import_batches.headings))
    found = read_list(book, layout, library.forms["profile"], library.places, now)
    for mistake in found.mistakes:
        say(str(mistake))
    for one in found.skipped:
        say(f"Bỏ qua dòng {one.row}: {one.text}")
    if found.unknown:
        say(f"Bỏ qua các cột: {', '.join(found.unknown)}.")
    if found.mistakes and not partial:
        raise Refused(f"Chưa nhập gì: {len(found.mistakes)} lỗi.")

    def take_in(connection: Connection) -> tuple[Imported, list[int]]:
        taken = _take_in(connection, name, source, book, found, now)
        if dry_run:
            raise _Tried(taken[0])
        return taken

    touched: list[int] = []
    try:
        taken, touched = await parts.database.write(take_in)
    except _Tried as tried:
        taken = tried.taken
    for start in range(0, len(touched), duplicates.CHUNK):
        some = touched[start : start + duplicates.CHUNK]
        await parts.database.write(partial_of(duplicates.examine, ids=some), bulk=True)
    done = "Kiểm tra xong, sẽ" if dry_run else "Đã"
    say(f"{done} thêm {taken.added} cơ sở, bổ sung {taken.filled_in}, giữ nguyên {taken.unchanged}.")


def _take_in(
    connection: Connection, name: str, source: bytes, book: Book, found: List, now: datetime
) -> tuple[Imported, list[int]]:
    number = import_batches.keep(connection, name, source, OPERATOR, now)
    import_batches.keep_reading(connection, number, layout_as_json(book, found.layout), reading_as_json(found), ())
    rows = [Row(row.row, row.facts, row.tags) for row in found.right]
    taken = import_batches.take(connection, number, rows, now)
    assert taken is not None
    audit.note(connection, OPERATOR, "import.taken", f"import:{number}", now, file=name, rows=len(rows))
    return taken


class _Tried(Exception):
    """What a list would do; it is taken back."""

    def __init__(self, taken: Imported) -> None:
        super().__init__()
        self.taken = taken


async def _import(parts: Parts, source: bytes, *, dry_run: bool, partial: bool, round_id: int) -> None:
    origin = read_origin(source)
    form = await parts.database.read(lambda connection: _form(parts, connection, origin.sha))
    if form is None:
        raise Refused(f"Không có phiếu «{origin.form}», bản {origin.sha[:8]}, trong cơ sở dữ liệu này.")
    now = parts.clock()
    filled = read_workbook(form, source, parts.library.places, now)
    mistakes: list[CellMistake | str] = list(filled.mistakes)
    good = [row for row in filled.rows if not row.mistakes]
    chance = Random(secrets.randbits(64))  # noqa: S311 - codes are no secret

    def enter(connection: Connection) -> list[str]:
        codes = []
        for row in good:
            try:
                codes.append(entering.enter(connection, _entry(parts, form, row, round_id), OPERATOR, now, chance))
            except EntryRefused as refused:
                mistakes.append(f"dòng {row.row}: {refused}")
        if dry_run or (mistakes and not partial):
            raise _Undone
        return codes

    codes: list[str] = []
    if not mistakes or partial or dry_run:
        with suppress(_Undone):
            codes = await parts.database.write(enter)
    for mistake in mistakes:
        say(str(mistake))
    if mistakes and not partial:
        raise Refused(f"Chưa nhập gì: {len(mistakes)} lỗi.")
    done = f"Kiểm tra xong, {len(good)} phiếu nhập được." if dry_run else f"Đã nhập {len(codes)} phiếu."
    say(" ".join([done, *codes]) if len(codes) <= 20 else done)


class _Undone(Exception):
    """What was entered is taken back: a trial, or not all of it could be."""


def _form(parts: Parts, connection: Connection, sha: str) -> Form | None:
    shipped = next((form for form in parts.library.forms.values() if form.sha == sha), None)
    return shipped or parts.receiver.read_form(connection, sha)


def _entry(parts: Parts, form: Form, row: Answered, round_id: int) -> Entry:
    facts = facts_of(parts.library.forms["profile"], form, row.answers)
    return Entry(form.name, form.sha, form.prefix, row.answers, row.typed, facts, round_id)
