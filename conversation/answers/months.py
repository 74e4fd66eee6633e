"""A month or a year in a text, as its first day."""

import re
from datetime import date

from conversation.answers.days import Found, day_of, find_day, full_year
from conversation.answers.reading import Problem
from conversation.answers.text import fold

_MONTHS_NEAR = 3

_NAMED = re.compile(r"(?<!\d)(?:\d{1,2} ?)?\b(?:thang|thg) ?(\d{1,2})\b(?: (?:nam )?(\d{4}|\d\d)\b)?")
_SHORT = re.compile(r"(?<![\w/.-])t?(\d{1,2})\s*[/. -]\s*(\d{4})(?![\d/.-])")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[/. -]\s*(\d{1,2})(?![\d/.-])")
_PAIR = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})")
_FILLER = re.compile(r"\b(?:ngay|da|vao|tu|hoi|dau|giua|cuoi|khoang|tam|a|nhe|em|luc)\b")
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")


def find_month(typed: str, today: date) -> Found | Problem | None:
    """Find the month a text in lower case means, its month in figures; a whole day counts for its month."""
    if match := _PAIR.fullmatch(typed):
        return _of_pair(match[1], match[2], today)
    folded = fold(typed)
    if match := _NAMED.search(folded):
        found, rest = _month(match[1], match[2], today), f"{folded[: match.start()]} {folded[match.end() :]}"
    elif match := _SHORT.search(typed):
        found, rest = _month(match[1], match[2], today), f"{typed[: match.start()]} {typed[match.end() :]}"
    elif match := _YEAR_FIRST.search(typed):
        found, rest = _month(match[2], match[1], today), f"{typed[: match.start()]} {typed[match.end() :]}"
    else:
        day = find_day(typed, today)
        return (day[0].replace(day=1), day[1]) if isinstance(day, tuple) else day
    if re.search(r"\d", rest):
        return Problem.AMBIGUOUS
    return (found[0], found[1] and not _FILLER.sub("", fold(rest)).strip()) if isinstance(found, tuple) else found


def find_year(typed: str) -> Found | Problem | None:
    """Find the one year of four digits in a text."""
    years = {int(digits) for digits in _FOUR_DIGITS.findall(typed)}
    if len(years) > 1:
        return Problem.AMBIGUOUS
    found = day_of(years.pop(), 1, 1) if years else None
    return (found, True) if found else None


def _month(month: str, year: str | None, today: date) -> Found | Problem:
    """Return a month of a year, or the nearest such month; four months off, it may be either year's."""
    if not 1 <= int(month) <= 12:
        return Problem.NO_SUCH_DATE
    if year is not None:
        found = day_of(full_year(year, today), int(month), 1)
        return (found, True) if found else Problem.NOT_A_DATE
    away = (int(month) - today.month + 6) % 12 - 6
    months = today.year * 12 + today.month - 1 + away
    return date(months // 12, months % 12 + 1, 1), abs(away) <= _MONTHS_NEAR


def _of_pair(first: str, second: str, today: date) -> Found | Problem:
    """Read "3/19" as March 2019 and "20/11" as a day; "5/6" may be either."""
    as_day = find_day(f"{first}/{second}", today)
    as_month = _month(first, second, today) if len(second) == 2 else None
    if isinstance(as_day, tuple) and isinstance(as_month, tuple):
        return Problem.AMBIGUOUS
    if isinstance(as_day, tuple):
        return as_day[0].replace(day=1), as_day[1]
    return (as_month[0], False) if isinstance(as_month, tuple) else Problem.NO_SUCH_DATE
