"""The program as a child process, with a folder and a database of its own."""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.mortal import environment

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60
ENDS_WITHIN = 30
PASSWORD = re.compile(r"mật khẩu dùng một lần (\S+)")


class DidNotStart(Exception):
    """The program ended before it served pages; the message is what it said last."""


class Program:
    """`kcbot run` in a folder where no `.env` is: what it is told is all that it knows."""

    def __init__(self, folder: Path, port: int, settings: Mapping[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.database_url = f"sqlite+aiosqlite:///{folder}/rehearsal.db"
        self._folder, self._port = folder, port
        given = environment(self.database_url, None, **settings)
        self.environment = given | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return once it serves pages; raises DidNotStart."""
        command = [sys.executable, "-m", "bot", "run", "--host", "127.0.0.1", "--port", str(self._port)]
        with (self._folder / "out.txt").open("wb") as out, (self._folder / "log.txt").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, env=self.environment, stdout=out, stderr=log)
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(self.last_words())
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False

    @property
    def password(self) -> str:
        """The administrator's, good once."""
        found = PASSWORD.search((self._folder / "out.txt").read_text())
        return found[1] if found else ""

    def last_words(self) -> str:
        """Return the end of its log."""
        return "\n".join((self._folder / "log.txt").read_text().splitlines()[-20:])

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def dies(self) -> None:
        """Kill it without a word, as a power cut does."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def end(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
