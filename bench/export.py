"""P5: a table of 100,000 rows and 25 columns as a workbook beside the same as comma-separated values."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figure import Figure, interleaved, note
from tests.mortal import environment

MIB = 1024


def _province(file: Path) -> None:
    subprocess.run([sys.executable, "-m", "tests.province", str(file)], check=True)


def _written(database: Path, out: Path) -> tuple[float, float]:
    """Return the seconds of a process that writes a table, and the most memory it held, in MiB."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "export", "responses", "--form", "needs", "--out", str(out)]
    process = subprocess.Popen(command, env=environment(f"sqlite+aiosqlite:///{database}"), stdout=subprocess.DEVNULL)
    _, status, used = _wait(process)
    assert status == 0
    return time.perf_counter() - began, used.ru_maxrss / MIB


def _wait(process: "subprocess.Popen[bytes]") -> tuple[int, int, resource.struct_rusage]:
    return os.wait4(process.pid, 0)


def measure() -> list[Figure]:
    """Return how much longer a workbook takes, and how much more memory than a start of the program."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "province.db"
        _province(database)
        held: dict[str, float] = {}

        def seconds(suffix: str) -> float:
            took, held[suffix] = _written(database, Path(folder) / f"needs{suffix}")
            return took

        csv, xlsx = interleaved(lambda: seconds(".csv"), lambda: seconds(".xlsx"))
    note(f".csv {csv:.1f} s, {held['.csv']:.0f} MiB; .xlsx {xlsx:.1f} s, {held['.xlsx']:.0f} MiB, of whole processes")
    return [Figure("P5", "95,000 rows as .xlsx / as .csv", xlsx / csv, 4, at_least=False)]
