"""The tables: narrowed, paged, and exported just as they are narrowed."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from console.export_files import ask
from console.pages import HOME, XLSX, communes_of
from console.parts import Console
from console.visit import Visit, see_other
from conversation.answers import normalise
from conversation.calendar import local_day
from db import audience, business, classes
from db.audience import AudienceError
from db.engine import open_database
from db.exports import LISTINGS, Filter, Report, Source, export, form_names
from db.exports.answers import Answers
from db.exports.listing import Column, Listing, Value
from db.models import establishment
from db.words import CASES, OUTCOMES

PAGE = 50
# Of a longer table only this is said: counting all of it takes longer than showing a page.
COUNTED = 10_000
# A table of more rows is written in the background.
MADE_AT_ONCE = 5_000
CHUNK = 64 * 1024
NOTICES = {"tagged": "Đã gắn nhãn cho mọi cơ sở trong bảng này."}
MEDIA_TYPES = {
    "xlsx": XLSX,
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Table:
    """How a listing is shown: its heading, what it can be narrowed by, and the file's name."""

    heading: str
    file: str
    narrows: tuple[str, ...]
    statuses: Mapping[str, str] = field(default_factory=dict)


TABLES: Mapping[str, Table] = {
    "interests": Table("Đăng ký quan tâm", "dang-ky-quan-tam", ("status", "commune", "days", "audience"), CASES),
    "responses": Table("Phiếu trả lời", "phieu-tra-loi", ("form", "commune", "days", "audience")),
    "signups": Table(
        "Đăng ký học",
        "dang-ky-hoc",
        ("class_code", "status", "commune", "days"),
        {"held": "Đang giữ chỗ", "cancelled": "Đã hủy"},
    ),
    "establishments": Table("Cơ sở", "co-so", ("commune", "days", "audience")),
    "contacts": Table(
        "Người liên hệ",
        "nguoi-lien-he",
        ("status", "commune", "days", "audience"),
        {"agreed": "Đang nhận thông báo", "stopped": "Đã thôi nhận"},
    ),
    "deliveries": Table("Kết quả gửi thông báo", "ket-qua-gui", ("announcement", "status", "commune"), OUTCOMES),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a table, and what its filters offer."""

    title: str
    columns: list[Column]
    rows: list[list[Value]]
    links: list[str]
    count: int
    forms: Mapping[str, str]
    classes: Mapping[str, str]


async def table(visit: Visit) -> Response:
    """Show one page of a table."""
    name = _name(visit)
    wanted, problem = await _asked(visit, visit.request.query_params)
    number = _page_number(visit.request.query_params.get("page", ""))

    def read(connection: Connection) -> Shown:
        source = _source(visit.console, connection)
        narrowed = _with_a_form(source, wanted) if name == "responses" else wanted
        listing = LISTINGS[name](source, narrowed)
        found, links = listing.linked(connection, (number - 1) * PAGE, PAGE)
        columns, rows = without_empty(listing, found)
        forms = {one: Answers(source, one).title for one in form_names(source)} if name == "responses" else {}
        offered = {one.code: one.title for one in classes.listed(connection)} if name == "signups" else {}
        return Shown(listing.title, columns, rows, links, listing.count(connection, COUNTED), forms, offered)

    shown = await visit.console.database.read(read)
    return visit.page(
        "table.html",
        name=name,
        table=TABLES[name],
        shown=shown,
        wanted=wanted,
        wanted_form=wanted.form if wanted.form in shown.forms else next(iter(shown.forms), ""),
        problem=problem,
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
        number=number,
        pages=max(1, -(-shown.count // PAGE)) if shown.count <= COUNTED else 0,
        more=shown.count > COUNTED and len(shown.rows) == PAGE,
        counted=COUNTED,
        kept=_kept(visit.request.query_params),
        communes=communes_of(visit.console.library.places),
    )


def without_empty(
    listing: Listing, rows: list[list[Value]], without: frozenset[str] = frozenset()
) -> tuple[list[Column], list[list[Value]]]:
    """Return columns and rows but for the columns that are empty in every row, or named: a screen is narrow."""
    kept = [
        place
        for place, column in enumerate(listing.columns)
        if column.name not in without and (place < 2 or any(row[place] not in (None, "") for row in rows))
    ]
    return [listing.columns[place] for place in kept], [[row[place] for place in kept] for row in rows]


async def export_table(visit: Visit) -> Response:
    """Answer with the whole table as a file, narrowed like the page it was asked from."""
    name, suffix = _name(visit), visit.request.path_params["suffix"]
    if suffix not in MEDIA_TYPES:
        raise HTTPException(404)
    wanted, _ = await _asked(visit, visit.request.query_params)
    parts = [TABLES[name].file, wanted.form, wanted.class_code, local_day(visit.now).isoformat()]
    named = "-".join(part for part in parts if part.isascii() and part.replace("-", "").replace("_", "").isalnum())
    report = visit.request.query_params.get("report") == "yes" and suffix == "xlsx"
    asked = _kept(visit.request.query_params)
    await visit.does("export.made", f"table:{name}", lambda _: None, suffix=suffix, filter=asked)
    rows = await visit.console.database.read(
        lambda connection: LISTINGS[name](_source(visit.console, connection), wanted).count(connection)
    )
    if rows > MADE_AT_ONCE:
        return await ask(visit, name, f"{named}.{suffix}", f".{suffix}", wanted, rows, report=report)
    frame = Report(visit.console.library.organisation.name, local_day(visit.now)) if report else None
    return await download(visit.console, name, wanted, suffix, named, frame)


async def download(
    console: Console, name: str, wanted: Filter, suffix: str, named: str, report: Report | None = None
) -> Response:
    """Answer with an export as a file of a name."""
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        await asyncio.to_thread(asyncio.run, _write(console, name, wanted, suffix, file, report))
        size, opened = file.tell(), stack.pop_all()
    headers = {
        "Content-Disposition": f'attachment; filename="{named}.{suffix}"',
        "Content-Length": str(size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_chunks(opened, file), media_type=MEDIA_TYPES[suffix], headers=headers)


async def _write(
    console: Console, name: str, wanted: Filter, suffix: str, file: BinaryIO, report: Report | None
) -> None:
    """Write an export on a database connection of its own: this runs in a thread, in a loop of its own, so that the
    chat goes on beside it."""
    async with open_database(console.database.url.render_as_string(hide_password=False)) as database:
        await database.read(
            lambda connection: export(_source(console, connection), name, wanted, f".{suffix}", file, report)
        )


def _chunks(opened: ExitStack, file: BinaryIO) -> Iterator[bytes]:
    with opened:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


async def tag(visit: Visit) -> Response:
    """Call all establishments that the table was narrowed to by one more tag."""
    wanted, problem = await _asked(visit, visit.form)
    new = normalise(visit.form.get("tag", "")).replace(" ", "-")
    narrowed = _kept({name: value for name, value in visit.form.items() if name not in {"csrf", "tag"}})
    if new and not problem:

        def act(connection: Connection) -> int:
            listing = LISTINGS["establishments"](_source(visit.console, connection), wanted)
            return business.tag_all(connection, listing.query.with_only_columns(establishment.c.id), new)

        await visit.does("establishment.tagged_all", "table:establishments", act, tag=new, filter=narrowed)
        narrowed = {**narrowed, "done": "tagged"}
    return see_other(f"{HOME}/tables/establishments?{urlencode(narrowed)}")


def _name(visit: Visit) -> str:
    name: str = visit.request.path_params["name"]
    if name not in TABLES:
        raise HTTPException(404)
    return name


def _source(console: Console, connection: Connection) -> Source:
    return Source(connection, console.library, console.read_form)


def _with_a_form(source: Source, wanted: Filter) -> Filter:
    """Return the filter naming a form: a page shows one at a time, the columns being its questions."""
    names = form_names(source)
    return wanted if wanted.form in names or not names else replace(wanted, form=names[0])


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:7]) < 1_000_000 else 1


async def _asked(visit: Visit, params: Mapping[str, str]) -> tuple[Filter, str]:
    """Return what a table is narrowed to within what the member may see; also what could not be read."""
    wanted, problem = read_filter(params)
    wanted = replace(wanted, scope=visit.member.scope)
    try:
        await visit.console.database.read(lambda connection: audience.read(connection, wanted.audience))
    except AudienceError as refused:
        return replace(wanted, audience=""), str(refused)
    return wanted, problem


def _kept(params: Mapping[str, str]) -> dict[str, str]:
    """Return what the address bar narrows by, to be carried from page to page."""
    return {name: value for name, value in params.items() if value and name not in {"page", "done"}}


def read_filter(params: Mapping[str, str]) -> tuple[Filter, str]:
    """Read a filter from the address bar; also what could not be read, in Vietnamese."""
    problem = ""
    days: dict[str, date | None] = {"since": None, "until": None, "due_before": None}
    for name in days:
        if text := params.get(name, ""):
            try:
                days[name] = date.fromisoformat(text)
            except ValueError:
                problem = f"Không đọc được ngày «{text}»; viết như 2026-11-24."
    announcement = params.get("announcement", "")
    wanted = Filter(
        audience=params.get("audience", "").strip(),
        assignee=params.get("assignee", ""),
        activity=params.get("activity", ""),
        due_before=days["due_before"],
        under_way=params.get("under_way") == "yes",
        search=params.get("search", "")[:200],
        since=days["since"],
        until=days["until"],
        commune=params.get("commune", ""),
        form=params.get("form", ""),
        class_code=params.get("class_code", ""),
        announcement=_page_number(announcement) if announcement else None,
        status=params.get("status", ""),
        round=int(number) if (number := params.get("round", "")).isdecimal() and len(number) < 10 else None,
        multiple="columns" if params.get("multiple") == "columns" else "joined",
        codes=params.get("codes") == "yes",
    )
    return wanted, problem
