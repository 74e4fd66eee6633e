"""Announcements as channels carry them, each worded once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.base import Channel
from bot.channels.paid import PaidDoor
from content.announcing import Announced, facts, word
from content.library import with_pages
from content.render import Renderer
from content.sealing import sealed
from conversation.calendar import local_day
from conversation.catalog import Library
from conversation.channel import Message, WindowClosed
from conversation.vendor_template import fill
from db import attachments, vendor_templates
from db.deliveries import Claimed, Shown
from db.engine import AnyRow, Database
from db.named_class import linked_class, named_class
from db.shelf import Shelf
from db.vendor_templates import Template

LINKS_HOLD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Worded:
    """An announcement as a channel carries it, as it then stands in the conversation, and as its paid template, filled
    with `facts`."""

    message: Message
    shown: Shown
    template: Template | None
    facts: Mapping[str, str]

    async def send(self, channel: Channel, claimed: Claimed) -> str:
        """Send it to one recipient as they were claimed; return the vendor's id of the message.

        Raises a Failure, or BlankRefused, surely not sent, where a blank cannot be filled any more.
        """
        if claimed.price is None:
            return await channel.send(claimed.external_id, self.message)
        if self.template is None or not isinstance(channel, PaidDoor):
            raise WindowClosed("no template goes by this channel")
        values = fill(self.template.blanks, self.facts, claimed.name)
        return await channel.send_template(claimed.external_id, self.template.id, values)


class Wordings:
    """Words announcements, and keeps them until they are over."""

    def __init__(
        self, database: Database, renderer: Renderer, library: Library, channels: Mapping[str, Channel]
    ) -> None:
        self.database, self.renderer, self.library, self.channels = database, renderer, library, channels
        self._shelf = Shelf(with_pages)
        self._worded: dict[tuple[int, str], Worded] = {}

    async def of(self, row: AnyRow, channel: str, now: datetime) -> Worded:
        """Return an announcement as a channel carries it."""
        if (row.id, channel) not in self._worded:
            self._worded[row.id, channel] = await self._word(row, channel, now)
        return self._worded[row.id, channel]

    def forget(self, announcement_id: int) -> None:
        """Forget one that is over."""
        for channel in self.channels:
            self._worded.pop((announcement_id, channel), None)

    async def _word(self, row: AnyRow, channel: str, now: datetime) -> Worded:
        buttons = [(button["label"], button["link"]) for button in row.buttons]
        links = [link for _, link in buttons]
        text = f"{row.title} {row.text}"

        def read(connection: Connection) -> tuple[Announced, str, Template | None, Mapping[str, str], Library]:
            library = self._shelf.over(self.library, connection, local_day(now))
            at = row.started_at or now
            file = attachments.find(connection, row.attachment) if row.attachment else None
            if file:
                file = sealed(file, self.library.link_key, local_day(at) + LINKS_HOLD)
            announced = Announced(row.kind, row.title, row.text, at, buttons, file, row.paid)
            named = named_class(connection, text, now)
            link = f">class/{named.code}" if named else links[0] if links else ">announcements"
            template = vendor_templates.find(connection, row.template) if row.template else None
            about = linked_class(connection, links, text, now) if template else None
            return announced, link, template, facts(library, announced, about), library

        announced, link, template, known, library = await self.database.read(read)
        message = word(self.renderer, library, announced, self.channels[channel].capabilities)
        return Worded(message, Shown(message.to_json(), link), template, known)
