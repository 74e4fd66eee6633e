"""P7: how long `kcbot run` takes until it answers, and how much memory it holds idle.

A second start on the same database, so that the disk is warm and nothing is migrated.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

from bench.figure import ROUNDS, Figure

GIVES_UP_AFTER = 60


def measure() -> list[Figure]:
    """Start the program several times and return the medians."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KCBOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/kcbot.db"}
        _start(environment)
        starts = [_start(environment) for _ in range(ROUNDS)]
    return [
        Figure("P7", "kcbot run answers after", median(seconds for seconds, _ in starts), 2, " s", at_least=False),
        Figure("P7", "kcbot run idle", median(memory for _, memory in starts), 150, " MiB", at_least=False),
    ]


def _start(environment: dict[str, str]) -> tuple[float, float]:
    """Return seconds to the first answer and MiB resident."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "run", "--port", str(port)]
    program = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not _answers(f"http://127.0.0.1:{port}/readyz"):
            if time.perf_counter() - began > GIVES_UP_AFTER:
                raise TimeoutError("kcbot run did not answer")
            time.sleep(0.005)
        seconds = time.perf_counter() - began
        status = Path(f"/proc/{program.pid}/status").read_text()
        kibibytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        return seconds, kibibytes / 1024
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False
