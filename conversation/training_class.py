"""A class that owners can sign up for."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class TrainingClass:
    """A class as owners see it; `code` is its code word (`QT1`), times are in Vietnam's zone.

    `next_number` is the number the next sign-up will carry (`QT1-07`); `sample` marks demonstration data.
    """

    code: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    seats: int
    taken: int
    deadline: date
    fee: str = ""
    schedule: str = ""
    next_number: int = 1
    open: bool = True
    sample: bool = False

    def takes(self, day: date) -> bool:
        """Whether people may still sign up on that day."""
        return self.open and day <= self.deadline

    @property
    def left(self) -> int:
        return max(0, self.seats - self.taken)
