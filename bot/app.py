"""The only place where the parts are joined: settings, database, library, channels, web, console."""

import fcntl
import hmac
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from bot.channels.base import Channel
from bot.clock import Clock, now
from bot.demo import add_demo_data
from bot.receive import Receiver
from bot.settings import Settings
from content.library import MESSAGES, FormSource, read_library, shipped_forms
from content.render import Renderer
from conversation.calendar import local_day
from conversation.catalog import Library
from conversation.form import Form
from db import forms
from db.engine import Database, open_database
from db.migrate import is_current, migrate
from handlers import FLOWS

MOST_VERSIONS = 64


class NotMigrated(Exception):
    """A shared database has to be brought up to date by hand, once, before anything uses it."""


@dataclass(frozen=True)
class Parts:
    """Everything the program consists of, joined; `library` is what is shipped."""

    settings: Settings
    database: Database
    library: Library
    renderer: Renderer
    receiver: Receiver
    clock: Clock

    async def library_now(self) -> Library:
        """Return the library with the pages that staff published in the place of those that are shipped."""
        shelf, today = self.receiver.shelf, local_day(self.clock())
        return await self.database.read(lambda connection: shelf.over(self.library, connection, today))


@asynccontextmanager
async def assemble(
    settings: Settings,
    channels: Mapping[str, Channel],
    clock: Clock = now,
    doors: Callable[[Database], Mapping[str, Channel]] = lambda _: {},
) -> AsyncIterator[Parts]:
    """Open the database, bring a SQLite one up to date, read the library, and join the parts.

    `doors` are the channels that need the database.

    Raises NotMigrated for a PostgreSQL database that is not up to date, ContentError and FormError for mistakes in what
    is shipped.
    """
    secret = settings.secret()
    sources = shipped_forms()
    shipped = {source.name: source.read() for source in sources}
    key = hmac.digest(secret, b"addresses of files", "sha256")
    library = replace(read_library(settings.organisation, shipped), link_key=key)
    renderer = Renderer(MESSAGES, settings.organisation)
    async with open_database(settings.database_url) as database:
        if database.is_sqlite:
            await database.write(migrate)
        elif not await database.read(is_current):
            raise NotMigrated
        versions = [forms.Version(shipped[s.name].sha, s.name, s.suffix, s.source, s.files) for s in sources]
        await database.write(lambda connection: forms.remember(connection, versions, clock()))
        if settings.demo_data:
            await database.write(lambda connection: add_demo_data(connection, clock()))
        every = {**channels, **doors(database)}
        receiver = Receiver(database, library, renderer, FLOWS, every, secret, clock, _form_reader())
        yield Parts(settings, database, library, renderer, receiver, clock)


def _form_reader() -> forms.ReadForm:
    """Return what reads the version of a form that a frame names, each once."""

    known: dict[str, Form] = {}

    def find(connection: Connection, sha: str) -> Form | None:
        if sha not in known:
            version = forms.find(connection, sha)
            if version is None:
                return None
            known[sha] = FormSource(version.name, version.suffix, version.source, version.files).read()
            if len(known) > MOST_VERSIONS:
                known.pop(next(iter(known)))
        return known[sha]

    return find


@contextmanager
def runner_lock(settings: Settings) -> Iterator[None]:
    """Hold the lock of the one runner of a SQLite file; raises BlockingIOError where another holds it."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        yield
        return
    file = Path(url.database or "kcbot.db").with_suffix(".lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
