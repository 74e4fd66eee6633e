"""Rounds: a questionnaire that goes with an official letter to an audience until a day; who answered, who has not."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, insert, or_, select, update

from db import audience, reminders
from db.audience import Audience
from db.models import contact, establishment, form, response, round_
from db.scope import Scope, within

MAX_TITLE = 200
MAX_LETTER = 100


class RoundRefused(Exception):
    """A round that cannot be opened or changed; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What staff decide about a round: `form` is the name of a published or shipped form, `letter` the official
    letter's number, `audience` a query."""

    form: str
    title: str
    letter: str
    audience: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it stands; `answered` counts the establishments that answered."""

    id: int
    form: str
    title: str
    letter: str
    audience: str
    opens_at: datetime
    closes_at: datetime
    created_by: str
    created_at: datetime
    closed_at: datetime | None
    answered: int

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True)
class Missing:
    """An establishment that has not answered; `channel` is where a message would reach one of its people, "" where none
    would, or nobody agreed to be written to."""

    establishment_id: int
    name: str
    commune: str
    phone: str
    person: str
    channel: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a round's establishments answered, and how many have not."""

    answered: int
    missing: int

    @property
    def total(self) -> int:
        return self.answered + self.missing


def open_round(connection: Connection, planned: Planned, shipped: Collection[str], by: str, now: datetime) -> int:
    """Open a round of a form that has been published or is one of those `shipped`; return its id.

    Raises RoundRefused or AudienceError.
    """
    clean = replace(
        planned,
        title=" ".join(planned.title.split()),
        letter=" ".join(planned.letter.split()),
        audience=" ".join(planned.audience.split()),
    )
    live = select(form.c.name).where(form.c.name == clean.form, form.c.live_sha.is_not(None))
    if clean.form not in shipped and connection.execute(live).first() is None:
        raise RoundRefused(f"Phiếu «{clean.form}» chưa được đăng. Anh/chị đăng phiếu trước rồi hãy mở đợt.")
    if not clean.title or len(clean.title) > MAX_TITLE:
        raise RoundRefused(f"Đợt cần có tên, nhiều nhất {MAX_TITLE} ký tự.")
    if len(clean.letter) > MAX_LETTER:
        raise RoundRefused(f"Số công văn dài {len(clean.letter)} ký tự; nhiều nhất là {MAX_LETTER}.")
    if clean.closes_at <= max(clean.opens_at, now):
        raise RoundRefused("Hạn trả lời phải sau lúc mở đợt và sau lúc này.")
    if audience.parse(clean.audience).rounds:
        raise RoundRefused("Đợt không hỏi theo một đợt khác được; bỏ điều kiện round: đi.")
    row = insert(round_).values(**asdict(clean), created_by=by, created_at=now)
    round_id: int = connection.execute(row.returning(round_.c.id)).scalar_one()
    return round_id


def close(connection: Connection, round_id: int, now: datetime) -> None:
    """Take no answers any more, and remind nobody; raises RoundRefused."""
    _change(connection, round_id, closed_at=now)
    reminders.drop_round(connection, round_id)


def set_closing(connection: Connection, round_id: int, closes_at: datetime, now: datetime) -> None:
    """Move the closing date of a round that staff have not closed; raises RoundRefused."""
    if closes_at <= now:
        raise RoundRefused("Hạn trả lời mới phải sau lúc này.")
    _change(connection, round_id, closes_at=closes_at)
    reminders.round_moved(connection, round_id, now)


def _change(connection: Connection, round_id: int, **values: Any) -> None:
    changes = update(round_).where(round_.c.id == round_id, round_.c.closed_at.is_(None)).values(**values)
    if not connection.execute(changes).rowcount:
        reason = "đã đóng rồi" if find(connection, round_id) else "không có"
        raise RoundRefused(f"Đợt số {round_id} {reason}.")


def find(connection: Connection, round_id: int) -> Round | None:
    """Return one round."""
    row = connection.execute(_ROUNDS.where(round_.c.id == round_id)).first()
    return Round(**row._mapping) if row else None


def listed(connection: Connection) -> list[Round]:
    """Return all rounds, the newest first."""
    return [Round(**row._mapping) for row in connection.execute(_ROUNDS.order_by(round_.c.id.desc()))]


def taking_answers(now: datetime) -> ColumnElement[bool]:
    """Return the condition on a row of `round` that it can be answered."""
    return and_(round_.c.closed_at.is_(None), round_.c.opens_at <= now, round_.c.closes_at > now)


def asked_of(connection: Connection, contact_id: int, now: datetime) -> list[Row[Any]]:
    """Return the open rounds (all columns of `round`) that a contact's establishment is asked in, the one that closes
    first before.

    One that answered stays asked, so that its answer can be changed, though it may have left the audience by it.
    """
    mine = exists().where(
        response.c.round_id == round_.c.id,
        contact.c.id == contact_id,
        or_(response.c.contact_id == contact_id, response.c.establishment_id == contact.c.establishment_id),
    )
    query = select(round_, mine.label("answered")).where(taking_answers(now)).order_by(round_.c.closes_at, round_.c.id)
    rows = connection.execute(query).all()
    return [
        row for row in rows if row.answered or audience.includes(connection, audience.parse(row.audience), contact_id)
    ]


def open_ones(connection: Connection, now: datetime) -> list[Round]:
    """Return the rounds that take answers now, the one that closes first before."""
    query = _ROUNDS.where(taking_answers(now)).order_by(round_.c.closes_at, round_.c.id)
    return [Round(**row._mapping) for row in connection.execute(query)]


def has_answered(connection: Connection, round_id: int, establishment_id: int) -> bool:
    """Whether an establishment has answered a round."""
    of_both = (response.c.round_id == round_id) & (response.c.establishment_id == establishment_id)
    return connection.execute(select(response.c.id).where(of_both)).first() is not None


def progress(connection: Connection, found: Round) -> Progress:
    """Count who answered and who has not, of those in the audience now; who answered counts whatever became of them."""
    return Progress(found.answered, count_missing(connection, found))


def count_missing(connection: Connection, found: Round, scope: Scope = None) -> int:
    """Count who of a scope has not answered."""
    missing = select(func.count()).select_from(establishment).where(_missing(found), *within(scope))
    return connection.execute(missing).scalar_one()


def not_answered(
    connection: Connection, found: Round, most: int | None = None, start: int = 0, scope: Scope = None
) -> list[Missing]:
    """Return the establishments in the audience now and of a scope that have not answered, by commune and name."""
    best = audience.best_address()
    reached = (
        select(best.table.c.channel)
        .select_from(contact)
        .join(best.table, best.on)
        .where(contact.c.establishment_id == establishment.c.id, audience.condition(Audience()))
        .order_by(contact.c.id)
        .limit(1)
        .correlate(establishment)
        .scalar_subquery()
    )
    person = (
        select(contact.c.name)
        .where(contact.c.establishment_id == establishment.c.id)
        .order_by(contact.c.id)
        .limit(1)
        .scalar_subquery()
    )
    columns = (establishment.c.name, establishment.c.commune, establishment.c.phone)
    query = (
        select(
            establishment.c.id.label("establishment_id"),
            *columns,
            func.coalesce(person, "").label("person"),
            func.coalesce(reached, "").label("channel"),
        )
        .where(_missing(found), *within(scope))
        .order_by(establishment.c.commune, establishment.c.folded_name, establishment.c.id)
        .offset(start)
        .limit(most)
    )
    return [Missing(**row._mapping) for row in connection.execute(query)]


def _missing(found: Round) -> ColumnElement[bool]:
    answered = exists().where(response.c.round_id == found.id, response.c.establishment_id == establishment.c.id)
    asked = audience.condition_on_establishment(audience.parse(found.audience))
    return and_(asked, ~audience.rehearses(), ~answered.correlate(establishment))


_ANSWERED = (
    select(func.count())
    .select_from(response.join(establishment))
    .where(response.c.round_id == round_.c.id, ~audience.rehearses())
    .correlate(round_)
    .scalar_subquery()
)
_ROUNDS: Select[Any] = select(round_, _ANSWERED.label("answered"))
