"""Writing tables to a workbook that opens right in a Vietnamese office."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from rustpy_xlsxwriter import Format, write_worksheets
from sqlalchemy import Connection

from conversation.calendar import VIETNAM
from db.exports.listing import ADDED_UP, Column, Listing, Value
from db.exports.report import Report

LONGEST_CELL = 32_767
TOLD_EVERY = 1000
_A4 = 9
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\", "       ")
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
Told = Callable[[int], None]


def write_xlsx(
    connection: Connection,
    listings: Sequence[Listing],
    file: Path | BinaryIO,
    report: Report | None = None,
    told: Told = lambda _: None,
) -> int:
    """Write one sheet per table, and one per repeat: text is never read as a formula, a link or a number.

    A `report` has a head and a foot around each table, and totals. `told` hears now and then how many rows are
    written. Returns how many rows the tables have, repeats aside.
    """
    sheets: list[_Sheet] = []
    for listing in listings:
        main = _Sheet(_free_name(listing.title, sheets), listing, listing.columns, connection, report, told)
        sheets.append(main)
        names = [main.name]
        for place, part in enumerate(listing.parts):
            sheet = _PartSheet(_free_name(part.name, sheets), listing, (*TURN_KEYS, *part.columns), connection)
            sheet.place, sheet.around = place, names
            names.append(sheet.name)
            sheets.append(sheet)
    write_worksheets(
        [(sheet.name, sheet.records()) for sheet in sheets],
        str(file) if isinstance(file, Path) else file,
        header_row={sheet.name: sheet.top for sheet in sheets},
        freeze_panes={sheet.name: {"row": sheet.top + 1, "col": 0} for sheet in sheets},
        header_format={"general": _header()},
        column_formats={sheet.name: sheet.formats for sheet in sheets},
        column_widths={sheet.name: [column.width for column in sheet.columns] for sheet in sheets},
        row_heights={sheet.name: {sheet.top: 32} for sheet in sheets},
        row_formats={sheet.name: sheet.bold_rows for sheet in sheets if sheet.bold_rows},
        merge_ranges={sheet.name: sheet.head for sheet in sheets if sheet.head},
        autofilter={sheet.name: report is None for sheet in sheets},
        ignore_errors={sheet.name: sheet.digits for sheet in sheets if sheet.digits},
        page_setup={sheet.name: _page(sheet) for sheet in sheets},
    )
    return sum(sheet.rows for sheet in sheets if not isinstance(sheet, _PartSheet))


def _page(sheet: "_Sheet") -> dict[str, Any]:
    title = sheet.title.replace("&", "&&")
    return {
        "paper_size": _A4,
        "landscape": True,
        "fit_to_pages": (1, 0),
        "repeat_rows": sheet.top,
        "margins": {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6},
        "footer": "&RTrang &P/&N",
        **({} if sheet.head else {"header": f'&L&"Arial,Bold"{title}'}),
    }


def _free_name(title: str, sheets: "Sequence[_Sheet]") -> str:
    return sheet_name(title, [sheet.name for sheet in sheets])


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


def _header() -> Format:
    written = Format().set_font_name("Arial").set_font_size(10).set_bold().set_text_wrap()
    filled = written.set_background_color("#DCE6EE").set_border("thin").set_border_color("#9AA7B2")
    return filled.set_align("vertical_center").set_align("center")


def _body(column: Column) -> Format:
    written = Format().set_font_name("Arial").set_font_size(10).set_align("top")
    number_format = _NUMBER_FORMATS.get(column.kind)
    return written.set_num_format(number_format) if number_format else written.set_text_wrap()


@dataclass
class _Sheet:
    """A sheet whose rows are made as they are written."""

    name: str
    listing: Listing
    columns: Sequence[Column]
    connection: Connection
    report: Report | None = None
    told: Told = lambda _: None
    rows: int = 0

    def __post_init__(self) -> None:
        self.title = self.listing.title
        self.formats = [_body(column) for column in self.columns]
        self.keys = _unlike(self.listing.headings_of(self.columns))
        self.digits = [key for key, column in zip(self.keys, self.columns, strict=True) if column.kind == "phone"]
        self.head = self.report.head(self.title, len(self.columns)) if self.report else []
        self.top = self.report.lines if self.report else 0
        count = self.listing.count(self.connection) if self.report else 0
        self.bold_rows = self.report.bold_rows(self.top + count + 1) if self.report else {}

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the rows under their headings; a table without rows has one that is empty, to show the headings."""
        for values in self.values():
            self.rows += 1
            if self.rows % TOLD_EVERY == 0:
                self.told(self.rows)
            yield dict(zip(self.keys, map(_cell, values), strict=True))
        if not self.rows:
            yield dict.fromkeys(self.keys)
        if self.report:
            for foot in self.report.foot(self.columns, self.totals):
                yield dict(zip(self.keys, foot, strict=True))

    def values(self) -> Iterator[Sequence[Value]]:
        self.totals = [Decimal(0) for _ in self.columns]
        summed = [place for place, column in enumerate(self.columns) if self.report and column.kind in ADDED_UP]
        for number, row in enumerate(self.listing.stream(self.connection), 1):
            values = [number, *self.listing.read(row)]
            for place in summed[1:]:
                self.totals[place] += values[place] or 0  # type: ignore[operator]
            yield values


@dataclass
class _PartSheet(_Sheet):
    """The turns of one repeat, each tied to the row that it stands in by that one's number."""

    place: int = 0
    around: Sequence[str] = ()

    def values(self) -> Iterator[Sequence[Value]]:
        counts = [0] * (len(self.listing.parts) + 1)
        for row in self.listing.stream(self.connection):
            counts[0] += 1
            for turn in self.listing.turns(row):
                outer = self.listing.parts[turn.part].around
                parent = 0 if outer is None else outer + 1
                counts[turn.part + 1] += 1
                if turn.part == self.place:
                    yield [counts[turn.part + 1], self.around[parent], counts[parent], turn.receipt, *turn.values]


def _unlike(headings: Iterable[str]) -> list[str]:
    """Return headings no two of which are the same: a record has each key once, so a second ends in a space more."""
    found: dict[str, None] = {}
    for heading in headings:
        while heading in found:
            heading += " "
        found[heading] = None
    return list(found)


def _cell(value: Value) -> str | int | float | date | None:
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).replace(tzinfo=None)
    if isinstance(value, str):
        return value[:LONGEST_CELL] or None
    return float(value) if isinstance(value, Decimal) else value
