"""Opening a filled-in workbook: its rows under the names of its columns, and which row belongs to which."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from content.paper.cells import as_text
from content.paper.columns import FIRST, LINK, NAMES, ORIGIN, Sheet, link_heading
from content.paper.filled import CellMistake, Origin, WorkbookRefused

MOST_ROWS = 20_000
NO_WORKBOOK = "Không đọc được tệp này. Cần tệp Excel (.xlsx) tải từ phiếu rồi điền vào"
AGAIN = "cần tải lại tệp mẫu rồi chép câu trả lời sang"
NOT_OURS = f"Tệp này không phải tệp mẫu của phiếu nào; {AGAIN}"
NO_SHEET = f"Thiếu trang «{{sheet}}»; {AGAIN}"
NO_COLUMN = f"Trang «{{sheet}}» thiếu cột «{{column}}»; {AGAIN}"
TOO_LONG = "Trang «{sheet}» có quá nhiều dòng, nhiều nhất {limit}; cần chia ra mấy tệp"
NO_SUCH_ROW = "Cần số của một dòng đã ghi ở trang «{sheet}», ví dụ: {first}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet by the names of its columns; `belongs_to` is a row of the sheet above, 0 where none."""

    row: int
    cells: Mapping[str, object]
    belongs_to: int = 0


@dataclass(frozen=True)
class Table:
    """The rows of a sheet that are filled in; `letters` name its columns as a spreadsheet does."""

    sheet: Sheet
    letters: Mapping[str, str]
    lines: tuple[Line, ...]

    @cached_property
    def rows(self) -> frozenset[int]:
        return frozenset(line.row for line in self.lines)

    @cached_property
    def belonging(self) -> Mapping[int, Sequence[Line]]:
        """The rows that belong to each row of the sheet above, in their order."""
        found: dict[int, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.belongs_to, []).append(line)
        return found

    def cell(self, line: Line, column: str) -> str:
        return f"{self.letters[column]}{line.row}"


def open_filled(source: bytes) -> Any:
    """Open a workbook's bytes; raises WorkbookRefused."""
    try:
        return openpyxl.load_workbook(io.BytesIO(source), read_only=True, data_only=True)
    except Exception as error:  # what opens a broken workbook may raise anything
        raise WorkbookRefused(NO_WORKBOOK) from error


def origin_of(book: Any) -> Origin:
    """Return which form a workbook was made from; raises WorkbookRefused."""
    if ORIGIN not in book.sheetnames:
        raise WorkbookRefused(NOT_OURS)
    pairs = {as_text(name): as_text(value) for name, value, *_ in _cells(book[ORIGIN]) if value is not None}
    if not {"form", "sha"} <= pairs.keys():
        raise WorkbookRefused(NOT_OURS)
    return Origin(pairs["form"], pairs["sha"])


def tables_of(book: Any, sheets: Sequence[Sheet]) -> Mapping[str, Table]:
    """Return a workbook's sheets by title; raises WorkbookRefused where a sheet or a column is gone."""
    return {sheet.title: _table(book, sheet) for sheet in sheets}


def lost(tables: Mapping[str, Table]) -> Iterator[CellMistake]:
    """Yield the rows that belong to no row that is filled in."""
    for table in tables.values():
        above = table.sheet.parent
        for line in table.lines if above else ():
            if line.belongs_to not in tables[above].rows:
                message = NO_SUCH_ROW.format(sheet=above, first=FIRST)
                yield CellMistake(table.sheet.title, table.cell(line, LINK), message)


def _table(book: Any, sheet: Sheet) -> Table:
    if sheet.title not in book.sheetnames:
        raise WorkbookRefused(NO_SHEET.format(sheet=sheet.title))
    rows = enumerate(_cells(book[sheet.title]), 1)
    names: Sequence[str] = ()
    lines: list[Line] = []
    for number, cells in rows:
        if number == NAMES:
            names = [as_text(cell) for cell in cells]
            _miss(sheet, names)
        if number < FIRST:
            continue
        given = {name: cell for name, cell in zip(names, cells, strict=False) if name and as_text(cell)}
        belongs_to = as_text(given.pop(LINK, ""))
        if given and number > MOST_ROWS:
            raise WorkbookRefused(TOO_LONG.format(sheet=sheet.title, limit=MOST_ROWS))
        if given:
            lines.append(Line(number, given, int(belongs_to) if belongs_to.isdecimal() else 0))
    _miss(sheet, names)
    letters = {name: get_column_letter(place) for place, name in enumerate(names, 1)}
    return Table(sheet, letters, tuple(lines))


def _miss(sheet: Sheet, names: Sequence[str]) -> None:
    columns = {column.name: column.question.short or column.question.label for column in sheet.columns}
    wanted = {**({LINK: link_heading(sheet)} if sheet.parent else {}), **columns}
    for name, heading in wanted.items():
        if name not in names:
            raise WorkbookRefused(NO_COLUMN.format(sheet=sheet.title, column=heading))


def _cells(page: Any) -> Iterator[tuple[object, ...]]:
    page.reset_dimensions()  # other programs declare too few
    yield from page.iter_rows(values_only=True)
