"""What is forgotten in time: people who agreed to nothing, event ids, what dead events carried."""

import asyncio

import structlog

from bot.clock import Clock
from db import conversations, deliveries, duplicates, export_jobs, import_batches, inbox, journal, unanswered, uploads
from db.engine import Database

EVERY_SECONDS = 3600

log = structlog.get_logger()


async def tidy(database: Database, clock: Clock) -> None:
    """Forget what has had its time."""
    now = clock()
    erased = await database.write(lambda connection: conversations.erase_idle(connection, now))
    await database.write(lambda connection: inbox.tidy(connection, now))
    await database.write(lambda connection: deliveries.expire_held(connection, now))
    await database.write(lambda connection: uploads.forget_loose(connection, now))
    await database.write(lambda connection: export_jobs.forget_old(connection, now))
    await database.write(lambda connection: journal.tidy(connection, now))
    await database.write(lambda connection: unanswered.tidy(connection, now))
    await database.write(lambda connection: import_batches.tidy(connection, now))
    while await database.write(lambda connection: duplicates.search(connection, now), bulk=True):
        pass  # a part at a time, so that whoever writes is answered between two
    if erased:
        log.info("forgot who agreed to nothing and went silent", people=erased)


async def keep_house(database: Database, clock: Clock) -> None:
    """Tidy at the start and every hour after."""
    while True:
        await tidy(database, clock)
        await asyncio.sleep(EVERY_SECONDS)
