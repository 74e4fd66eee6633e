"""A receiver over a real database, and a person behind it, as the web chat and the terminal use it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import Channel
from bot.channels.web import Stored
from bot.receive import Receiver
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import Message
from conversation.flow import Flows
from conversation.incoming import Address
from db import conversations
from db.engine import Database
from db.inbox import Event
from handlers import FLOWS

EVENING = datetime(2026, 11, 24, 12, 42, tzinfo=UTC)


def a_receiver(
    database: Database,
    library: Library,
    renderer: Renderer,
    flows: Flows = FLOWS,
    channels: Sequence[Channel] = (Stored(),),
    at: datetime = EVENING,
) -> Receiver:
    """Return a receiver whose clock stands still."""
    named = {channel.name: channel for channel in channels}
    return Receiver(database, library, renderer, flows, named, b"secret", lambda: at, lambda *_: None)


@dataclass
class Person:
    """Somebody in the web chat, event by event."""

    receiver: Receiver
    name: str = "lan"
    events: int = 0
    seq: int = 0
    messages: list[Message] = field(default_factory=list)

    async def says(self, text: str, event_id: str = "") -> "Person":
        return await self._sends(text=text, event_id=event_id)

    async def taps(self, label: str) -> "Person":
        tokens = {choice.label: choice.token for message in self.messages for choice in message.choices}
        return await self._sends(choice=tokens[label], text=label)

    async def _sends(self, event_id: str = "", **said: Any) -> "Person":
        self.events += 1
        raw = {"from": self.name, "id": event_id or f"{self.name}-{self.events}", **said}
        await self.receiver.take([Event("web", "", raw["id"], raw, self.address)])
        await self.looks()
        return self

    async def looks(self) -> list[Message]:
        """Fetch what was said since the last look."""
        database = self.receiver.database
        row = await database.read(lambda connection: conversations.find_address(connection, self.address))
        assert row is not None
        rows = await database.read(lambda connection: conversations.messages_after(connection, row.id, self.seq))
        self.seq = row.last_seq
        self.messages = [Message.from_json(one.payload) for one in rows if one.direction == "out"]
        return self.messages

    @property
    def address(self) -> Address:
        return Address("web", self.name)

    @property
    def keys(self) -> list[str]:
        return [message.key for message in self.messages]


async def all_say(people: Sequence[Person], text: str) -> None:
    """Let everybody say the same at once."""
    await asyncio.gather(*(person.says(text) for person in people))
