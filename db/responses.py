"""Responses: with whom each came from, what it was before, and whether it may still be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, or_, select
from sqlalchemy.exc import IntegrityError

from conversation.records import AlreadyAnswered, CodeTaken, ResponseSubmitted
from db import cases
from db.engine import AnyRow
from db.models import contact, establishment, form, response, response_version, round_
from db.published import taking_answers as form_takes_answers
from db.rounds import taking_answers as round_takes_answers
from db.scope import Scope, within

SHIPPED_OPEN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Kept:
    """A response as it is now: `answers` as ODK writes them, `typed` as the person wrote what was read.

    A repeat is a list of such mappings. `number` counts its versions, `entered_by` typed it in for the owner.
    """

    code: str
    form: str
    form_sha: str
    contact_id: int
    channel: str
    answers: Mapping[str, Any]
    typed: Mapping[str, str]
    submitted_at: datetime
    round_id: int | None
    changed_at: datetime | None
    number: int
    entered_by: str
    business: str | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a response was before it was changed."""

    number: int
    form_sha: str
    answers: Mapping[str, Any]
    typed: Mapping[str, str]
    channel: str
    entered_by: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a response by which channel; `entered_by` typed it in for them."""

    contact_id: int
    channel: str
    entered_by: str = ""


_RESPONSES = select(
    *(response.c[name] for name in Kept.__slots__ if name != "business"), establishment.c.name.label("business")
).outerjoin(establishment, establishment.c.id == response.c.establishment_id)


def find(connection: Connection, code: str, scope: Scope = None) -> Kept | None:
    """Return the response of a receipt code, None for one outside a scope."""
    row = connection.execute(_RESPONSES.where(response.c.code == code, *within(scope))).first()
    return Kept(**row._mapping) if row else None


def earlier(connection: Connection, code: str) -> list[Earlier]:
    """Return what the response of a receipt code was before, the latest first."""
    columns = [response_version.c[name] for name in Earlier.__slots__]
    query = select(*columns).join(response).where(response.c.code == code)
    rows = connection.execute(query.order_by(response_version.c.number.desc()))
    return [Earlier(**row._mapping) for row in rows]


def keep(
    connection: Connection, submitted: ResponseSubmitted, sender: Sender, establishment_id: int, now: datetime
) -> None:
    """Keep a response; raises CodeTaken or AlreadyAnswered."""
    row = insert(response).values(
        code=submitted.code,
        form=submitted.form,
        form_sha=submitted.form_sha,
        contact_id=sender.contact_id,
        establishment_id=establishment_id,
        channel=sender.channel,
        answers=submitted.answers,
        typed=submitted.typed,
        submitted_at=now,
        round_id=submitted.round or None,
        entered_by=sender.entered_by,
    )
    try:
        insert_code(connection, row)
    except CodeTaken:
        before = (response.c.round_id == submitted.round) & (response.c.establishment_id == establishment_id)
        if connection.execute(select(response.c.id).where(before)).first():
            raise AlreadyAnswered from None
        raise
    if submitted.form == cases.INTEREST:
        cases.open_case(connection, submitted.code, now)


def insert_code(connection: Connection, row: Any) -> None:
    """Insert a row with a code drawn at random; raises CodeTaken."""
    try:
        with connection.begin_nested():
            connection.execute(row)
    except IntegrityError as taken:
        raise CodeTaken from taken


def of_same_person(connection: Connection, kept: Kept, scope: Scope = None) -> list[Kept]:
    """Return the other responses of the person who sent one, the latest first."""
    others = (response.c.contact_id == kept.contact_id) & (response.c.code != kept.code)
    query = _RESPONSES.where(others, *within(scope)).order_by(response.c.id.desc()).limit(20)
    return [Kept(**row._mapping) for row in connection.execute(query)]


def latest(connection: Connection, form_name: str, most: int, scope: Scope = None) -> list[Kept]:
    """Return the responses of one form that came last."""
    query = _RESPONSES.where(response.c.form == form_name, *within(scope)).order_by(response.c.id.desc()).limit(most)
    return [Kept(**row._mapping) for row in connection.execute(query)]


def sent_by(connection: Connection, contact_id: int, which: ColumnElement[bool], now: datetime) -> AnyRow | None:
    """Return the latest response that is `which`, of a contact or of anybody who speaks for the same establishment;
    `open` says whether it may be changed."""
    mine = select(contact.c.establishment_id).where(contact.c.id == contact_id).scalar_subquery()
    query: Select[Any] = (
        select(response, _may_change(now).label("open"))
        .outerjoin(round_, round_.c.id == response.c.round_id)
        .outerjoin(form, form.c.name == response.c.form)
        .where(or_(response.c.contact_id == contact_id, response.c.establishment_id == mine), which)
        .order_by(response.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).first()


def _may_change(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a response may be changed: as long as its round is open, or the form that staff
    published; that of a shipped form for 30 days."""
    published = form.c.name.is_not(None)
    return or_(
        and_(response.c.round_id.is_not(None), round_takes_answers(now)),
        and_(response.c.round_id.is_(None), published, form_takes_answers(now)),
        and_(response.c.round_id.is_(None), ~published, response.c.submitted_at > now - SHIPPED_OPEN),
    )
