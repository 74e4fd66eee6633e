"""An event loop whose time is simulated: where nothing is ready, it jumps to what comes next."""

import asyncio
import selectors
from typing import Any


class Stuck(Exception):
    """Nothing is ready and nothing is to come: everything waits for ever."""


class _Selector(selectors.SelectSelector):
    """Waits by letting simulated time pass."""

    loop: "SimulatedLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Stuck
        self.loop.passed += max(0.0, timeout)
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """A loop without threads, sockets or real time: the same calls happen in the same order in every run."""

    def __init__(self) -> None:
        self.passed = 0.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.passed
