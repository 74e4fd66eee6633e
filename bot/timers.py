"""What happens by itself when its time comes: reminders, and what is left by processes that are gone."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.clock import Clock
from content.reminding import remind_of_class, remind_of_round
from content.render import Renderer
from conversation.calendar import Quiet
from db import deliveries, reminders
from db.announcements import Button
from db.engine import Database
from db.reminders import MISSED_AFTER, Due, Worded

EVERY_SECONDS = 2.0


@dataclass
class Timers:
    """Looks every two seconds; in the hours of `quiet` a reminder is not late yet."""

    database: Database
    renderer: Renderer
    clock: Clock
    quiet: Quiet | None

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.step()
            await asyncio.sleep(EVERY_SECONDS)

    async def step(self) -> None:
        """Do what is due."""
        now = self.clock()
        await self.database.write(lambda connection: self._remind(connection, now))
        if not self.database.is_sqlite:
            await self.database.write(lambda connection: deliveries.expire_leases(connection, now))

    def _remind(self, connection: Connection, now: datetime) -> None:
        for one in reminders.due(connection, now):
            if self._is_late(one, now):
                reminders.miss(connection, [one])
            else:
                reminders.send(connection, one, self._worded(one), now)

    def _is_late(self, due: Due, now: datetime) -> bool:
        at = self.quiet.over(due.due_at) if self.quiet else due.due_at
        return now > at + MISSED_AFTER or now >= due.ends_at

    def _worded(self, due: Due) -> Worded:
        if due.of_class:
            code = due.of_class["code"]
            button = Button(f"Xem lớp {code}", f">class/{code}")
            return Worded(*remind_of_class(self.renderer, due.of_class), f"class:{code}", button)
        number = due.of_round["id"] if due.of_round else 0
        button = Button("Trả lời phiếu", f">round/{number}")
        return Worded(*remind_of_round(self.renderer, due.of_round or {}), f"round:{number}", button)
