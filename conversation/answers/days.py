"""A day in a text: in figures, counted from today, or by its weekday."""

import re
from datetime import date, timedelta

from conversation.answers.reading import Problem
from conversation.answers.text import fold

FIRST_YEAR, LAST_YEAR = 1900, 2100
# A day this far off, without its year, may as well be meant in the year before or after.
NEAR = timedelta(days=92)

_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_FIGURES = re.compile(
    r"(?<!\d)(\d{1,2})\s*([/. -])\s*(\d{1,2})(?:\s*\2\s*(\d{4}|\d{2})|,?\s*n[aă]m\s+(\d{4}))?(?!\d|[/.-]\d)"
)
_TOGETHER = re.compile(r"(\d\d)(\d\d)(\d{4})")
_WORDS = re.compile(r"(?<!\d)(\d{1,2}) ?(?:thang|thg|t) ?(\d{1,2})\b(?: (?:nam )?(\d{4}|\d{2})\b)?")
_WEEKDAY = re.compile(r"\b(?:(?:thu ?|t)([2-7])|thu (hai|ba|tu|nam|sau|bay)|(chu nhat|cn))\b")
_WEEK = re.compile(r"\btuan (nay|sau|toi|truoc|roi)\b")
_CLOCK = re.compile(r"\b\d{1,2}\s*(?:h|g|giờ|gio|:)(?:\s?\d{2}\b(?![/.-]))?(?![^\W\d_])")
_COUNTED = re.compile(r"(?:sau )?(\d{1,3}) (ngay|hom|tuan)(?: (nua|sau|toi|truoc))?")
_FILLER = re.compile(r"\b(?:da|vao|khoang|tam|sang|trua|chieu|toi|dem|a|nhe|em|luc|ngay nay)\b")
_RELATIVE = {
    "hom nay": 0,
    "nay": 0,
    "bua nay": 0,
    "ngay mai": 1,
    "mai": 1,
    "bua mai": 1,
    "ngay mot": 2,
    "hom qua": -1,
    "qua": -1,
    "hom kia": -2,
}
# Words beside a day that move it, or make it one of the moon's.
_HEDGE = re.compile(r"\b(?:truoc|sau|gan|hon|hoac|hay|mung|mong)\b")
# Said of more than one day: "kia" of two to come and two gone by; toneless "mot" of "mốt" and "một", "ngay kia" of
# "ngày kia" and "ngày kìa".
_RELATIVE_UNSURE = {"ngay kia": 2, "kia": 2, "bua kia": 2, "mot": 2, "bua mot": 2}

Found = tuple[date, bool]


def find_day(typed: str, today: date) -> Found | Problem | None:
    """Find the day a text in lower case means, its months in figures, and whether it can be no other."""
    typed = _CLOCK.sub(" ", typed)
    return _written(typed, today) or _counted(typed, today) or _by_weekday(fold(typed), today)


def full_year(year: str, today: date) -> int:
    """Return a year of two digits in full: up to twenty years ahead, else in the century before."""
    if len(year) == 4:
        return int(year)
    full = today.year // 100 * 100 + int(year)
    return full - 100 if full > today.year + 20 else full


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a day that the calendar has, from 1900 to 2100."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(typed: str, today: date) -> Found | Problem | None:
    """Read day, month and perhaps year; a second number, or another weekday, makes it doubtful."""
    written = typed
    year: str | None
    if match := _ISO.search(typed):
        year, month, day = match[1], int(match[2]), int(match[3])
    elif match := _FIGURES.search(typed):
        year, month, day = match[4] or match[5], int(match[3]), int(match[1])
    elif match := _TOGETHER.fullmatch(typed):
        year, month, day = match[3], int(match[2]), int(match[1])
    elif match := _WORDS.search(fold(typed)):
        written = fold(typed)
        year, month, day = match[3], int(match[2]), int(match[1])
    else:
        return None
    around = fold(f"{written[: match.start()]} {written[match.end() :]}")
    weekday = _weekday(around)
    if re.search(r"\d", _WEEKDAY.sub(" ", around)):
        return Problem.AMBIGUOUS
    found = _nearest(day, month, today) if year is None else day_of(full_year(year, today), month, day)
    if found is None:
        return Problem.NO_SUCH_DATE
    near = year is not None or abs(found - today) <= NEAR
    plain = weekday in {None, found.weekday()} and not _HEDGE.search(_WEEKDAY.sub(" ", around))
    return found, near and plain


def _nearest(day: int, month: int, today: date) -> date | None:
    found = [day_of(today.year + offset, month, day) for offset in range(-8, 9)]
    return min((one for one in found if one), key=lambda one: abs(one - today), default=None)


def _counted(typed: str, today: date) -> Found | None:
    """Read "hôm nay", "sáng mai", "3 ngày nữa"."""
    bare = " ".join(_FILLER.sub(" ", fold(typed)).split())
    if bare in _RELATIVE:
        return today + timedelta(days=_RELATIVE[bare]), True
    if bare in _RELATIVE_UNSURE:
        days = 3 if "kìa" in typed else _RELATIVE_UNSURE[bare]
        return today + timedelta(days=days), "mốt" in typed or "ngày kia" in typed
    if not (match := _COUNTED.fullmatch(bare)) or (not match[3] and not bare.startswith("sau ")):
        return None
    days = int(match[1]) * (7 if match[2] == "tuan" else 1)
    return today + timedelta(days=-days if match[3] == "truoc" else days), False


def _by_weekday(folded: str, today: date) -> Found | None:
    """Read "thứ 7 tuần sau"; weeks begin on Monday. Without a week it is the next such day, to be confirmed."""
    weekday = _weekday(folded)
    if weekday is None or re.search(r"\d", _WEEKDAY.sub(" ", folded)):
        return None
    if week := _WEEK.search(folded):
        offset = {"nay": 0, "sau": 7, "toi": 7, "truoc": -7, "roi": -7}[week[1]]
        return today + timedelta(days=weekday - today.weekday() + offset), True
    return today + timedelta(days=(weekday - today.weekday()) % 7), False


def _weekday(folded: str) -> int | None:
    match = _WEEKDAY.search(folded)
    if match is None:
        return None
    return 6 if match[3] else _WEEKDAYS[match[2]] if match[2] else int(match[1]) - 2
