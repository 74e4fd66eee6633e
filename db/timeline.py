"""Everything that happened with an establishment or a person, in order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, literal, select, union_all

from db.models import announcement, consent, contact, delivery, note, question, response, sign_up, training_class

MOST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `kind` is response, question, sign_up, announcement, consent, withdrawal, note or call.

    `about` is a code, a title or a purpose, `outcome` how it ended, `by` who of staff did it.
    """

    kind: str
    at: datetime
    about: str
    text: str
    outcome: str
    by: str


Part = Select[tuple[str, datetime, str, str, str, str]]


def of_establishment(connection: Connection, number: int) -> list[Event]:
    """Return what its people did and were sent, what was sent for it, and what staff noted, the latest first."""
    theirs = select(contact.c.id).where(contact.c.establishment_id == number)
    noted = select(note.c.kind, note.c.at, literal(""), note.c.text, note.c.outcome, note.c.by)
    of_it = [_responses(response.c.establishment_id == number), noted.where(note.c.establishment_id == number)]
    return _in_order(connection, [*of_it, *_of_people(theirs)])


def of_person(connection: Connection, number: int) -> list[Event]:
    """Return what somebody did and was sent, the latest first."""
    return _in_order(connection, [_responses(response.c.contact_id == number), *_of_people([number])])


def _responses(which: ColumnElement[bool]) -> Part:
    columns = (response.c.submitted_at, response.c.code, response.c.form)
    return select(literal("response"), *columns, literal(""), response.c.entered_by).where(which)


def _of_people(people: Select[tuple[int]] | list[int]) -> list[Part]:
    nothing = literal("")
    asked = select(literal("question"), question.c.asked_at, nothing, question.c.text, nothing, nothing)
    seated = select(
        literal("sign_up"), sign_up.c.signed_up_at, sign_up.c.code, training_class.c.title, nothing, nothing
    ).join(training_class, training_class.c.id == sign_up.c.class_id)
    told = select(
        literal("announcement"), delivery.c.done_at, announcement.c.title, nothing, delivery.c.status, nothing
    ).join(announcement, announcement.c.id == delivery.c.announcement_id)
    agreed = select(literal("consent"), consent.c.given_at, consent.c.purpose, nothing, nothing, nothing)
    withdrawn = select(literal("withdrawal"), consent.c.withdrawn_at, consent.c.purpose, nothing, nothing, nothing)
    return [
        asked.where(question.c.contact_id.in_(people)),
        seated.where(sign_up.c.contact_id.in_(people)),
        told.where(delivery.c.contact_id.in_(people), delivery.c.done_at.is_not(None)),
        agreed.where(consent.c.contact_id.in_(people)),
        withdrawn.where(consent.c.contact_id.in_(people), consent.c.withdrawn_at.is_not(None)),
    ]


def _in_order(connection: Connection, parts: list[Part]) -> list[Event]:
    every = union_all(*parts).subquery("everything")
    kind, at, *rest = every.c
    rows = connection.execute(select(kind, at, *rest).order_by(at.desc()).limit(MOST_EVENTS))
    return [Event(*row) for row in rows]
