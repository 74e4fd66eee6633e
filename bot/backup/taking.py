"""Taking a backup while the program runs: the data, what people sent, and the key, in one sealed file."""

import io
import json
import secrets
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy.engine import URL, make_url

from bot.backup.seal import Sealing
from bot.settings import Settings

DATA, KEY, MANIFEST = "data", "key", "manifest.json"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _IN_GROUP = 6, 5


class NotTaken(Exception):
    """A backup that could not be taken; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file and when it was taken."""

    file: Path
    taken_at: datetime
    size: int


def backup_key(settings: Settings) -> str:
    """Return the key of backups: the setting, or one made on first use and kept beside the SQLite file.

    Raises NotTaken where none is set and the database is not a file.
    """
    if given := settings.backup_key.get_secret_value():
        return given
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise NotTaken("Cần đặt KCBOT_BACKUP_KEY khi dùng PostgreSQL.")
    file = Path(url.database or "kcbot.db").with_suffix(".backup-key")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
        file.write_text("-".join(groups))
    return file.read_text().strip()


def take(settings: Settings, file: Path, now: datetime) -> Backup:
    """Write a backup to a file that is there whole or not at all; raises NotTaken."""
    url, key = make_url(settings.database_url), backup_key(settings)
    partial = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            data = Path(folder) / DATA
            _copy(url, data)
            manifest = {"taken_at": now.isoformat(), "kind": url.get_backend_name()}
            partial.touch(mode=0o600)
            with partial.open("wb") as out:
                sealing = Sealing(out, key)
                with tarfile.open(fileobj=cast("BinaryIO", sealing), mode="w|gz") as archive:
                    _add(archive, MANIFEST, json.dumps(manifest).encode())
                    _add(archive, KEY, settings.secret())
                    archive.add(data, DATA)
                sealing.close()
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise NotTaken(f"Không ghi được {file}: {error.strerror}.") from error
    return Backup(file, now, file.stat().st_size)


def _copy(url: URL, to: Path) -> None:
    if url.get_backend_name() == "sqlite":
        there = f"file:{url.database}?mode=rw"
        with closing(sqlite3.connect(there, uri=True)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
        return
    run_postgres("pg_dump", url, "--format=custom", f"--file={to}")


def run_postgres(program: str, url: URL, *arguments: str) -> None:
    """Run a program of PostgreSQL over a database; raises NotTaken with what it says."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        command = [program, *arguments, f"--dbname={plain}"]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the words are ours
    except FileNotFoundError:
        raise NotTaken(f"Không tìm thấy {program}; cài gói postgresql-client rồi làm lại.") from None
    except subprocess.CalledProcessError as failed:
        raise NotTaken(f"{program}: {failed.stderr.decode(errors='replace').strip()}") from failed


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))
