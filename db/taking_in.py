"""Establishments of a list: which are known already, what the list adds to them, and which are new."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Column, Connection, bindparam, insert, select, update

from conversation.answers import fold
from db.engine import AnyRow
from db.establishments import values_of
from db.inbox import insert_ignoring
from db.likeness import core_of
from db.models import establishment, establishment_tag, import_change

CHUNK = 5000
# Of two with one telephone, names that are less alike than this are of two establishments of one owner.
SAME_NAME = 75


@dataclass(frozen=True, slots=True)
class Row:
    """One establishment of a list, by the number of its row; `wrong` is how many of its cells were left out."""

    row: int
    facts: Mapping[str, str]
    tags: frozenset[str] = frozenset()
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """How many establishments a list added, filled in, and left as they were."""

    added: int = 0
    filled_in: int = 0
    unchanged: int = 0


@dataclass
class Fate:
    """What becomes of an establishment: `before` is what was known of it, `after` what is then; new where `id` is 0."""

    id: int
    row: int
    before: Mapping[str, str]
    after: dict[str, str]
    held: frozenset[str] = frozenset()
    tags: set[str] = field(default_factory=set)
    rows: int = 1

    @property
    def changed(self) -> bool:
        return self.after != self.before or bool(self.tags - self.held)

    def fill_in(self, row: Row) -> None:
        """Take in what a row knows and this does not."""
        self.after |= {name: value for name, value in row.facts.items() if value and not self.after.get(name)}
        self.tags |= row.tags


def plan(connection: Connection, rows: Iterable[Row]) -> list[Fate]:
    """Return what a list would do, each establishment of it once, in their order.

    One is known already by its name in its commune, or by its telephone if the names are alike; it keeps what it has,
    and only what was empty is filled in.
    """
    every = list(rows)
    fates: list[Fate] = []
    by_phone: dict[str, list[Fate]] = {}
    by_name: dict[tuple[str, str], Fate] = {}

    def know(fate: Fate) -> None:
        facts = fate.after
        by_name.setdefault((fold(facts.get("business_name", "")), facts.get("commune", "")), fate)
        for phone in _phones(facts):
            by_phone.setdefault(phone, []).append(fate)

    for fate in _known(connection, every):
        know(fate)
    met: set[int] = set()
    for row in every:
        found = by_name.get((fold(row.facts.get("business_name", "")), row.facts.get("commune", ""))) or next(
            (one for phone in _phones(row.facts) for one in by_phone.get(phone, ()) if _alike(one.after, row.facts)),
            None,
        )
        if found is None:
            found = Fate(0, row.row, {}, {name: value for name, value in row.facts.items() if value})
            found.tags |= row.tags
        elif id(found) in met:
            found.rows += 1
            found.fill_in(row)
        else:
            found.row = row.row
            found.fill_in(row)
        if id(found) not in met:
            met.add(id(found))
            fates.append(found)
        know(found)
    return fates


def _phones(facts: Mapping[str, str]) -> Iterator[str]:
    yield from filter(None, (facts.get("phone", ""), *facts.get("other_phones", "").split()))


def _alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    names = [core_of(facts.get("business_name", "")) for facts in (one, other)]
    return not all(names) or fuzz.token_set_ratio(*names) >= SAME_NAME


def _known(connection: Connection, rows: Sequence[Row]) -> Iterator[Fate]:
    """Yield those that are kept and have a name or a telephone of a list, the oldest first."""
    names = {fold(row.facts.get("business_name", "")) for row in rows} - {""}
    phones = {phone for row in rows for phone in _phones(row.facts)}
    found: dict[int, AnyRow] = {}
    for column, values in ((establishment.c.folded_name, names), (establishment.c.phone, phones)):
        found |= {row.id: row for row in _having(connection, column, values)}
    tags: dict[int, set[str]] = {one: set() for one in found}
    ids = sorted(found)
    for start in range(0, len(ids), CHUNK):
        of_some = establishment_tag.c.establishment_id.in_(ids[start : start + CHUNK])
        for row in connection.execute(select(establishment_tag).where(of_some)):
            tags[row.establishment_id].add(row.tag)
    for one in ids:
        row = found[one]
        facts = {name: value for name, value in {"business_name": row.name, **row.facts}.items() if value}
        yield Fate(one, 0, facts, dict(facts), frozenset(tags[one]), set(tags[one]))


def _having(connection: Connection, column: Column[Any], values: Iterable[str]) -> Iterator[AnyRow]:
    every = sorted(values)
    columns = (establishment.c.id, establishment.c.name, establishment.c.facts)
    for start in range(0, len(every), CHUNK):
        yield from connection.execute(select(*columns).where(column.in_(every[start : start + CHUNK])))


def counted(fates: Iterable[Fate]) -> Imported:
    """Return how many establishments a list adds, fills in and leaves, every row of it counted once."""
    added = filled_in = unchanged = 0
    for fate in fates:
        added += not fate.id
        filled_in += bool(fate.id) and fate.changed
        unchanged += fate.rows - 1 + (bool(fate.id) and not fate.changed)
    return Imported(added, filled_in, unchanged)


def take_in(connection: Connection, rows: Iterable[Row], now: datetime, batch_id: int) -> tuple[Imported, list[int]]:
    """Take in a list; return what it did and to which, so that they are looked at for duplicates."""
    fates = plan(connection, rows)
    new = [fate for fate in fates if not fate.id]
    filled = [fate for fate in fates if fate.id and fate.changed]
    result = counted(fates)
    if new:
        values = [{**values_of(fate.after, now), "created_at": now} for fate in new]
        add = insert(establishment).returning(establishment.c.id, sort_by_parameter_order=True)
        for fate, number in zip(new, connection.execute(add, values).scalars(), strict=True):
            fate.id = number
    if filled:
        changed = [{**values_of(fate.after, now), "of": fate.id} for fate in filled]
        names: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "of"}
        connection.execute(update(establishment).where(establishment.c.id == bindparam("of")).values(**names), changed)
    tags = [{"establishment_id": f.id, "tag": tag} for f in (*new, *filled) for tag in sorted(f.tags - f.held)]
    if tags:
        connection.execute(insert_ignoring(connection, establishment_tag), tags)
    changes = [_change(fate, batch_id) for fate in (*new, *filled)]
    if changes:
        connection.execute(insert(import_change), changes)
    return result, [fate.id for fate in (*new, *filled)]


def _change(fate: Fate, batch_id: int) -> dict[str, Any]:
    filled = {name: value for name, value in fate.after.items() if fate.before.get(name) != value}
    return {
        "batch_id": batch_id,
        "establishment_id": fate.id,
        "row": fate.row,
        "added": not fate.before,
        "facts": filled,
        "tags": sorted(fate.tags - fate.held),
    }
