"""Cases: found, counted, moved on, given to somebody, with all that happened to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select, update

from conversation.answers import fold
from conversation.case import ENDED, RECEIVED
from db.models import case_, case_event, establishment, message, response
from db.scope import Scope, within

INTEREST = "interest"
LONGEST_NOTE = 2000


class Overtaken(Exception):
    """Somebody moved the case meanwhile."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case with whose it is: `code` is the receipt's, `activity` the value of what is asked for."""

    id: int
    code: str
    status: str
    reason: str
    assignee: str
    due_on: date | None
    opened_at: datetime
    moved_at: datetime
    contact_id: int
    channel: str
    establishment_id: int | None
    business: str | None
    commune: str | None
    phone: str | None
    activity: str | None
    wish: str | None

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been seen to before today."""
        return self.due_on is not None and self.due_on < today and self.status not in ENDED


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case; `sent` is what became of the message that told its owner."""

    kind: str
    value: str
    text: str
    told: str
    sent: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are looked for; an empty part asks for nothing. `overdue` is of `today`."""

    today: date
    status: str = ""
    assignee: str = ""
    activity: str = ""
    commune: str = ""
    search: str = ""
    overdue: bool = False
    under_way: bool = False
    scope: Scope = None


_ACTIVITY, _WISH, _NAME = (response.c.answers[name].as_string() for name in ("activity", "wish", "business_name"))
_JOINED = case_.join(response, response.c.id == case_.c.response_id).outerjoin(
    establishment, establishment.c.id == response.c.establishment_id
)
_CASES: Select[tuple[object, ...]] = select(
    case_.c.id,
    response.c.code,
    *(case_.c[name] for name in ("status", "reason", "assignee", "due_on", "opened_at", "moved_at")),
    response.c.contact_id,
    response.c.channel,
    response.c.establishment_id,
    func.coalesce(func.nullif(establishment.c.name, ""), _NAME).label("business"),
    establishment.c.commune,
    establishment.c.phone,
    _ACTIVITY.label("activity"),
    _WISH.label("wish"),
).select_from(_JOINED)


def open_case(connection: Connection, code: str, now: datetime) -> None:
    """Open the case of a registration of interest, by its receipt code."""
    which = select(response.c.id).where(response.c.code == code).scalar_subquery()
    connection.execute(insert(case_).values(response_id=which, status=RECEIVED, opened_at=now, moved_at=now))


def find(connection: Connection, code: str, scope: Scope) -> Case | None:
    """Return the case of a receipt code, None outside the scope."""
    row = connection.execute(_CASES.where(response.c.code == code, *within(scope))).first()
    return Case(**row._mapping) if row else None


def listed(connection: Connection, wanted: Wanted, start: int, most: int) -> list[Case]:
    """Return cases, those due first, then the ones that wait longest."""
    order = (case_.c.due_on.nulls_last(), case_.c.id)
    rows = connection.execute(_CASES.where(*_conditions(wanted)).order_by(*order).offset(start).limit(most))
    return [Case(**row._mapping) for row in rows]


def count_by_status(connection: Connection, wanted: Wanted) -> dict[str, int]:
    """Return how many cases there are of each status that has any."""
    of_others = any((wanted.activity, wanted.commune, wanted.search, wanted.scope is not None))
    query = select(case_.c.status, func.count()).select_from(_JOINED if of_others else case_)
    query = query.where(*_conditions(wanted))
    return {row[0]: row[1] for row in connection.execute(query.group_by(case_.c.status))}


def count_overdue(connection: Connection, today: date, scope: Scope) -> int:
    """Return how many cases are overdue."""
    return sum(count_by_status(connection, Wanted(today, overdue=True, scope=scope)).values())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    parts = within(wanted.scope)
    parts += [case_.c.status == wanted.status] if wanted.status else []
    parts += [case_.c.assignee == ("" if wanted.assignee == "-" else wanted.assignee)] if wanted.assignee else []
    parts += [wanted.activity == _ACTIVITY] if wanted.activity else []
    parts += [establishment.c.commune == wanted.commune] if wanted.commune else []
    parts += [_under_way()] if wanted.under_way or wanted.overdue else []
    parts += [case_.c.due_on < wanted.today] if wanted.overdue else []
    if wanted.search:
        digits = "".join(filter(str.isdigit, wanted.search))
        named = establishment.c.folded_name.contains(fold(wanted.search), autoescape=True)
        coded = response.c.code == wanted.search.strip().upper()
        phoned = [establishment.c.phone.contains(digits)] if len(digits) >= 4 else []
        parts.append(or_(named, coded, *phoned))
    return parts


def _under_way() -> ColumnElement[bool]:
    return case_.c.status.not_in(ENDED)


def events(connection: Connection, case_id: int) -> list[Event]:
    """Return what happened to a case, the latest first."""
    columns = (case_event.c[name] for name in ("kind", "value", "text", "told"))
    query = (
        select(*columns, message.c.status.label("sent"), case_event.c.by, case_event.c.at)
        .outerjoin(message, message.c.id == case_event.c.message_id)
        .where(case_event.c.case_id == case_id)
        .order_by(case_event.c.id.desc())
    )
    return [Event(**row._mapping) for row in connection.execute(query)]


def move(connection: Connection, case_id: int, seen: str, to: str, reason: str, by: str, now: datetime) -> int:
    """Give a case that has the status `seen` another, and return the number of what happened. Raises Overtaken."""
    still = and_(case_.c.id == case_id, case_.c.status == seen)
    values = {"status": to, "reason": reason, "moved_at": now, "due_on": None}
    if not connection.execute(update(case_).where(still).values(**values)).rowcount:
        raise Overtaken
    return note(connection, case_id, "moved", to, reason, by, now)


def tell(connection: Connection, event_id: int, told: str, message_id: int | None) -> None:
    """Note what the owner was told of it, and by which message, where there was a way."""
    one = update(case_event).where(case_event.c.id == event_id)
    connection.execute(one.values(told=told, message_id=message_id))


def assign(connection: Connection, ids: Sequence[int], to: str, by: str, now: datetime) -> None:
    """Give cases to a member of staff, or to nobody."""
    changed = select(case_.c.id).where(case_.c.id.in_(ids), case_.c.assignee != to)
    for one in connection.execute(changed).scalars().all():
        connection.execute(update(case_).where(case_.c.id == one).values(assignee=to))
        note(connection, one, "assigned", to, "", by, now)


def set_due(connection: Connection, case_id: int, day: date | None, by: str, now: datetime) -> None:
    """Say by when a case is to be seen to."""
    connection.execute(update(case_).where(case_.c.id == case_id).values(due_on=day))
    note(connection, case_id, "due", day.isoformat() if day else "", "", by, now)


def note(connection: Connection, case_id: int, kind: str, value: str, text: str, by: str, now: datetime) -> int:
    """Write down what happened to a case and return its number."""
    values = {"kind": kind, "value": value, "text": text[:LONGEST_NOTE], "by": by, "at": now}
    row = insert(case_event).values(case_id=case_id, **values).returning(case_event.c.id)
    number: int = connection.execute(row).scalar_one()
    return number


def hand_over(connection: Connection, was: str, to: str, by: str, now: datetime) -> int:
    """Give every case under way of one member to another; return how many."""
    theirs = select(case_.c.id).where(case_.c.assignee == was, _under_way())
    ids = list(connection.execute(theirs).scalars())
    assign(connection, ids, to, by, now)
    return len(ids)
