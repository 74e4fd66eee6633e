"""Sending announcements: at most once to each recipient, marked before the bytes leave, at a steady pace."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.changed import Changed
from bot.channels.base import Channel
from bot.clock import Clock
from bot.gathered import Gathered
from bot.in_flight import InFlight
from bot.limiter import Limiter
from bot.outcomes import REVOKED, outcome_of
from bot.wording import Worded, Wordings
from content.render import Renderer
from conversation.calendar import Quiet
from conversation.catalog import Library
from conversation.channel import Throttled, TokenRevoked, Unreachable
from db import announcements, deliveries
from db.announcements import QUEUED
from db.deliveries import Claimed, Outcome, Shown
from db.engine import AnyRow, Database

CHUNK = 50
QUEUED_AT_ONCE = 2000
MOST_IN_FLIGHT = 256
PACE_SECONDS = 0.01
LONGEST_PACE_SECONDS = 0.1
LOOK_SECONDS = 0.5
POLL_SECONDS = 1.0
MISSED_AFTER = timedelta(hours=2)

log = structlog.get_logger()


def pace(per_second: float) -> float:
    """Return the seconds between rounds: what one send takes at the rate, within bounds; asked more often, the limiter
    only says no."""
    return min(LONGEST_PACE_SECONDS, max(PACE_SECONDS, 1 / per_second))


class Announcer:
    """Sends announcements; in the hours of `quiet` those that are not urgent wait.

    An announcement that has nothing to send on a channel rests there until it is looked for again. What a channel that
    is down cannot carry goes by the others.
    """

    def __init__(
        self,
        database: Database,
        renderer: Renderer,
        library: Library,
        channels: Mapping[str, Channel],
        limiter: Limiter,
        changed: Changed,
        clock: Clock,
        quiet: Quiet | None,
    ) -> None:
        self.database = database
        self.channels = channels
        self.limiter = limiter
        self.changed = changed
        self.clock = clock
        self.quiet = quiet
        self._open: list[AnyRow] = []
        self._look_after: datetime | None = None
        self._wordings = Wordings(database, renderer, library, channels)
        self._down: set[str] = set()
        self._limited = False
        self._resting: set[tuple[int, str]] = set()
        self._queueing: dict[int, int | None] = {}
        self._outcomes: Gathered[tuple[Outcome, Shown]] = Gathered(self._record)

    async def run(self) -> None:
        """Send for ever; stopped, it waits for what is under way."""
        pause = pace(self.limiter.per_second)
        async with InFlight(MOST_IN_FLIGHT) as flights:
            while True:
                # A round that is stopped between marking and sending would leave what it marked in doubt.
                progress = await asyncio.shield(flights.start(self._round(flights)))
                await asyncio.sleep(pause if progress or self._limited else POLL_SECONDS)

    async def step(self) -> None:
        """Send whatever may be sent now; returns when each of these has its outcome."""
        progress = True
        while progress:
            self._look_after = None
            async with InFlight(MOST_IN_FLIGHT) as flights:
                progress = await self._round(flights)

    async def _round(self, flights: InFlight) -> bool:
        """Start what may be sent now; return whether that was anything."""
        now = self.clock()
        looks = self._look_after is None or now >= self._look_after
        if looks:
            self._open = await self._find(now)
            self._resting.clear()
            self._look_after = now + timedelta(seconds=LOOK_SECONDS)
        progress = self._limited = False
        for row in self._open:
            progress |= await self._advance(row, flights, now, may_finish=looks)
        return progress

    async def _find(self, now: datetime) -> list[AnyRow]:
        """Return the announcements to be sent now, each with its deliveries."""
        rows = await self.database.read(lambda connection: deliveries.open_announcements(connection, now))
        found = []
        for row in rows:
            if row.state == QUEUED and self._is_missed(row, now):
                await self._miss(row.id, now)
            elif row.urgent or self.quiet is None or not self.quiet.contains(now):
                found.append(row)
        self._queueing = {row.id: self._queueing.get(row.id) for row in found if row.state == QUEUED}
        return found

    def _is_missed(self, row: AnyRow, now: datetime) -> bool:
        """Whether the time of an announcement that was to go at one went by while nothing ran."""
        if row.send_at is None:
            return False
        due: datetime = max(moment for moment in (row.send_at, row.approved_at, row.held_until) if moment)
        if self.quiet and not row.urgent:
            due = self.quiet.over(due)
        return now > due + MISSED_AFTER

    async def _miss(self, announcement_id: int, now: datetime) -> None:
        log.warning("an announcement missed its time", announcement=announcement_id)
        await self.database.write(lambda connection: announcements.miss(connection, announcement_id, now))

    async def _queue(self, announcement_id: int, now: datetime) -> bool:
        """Make some of an announcement's deliveries, so that others write in between; return whether that was all."""
        below = self._queueing.pop(announcement_id)
        left = await self.database.write(
            lambda connection: deliveries.queue(
                connection, announcement_id, self.channels, now, most=QUEUED_AT_ONCE, below=below
            ),
            bulk=True,
        )
        if left is not None:
            self._queueing[announcement_id] = left
        return left is None

    async def _advance(self, row: AnyRow, flights: InFlight, now: datetime, *, may_finish: bool) -> bool:
        """Make the deliveries of an announcement, or send the next chunk on every channel, each within its pace."""
        if row.id in self._queueing and not await self._queue(row.id, now):
            return True
        progress = False
        for name, channel in self.channels.items():
            if (row.id, name) in self._resting:
                continue
            if channel.stored:
                progress |= await self._put(row, name, now)
            else:
                progress |= await self._start(row, name, flights, now)
        if may_finish and not progress and await self._finish(row.id):
            self._wordings.forget(row.id)
        return progress

    async def _finish(self, announcement_id: int) -> bool:
        return await self.database.write(lambda connection: deliveries.finish(connection, announcement_id))

    async def _put(self, row: AnyRow, channel: str, now: datetime) -> bool:
        """Put it into conversations where being stored is being delivered."""
        worded = await self._wordings.of(row, channel, now)

        def put(connection: Connection) -> list[Claimed]:
            claimed = deliveries.claim(connection, row.id, channel, CHUNK, now, self._carrying)
            outcomes = [Outcome(one, "sent") for one in claimed]
            if outcomes:
                deliveries.record(connection, outcomes, worded.shown, now)
            return claimed

        claimed = await self.database.write(put, bulk=True)
        self.changed.tell([one.address_id for one in claimed])
        if len(claimed) < CHUNK:
            self._resting.add((row.id, channel))
        return bool(claimed)

    async def _start(self, row: AnyRow, channel: str, flights: InFlight, now: datetime) -> bool:
        """Mark a chunk, then start sending it."""
        worded = await self._wordings.of(row, channel, now)

        def take(connection: Connection) -> tuple[list[Claimed], int]:
            allowed = min(CHUNK, flights.free, self.limiter.for_announcements(connection, channel, now))
            claimed = deliveries.claim(connection, row.id, channel, allowed, now, self._carrying)
            self.limiter.spend(connection, channel, len(claimed), now)
            return claimed, allowed

        claimed, allowed = await self.database.write(take, bulk=True)
        if len(claimed) == allowed:
            self._limited = True
        else:
            self._resting.add((row.id, channel))
        for one in claimed:
            flights.start(self._deliver(worded, channel, one))
        return bool(claimed)

    @property
    def _carrying(self) -> list[str]:
        """The channels that are not down."""
        return [name for name in self.channels if name not in self._down]

    async def _deliver(self, worded: Worded, channel: str, claimed: Claimed) -> None:
        await self._outcomes.put((await self._outcome(worded, channel, claimed), worded.shown))

    async def _outcome(self, worded: Worded, channel: str, claimed: Claimed) -> Outcome:
        """Send to one recipient; return what became of it."""
        try:
            provider_id = await worded.send(self.channels[channel], claimed)
        except Throttled as asked:
            seconds, now = asked.seconds, self.clock()
            await self.database.write(lambda connection: self.limiter.hold(connection, channel, seconds, now))
            return outcome_of(claimed, asked, now)
        except TokenRevoked as revoked:
            log.error("the channel's token is refused", channel=channel)
            self._down.add(channel)
            now, others = self.clock(), self._carrying
            number = claimed.announcement_id
            await self.database.write(
                lambda connection: deliveries.give_up(connection, number, channel, REVOKED, now, others)
            )
            return outcome_of(claimed, revoked, now)
        except Exception as problem:
            log.warning("announcement not delivered", delivery=claimed.id, error=repr(problem))
            outcome = outcome_of(claimed, problem, self.clock())
            if isinstance(problem, Unreachable) and outcome.status == "failed":
                self._down.add(channel)
            return outcome
        self._down.discard(channel)
        return Outcome(claimed, "sent", provider_id)

    async def _record(self, gathered: list[tuple[Outcome, Shown]]) -> None:
        """Record outcomes; an announcement looks different from channel to channel, so each is a write of its own."""
        now, channels = self.clock(), self._carrying
        by_look: dict[int, list[tuple[Outcome, Shown]]] = defaultdict(list)
        for one in gathered:
            by_look[id(one[1])].append(one)

        def write(connection: Connection) -> None:
            for same in by_look.values():
                deliveries.record(connection, [outcome for outcome, _ in same], same[0][1], now, channels)

        await self.database.write(write, bulk=True)
