"""Sending announcements: at most once to each recipient, marked before the bytes leave, at a steady pace."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.channels.base import Channel
from bot.clock import Clock
from bot.in_flight import InFlight
from bot.limiter import Limiter
from bot.receive import Changed
from content.render import Renderer
from conversation.calendar import VIETNAM, local_day
from conversation.channel import Message, Rejected, Stopped, Throttled, Unreachable, WindowClosed
from conversation.reply import Reply
from db import classes, deliveries
from db.announcements import QUEUED
from db.deliveries import Claimed
from db.engine import AnyRow, Database
from db.unit_of_work import Unit

CHUNK = 50
MOST_IN_FLIGHT = 200
POLL_SECONDS = 1.0
PACE_SECONDS = 0.02
MOST_CLASSES = 100
Quiet = tuple[time, time]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Announcement:
    """One as it is sent: its id, its message, and what a bare number typed after it answers."""

    id: int
    message: Message
    link: str


class Announcer:
    """Sends announcements; `quiet` is from when till when, in Vietnam, those that are not urgent wait."""

    def __init__(
        self,
        database: Database,
        renderer: Renderer,
        channels: Mapping[str, Channel],
        limiter: Limiter,
        changed: Changed,
        clock: Clock,
        quiet: Quiet | None,
    ) -> None:
        self.database = database
        self.renderer = renderer
        self.channels = channels
        self.limiter = limiter
        self.changed = changed
        self.clock = clock
        self.quiet = quiet
        self._worded: dict[int, _Announcement] = {}

    async def run(self) -> None:
        """Send for ever; stopped, it waits for what is under way."""
        async with InFlight(MOST_IN_FLIGHT) as flights:
            while True:
                # A round that is stopped between marking and sending would leave what it marked in doubt.
                progress = await asyncio.shield(flights.start(self._round(flights)))
                busy = progress or flights.free < MOST_IN_FLIGHT
                await asyncio.sleep(max(PACE_SECONDS, self.limiter.interval) if busy else POLL_SECONDS)

    async def step(self) -> None:
        """Send whatever may be sent now; returns when each of these has its outcome."""
        progress = True
        while progress:
            async with InFlight(MOST_IN_FLIGHT) as flights:
                progress = await self._round(flights)

    async def _round(self, flights: InFlight) -> bool:
        """Start what may be sent now; return whether that was anything."""
        now = self.clock()
        rows = await self.database.read(lambda connection: deliveries.open_announcements(connection, now))
        quiet = self.quiet is not None and is_within(self.quiet, now)
        progress = False
        for row in rows:
            if row.urgent or not quiet:
                progress |= await self._advance(row, flights, now)
        return progress

    async def _advance(self, row: AnyRow, flights: InFlight, now: datetime) -> bool:
        """Send the next chunk of an announcement on every channel, each within its pace."""
        if row.state == QUEUED:
            await self.database.write(lambda connection: deliveries.queue(connection, row.id, self.channels, now))
        if row.id not in self._worded:
            self._worded[row.id] = await self._word(row, now)
        announcement = self._worded[row.id]
        progress = False
        for name, channel in self.channels.items():
            if channel.stored:
                progress |= await self._put(announcement, name, now)
            else:
                progress |= await self._start(announcement, name, flights, now)
        if not progress and await self.database.write(lambda connection: deliveries.finish(connection, row.id)):
            del self._worded[row.id]
        return progress

    async def _word(self, row: AnyRow, now: datetime) -> _Announcement:
        values = {"title": row.title, "text": row.text, "at": row.started_at or now}
        key = "announcements/pushed"
        link = await self.database.read(lambda connection: _link(connection, f"{row.title} {row.text}", now))
        return _Announcement(row.id, Message(key, self.renderer.words(Reply(key, values))), link)

    async def _put(self, announcement: _Announcement, channel: str, now: datetime) -> bool:
        """Put it into conversations where being stored is being delivered."""

        def put(connection: Connection) -> list[Claimed]:
            claimed = deliveries.claim(connection, announcement.id, channel, CHUNK, now)
            for one in claimed:
                deliveries.sent(connection, one, None, announcement.message.to_json(), announcement.link, now)
            return claimed

        claimed = await self.database.write(put)
        self.changed.tell([one.address_id for one in claimed])
        return bool(claimed)

    async def _start(self, announcement: _Announcement, channel: str, flights: InFlight, now: datetime) -> bool:
        """Mark a chunk, then start sending it."""
        most = min(CHUNK, flights.free, self.limiter.for_announcements(channel))
        if not most:
            return False
        claimed = await self.database.write(
            lambda connection: deliveries.claim(connection, announcement.id, channel, most, now)
        )
        self.limiter.spend(channel, len(claimed))
        for one in claimed:
            flights.start(self._deliver(announcement, channel, one))
        return bool(claimed)

    async def _deliver(self, announcement: _Announcement, channel: str, claimed: Claimed) -> None:
        await self.database.write(await self._outcome(announcement, channel, claimed))

    async def _outcome(self, announcement: _Announcement, channel: str, claimed: Claimed) -> Unit[None]:
        """Send to one recipient; return what to record. Whatever is not surely unsent is uncertain."""
        try:
            provider_id = await self.channels[channel].send(claimed.external_id, announcement.message)
        except Throttled as asked:
            seconds, now = asked.seconds, self.clock()
            self.limiter.hold(channel, seconds)
            return lambda connection: deliveries.wait(connection, claimed, seconds, now)
        except Exception as problem:
            return self._failure(claimed, problem)
        payload: dict[str, Any] = announcement.message.to_json()
        now = self.clock()
        return lambda connection: deliveries.sent(connection, claimed, provider_id, payload, announcement.link, now)

    def _failure(self, claimed: Claimed, problem: Exception) -> Unit[None]:
        error, now = repr(problem), self.clock()
        log.warning("announcement not delivered", delivery=claimed.id, error=error)
        match problem:
            case Unreachable():
                return lambda connection: deliveries.retry(connection, claimed, error, now)
            case Stopped():
                return lambda connection: deliveries.blocked(connection, claimed, error, now)
            case Rejected():
                status = "failed"
            case WindowClosed():
                status = "held"
            case _:
                status = "uncertain"
        return lambda connection: deliveries.ended(connection, claimed, status, error, now)


def is_within(quiet: Quiet, now: datetime) -> bool:
    """Whether a moment lies in hours of Vietnam's day, which may pass midnight."""
    start, end = quiet
    clock = now.astimezone(VIETNAM).time()
    return start <= clock < end if start <= end else clock >= start or clock < end


def _link(connection: Connection, text: str, now: datetime) -> str:
    """Return the link of the first class open for signing up whose code word stands in a text, else of the list."""
    words = set(re.findall(r"\w+", text.upper()))
    day = local_day(now)
    upcoming = classes.upcoming(connection, now, MOST_CLASSES)
    codes = [one.code for one in upcoming if one.takes(day) and one.code in words]
    return f">class/{codes[0]}" if codes else ">announcements"
