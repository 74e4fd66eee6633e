"""Processes of one PostgreSQL database wake each other: what one stored or changed, the others look at."""

import asyncio
import os
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from bot.changed import Changed
from db.engine import Database

CHANNEL = "kcbot"
STORED = "stored"
MOST_NAMED = 200


class Wakeups:
    """Carries wake-ups by LISTEN and NOTIFY; each is a hint, so one that is lost only costs a second."""

    def __init__(self, database: Database, changed: Changed) -> None:
        self.database = database
        self.changed = changed
        self._name = f"{os.uname().nodename}:{os.getpid()}"
        self._to_tell: asyncio.Queue[str] = asyncio.Queue()
        changed.also(self._stored, self._told)

    async def run(self) -> None:
        """Listen and tell for ever."""
        async with self.database.reads.connect() as connection:
            own = await connection.execution_options(isolation_level="AUTOCOMMIT")
            raw: Any = (await own.get_raw_connection()).driver_connection
            await raw.add_listener(CHANNEL, self._heard)
            try:
                while True:
                    words = await self._to_tell.get()
                    await own.execute(select(func.pg_notify(CHANNEL, f"{self._name} {words}")))
            finally:
                await own.invalidate()

    def _stored(self) -> None:
        self._to_tell.put_nowait(STORED)

    def _told(self, addresses: Collection[int]) -> None:
        named = [str(address) for address in addresses][:MOST_NAMED]
        self._to_tell.put_nowait(",".join(named))

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        name, _, words = payload.partition(" ")
        if name == self._name:
            return
        if words == STORED:
            self.changed.wake(here=True)
        else:
            self.changed.tell([int(word) for word in words.split(",") if word], here=True)
