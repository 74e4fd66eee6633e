"""One establishment as staff see it: what is known, its people, its tags, and everything that happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, delete, insert, literal, select, union_all, update

from db.establishments import values_of
from db.inbox import insert_ignoring
from db.models import (
    address,
    announcement,
    consent,
    contact,
    delivery,
    establishment,
    establishment_tag,
    note,
    question,
    response,
    sign_up,
    training_class,
)
from db.scope import Scope, within

LONGEST_NOTE = 2000
LONGEST_TAG = 40
MOST_EVENTS = 100


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


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `kind` is response, question, sign_up, announcement, consent, withdrawal, note or call.

    `about` is a code, a title or a purpose, `outcome` how it ended, `by` who of staff did it.
    """

    kind: str
    at: datetime
    about: str
    text: str
    outcome: str
    by: str


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
    """Return who speaks for an establishment."""
    query = (
        select(contact.c.id, contact.c.name, contact.c.announcements_stopped, address.c.channel, address.c.last_seen_at)
        .outerjoin(address, address.c.contact_id == contact.c.id)
        .where(contact.c.establishment_id == number)
        .order_by(contact.c.id, address.c.id)
    )
    found: dict[int, Person] = {}
    for row in connection.execute(query):
        known = found.get(row.id) or Person(row.id, row.name, row.announcements_stopped, (), None)
        channels = (*known.channels, row.channel) if row.channel else known.channels
        seen = max(filter(None, (known.seen_at, row.last_seen_at)), default=None)
        found[row.id] = Person(row.id, row.name, row.announcements_stopped, channels, seen)
    return list(found.values())


def timeline(connection: Connection, number: int, before: datetime | None = None) -> list[Event]:
    """Return what its people did and were sent, and what staff noted, the latest first."""
    theirs = select(contact.c.id).where(contact.c.establishment_id == number).scalar_subquery()
    nothing = literal("")
    parts: list[Select[tuple[str, datetime, str, str, str, str]]] = [
        select(
            literal("response"),
            response.c.submitted_at,
            response.c.code,
            response.c.form,
            nothing,
            response.c.entered_by,
        ).where(response.c.establishment_id == number),
        select(literal("question"), question.c.asked_at, nothing, question.c.text, nothing, nothing).where(
            question.c.contact_id.in_(theirs)
        ),
        select(literal("sign_up"), sign_up.c.signed_up_at, sign_up.c.code, training_class.c.title, nothing, nothing)
        .join(training_class, training_class.c.id == sign_up.c.class_id)
        .where(sign_up.c.contact_id.in_(theirs)),
        select(literal("announcement"), delivery.c.done_at, announcement.c.title, nothing, delivery.c.status, nothing)
        .join(announcement, announcement.c.id == delivery.c.announcement_id)
        .where(delivery.c.contact_id.in_(theirs), delivery.c.done_at.is_not(None)),
        select(literal("consent"), consent.c.given_at, consent.c.purpose, nothing, nothing, nothing).where(
            consent.c.contact_id.in_(theirs)
        ),
        select(literal("withdrawal"), consent.c.withdrawn_at, consent.c.purpose, nothing, nothing, nothing).where(
            consent.c.contact_id.in_(theirs), consent.c.withdrawn_at.is_not(None)
        ),
        select(note.c.kind, note.c.at, nothing, note.c.text, note.c.outcome, note.c.by).where(
            note.c.establishment_id == number
        ),
    ]
    every = union_all(*parts).subquery("everything")
    kind, at, *rest = every.c
    query = select(kind, at, *rest).order_by(at.desc()).limit(MOST_EVENTS)
    rows = connection.execute(query if before is None else query.where(at < before))
    return [Event(*row) for row in rows]


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


def drop_tag(connection: Connection, number: int, tag: str) -> None:
    """Take a tag away."""
    this = (establishment_tag.c.establishment_id == number) & (establishment_tag.c.tag == tag)
    connection.execute(delete(establishment_tag).where(this))
