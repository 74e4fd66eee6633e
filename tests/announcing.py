"""An office that announces: an announcer over a database, with a vendor and the web chat behind it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Connection, select

from bot.announcer import Announcer
from bot.changed import Changed
from bot.channels.base import Channel
from bot.channels.web import Stored
from bot.limiter import Limiter
from content.render import Renderer
from conversation.calendar import Quiet
from conversation.catalog import Library
from conversation.channel import Message
from db import announcements, conversations
from db.announcements import Draft
from db.engine import Database
from db.models import address, conversation, delivery
from tests.office import NOW, a_person
from tests.sending import HandClock, Vendor

QUIET = Quiet(time(21), time(7), public=False)
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)


@dataclass
class Office:
    """An announcer over a database, with a vendor and the web chat behind it."""

    database: Database
    renderer: Renderer
    library: Library
    vendor: Vendor = field(default_factory=Vendor)
    others: list[Vendor] = field(default_factory=list)
    clock: HandClock = field(default_factory=HandClock)
    per_second: float = 1000
    announcer: Announcer = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        vendors = {one.name: one for one in (self.vendor, *self.others)}
        channels: dict[str, Channel] = {"web": Stored(), **vendors}
        limiter = Limiter(self.per_second)
        self.announcer = Announcer(
            self.database, self.renderer, self.library, channels, limiter, Changed(), self.clock, QUIET
        )

    async def subscribed(self, *names: str, channel: str = "telegram") -> None:
        def arrive(connection: Connection) -> None:
            for name in names:
                a_person(connection, name, channel).agreed()

        await self.database.write(arrive)

    async def announces(
        self, title: str = "Hội chợ", audience: str = "", at: datetime | None = None, urgent: bool = False
    ) -> int:
        def write(connection: Connection) -> int:
            draft = Draft(title, "Xưởng nào đi thì nhắn.", audience, at)
            number = announcements.create(connection, draft, "lan", NOW)
            announcements.approve(connection, number, "lan", NOW, urgent=urgent)
            return number

        return await self.database.write(write)

    async def status(self, number: int) -> dict[str, Any]:
        """Return the state and the counts that are not 0."""
        status = await self.database.read(lambda connection: announcements.status(connection, number))
        return {"state": status.state, **{name: count for name, count in status.counts.items() if count}}

    async def outcomes(self) -> dict[str, tuple[str, str | None]]:
        query = select(address.c.external_id, delivery.c.status, delivery.c.error).join(
            address, address.c.contact_id == delivery.c.contact_id
        )
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        return {row.external_id: (row.status, row.error) for row in rows}

    async def told(self, name: str) -> list[Message]:
        """Return what stands in a conversation."""

        def query(connection: Connection) -> list[Message]:
            wanted = select(address.c.id).where(address.c.external_id == name)
            rows = conversations.messages_after(connection, connection.execute(wanted).scalar_one())
            return [Message.from_json(row.payload) for row in rows]

        return await self.database.read(query)

    async def pushed(self, name: str) -> str:
        query = select(conversation.c.pushed).join(address).where(address.c.external_id == name)
        link: str = await self.database.read(lambda connection: connection.execute(query).scalar_one())
        return link
