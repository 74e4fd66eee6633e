"""Showing pairs of establishments that may be one, to who may see both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from conversation.answers import fold
from db.models import contact, duplicate, establishment, establishment_tag, response
from db.scope import Scope, within

# No page says how many there are beyond this.
MOST_COUNTED = 1000
_first, _second = establishment.alias("first"), establishment.alias("second")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two: what is known of it, and how much hangs on it."""

    id: int
    name: str
    commune: str
    phone: str
    facts: Mapping[str, str]
    created_at: datetime
    tags: tuple[str, ...] = ()
    people: int = 0
    responses: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that may be one, or were said to be two."""

    first: Side
    second: Side
    reasons: Mapping[str, str]
    state: str = "open"
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pairs: of one state, of a commune, whose names have some words without tones, for one reason."""

    state: str = "open"
    search: str = ""
    commune: str = ""
    reason: str = ""


def _of(wanted: Wanted, scope: Scope, *columns: Any) -> Select[Any]:
    parts: list[ColumnElement[bool]] = [duplicate.c.state == wanted.state]
    parts += [*within(scope, _first.c.commune), *within(scope, _second.c.commune)]
    if wanted.search:
        words = f"%{fold(wanted.search)}%"
        parts.append(_first.c.folded_name.like(words) | _second.c.folded_name.like(words))
    if wanted.commune:
        parts.append((_first.c.commune == wanted.commune) | (_second.c.commune == wanted.commune))
    if wanted.reason:
        parts.append(duplicate.c.reasons[wanted.reason].as_string().is_not(None))
    joined = duplicate.join(_first, _first.c.id == duplicate.c.first_id)
    return select(*columns).select_from(joined.join(_second, _second.c.id == duplicate.c.second_id)).where(*parts)


def count(connection: Connection, wanted: Wanted, scope: Scope) -> int:
    """Return how many pairs there are, 1000 standing for more."""
    some = _of(wanted, scope, duplicate.c.first_id).limit(MOST_COUNTED).subquery()
    counted: int = connection.execute(select(func.count()).select_from(some)).scalar_one()
    return counted


def listed(connection: Connection, wanted: Wanted, scope: Scope, start: int, most: int) -> list[Pair]:
    """Return pairs, the surest first."""
    columns = [column.label(f"{side.name}__{column.name}") for side in (_first, _second) for column in _shown(side)]
    query = _of(wanted, scope, duplicate, *columns)
    order = (duplicate.c.score.desc(), duplicate.c.first_id, duplicate.c.second_id)
    rows = connection.execute(query.order_by(*order).offset(start).limit(most)).mappings()
    return [
        Pair(_side(row, "first"), _side(row, "second"), row["reasons"], *(row[name] for name in _DECIDED))
        for row in rows
    ]


_SHOWN = ("id", "name", "commune", "phone", "facts", "created_at")
_DECIDED = ("state", "decided_by", "decided_at")


def _shown(side: Any) -> list[Any]:
    return [side.c[name] for name in _SHOWN]


def _side(row: Mapping[Any, Any], name: str) -> Side:
    return Side(**{column: row[f"{name}__{column}"] for column in _SHOWN})


def find(connection: Connection, first: int, second: int, scope: Scope) -> Pair | None:
    """Return two establishments side by side, the older number first; None where one is not there for who asks."""
    sides = [side(connection, one, scope) for one in sorted((first, second))]
    if first == second or not sides[0] or not sides[1]:
        return None
    both = (duplicate.c.first_id == sides[0].id) & (duplicate.c.second_id == sides[1].id)
    row = connection.execute(select(duplicate).where(both)).first()
    if row is None:
        return Pair(sides[0], sides[1], {}, "")
    return Pair(sides[0], sides[1], row.reasons, row.state, row.decided_by, row.decided_at)


def side(connection: Connection, establishment_id: int, scope: Scope) -> Side | None:
    """Return one establishment with how much hangs on it, None where there is none for who asks."""
    query = select(*_shown(establishment)).where(establishment.c.id == establishment_id, *within(scope))
    row = connection.execute(query).first()
    if row is None:
        return None
    tagged = select(establishment_tag.c.tag).where(establishment_tag.c.establishment_id == establishment_id)
    counts = [
        connection.execute(select(func.count()).where(table.c.establishment_id == establishment_id)).scalar_one()
        for table in (contact, response)
    ]
    tags = tuple(connection.execute(tagged.order_by(establishment_tag.c.tag)).scalars())
    return Side(**row._mapping, tags=tags, people=counts[0], responses=counts[1])
