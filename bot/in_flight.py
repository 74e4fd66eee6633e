"""Sends under way."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")
GRACE_SECONDS = 10


class InFlight:
    """So many sends at most; who leaves waits for them, and when stopped for ten seconds, so that none is in doubt."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def free(self) -> int:
        """How many more may be started."""
        return self._most - len(self._tasks)

    def start(self, send: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a send beside the others."""
        task = self._group.create_task(send)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def __aenter__(self) -> "InFlight":
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if kind is asyncio.CancelledError:
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_SECONDS):
                    while self._tasks:
                        await asyncio.wait(self._tasks)
        await self._group.__aexit__(kind, error, where)
