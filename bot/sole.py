"""Jobs that only one of the processes of a database does at a time, such as asking a vendor for updates."""

import asyncio
import zlib
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import Database

Job = Callable[[], Coroutine[Any, Any, None]]
LOOK_SECONDS = 3.0


async def as_the_only_one(database: Database, name: str, job: Job) -> None:
    """Run a job while no other process runs one of that name; wait for one's turn, which comes when the other ends.

    On SQLite the runner's lock sees to it already.
    """
    if database.is_sqlite:
        await job()
        return
    number = zlib.crc32(f"kcbot:{name}".encode())
    while True:
        async with database.reads.connect() as connection:
            own = await connection.execution_options(isolation_level="AUTOCOMMIT")
            if await own.scalar(select(func.pg_try_advisory_lock(number))):
                try:
                    await _while_alive(own, job)
                finally:
                    # The lock goes with its connection: it must not come back from the pool with it.
                    await own.invalidate()
                return
        await asyncio.sleep(LOOK_SECONDS)


async def _while_alive(connection: AsyncConnection, job: Job) -> None:
    """Run a job to its end; a connection that is lost, and the lock with it, raises and ends the job."""
    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(_watch(connection))
        await job()
        watch.cancel()


async def _watch(connection: AsyncConnection) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await connection.scalar(select(1))
