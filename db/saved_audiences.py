"""Audiences that staff use again, by their names; and the tags there are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from conversation.answers import normalise
from db.audience import read
from db.models import establishment_tag, saved_audience

LONGEST_NAME = 60


class AudienceNotSaved(Exception):
    """An audience that cannot be kept under a name; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A query with its name."""

    name: str
    query: str
    saved_by: str
    saved_at: datetime


def save(connection: Connection, name: str, query: str, by: str, now: datetime) -> None:
    """Keep a query under a name, in the place of what had it; raises AudienceNotSaved or AudienceError."""
    name, query = normalise(name), " ".join(query.split())
    if not name or len(name) > LONGEST_NAME:
        raise AudienceNotSaved(f"Nhóm cần có tên, dài nhất {LONGEST_NAME} ký tự.")
    if not query:
        raise AudienceNotSaved("Nhóm cần có điều kiện; để trống đã là mọi người.")
    read(connection, query)
    values = {"query": query, "saved_by": by, "saved_at": now}
    if not connection.execute(update(saved_audience).where(saved_audience.c.name == name).values(values)).rowcount:
        connection.execute(insert(saved_audience).values(name=name, **values))


def forget(connection: Connection, name: str) -> None:
    """Forget a saved audience."""
    connection.execute(delete(saved_audience).where(saved_audience.c.name == name))


def listed(connection: Connection) -> list[Saved]:
    """Return what is saved, by name."""
    return [Saved(*row) for row in connection.execute(select(saved_audience).order_by(saved_audience.c.name))]


def tags(connection: Connection) -> list[str]:
    """Return the tags that establishments have."""
    query = select(establishment_tag.c.tag).distinct().order_by(establishment_tag.c.tag)
    return list(connection.execute(query).scalars())
