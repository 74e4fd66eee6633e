"""Two addresses with one telephone number: whether their people are one is asked at both, once."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, or_, select, update

from conversation.answers import read_phone
from conversation.links import Door, LinkOffer
from conversation.records import NoLongerOffered
from db.models import address, link_offer

FOUND, ASKED, AGREED, REFUSED = "found", "asked", "agreed", "refused"


def confirm_phone(connection: Connection, address_id: int, phone: str, now: datetime) -> None:
    """Keep a number that the channel of an address vouches for; where another person's address has the same one, they
    may be one person, which is to be asked here first."""
    number = read_phone(phone).value or phone.strip()
    row = update(address).where(address.c.id == address_id)
    connection.execute(row.values(phone=number, last_seen_at=now))
    other = _same_phone(connection, address_id, number)
    if other is not None:
        connection.execute(insert(link_offer).values(address_id=address_id, other_id=other, state=FOUND))


def _same_phone(connection: Connection, address_id: int, phone: str) -> int | None:
    """Return the address last used of another person with the same number, none where that has been asked before."""
    if not phone:
        return None
    here = select(address.c.contact_id).where(address.c.id == address_id).scalar_subquery()
    query = (
        select(address.c.id)
        .where(address.c.phone == phone, address.c.contact_id != here, address.c.state == "ok")
        .where(~_asked_before(here))
        .order_by(address.c.last_seen_at.desc(), address.c.id.desc())
        .limit(1)
    )
    other: int | None = connection.execute(query).scalar()
    return other


def _asked_before(here: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether any address of one person and any of the other's were asked about, whatever came of it."""
    mine, theirs = address.alias("mine"), address.alias("theirs")
    pair = or_(
        and_(link_offer.c.address_id == mine.c.id, link_offer.c.other_id == theirs.c.id),
        and_(link_offer.c.address_id == theirs.c.id, link_offer.c.other_id == mine.c.id),
    )
    return exists().where(mine.c.contact_id == here, theirs.c.contact_id == address.c.contact_id, pair)


def ask(connection: Connection, address_id: int) -> LinkOffer | None:
    """Return what was found and is to be asked at an address now, each once."""
    found = (link_offer.c.address_id == address_id) & (link_offer.c.state == FOUND)
    if connection.execute(update(link_offer).where(found).values(state=ASKED)).rowcount:
        return open_at(connection, address_id)
    return None


def open_at(connection: Connection, address_id: int) -> LinkOffer | None:
    """Return the question that is open at an address."""
    first = and_(link_offer.c.address_id == address_id, link_offer.c.state == ASKED)
    second = and_(link_offer.c.other_id == address_id, link_offer.c.state == AGREED)
    other = or_(
        and_(first, address.c.id == link_offer.c.other_id), and_(second, address.c.id == link_offer.c.address_id)
    )
    query = (
        select(address.c.id, address.c.channel, address.c.last_seen_at, link_offer.c.state)
        .join(link_offer, other)
        .order_by(address.c.last_seen_at.desc(), address.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return LinkOffer(Door(row.id, row.channel, row.last_seen_at), row.state == AGREED) if row else None


def agree(connection: Connection, address_id: int, other_id: int) -> None:
    """Note a yes at the address asked first."""
    asked = _pair(address_id, other_id) & (link_offer.c.state == ASKED)
    connection.execute(update(link_offer).where(asked).values(state=AGREED))


def refuse(connection: Connection, address_id: int, other_id: int) -> None:
    """Note a no, at either address: they are not asked again."""
    either = _pair(address_id, other_id) | _pair(other_id, address_id)
    connection.execute(delete(link_offer).where(either))
    connection.execute(insert(link_offer).values(address_id=address_id, other_id=other_id, state=REFUSED))


def use(connection: Connection, address_id: int, other_id: int) -> None:
    """Take the yes of the other address, now that this one says yes too. Raises NoLongerOffered where there is none."""
    agreed = _pair(other_id, address_id) & (link_offer.c.state == AGREED)
    if not connection.execute(delete(link_offer).where(agreed)).rowcount:
        raise NoLongerOffered


def settle(connection: Connection, contact_id: int) -> None:
    """Forget what was asked about two addresses that are one person's now."""
    mine = select(address.c.id).where(address.c.contact_id == contact_id)
    both = link_offer.c.address_id.in_(mine) & link_offer.c.other_id.in_(mine)
    connection.execute(delete(link_offer).where(both))


def _pair(address_id: int, other_id: int) -> ColumnElement[bool]:
    return (link_offer.c.address_id == address_id) & (link_offer.c.other_id == other_id)
