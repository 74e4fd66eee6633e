"""Classes as staff arrange them: written, changed, opened and closed."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from conversation.calendar import local_day
from conversation.training_class import TrainingClass
from db import reminders
from db.models import sign_up, training_class

MAX_SEATS = 1000
MAX_TEXT = 500
_CODE = re.compile(r"[A-Z]{2,4}[0-9]{1,3}")


class ClassRefused(Exception):
    """A class that cannot be kept as written; `problems` says why, by field, in Vietnamese."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Arranged:
    """What staff decide about a class; `code` is the code word owners type (`QT1`)."""

    code: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    seats: int
    deadline: date
    fee: str = ""
    schedule: str = ""

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with it in itself, by field."""
        checks = {
            "code": (_CODE.fullmatch(self.code), "Mã lớp gồm 2–4 chữ in hoa không dấu và 1–3 chữ số, ví dụ QT1."),
            "title": (self.title and len(self.title) <= MAX_TEXT, "Cần tên lớp, nhiều nhất 500 ký tự."),
            "ends_at": (self.ends_at > self.starts_at, "Lớp phải kết thúc sau khi bắt đầu."),
            "place": (self.place and len(self.place) <= MAX_TEXT, "Cần địa điểm, nhiều nhất 500 ký tự."),
            "seats": (1 <= self.seats <= MAX_SEATS, f"Số chỗ từ 1 đến {MAX_SEATS}."),
            "deadline": (self.deadline <= local_day(self.starts_at), "Hạn đăng ký không sau ngày bắt đầu."),
            "fee": (len(self.fee) <= MAX_TEXT, "Học phí ghi nhiều nhất 500 ký tự."),
            "schedule": (len(self.schedule) <= MAX_TEXT, "Lịch học ghi nhiều nhất 500 ký tự."),
        }
        return {field: words for field, (holds, words) in checks.items() if not holds}


def listed(connection: Connection) -> list[TrainingClass]:
    """Return all classes, the latest first."""
    query = _CLASSES.order_by(training_class.c.starts_at.desc(), training_class.c.id.desc())
    return [TrainingClass(**row._mapping) for row in connection.execute(query)]


def find(connection: Connection, code: str) -> TrainingClass | None:
    """Return the class of a code word."""
    row = connection.execute(_CLASSES.where(training_class.c.code == code)).first()
    return TrainingClass(**row._mapping) if row else None


_CLASSES = select(*(column for column in training_class.c if column.name not in {"id", "created_at"}))


def create(connection: Connection, arranged: Arranged, now: datetime) -> None:
    """Keep a new class, open for signing up; raises ClassRefused."""
    if problems := arranged.problems:
        raise ClassRefused(problems)
    try:
        with connection.begin_nested():
            connection.execute(insert(training_class).values(**asdict(arranged), created_at=now))
    except IntegrityError as taken:
        raise ClassRefused(_taken(arranged.code)) from taken


def change(connection: Connection, code: str, arranged: Arranged, now: datetime) -> None:
    """Change a class; its code stays once somebody signed up, its seats cannot be fewer than are taken, its reminders
    move along.

    Raises ClassRefused.
    """
    problems = arranged.problems
    row = (training_class.c.code == code) & (training_class.c.taken <= arranged.seats)
    unused = ~select(sign_up.c.id).where(sign_up.c.class_id == training_class.c.id).exists()
    same_code = or_(training_class.c.code == arranged.code, unused)
    if problems:
        raise ClassRefused(problems)
    try:
        with connection.begin_nested():
            changed = connection.execute(update(training_class).where(row, same_code).values(**asdict(arranged)))
    except IntegrityError as taken:
        raise ClassRefused(_taken(arranged.code)) from taken
    if not changed.rowcount:
        raise ClassRefused(_why_unchanged(connection, code, arranged))
    reminders.class_moved(connection, arranged.code, now)


def _taken(code: str) -> dict[str, str]:
    return {"code": f"Đã có lớp mang mã {code}."}


def _why_unchanged(connection: Connection, code: str, arranged: Arranged) -> dict[str, str]:
    taken = connection.execute(select(training_class.c.taken).where(training_class.c.code == code)).scalar()
    if taken is None:
        return {"code": f"Không còn lớp mang mã {code}."}
    if taken > arranged.seats:
        return {"seats": f"Đã có {taken} chỗ được đăng ký; số chỗ không ít hơn được."}
    return {"code": "Đã có người đăng ký với mã này nên không đổi mã được nữa."}


def set_open(connection: Connection, code: str, *, is_open: bool) -> bool:
    """Open a class for signing up, or close it; return whether there is such a class."""
    changes = update(training_class).where(training_class.c.code == code).values(open=is_open)
    return bool(connection.execute(changes).rowcount)


def upcoming(connection: Connection, now: datetime, most: int) -> list[TrainingClass]:
    """Return the classes that are not over, the next one first."""
    query = _CLASSES.where(training_class.c.ends_at > now).order_by(training_class.c.starts_at).limit(most)
    return [TrainingClass(**row._mapping) for row in connection.execute(query)]
