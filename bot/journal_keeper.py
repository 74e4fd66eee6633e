"""Keeps beside the database who left, so that it outlives the database."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import Clock
from db import journal
from db.engine import Database

EVERY_SECONDS = 2.0


@dataclass
class JournalKeeper:
    """Writes each departure to the file, once for each start at most: the first look writes what the file lacks."""

    database: Database
    file: Path
    clock: Clock
    _last: int = field(default=0)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.step()
            await asyncio.sleep(EVERY_SECONDS)

    async def step(self) -> None:
        """Write what is not in the file yet."""
        known = set(journal.read_file(self.file)) if not self._last else set()
        while new := await self.database.read(lambda connection: journal.after(connection, self._last)):
            journal.append_to(self.file, [one for _, one in new if one not in known])
            self._last = new[-1][0]
