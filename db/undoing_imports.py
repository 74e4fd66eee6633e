"""Undoing a whole list: what it added goes unless somebody has touched it since, what it filled in is empty again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, delete, select, update

from db.engine import AnyRow
from db.establishments import values_of
from db.models import (
    METADATA,
    contact,
    duplicate,
    establishment,
    establishment_key,
    establishment_merge,
    establishment_tag,
    import_batch,
    import_change,
    response,
)

CHUNK = 1000
# What comes and goes with an establishment by itself, and what is compared apart.
_OF_ITSELF = {duplicate, establishment_key, establishment_tag}
_WHY: Mapping[str, str] = {
    contact.name: "đã có người của cơ sở nhắn hoặc được ghi nhận",
    response.name: "đã có phiếu trả lời",
    import_change.name: "danh sách khác đã bổ sung vào",
    establishment_merge.name: "đã gộp với cơ sở khác",
}
_OTHERWISE = "đã có hồ sơ, ghi chú hoặc việc khác"


@dataclass(frozen=True, slots=True)
class Kept:
    """What could not be undone, and why."""

    establishment_id: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Undone:
    """How many establishments were removed and how many are as they were before; the rest was kept."""

    removed: int
    put_back: int
    kept: tuple[Kept, ...]


def undo(connection: Connection, batch_id: int, by: str, now: datetime) -> Undone | None:
    """Undo a list that was taken in; None where it is not one, or was undone already."""
    lock = select(import_batch.c.state).where(import_batch.c.id == batch_id).with_for_update()
    if connection.execute(lock).scalar_one_or_none() != "taken":
        return None
    query = select(import_change).where(import_change.c.batch_id == batch_id).order_by(import_change.c.id)
    changes = connection.execute(query).all()
    removed = put_back = 0
    kept: list[Kept] = []
    for start in range(0, len(changes), CHUNK):
        some = changes[start : start + CHUNK]
        gone, left = _remove(connection, [one for one in some if one.added], batch_id)
        back, other = _put_back(connection, [one for one in some if not one.added], now)
        removed, put_back, kept = removed + gone, put_back + back, [*kept, *left, *other]
    row = update(import_batch).where(import_batch.c.id == batch_id)
    values = {"state": "undone", "undone_by": by, "undone_at": now, "kept": [asdict(one) for one in kept]}
    connection.execute(row.values(**values))
    return Undone(removed, put_back, tuple(kept))


def references() -> list[Column[Any]]:
    """Return every column that says which establishment a row belongs to, but for what goes with it by itself."""
    return [
        key.parent
        for table in METADATA.sorted_tables
        if table not in _OF_ITSELF
        for key in table.foreign_keys
        if key.column is establishment.c.id
    ]


def _remove(connection: Connection, changes: Sequence[AnyRow], batch_id: int) -> tuple[int, list[Kept]]:
    """Remove what a list added and nobody touched."""
    ids = [one.establishment_id for one in changes]
    now, tags = _as_they_are(connection, ids)
    why = _touched(connection, ids, batch_id)
    for one in changes:
        is_now = now[one.establishment_id]
        if is_now.facts != one.facts or sorted(tags[one.establishment_id]) != sorted(one.tags):
            why.setdefault(one.establishment_id, "thông tin hoặc nhãn đã được sửa")
    untouched = [one for one in ids if one not in why]
    connection.execute(delete(establishment).where(establishment.c.id.in_(untouched)))
    return len(untouched), [Kept(one, now[one].name, why[one]) for one in ids if one in why]


def _as_they_are(connection: Connection, ids: Sequence[int]) -> tuple[dict[int, AnyRow], dict[int, set[str]]]:
    columns = (establishment.c.id, establishment.c.name, establishment.c.facts)
    query = select(*columns).where(establishment.c.id.in_(ids)).with_for_update()
    rows = {row.id: row for row in connection.execute(query)}
    tags: dict[int, set[str]] = {one: set() for one in rows}
    for row in connection.execute(select(establishment_tag).where(establishment_tag.c.establishment_id.in_(ids))):
        tags[row.establishment_id].add(row.tag)
    return rows, tags


def _touched(connection: Connection, ids: Iterable[int], batch_id: int) -> dict[int, str]:
    """Return what hangs on establishments, in words."""
    why: dict[int, str] = {}
    some = list(ids)
    for column in references():
        query = select(column).where(column.in_(some)).distinct()
        if column.table is import_change:
            query = query.join(import_batch).where(import_batch.c.id != batch_id, import_batch.c.state == "taken")
        for one in connection.execute(query).scalars():
            why.setdefault(one, _WHY.get(column.table.name, _OTHERWISE))
    return why


def _put_back(connection: Connection, changes: Sequence[AnyRow], now: datetime) -> tuple[int, list[Kept]]:
    """Empty again what a list filled in, unless it says something else by now."""
    is_now, _ = _as_they_are(connection, [one.establishment_id for one in changes])
    put_back = 0
    kept: list[Kept] = []
    for one in changes:
        row = is_now[one.establishment_id]
        mine = {name for name, value in one.facts.items() if row.facts.get(name) == value}
        after = {name: value for name, value in row.facts.items() if name not in mine}
        values = {**values_of(after, now), **({} if "business_name" in after else {"name": "", "folded_name": ""})}
        connection.execute(update(establishment).where(establishment.c.id == row.id).values(**values))
        of_list = (establishment_tag.c.establishment_id == row.id) & establishment_tag.c.tag.in_(one.tags)
        connection.execute(delete(establishment_tag).where(of_list))
        if mine == one.facts.keys():
            put_back += 1
        else:
            kept.append(Kept(row.id, row.name, "có mục đã được sửa sau khi nhập, giữ theo bản sửa"))
    return put_back, kept
