"""The library as it stands now: the pages that staff published in the place of those that are shipped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from conversation.catalog import Library
from db import pages

Rebuild = Callable[[Library, Mapping[str, str]], Library]
_Live = tuple[tuple[str, int], ...]


@dataclass
class Shelf:
    """Keeps the last library that was made, and makes another when other revisions are live; `rebuild` makes it of
    what is shipped and the files of the pages, by their ids.

    Which are live is read in the transaction that asks, so that what was published is there in the next turn of every
    process.
    """

    rebuild: Rebuild
    _last: tuple[Library, _Live, Library] | None = field(default=None, repr=False)

    def over(self, shipped: Library, connection: Connection, today: date) -> Library:
        """Return the library as it stands; of a page whose figures are no longer in force it has the heading."""
        made = self._made(shipped, connection)
        told = {page.id: page.in_force(today) for page in made.pages.values()}
        lapsed = any(told[page.id] is not page for page in made.pages.values())
        return replace(made, pages=told) if lapsed else made

    def _made(self, shipped: Library, connection: Connection) -> Library:
        live = pages.live(connection)
        if not live:
            return shipped
        last = self._last
        if last is None or last[0] is not shipped or last[1] != live:
            files = {page_id: one.source for page_id, one in pages.live_revisions(connection).items()}
            last = (shipped, live, self.rebuild(shipped, files))
            self._last = last
        return last[2]
