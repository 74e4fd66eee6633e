"""What staff must know of the service: told until one of them has seen it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from db.models import incident

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong: `kind` is gap, token or channel."""

    id: int
    kind: str
    words: str
    at: datetime
    seen_by: str | None
    seen_at: datetime | None


def report(connection: Connection, kind: str, words: str, now: datetime) -> None:
    """Tell staff; the same words not twice while nobody has seen them."""
    told = select(incident.c.id).where(incident.c.words == words, incident.c.seen_at.is_(None))
    if connection.execute(told).first() is None:
        connection.execute(insert(incident).values(kind=kind, words=words, at=now))


def unseen(connection: Connection) -> list[Incident]:
    """Return what nobody has seen, the latest first."""
    query = select(incident).where(incident.c.seen_at.is_(None)).order_by(incident.c.id.desc())
    return [Incident(**row._mapping) for row in connection.execute(query)]


def latest(connection: Connection, most: int = SHOWN) -> list[Incident]:
    """Return what happened last, seen or not."""
    query = select(incident).order_by(incident.c.id.desc()).limit(most)
    return [Incident(**row._mapping) for row in connection.execute(query)]


def mark_seen(connection: Connection, incident_id: int, by: str, now: datetime) -> bool:
    """Note who has seen it; return whether somebody had to."""
    row = (incident.c.id == incident_id) & incident.c.seen_at.is_(None)
    return bool(connection.execute(update(incident).where(row).values(seen_by=by, seen_at=now)).rowcount)
