"""What a filled-in workbook says, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class WorkbookRefused(Exception):
    """A workbook that cannot be read at all; `str()` says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which version of which form a workbook was made from."""

    form: str
    sha: str


@dataclass(frozen=True, slots=True)
class CellMistake:
    """What is wrong with a cell (`C7`); `str()` is `sheet!cell: message`."""

    sheet: str
    cell: str
    message: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}: {self.message}"


@dataclass(frozen=True, slots=True)
class Answered:
    """One row of the form's sheet with all that belongs to it.

    `answers` are as `ResponseSubmitted` has them, empty where there are mistakes; `typed` is what the cells say, by the
    answers' keys.
    """

    row: int
    answers: Mapping[str, Any]
    typed: Mapping[str, str]
    mistakes: tuple[CellMistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook that was read: its rows, and what is wrong with rows of repeats that belong to none (`lost`)."""

    rows: tuple[Answered, ...]
    lost: tuple[CellMistake, ...] = ()

    @property
    def mistakes(self) -> tuple[CellMistake, ...]:
        return (*self.lost, *(mistake for row in self.rows for mistake in row.mistakes))
