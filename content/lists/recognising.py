"""Finding the header of a list, wherever it stands, and what each of its columns is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from content.lists.fields import COMMUNE, LABELS, NAME, ORDINAL, PERSON, PHONE, REPEATED, field_of
from content.lists.legacy import Encoding
from content.lists.opening import Book, Sheet, encoding_of, text_of
from content.paper.filled import WorkbookRefused
from conversation.answers import fold

HEAD = 40
_WEIGHT = {NAME: 4, PERSON: 3, PHONE: 2, COMMUNE: 2, ORDINAL: 1}
_JOIN = " · "
_COUNTED = {"workers", "seasonal_workers"}
_IN_ALL = {"tong so", "tong", "tong cong", "nguoi", "so nguoi"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a list is laid out.

    `header` is the number of the header's last row, from 1, and `first` that of its first; `fields` says what each
    column is by its place from 0; `encoding` is what the list is typed in where a cell does not say so itself.
    """

    sheet: str
    first: int
    header: int
    headings: Mapping[int, str]
    fields: Mapping[int, str]
    encoding: Encoding = ""


def recognise(book: Book, known: Mapping[str, str], sheet: str = "", header: int = 0) -> Layout:
    """Find the header in a file, or in one of its sheets, or read it at a given row; raises WorkbookRefused."""
    titles = [sheet] if sheet in book.titles else book.titles
    found = [_best(book.head(title, max(HEAD, header + 1)), known, header) for title in titles]
    layouts = [one for one in found if one is not None]
    if not layouts:
        raise WorkbookRefused("Chưa thấy danh sách nào trong tệp này: các trang đều trống.")
    return max(layouts, key=lambda pair: pair[0])[1]


def _best(sheet: Sheet, known: Mapping[str, str], header: int) -> tuple[int, Layout] | None:
    encoding = encoding_of(cell for row in sheet.rows for cell in row)
    tries = [header] if header else range(1, len(sheet.rows) + 1)
    found: list[tuple[int, int, Layout]] = []
    for row in tries:
        if row > len(sheet.rows) or not (header or len(_texts(sheet, row, encoding)) > 1):
            continue
        for first in (row, row - 1) if row > 1 else (row,):
            layout = _layout(sheet, first, row, known, encoding)
            score = sum(_WEIGHT.get(name, 2) for name in set(layout.fields.values()))
            score -= sum(1 for text in layout.headings.values() if any(letter.isdigit() for letter in text))
            # Of two that tell as much, the one of fewer rows and the one above: titles and rows below add nothing.
            found.append((score * 4 - (first < row), -row, layout))
    if not found:
        return None
    score, _, layout = max(found, key=lambda one: one[:2])
    return score, layout


def _layout(sheet: Sheet, first: int, row: int, known: Mapping[str, str], encoding: Encoding) -> Layout:
    below = _texts(sheet, row, encoding)
    above = _texts(sheet, first, encoding) if first < row else {}
    headings: dict[int, str] = {}
    fields: dict[int, str] = {}
    for place in sorted({*above, *below}):
        under, over = below.get(place, ""), above.get(place, "")
        headings[place] = _JOIN.join(dict.fromkeys(filter(None, (over, under))))
        meant = known.get(fold(headings[place])) or field_of(under, known) or _of_group(over, under, known)
        if meant and (meant in REPEATED or meant not in fields.values()):
            fields[place] = meant
    return Layout(sheet.title, first, row, headings, fields, encoding)


def _of_group(over: str, under: str, known: Mapping[str, str]) -> str:
    """Return what a heading over others is of the one below: workers are told in all, then men and women apart."""
    meant = field_of(over, known)
    return "" if meant in _COUNTED and under not in {"", over} and fold(under) not in _IN_ALL else meant


def _texts(sheet: Sheet, row: int, encoding: Encoding) -> dict[int, str]:
    """Return the texts of a row, those of merged cells in every column they span."""
    if not 0 < row <= len(sheet.rows):
        return {}
    width = max((len(one) for one in sheet.rows[row - 1 : row + 1]), default=0)
    spanned = [column + 1 for at, column in sheet.merged if at == row - 1]
    texts: dict[int, str] = {}
    for place in range(max([width, *spanned])):
        at, column = sheet.merged.get((row - 1, place), (row - 1, place))
        cells: Sequence[object] = sheet.rows[at] if at < len(sheet.rows) else ()
        text = text_of(cells[column], encoding) if column < len(cells) else ""
        if text:
            texts[place] = text
    return texts


def corrected(layout: Layout, fields: Mapping[int, str]) -> Layout:
    """Return a layout with what staff say its columns are; raises WorkbookRefused where two are the same."""
    named = [name for name in fields.values() if name and name not in REPEATED]
    twice = next((name for name in named if named.count(name) > 1), "")
    if twice:
        raise WorkbookRefused(f"Có hai cột cùng là «{LABELS[twice]}»; giữ lại một, cột kia chọn «bỏ qua».")
    kept = {place: name for place, name in sorted(fields.items()) if name in LABELS and place in layout.headings}
    return Layout(layout.sheet, layout.first, layout.header, layout.headings, kept, layout.encoding)
