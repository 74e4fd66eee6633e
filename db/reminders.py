"""Reminders: so many hours before a class begins or a round closes, moved along with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from db.announcements import QUEUED, REMINDER, Button
from db.engine import AnyRow
from db.models import announcement, reminder, round_, training_class

MOST_HOURS = 24 * 30
MISSED_AFTER = timedelta(hours=2)
WAITING, SENT, MISSED, CANCELLED = "waiting", "sent", "missed", "cancelled"


class ReminderRefused(Exception):
    """A reminder that cannot be kept; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder as it stands; `announcement_id` is what it became."""

    id: int
    hours_before: int
    due_at: datetime
    state: str
    announcement_id: int | None
    created_by: str


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come, with the row of its class or of its round."""

    id: int
    due_at: datetime
    created_by: str
    of_class: Mapping[str, Any] | None
    of_round: Mapping[str, Any] | None

    @property
    def ends_at(self) -> datetime:
        """When there is nothing to remind of any more."""
        ends: datetime = self.of_class["starts_at"] if self.of_class else (self.of_round or {})["closes_at"]
        return ends


@dataclass(frozen=True, slots=True)
class Worded:
    """The announcement that a reminder becomes."""

    title: str
    text: str
    audience: str
    button: Button


def add_to_class(connection: Connection, code: str, hours_before: int, by: str, now: datetime) -> None:
    """Remind those who signed up for a class; raises ReminderRefused."""
    columns = (training_class.c.id, training_class.c.starts_at)
    row = connection.execute(select(*columns).where(training_class.c.code == code)).first()
    if row is None:
        raise ReminderRefused(f"Không có lớp mang mã {code}.")
    _add(connection, row.starts_at, hours_before, by, now, class_id=row.id)


def add_to_round(connection: Connection, round_id: int, hours_before: int, by: str, now: datetime) -> None:
    """Remind those who have not answered a round; raises ReminderRefused."""
    columns = (round_.c.id, round_.c.closes_at)
    row = connection.execute(select(*columns).where(round_.c.id == round_id, round_.c.closed_at.is_(None))).first()
    if row is None:
        raise ReminderRefused(f"Đợt số {round_id} đã đóng hoặc không có.")
    _add(connection, row.closes_at, hours_before, by, now, round_id=row.id)


def _add(connection: Connection, moment: datetime, hours: int, by: str, now: datetime, **subject: int) -> None:
    if not 1 <= hours <= MOST_HOURS:
        raise ReminderRefused(f"Nhắc trước từ 1 đến {MOST_HOURS} giờ.")
    due_at = moment - timedelta(hours=hours)
    if due_at <= now:
        raise ReminderRefused("Giờ nhắc ấy đã qua rồi.")
    same = [reminder.c[name] == value for name, value in subject.items()]
    waiting = select(reminder.c.id).where(*same, reminder.c.hours_before == hours, reminder.c.state == WAITING)
    if connection.execute(waiting).first():
        raise ReminderRefused("Đã có lời nhắc vào giờ ấy.")
    values = {"hours_before": hours, "due_at": due_at, "created_by": by, "created_at": now}
    connection.execute(insert(reminder).values(**values, **subject))


def cancel(connection: Connection, reminder_id: int) -> None:
    """Take a reminder back; raises ReminderRefused where it is not waiting."""
    row = update(reminder).where(reminder.c.id == reminder_id, reminder.c.state == WAITING)
    if not connection.execute(row.values(state=CANCELLED)).rowcount:
        raise ReminderRefused("Lời nhắc này không còn chờ nữa.")


def of_class(connection: Connection, code: str) -> list[Reminder]:
    """Return the reminders of a class, the first before."""
    classes = select(training_class.c.id).where(training_class.c.code == code)
    return _listed(connection, reminder.c.class_id.in_(classes))


def of_round(connection: Connection, round_id: int) -> list[Reminder]:
    """Return the reminders of a round, the first before."""
    return _listed(connection, reminder.c.round_id == round_id)


def _listed(connection: Connection, which: ColumnElement[bool]) -> list[Reminder]:
    columns = [reminder.c[name] for name in ("id", "hours_before", "due_at", "state", "announcement_id", "created_by")]
    rows = connection.execute(select(*columns).where(which).order_by(reminder.c.due_at, reminder.c.id))
    return [Reminder(*row) for row in rows]


def class_moved(connection: Connection, code: str, now: datetime) -> None:
    """Move the reminders of a class along with it; those that are sent or missed come again if theirs is to come."""
    columns = (training_class.c.id, training_class.c.starts_at)
    row = connection.execute(select(*columns).where(training_class.c.code == code)).one()
    _move(connection, reminder.c.class_id == row.id, row.starts_at, now)


def round_moved(connection: Connection, round_id: int, now: datetime) -> None:
    """The same for a round whose closing date moved."""
    closes_at = connection.execute(select(round_.c.closes_at).where(round_.c.id == round_id)).scalar_one()
    _move(connection, reminder.c.round_id == round_id, closes_at, now)


def drop_round(connection: Connection, round_id: int) -> None:
    """Take back what a round that is closed would remind of."""
    waiting = update(reminder).where(reminder.c.round_id == round_id, reminder.c.state == WAITING)
    connection.execute(waiting.values(state=CANCELLED))


def _move(connection: Connection, which: ColumnElement[bool], moment: datetime, now: datetime) -> None:
    rows = connection.execute(select(reminder).where(which, reminder.c.state != CANCELLED)).all()
    for row in rows:
        due_at = moment - timedelta(hours=row.hours_before)
        if due_at != row.due_at:
            state = WAITING if due_at > now else row.state
            moves = update(reminder).where(reminder.c.id == row.id)
            connection.execute(moves.values(due_at=due_at, state=state))


def due(connection: Connection, now: datetime) -> list[Due]:
    """Return the reminders whose time has come, which stay locked until the transaction ends."""
    query = (
        select(reminder)
        .where(reminder.c.state == WAITING, reminder.c.due_at <= now)
        .order_by(reminder.c.due_at, reminder.c.id)
        .with_for_update(skip_locked=True)
    )
    return [
        Due(row.id, row.due_at, row.created_by, *(_subject(connection, row, name) for name in ("class_id", "round_id")))
        for row in connection.execute(query).all()
    ]


def _subject(connection: Connection, row: AnyRow, name: str) -> Mapping[str, Any] | None:
    table = {"class_id": training_class, "round_id": round_}[name]
    wanted = row._mapping[name]
    found = connection.execute(select(table).where(table.c.id == wanted)).first() if wanted else None
    return found._asdict() if found else None


def send(connection: Connection, due: Due, worded: Worded, now: datetime) -> None:
    """Turn a reminder into an announcement that is queued."""
    values = {
        "kind": REMINDER,
        "title": worded.title,
        "text": worded.text,
        "audience": worded.audience,
        "buttons": [{"label": worded.button.label, "link": worded.button.link}],
        "state": QUEUED,
        "author": due.created_by,
        "created_at": now,
        "approved_by": due.created_by,
        "approved_at": now,
    }
    number = connection.execute(insert(announcement).values(**values).returning(announcement.c.id)).scalar_one()
    _end(connection, [due], SENT, announcement_id=number)


def miss(connection: Connection, late: Sequence[Due]) -> None:
    """Mark reminders whose time went by while nothing ran: staff see them, nobody is sent them late."""
    _end(connection, late, MISSED)


def _end(connection: Connection, over: Sequence[Due], state: str, **values: Any) -> None:
    row = update(reminder).where(reminder.c.id.in_([one.id for one in over]))
    connection.execute(row.values(state=state, **values))
