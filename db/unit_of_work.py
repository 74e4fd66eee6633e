"""One writer: units of work that wait together are committed together, those of announcements apart from the rest.

A unit is a plain function on a connection. Each runs in a savepoint, so a bad one is undone alone; a transaction that
fails as a whole is run again unit by unit. A unit may therefore run twice, and has no effect but on the database.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")
Unit = Callable[[Connection], T]
# What PostgreSQL calls a deadlock, and two transactions that could not have followed each other.
TO_BE_RUN_AGAIN = frozenset({"40P01", "40001"})


@dataclass
class _Waiting:
    unit: Unit[Any]
    result: "Future[Any]" = field(default_factory=Future)


class _Queue:
    """Who waits; those in bulk take turns with the others, so that somebody who is answered waits for one of theirs at
    most, and they never wait for ever."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._in_bulk: deque[_Waiting] = deque()
        self._turn_of_bulk = False

    def add(self, waiting: _Waiting, *, bulk: bool) -> None:
        (self._in_bulk if bulk else self._waiting).append(waiting)

    def take(self) -> list[_Waiting]:
        """Return all of one kind; nothing where nobody waits."""
        bulk = bool(self._in_bulk) and (self._turn_of_bulk or not self._waiting)
        self._turn_of_bulk = not bulk
        queue = self._in_bulk if bulk else self._waiting
        return [queue.popleft() for _ in range(len(queue))]


class Writer(Protocol):
    """Commits units of work."""

    async def submit(self, unit: Unit[T], *, bulk: bool = False) -> T:
        """Run a unit; return what it returns once it is committed, raise what it raises."""
        ...

    async def close(self) -> None: ...


def _run_together(connection: Connection, batch: list[_Waiting]) -> list[Any]:
    """Return each unit's result or the exception that undid it."""
    if len(batch) == 1:
        return [batch[0].unit(connection)]
    results: list[Any] = []
    for waiting in batch:
        try:
            with connection.begin_nested():
                results.append(waiting.unit(connection))
        except DBAPIError as error:
            if error.connection_invalidated or getattr(error.orig, "sqlstate", "") in TO_BE_RUN_AGAIN:
                raise
            results.append(error)
        except Exception as error:
            results.append(error)
    return results


def _resolve(batch: list[_Waiting], results: list[Any]) -> None:
    for waiting, result in zip(batch, results, strict=True):
        if isinstance(result, Exception):
            waiting.result.set_exception(result)
        else:
            waiting.result.set_result(result)


class SqliteWriter:
    """The one thread that writes a SQLite file; whoever waits when it comes round shares its commit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue = _Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def submit(self, unit: Unit[T], *, bulk: bool = False) -> T:
        waiting = _Waiting(unit)
        self._queue.add(waiting, bulk=bulk)
        self._thread.submit(self._commit_waiting)
        result: T = await asyncio.wrap_future(waiting.result)
        return result

    def _commit_waiting(self) -> None:
        batch = self._queue.take()
        if not batch:
            return
        try:
            _resolve(batch, self._transact(batch))
        except Exception:
            for waiting in batch:
                self._alone(waiting)

    def _transact(self, batch: list[_Waiting]) -> list[Any]:
        with self._engine.begin() as connection:
            return _run_together(connection, batch)

    def _alone(self, waiting: _Waiting) -> None:
        try:
            _resolve([waiting], self._transact([waiting]))
        except Exception as error:
            waiting.result.set_exception(error)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self._engine.dispose()


class PostgresWriter:
    """The same on PostgreSQL: who gets the lock first commits for all who wait."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._queue = _Queue()
        self._turn = asyncio.Lock()

    async def submit(self, unit: Unit[T], *, bulk: bool = False) -> T:
        waiting = _Waiting(unit)
        self._queue.add(waiting, bulk=bulk)
        await asyncio.shield(self._commit_waiting())
        result: T = await asyncio.wrap_future(waiting.result)
        return result

    async def _commit_waiting(self) -> None:
        async with self._turn:
            batch = self._queue.take()
            if not batch:
                return
            try:
                _resolve(batch, await self._transact(batch))
            except Exception:
                for waiting in batch:
                    await self._alone(waiting)

    async def _transact(self, batch: list[_Waiting]) -> list[Any]:
        async with self._engine.begin() as connection:
            return await connection.run_sync(_run_together, batch)

    async def _alone(self, waiting: _Waiting) -> None:
        try:
            _resolve([waiting], await self._transact([waiting]))
        except Exception as error:
            waiting.result.set_exception(error)

    async def close(self) -> None:
        """The engine is closed by whoever opened it."""
