"""What reads the web chat's streams, and the people whose conversations they are."""

import asyncio
import html
import os
import re
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

import aiohttp

from content.render import Renderer
from conversation.catalog import Library
from db.engine import open_database
from db.migrate import migrate
from tests.mortal import Mortal
from tests.receiving import Person, a_receiver

PATIENCE = 60


def never(_: "Reader") -> bool:
    return False


def seen_up_to(seq: int) -> Callable[["Reader"], bool]:
    return lambda reader: reader.seen[-1:] >= [seq]


@dataclass
class Reader:
    """Reads a stream as a browser does: an event counts once its blank line has come, and so does its number."""

    name: str
    after: int = 0
    last_id: str = ""
    seen: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    heartbeats: int = 0
    opened: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def reads(
        self, session: aiohttp.ClientSession, url: str, until: Callable[["Reader"], bool] = never, most: float = inf
    ) -> None:
        """Read until something holds, so many bytes have come, or the other side ends it."""
        headers = {"Cookie": f"kcbot_chat={self.name}"}
        if self.last_id:
            headers["Last-Event-ID"] = self.last_id
        async with session.get(f"{url}/chat/stream?after={self.after}", headers=headers) as answer:
            assert answer.status == 200
            waiting = b""
            while most > 0 and not until(self):
                piece = await answer.content.read(int(min(most, 512)))
                if not piece:
                    break
                most -= len(piece)
                *whole, waiting = (waiting + piece).split(b"\n\n")
                for one in whole:
                    self._takes(one.decode())
                self._changed.set()

    def _takes(self, block: str) -> None:
        fields: dict[str, list[str]] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
        self.opened |= "retry" in fields
        self.heartbeats += "" in fields
        self.last_id = (fields.get("id") or [self.last_id])[-1]
        self.events += fields.get("event", [])
        data = "\n".join(fields.get("data", []))
        self.seen += [int(one) for one in re.findall(r'data-seq="(\d+)"', data)]
        self.texts += [html.unescape(one) for one in re.findall(r"<p>(.*?)</p>", data, re.DOTALL)]

    async def waits(self, until: Callable[["Reader"], bool]) -> None:
        """Wait until something holds of what another task reads."""
        async with asyncio.timeout(PATIENCE):
            while not until(self):
                self._changed.clear()
                await self._changed.wait()


async def begin_conversations(url: str, names: Sequence[str], library: Library, renderer: Renderer) -> list[Person]:
    """Return people who have begun a conversation each, in a database that no program has yet."""
    async with open_database(url) as database:
        await database.write(migrate)
        receiver = a_receiver(database, library, renderer)
        return [await Person(receiver, name).says("/start") for name in names]


def serving(url: str, port: int) -> Mortal:
    """Return a program over a database, with nothing of this machine's settings."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KCBOT_")}
    settings = {"KCBOT_DATABASE_URL": url, "KCBOT_SECRET_KEY": "a key for tests", "KCBOT_DEMO_DATA": "false"}
    return Mortal(ours | settings, port)


def allow_files(wanted: int) -> bool:
    """Let this process, and what it starts, open so many files; return whether the machine allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return True
    if hard != resource.RLIM_INFINITY and hard < wanted:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return True
