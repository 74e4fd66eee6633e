"""Tables that are written to files in the background: asked for, made, kept for a week."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from db.exports.listing import Filter
from db.models import export_job, export_part

WAITING, MAKING, DONE, FAILED = "waiting", "making", "done", "failed"
KEPT = timedelta(days=7)
LEASE = timedelta(minutes=2)
MOST_AT_ONCE = 5


class TooMany(Exception):
    """Somebody has as many files under way as one may have."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file of a table; `rows` were counted when it was asked for, `done` are written, `size` is in bytes."""

    id: int
    table: str
    file_name: str
    suffix: str
    wanted: Filter
    report: bool
    by: str
    asked_at: datetime
    state: str
    rows: int
    done: int
    size: int
    finished_at: datetime | None

    @property
    def under_way(self) -> bool:
        return self.state in {WAITING, MAKING}

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.rows) if self.rows else 0


_COLUMNS = [export_job.c[name] for name in Job.__slots__]


def ask(
    connection: Connection,
    table: str,
    file_name: str,
    suffix: str,
    wanted: Filter,
    rows: int,
    by: str,
    now: datetime,
    *,
    report: bool = False,
) -> int:
    """Ask for a file; the same asked for again while it is made is one. Raises TooMany."""
    narrowed = _to_json(wanted)
    own = [_job(row) for row in connection.execute(select(*_COLUMNS).where(export_job.c.by == by)).all()]
    under_way = [one for one in own if one.under_way]
    for one in under_way:
        if (one.table, one.suffix, one.report, _to_json(one.wanted)) == (table, suffix, report, narrowed):
            return one.id
    if len(under_way) >= MOST_AT_ONCE:
        raise TooMany
    values = {"table": table, "file_name": file_name, "suffix": suffix, "wanted": narrowed, "report": report}
    asked = {"by": by, "asked_at": now, "state": WAITING, "rows": rows}
    row: int = connection.execute(insert(export_job).values(**values, **asked).returning(export_job.c.id)).scalar_one()
    return row


def claim(connection: Connection, now: datetime) -> Job | None:
    """Take the file that was asked for first and nobody makes; the lease of who died making one ends."""
    free = (export_job.c.state == WAITING) | ((export_job.c.state == MAKING) & (export_job.c.lease_until < now))
    query = select(*_COLUMNS).where(free).order_by(export_job.c.id).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(query).first()
    if row is None:
        return None
    values = {"state": MAKING, "done": 0, "lease_until": now + LEASE}
    connection.execute(update(export_job).where(export_job.c.id == row.id).values(**values))
    connection.execute(delete(export_part).where(export_part.c.job_id == row.id))
    return _job(row)


def go_on(connection: Connection, job_id: int, done: int, now: datetime) -> None:
    """Note how many rows are written; whoever makes it keeps it."""
    values = {"done": done, "lease_until": now + LEASE}
    connection.execute(update(export_job).where(export_job.c.id == job_id).values(**values))


def add_part(connection: Connection, job_id: int, number: int, data: bytes) -> None:
    """Keep a piece of the file."""
    connection.execute(insert(export_part).values(job_id=job_id, number=number, data=data))


def finish(connection: Connection, job_id: int, rows: int, size: int, now: datetime) -> None:
    """Note that every piece is kept."""
    values = {"state": DONE, "done": rows, "rows": rows, "size": size, "finished_at": now}
    connection.execute(update(export_job).where(export_job.c.id == job_id).values(**values))


def fail(connection: Connection, job_id: int, now: datetime) -> None:
    """Note that it cannot be made."""
    connection.execute(update(export_job).where(export_job.c.id == job_id).values(state=FAILED, finished_at=now))


def recover(connection: Connection) -> None:
    """Let what a process that is gone was making be made anew."""
    connection.execute(update(export_job).where(export_job.c.state == MAKING).values(state=WAITING, lease_until=None))


def of_member(connection: Connection, by: str) -> list[Job]:
    """Return what a member asked for, the latest first."""
    query = select(*_COLUMNS).where(export_job.c.by == by).order_by(export_job.c.id.desc()).limit(50)
    return [_job(row) for row in connection.execute(query)]


def find(connection: Connection, job_id: int, by: str) -> Job | None:
    """Return one that a member asked for themselves."""
    row = connection.execute(select(*_COLUMNS).where(export_job.c.id == job_id, export_job.c.by == by)).first()
    return _job(row) if row else None


def read(connection: Connection, job_id: int) -> Job:
    """Return one that is made."""
    return _job(connection.execute(select(*_COLUMNS).where(export_job.c.id == job_id)).one())


def part(connection: Connection, job_id: int, number: int) -> bytes | None:
    """Return one piece of a file, None past its end."""
    this = (export_part.c.job_id == job_id) & (export_part.c.number == number)
    data: bytes | None = connection.execute(select(export_part.c.data).where(this)).scalar()
    return data


def remove(connection: Connection, job_id: int, by: str) -> None:
    """Forget a file that a member asked for."""
    connection.execute(delete(export_job).where(export_job.c.id == job_id, export_job.c.by == by))


def forget_old(connection: Connection, now: datetime) -> int:
    """Forget files that were asked for more than a week ago; return how many."""
    return connection.execute(delete(export_job).where(export_job.c.asked_at < now - KEPT)).rowcount


def _job(row: Row[Any]) -> Job:
    return Job(**{**row._mapping, "wanted": _from_json(row.wanted)})


_DAYS = ("since", "until", "due_before")


def _to_json(wanted: Filter) -> dict[str, Any]:
    values = asdict(wanted)
    days = {name: values[name].isoformat() if values[name] else None for name in _DAYS}
    return {**values, **days, "scope": None if wanted.scope is None else sorted(wanted.scope)}


def _from_json(values: Mapping[str, Any]) -> Filter:
    days = {name: date.fromisoformat(values[name]) if values.get(name) else None for name in _DAYS}
    scope = None if values["scope"] is None else frozenset(values["scope"])
    return Filter(**{**values, **days, "scope": scope})
