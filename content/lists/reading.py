"""Reading a list of establishments: a row each, what is wrong said by cell, what was passed over said too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from content.lists import cells
from content.lists.cells import Cells
from content.lists.fields import (
    ADDRESS,
    COMMUNE,
    DISTRICT,
    MORE_PHONES,
    NAME,
    OLD_COMMUNE,
    OTHER_TRADE,
    PERSON,
    PHONE,
    TAX,
    TRADE,
)
from content.lists.opening import MOST_ROWS, TOO_LONG, Book
from content.lists.recognising import Layout
from content.lists.rows import Line, Skipped, Sorter
from content.paper.cells import Unreadable
from content.paper.filled import CellMistake, WorkbookRefused
from conversation.form import Form
from conversation.places import Place, Places

_NEEDED = frozenset({NAME, COMMUNE})


@dataclass(frozen=True, slots=True)
class Known:
    """One establishment of a list: facts by question name as the profile form keeps them, and tags.

    `wrong` counts the cells that left their facts out; without a name or a commune it cannot be taken in at all.
    """

    row: int
    facts: Mapping[str, str]
    tags: frozenset[str] = frozenset()
    wrong: int = 0

    @property
    def usable(self) -> bool:
        return self.facts.keys() >= _NEEDED


@dataclass(frozen=True, slots=True)
class List:
    """A list that was read; `unknown` are the headings of columns that mean nothing to us."""

    layout: Layout
    rows: tuple[Known, ...]
    mistakes: tuple[CellMistake, ...]
    skipped: tuple[Skipped, ...]
    unknown: tuple[str, ...]

    @property
    def right(self) -> tuple[Known, ...]:
        """The rows in which nothing is wrong."""
        return tuple(row for row in self.rows if not row.wrong)

    @property
    def usable(self) -> tuple[Known, ...]:
        """The rows that can be taken in without their wrong cells."""
        return tuple(row for row in self.rows if row.usable)


NO_NAME = "Chưa có cột «Tên cơ sở». Anh/chị chọn cột nào là tên cơ sở."


def unread(layout: Layout) -> List:
    """Return a list of which no row can be read before somebody says what its columns are."""
    return List(layout, (), (), (), tuple(layout.headings.values()))


def names_nobody(layout: Layout) -> bool:
    """Whether no column says what an establishment or its owner is called."""
    return not {NAME, PERSON} & set(layout.fields.values())


def read_list(book: Book, layout: Layout, form: Form, places: Places, now: datetime) -> List:
    """Read a list as it is laid out, by the questions of the profile form; raises WorkbookRefused."""
    if names_nobody(layout):
        raise WorkbookRefused(NO_NAME)
    sheet = book.sheet(layout.sheet)
    sorter = Sorter(sheet, layout)
    reader = _Reader(layout, Cells(form, places, now))
    rows = tuple(reader.read(line) for line in sorter.lines())
    if len(rows) > MOST_ROWS:
        raise WorkbookRefused(TOO_LONG.format(title=layout.sheet))
    unknown = tuple(text for place, text in layout.headings.items() if place not in layout.fields)
    mistakes = sorted(reader.mistakes, key=lambda one: coordinate_to_tuple(one.cell))
    return List(layout, rows, tuple(mistakes), tuple(sorter.skipped), unknown)


@dataclass
class _Reader:
    layout: Layout
    cells: Cells
    mistakes: list[CellMistake] = field(default_factory=list)

    def read(self, line: Line) -> Known:
        before = len(self.mistakes)
        facts: dict[str, str] = {}
        tags: frozenset[str] = frozenset()
        for place, name in self.layout.fields.items():
            for one in (line, *line.more):
                if place in one.texts:
                    tags |= self._cell(one, place, name, facts)
        facts.setdefault(NAME, facts.get(PERSON, ""))
        if not facts[NAME]:
            self._wrong(line, self._of(NAME, PERSON), "Cần tên cơ sở, hoặc tên chủ cơ sở")
        self._commune(line, facts)
        kept = {name: value for name, value in facts.items() if value}
        return Known(line.row, kept, tags, len(self.mistakes) - before)

    def _cell(self, line: Line, place: int, name: str, facts: dict[str, str]) -> frozenset[str]:
        """Read one cell into the facts; return the tags in it."""
        cell, text = line.cells[place], line.texts[place]
        value: object = text if isinstance(cell, str) else cell
        try:
            match name:
                case "tags":
                    return cells.tags(value)
                case "phone":
                    self._phones(cell if isinstance(cell, str) else value, facts)
                case "trade":
                    trade, other = self.cells.trade(value)
                    facts.setdefault(TRADE, trade)
                    facts.setdefault(OTHER_TRADE, other)
                case "legal_form":
                    facts.setdefault(name, self.cells.legal_form(value))
                case "workers" | "seasonal_workers":
                    facts.setdefault(name, self.cells.people(name, value))
                case _ if name == TAX:
                    facts.setdefault(name, cells.tax_code(value))
                case _ if name not in {COMMUNE, OLD_COMMUNE, DISTRICT, "ordinal"}:
                    facts.setdefault(name, cells.words(value))
        except Unreadable as problem:
            self._wrong(line, place, str(problem))
        return frozenset()

    def _phones(self, cell: object, facts: dict[str, str]) -> None:
        held = [*filter(None, (facts.get(PHONE), *facts.get(MORE_PHONES, "").split()))]
        found = list(dict.fromkeys([*held, *cells.phones(cell)]))
        facts[PHONE], facts[MORE_PHONES] = found[0], " ".join(found[1:])

    def _commune(self, line: Line, facts: dict[str, str]) -> None:
        """Settle the commune by the columns that name it, the address, and the section the row stands in."""
        district = line.texts.get(self._of(DISTRICT), "") or line.district
        readings: list[tuple[Place, ...]] = []
        asked = -1
        for name in (COMMUNE, OLD_COMMUNE, ADDRESS):
            place = self._of(name)
            if text := line.texts.get(place, ""):
                found = self.cells.communes(text, district)
                readings += [found] if found else []
                asked = place if asked < 0 and name != ADDRESS else asked
                if not found and name == COMMUNE:
                    break
        if line.commune and (not readings or len(readings[0]) > 1) and asked < 0:
            readings.append(self.cells.communes(line.commune, district))
        try:
            facts[COMMUNE] = cells.settled(list(filter(None, readings)))
        except Unreadable as problem:
            said = any(place in line.texts for place in (self._of(COMMUNE), self._of(OLD_COMMUNE), self._of(ADDRESS)))
            place = asked if asked >= 0 else self._of(COMMUNE, OLD_COMMUNE, ADDRESS, NAME, PERSON)
            self._wrong(line, place, str(problem) if said or line.commune else "Cần xã, phường")

    def _of(self, *names: str) -> int:
        places = {name: place for place, name in reversed(list(self.layout.fields.items()))}
        return next((places[name] for name in names if name in places), -1)

    def _wrong(self, line: Line, place: int, message: str) -> None:
        cell = f"{get_column_letter(max(place, 0) + 1)}{line.row}"
        self.mistakes.append(CellMistake(self.layout.sheet, cell, message))
