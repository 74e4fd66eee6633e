"""Columns that stand twice in a sheet: pyxform says of one that there is one, not where."""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

from openpyxl import load_workbook
from pyxform.constants import SUPPORTED_SHEET_NAMES
from pyxform.xls2json_backends import xlrd_open

from content.mistakes import Mistake
from content.vietnamese.headings import sheet_of


def repeated_columns(source: bytes, suffix: str) -> Iterator[Mistake]:
    """Yield a mistake for each heading that stands twice in a sheet of an Excel workbook."""
    sheets = list(_headings(source, suffix))
    for title, headings in sheets:
        if len(sheets) == 1 or title.lower() in SUPPORTED_SHEET_NAMES or sheet_of(title):
            for heading, times in Counter(filter(None, headings)).items():
                if times > 1:
                    yield Mistake(title.lower(), 1, heading, f"cột «{heading}» có {times} lần trong trang này")


def _headings(source: bytes, suffix: str) -> Iterator[tuple[str, list[str]]]:
    if suffix in {".xlsx", ".xlsm"}:
        with closing(load_workbook(io.BytesIO(source), read_only=True)) as book:
            for sheet in book.worksheets:
                yield sheet.title, [str(cell.value or "").strip() for cell in next(iter(sheet.rows), ())]
    elif suffix == ".xls":
        for page in xlrd_open(file_contents=source).sheets():
            yield page.name, [str(cell.value).strip() for cell in page.row(0)] if page.nrows else []
