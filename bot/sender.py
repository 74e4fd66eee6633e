"""Sending replies: the oldest first, one at a time per address, again until it succeeds or a day has passed."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import structlog

from bot.channels.base import Channel
from bot.clock import Clock
from bot.in_flight import InFlight
from bot.limiter import Limiter
from bot.receive import Changed
from conversation.channel import Failure, Message, Rejected, Stopped, Throttled, WindowClosed
from db import outbox
from db.engine import AnyRow, Database
from db.unit_of_work import Unit

MOST_IN_FLIGHT = 8
POLL_SECONDS = 1.0

log = structlog.get_logger()


class Sender:
    """Sends what turns have queued; after a crash a message without an outcome is simply sent again."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], limiter: Limiter, changed: Changed, clock: Clock
    ) -> None:
        self.database = database
        self.channels = {name: channel for name, channel in channels.items() if not channel.stored}
        self.limiter = limiter
        self.changed = changed
        self.clock = clock
        self._busy: set[int] = set()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Send for ever; stopped, it waits for what is under way."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            async with InFlight(MOST_IN_FLIGHT) as flights:
                while True:
                    await self._round(flights)
                    await self._wake.wait()
                    self._wake.clear()

    async def send_due(self) -> None:
        """Send whatever may be sent now; returns when each of these has its outcome."""
        started = True
        while started:
            async with InFlight(MOST_IN_FLIGHT) as flights:
                started = await self._round(flights)

    async def _watch(self) -> None:
        """Remember a wake-up that comes while a round is under way."""
        while True:
            await self.changed.something(Changed.ANY, within=POLL_SECONDS)
            self._wake.set()

    async def _round(self, flights: InFlight) -> bool:
        """Start what may be sent now; return whether that was anything."""
        now = self.clock()
        busy, free = set(self._busy), flights.free
        open_channels = [name for name in self.channels if self.limiter.for_replies(name)]
        if not open_channels or not free:
            return False
        rows = await self.database.read(lambda connection: outbox.due(connection, open_channels, busy, free, now))
        started = False
        for row in rows:
            if self.limiter.for_replies(row.channel):
                self.limiter.spend(row.channel, 1)
                self._busy.add(row.address_id)
                flights.start(self._send(row))
                started = True
            else:
                asyncio.get_running_loop().call_later(self.limiter.interval, self._wake.set)
        return started

    async def _send(self, row: AnyRow) -> None:
        try:
            await self.database.write(await self._outcome(row))
        finally:
            self._busy.discard(row.address_id)
            self._wake.set()

    async def _deliver(self, row: AnyRow) -> str:
        """Send a message, or put it in the place of the one before it; return the vendor's id of what is seen now."""
        channel, message = self.channels[row.channel], Message.from_json(row.payload)
        before = ""
        if message.instead and channel.capabilities.edits:
            before = await self.database.read(lambda connection: outbox.shown_before(connection, row, message.key))
        if before:
            with suppress(Rejected):
                await channel.edit(row.external_id, before, message)
                return before
        return await channel.send(row.external_id, message)

    async def _outcome(self, row: AnyRow) -> Unit[None]:
        """Send one message; return what to record."""
        if self.clock() >= row.at + outbox.KEPT_TRYING:
            return lambda connection: outbox.failed(connection, row.id, "not sent within a day")
        try:
            provider_id = await self._deliver(row)
        except Throttled as wait:
            self.limiter.hold(row.channel, wait.seconds)
            return lambda connection: None
        except Stopped as stopped:
            error = repr(stopped)
            return lambda connection: outbox.stop(connection, row.address_id, error)
        except (Rejected, WindowClosed) as refused:
            error = repr(refused)
            log.warning("reply refused", message=row.id, error=error)
            return lambda connection: outbox.failed(connection, row.id, error)
        except Exception as problem:
            if not isinstance(problem, Failure):
                log.exception("sending failed", message=row.id)
            error, now = repr(problem), self.clock()
            return lambda connection: outbox.retry(connection, row.id, row.attempts, error, now)
        return lambda connection: outbox.sent(connection, row.id, provider_id)
