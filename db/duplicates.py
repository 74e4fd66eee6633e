"""Establishments that may be one: found as they change, kept until somebody merges them or says that they are two."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from db.inbox import insert_ignoring
from db.likeness import Likeness, score
from db.models import duplicate, duplicate_search, establishment, establishment_key

# A key that more establishments share says nothing: a telephone of everybody, a name like any other.
MOST_ALIKE = 30
CHUNK = 250
# What is being written while the search goes on is found the next time.
SETTLED = timedelta(seconds=10)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def search(connection: Connection, now: datetime, most: int = 100) -> int:
    """Look at the establishments that changed since the last search, the first of them first; return how many."""
    at, last_id = _reached(connection)
    changed = establishment.c.updated_at
    later = or_(changed > at, (changed == at) & (establishment.c.id > last_id))
    query = select(establishment.c.id, changed).where(later, changed <= now - SETTLED)
    rows = connection.execute(query.order_by(changed, establishment.c.id).limit(most)).all()
    if rows:
        examine(connection, [row.id for row in rows])
        last = rows[-1]
        connection.execute(update(duplicate_search).values(at=last.updated_at, last_id=last.id))
    return len(rows)


def _reached(connection: Connection) -> tuple[datetime, int]:
    row = connection.execute(select(duplicate_search).with_for_update()).first()
    if row is None:
        begin = {"id": 1, "at": _BEGINNING, "last_id": 0}
        connection.execute(insert_ignoring(connection, duplicate_search).values(**begin))
        return _BEGINNING, 0
    return row.at, row.last_id


def examine(connection: Connection, ids: Sequence[int]) -> None:
    """Find what these establishments may be the same as, and forget what they are no longer like."""
    for start in range(0, len(ids), CHUNK):
        _examine(connection, ids[start : start + CHUNK])


def _examine(connection: Connection, ids: Sequence[int]) -> None:
    likes = _likes(connection, ids)
    keys = {one: like.keys() for one, like in likes.items()}
    _keep_keys(connection, keys)
    shared = _sharing(connection, {key for of_one in keys.values() for key in of_one})
    pairs = {
        (first, second)
        for members in shared.values()
        for first, second in combinations(sorted(members), 2)
        if first in keys or second in keys
    }
    likes |= _likes(connection, {one for pair in pairs for one in pair} - likes.keys())
    found = []
    for first, second in sorted(pairs):
        reasons = likes[first].reasons(likes[second])
        if reasons:
            values = {"first_id": first, "second_id": second, "score": score(reasons), "reasons": reasons}
            found.append({**values, "state": "open"})
    touching = or_(duplicate.c.first_id.in_(ids), duplicate.c.second_id.in_(ids))
    connection.execute(delete(duplicate).where(touching, duplicate.c.state == "open"))
    if found:
        connection.execute(insert_ignoring(connection, duplicate), found)


def _likes(connection: Connection, ids: Collection[int]) -> dict[int, Likeness]:
    columns = (establishment.c.id, establishment.c.facts)
    every = sorted(ids)
    rows = [
        row
        for start in range(0, len(every), 5000)
        for row in connection.execute(select(*columns).where(establishment.c.id.in_(every[start : start + 5000])))
    ]
    return {row.id: Likeness.of(row.facts) for row in rows}


def _keep_keys(connection: Connection, keys: Mapping[int, frozenset[str]]) -> None:
    held: dict[int, set[str]] = {one: set() for one in keys}
    for row in connection.execute(select(establishment_key).where(establishment_key.c.establishment_id.in_(keys))):
        held[row.establishment_id].add(row.key)
    other = [one for one in keys if held[one] != keys[one]]
    connection.execute(delete(establishment_key).where(establishment_key.c.establishment_id.in_(other)))
    rows = [{"establishment_id": one, "key": key} for one in other for key in sorted(keys[one])]
    if rows:
        connection.execute(insert(establishment_key), rows)


def _sharing(connection: Connection, keys: Iterable[str]) -> dict[str, set[int]]:
    """Return who has each key, of those that a few have."""
    few = (
        select(establishment_key.c.key)
        .where(establishment_key.c.key.in_(sorted(keys)))
        .group_by(establishment_key.c.key)
        .having(func.count() > 1, func.count() <= MOST_ALIKE)
    )
    found: dict[str, set[int]] = {}
    for row in connection.execute(select(establishment_key).where(establishment_key.c.key.in_(few))):
        found.setdefault(row.key, set()).add(row.establishment_id)
    return found


def like(connection: Connection, facts: Sequence[Mapping[str, str]]) -> list[dict[int, dict[str, str]]]:
    """Return, for each of some that are not kept yet, which that are kept they may be, and why."""
    likes = [Likeness.of(one) for one in facts]
    keys = [one.keys() for one in likes]
    sharing: dict[str, set[int]] = {}
    every = sorted({key for of_one in keys for key in of_one})
    for start in range(0, len(every), 10_000):
        few = (
            select(establishment_key.c.key)
            .where(establishment_key.c.key.in_(every[start : start + 10_000]))
            .group_by(establishment_key.c.key)
            .having(func.count() <= MOST_ALIKE)
        )
        for row in connection.execute(select(establishment_key).where(establishment_key.c.key.in_(few))):
            sharing.setdefault(row.key, set()).add(row.establishment_id)
    others = [{one for key in of_one for one in sharing.get(key, ())} for of_one in keys]
    kept = _likes(connection, set().union(*others))
    return [
        {one: reasons for one in sorted(near) if (reasons := likes[place].reasons(kept[one]))}
        for place, near in enumerate(others)
    ]


def refuse(connection: Connection, first: int, second: int, by: str, now: datetime) -> None:
    """Remember that two are two: they are not proposed again."""
    first, second = sorted((first, second))
    values: dict[str, Any] = {"state": "refused", "decided_by": by, "decided_at": now}
    pair = {"first_id": first, "second_id": second}
    row = insert_ignoring(connection, duplicate)
    connection.execute(row.values(**pair, **values, score=0, reasons={}))
    both = (duplicate.c.first_id == first) & (duplicate.c.second_id == second)
    connection.execute(update(duplicate).where(both).values(**values))


def reopen(connection: Connection, first: int, second: int) -> None:
    """Forget that two were said to be two; they are proposed again where they still are alike."""
    both = (duplicate.c.first_id == min(first, second)) & (duplicate.c.second_id == max(first, second))
    connection.execute(delete(duplicate).where(both, duplicate.c.state == "refused"))
    examine(connection, [first, second])
