"""Conversations that wait for a person, or that one has taken."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, or_, select, union, update

from db.models import address, contact, conversation, establishment, message, question
from db.notices import SILENCE, silence

MOST_MESSAGES = 100


class TakenAlready(Exception):
    """Somebody else took the conversation; the message is their name."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation at an address: `taken_by` who of staff sees to it, "" for nobody yet.

    `questions` are those nobody answered, first asked at `waiting_since` and promised for `promised_for`; `unread` says
    that its person wrote something staff have not looked at.
    """

    address_id: int
    contact_id: int
    channel: str
    name: str
    establishment_id: int | None
    business: str | None
    commune: str | None
    phone: str | None
    last_seen_at: datetime
    last_seq: int
    taken_by: str
    silent_until: datetime | None
    questions: int
    waiting_since: datetime | None
    promised_for: date | None
    unread: bool
    asked: str | None
    last: Any

    @property
    def last_words(self) -> str:
        """What waits for an answer, or else what its person wrote last."""
        return self.asked or str((self.last or {}).get("text", ""))

    def is_overdue(self, today: date) -> bool:
        return self.promised_for is not None and self.promised_for < today


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a conversation; `key` is what it was worded from, `status` and `error` what became of it."""

    seq: int
    is_theirs: bool
    key: str
    text: str
    at: datetime
    status: str
    error: str | None


_OPEN = (
    select(
        question.c.address_id,
        func.count().label("questions"),
        func.min(question.c.asked_at).label("waiting_since"),
        func.min(question.c.promised_for).label("promised_for"),
    )
    .where(question.c.answered_at.is_(None))
    .group_by(question.c.address_id)
    .subquery("open_questions")
)
_UNREAD = (
    exists()
    .where(message.c.address_id == address.c.id, message.c.direction == "in", message.c.seq > conversation.c.read_seq)
    .correlate(address, conversation)
)
_LAST = (
    select(message.c.payload)
    .where(message.c.address_id == address.c.id, message.c.direction == "in")
    .order_by(message.c.seq.desc())
    .limit(1)
    .correlate(address)
    .scalar_subquery()
)
_ASKED = (
    select(question.c.text)
    .where(question.c.address_id == address.c.id, question.c.answered_at.is_(None))
    .order_by(question.c.id)
    .limit(1)
    .correlate(address)
    .scalar_subquery()
)
_THREADS: Select[Any] = (
    select(
        address.c.id.label("address_id"),
        address.c.contact_id,
        address.c.channel,
        contact.c.name,
        contact.c.establishment_id,
        establishment.c.name.label("business"),
        establishment.c.commune,
        establishment.c.phone,
        address.c.last_seen_at,
        *(conversation.c[name] for name in ("last_seq", "taken_by", "silent_until")),
        func.coalesce(_OPEN.c.questions, 0).label("questions"),
        _OPEN.c.waiting_since,
        _OPEN.c.promised_for,
        and_(or_(conversation.c.taken_by != "", _OPEN.c.questions > 0), _UNREAD).label("unread"),
        _ASKED.label("asked"),
        _LAST.label("last"),
    )
    .join(conversation, conversation.c.address_id == address.c.id)
    .join(contact, contact.c.id == address.c.contact_id)
    .outerjoin(establishment, establishment.c.id == contact.c.establishment_id)
    .outerjoin(_OPEN, _OPEN.c.address_id == address.c.id)
)


_NEEDING_SOMEBODY = union(
    select(question.c.address_id).where(question.c.answered_at.is_(None), question.c.address_id.is_not(None)),
    select(conversation.c.address_id).where(conversation.c.taken_by > ""),
)


def needing_somebody(connection: Connection, taken_by: str | None = None, most: int = 100) -> list[Thread]:
    """Return the conversations that wait for a person or were taken, the ones promised first first; only those that
    `taken_by` took, "" for nobody, where it is given."""
    query = _THREADS.where(address.c.id.in_(_NEEDING_SOMEBODY))
    if taken_by is not None:
        query = query.where(conversation.c.taken_by == taken_by)
    order = (_OPEN.c.promised_for.is_(None), _OPEN.c.promised_for, _OPEN.c.waiting_since, address.c.id)
    return [Thread(**row._mapping) for row in connection.execute(query.order_by(*order).limit(most))]


def find(connection: Connection, address_id: int) -> Thread | None:
    """Return the conversation at an address."""
    row = connection.execute(_THREADS.where(address.c.id == address_id)).first()
    return Thread(**row._mapping) if row else None


def of_contact(connection: Connection, contact_id: int) -> list[Thread]:
    """Return the conversations of one person, the one they wrote in last first."""
    query = _THREADS.where(address.c.contact_id == contact_id).order_by(address.c.last_seen_at.desc())
    return [Thread(**row._mapping) for row in connection.execute(query)]


def said(connection: Connection, address_id: int) -> list[Said]:
    """Return the last messages of a conversation, the oldest first."""
    columns = (message.c[name] for name in ("seq", "direction", "payload", "at", "status", "error"))
    query = select(*columns).where(message.c.address_id == address_id).order_by(message.c.seq.desc())
    rows = connection.execute(query.limit(MOST_MESSAGES)).all()
    return [
        Said(row.seq, row.direction == "in", row.payload.get("key", ""), row.payload.get("text", ""), *row[3:])
        for row in reversed(rows)
    ]


def mark_read(connection: Connection, address_id: int) -> None:
    """Note that staff saw all there is."""
    one = update(conversation).where(conversation.c.address_id == address_id)
    connection.execute(one.values(read_seq=conversation.c.last_seq))


def take(connection: Connection, address_id: int, by: str, now: datetime) -> None:
    """Let a member of staff speak in a conversation, and the bot only listen. Raises TakenAlready."""
    free = and_(conversation.c.address_id == address_id, conversation.c.taken_by.in_(["", by]))
    if not connection.execute(update(conversation).where(free).values(taken_by=by, taken_at=now)).rowcount:
        held = select(conversation.c.taken_by).where(conversation.c.address_id == address_id)
        raise TakenAlready(connection.execute(held).scalar() or "")
    silence(connection, address_id, now + SILENCE)


def give(connection: Connection, address_id: int, to: str, now: datetime) -> None:
    """Give a conversation to a member of staff."""
    one = update(conversation).where(conversation.c.address_id == address_id)
    connection.execute(one.values(taken_by=to, taken_at=now))


def hand_over(connection: Connection, was: str, to: str, now: datetime) -> int:
    """Give every conversation of one member to another; return how many."""
    theirs = update(conversation).where(conversation.c.taken_by == was)
    return connection.execute(theirs.values(taken_by=to, taken_at=now)).rowcount


def answered(connection: Connection, address_id: int, by: str, now: datetime) -> int:
    """Note that what was asked at an address is answered; return how many questions that was."""
    waiting = and_(question.c.address_id == address_id, question.c.answered_at.is_(None))
    return connection.execute(update(question).where(waiting).values(answered_at=now, answered_by=by)).rowcount


def close(connection: Connection, address_id: int, by: str, now: datetime) -> None:
    """Let the bot speak again where a person did; nothing is waited for any more."""
    answered(connection, address_id, by, now)
    one = update(conversation).where(conversation.c.address_id == address_id)
    connection.execute(one.values(taken_by="", taken_at=None, read_seq=conversation.c.last_seq))
    silence(connection, address_id, None)
