"""Lists that staff bring: uploaded, recognised, corrected, looked over, taken in, undone as a whole."""

import asyncio
import re
from collections.abc import Mapping
from functools import partial
from pathlib import PurePath

from openpyxl.utils import column_index_from_string
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console import import_reading
from console.duplicates import REASONS, page_number
from console.fact_words import label_of
from console.import_reading import Asked
from console.pages import HOME, XLSX
from console.routing import GET, POST, route, writers
from console.visit import Visit, see_other
from content.lists.fields import LABELS, NAME, PERSON
from content.lists.legacy import NAMES
from content.lists.marking import marked
from content.lists.reading import NO_NAME
from content.lists.story import mistakes_of
from content.paper.filled import WorkbookRefused
from db import duplicates, import_batches, undoing_imports
from db.import_batches import Batch
from db.taking_in import Imported
from db.undoing_imports import Undone

PAGE = 50
MOST_TOLD = 100
COLUMN = re.compile(r"column-\d{1,2}")
NOTICES = {
    "taken": "Đã nhập xong. Nhập nhầm thì hoàn tác cả lần nhập ở cuối trang này.",
    "undone": "Đã hoàn tác lần nhập này.",
    "dropped": "Đã bỏ tệp, chưa nhập gì.",
    "read": "Đã đọc lại theo các cột anh/chị chọn.",
}
GONE = "Tệp này đã được nhập hoặc đã bỏ."


async def listed(visit: Visit) -> Response:
    """Show the lists that were brought, the latest first, and where to bring another."""
    return await _list(visit, 200)


async def _list(visit: Visit, status: int, problem: str = "") -> Response:
    number = page_number(visit.request.query_params.get("page", ""))

    def read(connection: Connection) -> tuple[list[Batch], int]:
        return import_batches.listed(connection, (number - 1) * PAGE, PAGE), import_batches.count(connection)

    batches, count = await visit.console.database.read(read)
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    pages = max(1, -(-count // PAGE))
    return visit.page(
        "imports.html", status, batches=batches, number=number, pages=pages, notice=notice, problem=problem
    )


async def upload(visit: Visit) -> Response:
    """Keep an uploaded list as a draft and show what was found in it."""
    files = [file for file in visit.files if file.field == "list"]
    if not files:
        return await _list(visit, 422, "Anh/chị chọn tệp danh sách (.xlsx, .xls hoặc .csv).")
    file, who = files[0], visit.member.name
    try:
        done = await import_reading.read(visit.console, file.data, Asked(), visit.now)
    except WorkbookRefused as refused:
        return await _list(visit, 422, f"«{file.name}»: {refused}")

    def draft(connection: Connection) -> int:
        number = import_batches.keep(connection, PurePath(file.name).name, file.data, who, visit.now)
        import_reading.keep(connection, number, done)
        return number

    number = await visit.console.database.write(draft)
    return see_other(f"{HOME}/imports/{number}")


async def one(visit: Visit) -> Response:
    """Show a list: a draft with what it would do, or what it did."""
    return await _one(visit, 200)


async def _one(visit: Visit, status: int, problem: str = "") -> Response:
    batch = await _found(visit)
    number = page_number(visit.request.query_params.get("page", ""))
    start = (number - 1) * PAGE

    changes = await visit.console.database.read(
        lambda connection: import_batches.changes(connection, batch.id, start, PAGE + 1)
    )
    library = visit.console.library
    return visit.page(
        "import.html" if batch.state == "draft" else "import_done.html",
        status,
        batch=batch,
        changes=changes[:PAGE],
        more=len(changes) > PAGE,
        number=number,
        labels=LABELS,
        sample_of=[label_of(library, name) for name in batch.reading.get("sample_of", ())],
        mistakes=_told(batch)[:MOST_TOLD],
        most=MOST_TOLD,
        reasons=REASONS,
        encodings=NAMES,
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
        problem=problem or (NO_NAME if batch.state == "draft" and _names_nobody(batch) else ""),
    )


def _names_nobody(batch: Batch) -> bool:
    return not {NAME, PERSON} & set(batch.layout["fields"].values())


def _told(batch: Batch) -> list[tuple[str, str, str]]:
    """Return the mistakes: cell, heading of its column, why."""
    headings = batch.layout.get("headings", {})
    return [
        (
            wrong.cell,
            headings.get(str(column_index_from_string(wrong.cell.rstrip("0123456789")) - 1), ""),
            wrong.message,
        )
        for wrong in mistakes_of(batch.reading)
    ]


async def _found(visit: Visit) -> Batch:
    number = visit.request.path_params["batch_id"]
    batch = await visit.console.database.read(lambda connection: import_batches.find(connection, number))
    if batch is None:
        raise HTTPException(404)
    return batch


async def columns(visit: Visit) -> Response:
    """Read a draft again as staff say it is laid out."""
    batch = await _found(visit)
    source = await visit.console.database.read(lambda connection: import_batches.source_of(connection, batch.id))
    if batch.state != "draft" or source is None:
        return await _one(visit, 409, GONE)
    try:
        done = await import_reading.read(visit.console, source, _asked(batch, visit.form), visit.now)
    except WorkbookRefused as refused:
        return await _one(visit, 422, str(refused))
    kept = await visit.console.database.write(lambda connection: import_reading.keep(connection, batch.id, done))
    return see_other(f"{HOME}/imports/{batch.id}?done=read") if kept else await _one(visit, 409, GONE)


def _asked(batch: Batch, form: Mapping[str, str]) -> Asked:
    """Return how a list is to be read; where another sheet or header was chosen, its columns are looked at anew."""
    sheet, header = form.get("sheet", ""), page_number(form.get("header", ""))
    if (sheet, header) != (batch.layout["sheet"], batch.layout["header"]):
        return Asked(sheet, header if sheet == batch.layout["sheet"] else 0)
    named = {int(name.removeprefix("column-")): value for name, value in form.items() if COLUMN.fullmatch(name)}
    return Asked(sheet, header, {place: value for place, value in named.items() if value})


async def take(visit: Visit) -> Response:
    """Take a draft in, with or without the rows in which a cell is wrong."""
    batch, lenient = await _found(visit), visit.form.get("rows") == "usable"

    def deed(connection: Connection) -> tuple[Imported, list[int]]:
        rows = [row for row in import_batches.rows_of(connection, batch.id) if lenient or not row.wrong]
        taken = import_batches.take(connection, batch.id, rows, visit.now)
        if taken is None:
            raise WorkbookRefused(GONE)
        import_batches.remember(connection, batch.layout.get("learned", {}))
        return taken

    try:
        _, touched = await visit.does("import.taken", f"import:{batch.id}", deed, file=batch.file_name, wrong=lenient)
    except WorkbookRefused as refused:
        return await _one(visit, 409, str(refused))
    for start in range(0, len(touched), duplicates.CHUNK):
        some = touched[start : start + duplicates.CHUNK]
        await visit.console.database.write(partial(duplicates.examine, ids=some), bulk=True)
    return see_other(f"{HOME}/imports/{batch.id}?done=taken")


async def drop(visit: Visit) -> Response:
    """Forget a draft."""
    number = visit.request.path_params["batch_id"]
    await visit.console.database.write(lambda connection: import_batches.drop(connection, number))
    return see_other(f"{HOME}/imports?done=dropped")


async def undo(visit: Visit) -> Response:
    """Undo a whole list."""
    batch = await _found(visit)

    def deed(connection: Connection) -> Undone:
        undone = undoing_imports.undo(connection, batch.id, visit.member.name, visit.now)
        if undone is None:
            raise WorkbookRefused("Lần nhập này đã được hoàn tác rồi.")
        return undone

    try:
        await visit.does("import.undone", f"import:{batch.id}", deed, file=batch.file_name)
    except WorkbookRefused as refused:
        return await _one(visit, 409, str(refused))
    return see_other(f"{HOME}/imports/{batch.id}?done=undone")


async def download(visit: Visit) -> Response:
    """Download the list as it was brought, its wrong cells marked."""
    batch = await _found(visit)
    source = await visit.console.database.read(lambda connection: import_batches.source_of(connection, batch.id))
    if source is None:
        raise HTTPException(404)
    await visit.does("import.downloaded", f"import:{batch.id}", lambda _: None)
    written = await asyncio.to_thread(marked, source, mistakes_of(batch.reading))
    headers = {
        "Content-Disposition": f'attachment; filename="danh-sach-{batch.id}-danh-dau.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(written, media_type=XLSX, headers=headers)


ROUTES = [
    route("/imports", listed, GET, writers),
    route("/imports/new", upload, POST, writers, 1),
    route("/imports/{batch_id:int}", one, GET, writers),
    route("/imports/{batch_id:int}/columns", columns, POST, writers),
    route("/imports/{batch_id:int}/take", take, POST, writers),
    route("/imports/{batch_id:int}/drop", drop, POST, writers),
    route("/imports/{batch_id:int}/undo", undo, POST, writers),
    route("/imports/{batch_id:int}/marked.xlsx", download, GET, writers),
]
