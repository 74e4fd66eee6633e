"""Responses that staff type in for somebody: from paper, from a filled-in workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from conversation.incoming import Address
from conversation.records import AlreadyAnswered, CodeTaken, ProfileChanged, Record, ResponseSubmitted
from db import conversations
from db.inbox import address_ids
from db.models import contact, establishment
from db.records import Writing, write

# Whoever answered on paper has an address that nothing is sent to.
CHANNEL = "paper"
MOST_DRAWS = 20


class EntryRefused(Exception):
    """A response that cannot be kept; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A response as it was read; `facts` is what it says of the establishment, `prefix` begins its code."""

    form: str
    form_sha: str
    prefix: str
    answers: Mapping[str, Any]
    typed: Mapping[str, str]
    facts: Mapping[str, str]
    round: int = 0


def enter(connection: Connection, entry: Entry, by: str, now: datetime, chance: Random) -> str:
    """Keep a response and return its receipt code; who is known by telephone keeps their establishment.

    Raises EntryRefused.
    """
    for _ in range(MOST_DRAWS):
        code = f"{entry.prefix}-{chance.randrange(1000, 10_000)}"
        submitted = ResponseSubmitted(code, entry.form, entry.form_sha, entry.answers, entry.typed, entry.round)
        facts: tuple[Record, ...] = (ProfileChanged(entry.facts),) if entry.facts else ()
        try:
            with connection.begin_nested():
                write((submitted, *facts), _writing(connection, entry, code, by, now))
        except CodeTaken:
            continue
        except AlreadyAnswered as answered:
            raise EntryRefused("cơ sở này đã trả lời trong đợt") from answered
        return code
    raise EntryRefused("chưa lấy được mã phiếu, cần thử lại")


def _writing(connection: Connection, entry: Entry, code: str, by: str, now: datetime) -> Writing:
    address = Address(CHANNEL, code)
    address_id = address_ids(connection, {address}, now)[address]
    row = conversations.find_address(connection, address)
    assert row is not None
    known = _known_by(connection, entry.facts.get("phone", ""))
    return Writing(connection, known or row.contact_id, address_id, CHANNEL, now, _never(now), entered_by=by)


def _known_by(connection: Connection, phone: str) -> int | None:
    """Return the person of the one establishment that has a telephone number."""
    if not phone:
        return None
    query = select(contact.c.id).join(establishment).where(establishment.c.phone == phone).order_by(contact.c.id)
    found = connection.execute(query).scalars().all()
    return found[0] if found else None


def _never(now: datetime) -> date:
    """Nothing is promised to somebody who is not in a conversation."""
    return now.date()
