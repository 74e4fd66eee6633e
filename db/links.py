"""What a turn may know of the addresses of its person."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, Select, select

from conversation.links import Begun, Door, LinkCode, LinkOffer
from conversation.session import Session
from db import link_codes, link_offers
from db.models import address, conversation, sign_up, training_class


def doors(connection: Connection, contact_id: int) -> tuple[Door, ...]:
    """Return the addresses of a contact, the last used first."""
    columns = (address.c.id, address.c.channel, address.c.last_seen_at)
    query = select(*columns).where(address.c.contact_id == contact_id)
    rows = connection.execute(query.order_by(address.c.last_seen_at.desc(), address.c.id))
    return tuple(Door(row.id, row.channel, row.last_seen_at) for row in rows)


@dataclass(frozen=True)
class StoredLinks:
    """What the database knows of them."""

    connection: Connection
    contact_id: int
    address_id: int

    @cached_property
    def doors(self) -> tuple[Door, ...]:
        return tuple(door for door in doors(self.connection, self.contact_id) if door.address != self.address_id)

    @cached_property
    def begun(self) -> tuple[Begun, ...]:
        there = {door.address: door for door in self.doors}
        query = select(conversation.c.address_id, conversation.c.session)
        rows = self.connection.execute(query.where(conversation.c.address_id.in_(list(there)))).all()
        sessions = {row.address_id: Session.from_json(row.session) for row in rows}
        return tuple(Begun(door, frame) for address_id, door in there.items() for frame in sessions[address_id].begun)

    @cached_property
    def phones(self) -> tuple[str, ...]:
        known = (address.c.contact_id == self.contact_id) & (address.c.phone != "")
        query = select(address.c.phone).where(known).distinct().order_by(address.c.phone)
        return tuple(row.phone for row in self.connection.execute(query))

    @cached_property
    def offer(self) -> LinkOffer | None:
        return link_offers.open_at(self.connection, self.address_id)

    @cached_property
    def rests_until(self) -> datetime | None:
        return link_codes.rests_until(self.connection, self.contact_id)

    def behind(self, code: str) -> LinkCode | None:
        return link_codes.behind(self.connection, self.contact_id, code)

    def classes_with(self, address: int) -> tuple[str, ...]:
        theirs = _classes_at(address)
        mine = _classes_at(self.address_id).where(training_class.c.code.in_(theirs)).distinct()
        rows = self.connection.execute(mine.order_by(training_class.c.code))
        return tuple(row.code for row in rows)


def _classes_at(address_id: int) -> Select[tuple[str]]:
    """Return a query of the classes in which whoever is at an address holds seats."""
    return (
        select(training_class.c.code)
        .join(sign_up)
        .join(address, address.c.contact_id == sign_up.c.contact_id)
        .where(address.c.id == address_id, sign_up.c.cancelled_at.is_(None))
    )
