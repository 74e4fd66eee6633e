"""What the staff pages are handed by the program they run in."""

import asyncio
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from console.passwords import Passwords
from console.second_factors import SecondFactors
from content.library import with_pages
from content.render import Renderer
from conversation.calendar import Quiet, local_day
from conversation.catalog import Library
from db.engine import Database
from db.forms import ReadForm
from db.overview import Overview
from db.scope import Scope
from db.shelf import Shelf


class Keeper(Protocol):
    """Who takes backups and knows where they are."""

    @property
    def folder(self) -> Path: ...
    def key(self) -> str:
        """Return what opens them."""
        ...

    async def take(self, by: str) -> bool:
        """Take one now; return whether it could be taken."""
        ...


@dataclass(frozen=True)
class Console:
    """The parts the pages work with.

    `wake` tells the announcer that something was queued; `quiet` is when it waits; `channels` are those that carry
    messages, all where none is named, `stored` those of them where being stored is being delivered; `stopping` ends
    streams. An announcement is held for `holding` after it is approved; with
    `second_approver` not by who wrote it. `second_factor` says who signs in with one: `administrators`, `everyone`, or
    "" for whoever wants to. `overviews` are those counted last, by what may be seen, with when.
    """

    database: Database
    library: Library
    renderer: Renderer
    read_form: ReadForm
    clock: Callable[[], datetime]
    wake: Callable[[], None] = lambda: None
    passwords: Passwords = field(default_factory=Passwords)
    quiet: Quiet | None = None
    channels: Collection[str] = ()
    stored: Collection[str] = ("web",)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    holding: timedelta = timedelta(0)
    second_approver: bool = False
    second_factor: str = ""
    keeper: Keeper | None = None
    overviews: dict[Scope, tuple[datetime, Overview]] = field(default_factory=dict)
    factors: SecondFactors = field(default_factory=lambda: SecondFactors(secrets.token_bytes()))
    shelf: Shelf = field(default_factory=lambda: Shelf(with_pages))

    async def library_now(self) -> Library:
        """Return the library with the pages that staff published in the place of those that are shipped."""
        today = local_day(self.clock())
        return await self.database.read(lambda connection: self.shelf.over(self.library, connection, today))
