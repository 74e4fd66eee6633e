"""A workbook's sheets under XLSForm's names, with the headings it has."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from openpyxl import load_workbook
from pyxform.xls2json_backends import (
    DefinitionData,
    get_excel_column_headers,
    get_excel_rows,
    xlrd_open,
    xls_value_to_unicode,
    xlsx_value_to_str,
)

from content.spreadsheet import open_sheets
from content.vietnamese.headings import TITLES, is_vietnamese, sheet_of

_SHEET_OF_MARKDOWN = re.compile(r"^(\s*\|)([^|]*)(\|.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Opened:
    """`titles` are what the sheets with Vietnamese titles are called, by XLSForm's names."""

    data: DefinitionData
    titles: Mapping[str, str]

    @property
    def vietnamese(self) -> bool:
        return bool(self.titles) or any(
            is_vietnamese(heading) for row in self.data.survey_header or () for heading in row
        )


def opened(source: bytes, suffix: str) -> Opened:
    """Open a workbook's bytes (`.xlsx .xlsm .xls .csv .md`); raises whatever pyxform or openpyxl does."""
    if suffix in {".xlsx", ".xlsm"}:
        with closing(load_workbook(io.BytesIO(source), read_only=True, data_only=True)) as book:
            titles = _titles(book.sheetnames)
            sheets = {sheet: _xlsx_sheet(book[title]) for sheet, title in titles.items()}
    elif suffix == ".xls":
        book = xlrd_open(file_contents=source)
        titles = _titles(book.sheet_names())
        sheets = {sheet: _xls_sheet(book, book.sheet_by_name(title)) for sheet, title in titles.items()}
    else:
        renamed, titles = _renamed(source.decode("utf-8-sig"), suffix)
        return Opened(open_sheets(renamed.encode(), suffix), titles)
    if not titles:
        return Opened(open_sheets(source, suffix), {})
    return Opened(DefinitionData(**dict(_definition(sheets)), sheet_names=list(sheets)), titles)


def _titles(names: list[str]) -> dict[str, str]:
    """Return the first sheet of each Vietnamese title, and beside one those under XLSForm's own names; else nothing."""
    titles = {sheet: name for name in reversed(names) if (sheet := sheet_of(name))}
    return {name.lower(): name for name in names if titles and name.lower() in TITLES} | titles


def _definition(sheets: Mapping[str, tuple[list[str], list[dict[str, str]]]]) -> Iterator[tuple[str, Any]]:
    for sheet, (headings, rows) in sheets.items():
        yield sheet, rows
        yield f"{sheet}_header", [dict.fromkeys(headings)]


def _xlsx_sheet(page: Any) -> tuple[list[str], list[dict[str, str]]]:
    page.reset_dimensions()  # other programs declare too few
    headings = get_excel_column_headers(_heading(cell.value) for cell in next(page.rows, ()))
    rows = get_excel_rows(headings, page.iter_rows(min_row=2, max_col=len(headings)), _xlsx_cell)
    return [heading for heading in headings if heading], rows


def _xlsx_cell(cell: Any, _row: int, _heading: str) -> str:
    return _composed(xlsx_value_to_str(cell.value))


def _xls_sheet(book: Any, page: Any) -> tuple[list[str], list[dict[str, str]]]:
    first = page.row(0) if page.nrows else ()
    headings = get_excel_column_headers(_heading(cell.value) for cell in first)

    def cell_of(cell: Any, _row: int, _heading: str) -> str:
        return _composed(xls_value_to_unicode(cell.value, cell.ctype, book.datemode))

    rows = get_excel_rows(headings, (page.row(number) for number in range(1, page.nrows)), cell_of)
    return [heading for heading in headings if heading], rows


def _heading(value: object) -> str | None:
    return None if value is None else _composed(value)


def _composed(value: object) -> str:
    """Return a text with its letters and their marks put together, as programs on a Mac write them apart."""
    return normalize("NFC", str(value)).strip()


def _renamed(text: str, suffix: str) -> tuple[str, dict[str, str]]:
    """Put XLSForm's names of sheets in the place of the Vietnamese ones in a text's first column."""
    titles: dict[str, str] = {}

    def name_of(title: str) -> str:
        sheet = sheet_of(title)
        if sheet:
            titles[sheet] = title.strip()
        return sheet or title

    if suffix == ".csv":
        rows = [[name_of(cell) for cell in row[:1]] + row[1:] for row in csv.reader(io.StringIO(text, newline=""))]
        written = io.StringIO(newline="")
        csv.writer(written).writerows(rows)
        return written.getvalue() if titles else text, titles
    renamed = _SHEET_OF_MARKDOWN.sub(lambda found: found[1] + name_of(found[2]) + found[3], text)
    return renamed if titles else text, titles
