"""The conditions an audience stands for, on contacts and on establishments."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, cast, exists, literal, not_, or_, select, true

from conversation.contact import ANNOUNCEMENTS
from db.audience.query import Asked, Audience
from db.models import (
    address,
    consent,
    contact,
    delivery,
    establishment,
    establishment_tag,
    muted_topic,
    response,
    sign_up,
    training_class,
)

REHEARSAL = "terminal"
RECEIVED = ("sent", "uncertain")


def condition(audience: Audience, topic: str = "", *, agreed: bool = True) -> ColumnElement[bool]:
    """Return the condition on a row of `contact`: agreed to announcements, not stopped altogether nor about a topic,
    not only a rehearsal's terminal, and whatever the audience asks.

    Without `agreed` no consent is asked for: a reminder of what the person signed up for needs none.
    """
    real = _has(address.c.contact_id == contact.c.id, address.c.channel != REHEARSAL)
    parts = [~contact.c.announcements_stopped, real]
    if agreed:
        standing = (consent.c.purpose == ANNOUNCEMENTS) & consent.c.withdrawn_at.is_(None)
        parts.append(_has(consent.c.contact_id == contact.c.id, standing))
    if topic:
        parts.append(_follows(topic))
    if audience.topics:
        parts.append(or_(*(_follows(one) for one in sorted(audience.topics))))
    if of_establishment := _of_establishment(audience):
        speaks_for = establishment.c.id == contact.c.establishment_id
        parts.append(_has(speaks_for, *of_establishment))
    for form in sorted(audience.answered):
        parts.append(_has(response.c.contact_id == contact.c.id, response.c.form == form))
    for form in sorted(audience.not_answered):
        parts.append(~_has(response.c.contact_id == contact.c.id, response.c.form == form))
    if audience.classes:
        parts.append(contact.c.id.in_(_signed_up(audience.classes)))
    if audience.received:
        parts.append(contact.c.id.in_(_received(audience.received)))
    return and_(*parts)


def condition_on_establishment(audience: Audience) -> ColumnElement[bool]:
    """Return the condition on a row of `establishment`: whatever the audience asks of it.

    Whether its people agreed to announcements, or about what, does not matter: they may be asked by telephone.
    """
    parts = _of_establishment(audience)
    for form in sorted(audience.answered):
        parts.append(_answered(response.c.form == form))
    for form in sorted(audience.not_answered):
        parts.append(not_(_answered(response.c.form == form)))
    people = [
        *([_signed_up(audience.classes)] if audience.classes else []),
        *([_received(audience.received)] if audience.received else []),
    ]
    for one in people:
        speaks = exists().where(contact.c.establishment_id == establishment.c.id, contact.c.id.in_(one))
        parts.append(speaks.correlate(establishment))
    return and_(true(), *parts)


def rehearses() -> ColumnElement[bool]:
    """Return the condition on a row of `establishment` that nobody but a rehearsal's terminal speaks for it."""
    writes = [
        exists()
        .where(contact.c.establishment_id == establishment.c.id, address.c.contact_id == contact.c.id, by)
        .correlate(establishment)
        for by in (address.c.channel == REHEARSAL, address.c.channel != REHEARSAL)
    ]
    return and_(writes[0], not_(writes[1]))


def includes(connection: Connection, audience: Audience, contact_id: int) -> bool:
    """Whether the establishment that a contact speaks for is of an audience; of one that is not known yet nothing
    holds but that it has not answered."""
    query = (
        select(contact.c.establishment_id, condition_on_establishment(audience).label("asked"))
        .select_from(contact)
        .outerjoin(establishment, establishment.c.id == contact.c.establishment_id)
        .where(contact.c.id == contact_id)
    )
    row = connection.execute(query).one()
    return (
        replace(audience, not_answered=frozenset()) == Audience() if row.establishment_id is None else bool(row.asked)
    )


def _of_establishment(audience: Audience) -> list[ColumnElement[bool]]:
    parts = []
    if audience.communes:
        # Where the hamlet of a split unit is not known yet the commune is written "13285|13324": either may be meant.
        parts.append(_among(establishment.c.commune, "|", audience.communes))
    if audience.trades:
        parts.append(_among(establishment.c.trade, " ", audience.trades))
    if audience.kinds:
        parts.append(establishment.c.legal_form.in_(sorted(audience.kinds)))
    workers = cast(establishment.c.facts["workers"].as_string(), Integer)
    if audience.smallest is not None:
        parts.append(workers >= audience.smallest)
    if audience.largest is not None:
        parts.append(workers <= audience.largest)
    if audience.tags:
        tagged = select(establishment_tag.c.establishment_id).where(establishment_tag.c.tag.in_(sorted(audience.tags)))
        parts.append(establishment.c.id.in_(tagged))
    parts += [_has_not_answered(asked) for asked in audience.rounds]
    return parts


def _has_not_answered(asked: Asked) -> ColumnElement[bool]:
    silent = not_(_answered(response.c.round_id == asked.round))
    return and_(condition_on_establishment(asked.audience), silent) if asked.audience else silent


def _answered(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the establishment of the query around sent a response."""
    return exists().where(response.c.establishment_id == establishment.c.id, which).correlate(establishment)


def _among(column: ColumnElement[str], separator: str, wanted: Collection[str]) -> ColumnElement[bool]:
    """Whether one of the values that a column joins by a separator is wanted."""
    joined = literal(separator) + column + literal(separator)
    return or_(*(joined.contains(f"{separator}{one}{separator}", autoescape=True) for one in sorted(wanted)))


def _follows(topic: str) -> ColumnElement[bool]:
    return ~_has(muted_topic.c.contact_id == contact.c.id, muted_topic.c.topic == topic)


def _signed_up(codes: Collection[str]) -> Select[tuple[int]]:
    """Return a query of the contacts that hold seats in one of these classes."""
    return (
        select(sign_up.c.contact_id)
        .join(training_class, training_class.c.id == sign_up.c.class_id)
        .where(training_class.c.code.in_(sorted(codes)), sign_up.c.cancelled_at.is_(None))
    )


def _received(announcements: Collection[int]) -> Select[tuple[int]]:
    """Return a query of the contacts that got one of these announcements, or may have."""
    got = delivery.c.announcement_id.in_(sorted(announcements)) & delivery.c.status.in_(RECEIVED)
    return select(delivery.c.contact_id).where(got)


def _has(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the contact of the query around has a row of another table, whatever tables that query joins."""
    return exists().where(*conditions).correlate(contact)
