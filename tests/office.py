"""What an office has in its database: owners who agreed, registered and signed up, written as a turn writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from conversation.contact import ANNOUNCEMENTS, ANSWERS
from conversation.form import Form
from conversation.incoming import Address
from conversation.records import ConsentGiven, ProfileChanged, QuestionAsked, Record, ResponseSubmitted, SignUpRequested
from db.inbox import address_ids
from db.models import address
from db.records import Writing, write

NOW = datetime(2026, 11, 24, 2, 20, tzinfo=UTC)
LAN: Mapping[str, str] = {
    "business_name": "Cơ sở mộc Lan",
    "legal_form": "household",
    "trade": "garment woven_fabric",
    "workers": "12",
    "commune": "13285",
    "phone": "0912345678",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with the address they write from."""

    connection: Connection
    contact_id: int
    address_id: int
    channel: str
    at: datetime = NOW

    def did(self, *records: Record) -> "Person":
        """Write what the person did."""
        day = date(2026, 11, 25)
        write(records, Writing(self.connection, self.contact_id, self.address_id, self.channel, self.at, day))
        return self

    def agreed(self) -> "Person":
        """Agree to answers being kept and to announcements."""
        return self.did(ConsentGiven(ANSWERS, "1"), ConsentGiven(ANNOUNCEMENTS, "1"))

    def runs(self, facts: Mapping[str, str]) -> "Person":
        """Say what their establishment is."""
        return self.did(ProfileChanged(facts))

    def sent(
        self, code: str, form: Form, answers: Mapping[str, Any], typed: Mapping[str, str] | None = None
    ) -> "Person":
        """Send a form."""
        return self.did(ResponseSubmitted(code, form.name, form.sha, answers, typed or {}))

    def asked(self, text: str, about: str = "") -> "Person":
        return self.did(QuestionAsked(text, about))

    def signed_up(self, code: str, seats: int, names: Sequence[str] = ()) -> "Person":
        return self.did(SignUpRequested(code, code.split("-")[0], seats, tuple(names)))


def a_person(connection: Connection, name: str, channel: str = "telegram", days_ago: float = 0) -> Person:
    """Return a person who has just written for the first time."""
    at = NOW - timedelta(days=days_ago)
    who = Address(channel, name)
    address_id = address_ids(connection, [who], at)[who]
    query = select(address.c.contact_id).where(address.c.id == address_id)
    return Person(connection, connection.execute(query).scalar_one(), address_id, channel, at)
