"""What is wrong with a workbook, and where it stands there."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a workbook; the row is the spreadsheet's, whose header is row 1."""

    sheet: str
    row: int
    column: str
    message: str


class FormError(Exception):
    """A workbook that cannot be used; `str()` is a line `file:sheet:row:column: message` for each mistake."""

    def __init__(self, name: str, mistakes: Sequence[Mistake]) -> None:
        super().__init__(name, mistakes)
        self.name = name
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(f"{self.name}:{m.sheet}:{m.row}:{m.column}: {m.message}" for m in self.mistakes)
