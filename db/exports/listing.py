"""A table that pages show and files carry: its columns, the query behind them, and how a row is read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from conversation.answers import fold
from conversation.calendar import VIETNAM
from conversation.catalog import Library
from db.forms import ReadForm

Kind = Literal["text", "code", "number", "year", "money", "date", "moment", "phone"]
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

    `since` and `until` are days in Vietnam, both included. `codes` asks for codes instead of words.
    """

    search: str = ""
    since: date | None = None
    until: date | None = None
    commune: str = ""
    form: str = ""
    class_code: str = ""
    announcement: int | None = None
    status: str = ""
    codes: bool = False

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


@dataclass(frozen=True)
class Listing:
    """A table: `read` gives the values of a row for all columns but the first, which counts the rows.

    `order` are the columns that decide the order of the rows; `codes` says that the values are codes, not words.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    query: Select[Any]
    order: tuple[ColumnElement[Any], ...]
    read: Callable[[Row[Any]], Sequence[Value]] = field(repr=False)
    codes: bool = False

    @property
    def headings(self) -> list[str]:
        """The headings for people; where codes are wanted, the names for programs."""
        return [column.name if self.codes else column.heading for column in self.columns]

    def count(self, connection: Connection) -> int:
        """Return how many rows there are."""
        return connection.execute(select(func.count()).select_from(self.query.subquery())).scalar_one()

    def rows(self, connection: Connection, start: int = 0, most: int | None = None) -> Iterator[list[Value]]:
        """Yield the rows, read a few hundred at a time; `start` skips that many."""
        query = self.query.order_by(*self.order).offset(start).limit(most)
        result = connection.execute(query, execution_options={"stream_results": True, "yield_per": STREAMED})
        for number, row in enumerate(result, start + 1):
            yield [number, *self.read(row)]
