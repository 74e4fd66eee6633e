"""What came of it all: people reached, answers, sign-ups, needs by activity, trade and commune."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, and_, func, select

from db.models import announcement, contact, delivery, establishment, question, response, sign_up
from db.scope import Scope, within

INTEREST = "interest"
MOST = 8


@dataclass(frozen=True, slots=True)
class Month:
    """What happened from one moment to another: forms sent, seats taken, people who were sent an announcement."""

    begins: datetime
    ends: datetime
    responses: int
    sign_ups: int
    reached: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The months, the latest last, and what is wished for since the first of them: codes with their counts."""

    months: Sequence[Month]
    activities: Sequence[tuple[str, int]]
    trades: Sequence[tuple[str, int]]
    communes: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is new since a moment, and how many are known."""

    interests: int
    responses: int
    sign_ups: int
    establishments: int
    waiting: int


def counts(connection: Connection, since: datetime, scope: Scope) -> Counts:
    """Return what came since a moment, within a scope."""
    recent = response.c.submitted_at >= since
    of_interest = response.c.form == INTEREST
    signed_up = (sign_up.c.signed_up_at >= since) & sign_up.c.cancelled_at.is_(None)
    interests = _count(connection, _responses(scope).where(recent, of_interest))
    return Counts(
        interests=interests,
        responses=_count(connection, _responses(scope).where(recent)) - interests,
        sign_ups=_count(connection, _by_contact(sign_up, scope).where(signed_up)),
        establishments=_count(connection, select(establishment.c.id).where(*within(scope))),
        waiting=_count(connection, _by_contact(question, scope).where(question.c.answered_at.is_(None))),
    )


def overview(connection: Connection, begins: Sequence[datetime], scope: Scope) -> Overview:
    """Return what happened between moments one after another, within a scope."""
    since = _responses(scope).where(response.c.submitted_at >= begins[0], response.c.form == INTEREST).subquery()
    wishes = since.join(response, response.c.id == since.c.id)
    commune = func.coalesce(establishment.c.commune, "")
    of_business = wishes.outerjoin(establishment, establishment.c.id == response.c.establishment_id)
    return Overview(
        months=[_month(connection, *between, scope) for between in pairwise(begins)],
        activities=_most(connection, response.c.answers["activity"].as_string(), wishes),
        trades=_most(connection, response.c.answers["trade"].as_string(), wishes),
        communes=_most(connection, commune, of_business),
    )


def _month(connection: Connection, begins: datetime, ends: datetime, scope: Scope) -> Month:
    def during(moment: ColumnElement[datetime]) -> ColumnElement[bool]:
        return and_(moment >= begins, moment < ends)

    held = sign_up.c.cancelled_at.is_(None)
    sent = _by_contact(delivery, scope).join(announcement, announcement.c.id == delivery.c.announcement_id)
    sent = sent.where(during(announcement.c.started_at), delivery.c.status == "sent")
    return Month(
        begins,
        ends,
        _count(connection, _responses(scope).where(during(response.c.submitted_at))),
        _count(connection, _by_contact(sign_up, scope).where(during(sign_up.c.signed_up_at), held)),
        _count(connection, sent.with_only_columns(delivery.c.contact_id).distinct()),
    )


def _responses(scope: Scope) -> Select[tuple[int]]:
    query = select(response.c.id)
    if scope is None:
        return query
    return query.join(establishment, establishment.c.id == response.c.establishment_id).where(*within(scope))


def _by_contact(table: Table, scope: Scope) -> Select[tuple[int]]:
    query = select(table.c.id)
    if scope is None:
        return query
    theirs = contact.join(establishment, establishment.c.id == contact.c.establishment_id)
    joined = table.join(theirs, contact.c.id == table.c.contact_id)
    return query.select_from(joined).where(*within(scope))


def _count(connection: Connection, query: Select[tuple[int]]) -> int:
    return connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()


def _most(connection: Connection, value: ColumnElement[str], joined: FromClause) -> list[tuple[str, int]]:
    number = func.count()
    query = select(value, number).select_from(joined).group_by(value).order_by(number.desc(), value)
    rows = connection.execute(query).all()
    named = [(str(row[0]), int(row[1])) for row in rows if row[0]]
    rest = sum(count for _, count in named[MOST:])
    return [*named[:MOST], *([("", rest)] if rest else [])]
