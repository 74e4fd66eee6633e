"""Making an announcement's deliveries while others write: people who become one, who are erased."""

import asyncio
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select, text

from db import announcements, deliveries, erasing, linking
from db.announcements import Draft
from db.engine import Database, open_database
from db.models import contact, delivery
from tests.office import NOW, a_person

PATIENCE = 30


def announce(connection: Connection) -> int:
    """Write an announcement to everybody and approve it."""
    number = announcements.create(connection, Draft("Hội chợ", "Lời."), "lan", NOW)
    announcements.approve(connection, number, "lan", NOW)
    return number


def queued_for(connection: Connection) -> list[int]:
    return list(connection.execute(select(delivery.c.contact_id).order_by(delivery.c.contact_id)).scalars())


async def somebody_waits(database: Database) -> None:
    """Return once a transaction waits for another's lock."""
    waiting = text("select count(*) from pg_locks where not granted")
    until = time.monotonic() + PATIENCE
    while not await database.read(lambda connection: connection.execute(waiting).scalar_one()):
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


def becomes_another(connection: Connection) -> None:
    linking.link(connection, 1, 2, NOW)


def is_erased(connection: Connection) -> None:
    """As in a turn: the person's row is locked first."""
    connection.execute(select(contact).where(contact.c.id == 2).with_for_update())
    erasing.erase(connection, 2, NOW)


@pytest.mark.postgres
@pytest.mark.parametrize("goes", [becomes_another, is_erased])
async def test_who_goes_while_deliveries_are_made_gets_none(
    postgres_url: str, goes: Callable[[Connection], None]
) -> None:
    """Written at the first attempt: nothing of what others write beside it is lost for one who is gone."""
    async with open_database(postgres_url) as database:

        def town(connection: Connection) -> int:
            for name in ("lan", "lan's other phone", "hung"):
                a_person(connection, name).agreed()
            return announce(connection)

        number = await database.write(town)

        async def queue() -> None:
            async with database.reads.begin() as connection:
                await connection.run_sync(lambda one: deliveries.queue(one, number, ["telegram"], NOW))

        async with asyncio.TaskGroup() as together, database.reads.connect() as other:
            await other.run_sync(goes)
            together.create_task(queue())
            await somebody_waits(database)
            await other.commit()
        assert await database.read(queued_for) == [1, 3]
