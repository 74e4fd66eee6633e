"""One run of the world: one seed decides everything that happens in it."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from sqlalchemy import Connection

from bot.announcer import Announcer
from bot.channels.base import Channel
from bot.limiter import Limiter
from bot.receive import Receiver
from bot.sender import Sender
from bot.timers import Timers
from content.library import MESSAGES, read_library, shipped_forms
from content.render import Renderer
from conversation.catalog import Library, Organisation
from db import announcements, classes, deliveries, reminders
from db.announcements import AnnouncementRefused, Draft
from db.classes import Arranged
from db.inbox import Event
from db.reminders import ReminderRefused
from handlers import FLOWS
from tests.simulation.database import Process, database_of, new_engine
from tests.simulation.invariants import Invariants
from tests.simulation.loop import SimulatedLoop
from tests.simulation.people import Owner
from tests.simulation.vendors import Door, Vendor, Weather

START = datetime(2026, 11, 23, 2, tzinfo=UTC)
SETTLES_WITHIN = 600
SHORT = 25 / 86400
ORGANISATION = Organisation("Trung tâm Khuyến công thử", "0226 000 000", "Phủ Lý", "thu.gov.vn")
STORY = 60


@cache
def shipped() -> tuple[Library, Renderer]:
    """Return what the program says, read once for all worlds."""
    library = read_library(ORGANISATION, {one.name: one.read() for one in shipped_forms()})
    return library, Renderer(MESSAGES, ORGANISATION)


class Broken(AssertionError):
    """A promise was broken; the words are the seed, the promise, and the story that led to it."""


@dataclass
class World:
    """People, vendors and staff around a program that is killed and started again; `days` may be a small fraction."""

    seed: int
    days: float = SHORT
    steps: int = 60
    owners: int = 8
    per_second: float = 5.0
    deaths: list[float] = field(default_factory=list)
    story: list[str] = field(default_factory=list)

    def run(self) -> str:
        """Run to the end and return the digest of the story; raises Broken."""
        loop = SimulatedLoop()
        try:
            return loop.run_until_complete(self._live(loop))
        finally:
            loop.close()

    async def _live(self, loop: SimulatedLoop) -> str:
        self.loop = loop
        self.chance = Random(self.seed)
        self.engine = new_engine()
        self.vendors = [self._vendor("telegram"), self._vendor("zalo_oa", windows=True)]
        homes = [vendor for vendor in self.vendors for _ in range(self.owners // 2)]
        self.people = [
            Owner(f"{vendor.name[0]}{place}", vendor, Random(self.chance.random()))
            for place, vendor in enumerate(homes)
        ]
        self.invariants = Invariants(self)
        self.processes = [Process()]
        self.mortal = True
        lives = [asyncio.get_running_loop().create_task(self._start())]
        try:
            with self._happening():
                await self._days(lives)
                await self._settles(lives)
        finally:
            await self._is_over()
        return hashlib.sha256("\n".join(self.story).encode()).hexdigest()

    async def _is_over(self) -> None:
        """Let go of whatever still runs, the dead processes too."""
        for process in self.processes:
            process.over = True
        while left := asyncio.all_tasks() - {asyncio.current_task()}:
            for one in left:
                one.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    @contextmanager
    def _happening(self) -> Iterator[None]:
        try:
            yield
        except AssertionError as broken:
            told = "\n".join(self.story[-STORY:])
            raise Broken(f"seed {self.seed}, {self.days} days: {broken}\n{told}") from broken

    def tell(self, words: str) -> None:
        self.story.append(f"{self.loop.time():10.3f}  {words}")

    @property
    def process(self) -> Process:
        """The process that lives now, or died last."""
        return self.processes[-1]

    def now(self) -> datetime:
        return START + timedelta(seconds=self.loop.time())

    def _vendor(self, name: str, *, windows: bool = False) -> Vendor:
        rough = self.chance.random()
        weather = Weather(
            latency=self.chance.choice([0.05, 0.3, 2.0]),
            unreachable=0.15 * rough,
            cut_before=0.08 * rough,
            cut_after=0.08 * rough,
            busy=0.05 * rough,
            rejected=0.03 * rough,
            redelivered=0.2 * rough,
        )
        return Vendor(name, Random(self.chance.random()), weather, windows)

    def ends_here(self, where: str) -> bool:
        """Whether the program is killed at this commit."""
        if self.mortal and self.process.alive and self.chance.random() < 0.001:
            self._kill(where)
            return True
        return False

    def _kill(self, where: str) -> None:
        self.tell(f"killed {where}")
        self.deaths.append(self.loop.time())
        self.process.alive = False

    async def _start(self) -> None:
        """Start the program as `kcbot run` does, and let it run until it is killed or asked to end."""
        process = self.process
        database = database_of(self.engine, process, Random(self.chance.random()), self.ends_here)
        library, renderer = shipped()
        channels: dict[str, Channel] = {vendor.name: Door(vendor, process) for vendor in self.vendors}
        receiver = Receiver(database, library, renderer, FLOWS, channels, b"secret", self.now, lambda *_: None)
        limiter = Limiter(self.per_second)
        await receiver.recover()
        await database.write(deliveries.recover)
        self.tell("started")
        sender = Sender(database, channels, limiter, receiver.changed, self.now)
        announcer = Announcer(database, renderer, library, channels, limiter, receiver.changed, self.now, None)
        timers = Timers(database, renderer, self.now, None)
        async with asyncio.TaskGroup() as tasks:
            for job in (receiver.run, sender.run, announcer.run, timers.run):
                tasks.create_task(job())
            for vendor in self.vendors:
                tasks.create_task(self._poll(receiver, vendor, process))

    async def _poll(self, receiver: Receiver, vendor: Vendor, process: Process) -> None:
        """Ask a vendor for updates as the poller does: stored first, confirmed after; some come twice."""
        while True:
            await asyncio.sleep(vendor.chance.uniform(0.05, 0.5))
            await process.goes_on()
            batch = [vendor.updates[place] for place in range(min(len(vendor.updates), 10))]
            if not batch:
                continue
            again = batch[:1] if vendor.happens(vendor.weather.redelivered) else []
            door = receiver.channels[vendor.name]
            events = []
            for raw in [*again, *batch]:
                incoming = door.parse(raw, self.now())
                assert incoming is not None
                events.append(Event(vendor.name, "", raw["id"], raw, incoming.address))
            await receiver.store(events)
            receiver.changed.wake()
            for _ in batch:
                vendor.confirmed.add(vendor.updates.popleft()["id"])

    async def _days(self, lives: "list[asyncio.Task[None]]") -> None:
        """Let people and staff do what they do, and kill the program now and then."""
        end = self.loop.time() + self.days * 86400
        every = self.days * 86400 / self.steps
        while self.loop.time() < end:
            await asyncio.sleep(self.chance.uniform(0, 2 * every))
            await self._something(lives)
            self._check(lives)

    async def _something(self, lives: "list[asyncio.Task[None]]") -> None:
        for owner in self.people:
            owner.looks()
            if self.chance.random() < 0.15:
                owner.does()
        dice = self.chance.random()
        if dice < 0.10:
            self._staff()
        elif dice < 0.14:
            self._kill("while it waited")
        elif dice < 0.16:
            vendor = self.chance.choice(self.vendors)
            vendor.revoked = not vendor.revoked
            self.tell(f"{vendor.name}'s token {'revoked' if vendor.revoked else 'good again'}")
        elif dice < 0.18:
            self.tell("asked to end")
            self.deaths.append(self.loop.time())
            lives[-1].cancel()
            await asyncio.wait(lives[-1:], timeout=15)
        if not self.process.alive or lives[-1].done():
            self.process.alive = False
            self.processes.append(Process())
            lives.append(asyncio.get_running_loop().create_task(self._start()))

    def _staff(self) -> None:
        """Let staff do something, as the console does it: in a transaction of its own."""
        now = self.now()

        def act(connection: Connection) -> str:
            known = [one.id for one in announcements.listed(connection)]
            number = self.chance.choice(known) if known else 0
            action = self.chance.choice(["announce"] * 4 + ["pause", "resume", "cancel", "resend", "correct", "class"])
            if action == "announce" or not number:
                return self._announce(connection, len(known) + 1, now)
            if action == "resend":
                outcome = self.chance.choice(["failed", "uncertain"])
                if outcome == "uncertain":
                    self.invariants.may_come_again(connection, number)
                announcements.resend(connection, number, {outcome})
            elif action == "correct":
                kept = announcements.correct(
                    connection, number, f"Đính chính {number}-{now:%M%S%f}", "Sửa.", "lan", now
                )
                announcements.approve(connection, kept, "lan", now)
            elif action == "class":
                return self._class(connection, now)
            else:
                getattr(announcements, action)(connection, number)
            return f"{action} {number}"

        try:
            with self.engine.begin() as connection:
                self.tell(f"staff: {act(connection)}")
        except (AnnouncementRefused, ReminderRefused) as refused:
            self.tell(f"staff: refused, {refused}")

    def _announce(self, connection: Connection, place: int, now: datetime) -> str:
        later = now + timedelta(seconds=self.chance.uniform(0, 20)) if self.chance.random() < 0.3 else None
        topic = self.chance.choice(["", "", "training", "fairs"])
        draft = Draft(f"Tin {place}-{now:%M%S%f}", "Xưởng nào đi thì nhắn.", send_at=later, topic=topic)
        number = announcements.create(connection, draft, "lan", now)
        announcements.approve(connection, number, "lan", now)
        return f"announce {number}"

    def _class(self, connection: Connection, now: datetime) -> str:
        starts = now + timedelta(hours=2, seconds=self.chance.uniform(0, 60))
        arranged = Arranged("QT1", "Lớp", starts, starts + timedelta(hours=3), "xã", 9, starts.date())
        if classes.find(connection, "QT1"):
            classes.change(connection, "QT1", arranged, now)
            return "class moved"
        classes.create(connection, arranged, now)
        reminders.add_to_class(connection, "QT1", 2, "lan", now)
        return "class with a reminder"

    def _check(self, lives: "list[asyncio.Task[None]]") -> None:
        for life in lives:
            if life.done() and not life.cancelled() and life.exception():
                raise AssertionError(f"the program failed: {life.exception()!r}") from life.exception()
        with self.engine.begin() as connection:
            self.invariants.hold(connection)

    async def _settles(self, lives: "list[asyncio.Task[None]]") -> None:
        """Let the weather clear and everything come to its end; then nothing may be missing."""
        self.mortal = False
        for vendor in self.vendors:
            vendor.calm, vendor.revoked = True, False
        for owner in self.people:
            owner.leaves()
        with self.engine.begin() as connection:
            for one in announcements.listed(connection, frozenset({"paused"})):
                announcements.resume(connection, one.id)
        deadline = self.loop.time() + SETTLES_WITHIN
        while self.loop.time() < deadline:
            await asyncio.sleep(3)
            for owner in self.people:
                owner.looks()
            self._check(lives)
            with self.engine.begin() as connection:
                if not self.invariants.waiting(connection):
                    break
        with self.engine.begin() as connection:
            self.invariants.hold_at_the_end(connection)
