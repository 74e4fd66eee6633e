"""Many short worlds hold their promises, a world is the same again, and a program with a fault does not pass."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import Connection, update

from bot.limiter import Limiter
from db import deliveries, inbox
from db.inbox import Event
from db.models import delivery
from tests.simulation.world import Broken, World

SEEDS = 6
TOGETHER = 2
MOST_TRIES = 24


@pytest.mark.parametrize("first", range(1, SEEDS, TOGETHER))
def test_every_promise_is_kept(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        World(seed).run()


def test_a_seed_is_the_same_world_again() -> None:
    assert World(7).run() == World(7).run() != World(8).run()


def first_broken() -> str:
    """Return what the first world says that breaks a promise, "" where none of them does."""
    for seed in range(1, MOST_TRIES):
        try:
            World(seed).run()
        except Broken as broken:
            return str(broken)
    return ""


def test_sending_again_what_may_have_arrived_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def try_again(connection: Connection) -> None:
        connection.execute(update(delivery).where(delivery.c.status == "sending").values(status="pending"))

    monkeypatch.setattr(deliveries, "recover", try_again)
    assert "times" in first_broken()


def test_sending_on_when_asked_to_wait_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Limiter, "hold", lambda *_: None)
    assert "asked at" in first_broken()


def test_forgetting_what_was_confirmed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = inbox.store

    def lose_some(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        kept(connection, events[: 1 + len(events) // 2], now)

    monkeypatch.setattr(inbox, "store", lose_some)
    assert "were confirmed and are nowhere" in first_broken()
