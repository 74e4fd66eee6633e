"""The frame of a table that is sent on paper: the nation's name and motto above, totals and signatures below.

Nghị định 30/2020/NĐ-CP, Phụ lục I.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rustpy_xlsxwriter import Format

from db.exports.listing import ADDED_UP, Column

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
WRITER, HEAD = "NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ"
_NARROWEST = 4


@dataclass(frozen=True, slots=True)
class Report:
    """Whose table it is, as of which day."""

    organisation: str
    day: date

    @property
    def lines(self) -> int:
        """How many lines stand above the table."""
        return 6

    def head(self, title: str, columns: int) -> list[tuple[Any, ...]]:
        """Return the lines above a table so many columns wide: first and last row and column, words, format."""
        width = max(columns, _NARROWEST)
        middle, last = width // 2, width - 1
        as_of = f"(Tính đến ngày {self.day:%d/%m/%Y})"
        return [
            (0, 0, 0, middle - 1, self.organisation.upper(), _written(bold=True)),
            (0, middle, 0, last, NATION, _written(bold=True)),
            (1, middle, 1, last, MOTTO, _written(bold=True).set_underline()),
            (3, 0, 3, last, title.upper(), _written(bold=True, size=14)),
            (4, 0, 4, last, as_of, _written().set_italic()),
        ]

    def foot(self, columns: Sequence[Column], totals: Sequence[Decimal]) -> Iterator[list[str | float | None]]:
        """Yield the rows below a table: totals of what can be added up, the day, who signs."""
        yield [
            "Cộng" if place == 1 else float(total) if total and column.kind in ADDED_UP else None
            for place, (column, total) in enumerate(zip(columns, totals, strict=True))
        ]
        yield _row(len(columns))
        right = max(len(columns) - 3, 1)
        yield _row(len(columns), {right: f"Ngày {self.day.day} tháng {self.day.month} năm {self.day.year}"})
        yield _row(len(columns), {1: WRITER, right: HEAD})

    def bold_rows(self, first: int) -> dict[int, Format]:
        """Return the formats of the rows below a table, by their numbers, `first` being the totals'."""
        bold = Format().set_font_name("Arial").set_font_size(10).set_bold().set_num_format("#,##0")
        return {first: bold, first + 3: bold}


def _row(width: int, words: dict[int, str] | None = None) -> list[str | float | None]:
    return [(words or {}).get(place) for place in range(width)]


def _written(*, bold: bool = False, size: float = 11) -> Format:
    written = Format().set_font_name("Arial").set_font_size(size).set_align("center")
    return written.set_bold() if bold else written
