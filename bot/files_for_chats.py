"""Sends the files that members of staff asked for in their own chats, once they are made."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.changed import Changed
from bot.channels.base import Channel
from bot.clock import Clock
from content.render import Renderer
from conversation.catalog import Organisation
from conversation.channel import Attachment, Message
from conversation.flow import reply
from conversation.reply import Reply
from conversation.roles import may_look
from db import conversations, export_chats, staff_chats
from db.engine import Database
from db.export_chats import Due
from db.export_jobs import FAILED

EVERY_SECONDS = 1.0
# What is larger is fetched from the console: a message's file is held whole while it is sent.
LARGEST = 20 * 1024 * 1024


@dataclass
class FilesForChats:
    """Looks every second for a file that is made and not sent yet; the message is queued as any other."""

    database: Database
    renderer: Renderer
    organisation: Organisation
    channels: Mapping[str, Channel]
    changed: Changed
    clock: Clock

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.step()
            await asyncio.sleep(EVERY_SECONDS)

    async def step(self) -> None:
        """Queue what is due."""
        if not await self.database.read(export_chats.is_any_due):
            return
        told = await self.database.write(self._tell_all)
        if told:
            self.changed.tell(told)

    def _tell_all(self, connection: Connection) -> set[int]:
        return {due.address_id for due in export_chats.due(connection) if self._tell(connection, due)}

    def _tell(self, connection: Connection, due: Due) -> bool:
        """Queue a message with the file, or with where it is; whether there was anybody to be told.

        Whose account was closed, whose chat was untied, who was given other communes meanwhile gets nothing.
        """
        member = staff_chats.member_of(connection, due.contact_id)
        channel = self.channels.get(due.channel)
        mine = member and member.name == due.job.by and member.scope == due.job.wanted.scope and may_look(member.role)
        if channel is None or not mine:
            export_chats.drop(connection, due.job.id)
            return False
        carried = channel.capabilities.files and due.job.size <= LARGEST
        file = export_chats.attach(connection, due.job) if carried and due.job.state != FAILED else None
        status, now = "sent" if channel.stored else "queued", self.clock()
        for message in self._worded(due, channel, file):
            conversations.push(connection, due.address_id, message.to_json(), "", status, now)
        export_chats.told(connection, due.job.id)
        return True

    def _worded(self, due: Due, channel: Channel, file: Attachment | None) -> list[Message]:
        """Return the message, which the file goes with."""
        said = self._said(due, channel, file)
        *first, last = self.renderer.render([said], channel.capabilities, 0)
        return [*first, replace(last, attachment=file)]

    def _said(self, due: Due, channel: Channel, file: Attachment | None) -> Reply:
        job, site = due.job, self.organisation.public_url
        if job.state == FAILED:
            return reply("files/failed", name=job.file_name)
        if file:
            return reply("files/ready", name=job.file_name, rows=job.rows)
        url = f"{site}/console/exports/{job.id}" if site else ""
        too_large = channel.capabilities.files
        return reply("files/link", name=job.file_name, rows=job.rows, too_large=too_large, url=url)
