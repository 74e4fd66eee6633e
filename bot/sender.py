"""Sending replies: the oldest first, one at a time per address, again until it succeeds or a day has passed."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from bot.changed import Changed
from bot.channels.base import Channel
from bot.clock import Clock
from bot.gathered import Gathered
from bot.in_flight import InFlight
from bot.limiter import Limiter, Spacing
from conversation.channel import Failure, Message, Rejected, Stopped, Throttled, TokenRevoked, WindowClosed
from db import attachments, outbox
from db.engine import AnyRow, Database
from db.outbox import Outcome

MOST_IN_FLIGHT = 64
POLL_SECONDS = 1.0
LEAST_PAUSE = 0.02
REVOKED_SECONDS = 60

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
        self._spacing = Spacing()
        self._busy: set[int] = set()
        self._wake = asyncio.Event()
        self._later: asyncio.TimerHandle | None = None
        self._outcomes = Gathered(self._record)

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
        now, free = self.clock(), flights.free
        busy = {*self._busy, *self._spacing.waiting(now)}
        if not self.channels or not free:
            return False

        def take(connection: Connection) -> tuple[list[AnyRow], bool]:
            taken: list[AnyRow] = []
            limited = False
            for name in self.channels:
                allowed = self.limiter.for_replies(connection, name, now)
                most = min(allowed, free - len(taken))
                rows = outbox.claim(connection, name, busy, most, now, alone=self.database.is_sqlite)
                self.limiter.spend(connection, name, len(rows), now)
                taken += rows
                limited |= len(rows) == most and most == allowed
            return taken, limited

        rows, limited = await self.database.write(take)
        for row in rows:
            self._busy.add(row.address_id)
            self._spacing.spend(row.address_id, now)
            flights.start(self._send(row))
        if limited:
            self._wake_soon()
        return bool(rows)

    def _wake_soon(self) -> None:
        """Look again when the rate allows another send."""
        loop = asyncio.get_running_loop()
        if self._later is None or self._later.when() <= loop.time():
            self._later = loop.call_later(max(LEAST_PAUSE, 1 / self.limiter.per_second), self._wake.set)

    async def _send(self, row: AnyRow) -> None:
        try:
            await self._outcomes.put(await self._outcome(row))
        finally:
            self._busy.discard(row.address_id)
            self._wake.set()

    async def _record(self, outcomes: list[Outcome]) -> None:
        await self.database.write(lambda connection: outbox.record(connection, outcomes))

    async def _deliver(self, row: AnyRow) -> str:
        """Send a message, or put it in the place of the one before it; return the vendor's id of what is seen now."""
        channel, message = self.channels[row.channel], Message.from_json(row.payload)
        file = message.attachment
        if file:
            found = await self.database.read(lambda connection: attachments.find(connection, file.sha))
            message = replace(message, attachment=found)
        before = ""
        if message.instead and channel.capabilities.edits:
            before = await self.database.read(lambda connection: outbox.shown_before(connection, row, message.key))
        if before:
            with suppress(Rejected):
                await channel.edit(row.external_id, before, message)
                return before
        return await channel.send(row.external_id, message)

    async def _outcome(self, row: AnyRow) -> Outcome:
        """Send one message; return what became of it."""
        if self.clock() >= row.at + outbox.KEPT_TRYING:
            return _outcome(row, "failed", error="not sent within a day")
        try:
            provider_id = await self._deliver(row)
        except Throttled as wait:
            await self._hold(row.channel, wait.seconds)
            return _outcome(row, "queued")
        except TokenRevoked as revoked:
            log.error("the channel's token is refused", channel=row.channel)
            await self._hold(row.channel, REVOKED_SECONDS)
            return _outcome(row, "queued", error=repr(revoked))
        except Stopped as stopped:
            return _outcome(row, "stopped", error=repr(stopped))
        except (Rejected, WindowClosed) as refused:
            log.warning("reply refused", message=row.id, error=repr(refused))
            return _outcome(row, "failed", error=repr(refused))
        except Exception as problem:
            if not isinstance(problem, Failure):
                log.exception("sending failed", message=row.id)
            later = self.clock() + outbox.delay(row.attempts)
            again = _outcome(row, "queued", error=repr(problem))
            return replace(again, attempts=row.attempts + 1, not_before=later)
        return _outcome(row, "sent", provider_message_id=provider_id)

    async def _hold(self, channel: str, seconds: float) -> None:
        now = self.clock()
        await self.database.write(lambda connection: self.limiter.hold(connection, channel, seconds, now))


def _outcome(row: AnyRow, status: str, provider_message_id: str | None = None, error: str | None = None) -> Outcome:
    return Outcome(row.id, row.address_id, status, provider_message_id, error, row.attempts)
