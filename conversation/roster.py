"""Who comes to a class, and when it meets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from conversation.calendar import VIETNAM

# The half days of an office, as most classes keep them.
MORNING = (time(7, 30), time(11, 30))
AFTERNOON = (time(13, 30), time(16, 30))


@dataclass(frozen=True, slots=True)
class Session:
    """Half a day, mostly, in which a class meets; `came` counts who came, once somebody took the attendance."""

    id: int
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    taken_by: str | None = None
    came: int = 0


@dataclass(frozen=True, slots=True)
class Pupil:
    """One person on a seat of a sign-up; `name` is empty where nobody was named yet. `came` are ids of sessions."""

    sign_up_id: int
    seat: int
    code: str
    name: str
    business: str
    commune: str
    phone: str
    came: frozenset[int] = frozenset()


def half_days(starts_at: datetime, ends_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the mornings and afternoons between two moments, cut at both."""
    first, last = starts_at.astimezone(VIETNAM), ends_at.astimezone(VIETNAM)
    day = first.date()
    while day <= last.date():
        for begins, ends in (MORNING, AFTERNOON):
            begin = max(first, datetime.combine(day, begins, VIETNAM))
            end = min(last, datetime.combine(day, ends, VIETNAM))
            if begin < end:
                yield begin, end
        day += timedelta(days=1)
