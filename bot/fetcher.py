"""Fetches the files that people sent from their channels, after the turns they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.changed import Changed
from bot.channels.base import Channel
from bot.clock import Clock
from conversation.channel import Failure
from db import uploads
from db.engine import Database
from db.uploads import Upload

AT_ONCE = 8
LOOKS_EVERY_SECONDS = 5.0

log = structlog.get_logger()


@dataclass
class Fetcher:
    """Fetches what waits; a file that cannot be had is tried five times and then given up."""

    database: Database
    channels: Mapping[str, Channel]
    changed: Changed
    clock: Clock

    async def run(self) -> None:
        """Fetch for ever; a wake-up is a hint, the poll is the guarantee."""
        while True:
            await self.fetch_waiting()
            await self.changed.something(Changed.ANY, LOOKS_EVERY_SECONDS)

    async def fetch_waiting(self) -> int:
        """Fetch some files, one after another, and return how many there were."""
        now = self.clock()
        waiting = await self.database.read(lambda connection: uploads.waiting(connection, self.channels, AT_ONCE, now))
        for upload in waiting:
            await self._fetch(upload)
        return len(waiting)

    async def _fetch(self, upload: Upload) -> None:
        try:
            data = await self.channels[upload.channel].fetch(upload.reference)
        except Failure as failure:
            log.warning("file not fetched", upload=upload.id, reason=str(failure))
            await self.database.write(lambda connection: uploads.not_fetched(connection, upload.id))
        else:
            await self.database.write(lambda connection: uploads.fetched(connection, upload.id, data))
