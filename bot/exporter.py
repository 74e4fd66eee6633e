"""Writes tables to files in the background, each in a process of its own, so that whoever chats notices nothing."""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.clock import Clock
from db import export_jobs
from db.engine import Database
from db.export_jobs import Job

EVERY_SECONDS = 1.0
PIECE = 1024 * 1024

log = structlog.get_logger()


@dataclass
class Exporter:
    """Looks every second for a file that was asked for, and makes one at a time."""

    database: Database
    clock: Clock

    async def run(self) -> None:
        """Look for ever."""
        while True:
            if not await self.step():
                await asyncio.sleep(EVERY_SECONDS)

    async def step(self) -> bool:
        """Make the next file; whether there was one."""
        now = self.clock()
        job = await self.database.write(lambda connection: export_jobs.claim(connection, now))
        if job is None:
            return False
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"table{job.suffix}"
            rows = await self._make(job, file)
            if rows is None:
                await self.database.write(lambda connection: export_jobs.fail(connection, job.id, self.clock()))
            else:
                await self._keep(job, file, rows)
        return True

    async def _make(self, job: Job, file: Path) -> int | None:
        """Let another process write the file, noting how far it is; return how many rows, None where it failed."""
        arguments = [sys.executable, "-m", "bot", "export-job", str(job.id), "--out", str(file)]
        process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        rows = 0
        try:
            async for line in process.stdout:
                rows = int(line)
                done = rows
                await self.database.write(
                    lambda connection, done=done: export_jobs.go_on(connection, job.id, done, self.clock())  # type: ignore[misc]
                )
        except asyncio.CancelledError:
            process.kill()
            raise
        if await process.wait():
            log.error("a table could not be written", table=job.table, job=job.id)
            return None
        return rows

    async def _keep(self, job: Job, file: Path, rows: int) -> None:
        """Keep the file piece by piece."""
        size = 0
        with file.open("rb") as made:
            for number in range(sys.maxsize):
                data = made.read(PIECE)
                if not data:
                    break
                size += len(data)
                await self._keep_part(job, number, data)
        await self.database.write(lambda connection: export_jobs.finish(connection, job.id, rows, size, self.clock()))

    async def _keep_part(self, job: Job, number: int, data: bytes) -> None:
        await self.database.write(lambda connection: export_jobs.add_part(connection, job.id, number, data))
