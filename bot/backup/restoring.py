"""Coming back from a backup: with sending stopped, and with nobody back who asked to be forgotten or left alone."""

import asyncio
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy.engine import URL, make_url

from bot.backup.seal import NotOpened, opened
from bot.backup.taking import DATA, KEY, MANIFEST, run_postgres
from bot.settings import Settings
from db import journal, restored
from db.engine import open_database
from db.journal import Departure
from db.migrate import migrate
from db.restored import Calmed


class NotRestored(Exception):
    """A backup that could not be restored; nothing was changed. The message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: of when, where what was there before is kept, what was replayed and stopped."""

    taken_at: datetime
    kept: Path | None
    calmed: Calmed


def restore(settings: Settings, file: Path, key: str, now: datetime) -> Restored:
    """Put a backup in the place of what is there, which is kept beside it; raises NotRestored."""
    url = make_url(settings.database_url)
    departures = asyncio.run(_departures(settings, url))
    with tempfile.TemporaryDirectory(dir=file.absolute().parent) as name:
        folder = Path(name)
        taken_at = _unpack(file, key, folder, url)
        kept = _put(url, folder, now)
    calmed = asyncio.run(_calm(settings, [one for one in departures if one.at > taken_at], taken_at, now))
    return Restored(taken_at, kept, calmed)


async def _calm(settings: Settings, departures: list[Departure], taken_at: datetime, now: datetime) -> Calmed:
    async with open_database(settings.database_url) as database:
        await database.write(migrate)
        return await database.write(lambda connection: restored.calm(connection, departures, taken_at, now))


async def _departures(settings: Settings, url: URL) -> list[Departure]:
    """Return who left since, from what is there now and from the file beside it."""
    found = _written_down(url)
    if url.get_backend_name() == "sqlite" and not is_file(url):
        return sorted(found)
    # What is there may be what made somebody restore: then the file beside it is all there is.
    with suppress(Exception):
        async with open_database(settings.database_url) as database:
            found |= set(await database.read(journal.everything))
    return sorted(found)


def _written_down(url: URL) -> set[Departure]:
    return set(journal.read_file(journal_file(url))) if url.get_backend_name() == "sqlite" else set()


def is_file(url: URL) -> bool:
    """Whether the SQLite file is there."""
    return Path(url.database or "").exists()


def journal_file(url: URL) -> Path:
    """Return where the journal is kept beside a SQLite file."""
    return Path(url.database or "kcbot.db").with_suffix(".journal")


def _unpack(file: Path, key: str, folder: Path, url: URL) -> datetime:
    try:
        with file.open("rb") as sealed:
            reader = cast("tarfile._Fileobj", _Reading(opened(sealed, key)))
            with tarfile.open(fileobj=reader, mode="r|gz") as archive:
                archive.extractall(folder, filter="data")
    except OSError as error:
        raise NotRestored(f"Không đọc được {file}: {error.strerror}.") from error
    except (NotOpened, tarfile.TarError, EOFError):
        raise NotRestored("Không mở được: sai khóa, hoặc tệp đã hỏng hay không phải bản sao lưu.") from None
    manifest = json.loads((folder / MANIFEST).read_text())
    if manifest["kind"] != url.get_backend_name():
        raise NotRestored(f"Bản sao lưu là của {manifest['kind']}, cơ sở dữ liệu đang đặt là {url.get_backend_name()}.")
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(folder / DATA)) as copy:
            if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise NotRestored("Dữ liệu trong bản sao lưu đã hỏng.")
    return datetime.fromisoformat(manifest["taken_at"])


class _Reading:
    """Pieces as a file to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def read(self, size: int) -> bytes:
        while len(self._held) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        data, self._held = self._held[:size], self._held[size:]
        return data


def _put(url: URL, folder: Path, now: datetime) -> Path | None:
    """Put the data in place; return where what was there is kept."""
    if url.get_backend_name() != "sqlite":
        run_postgres(
            "pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(folder / DATA)
        )
        return None
    there, kept = Path(url.database or "kcbot.db"), None
    there.parent.mkdir(parents=True, exist_ok=True)
    if there.exists():
        with closing(sqlite3.connect(there)) as connection, suppress(sqlite3.DatabaseError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = there.with_name(f"{there.name}.before-{now:%Y%m%d-%H%M%S}")
        there.replace(kept)
    for left in ("-wal", "-shm"):
        there.with_name(there.name + left).unlink(missing_ok=True)
    os.replace(folder / DATA, there)  # noqa: PTH105 - across folders of one disk
    there.with_suffix(".key").touch(mode=0o600)
    there.with_suffix(".key").write_bytes((folder / KEY).read_bytes())
    return kept
