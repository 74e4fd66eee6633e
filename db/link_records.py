"""Writing down what people say about their addresses."""

from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from conversation.records import (
    AddressesLinked,
    AddressUnlinked,
    LinkAgreed,
    LinkCodeGiven,
    LinkCodeMissed,
    LinkRefused,
    PhoneConfirmed,
)
from db import link_codes, link_offers, linking

LinkRecord: TypeAlias = (
    LinkCodeGiven | LinkCodeMissed | PhoneConfirmed | LinkAgreed | LinkRefused | AddressesLinked | AddressUnlinked
)


def write(connection: Connection, record: LinkRecord, contact_id: int, address_id: int, now: datetime) -> None:
    """Write one record of whoever writes from an address. Raises CodeTaken, NoLongerOffered."""
    match record:
        case LinkCodeGiven(code):
            link_codes.give(connection, address_id, code, now)
        case LinkCodeMissed():
            link_codes.missed(connection, contact_id, now)
        case PhoneConfirmed(phone):
            link_offers.confirm_phone(connection, address_id, phone, now)
        case LinkAgreed(other):
            link_offers.agree(connection, address_id, other)
        case LinkRefused(other):
            link_offers.refuse(connection, address_id, other)
        case AddressesLinked(other, code):
            linking.link_addresses(connection, address_id, other, code, now)
        case AddressUnlinked(leaving):
            linking.unlink(connection, leaving or address_id, now)
