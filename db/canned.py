"""What staff say again and again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from db.inbox import insert_ignoring
from db.models import canned_reply

LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer kept by its title."""

    id: int
    title: str
    text: str


def listed(connection: Connection) -> list[Canned]:
    """Return what is kept, by title."""
    query = select(canned_reply.c.id, canned_reply.c.title, canned_reply.c.text).order_by(canned_reply.c.title)
    return [Canned(**row._mapping) for row in connection.execute(query)]


def keep(connection: Connection, title: str, text: str, by: str, now: datetime) -> None:
    """Keep an answer under a title, instead of the one that has it."""
    values = {"text": text, "saved_by": by, "saved_at": now}
    named = title[:LONGEST_TITLE]
    connection.execute(insert_ignoring(connection, canned_reply).values(title=named, **values))
    connection.execute(update(canned_reply).where(canned_reply.c.title == named).values(**values))


def drop(connection: Connection, number: int) -> None:
    """Forget an answer."""
    connection.execute(delete(canned_reply).where(canned_reply.c.id == number))
