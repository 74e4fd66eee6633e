"""Vendors as they are: slow, busy, cut off, and with their own account of what arrived."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from conversation.channel import (
    CAPABILITIES,
    Message,
    Rejected,
    Stopped,
    Throttled,
    TokenRevoked,
    Uncertain,
    Unreachable,
    WindowClosed,
)
from conversation.incoming import Address, Incoming
from tests.simulation.database import Process

WINDOW_SECONDS = 48 * 3600


@dataclass(frozen=True)
class Weather:
    """How often each thing goes wrong, from 0 to 1; `latency` is the longest in seconds."""

    latency: float
    unreachable: float
    cut_before: float
    cut_after: float
    busy: float
    rejected: float
    redelivered: float


@dataclass
class Arrival:
    """A message on somebody's phone: when the program sent it off, and when it arrived."""

    to: str
    message: Message
    sent_at: float
    arrived_at: float


@dataclass
class Vendor:
    """Everything outside one channel: it outlives the program. `updates` are what people wrote, oldest first, until
    they are `confirmed`."""

    name: str
    chance: Random
    weather: Weather
    windows: bool = False
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    confirmed: set[str] = field(default_factory=set)
    arrivals: list[Arrival] = field(default_factory=list)
    calls: list[tuple[float, str, Message]] = field(default_factory=list)
    refusals: list[tuple[float, float]] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    revoked: bool = False
    last_wrote: dict[str, float] = field(default_factory=dict)
    calm: bool = False
    next_update: int = 0
    next_message: int = 0

    def writes(self, who: str, **said: str) -> None:
        """Let somebody write or tap."""
        self.next_update += 1
        self.updates.append({"from": who, "id": str(self.next_update), **said})
        self.last_wrote[who] = asyncio.get_running_loop().time()
        self.blocked.discard(who)

    def happens(self, share: float) -> bool:
        return not self.calm and self.chance.random() < share

    async def takes(self, to: str, message: Message) -> str:
        """Take a message as a vendor does; what it does with it goes on without whoever sent it."""
        loop, weather = asyncio.get_running_loop(), self.weather
        now = loop.time()
        self.calls.append((now, to, message))
        if self.happens(weather.unreachable):
            raise Unreachable("no route")
        latency = self.chance.uniform(0.01, weather.latency)
        if self.happens(weather.cut_before):
            await asyncio.sleep(latency)
            raise Uncertain("cut")
        await asyncio.sleep(latency / 2)
        if self.revoked:
            raise TokenRevoked("401")
        if self.happens(weather.busy):
            seconds = self.chance.choice([1, 3, 7])
            await asyncio.sleep(latency / 2)
            raise Throttled(seconds)
        if to in self.blocked:
            raise Stopped("bot was blocked")
        if self.happens(weather.rejected):
            raise Rejected("message is not modified")
        if self.windows and now - self.last_wrote.get(to, -1e9) > WINDOW_SECONDS:
            raise WindowClosed("48 hours")
        self.arrivals.append(Arrival(to, message, now, loop.time()))
        self.next_message += 1
        number = str(self.next_message)
        await asyncio.sleep(latency / 2)
        if self.happens(weather.cut_after):
            raise Uncertain("cut")
        return number


@dataclass
class Door:
    """A channel of one process, over a vendor that outlives it."""

    vendor: Vendor
    process: Process
    stored: bool = False

    @property
    def name(self) -> str:
        return self.vendor.name

    @property
    def capabilities(self) -> Any:
        return CAPABILITIES[self.name]

    def parse(self, raw: Any, at: datetime) -> Incoming | None:
        words = {name: raw.get(name, "") for name in ("text", "choice")}
        return Incoming(Address(self.name, raw["from"]), raw["id"], at, **words)

    async def send(self, to: str, message: Message) -> str:
        await self.process.goes_on()
        taking = asyncio.ensure_future(self.vendor.takes(to, message))
        try:
            return await asyncio.shield(taking)
        except Throttled as asked:
            if self.process.alive:
                self.vendor.refusals.append((asyncio.get_running_loop().time(), asked.seconds))
            raise
        finally:
            await self.process.goes_on()

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        raise Rejected("message can't be edited")

    async def fetch(self, reference: str) -> bytes:
        raise Rejected(reference)
