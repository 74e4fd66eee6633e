"""Whose records somebody may see."""

from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, insert, select
from sqlalchemy import delete as delete_rows

from db.models import establishment, staff_commune

# Codes of communes; None for all of them, and for who is of none.
Scope: TypeAlias = frozenset[str] | None


def within(scope: Scope, commune: ColumnElement[Any] = establishment.c.commune) -> list[ColumnElement[bool]]:
    """Return the conditions that a commune is within a scope; what has none is within no scope but that of all."""
    return [] if scope is None else [commune.in_(scope)]


def communes_of(connection: Connection, staff_id: int) -> frozenset[str]:
    """Return the communes that were given to a collaborator."""
    query = select(staff_commune.c.commune).where(staff_commune.c.staff_id == staff_id)
    return frozenset(connection.execute(query).scalars())


def give(connection: Connection, staff_id: int, communes: frozenset[str]) -> None:
    """Let a collaborator see these communes and no other."""
    connection.execute(delete_rows(staff_commune).where(staff_commune.c.staff_id == staff_id))
    rows = [{"staff_id": staff_id, "commune": commune} for commune in sorted(communes)]
    if rows:
        connection.execute(insert(staff_commune), rows)
