"""P1 and P3: the whole program announcing at 1,000 a second, and how long replies take meanwhile.

`kcbot run` on SQLite with `synchronous=FULL`, a Bot API on loopback in this process that answers after 80 ms. A reply's
time is from the moment its update can be fetched until the message arrives at the Bot API; idle and announcing are
measured in one run, one after the other.
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

from bench.figure import Figure, note
from tests.browser.conftest import free_port
from tests.doubles.telegram import TelegramDouble, running_double
from tests.mortal import Mortal, environment
from tests.test_kill_announcing import town

A_SECOND = 1000
LATENCY = 0.08
RECIPIENTS = 40_000
SAMPLES = 250
FIRST_ASKER = 5_000_000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Running:
    """A program and the Telegram it talks to."""

    program: Mortal
    double: TelegramDouble
    askers: Iterator[int]

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
        return [self._reply() for _ in range(samples)]

    def _reply(self) -> float:
        chat = next(self.askers)
        began = time.perf_counter()
        self.double.says(chat, "menu")
        while not self.double.sent.get(chat):
            time.sleep(0.0005)
        return time.perf_counter() - began


@contextmanager
def _running(folder: str, double: TelegramDouble) -> Iterator[Running]:
    url = f"sqlite+aiosqlite:///{folder}/kcbot.db"
    asyncio.run(town(url, RECIPIENTS))
    program = Mortal(environment(url, double, sends_per_second=str(A_SECOND)), free_port())
    program.lives()
    try:
        yield Running(program, double, iter(range(FIRST_ASKER, FIRST_ASKER + 100_000)))
    finally:
        program.dies()


def _p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100)[98]


def measure() -> list[Figure]:
    """Return what announcing costs, and what it does to replies."""
    with tempfile.TemporaryDirectory() as folder, running_double() as double:
        double.latency = LATENCY
        with _running(folder, double) as running:
            running.replies(20)
            idle = running.replies(SAMPLES)
            before = running.holds()
            number = running.program.announces("Hội chợ")
            while not double.sent.get(10_001):
                time.sleep(0.01)
            began, worked, sent = time.perf_counter(), running.worked(), len(double.sent)
            busy = running.replies(SAMPLES)
            passed, share = time.perf_counter() - began, running.worked() - worked
            rate = (len(double.sent) - sent) / passed
            while (status := running.program.status(number))["state"] != "done":
                time.sleep(0.2)
            after = running.holds()
    note(
        f"announced {rate:,.0f} a second, {status['sent']:,} of {RECIPIENTS:,} sent,"
        f" memory {before:.0f} → {after:.0f} MiB"
    )
    note(f"p99 of a reply {_p99(idle) * 1000:.0f} ms idle, {_p99(busy) * 1000:.0f} ms announcing")
    return [
        Figure("P1", "the program announcing at 1,000 a second, share of a core", share / passed, 0.35, at_least=False),
        Figure("P1", "announced a second / asked for", rate / A_SECOND, 0.95),
        Figure("P3", "p99 of replies while announcing / idle", _p99(busy) / _p99(idle), 1.2, at_least=False),
    ]
