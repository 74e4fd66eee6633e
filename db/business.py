"""One establishment as staff see it: what is known, its people, its tags, and everything that happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, update

from db.establishments import values_of
from db.inbox import insert_ignoring
from db.models import address, contact, establishment, establishment_tag, note, speaks_for
from db.scope import Scope, within

LONGEST_NOTE = 2000
LONGEST_TAG = 40


@dataclass(frozen=True, slots=True)
class Business:
    """An establishment: its facts by the names of the questions that ask for them."""

    id: int
    name: str
    commune: str
    facts: Mapping[str, str]
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks for it, and where they write from."""

    id: int
    name: str
    stopped: bool
    channels: tuple[str, ...]
    seen_at: datetime | None


def find(connection: Connection, number: int, scope: Scope) -> Business | None:
    """Return one establishment, None outside the scope."""
    row = connection.execute(select(establishment).where(establishment.c.id == number, *within(scope))).first()
    if row is None:
        return None
    tags = select(establishment_tag.c.tag).where(establishment_tag.c.establishment_id == number)
    named = tuple(connection.execute(tags.order_by(establishment_tag.c.tag)).scalars())
    facts = {"business_name": row.name, **row.facts}
    return Business(row.id, row.name, row.commune, facts, named, row.created_at, row.updated_at)


def people(connection: Connection, number: int) -> list[Person]:
    """Return who speaks for an establishment, those for whom it is the first before those who have others too."""
    besides = select(speaks_for.c.contact_id).where(speaks_for.c.establishment_id == number)
    query = (
        select(contact.c.id, contact.c.name, contact.c.announcements_stopped, address.c.channel, address.c.last_seen_at)
        .outerjoin(address, address.c.contact_id == contact.c.id)
        .where(or_(contact.c.establishment_id == number, contact.c.id.in_(besides)))
        .order_by(contact.c.establishment_id != number, contact.c.id, address.c.id)
    )
    found: dict[int, Person] = {}
    for row in connection.execute(query):
        known = found.get(row.id) or Person(row.id, row.name, row.announcements_stopped, (), None)
        channels = (*known.channels, row.channel) if row.channel else known.channels
        seen = max(filter(None, (known.seen_at, row.last_seen_at)), default=None)
        found[row.id] = Person(row.id, row.name, row.announcements_stopped, channels, seen)
    return list(found.values())


def change(connection: Connection, number: int, facts: Mapping[str, str], now: datetime) -> None:
    """Replace what is known."""
    connection.execute(update(establishment).where(establishment.c.id == number).values(**values_of(facts, now)))


def add_note(connection: Connection, number: int, kind: str, outcome: str, text: str, by: str, now: datetime) -> None:
    """Write down a note or a call."""
    values = {"kind": kind, "outcome": outcome, "text": text[:LONGEST_NOTE], "by": by, "at": now}
    connection.execute(insert(note).values(establishment_id=number, **values))


def add_tag(connection: Connection, number: int, tag: str) -> None:
    """Call an establishment by one more tag."""
    row = insert_ignoring(connection, establishment_tag)
    connection.execute(row.values(establishment_id=number, tag=tag[:LONGEST_TAG]))


def tag_all(connection: Connection, which: Select[Any], tag: str) -> int:
    """Call every establishment whose number a query gives by one more tag; return how many."""
    numbers = list(connection.execute(which).scalars())
    for number in numbers:
        add_tag(connection, number, tag)
    return len(numbers)


def drop_tag(connection: Connection, number: int, tag: str) -> None:
    """Take a tag away."""
    this = (establishment_tag.c.establishment_id == number) & (establishment_tag.c.tag == tag)
    connection.execute(delete(establishment_tag).where(this))
