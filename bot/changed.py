"""Waking whoever waits for something that was stored or said."""

import asyncio
from collections.abc import Callable, Collection


class Changed:
    """Wakes whoever waits for a conversation to change, and the receiver when an event was stored.

    A wake-up is a hint: who waits looks again after `within` seconds all the same.
    """

    ANY = 0

    def __init__(self) -> None:
        self._stored = asyncio.Event()
        self._waiting: dict[int, set[asyncio.Event]] = {}
        self._elsewhere: list[tuple[Callable[[], None], Callable[[Collection[int]], None]]] = []

    def also(self, stored: Callable[[], None], told: Callable[[Collection[int]], None]) -> None:
        """Let other processes be told of the same."""
        self._elsewhere.append((stored, told))

    def tell(self, addresses: Collection[int], *, here: bool = False) -> None:
        """Say that the conversations of these addresses have something new; `here` is only in this process."""
        for address in (*addresses, self.ANY):
            for waiting in self._waiting.get(address, ()):
                waiting.set()
        if not here:
            for _, told in self._elsewhere:
                told(addresses)

    def wake(self, *, here: bool = False) -> None:
        """Say that an event was stored; `here` is only in this process."""
        self._stored.set()
        if not here:
            for stored, _ in self._elsewhere:
                stored()

    async def stored(self, within: float) -> None:
        """Wait until an event was stored."""
        await _set_within(self._stored, within)
        self._stored.clear()

    async def something(self, address: int, within: float) -> None:
        """Wait until the conversation of an address changed; `ANY` for whichever."""
        mine = asyncio.Event()
        self._waiting.setdefault(address, set()).add(mine)
        try:
            await _set_within(mine, within)
        finally:
            self._waiting[address].discard(mine)
            if not self._waiting[address]:
                del self._waiting[address]


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
