"""A table that pages show and files carry: its columns, the query behind them, and how a row is read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal, select

from conversation.answers import fold
from conversation.calendar import VIETNAM
from conversation.catalog import Library
from db.forms import ReadForm
from db.scope import Scope

Kind = Literal["text", "code", "number", "decimal", "year", "money", "point", "date", "moment", "phone"]
ADDED_UP = frozenset({"number", "decimal", "money"})
Multiple = Literal["joined", "columns"]
Value = str | int | Decimal | date | datetime | None
STREAMED = 500


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is for programs, `heading` for people; `width` counts characters."""

    name: str
    heading: str
    kind: Kind = "text"
    width: int = 18


NUMBER = Column("stt", "STT", "number", 6)
CODE = Column("code", "Mã phiếu", "code", 12)
CHANNEL = Column("channel", "Kênh", "text", 12)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a table is narrowed to; an empty part narrows nothing, and so does one that a table has no use for.

    `since` and `until` are days in Vietnam, both included. `round` is the id of one. `codes` asks for codes instead of
    words, `multiple` for a column of its own for each choice of a question that takes several. `audience` is the query
    of one, which establishments have to satisfy. Of cases `assignee` is who has them ("-" for nobody), `activity` what
    they ask for, `due_before` the day on which they are overdue, `under_way` that they have not ended. `scope` is whose
    records whoever asks may see.
    """

    search: str = ""
    since: date | None = None
    until: date | None = None
    commune: str = ""
    form: str = ""
    class_code: str = ""
    announcement: int | None = None
    status: str = ""
    audience: str = ""
    assignee: str = ""
    activity: str = ""
    due_before: date | None = None
    under_way: bool = False
    round: int | None = None
    codes: bool = False
    multiple: Multiple = "joined"
    scope: Scope = None

    def days(self, moment: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """Return the conditions that a moment falls within the days."""
        parts = []
        if self.since:
            parts.append(moment >= datetime.combine(self.since, time(), VIETNAM))
        if self.until:
            parts.append(moment <= datetime.combine(self.until, time.max, VIETNAM))
        return parts

    @property
    def folded(self) -> str:
        """What is searched for, as names are folded."""
        return fold(self.search)


@dataclass(frozen=True)
class Source:
    """Where the tables are read from; `read_form` finds the version that a response was given to."""

    connection: Connection
    library: Library
    read_form: ReadForm


@dataclass(frozen=True, slots=True)
class Part:
    """The table of a repeat, a row for each turn; `around` is the place of the part that the repeat stands in, None
    for the table itself."""

    name: str
    columns: tuple[Column, ...]
    around: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a repeat: the place of its part, which turn of each repeat around it and of its own, the receipt code
    of the whole, and the values."""

    part: int
    numbers: tuple[int, ...]
    receipt: str
    values: Sequence[Value]


def _no_turns(row: Row[Any]) -> Iterator[Turn]:
    return iter(())


@dataclass(frozen=True)
class Listing:
    """A table: `read` gives the values of a row for all columns but the first, which counts the rows.

    `order` are the columns that decide the order of the rows; `codes` says that the values are codes, not words.
    `parts` are the tables that belong to it, and `turns` gives their rows for one of its own, outer before inner.
    `page` is what the console calls a row's own page, by its `id`.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    query: Select[Any]
    order: tuple[ColumnElement[Any], ...]
    read: Callable[[Row[Any]], Sequence[Value]] = field(repr=False)
    codes: bool = False
    parts: tuple[Part, ...] = ()
    turns: Callable[[Row[Any]], Iterator[Turn]] = field(default=_no_turns, repr=False)
    page: str = ""

    @property
    def headings(self) -> list[str]:
        """The headings for people; where codes are wanted, the names for programs."""
        return self.headings_of(self.columns)

    def headings_of(self, columns: Sequence[Column]) -> list[str]:
        return [column.name if self.codes else column.heading for column in columns]

    def count(self, connection: Connection, most: int | None = None) -> int:
        """Return how many rows there are; of more than `most`, one more than that."""
        rows = self.query.with_only_columns(literal(1), maintain_column_froms=True)
        counted = rows.limit(most + 1) if most else rows
        return connection.execute(select(func.count()).select_from(counted.subquery())).scalar_one()

    def rows(self, connection: Connection, start: int = 0, most: int | None = None) -> Iterator[list[Value]]:
        """Yield the rows, read a few hundred at a time; `start` skips that many."""
        for number, row in enumerate(self.stream(connection, start, most), start + 1):
            yield [number, *self.read(row)]

    def linked(self, connection: Connection, start: int, most: int) -> tuple[list[list[Value]], list[str]]:
        """Return rows, and the address of each one's own page, where they have any."""
        found = list(self.stream(connection, start, most))
        values = [[number, *self.read(row)] for number, row in enumerate(found, start + 1)]
        return values, [f"{self.page}/{row.id}" for row in found] if self.page else []

    def stream(self, connection: Connection, start: int = 0, most: int | None = None) -> Iterator[Row[Any]]:
        """Yield the rows as the database has them."""
        query = self.query.order_by(*self.order).offset(start).limit(most)
        yield from connection.execute(query, execution_options={"stream_results": True, "yield_per": STREAMED})
