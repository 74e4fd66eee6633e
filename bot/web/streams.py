"""What is said later, told to the pages that are open: each message once and in order, whatever breaks off."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from starlette.types import Receive, Scope, Send

from bot.app import Parts
from bot.web.conversation import Shot, news
from db.models import conversation

# More pages of one visitor than this are told what is new and then sent away, to ask again later.
MOST_STREAMS = 6
HEARTBEAT_SECONDS = 15
LOOKS_EVERY = timedelta(seconds=10)
A_DAY = 24 * 3600
RETRY = "retry: 2000\n\n"
HEARTBEAT = ": \n\n"
LATER = "event: later\ndata: \n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


@dataclass
class Streams:
    """The open streams of this process by address; `stopping` ends them."""

    parts: Parts
    stopping: asyncio.Event
    _open: dict[int, list["Stream"]] = field(default_factory=dict)
    _looked_at: datetime | None = None

    @contextmanager
    def room_for(self, stream: "Stream") -> Iterator[bool]:
        """Count a stream in while it is open; yields whether there is room for it."""
        mine = self._open.setdefault(stream.address_id, [])
        if len(mine) >= MOST_STREAMS:
            yield False
            return
        mine.append(stream)
        try:
            yield True
        finally:
            mine.remove(stream)
            if not mine:
                del self._open[stream.address_id]

    async def look(self) -> None:
        """Look for all open streams at once, as a wake-up is only a hint; between two looks this does nothing."""
        now = self.parts.clock()
        if self._looked_at and now < self._looked_at + LOOKS_EVERY:
            return
        self._looked_at = now
        last = await self.parts.database.read(lambda connection: _last_seqs(connection, list(self._open)))
        behind = [one for one, mine in self._open.items() if any(stream.after != last.get(one) for stream in mine)]
        if behind:
            self.parts.receiver.changed.tell(behind, here=True)


def _last_seqs(connection: Connection, addresses: list[int]) -> dict[int, int]:
    query = select(conversation.c.address_id, conversation.c.last_seq).where(conversation.c.address_id.in_(addresses))
    return {row.address_id: row.last_seq for row in connection.execute(query)}


@dataclass(eq=False, slots=True)
class Stream:
    """An answer of server-sent events: what one conversation holds after a number, until the page goes or we stop."""

    streams: Streams
    name: str
    address_id: int
    after: int
    worded: Callable[[Shot], str]

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _write(send, RETRY)
        with self.streams.room_for(self) as there_is_room:
            if there_is_room:
                await self._follow(receive, send)
            else:
                await self._catch_up(send)
                await _write(send, LATER)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _follow(self, receive: Receive, send: Send) -> None:
        changed = self.streams.parts.receiver.changed
        async with asyncio.TaskGroup() as tasks:
            ends = {tasks.create_task(_gone(receive)), tasks.create_task(_set(self.streams.stopping))}
            going = True
            while going:
                told = tasks.create_task(changed.something(self.address_id, A_DAY))
                await asyncio.sleep(0)  # it listens before we look, so that nothing is said unheard in between
                going = await self._catch_up(send) and await self._is_told(told, ends, send)
                told.cancel()
            for one in ends:
                one.cancel()

    async def _catch_up(self, send: Send) -> bool:
        """Tell what is new; return whether there still is a conversation."""
        seen = await news(self.streams.parts, self.name, self.after)
        if seen is None:
            return False
        if seen.last_seq != self.after:
            self.after = seen.last_seq
            lines = self.worded(seen).splitlines()
            await _write(send, f"id: {self.after}\n" + "".join(f"data: {line}\n" for line in lines) + "\n")
        return True

    async def _is_told(self, told: asyncio.Task[None], ends: set[asyncio.Task[None]], send: Send) -> bool:
        """Wait, with a sign of life now and then; return whether something was said rather than an end made."""
        while True:
            done, _ = await asyncio.wait({told, *ends}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if done:
                return not done & ends
            await _write(send, HEARTBEAT)
            await self.streams.look()


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    """Return once the page has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _set(event: asyncio.Event) -> None:
    await event.wait()
