"""Which backups were taken, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from db.models import backup

OLD_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup; `size` is in bytes, `by` who asked for it or "" for the nightly one."""

    file: str
    taken_at: datetime
    size: int
    by: str


def note(connection: Connection, file: str, taken_at: datetime, size: int, by: str) -> None:
    """Note that a backup was taken."""
    connection.execute(insert(backup).values(file=file, taken_at=taken_at, size=size, by=by))


def latest(connection: Connection, most: int = 30) -> list[Taken]:
    """Return the backups taken last."""
    query = select(backup.c.file, backup.c.taken_at, backup.c.size, backup.c.by).order_by(backup.c.id.desc())
    return [Taken(*row) for row in connection.execute(query.limit(most))]


def is_old(taken: list[Taken], now: datetime) -> bool:
    """Whether the last backup is too old to rely on, or there is none."""
    return not taken or now - taken[0].taken_at > OLD_AFTER
