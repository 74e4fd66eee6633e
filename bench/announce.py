"""P1 and P3: the whole program announcing at 1,000 a second, and how long replies take meanwhile.

`kcbot run` on SQLite with `synchronous=FULL`; a Bot API on loopback, in a process of its own, that answers after 80 ms.
A reply's time is from the moment its update can be fetched until the message arrives there; idle and announcing are
measured in one run, one after the other, and what announcing alone costs before anybody asks.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from bench.bot_api import running
from bench.figure import Figure, note
from tests.browser.conftest import free_port
from tests.mortal import Mortal, environment
from tests.test_kill_announcing import town

A_SECOND = 1000
LATENCY = 0.08
RECIPIENTS = 40_000
SAMPLES = 400
SECONDS = 8
TOKEN = "42:bench"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Running:
    """A program and the address of the Bot API it talks to."""

    program: Mortal
    api: str

    @property
    def pid(self) -> int:
        assert self.program.process is not None
        return self.program.process.pid

    def worked(self) -> float:
        """Return how many seconds of a core the program has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def holds(self) -> float:
        """Return how many MiB of memory the program holds."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def replies(self, samples: int) -> list[float]:
        """Let people ask one after another; return how long each waited for the answer, in seconds."""
        return [float(one) for one in self._asked(f"ask/{samples}")]

    def sent(self) -> int:
        """Return how many messages have arrived."""
        return int(self._asked("sent"))

    def _asked(self, what: str) -> Any:
        return httpx.get(f"{self.api.removesuffix('/bot')}/{what}", timeout=300).json()


@contextmanager
def _running(folder: str, api: str) -> Iterator[Running]:
    url = f"sqlite+aiosqlite:///{folder}/kcbot.db"
    asyncio.run(town(url, RECIPIENTS))
    settings = {"telegram_token": TOKEN, "telegram_base_url": api, "sends_per_second": str(A_SECOND)}
    program = Mortal(environment(url, None, **settings), free_port())
    program.lives()
    try:
        yield Running(program, api)
    finally:
        program.dies()


def _p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100)[98]


def measure() -> list[Figure]:
    """Return what announcing costs, and what it does to replies."""
    with tempfile.TemporaryDirectory() as folder, running(LATENCY) as api, _running(folder, api) as program:
        program.replies(50)
        idle = program.replies(SAMPLES)
        before, already = program.holds(), program.sent()
        number = program.program.announces("Hội chợ")
        while program.sent() < already + A_SECOND:
            time.sleep(0.05)
        began, worked, sent = time.perf_counter(), program.worked(), program.sent()
        time.sleep(SECONDS)
        passed, share = time.perf_counter() - began, program.worked() - worked
        rate = (program.sent() - sent) / passed
        busy = program.replies(SAMPLES)
        while (status := program.program.status(number))["state"] != "done":
            time.sleep(0.2)
        after = program.holds()
    note(
        f"announced {rate:,.0f} a second, {status['sent']:,} of {RECIPIENTS:,} sent,"
        f" memory {before:.0f} → {after:.0f} MiB"
    )
    note(f"p99 of a reply {_p99(idle) * 1000:.0f} ms idle, {_p99(busy) * 1000:.0f} ms announcing")
    return [
        Figure(
            "P1",
            f"the whole program announcing at {A_SECOND:,} a second, share of a core",
            share / passed,
            0.35,
            at_least=False,
        ),
        Figure("P1", "announced a second / asked for", rate / A_SECOND, 0.95),
        Figure("P3", "p99 of replies while announcing / idle", _p99(busy) / _p99(idle), 1.2, at_least=False),
    ]
