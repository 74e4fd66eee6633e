"""Opening what an office has: .xlsx, .xls or .csv as sheets of rows, with the cells that are merged."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import time
from itertools import islice
from math import isfinite
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from pyxform.xls2json_backends import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_NUMBER, xldate_as_tuple, xlrd_open

from content.lists.legacy import Column, Encoding, converted, put_right, share
from content.paper.cells import as_text
from content.paper.filled import WorkbookRefused

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_SHEETS = 30
# What a workbook may unpack to: a file that is small and swells is no list.
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 3000
# Rows that are formatted but empty go on for ever in some files.
LONGEST_GAP = 5000
LONGEST_CELL = 2000
MOST_MERGED = 200_000

TOO_LARGE = "Tệp lớn quá 20 MB; anh/chị chia ra mấy tệp, hoặc bỏ bớt hình."
TOO_LONG = f"Trang «{{title}}» dài quá {MOST_ROWS:,} dòng; anh/chị chia ra mấy tệp.".replace(",", ".")
SWOLLEN = (
    "Tệp mở ra quá lớn, thường do có quá nhiều dòng trống được định dạng. "
    "Anh/chị chép riêng phần danh sách sang một tệp mới rồi đưa lên lại."
)
NO_LIST = (
    "Không đọc được tệp này. Cần tệp Excel (.xlsx, .xls) hoặc .csv; anh/chị mở bằng Excel rồi lưu lại thành .xlsx."
)
LOCKED = "Tệp này có mật khẩu, hoặc đã hỏng. Anh/chị bỏ mật khẩu, lưu lại thành .xlsx rồi đưa lên."
EMPTY = "Tệp này không có dòng nào."
A_PAGE = (
    "Tệp này là một trang web mang tên bảng tính. Anh/chị mở bằng Excel, chọn Lưu thành (Save As) .xlsx rồi đưa lên."
)

Row = tuple[object, ...]
# The cell a merged cell shows, by row and column, both from 0.
Merged = Mapping[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows from its first one; `merged` leads from each cell of a merged range to its first."""

    title: str
    rows: Sequence[Row]
    merged: Merged = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """A file's sheets; a sheet is read when it is asked for: the `most` first rows of it, or all."""

    kind: str
    titles: Sequence[str]
    _read: Callable[[str, int | None], Sheet]

    def head(self, title: str, most: int) -> Sheet:
        return self._read(title, most)

    def sheet(self, title: str) -> Sheet:
        return self._read(title, None)


def open_list(source: bytes) -> Book:
    """Open a file by what is in it, whatever its name says; raises WorkbookRefused, in words for staff."""
    if len(source) > MOST_BYTES:
        raise WorkbookRefused(TOO_LARGE)
    if not source.strip():
        raise WorkbookRefused(EMPTY)
    if source.startswith(b"PK"):
        return _xlsx(source)
    if source.startswith(b"\xd0\xcf\x11\xe0"):
        return _xls(source)
    return _csv(source)


# .xlsx


def _xlsx(source: bytes) -> Book:
    _check_size(source)
    try:
        with closing(load_workbook(io.BytesIO(source), read_only=True, data_only=True, keep_links=False)) as book:
            titles = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"][:MOST_SHEETS]
    except Exception as error:  # what opens a broken workbook may raise anything
        raise WorkbookRefused(NO_LIST) from error
    if not titles:
        raise WorkbookRefused(EMPTY)

    def read(title: str, most: int | None) -> Sheet:
        try:
            with closing(load_workbook(io.BytesIO(source), read_only=True, data_only=True, keep_links=False)) as book:
                page: Any = book[title]
                page.reset_dimensions()  # other programs declare too few
                rows = _rows(title, page.iter_rows(values_only=True, max_col=MOST_COLUMNS), most)
                ranges = list(_merged_in(page))
        except WorkbookRefused:
            raise
        except Exception as error:
            raise WorkbookRefused(NO_LIST) from error
        return Sheet(title, rows, _merged(ranges, rows))

    return Book("xlsx", titles, read)


def _check_size(source: bytes) -> None:
    """Refuse an archive by what it declares to hold: no more than that is ever unpacked."""
    try:
        with ZipFile(io.BytesIO(source)) as archive:
            parts = archive.infolist()
    except (BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise WorkbookRefused(NO_LIST) from error
    texts = (part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml")))
    if len(parts) > MOST_PARTS or sum(texts) > MOST_UNPACKED:
        raise WorkbookRefused(SWOLLEN)


def _merged_in(page: Any) -> Iterator[tuple[int, int, int, int]]:
    """Yield the merged ranges of a sheet, which a reader of rows leaves out: they stand after the rows."""
    with page._get_source() as file:
        text = file.read()
    tail = text[max(text.rfind(b"</sheetData>"), text.rfind(b":sheetData>"), 0) :]
    for found in re.finditer(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"', tail):
        left, top, right, bottom = range_boundaries(found[1].decode())
        if left and top and right and bottom:
            yield top - 1, left - 1, bottom, right


# .xls


def _xls(source: bytes) -> Book:
    try:
        book = xlrd_open(file_contents=source, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except Exception as error:  # what opens a broken workbook may raise anything
        raise WorkbookRefused(LOCKED) from error
    titles = [page.name for page in book.sheets() if not page.visibility][:MOST_SHEETS]

    def read(title: str, most: int | None) -> Sheet:
        page = book.sheet_by_name(title)
        values = ([_xls_value(cell, book.datemode) for cell in page.row(at)[:MOST_COLUMNS]] for at in range(page.nrows))
        rows = _rows(title, values, most)
        return Sheet(
            title, rows, _merged(((top, left, end, right) for top, end, left, right in page.merged_cells), rows)
        )

    return Book("xls", titles, read)


def _xls_value(cell: Any, datemode: int) -> object:
    if cell.ctype == XL_CELL_DATE:
        try:
            year, month, day, *_ = xldate_as_tuple(cell.value, datemode)
        except ValueError:  # no day of the calendar
            return cell.value
        return f"{day:02}/{month:02}/{year}" if year else cell.value
    if cell.ctype == XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == XL_CELL_NUMBER:
        return cell.value
    return cell.value if isinstance(cell.value, str) else ""  # the number of an error is no value


# .csv


def _csv(source: bytes) -> Book:
    text = decoded(source)
    if re.match(r"\s*<(?:!doctype|html|\?xml|table|meta)", text, re.IGNORECASE):
        raise WorkbookRefused(A_PAGE)
    if "\x00" in text:
        raise WorkbookRefused(NO_LIST)

    def read(title: str, most: int | None) -> Sheet:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        try:
            return Sheet(title, _rows(title, (line[:MOST_COLUMNS] for line in lines), most))
        except csv.Error as error:
            raise WorkbookRefused(NO_LIST) from error

    return Book("csv", ["CSV"], read)


def decoded(source: bytes) -> str:
    """Return a text file's text: by its mark, as UTF-8, else as whichever of the old pages makes Vietnamese of it."""
    if source[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return source.decode("utf-16", errors="replace")
    if source[1:40:2].count(0) > len(source[1:40:2]) * 0.6:
        return source.decode("utf-16-le", errors="replace")
    as_utf8 = source.decode("utf-8-sig", errors="replace")
    if as_utf8.count("\ufffd") * 4 <= sum(not letter.isascii() for letter in as_utf8):
        return as_utf8  # a byte that was spoilt on the way is no other page
    readings = [source.decode("cp1258", errors="replace"), source.decode("latin-1")]
    sample = [line for line in readings[1].splitlines() if not line.isascii()][:200]
    of_1258 = share("\n".join(line.encode("latin-1").decode("cp1258", errors="replace") for line in sample))
    of_fonts = max(share(converted("\n".join(sample), one)) for one in ("tcvn3", "vni"))
    return readings[0] if of_1258 >= of_fonts else readings[1]


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:30])
    return max(",;\t", key=head.count)


# All of them


def _rows(title: str, lines: Iterable[Iterable[object]], most: int | None) -> list[Row]:
    """Return the rows of a sheet without what is empty at their ends; raises WorkbookRefused where too many."""
    rows: list[Row] = []
    filled = gap = 0
    for line in islice(lines, most):
        row = [_short(cell) for cell in line]
        while row and (row[-1] is None or row[-1] == ""):
            row.pop()
        gap = 0 if row else gap + 1
        filled += bool(row)
        if gap > LONGEST_GAP:
            break
        if filled > MOST_ROWS + 50:  # and what stands above and below a list
            raise WorkbookRefused(TOO_LONG.format(title=title))
        rows.append(tuple(row))
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _short(cell: object) -> object:
    if isinstance(cell, str):
        return cell[:LONGEST_CELL].strip()
    if isinstance(cell, float) and not isfinite(cell):
        return ""
    return f"{cell:%H:%M}" if isinstance(cell, time) else cell


def text_of(cell: object, encoding: Encoding) -> str:
    """Return a cell as it would be typed today; .VnTime has letters that are invisible signs in Unicode."""
    return as_text(put_right(cell, encoding) if isinstance(cell, str) else cell)


def encoding_of(cells: Iterable[object], otherwise: Encoding = "") -> Encoding:
    """Return what most cells are typed in."""
    return Column(cell for cell in cells if isinstance(cell, str) and not cell.isascii()).encoding(otherwise)


def _merged(ranges: Iterable[tuple[int, int, int, int]], rows: Sequence[Row]) -> Merged:
    """Return where each cell of a merged range is shown from; `ranges` are top, left and the row and column after."""
    shown: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in ranges:
        for row in range(top, min(bottom, len(rows))):
            for column in range(left, min(right, MOST_COLUMNS)):
                shown[row, column] = (top, left)
        if len(shown) > MOST_MERGED:
            break
    return shown
