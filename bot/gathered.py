"""Rows that wait together are written together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Batch(Generic[T]):
    items: list[T] = field(default_factory=list)
    written: bool = False
    error: Exception | None = None


class Gathered(Generic[T]):
    """Writes what is put into it: whoever finds a write under way shares the next one."""

    def __init__(self, write: Callable[[list[T]], Awaitable[None]]) -> None:
        self._write = write
        self._filling: _Batch[T] = _Batch()
        self._turn = asyncio.Lock()

    async def put(self, item: T) -> None:
        """Return once the item is written; raises what writing raised."""
        batch = self._filling
        batch.items.append(item)
        await asyncio.shield(self._written(batch))
        if batch.error:
            raise batch.error

    async def _written(self, batch: _Batch[T]) -> None:
        async with self._turn:
            if batch.written:
                return
            self._filling = _Batch()
            batch.written = True
            try:
                await self._write(batch.items)
            except Exception as error:
                batch.error = error
