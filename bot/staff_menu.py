"""The menu of commands in members' own Telegram chats, which lists what staff can do while they are tied."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from conversation.roles import may_write
from db import staff_chats
from db.engine import Database

EVERY_SECONDS = 30


class Menus(Protocol):
    """A channel that keeps a menu for each chat; each call returns whether it was carried out."""

    @property
    def name(self) -> str: ...
    async def show_staff_commands(self, chat: str, *, writes: bool) -> bool: ...
    async def show_commands(self, chat: str) -> bool: ...


@dataclass
class StaffMenu:
    """Looks every half minute who is tied; what fails is tried again at the next look.

    `shown` are the chats that have the menu of staff, as far as this process gave it to them, and whether with what
    only who writes announcements can do.
    """

    database: Database
    channel: Menus
    shown: dict[str, bool] = field(default_factory=dict)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Show the menu of staff where it is due, and the ordinary one where it is not any more."""
        tied = await self.database.read(lambda connection: staff_chats.addresses_on(connection, self.channel.name))
        due = {chat: may_write(role) for chat, role in tied.items()}
        for chat, writes in sorted(due.items()):
            if self.shown.get(chat) != writes and await self.channel.show_staff_commands(chat, writes=writes):
                self.shown[chat] = writes
        for chat in sorted(self.shown.keys() - due.keys()):
            if await self.channel.show_commands(chat):
                del self.shown[chat]
