"""Large tables: written in the background by a process of its own, kept for a week, shown to who asked."""

import csv
import io
import re
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import Connection

from bot.clock import now
from bot.exporter import Exporter
from console import tables
from db import export_jobs
from db.engine import Database
from db.export_jobs import TooMany
from db.exports import Filter
from tests.office import NOW
from tests.test_console import Browser, Office, office
from tests.test_exports import an_interest

__all__ = ["office"]
ALL = Filter()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a table of one row be a large one."""
    monkeypatch.setattr(tables, "MADE_AT_ONCE", 0)


def program_of(database: Database, monkeypatch: pytest.MonkeyPatch) -> Exporter:
    """Return what makes files of a database, whose processes are told where that is."""
    monkeypatch.setenv("KCBOT_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("KCBOT_SECRET_KEY", "a key for tests")
    monkeypatch.setenv("KCBOT_DEMO_DATA", "false")
    return Exporter(database, now)


async def asks(office: Office, suffix: str = "xlsx", query: str = "") -> Browser:
    await office.database.write(lambda connection: an_interest(connection, office.library))
    browser = await office.member()
    answer = await browser.get(f"/console/tables/interests/export.{suffix}{query}")
    assert answer.headers["location"] == "/console/exports?done=asked"
    return browser


@pytest.mark.usefixtures("few")
async def test_a_large_table_is_asked_for_made_and_downloaded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.now = now()
    browser = await asks(office, query="?commune=13285")
    assert "đang chờ" in (await browser.get("/console/exports")).text
    assert (await browser.get("/console/exports/1")).status_code == 404
    exporter = program_of(office.database, monkeypatch)
    assert await exporter.step()
    assert not await exporter.step()
    page = (await browser.get("/console/exports")).text
    assert re.search(r'href="/console/exports/1">dang-ky-quan-tam-[\d-]+\.xlsx<', page)
    answer = await browser.get("/console/exports/1")
    assert int(answer.headers["content-length"]) == len(answer.content)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet["B2"].value == "Cơ sở mộc Lan"
    other = await office.member("administrator", "van.minh")
    assert (await other.get("/console/exports/1")).status_code == 404
    await other.send("/console/exports/1/remove")
    assert (await browser.get("/console/exports/1")).status_code == 200
    await browser.send("/console/exports/1/remove")
    assert (await browser.get("/console/exports/1")).status_code == 404


@pytest.mark.usefixtures("few")
async def test_what_cannot_be_written_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await asks(office, "csv")
    exporter = program_of(office.database, monkeypatch)
    monkeypatch.setenv("KCBOT_DATABASE_URL", "sqlite+aiosqlite:////nowhere/at/all.db")
    assert await exporter.step()
    assert "Không ghi được" in (await browser.get("/console/exports")).text


async def test_a_small_table_comes_at_once(office: Office) -> None:
    await office.database.write(lambda connection: an_interest(connection, office.library))
    answer = await (await office.member()).get("/console/tables/interests/export.csv")
    (_, row) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row[1] == "Cơ sở mộc Lan"


async def test_the_same_file_is_made_once_and_nobody_asks_for_too_many(database: Database) -> None:
    def ask(connection: Connection) -> list[int]:
        same = [export_jobs.ask(connection, "contacts", "a.csv", ".csv", ALL, 9, "lan", NOW) for _ in range(2)]
        days = [Filter(since=date(2026, 11, day)) for day in (1, 2, 3, 4)]
        more = [export_jobs.ask(connection, "contacts", "a.csv", ".csv", day, 9, "lan", NOW) for day in days]
        return [*same, *more]

    assert await database.write(ask) == [1, 1, 2, 3, 4, 5]
    with pytest.raises(TooMany):
        await database.write(
            lambda connection: export_jobs.ask(connection, "contacts", "a.xlsx", ".xlsx", ALL, 9, "lan", NOW)
        )
    kept = await database.read(lambda connection: export_jobs.of_member(connection, "lan"))
    assert kept[0].wanted == Filter(since=date(2026, 11, 4))


async def test_what_a_dead_process_was_making_is_made_anew(database: Database) -> None:
    def claim(connection: Connection, minutes: int) -> int | None:
        job = export_jobs.claim(connection, NOW + timedelta(minutes=minutes))
        return job.id if job else None

    def begin(connection: Connection) -> None:
        export_jobs.ask(connection, "contacts", "a.csv", ".csv", ALL, 9, "lan", NOW)
        assert claim(connection, 0) == 1
        export_jobs.add_part(connection, 1, 0, b"half")

    await database.write(begin)
    assert await database.write(lambda connection: claim(connection, 1)) is None
    assert await database.write(lambda connection: claim(connection, 3)) == 1
    assert await database.read(lambda connection: export_jobs.part(connection, 1, 0)) is None
    await database.write(export_jobs.recover)
    assert await database.write(lambda connection: claim(connection, 0)) == 1


async def test_files_are_forgotten_after_a_week(database: Database) -> None:
    def ask(connection: Connection) -> None:
        export_jobs.ask(connection, "contacts", "a.csv", ".csv", ALL, 9, "lan", NOW)
        export_jobs.add_part(connection, 1, 0, b"all")
        export_jobs.finish(connection, 1, 9, 3, NOW)

    await database.write(ask)
    for days, left in ((6, 1), (8, 0)):

        def forget(connection: Connection, at: datetime = NOW + timedelta(days=days)) -> int:
            return export_jobs.forget_old(connection, at)

        await database.write(forget)
        assert len(await database.read(lambda connection: export_jobs.of_member(connection, "lan"))) == left
    assert await database.read(lambda connection: export_jobs.part(connection, 1, 0)) is None
