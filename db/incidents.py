"""What staff must know of the service until one of them has seen it, and when each part of it last lived."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select, update

from db.inbox import insert_ignoring
from db.models import heartbeat, incident

MOST_UNSEEN = 50


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened, in the words staff read; `seen_by` is who has noted having read them."""

    id: int
    kind: str
    words: str
    at: datetime
    seen_by: str | None
    seen_at: datetime | None


_INCIDENTS = select(*incident.c)


def report(connection: Connection, kind: str, words: str, now: datetime) -> None:
    """Tell staff of something, unless they have been told in the same words and nobody has seen them yet.

    `kind` is gap, token or channel.
    """
    same = (incident.c.kind == kind) & (incident.c.words == words) & incident.c.seen_at.is_(None)
    if not connection.execute(select(exists().where(same))).scalar():
        connection.execute(insert(incident).values(kind=kind, words=words, at=now))


def unseen(connection: Connection) -> list[Incident]:
    """Return what nobody has seen, the newest first."""
    rows = _INCIDENTS.where(incident.c.seen_at.is_(None)).order_by(incident.c.id.desc()).limit(MOST_UNSEEN)
    return [Incident(*row) for row in connection.execute(rows)]


def latest(connection: Connection, most: int = 50) -> list[Incident]:
    """Return what was reported last, the newest first, seen or not."""
    return [Incident(*row) for row in connection.execute(_INCIDENTS.order_by(incident.c.id.desc()).limit(most))]


def mark_seen(connection: Connection, incident_id: int, by: str, now: datetime) -> bool:
    """Note who has seen an incident; return whether nobody had before."""
    row = (incident.c.id == incident_id) & incident.c.seen_at.is_(None)
    return bool(connection.execute(update(incident).where(row).values(seen_by=by, seen_at=now)).rowcount)


def beat(connection: Connection, part: str, now: datetime) -> datetime | None:
    """Note that a part of the service lives; return when it last did, None where it never has."""
    row = heartbeat.c.part == part
    before = connection.execute(select(heartbeat.c.at).where(row)).scalar()
    connection.execute(insert_ignoring(connection, heartbeat).values(part=part, at=now))
    connection.execute(update(heartbeat).where(row).values(at=now))
    return before
