"""Establishments that an office knows before any of their people has written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from conversation.answers import fold
from db.engine import AnyRow
from db.inbox import insert_ignoring
from db.models import establishment, establishment_tag

COLUMNS = ("legal_form", "trade", "commune", "phone")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many establishments a list added, filled in, and left as they were."""

    added: int = 0
    filled_in: int = 0
    unchanged: int = 0


def take_in(
    connection: Connection, known: Iterable[tuple[Mapping[str, str], Iterable[str]]], now: datetime
) -> Imported:
    """Take in establishments, each as facts and tags.

    One that is known already, by its telephone or by its name in its commune, keeps what it has: only what was empty
    is filled in.
    """
    by_phone, by_name = _known(connection)
    added = filled_in = unchanged = 0
    for facts, tags in known:
        name = (fold(facts.get("business_name", "")), facts.get("commune", ""))
        found = by_phone.get(facts.get("phone", "")) or by_name.get(name)
        if found is None:
            found = _add(connection, facts, now)
            added += 1
            _tag(connection, found, tags)
        elif _fill_in(connection, found, facts, now) | _tag(connection, found, tags):
            filled_in += 1
        else:
            unchanged += 1
        by_name.setdefault(name, found)
        if facts.get("phone"):
            by_phone.setdefault(facts["phone"], found)
    return Imported(added, filled_in, unchanged)


def _known(connection: Connection) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    columns = (establishment.c.id, establishment.c.phone, establishment.c.folded_name, establishment.c.commune)
    rows = connection.execute(select(*columns).order_by(establishment.c.id.desc())).all()
    return {row.phone: row.id for row in rows if row.phone}, {(row.folded_name, row.commune): row.id for row in rows}


def _values(facts: Mapping[str, str], now: datetime) -> dict[str, Any]:
    name = facts.get("business_name", "")
    columns = {column: facts.get(column, "") for column in COLUMNS}
    return {"name": name, "folded_name": fold(name), "facts": dict(facts), "updated_at": now, **columns}


def _add(connection: Connection, facts: Mapping[str, str], now: datetime) -> int:
    row = insert(establishment).values(**_values(facts, now), created_at=now).returning(establishment.c.id)
    found: int = connection.execute(row).scalar_one()
    return found


def _fill_in(connection: Connection, found: int, facts: Mapping[str, str], now: datetime) -> bool:
    query = select(establishment.c.facts, establishment.c.name).where(establishment.c.id == found)
    row: AnyRow = connection.execute(query).one()
    before = {name: value for name, value in {"business_name": row.name, **row.facts}.items() if value}
    after = {**facts, **before}
    if after == before:
        return False
    connection.execute(update(establishment).where(establishment.c.id == found).values(**_values(after, now)))
    return True


def _tag(connection: Connection, found: int, tags: Iterable[str]) -> bool:
    rows = [{"establishment_id": found, "tag": tag} for tag in sorted(tags)]
    held = select(establishment_tag.c.tag).where(establishment_tag.c.establishment_id == found)
    new = [row for row in rows if row["tag"] not in set(connection.execute(held).scalars())]
    if new:
        connection.execute(insert_ignoring(connection, establishment_tag), new)
    return bool(new)
