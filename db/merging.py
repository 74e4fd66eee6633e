"""Making two establishments one, and two again.

What belongs to the one that goes is given to the one that stays: its people, what they sent, its tags, whatever else
names it. A snapshot keeps which rows those were and what both were, so that it can be undone; what came after the merge
stays with the one that stayed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from db.engine import AnyRow
from db.establishments import values_of
from db.models import (
    contact,
    duplicate,
    establishment,
    establishment_key,
    establishment_merge,
    establishment_tag,
    import_change,
    note,
    response,
    speaks_for,
)
from db.models.base import Moment
from db.scope import Scope, within

# By their primary keys, these rows are given to the one that stays, and back.
MOVED: tuple[Column[Any], ...] = (
    contact.c.establishment_id,
    import_change.c.establishment_id,
    note.c.establishment_id,
    establishment_merge.c.kept_id,
)
# The search for duplicates makes these again.
MADE_AGAIN: tuple[Table, ...] = (establishment_key,)
Snapshot: TypeAlias = dict[str, Any]


class MergeRefused(Exception):
    """A merge that cannot be done or undone; `str()` says why, in Vietnamese."""


def merge(connection: Connection, keep: int, gone: int, facts: Mapping[str, str], by: str, now: datetime) -> int:
    """Make two establishments one with these facts and return the merge's number. Raises MergeRefused."""
    held = _locked(connection, keep, gone)
    if keep == gone or len(held) < 2:
        raise MergeRefused("Một trong hai cơ sở không còn nữa; có thể ai đó vừa gộp hoặc xóa.")
    snapshot: Snapshot = {
        "kept": {"id": keep, "before": dict(held[keep].facts)},
        "gone": _as_json(establishment, held[gone]),
        "moved": {},
    }
    for table, merging in MERGED.items():
        snapshot[str(table.name)] = merging.join(connection, keep, gone)
    for column in MOVED:
        snapshot["moved"][str(column)] = _move(connection, column, keep, gone)
    values = values_of(facts, now)
    snapshot["kept"]["after"] = values["facts"]
    connection.execute(update(establishment).where(establishment.c.id == keep).values(**values))
    connection.execute(delete(establishment).where(establishment.c.id == gone))
    named = {"kept_name": values["name"], "gone_name": held[gone].name, "commune": values["commune"]}
    row = insert(establishment_merge).values(kept_id=keep, **named, by=by, at=now, snapshot=snapshot)
    number: int = connection.execute(row.returning(establishment_merge.c.id)).scalar_one()
    return number


def _locked(connection: Connection, *ids: int) -> dict[int, AnyRow]:
    both = select(establishment).where(establishment.c.id.in_(ids)).order_by(establishment.c.id).with_for_update()
    return {row.id: row for row in connection.execute(both)}


def _move(connection: Connection, column: Column[Any], keep: int, gone: int) -> list[int]:
    """Give rows to the one that stays and return their numbers."""
    own = column.table.c.id
    ids = list(connection.execute(select(own).where(column == gone).order_by(own)).scalars())
    connection.execute(update(column.table).where(own.in_(ids)).values({column: keep}))
    return ids


def undo(connection: Connection, merge_id: int, by: str, now: datetime) -> int:
    """Make two again and return the number of the one that is back. Raises MergeRefused."""
    lock = select(establishment_merge).where(establishment_merge.c.id == merge_id).with_for_update()
    row = connection.execute(lock).first()
    if row is None or row.undone_at is not None:
        raise MergeRefused("Lần gộp này đã được hoàn tác, hoặc không còn nữa.")
    snapshot: Snapshot = row.snapshot
    keep = snapshot["kept"]["id"]
    facts = _facts_before(connection, row, snapshot)
    back = _bring_back(connection, snapshot["gone"], now)
    for column in MOVED:
        own = column.table.c.id
        mine = own.in_(snapshot["moved"].get(str(column), ())) & (column == keep)
        connection.execute(update(column.table).where(mine).values({column: back}))
    for table, merging in MERGED.items():
        merging.part(connection, keep, back, snapshot[str(table.name)])
    connection.execute(update(establishment).where(establishment.c.id == keep).values(**values_of(facts, now)))
    done = update(establishment_merge).where(establishment_merge.c.id == merge_id)
    connection.execute(done.values(undone_by=by, undone_at=now))
    return back


def _facts_before(connection: Connection, row: AnyRow, snapshot: Snapshot) -> dict[str, str]:
    """Return what the one that stayed is to be: as before the merge where that changed it, else as it is now."""
    kept = snapshot["kept"]
    if row.kept_id != kept["id"]:
        raise MergeRefused(f"Cơ sở «{row.kept_name}» sau đó lại được gộp vào cơ sở khác. Hoàn tác lần gộp ấy trước.")
    later = and_(
        establishment_merge.c.kept_id == row.kept_id,
        establishment_merge.c.id > row.id,
        establishment_merge.c.undone_at.is_(None),
    )
    if connection.execute(select(establishment_merge.c.id).where(later)).first():
        raise MergeRefused(f"Sau lần này còn một lần gộp khác vào «{row.kept_name}». Hoàn tác lần gộp ấy trước.")
    facts = dict(_locked(connection, row.kept_id)[row.kept_id].facts)
    before, after = kept["before"], kept["after"]
    for name in sorted({*before, *after}):
        if before.get(name) == after.get(name):
            continue
        if facts.get(name) != after.get(name):
            raise MergeRefused(
                f"Thông tin của «{row.kept_name}» đã được sửa sau khi gộp, nên không tách lại được. "
                "Anh/chị thêm cơ sở kia như một cơ sở mới."
            )
        facts[name] = before.get(name, "")
    return facts


def _bring_back(connection: Connection, kept: Mapping[str, Any], now: datetime) -> int:
    """Insert the establishment that went, under its own number unless that was given to another since."""
    values = {**_from_json(establishment, kept), "updated_at": now}
    number: int = values["id"]
    taken = connection.execute(select(establishment.c.id).where(establishment.c.id == number)).first()
    if taken:
        del values["id"]
    row = insert(establishment).values(**values).returning(establishment.c.id)
    back: int = connection.execute(row).scalar_one()
    return back


@dataclass(frozen=True, slots=True)
class Merging:
    """What may not stand twice: `join` gives it to the one that stays and says what that took, `part` undoes that."""

    join: Callable[[Connection, int, int], Any]
    part: Callable[[Connection, int, int, Any], None]


def _marks(column: Column[Any]) -> Merging:
    """Return how rows that mark an establishment with a value of a column are merged: each value once."""
    table = column.table

    def held(connection: Connection, one: int) -> set[Any]:
        return set(connection.execute(select(column).where(table.c.establishment_id == one)).scalars())

    def put(connection: Connection, one: int, values: Sequence[Any]) -> None:
        if values:
            connection.execute(insert(table), [{"establishment_id": one, column.name: value} for value in values])

    def join(connection: Connection, keep: int, gone: int) -> Snapshot:
        theirs = held(connection, gone)
        new = sorted(theirs - held(connection, keep))
        put(connection, keep, new)
        return {"theirs": sorted(theirs), "new": new}

    def part(connection: Connection, keep: int, back: int, was: Snapshot) -> None:
        """Each has its own again; what was taken off since stays off."""
        added = (table.c.establishment_id == keep) & column.in_(was["new"])
        stay = [value for value in was["theirs"] if value not in was["new"] or value in held(connection, keep)]
        connection.execute(delete(table).where(added))
        put(connection, back, stay)

    return Merging(join, part)


def _join_responses(connection: Connection, keep: int, gone: int) -> Snapshot:
    """Move them; of two in one round the one sent last is its answer, the other is kept outside the round."""
    both = response.c.establishment_id.in_([keep, gone]) & response.c.round_id.is_not(None)
    order = (func.coalesce(response.c.changed_at, response.c.submitted_at).desc(), response.c.id.desc())
    answers: dict[int, int] = {}
    outside: list[Sequence[int]] = []
    for row in connection.execute(select(response.c.id, response.c.round_id).where(both).order_by(*order)).all():
        if answers.setdefault(row.round_id, row.id) != row.id:
            outside.append((row.id, row.round_id))
    out = response.c.id.in_([one for one, _ in outside])
    connection.execute(update(response).where(out).values(round_id=None))
    return {"outside": outside, "moved": _move(connection, response.c.establishment_id, keep, gone)}


def _part_responses(connection: Connection, keep: int, back: int, was: Snapshot) -> None:
    mine = response.c.id.in_(was["moved"]) & (response.c.establishment_id == keep)
    connection.execute(update(response).where(mine).values(establishment_id=back))
    for number, round_id in was["outside"]:
        still = (response.c.id == number) & response.c.round_id.is_(None)
        try:
            with connection.begin_nested():
                connection.execute(update(response).where(still).values(round_id=round_id))
        except IntegrityError:  # the round has another answer of theirs by now, which counts
            continue


def _join_duplicates(connection: Connection, keep: int, gone: int) -> list[Snapshot]:
    """Keep what was decided about the one that goes; what is only proposed is found again."""
    theirs = or_(duplicate.c.first_id == gone, duplicate.c.second_id == gone)
    decided = select(duplicate).where(theirs, duplicate.c.state == "refused")
    rows = [_as_json(duplicate, row) for row in connection.execute(decided)]
    connection.execute(delete(duplicate).where(theirs))
    return [{**row, "other": row["first_id"] + row["second_id"] - gone} for row in rows]


def _part_duplicates(connection: Connection, keep: int, back: int, was: Sequence[Snapshot]) -> None:
    for kept in was:
        other = kept["other"]
        if connection.execute(select(establishment.c.id).where(establishment.c.id == other)).first():
            pair = {"first_id": min(other, back), "second_id": max(other, back)}
            values = {name: value for name, value in kept.items() if name != "other"}
            connection.execute(insert(duplicate).values(**{**_from_json(duplicate, values), **pair}))


MERGED: Mapping[Table, Merging] = {
    establishment_tag: _marks(establishment_tag.c.tag),
    speaks_for: _marks(speaks_for.c.contact_id),
    response: Merging(_join_responses, _part_responses),
    duplicate: Merging(_join_duplicates, _part_duplicates),
}


def _as_json(table: Table, row: AnyRow) -> Snapshot:
    """Return a row as JSON."""
    return {
        str(column.name): value.isoformat() if isinstance(value := row._mapping[column.name], datetime) else value
        for column in table.c
    }


def _from_json(table: Table, kept: Mapping[str, Any]) -> Snapshot:
    return {
        name: datetime.fromisoformat(value) if value and isinstance(table.c[name].type, Moment) else value
        for name, value in kept.items()
        if name in table.c
    }


@dataclass(frozen=True, slots=True)
class Merge:
    """Two that were made one."""

    id: int
    kept_id: int
    kept_name: str
    gone_name: str
    commune: str
    by: str
    at: datetime
    undone_by: str | None
    undone_at: datetime | None


def merges(connection: Connection, scope: Scope, start: int, most: int) -> list[Merge]:
    """Return what was merged, the latest first."""
    columns = tuple(column for column in establishment_merge.c if column.name != "snapshot")
    query = select(*columns).where(*within(scope, establishment_merge.c.commune))
    rows = connection.execute(query.order_by(establishment_merge.c.id.desc()).offset(start).limit(most))
    return [Merge(**row._mapping) for row in rows]
