"""Writing tables to files that open right in a Vietnamese office."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from sqlalchemy import Connection

from conversation.calendar import VIETNAM
from db.exports.flat import Flat
from db.exports.listing import Column, Listing, Value

LONGEST_CELL = 32_767
_A4 = 9
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\", "       ")
# A program that opens a .csv reads a cell that begins so as a formula: OWASP, "CSV Injection".
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# As KoboToolbox ties the turns of a repeat to what they stand in.
TURN_KEYS = (
    Column("_index", "STT", "number", 6),
    Column("_parent_table_name", "Thuộc bảng", "text", 18),
    Column("_parent_index", "Thuộc STT", "number", 9),
    Column("_submission__id", "Mã phiếu", "code", 12),
)
_NUMBER_FORMATS: Mapping[str, str] = {
    "number": "#,##0",
    "money": "#,##0",
    "year": "0",
    "point": "0.000000",
    "date": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
    "phone": "@",
}


def write_xlsx(connection: Connection, listings: Sequence[Listing], file: Path | BinaryIO) -> int:
    """Write one sheet per table, and one per repeat: text is never read as a formula, a link or a number.

    Returns how many rows the tables have, repeats aside.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    rows = 0
    with xlsxwriter.Workbook(str(file) if isinstance(file, Path) else file, options) as book:
        formats = _Formats(book)
        for listing in listings:
            rows += _write_listing(book, listing, connection, formats)
    return rows


def _write_listing(book: Any, listing: Listing, connection: Connection, formats: "_Formats") -> int:
    """Write a table and those of its repeats in one go, so that they agree; return how many rows the first has."""
    main = _Sheet(book, listing.title, listing, listing.columns, formats)
    parts = [_Sheet(book, part.name, listing, (*TURN_KEYS, *part.columns), formats) for part in listing.parts]
    for row in listing.stream(connection):
        main.write([main.rows + 1, *listing.read(row)])
        for turn in listing.turns(row):
            around = listing.parts[turn.part].around
            parent, sheet = main if around is None else parts[around], parts[turn.part]
            sheet.write([sheet.rows + 1, parent.name, parent.rows, turn.receipt, *turn.values])
    for sheet in (main, *parts):
        sheet.finish()
    return main.rows


def sheet_name(title: str, taken: Iterable[str]) -> str:
    """Return a title as Excel accepts it for a sheet: short, without its signs, like none that is `taken`."""
    used = {name.casefold() for name in taken}
    base = " ".join(title.translate(_NOT_IN_SHEET_NAMES).split()).strip("' ") or "Bảng"
    name, number = base[:_LONGEST_SHEET_NAME], 1
    while name.casefold() in used:
        number += 1
        ending = f" ({number})"
        name = base[: _LONGEST_SHEET_NAME - len(ending)] + ending
    return name


class _Formats:
    """The formats of a workbook, by what a cell holds."""

    def __init__(self, book: Any) -> None:
        common = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        header = {"bold": True, "bg_color": "#DCE6EE", "border": 1, "border_color": "#9AA7B2", "text_wrap": True}
        self.header = book.add_format({**common, **header, "valign": "vcenter", "align": "center"})
        self.text = book.add_format({**common, "text_wrap": True})
        self.fraction = book.add_format({**common, "num_format": "#,##0.##"})
        self.kinds = {
            kind: book.add_format({**common, "num_format": written}) for kind, written in _NUMBER_FORMATS.items()
        }

    def of(self, column: Column, value: Value) -> Any:
        if isinstance(value, Decimal) and column.kind != "point":
            return self.fraction
        return self.kinds.get(column.kind, self.text)


class _Sheet:
    """A sheet that is written row by row."""

    def __init__(self, book: Any, title: str, listing: Listing, columns: Sequence[Column], formats: _Formats) -> None:
        self.name = sheet_name(title, [sheet.name for sheet in book.worksheets()])
        self.rows = 0
        self._columns = columns
        self._formats = formats
        self._sheet = sheet = book.add_worksheet(self.name)
        for place, (column, heading) in enumerate(zip(columns, listing.headings_of(columns), strict=True)):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, heading, formats.header)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 0)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_header(f'&L&"Arial,Bold"{title.replace("&", "&&")}')
        sheet.set_footer("&RTrang &P/&N")

    def write(self, values: Sequence[Value]) -> None:
        self.rows += 1
        for place, (column, value) in enumerate(zip(self._columns, values, strict=True)):
            _write_cell(self._sheet, self.rows, place, value, self._formats.of(column, value))

    def finish(self) -> None:
        self._sheet.autofilter(0, 0, self.rows, len(self._columns) - 1)


def _write_cell(sheet: Any, row: int, place: int, value: Value, written: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, place, value.astimezone(VIETNAM).replace(tzinfo=None), written)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, written)
    elif isinstance(value, str):
        sheet.write_string(row, place, value[:LONGEST_CELL], written)
    else:
        sheet.write_number(row, place, float(value) if isinstance(value, Decimal) else value, written)


def write_csv(connection: Connection, listing: Listing, file: BinaryIO) -> int:
    """Write a table as UTF-8 with the mark Excel looks for, days as 2026-11-24; return how many rows.

    A text that a spreadsheet would read as a formula (it begins with = + - @, a tab or a line's end) gets an
    apostrophe in front. Each turn of a repeat has columns of its own.
    """
    flat = Flat(connection, listing)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([*listing.headings, *listing.headings_of(flat.columns)])
    rows = 0
    for rows, row in enumerate(listing.stream(connection), 1):
        writer.writerow([_as_text(value) for value in (rows, *listing.read(row), *flat.values(row))])
    text.detach()
    return rows


def _as_text(value: Value) -> str:
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else str(value)


def harmless(text: str) -> str:
    """Return a text as a spreadsheet shows it and never computes it."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
