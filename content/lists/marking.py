"""The same file with the cells that are wrong marked: coloured, each with a note that says why."""

import io
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from content.lists.opening import Book, open_list
from content.paper.filled import CellMistake

# Larger sheets are not worth their memory: such a file is marked in a plain copy.
LARGEST_WHOLE = 25 * 1024 * 1024
_FILL = PatternFill("solid", fgColor="FFF2A8A0")
_AUTHOR = "Khuyến công"


def marked(source: bytes, mistakes: Iterable[CellMistake]) -> bytes:
    """Return a list as .xlsx with its mistakes; an .xlsx keeps how it looks. Raises WorkbookRefused."""
    by_cell: dict[tuple[str, str], list[str]] = {}
    for one in mistakes:
        by_cell.setdefault((one.sheet, one.cell), []).append(one.message)
    book = open_list(source)
    workbook = _whole(source) if book.kind == "xlsx" else None
    if workbook is None:
        workbook = _copied(book, {sheet for sheet, _ in by_cell})
    _mark(workbook, by_cell)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _whole(source: bytes) -> Any:
    """Return a workbook with its looks and formulas, None where it is too large or openpyxl cannot keep it."""
    with ZipFile(io.BytesIO(source)) as archive:
        size = sum(part.file_size for part in archive.infolist() if part.filename.endswith(".xml"))
    with suppress(Exception):  # what it cannot keep is copied plainly
        return load_workbook(io.BytesIO(source), keep_links=False) if size <= LARGEST_WHOLE else None
    return None


def _copied(book: Book, titles: Iterable[str]) -> Any:
    copy = Workbook()
    copy.remove(copy.worksheets[0])
    for title in [one for one in book.titles if one in set(titles)] or book.titles[:1]:
        page = copy.create_sheet(title)
        for number, row in enumerate(book.sheet(title).rows, 1):
            for place, value in enumerate(row, 1):
                if isinstance(value, str):
                    cell = page.cell(number, place)
                    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                    cell.data_type = "s"  # "=…" that was typed stays text
                elif value is not None:
                    page.cell(number, place, value)
    return copy


def _mark(workbook: Any, by_cell: Mapping[tuple[str, str], list[str]]) -> None:
    for (sheet, name), messages in by_cell.items():
        if sheet not in workbook.sheetnames:
            continue
        page = workbook[sheet]
        within = next((one for one in page.merged_cells.ranges if name in one), None)
        cell = page[within.start_cell.coordinate if within else name]
        cell.fill = _FILL
        said = [cell.comment.text] if cell.comment else []
        cell.comment = Comment("\n".join([*said, *messages]), _AUTHOR, height=90, width=280)
