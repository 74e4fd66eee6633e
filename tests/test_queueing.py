"""Making an announcement's deliveries while others write: people who become one, who are erased."""

import asyncio
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, insert, select, text

from bot.announcer import QUEUED_AT_ONCE
from conversation.contact import ANNOUNCEMENTS
from db import announcements, deliveries, erasing, linking
from db.announcements import Draft
from db.engine import Database, open_database
from db.models import address, consent, contact, conversation, delivery
from tests.announcing import Office
from tests.office import NOW, a_person

PATIENCE = 30


def announce(connection: Connection) -> int:
    """Write an announcement to everybody and approve it."""
    number = announcements.create(connection, Draft("Hội chợ", "Lời."), "lan", NOW)
    announcements.approve(connection, number, "lan", NOW)
    return number


def a_crowd(connection: Connection, people: int) -> None:
    """Let so many have come to the web chat and agreed."""
    ids = range(1, people + 1)
    connection.execute(insert(contact), [{"created_at": NOW}] * people)
    seen = {"channel": "web", "last_seen_at": NOW, "created_at": NOW}
    connection.execute(insert(address), [{"contact_id": one, "external_id": str(one), **seen} for one in ids])
    connection.execute(insert(conversation), [{"address_id": one, "session": {}, "updated_at": NOW} for one in ids])
    agreed = {"purpose": ANNOUNCEMENTS, "version": "1", "channel": "web", "given_at": NOW}
    connection.execute(insert(consent), [{"contact_id": one, **agreed} for one in ids])


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

        def three(connection: Connection) -> int:
            for name in ("lan", "lan's other phone", "hung"):
                a_person(connection, name).agreed()
            return announce(connection)

        number = await database.write(three)

        async def queue() -> None:
            async with database.reads.begin() as connection:
                await connection.run_sync(lambda one: deliveries.queue(one, number, ["telegram"], NOW))

        async with asyncio.TaskGroup() as together, database.reads.connect() as other:
            await other.run_sync(goes)
            together.create_task(queue())
            await somebody_waits(database)
            await other.commit()
        assert await database.read(queued_for) == [1, 3]


async def test_others_write_between_the_parts_of_a_queue(database: Database) -> None:
    """Nothing is sent before all are in; one who is linked in between, or agrees, is not passed by."""

    def part(most: int, below: int | None = None) -> Callable[[Connection], int | None]:
        return lambda connection: deliveries.queue(connection, 1, ["telegram"], NOW, most=most, below=below)

    def people(connection: Connection) -> None:
        a_person(connection, "on the web", "web")
        for name in ("lan", "hung", "ngoc", "lan's telephone"):
            a_person(connection, name).agreed()
        announce(connection)

    def meanwhile(connection: Connection) -> None:
        linking.link(connection, 1, 5, NOW)
        a_person(connection, "hoa").agreed()

    await database.write(people)
    below = await database.write(part(2))
    assert below == 4
    assert await database.read(queued_for) == [4, 5]
    assert await database.write(lambda connection: deliveries.claim(connection, 1, "telegram", 9, NOW)) == []
    await database.write(meanwhile)
    assert await database.read(queued_for) == [1, 4]
    assert await database.write(part(2, below)) == 2
    assert (await database.read(lambda connection: announcements.status(connection, 1))).state == "queued"
    assert await database.write(part(2, 2)) is None
    assert await database.read(queued_for) == [1, 2, 3, 4]
    assert len(await database.write(lambda connection: deliveries.claim(connection, 1, "telegram", 9, NOW))) == 4


@pytest.mark.parametrize("steered", [announcements.pause, announcements.cancel])
async def test_what_is_stopped_while_it_is_queued_goes_no_further(
    database: Database, steered: Callable[[Connection, int], None]
) -> None:
    def act(connection: Connection) -> None:
        for name in ("lan", "hung"):
            a_person(connection, name).agreed()
        number = announce(connection)
        assert deliveries.queue(connection, number, ["telegram"], NOW, most=1) == 2
        steered(connection, number)
        assert deliveries.queue(connection, number, ["telegram"], NOW, most=1, below=2) is None
        assert queued_for(connection) == [2]
        assert deliveries.claim(connection, number, "telegram", 9, NOW) == []

    await database.write(act)


async def test_more_than_are_queued_at_once_all_get_theirs(announcing: Office) -> None:
    """Also when the program is started anew in the middle: whoever is in already stays in, once."""
    many = QUEUED_AT_ONCE + 1
    await announcing.database.write(lambda connection: a_crowd(connection, many))
    number = await announcing.announces()
    await announcing.database.write(
        lambda connection: deliveries.queue(connection, number, ["web"], NOW, most=QUEUED_AT_ONCE)
    )
    assert await announcing.status(number) == {"state": "queued", "pending": QUEUED_AT_ONCE}
    announcing.restart()
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": many}
