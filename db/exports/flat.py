"""Repeats as numbered columns of the table they belong to: `children/1/name`, `children/2/name`."""

from dataclasses import replace
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row

from db.exports.listing import Column, Listing, Value

Place = tuple[int, tuple[int, ...]]


class Flat:
    """The columns of the turns that a table has; every row is read once to know how many."""

    def __init__(self, connection: Connection, listing: Listing) -> None:
        self._listing = listing
        rows = listing.stream(connection) if listing.parts else iter(())
        found = {(turn.part, turn.numbers) for row in rows for turn in listing.turns(row)}
        self._places = sorted(found, key=self._order)
        self.columns = tuple(chain.from_iterable(map(self._columns, self._places)))

    def values(self, row: Row[Any]) -> list[Value]:
        """Return the values of a row for the columns."""
        if not self.columns:
            return []
        given = {(turn.part, turn.numbers): turn.values for turn in self._listing.turns(row)}
        widths = ((place, len(self._listing.parts[place[0]].columns)) for place in self._places)
        return list(chain.from_iterable(given.get(place, (None,) * width) for place, width in widths))

    def _around(self, part: int) -> list[int]:
        """Return the parts that one stands in, the outermost first, and itself."""
        around = self._listing.parts[part].around
        return [part] if around is None else [*self._around(around), part]

    def _order(self, place: Place) -> tuple[int, ...]:
        """Let a turn be followed by those of the repeats in it."""
        part, numbers = place
        return tuple(chain.from_iterable(zip(self._around(part), numbers, strict=True)))

    def _columns(self, place: Place) -> list[Column]:
        """Return the columns of one turn."""
        part, numbers = place
        repeats = [self._listing.parts[one].name for one in self._around(part)]
        turn = ".".join(map(str, numbers))
        return [
            replace(column, name=_numbered(column.name, repeats, numbers), heading=f"{column.heading} ({turn})")
            for column in self._listing.parts[part].columns
        ]


def _numbered(path: str, repeats: list[str], numbers: tuple[int, ...]) -> str:
    """Return the path with the number of the turn behind the name of each repeat."""
    parts: list[str] = []
    waiting = list(zip(repeats, numbers, strict=True))
    for part in path.split("/"):
        parts.append(part)
        if waiting and part == waiting[0][0]:
            parts.append(str(waiting.pop(0)[1]))
    return "/".join(parts)
