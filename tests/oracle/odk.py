"""ODK's own form engine, `@getodk/xforms-engine`, running under Node and asked over a pipe."""

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
OLDEST_NODE = 20
INSTALLS_WITHIN, ANSWERS_WITHIN = 180, 60  # seconds
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")


class EngineError(Exception):
    """What the engine refused, in its own words; or that it ended or gave no answer."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a form; a repeat has a node of its own and one for each of its turns.

    `turns` are counted from 1, outermost repeat first. `kind` is the engine's word: root, group,
    repeat-range:controlled, repeat-range:uncontrolled, repeat-instance, input, select1, select, rank, range, trigger,
    upload, note, model-value. `type` is the bind's: string, int, decimal, date …, empty for what holds no value.
    `message` is the form's own words for what is violated, empty when nothing is or the form has none.
    """

    path: str
    turns: tuple[int, ...]
    kind: str
    type: str
    relevant: bool
    required: bool
    readonly: bool
    value: str
    constraint_ok: bool
    required_ok: bool
    message: str
    choices: tuple[str, ...]
    choice_labels: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class State:
    """A form as it stands: its nodes in the form's order, and the XML that would be submitted."""

    nodes: tuple[Node, ...]
    submission: str
    language: str
    languages: tuple[str, ...]

    def node(self, path: str, turns: Sequence[int] = ()) -> Node:
        """Return one node; raises KeyError when the form has none there."""
        for node in self.nodes:
            if node.path == path and node.turns == tuple(turns):
                return node
        raise KeyError(path, turns)


class Engine:
    """The engine in a process of its own, in Vietnam's time zone; it holds one form at a time.

    Every method raises EngineError for what the engine refuses and stays usable after that.
    """

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [_tool("node") or "node", HERE / "engine.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "TZ": "Asia/Ho_Chi_Minh"},
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)

    def now(self, moment: datetime) -> State:
        """Stop the clock at an aware moment, for every form from here on; nothing is worked out again by itself."""
        return self._ask(now=moment.isoformat())

    def load(
        self, xml: str, attachments: Mapping[str, str] | None = None, properties: Mapping[str, str] | None = None
    ) -> State:
        """Start a fresh instance of an XForm; `attachments` are its csv, xml or geojson files by name.

        `properties` are what its metadata asks for: username, phoneNumber, email, deviceID.
        """
        return self._ask(load=xml, attachments=dict(attachments or {}), properties=dict(properties or {}))

    def set(self, path: str, turns: Sequence[int], value: str) -> State:
        """Answer a question with what its submission would hold; "" clears.

        Choices have spaces between, dates and times are ISO.
        An acknowledgement is "OK", a file its name, a place "latitude longitude altitude accuracy".
        """
        return self._ask(set=[path, list(turns), value])

    def add(self, path: str, turns: Sequence[int]) -> State:
        """Append a turn to a repeat that lies inside these turns of the repeats around it."""
        return self._ask(add=[path, list(turns)])

    def remove(self, path: str, turns: Sequence[int], turn: int) -> State:
        """Take one turn of a repeat away; those after it move up."""
        return self._ask(remove=[path, [*turns, turn]])

    def speak(self, language: str) -> State:
        """Change the language of labels and messages."""
        return self._ask(language=language)

    def submit(self) -> State:
        """Do what comes just before sending: the form's `end` is filled in."""
        return self._ask(submit=True)

    def _ask(self, **command: object) -> State:
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answered is not None
        try:
            asked.write(json.dumps(command).encode() + b"\n")
            asked.flush()
        except (BrokenPipeError, ValueError) as error:  # it died, or its pipe was closed here
            raise EngineError("the engine has ended") from error
        if not select.select([answered], [], [], ANSWERS_WITHIN)[0]:
            self._process.kill()
            raise EngineError(f"the engine gave no answer in {ANSWERS_WITHIN} seconds and was ended")
        line = answered.readline()
        if not line:
            raise EngineError("the engine has ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise EngineError(answer["error"])
        return State(
            tuple(_node(raw) for raw in answer["nodes"]),
            answer["submission"],
            answer["language"],
            tuple(answer["languages"]),
        )


def _node(raw: dict[str, Any]) -> Node:
    cells: dict[str, Any] = {name: tuple(cell) if isinstance(cell, list) else cell for name, cell in raw.items()}
    return Node(**cells)


def _tool(name: str) -> str | None:
    """Return where a tool of Node's is: beside this Python, where its wheel puts it, else on the path."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def _install(node: str, npm: str) -> None:
    """Install what `package.json` names, unless it is there; of several processes one does, the others wait."""
    wanted, installed = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    with (Path(tempfile.gettempdir()) / "kcbot-npm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime:
            return
        beside = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        command = [npm, "ci", *QUIETLY]
        subprocess.run(command, cwd=HERE, env=beside, capture_output=True, check=True, timeout=INSTALLS_WITHIN)


@cache
def available() -> str:
    """Return "" where the engine can run, else the reason why not; installs it from npm when it is not there yet."""
    node, npm = _tool("node"), _tool("npm")
    if node is None:
        return "node is not installed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        return f"node {OLDEST_NODE} or later is needed, this is {version}"
    if npm is None:
        return "npm is not installed"
    try:
        _install(node, npm)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return "npm could not install ODK's engine"
    return ""
