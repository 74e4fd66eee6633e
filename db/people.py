"""One person as staff see them: what they are called, where they write from, and what they speak for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from conversation.answers import fold
from db.inbox import insert_ignoring
from db.models import address, consent, contact, establishment, speaks_for
from db.scope import Scope, within

LONGEST_NAME = 120
MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody writes from: `state` is ok, or stopped where nothing more is taken."""

    id: int
    channel: str
    state: str
    phone: str
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """An establishment that somebody speaks for."""

    id: int
    name: str
    commune: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person: `first` is the establishment their forms are about, `besides` those they speak for too."""

    id: int
    name: str
    stopped: bool
    source: str
    created_at: datetime
    first: Spoken | None
    besides: Sequence[Spoken]
    places: Sequence[Place]
    agreed: Sequence[str]


_SPOKEN = select(establishment.c.id, establishment.c.name, establishment.c.commune)


def find(connection: Connection, number: int, scope: Scope) -> Somebody | None:
    """Return a person; None where no establishment of theirs is within the scope."""
    row = connection.execute(select(contact).where(contact.c.id == number)).first()
    if row is None:
        return None
    also = select(speaks_for.c.establishment_id).where(speaks_for.c.contact_id == number)
    theirs = or_(establishment.c.id == row.establishment_id, establishment.c.id.in_(also))
    spoken = [Spoken(**one._mapping) for one in connection.execute(_SPOKEN.where(theirs, *within(scope)))]
    if scope is not None and not spoken:
        return None
    columns = (address.c[name] for name in Place.__slots__)
    places = connection.execute(select(*columns).where(address.c.contact_id == number).order_by(address.c.id))
    standing = and_(consent.c.contact_id == number, consent.c.withdrawn_at.is_(None))
    agreed = connection.execute(select(consent.c.purpose).where(standing).distinct()).scalars()
    return Somebody(
        row.id,
        row.name,
        row.announcements_stopped,
        row.source,
        row.created_at,
        next((one for one in spoken if one.id == row.establishment_id), None),
        [one for one in spoken if one.id != row.establishment_id],
        [Place(**one._mapping) for one in places],
        sorted(agreed),
    )


def rename(connection: Connection, number: int, name: str) -> None:
    """Say what a person is called."""
    connection.execute(update(contact).where(contact.c.id == number).values(name=name[:LONGEST_NAME]))


def named_like(connection: Connection, words: str) -> list[Spoken]:
    """Return establishments of which these are a part of the name, however it is written."""
    part = establishment.c.folded_name.contains(fold(words), autoescape=True)
    rows = connection.execute(_SPOKEN.where(part).order_by(establishment.c.folded_name).limit(MOST_FOUND))
    return [Spoken(**row._mapping) for row in rows]


def speak_for(connection: Connection, number: int, establishment_id: int) -> bool:
    """Let a person speak for one more establishment, the first if they have none; return whether there is such one."""
    if not connection.execute(_SPOKEN.where(establishment.c.id == establishment_id)).first():
        return False
    held = connection.execute(select(contact.c.establishment_id).where(contact.c.id == number)).scalar()
    if held is None:
        _set_first(connection, number, establishment_id)
    elif held != establishment_id:
        row = insert_ignoring(connection, speaks_for)
        connection.execute(row.values(contact_id=number, establishment_id=establishment_id))
    return True


def put_first(connection: Connection, number: int, establishment_id: int) -> None:
    """Let what a person says from now on be about another of their establishments."""
    mine = and_(speaks_for.c.contact_id == number, speaks_for.c.establishment_id == establishment_id)
    if not connection.execute(delete(speaks_for).where(mine)).rowcount:
        return
    held = connection.execute(select(contact.c.establishment_id).where(contact.c.id == number)).scalar()
    if held is not None:
        connection.execute(insert(speaks_for).values(contact_id=number, establishment_id=held))
    _set_first(connection, number, establishment_id)


def _set_first(connection: Connection, number: int, establishment_id: int) -> None:
    connection.execute(update(contact).where(contact.c.id == number).values(establishment_id=establishment_id))


def stop_speaking_for(connection: Connection, number: int, establishment_id: int) -> None:
    """Let a person no longer speak for one of the establishments they speak for besides the first."""
    mine = and_(speaks_for.c.contact_id == number, speaks_for.c.establishment_id == establishment_id)
    connection.execute(delete(speaks_for).where(mine))
