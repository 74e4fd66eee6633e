"""Noting what staff did, in the transaction that does it, and whose record they read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select

from db.audit_words import ACTIONS
from db.models import audit, record_read

# Who works at the command line of the machine itself.
OPERATOR = "kcbot"
READ_AGAIN_AFTER = timedelta(hours=1)


def note(connection: Connection, who: str, action: str, subject: str, now: datetime, **detail: Any) -> None:
    """Note an action of `ACTIONS`; `subject` is a noun, a colon and a name or number: `case:12`; `detail` is JSON."""
    if action not in ACTIONS:
        raise KeyError(action)
    values = {"at": now, "who": who, "action": action, "subject": subject, "detail": detail}
    connection.execute(insert(audit).values(**values))


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a member of staff did; `action` is what it is called."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deeds are looked for; an empty part asks for nothing. `before` is the id of the last one shown."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def deeds(connection: Connection, wanted: Wanted, most: int = 50) -> list[Deed]:
    """Return what was done, the latest first."""
    parts: list[ColumnElement[bool]] = []
    parts += [audit.c.who == wanted.who] if wanted.who else []
    parts += [audit.c.action == wanted.action] if wanted.action else []
    parts += [audit.c.subject == wanted.subject] if wanted.subject else []
    parts += [audit.c.at >= wanted.since] if wanted.since else []
    parts += [audit.c.at < wanted.until] if wanted.until else []
    parts += [audit.c.id < wanted.before] if wanted.before else []
    rows = connection.execute(select(audit).where(*parts).order_by(audit.c.id.desc()).limit(most))
    return [Deed(**{**row._mapping, "action": ACTIONS.get(row.action, row.action)}) for row in rows]


def of_member(connection: Connection, who: str, most: int = 50) -> list[Deed]:
    """Return what a member did lately."""
    return deeds(connection, Wanted(who=who), most)


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody looked at a record."""

    at: datetime
    who: str
    subject: str


def readings(connection: Connection, subject: str = "", who: str = "", most: int = 100) -> list[Reading]:
    """Return who looked at records, the latest first: at one, or at any."""
    parts: list[ColumnElement[bool]] = [record_read.c.subject == subject] if subject else []
    parts += [record_read.c.who == who] if who else []
    columns = (record_read.c.at, record_read.c.who, record_read.c.subject)
    rows = connection.execute(select(*columns).where(*parts).order_by(record_read.c.id.desc()).limit(most))
    return [Reading(**row._mapping) for row in rows]


def note_read(connection: Connection, who: str, subject: str, now: datetime) -> None:
    """Note that somebody looked at a person's or an establishment's record; once an hour is enough."""
    lately = (record_read.c.subject == subject) & (record_read.c.who == who)
    if connection.execute(select(record_read.c.id).where(lately, record_read.c.at > now - READ_AGAIN_AFTER)).first():
        return
    connection.execute(insert(record_read).values(at=now, who=who, subject=subject))
