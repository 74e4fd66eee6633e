"""The program as a process that is killed and started again."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from tests.browser.conftest import wait_until_ready
from tests.doubles.telegram import TelegramDouble


def environment(database_url: str, double: TelegramDouble | None = None, **settings: str) -> dict[str, str]:
    """Return the environment of a program over a database and a Telegram, and nothing of this machine's settings."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KCBOT_")}
    telegram = {"telegram_token": double.token, "telegram_base_url": double.base_url} if double else {}
    given = {
        "database_url": database_url,
        **telegram,
        "secret_key": "a key for tests",
        "demo_data": "false",
        **settings,
    }
    return ours | {f"KCBOT_{name.upper()}": value for name, value in given.items()}


@dataclass
class Mortal:
    """`kcbot run`, which dies and is started again; `arguments` go to it, `port` is 0 where it serves no pages."""

    environment: Mapping[str, str]
    port: int = 0
    arguments: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = field(default=None)

    def lives(self) -> None:
        """Start it; where it serves pages, return once it does."""
        serves = ["--port", str(self.port)] if self.port else []
        command = [sys.executable, "-m", "bot", "run", *serves, *self.arguments]
        self.process = subprocess.Popen(command, env=dict(self.environment), stdout=subprocess.DEVNULL)
        if self.port:
            wait_until_ready(f"http://127.0.0.1:{self.port}")

    def dies(self) -> None:
        """Kill it without a word."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def ends(self) -> None:
        """Ask it to end, and wait until it has."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def does(self, *arguments: str) -> bytes:
        """Run another command of the program and return what it says."""
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(command, env=dict(self.environment), check=True, stdout=subprocess.PIPE)
        return done.stdout

    def announces(self, title: str) -> int:
        """Announce to everybody, now; return the number."""
        said = self.does("announce", "new", "--title", title, "--text", "Xưởng nào đi thì nhắn.", "--yes", "--json")
        number: int = orjson.loads(said)["id"]
        return number

    def status(self, number: int) -> dict[str, int | str]:
        """Return how far an announcement has got."""
        found: dict[str, int | str] = orjson.loads(self.does("announce", "status", str(number), "--json"))
        return found

    def exports(self, what: str, file: Path) -> Path:
        """Export to a file and return it."""
        self.does("export", what, "--codes", "--out", str(file))
        return file
