"""Where people came from, counted by source word."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from conversation.sources import SOURCES
from db.models import contact, sign_up, training_class


@dataclass(frozen=True, slots=True)
class Came:
    """How many people one way brought, and how many of them hold seats in the class asked about."""

    contacts: int = 0
    signed_up: int = 0


def counts(connection: Connection, class_code: str = "") -> Mapping[str, Came]:
    """Return the counts of every source word, and of those who came without one under the empty word."""
    class_id = select(training_class.c.id).where(training_class.c.code == class_code).scalar_subquery()
    holds = select(sign_up.c.id).where(
        sign_up.c.contact_id == contact.c.id, sign_up.c.class_id == class_id, sign_up.c.cancelled_at.is_(None)
    )
    query = select(contact.c.source, func.count(), func.count().filter(holds.exists())).group_by(contact.c.source)
    found = {source: Came(people, signed) for source, people, signed in connection.execute(query)}
    return {source: found.get(source, Came()) for source in (*SOURCES, "")}
