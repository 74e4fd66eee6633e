"""Committing together: nothing lost, a bad unit undone alone."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from db.engine import Database, sqlite_writer_engine
from db.models import contact

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def add(name: str, row: int | None = None) -> Callable[[Connection], None]:
    values = {"name": name, "created_at": NOON} | ({"id": row} if row else {})

    def unit(connection: Connection) -> None:
        connection.execute(insert(contact).values(**values))

    return unit


def names(connection: Connection) -> list[str]:
    return list(connection.execute(select(contact.c.name).order_by(contact.c.name)).scalars())


async def test_what_was_submitted_together_is_all_there(database: Database) -> None:
    await asyncio.gather(*(database.write(add(f"{n:03}")) for n in range(200)))
    assert await database.read(names) == [f"{n:03}" for n in range(200)]


async def test_a_bad_unit_is_undone_alone(database: Database) -> None:
    def writes_then_fails(connection: Connection) -> None:
        add("half done")(connection)
        raise ValueError("on purpose")

    units = [add("first"), writes_then_fails, add("one", row=7), add("the same row", row=7), add("last")]
    results = await asyncio.gather(*(database.write(unit) for unit in units), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), ValueError, type(None), IntegrityError, type(None)]
    assert await database.read(names) == ["first", "last", "one"]


async def test_updates_made_from_what_was_read_are_never_lost(database: Database) -> None:
    """Eight tasks read and then write the same row, 100 times each."""
    await database.write(add("0", row=1))

    def increment(connection: Connection) -> None:
        before = connection.execute(select(contact.c.name).where(contact.c.id == 1)).scalar_one()
        connection.execute(update(contact).where(contact.c.id == 1).values(name=str(int(before) + 1)))

    async def a_hundred() -> None:
        for _ in range(100):
            await database.write(increment)

    await asyncio.gather(*(a_hundred() for _ in range(8)))
    assert await database.read(names) == ["800"]


def test_a_writer_holds_the_lock_before_it_reads(tmp_path: Path) -> None:
    """Without BEGIN IMMEDIATE two writers read the same value and one update is lost without an error."""
    url = make_url(f"sqlite:///{tmp_path}/two.db")
    one, other = sqlite_writer_engine(url), sqlite_writer_engine(url)
    with one.begin() as connection:
        connection.exec_driver_sql("create table counter (n integer)")
    impatient = create_engine(url, connect_args={"timeout": 0.05})
    with one.begin() as holder:
        holder.exec_driver_sql("select n from counter").all()
        with impatient.connect() as second, pytest.raises(Exception, match="locked"):
            second.exec_driver_sql("insert into counter values (1)")
    for engine in (one, other, impatient):
        engine.dispose()
