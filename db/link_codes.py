"""One-time codes that link addresses: read on one, typed on another, and not to be guessed."""

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from conversation.links import Door, LinkCode
from conversation.records import CodeTaken, NoLongerOffered
from db.inbox import insert_ignoring
from db.models import address, link_code, rate

GOOD_FOR = timedelta(minutes=10)
# So long an old code is told from one that never was.
REMEMBERED = timedelta(hours=1)
# So many wrong codes at once, then one more each time the share of an hour has passed; `ALL` is the whole service.
TRIES_AN_HOUR = 5
TRIES_OF_ALL = 60
ALL = "link"


def give(connection: Connection, address_id: int, code: str, now: datetime) -> None:
    """Give an address a code in the place of the one it had. Raises CodeTaken where another address has that one."""
    forgotten = (link_code.c.address_id == address_id) | (link_code.c.good_until < now - REMEMBERED)
    connection.execute(delete(link_code).where(forgotten))
    row = insert(link_code).values(address_id=address_id, code_hash=_hash(code), good_until=now + GOOD_FOR)
    try:
        with connection.begin_nested():
            connection.execute(row)
    except IntegrityError as taken:
        raise CodeTaken from taken


def behind(connection: Connection, contact_id: int, code: str) -> LinkCode | None:
    """Return what a code stands for to a contact, good or not any more."""
    columns = (address.c.id, address.c.contact_id, address.c.channel, address.c.last_seen_at, link_code.c.good_until)
    query = select(*columns).join(link_code).where(link_code.c.code_hash == _hash(code))
    row = connection.execute(query).first()
    if row is None:
        return None
    return LinkCode(Door(row.id, row.channel, row.last_seen_at), row.good_until, row.contact_id == contact_id)


def use(connection: Connection, address_id: int, code: str, now: datetime) -> None:
    """Use a code up. Raises NoLongerOffered where it is used or too old."""
    good = (link_code.c.code_hash == _hash(code)) & (link_code.c.good_until > now)
    if not connection.execute(delete(link_code).where(good, link_code.c.address_id == address_id)).rowcount:
        raise NoLongerOffered


def missed(connection: Connection, contact_id: int, now: datetime) -> None:
    """Count a wrong code of a contact, and of everybody: each row of `rate` is when its next try is due if they come
    steadily."""
    at = now.timestamp()
    connection.execute(delete(rate).where(rate.c.token.startswith(f"{ALL}:"), rate.c.tat < at))
    for token, tries in _limits(contact_id).items():
        connection.execute(insert_ignoring(connection, rate).values(token=token, tat=at))
        due = case((rate.c.tat > at, rate.c.tat), else_=at) + _spacing(tries)
        connection.execute(update(rate).where(rate.c.token == token).values(tat=due))


def rests_until(connection: Connection, contact_id: int) -> datetime | None:
    """Return when a contact's next code is looked at, None where that was never put off."""
    limits = _limits(contact_id)
    rows = connection.execute(select(rate.c.token, rate.c.tat).where(rate.c.token.in_(list(limits))))
    free = [row.tat - _spacing(limits[row.token]) * (limits[row.token] - 1) for row in rows]
    return datetime.fromtimestamp(max(free), UTC) if free else None


def _limits(contact_id: int) -> dict[str, int]:
    return {ALL: TRIES_OF_ALL, f"{ALL}:{contact_id}": TRIES_AN_HOUR}


def _spacing(tries: int) -> float:
    """Return how many seconds of its hour each of so many tries has."""
    return 3600 / tries


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
