"""Opening the database: SQLite in one file by default, PostgreSQL where several machines share it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import orjson
from sqlalchemy import Connection, Engine, Row, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from db.unit_of_work import PostgresWriter, SqliteWriter, Unit, Writer

T = TypeVar("T")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
BUSY_SECONDS = 30


@dataclass(frozen=True)
class Database:
    """The open database: `write` commits through the one writer, `read` sees what is committed."""

    url: URL
    reads: AsyncEngine
    writer: Writer

    async def write(self, unit: Unit[T], *, bulk: bool = False) -> T:
        """Run a unit of work; return once it is committed. Work in `bulk` is committed apart, in turn with the rest."""
        return await self.writer.submit(unit, bulk=bulk)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a connection of its own."""
        async with self.reads.connect() as connection:
            return await connection.run_sync(query)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://…`; a missing folder for the file is made."""
    parsed = make_url(url)
    writer: Writer
    if parsed.get_backend_name() == "sqlite":
        _make_folder(parsed)
        reads = create_async_engine(parsed, **_json())
        _behave(reads.sync_engine, "BEGIN")
        writer = SqliteWriter(sqlite_writer_engine(parsed))
    else:
        reads = create_async_engine(parsed, pool_pre_ping=True, **_json())
        writer = PostgresWriter(reads)
    try:
        yield Database(parsed, reads, writer)
    finally:
        await writer.close()
        await reads.dispose()


def _make_folder(url: URL) -> None:
    Path(url.database or "").absolute().parent.mkdir(parents=True, exist_ok=True)


def sqlite_writer_engine(url: URL) -> Engine:
    """Return the engine of a writer: one connection, every transaction holding the write lock from its beginning."""
    engine = create_engine(
        url.set(drivername="sqlite"), poolclass=StaticPool, connect_args={"check_same_thread": False}, **_json()
    )
    _behave(engine, "BEGIN IMMEDIATE")
    return engine


def _json() -> dict[str, Any]:
    return {"json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads}


def _behave(engine: Engine, begin: str) -> None:
    """Take the transactions out of the driver's hands: left to itself it sends no BEGIN before a SELECT, and updates
    made from what was read are lost without an error."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
