"""Reading a day, a month or a year as a date."""

import re
from datetime import date, datetime
from typing import Literal

from conversation.answers.calendar_words import in_figures
from conversation.answers.days import Found, find_day
from conversation.answers.months import find_month, find_year
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import fold, normalise
from conversation.answers.years import read_year
from conversation.calendar import local_day

Precision = Literal["day", "month", "year"]

MAX_TEXT = 200
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

_LUNAR = re.compile(r"\b(?:am lich|al|tet(?! (?:duong|tay))|gieng|chap|ram)\b")
_TOO_WIDE = re.compile(
    r"\b(?:thang|tuan|quy|ngay \d{1,2}|mung|dau nam|cuoi nam|giua nam|nam (?:nay|sau|toi|ngoai)|(?:19|20)\d\d)\b"
)
_ONE_MONTH = re.compile(r"(?:da |vao |tu |khoang |hoi |dau )*(?:thang|thg) ?\d{1,2} (?:nam )?\d{4}(?: a| nhe)?")


def read_date(text: str, now: datetime, precision: Precision = "day") -> Reading:
    """Read a date as ISO writes it: "20/11/2026", "20/11" (the nearest), "mai", "thứ 7 tuần sau"; never a lunar one.

    To the `month` or the `year` it is the first day: "tháng 3 năm 2019" → "2019-03-01".
    """
    typed = normalise(text).lower()
    if len(typed) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    if _LUNAR.search(fold(typed)):
        return refused(Problem.LUNAR_DATE)
    today = local_day(now)
    figures = in_figures(typed, today)
    meant = _year(text, figures, now) if precision == "year" else _day_or_month(figures, today, precision)
    if isinstance(meant, Problem):
        return refused(meant)
    if meant is None:
        return refused(Problem.AMBIGUOUS if _TOO_WIDE.search(fold(typed)) else Problem.NOT_A_DATE)
    iso = meant[0].isoformat()
    return understood(text, iso, date_in_words(iso, precision), sure=meant[1])


def date_in_words(iso: str, precision: Precision = "day") -> str:
    """Return a date in words: "2026-11-20" → "thứ Sáu 20/11/2026", "tháng 11/2026", "năm 2026"; other text as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    if precision == "year":
        return f"năm {day.year}"
    if precision == "month":
        return f"tháng {day.month}/{day.year}"
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def _day_or_month(figures: str, today: date, precision: Precision) -> Found | Problem | None:
    """Find a day or a month; where a day is asked for, a month is its first day, to be confirmed."""
    if precision == "month":
        return find_month(figures, today)
    found = find_day(figures, today)
    if found is not None or not _ONE_MONTH.fullmatch(fold(figures)):
        return found
    month = find_month(figures, today)
    return (month[0], False) if isinstance(month, tuple) else month


def _year(text: str, figures: str, now: datetime) -> Found | Problem | None:
    """Find a year, one to come included; that of a day or a month is to be confirmed."""
    reading = read_year(text, now)
    if reading.value is not None:
        return date(int(reading.value), 1, 1), reading.sure
    found = Problem.AMBIGUOUS if reading.problem == Problem.AMBIGUOUS else find_year(figures)
    if found is not None:
        return found
    month = find_month(figures, local_day(now))
    return (month[0].replace(month=1), False) if isinstance(month, tuple) else month
