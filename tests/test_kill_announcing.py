"""Killed while announcing: everybody is reached once or reported uncertain, nobody twice, whoever is killed."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, insert

from bot.announcer import MOST_IN_FLIGHT
from conversation.contact import ANNOUNCEMENTS
from db.engine import open_database
from db.migrate import migrate
from db.models import address, consent, contact, conversation
from tests.browser.conftest import free_port
from tests.doubles.telegram import TelegramDouble, running_double
from tests.mortal import Mortal, environment
from tests.office import NOW

OWNERS = 600
KILLS = 3
PER_SECOND = 200
LATENCY = 0.05
PATIENCE = 60
WORKERS = 3


@pytest.fixture
def double() -> Iterator[TelegramDouble]:
    with running_double() as running:
        running.latency = LATENCY
        yield running


async def town(database_url: str, owners: int) -> None:
    """Fill a database with owners who agreed to announcements, by Telegram."""
    ids = range(1, owners + 1)

    def settle(connection: Connection) -> None:
        migrate(connection)
        connection.execute(insert(contact), [{"id": one, "created_at": NOW} for one in ids])
        seen = {"channel": "telegram", "created_at": NOW, "last_seen_at": NOW}
        rows = [{"id": one, "contact_id": one, "external_id": str(10_000 + one), **seen} for one in ids]
        connection.execute(insert(address), rows)
        talks = [{"address_id": one, "session": {}, "updated_at": NOW} for one in ids]
        connection.execute(insert(conversation), talks)
        agreed = {"purpose": ANNOUNCEMENTS, "version": "1", "channel": "telegram", "given_at": NOW}
        connection.execute(insert(consent), [{"contact_id": one, **agreed} for one in ids])

    async with open_database(database_url) as database:
        await database.write(settle)


def reached(double: TelegramDouble) -> Counter[int]:
    """Return how often each chat was sent something, by Telegram's own account."""
    return Counter({chat: len(messages) for chat, messages in double.sent.copy().items() if messages})


def wait_until(double: TelegramDouble, many: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(reached(double)) < many:
        assert time.monotonic() < deadline, f"only {len(reached(double))} of {many} were reached"
        time.sleep(0.02)


def wait_until_done(program: Mortal, number: int) -> dict[str, int | str]:
    deadline = time.monotonic() + PATIENCE
    while (status := program.status(number))["state"] != "done":
        assert time.monotonic() < deadline, status
        time.sleep(1)
    return status


def assert_nobody_lost_or_doubled(double: TelegramDouble, status: dict[str, int | str], kills: int) -> None:
    counts = reached(double)
    assert max(counts.values()) == 1
    sent, uncertain = int(status["sent"]), int(status["uncertain"])
    assert sent + uncertain == OWNERS, status
    assert sent <= len(counts) <= sent + uncertain
    assert uncertain <= kills * MOST_IN_FLIGHT


async def test_one_process_killed_again_and_again(double: TelegramDouble, sqlite_url: str) -> None:
    chance = random.Random(20261123)
    await town(sqlite_url, OWNERS)
    program = Mortal(environment(sqlite_url, double, sends_per_second=str(PER_SECOND)), free_port())
    try:
        number = program.announces("Hội chợ")
        for kill in range(KILLS):
            program.lives()
            wait_until(double, (kill * OWNERS + chance.randrange(OWNERS)) // (KILLS + 1) + 1)
            program.dies()
        program.lives()
        status = wait_until_done(program, number)
    finally:
        program.dies()
    assert_nobody_lost_or_doubled(double, status, KILLS)


@pytest.mark.postgres
async def test_three_workers_of_which_one_dies_for_good(double: TelegramDouble, postgres_url: str) -> None:
    await town(postgres_url, OWNERS)
    settings = environment(postgres_url, double, sends_per_second=str(PER_SECOND))
    workers = [Mortal(settings, arguments=["--worker"]) for _ in range(WORKERS)]
    with ExitStack() as ending:
        for worker in workers:
            ending.callback(worker.dies)
            worker.lives()
        number = workers[0].announces("Hội chợ")
        wait_until(double, OWNERS // 3)
        workers[0].dies()
        status = wait_until_done(workers[1], number)
        for worker in workers[1:]:
            worker.ends()
    assert_nobody_lost_or_doubled(double, status, 1)
