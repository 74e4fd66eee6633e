"""Dates and times as XForms writes them, all by the clock of Vietnam."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from conversation.calendar import VIETNAM

_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MARK = re.compile(r"%[YymnbdeaHhMS3]")
_WRITTEN: dict[str, Callable[[datetime], str]] = {
    "%Y": lambda moment: f"{moment.year:04}",
    "%y": lambda moment: f"{moment.year % 100:02}",
    "%m": lambda moment: f"{moment.month:02}",
    "%n": lambda moment: str(moment.month),
    "%b": lambda moment: _MONTHS[moment.month - 1],
    "%d": lambda moment: f"{moment.day:02}",
    "%e": lambda moment: str(moment.day),
    "%a": lambda moment: _DAYS[moment.weekday()],
    "%H": lambda moment: f"{moment.hour:02}",
    "%h": lambda moment: str(moment.hour),
    "%M": lambda moment: f"{moment.minute:02}",
    "%S": lambda moment: f"{moment.second:02}",
    "%3": lambda moment: f"{moment.microsecond // 1000:03}",
}


def read(text: str) -> datetime | None:
    """Return the moment an ISO date or date-time names, in Vietnam's time; a date is its midnight."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, time = match.groups()
    try:
        moment = datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}{time or ''}")
        return moment.astimezone(VIETNAM) if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    except (ValueError, OverflowError):
        return None


def days(moment: datetime) -> float:
    """Return the days since 1 January 1970 UTC, with their fraction."""
    return (moment - _EPOCH) / _DAY


def time_of_day(moment: datetime) -> float:
    """Return how much of its day has passed at a moment: noon is 0.5."""
    return (moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)) / _DAY


def from_days(number: float) -> datetime | None:
    """Return the moment so many days after 1 January 1970 UTC, to the millisecond, where the calendar has one."""
    if not math.isfinite(number):
        return None
    try:
        return (_EPOCH + timedelta(milliseconds=round(number * 86_400_000))).astimezone(VIETNAM)
    except OverflowError:
        return None


def written(moment: datetime, pattern: str) -> str:
    """Write a moment by the marks of format-date and format-date-time; any other text stays."""
    return _MARK.sub(lambda mark: _WRITTEN[mark[0]](moment), pattern)
