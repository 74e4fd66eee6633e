"""What the tests of sending share: a channel that does as it is told, a clock moved by hand."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from conversation.channel import CAPABILITIES, Capabilities, Message, Rejected
from conversation.incoming import Incoming
from db.conversations import push
from db.engine import Database
from db.models import address, message
from tests.office import NOW, Person, a_person


@dataclass
class HandClock:
    """Stands still until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


class Killed(BaseException):
    """The program ends here."""


@dataclass
class Vendor:
    """A channel over a vendor that answers with `failing[to]`, then takes whatever comes; `arrived` is what it took."""

    name: str = "telegram"
    stored: bool = False
    capabilities: Capabilities = CAPABILITIES["telegram"]
    failing: defaultdict[str, deque[BaseException]] = field(default_factory=lambda: defaultdict(deque))
    tried: list[str] = field(default_factory=list)
    arrived: list[tuple[str, str]] = field(default_factory=list)
    editable: set[str] = field(default_factory=set)
    edited: list[tuple[str, str]] = field(default_factory=list)

    def parse(self, raw: Any, at: datetime) -> Incoming | None:
        return None

    async def send(self, to: str, message: Message) -> str:
        self.tried.append(to)
        if self.failing[to]:
            raise self.failing[to].popleft()
        self.arrived.append((to, message.text))
        return f"v{len(self.arrived)}"

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        if message_id not in self.editable:
            raise Rejected("message can't be edited")
        self.edited.append((message_id, message.text))

    async def fetch(self, reference: str) -> bytes:
        raise Rejected(reference)

    @property
    def reached(self) -> list[str]:
        return [to for to, _ in self.arrived]


def someone(connection: Connection, name: str, *texts: str, channel: str = "telegram") -> Person:
    """Return a person to whom replies are queued."""
    person = a_person(connection, name, channel)
    for text in texts:
        push(connection, person.address_id, Message("test/reply", text).to_json(), "", "queued", NOW)
    return person


async def statuses(database: Database) -> list[tuple[str, str]]:
    """Return (external id, status) of the messages out, in their order."""
    query = select(address.c.external_id, message.c.status).join(address).order_by(message.c.id)
    rows = await database.read(lambda connection: connection.execute(query).all())
    return [(row.external_id, row.status) for row in rows]


async def state_of(database: Database, name: str) -> str:
    query = select(address.c.state).where(address.c.external_id == name)
    state: str = await database.read(lambda connection: connection.execute(query).scalar_one())
    return state
