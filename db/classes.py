"""Classes as staff arrange them: written, changed, opened and closed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from conversation.calendar import VIETNAM, local_day
from conversation.training_class import TrainingClass
from db.models import sign_up, training_class

_CODE = re.compile(r"[A-Z]{2,4}[0-9]{1,3}")
MAX_SEATS = 1000


class ClassRefused(Exception):
    """A class that cannot be kept as written; `problems` says why, by field, in Vietnamese."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Arranged:
    """What staff decide about a class."""

    code: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    seats: int
    deadline: date
    fee: str = ""
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """One person of a roster; `name` is empty until it is told."""

    sign_up: str
    name: str


def listed(connection: Connection) -> list[TrainingClass]:
    """Return all classes, the latest first."""
    return _classes(connection, training_class.c.id.is_not(None))


def find(connection: Connection, code: str) -> TrainingClass | None:
    """Return the class of a code word."""
    found = _classes(connection, training_class.c.code == code)
    return found[0] if found else None


def _classes(connection: Connection, which: ColumnElement[bool]) -> list[TrainingClass]:
    columns = [column for column in training_class.c if column.name not in {"id", "created_at"}]
    query = select(*columns).where(which).order_by(training_class.c.starts_at.desc(), training_class.c.id.desc())
    return [_in_vietnam(TrainingClass(**row._mapping)) for row in connection.execute(query)]
