"""J1: what a thousand open pages of the web chat cost one process: memory each, and work while nothing is said.

`kcbot run` on SQLite; four pages to a conversation, opened at once, then left alone for two heartbeats. The memory is
the growth of the process divided by the pages, so what the first requests load counts too.
"""

import asyncio
import os
import tempfile
import time
from pathlib import Path

import aiohttp

from bench.figure import Figure, note
from content.library import MESSAGES, read_library, shipped_forms
from content.render import Renderer
from conversation.catalog import Organisation
from tests.browser.conftest import free_port
from tests.streaming import Reader, allow_files, begin_conversations, serving

PEOPLE = 250
ON_EACH = 4
HEARTBEATS = 2
# A thousand pages on a server of 1 GB leave nine tenths of it.
TARGET_KIB = 100
ORGANISATION = Organisation("Trung tâm", "0226 000 000", "Phủ Lý", "thu.gov.vn")
TICKS = os.sysconf("SC_CLK_TCK")


def measure() -> list[Figure]:
    """Open them, leave them alone, end the program."""
    if not allow_files(4 * PEOPLE * ON_EACH):
        note("this machine allows too few open files")
        return []
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    library = read_library(ORGANISATION, {source.name: source.read() for source in shipped_forms()})
    renderer = Renderer(MESSAGES, ORGANISATION)
    with tempfile.TemporaryDirectory() as folder:
        database, port = f"sqlite+aiosqlite:///{folder}/kcbot.db", free_port()
        people = await begin_conversations(database, [f"p{number}" for number in range(PEOPLE)], library, renderer)
        program = serving(database, port)
        program.lives()
        try:
            assert program.process is not None
            return await _open(program.process.pid, f"http://127.0.0.1:{port}", [(one.name, one.seq) for one in people])
        finally:
            await asyncio.to_thread(program.ends)


async def _open(pid: int, url: str, people: list[tuple[str, int]]) -> list[Figure]:
    readers = [Reader(name, after=seq) for name, seq in people for _ in range(ON_EACH)]
    before, began = _kibibytes(pid), time.perf_counter()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as tasks:
        reading = [tasks.create_task(one.reads(session, url)) for one in readers]
        for one in readers:
            await one.waits(lambda one: one.opened)
        note(f"{len(readers):,} streams open after {time.perf_counter() - began:.1f} s")
        worked, began = _worked(pid), time.perf_counter()
        for one in readers:
            await one.waits(lambda one: one.heartbeats >= HEARTBEATS)
        share = (_worked(pid) - worked) / (time.perf_counter() - began)
        each = (_kibibytes(pid) - before) / len(readers)
        for task in reading:
            task.cancel()
    return [
        Figure("J1", f"{len(readers):,} open streams, memory each", each, TARGET_KIB, " KiB", at_least=False),
        Figure("J1", f"{len(readers):,} open streams, silent, share of a core", share, 0.05, at_least=False),
    ]


def _kibibytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def _worked(pid: int) -> float:
    """Return how many seconds of a core a program has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
