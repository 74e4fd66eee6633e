"""A real SQLite database without threads: units are committed where they are submitted, and a commit can be the end."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

from db.engine import Database, _json
from db.migrate import migrate
from db.unit_of_work import Unit, _run_together, _Waiting

T = TypeVar("T")
LONGEST_COMMIT = 0.02


class Killed(BaseException):
    """The process is gone; whoever of it still runs gets no further."""


def _engine(connection: sqlite3.Connection) -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool, creator=lambda: connection, **_json())

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(begun: Connection) -> None:
        begun.exec_driver_sql("BEGIN")

    return engine


@cache
def _template() -> sqlite3.Connection:
    """Return a database with all tables, to copy."""
    made = sqlite3.connect(":memory:", check_same_thread=False)
    with _engine(made).begin() as connection:
        migrate(connection)
    return made


@cache
def _memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", check_same_thread=False)


@cache
def _only_engine() -> Engine:
    return _engine(_memory())


def new_engine() -> Engine:
    """Return the database in memory, emptied: worlds share it, one after another, and what is compiled for it."""
    _template().backup(_memory())
    return _only_engine()


@dataclass
class Process:
    """One life of the program: once it is dead, nothing of it gets any further, until its world is `over`."""

    alive: bool = True
    over: bool = False

    async def goes_on(self) -> None:
        """Return if the process lives; else never."""
        if self.over:
            raise asyncio.CancelledError
        if not self.alive:
            await asyncio.get_running_loop().create_future()


class InlineWriter:
    """Commits like the writer thread: whoever waits when it comes round shares the commit.

    `ends` is asked before and after every commit whether the process ends there.
    """

    def __init__(self, engine: Engine, process: Process, chance: Random, ends: Callable[[str], bool]) -> None:
        self._engine = engine
        self._process = process
        self._chance = chance
        self._ends = ends
        self._waiting: list[_Waiting] = []

    async def submit(self, unit: Unit[T], *, bulk: bool = False) -> T:
        await self._process.goes_on()
        waiting = _Waiting(unit)
        self._waiting.append(waiting)
        await asyncio.sleep(self._chance.uniform(0, LONGEST_COMMIT))
        await self._process.goes_on()
        if not waiting.result.done():
            await self._commit()
        result: T = waiting.result.result()
        return result

    async def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            with self._engine.begin() as connection:
                results = _run_together(connection, batch)
                if self._ends("before a commit"):
                    raise Killed
        except Killed:
            await self._process.goes_on()
        ended = self._ends("after a commit")
        for waiting, result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                waiting.result.set_exception(result)
            else:
                waiting.result.set_result(result)
        if ended:
            await self._process.goes_on()

    async def close(self) -> None:
        """Nothing is open."""


class SimulatedDatabase(Database):
    """The database of one process."""

    async def read(self, query: Callable[[Connection], T]) -> T:
        writer = self.writer
        assert isinstance(writer, InlineWriter)
        await writer._process.goes_on()
        await asyncio.sleep(0)
        await writer._process.goes_on()
        with writer._engine.begin() as connection:
            return query(connection)


def database_of(engine: Engine, process: Process, chance: Random, ends: Callable[[str], bool]) -> SimulatedDatabase:
    """Return the database as one process has it open."""
    reads: Any = None
    return SimulatedDatabase(make_url("sqlite://"), reads, InlineWriter(engine, process, chance, ends))
