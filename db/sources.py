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
    query = select(contact.c.source, func.count()).group_by(contact.c.source)
    people = {row[0]: row[1] for row in connection.execute(query)}
    held = (training_class.c.code == class_code) & sign_up.c.cancelled_at.is_(None)
    seated = contact.join(sign_up, sign_up.c.contact_id == contact.c.id).join(
        training_class, training_class.c.id == sign_up.c.class_id
    )
    holding = func.count(contact.c.id.distinct())
    query = select(contact.c.source, holding).select_from(seated).where(held).group_by(contact.c.source)
    signed = {row[0]: row[1] for row in connection.execute(query)}
    return {source: Came(people.get(source, 0), signed.get(source, 0)) for source in (*SOURCES, "")}
