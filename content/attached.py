"""The files that come with a form: tables that are read once, however many questions ask for them, and pictures."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from unicodedata import normalize

Row = Mapping[str, str]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV table; one without columns is none. Its first row is the spreadsheet's second."""

    columns: tuple[str, ...] = ()
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """Files by their names; `used` gathers those that the form asks for."""

    files: Mapping[str, bytes]
    used: set[str] = field(default_factory=set)
    _tables: dict[str, Table] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.files

    def use(self, name: str) -> bool:
        """Note that the form asks for a file; False where there is no such file."""
        if name in self.files:
            self.used.add(name)
        return name in self.files

    def table(self, name: str) -> Table:
        """Return a CSV table; an empty one for what cannot be read as one."""
        if name not in self._tables:
            self._tables[name] = _read(self.files[name])
        return self._tables[name]


def _read(table: bytes) -> Table:
    try:
        text = normalize("NFC", table.decode("utf-8-sig"))
        header, *rows = csv.reader(io.StringIO(text, newline=""))
    except (ValueError, csv.Error):
        return Table()
    columns = tuple(map(str.strip, header))
    named = (dict(zip_longest(columns, map(str.strip, cells[: len(columns)]), fillvalue="")) for cells in rows)
    return Table(columns, tuple({column: cell for column, cell in row.items() if column} for row in named))
