"""P6: what a turn costs among a million contacts beside a thousand, and queueing a million deliveries."""

import asyncio
import tempfile
import time
from statistics import median

from sqlalchemy import Connection, insert

from bench.figure import Figure, interleaved, note
from bench.turn import AT, AcceptsAll
from bot.app import Parts, assemble
from bot.settings import Settings
from conversation.contact import ANNOUNCEMENTS
from db import announcements, deliveries
from db.announcements import Draft
from db.engine import open_database
from db.inbox import Event
from db.migrate import migrate
from db.models import address, consent, contact, conversation

FEW, MANY, MOST = 1_000, 100_000, 1_000_000
CHUNK = 50_000
TURNS = 300


def _settle(connection: Connection, first: int, last: int) -> None:
    ids = range(first, last)
    seen = {"channel": "telegram", "created_at": AT, "last_seen_at": AT}
    agreed = {"purpose": ANNOUNCEMENTS, "version": "1", "channel": "telegram", "given_at": AT}
    connection.execute(insert(contact), [{"id": one, "created_at": AT} for one in ids])
    rows = [{"id": one, "contact_id": one, "external_id": str(one), **seen} for one in ids]
    connection.execute(insert(address), rows)
    connection.execute(insert(conversation), [{"address_id": one, "session": {}, "updated_at": AT} for one in ids])
    connection.execute(insert(consent), [{"contact_id": one, **agreed} for one in ids])


async def _town(url: str, contacts: int) -> None:
    async with open_database(url) as database:
        await database.write(migrate)
        for first in range(1, contacts + 1, CHUNK):
            last = min(first + CHUNK, contacts + 1)
            await database.write(lambda connection, first=first, last=last: _settle(connection, first, last))  # type: ignore[misc]


async def _turn(url: str, contacts: int) -> float:
    """Return the median seconds of a turn of people spread over all contacts."""
    settings = Settings(database_url=url, demo_data=False, secret_key="bench")  # type: ignore[arg-type]
    telegram = AcceptsAll()
    async with assemble(settings, {telegram.name: telegram}) as parts:
        return median(
            [await _timed(parts, telegram, 1 + number * (contacts // TURNS), number) for number in range(TURNS)]
        )


async def _timed(parts: Parts, telegram: AcceptsAll, who: int, number: int) -> float:
    person = {"id": who, "is_bot": False, "first_name": "Lan"}
    chat = {"id": who, "type": "private"}
    at = time.monotonic_ns()
    said = {"message_id": at, "from": person, "chat": chat, "date": 1_795_000_000, "text": "menu"}
    event = telegram.event({"update_id": at + number, "message": said}, AT)
    assert isinstance(event, Event)
    began = time.perf_counter()
    await parts.receiver.take([event])
    return time.perf_counter() - began


async def _queue(url: str) -> float:
    """Return how many seconds it takes to make a delivery for everybody."""

    def write(connection: Connection) -> float:
        number = announcements.create(connection, Draft("Hội chợ", "Lời."), "bench", AT)
        announcements.approve(connection, number, "bench", AT)
        began = time.perf_counter()
        deliveries.queue(connection, number, ["telegram"], AT)
        return time.perf_counter() - began

    async with open_database(url) as database:
        return await database.write(write)


def measure() -> list[Figure]:
    """Return how much dearer a million makes a turn and an announcement."""
    with tempfile.TemporaryDirectory() as folder:
        urls = {count: f"sqlite+aiosqlite:///{folder}/{count}.db" for count in (FEW, MANY, MOST)}
        for count, url in urls.items():
            asyncio.run(_town(url, count))
        few, most = interleaved(
            lambda: asyncio.run(_turn(urls[FEW], FEW)), lambda: asyncio.run(_turn(urls[MOST], MOST))
        )
        many_queued, most_queued = (asyncio.run(_queue(urls[count])) for count in (MANY, MOST))
    note(f"a turn {few * 1000:.1f} ms among {FEW:,}, {most * 1000:.1f} ms among {MOST:,}")
    note(f"queued {MANY:,} in {many_queued:.2f} s, {MOST:,} in {most_queued:.1f} s")
    return [
        Figure("P6", "a turn among 1,000,000 contacts / among 1,000", most / few, 1.2, at_least=False),
        Figure("P6", "1,000,000 deliveries queued / 100,000", most_queued / many_queued, 10, at_least=False),
    ]
