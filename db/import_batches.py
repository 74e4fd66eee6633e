"""Lists that staff bring: kept as drafts for a day, taken in, listed, undone as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from db.inbox import insert_ignoring
from db.models import establishment, import_batch, import_change, import_heading
from db.taking_in import Imported, Row, take_in

DRAFT_KEPT = timedelta(days=1)
FILE_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Batch:
    """A list, without its file and its rows; `kept` is what could not be undone."""

    id: int
    file_name: str
    state: str
    by: str
    at: datetime
    layout: Mapping[str, Any]
    reading: Mapping[str, Any]
    counts: Mapping[str, int]
    undone_by: str | None
    undone_at: datetime | None
    kept: Sequence[Mapping[str, Any]]
    has_file: bool


_SHOWN = tuple(column for column in import_batch.c if column.name not in {"source", "rows"})


def keep(connection: Connection, file_name: str, source: bytes, by: str, now: datetime) -> int:
    """Keep a file as a draft and return its number."""
    values = {"file_name": file_name[:200], "state": "draft", "by": by, "at": now, "source": source}
    row = insert(import_batch).values(**values, layout={}, reading={}, counts={})
    number: int = connection.execute(row.returning(import_batch.c.id)).scalar_one()
    return number


def keep_reading(
    connection: Connection, batch_id: int, layout: Mapping[str, Any], reading: Mapping[str, Any], rows: Iterable[Row]
) -> bool:
    """Keep how a draft was read; False where it is no draft any more."""
    kept = [{"row": row.row, "facts": dict(row.facts), "tags": sorted(row.tags), "wrong": row.wrong} for row in rows]
    values = {"layout": dict(layout), "reading": dict(reading), "rows": kept}
    draft = (import_batch.c.id == batch_id) & (import_batch.c.state == "draft")
    return connection.execute(update(import_batch).where(draft).values(**values)).rowcount == 1


def find(connection: Connection, batch_id: int) -> Batch | None:
    """Return a list, None where there is none."""
    query = select(*_SHOWN, import_batch.c.source.is_not(None).label("has_file"))
    row = connection.execute(query.where(import_batch.c.id == batch_id)).first()
    return Batch(**{**row._mapping, "kept": row.kept or ()}) if row else None


def listed(connection: Connection, start: int, most: int) -> list[Batch]:
    """Return the lists, the latest first."""
    query = select(*_SHOWN, import_batch.c.source.is_not(None).label("has_file"))
    rows = connection.execute(query.order_by(import_batch.c.id.desc()).offset(start).limit(most))
    return [Batch(**{**row._mapping, "kept": row.kept or ()}) for row in rows]


def count(connection: Connection) -> int:
    counted: int = connection.execute(select(func.count()).select_from(import_batch)).scalar_one()
    return counted


def source_of(connection: Connection, batch_id: int) -> bytes | None:
    """Return the file of a list, None where it was forgotten."""
    found: bytes | None = connection.execute(
        select(import_batch.c.source).where(import_batch.c.id == batch_id)
    ).scalar_one_or_none()
    return found


def rows_of(connection: Connection, batch_id: int) -> list[Row]:
    """Return the rows that a draft will take in."""
    kept = connection.execute(select(import_batch.c.rows).where(import_batch.c.id == batch_id)).scalar_one_or_none()
    return [Row(one["row"], one["facts"], frozenset(one["tags"]), one["wrong"]) for one in kept or ()]


def take(
    connection: Connection, batch_id: int, rows: Iterable[Row], now: datetime
) -> tuple[Imported, list[int]] | None:
    """Take a draft in; None where it is no draft any more: somebody was quicker."""
    lock = select(import_batch.c.state).where(import_batch.c.id == batch_id).with_for_update()
    if connection.execute(lock).scalar_one_or_none() != "draft":
        return None
    imported, touched = take_in(connection, rows, now, batch_id)
    values = {"state": "taken", "at": now, "rows": None, "counts": asdict(imported)}
    connection.execute(update(import_batch).where(import_batch.c.id == batch_id).values(**values))
    return imported, touched


def drop(connection: Connection, batch_id: int) -> bool:
    """Forget a draft; False where it is none."""
    draft = (import_batch.c.id == batch_id) & (import_batch.c.state == "draft")
    return connection.execute(delete(import_batch).where(draft)).rowcount == 1


def tidy(connection: Connection, now: datetime) -> None:
    """Forget drafts of yesterday, and the files of lists that were taken in a week ago."""
    draft = import_batch.c.state == "draft"
    connection.execute(delete(import_batch).where(draft, import_batch.c.at < now - DRAFT_KEPT))
    old = (import_batch.c.at < now - FILE_KEPT) & import_batch.c.source.is_not(None)
    connection.execute(update(import_batch).where(old).values(source=None))


def headings(connection: Connection) -> dict[str, str]:
    """Return what the office's own headings mean."""
    return {row.heading: row.field for row in connection.execute(select(import_heading))}


def remember(connection: Connection, meant: Mapping[str, str]) -> None:
    """Remember what headings were said to mean, "" that a column is none of ours."""
    if meant:
        connection.execute(delete(import_heading).where(import_heading.c.heading.in_(meant)))
        rows = [{"heading": heading, "field": name} for heading, name in meant.items()]
        connection.execute(insert_ignoring(connection, import_heading), rows)


@dataclass(frozen=True, slots=True)
class Change:
    """What a list did to an establishment."""

    establishment_id: int
    name: str
    row: int
    added: bool


def changes(connection: Connection, batch_id: int, start: int, most: int) -> list[Change]:
    """Return what a list did, in the order of its rows."""
    columns = (import_change.c.establishment_id, establishment.c.name, import_change.c.row, import_change.c.added)
    query = select(*columns).join(establishment, establishment.c.id == import_change.c.establishment_id)
    rows = query.where(import_change.c.batch_id == batch_id).order_by(import_change.c.row, import_change.c.id)
    return [Change(**row._mapping) for row in connection.execute(rows.offset(start).limit(most))]
