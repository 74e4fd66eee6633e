"""Sample classes for a database that has none yet, so that a first visitor finds something to sign up for."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, func, insert, select

from conversation.calendar import VIETNAM, local_day
from db.models import training_class

_SAMPLES = (
    ("QT1", "Quản trị, điều hành xưởng nhỏ", 30, 20, 2),
    ("CL1", "Quản lý chất lượng theo tiêu chuẩn quốc tế", 35, 34, 1),
)


def add_demo_data(connection: Connection, now: datetime) -> None:
    """Add the samples, marked as such, to a database without classes; their days are some weeks off."""
    if connection.execute(select(func.count()).select_from(training_class)).scalar_one():
        return
    for code, title, seats, days_off, days in _SAMPLES:
        start = _weekday(local_day(now) + timedelta(days=days_off))
        end = start + timedelta(days=days - 1)
        connection.execute(
            insert(training_class).values(
                code=code,
                title=title,
                starts_at=datetime.combine(start, time(8), VIETNAM),
                ends_at=datetime.combine(end, time(16, 30), VIETNAM),
                place="(lớp mẫu, chưa có địa điểm)",
                fee="không thu",
                seats=seats,
                deadline=start - timedelta(days=6),
                sample=True,
                created_at=now,
            )
        )


def _weekday(day: date) -> date:
    """Return the day itself, or the Tuesday after where a two-day class would meet a weekend."""
    return day if day.weekday() in (0, 1, 2, 3) else day + timedelta(days=8 - day.weekday())
