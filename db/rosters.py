"""When a class meets, who is expected, and who came."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from conversation.roster import Pupil, Session, half_days
from db.models import attendance, class_session, contact, establishment, sign_up, training_class

MOST_SESSIONS = 40


class SessionRefused(Exception):
    """A session that cannot be kept or taken back; the message says why, in Vietnamese."""


def sessions(connection: Connection, code: str) -> list[Session]:
    """Return when a class meets, in order."""
    came = (
        select(func.count()).where(attendance.c.session_id == class_session.c.id).correlate(class_session)
    ).scalar_subquery()
    columns = (class_session.c[name] for name in ("id", "starts_at", "ends_at", "place", "taken_by"))
    query = select(*columns, came.label("came")).join(training_class).where(training_class.c.code == code)
    return [Session(**row._mapping) for row in connection.execute(query.order_by(class_session.c.starts_at))]


def add_session(connection: Connection, code: str, starts_at: datetime, ends_at: datetime, place: str) -> None:
    """Let a class meet once more; raises SessionRefused."""
    row = connection.execute(select(training_class).where(training_class.c.code == code)).one()
    if not starts_at < ends_at:
        raise SessionRefused("Buổi học phải kết thúc sau khi bắt đầu.")
    if starts_at < row.starts_at or ends_at > row.ends_at:
        raise SessionRefused("Buổi học phải nằm trong thời gian của lớp. Sửa ngày của lớp trước, rồi thêm buổi.")
    if len(sessions(connection, code)) >= MOST_SESSIONS:
        raise SessionRefused(f"Một lớp nhiều nhất {MOST_SESSIONS} buổi.")
    values = {"class_id": row.id, "starts_at": starts_at, "ends_at": ends_at, "place": place}
    try:
        with connection.begin_nested():
            connection.execute(insert(class_session).values(**values))
    except IntegrityError:
        raise SessionRefused("Đã có buổi bắt đầu vào giờ này.") from None


def split_in_half_days(connection: Connection, code: str) -> None:
    """Let a class without sessions meet every morning and afternoon from its beginning to its end."""
    row = connection.execute(select(training_class).where(training_class.c.code == code)).one()
    if not sessions(connection, code):
        for begins, ends in list(half_days(row.starts_at, row.ends_at))[:MOST_SESSIONS]:
            add_session(connection, code, begins, ends, "")


def drop_session(connection: Connection, code: str, session_id: int) -> None:
    """Take a session back; raises SessionRefused where somebody took its attendance."""
    ours = select(training_class.c.id).where(training_class.c.code == code).scalar_subquery()
    this = (class_session.c.id == session_id) & (class_session.c.class_id == ours)
    if connection.execute(select(class_session.c.id).where(this, class_session.c.taken_at.is_not(None))).first():
        raise SessionRefused("Buổi này đã điểm danh nên không bỏ được.")
    connection.execute(delete(class_session).where(this))


def pupils(connection: Connection, code: str) -> list[Pupil]:
    """Return who is expected in a class, a person for each seat, in the order they signed up."""
    query = (
        select(
            sign_up.c.id,
            sign_up.c.code,
            sign_up.c.seats,
            sign_up.c.names,
            contact.c.name.label("person"),
            establishment.c.name.label("business"),
            establishment.c.commune,
            establishment.c.phone,
        )
        .join(training_class, training_class.c.id == sign_up.c.class_id)
        .join(contact, contact.c.id == sign_up.c.contact_id)
        .outerjoin(establishment, establishment.c.id == contact.c.establishment_id)
        .where(training_class.c.code == code, sign_up.c.cancelled_at.is_(None))
        .order_by(sign_up.c.id)
    )
    came = _came(connection, code)
    return [
        Pupil(
            row.id,
            seat,
            row.code,
            row.names[seat] if seat < len(row.names) else "",
            row.business or row.person or "",
            row.commune or "",
            row.phone or "",
            frozenset(came[row.id, seat]),
        )
        for row in connection.execute(query).all()
        for seat in range(row.seats)
    ]


def _came(connection: Connection, code: str) -> dict[tuple[int, int], set[int]]:
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    of_class = class_session.join(training_class, training_class.c.id == class_session.c.class_id)
    query = select(attendance).select_from(attendance.join(of_class)).where(training_class.c.code == code)
    for row in connection.execute(query):
        found[row.sign_up_id, row.seat].add(row.session_id)
    return found


def take_attendance(
    connection: Connection, code: str, session_id: int, came: Collection[tuple[int, int]], by: str, now: datetime
) -> None:
    """Note who came to a session, by sign-up and seat, in place of what was noted before.

    Raises SessionRefused for a session or a seat that is not of the class.
    """
    if session_id not in {one.id for one in sessions(connection, code)}:
        raise SessionRefused("Lớp không có buổi này nữa. Mở lại trang rồi điểm danh.")
    expected = {(one.sign_up_id, one.seat) for one in pupils(connection, code)}
    connection.execute(delete(attendance).where(attendance.c.session_id == session_id))
    rows = [
        {"session_id": session_id, "sign_up_id": number, "seat": seat} for number, seat in sorted(expected & set(came))
    ]
    if rows:
        connection.execute(insert(attendance), rows)
    this = update(class_session).where(class_session.c.id == session_id)
    connection.execute(this.values(taken_by=by, taken_at=now))
