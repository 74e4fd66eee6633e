"""Noting what staff did, in the transaction that does it, and whose record they read."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from db.audit_words import ACTIONS
from db.models import audit, record_read

READ_AGAIN_AFTER = timedelta(hours=1)


def note(connection: Connection, who: str, action: str, subject: str, now: datetime, **detail: Any) -> None:
    """Note an action of `ACTIONS`; `subject` is a noun, a colon and a name or number: `case:12`; `detail` is JSON."""
    if action not in ACTIONS:
        raise KeyError(action)
    values = {"at": now, "who": who, "action": action, "subject": subject, "detail": detail}
    connection.execute(insert(audit).values(**values))


def note_read(connection: Connection, who: str, subject: str, now: datetime) -> None:
    """Note that somebody looked at a person's or an establishment's record; once an hour is enough."""
    lately = (record_read.c.subject == subject) & (record_read.c.who == who)
    if connection.execute(select(record_read.c.id).where(lately, record_read.c.at > now - READ_AGAIN_AFTER)).first():
        return
    connection.execute(insert(record_read).values(at=now, who=who, subject=subject))
