"""A workbook as its author sees it: sheets of rows and columns, with the cells that are wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyxform.aliases import survey_header

from content.vietnamese.opening import Opened, opened
from content.workbook import Mistake

SHEETS = ("survey", "choices", "settings")


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`letters` are Excel's names of the columns; a row has its number first, then what is wrong with it."""

    name: str
    letters: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[int, str, tuple[Cell, ...]], ...]


def marked(source: bytes, suffix: str, mistakes: Sequence[Mistake]) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook with its mistakes; none of what cannot be opened."""
    try:
        book = opened(source, suffix.lower())
    except Exception:  # what opens a broken workbook may raise anything; the mistakes say so already
        return ()
    return tuple(_sheets(book, mistakes))


def _sheets(book: Opened, mistakes: Sequence[Mistake]) -> Iterator[Sheet]:
    data = book.data
    for name in SHEETS:
        title = book.titles.get(name, name)
        rows = getattr(data, name) or []
        header = tuple(getattr(data, f"{name}_header")[0]) if getattr(data, f"{name}_header") else ()
        here = [mistake for mistake in mistakes if mistake.sheet == title]
        if not header:
            continue
        yield Sheet(
            title,
            tuple(letter(number) for number in range(len(header))),
            header,
            tuple(_row(number, row, header, here) for number, row in enumerate(rows, 2)),
        )


def _row(
    number: int, row: dict[str, str], header: tuple[str, ...], mistakes: Sequence[Mistake]
) -> tuple[int, str, tuple[Cell, ...]]:
    here = [mistake for mistake in mistakes if mistake.row == number]
    cells = []
    for column in header:
        wrong = [mistake.message for mistake in here if _is(column, mistake.column)]
        cells.append(Cell(str(row.get(column) or ""), "; ".join(wrong)))
    elsewhere = [mistake.message for mistake in here if not any(_is(column, mistake.column) for column in header)]
    return number, "; ".join(elsewhere), tuple(cells)


def _is(column: str, named: str) -> bool:
    """Whether a heading, in whichever of XLSForm's spellings, is the column that a mistake names."""
    plain = column.split("::")[0].strip().lower().replace(" ", "_")
    meant = survey_header.get(named, named)
    return plain == named.lower().replace(" ", "_") or (bool(named) and survey_header.get(plain, plain) == meant)


def letter(number: int) -> str:
    """Return Excel's name of a column, counted from 0: A, B … Z, AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
