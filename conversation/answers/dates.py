"""Reading a day: in figures, in words, or counted from today."""

import re
from datetime import date, datetime, timedelta

from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import fold, normalise
from conversation.calendar import local_day

MAX_TEXT = 200
FIRST_YEAR, LAST_YEAR = 1900, 2100
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

_SPOKEN = {"hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
_MONTHS = _SPOKEN | {"mot": 1, "muoi mot": 11, "muoi hai": 12}
_MONTH = r"(\d{1,2}\b|muoi mot|muoi hai|" + "|".join(_SPOKEN) + "|mot)"

_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})\s*([/. -])\s*(\d{1,2})(?:\s*\2\s*(\d{4}|\d{2}))?(?!\d|[/.-]\d)")
_TOGETHER = re.compile(r"(\d\d)(\d\d)(\d{4})")
_WORDS = re.compile(rf"(?<!\d)(\d{{1,2}}) ?(?:thang|thg|t) ?{_MONTH}(?: (?:nam )?(\d{{4}}|\d{{2}})\b)?")
_WEEKDAY = re.compile(r"\b(?:(?:thu ?|t)([2-7])|thu (hai|ba|tu|nam|sau|bay)|(chu nhat|cn))\b")
_WEEK = re.compile(r"\btuan (nay|sau|toi|truoc|roi)\b")
_CLOCK = re.compile(r"\b\d{1,2}\s*(?:h|g|giờ|gio|:)(?:\s?\d{2}\b(?![/.-]))?(?![^\W\d_])")
_COUNTED = re.compile(r"(?:sau )?(\d{1,3}) (ngay|hom|tuan)(?: (nua|sau|toi|truoc))?")
_LUNAR = re.compile(r"\b(?:am lich|al|tet|gieng|chap|ram)\b")
_TOO_WIDE = re.compile(
    r"\b(?:thang|tuan|quy|ngay \d|mung|dau nam|cuoi nam|giua nam|nam (?:nay|sau|toi|ngoai)|(?:19|20)\d\d)\b"
)
_FILLER = re.compile(r"\b(?:da|vao|khoang|tam|sang|trua|chieu|toi|dem|a|nhe|em|luc)\b")
_RELATIVE = {
    "hom nay": 0,
    "nay": 0,
    "bua nay": 0,
    "ngay mai": 1,
    "mai": 1,
    "ngay kia": 2,
    "ngay mot": 2,
    "hom qua": -1,
    "qua": -1,
    "hom kia": -2,
}


def read_date(text: str, now: datetime) -> Reading:
    """Read a day as ISO writes it: "20/11/2026", "20/11" (the nearest), "mai", "thứ 7 tuần sau"; never a lunar one."""
    typed = normalise(text).lower()
    if len(typed) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    today, folded = local_day(now), fold(typed)
    if _LUNAR.search(folded):
        return refused(Problem.AMBIGUOUS)
    typed = _CLOCK.sub(" ", typed)
    meant = _written(typed, today) or _counted(fold(typed), today) or _by_weekday(fold(typed), today)
    if isinstance(meant, Problem):
        return refused(meant)
    if meant is None:
        return refused(Problem.AMBIGUOUS if _TOO_WIDE.search(folded) else Problem.NOT_A_DATE)
    day, sure = meant
    return understood(text, day.isoformat(), date_in_words(day.isoformat()), sure=sure)


def date_in_words(iso: str) -> str:
    """Return a day with its weekday: "2026-11-20" → "thứ Sáu 20/11/2026"."""
    day = date.fromisoformat(iso)
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def _written(typed: str, today: date) -> tuple[date, bool] | Problem | None:
    """Read day, month and perhaps year; a second number, or another weekday, makes it doubtful."""
    written = typed
    if match := _ISO.search(typed):
        year, month, day = match[1], int(match[2]), int(match[3])
    elif match := _FIGURES.search(typed):
        year, month, day = match[4], int(match[3]), int(match[1])
    elif match := _TOGETHER.fullmatch(typed):
        year, month, day = match[3], int(match[2]), int(match[1])
    elif match := _WORDS.search(fold(typed)):
        written = fold(typed)
        year, month, day = match[3], _MONTHS.get(match[2]) or int(match[2]), int(match[1])
    else:
        return None
    around = fold(f"{written[: match.start()]} {written[match.end() :]}")
    weekday = _weekday(around)
    if re.search(r"\d", _WEEKDAY.sub(" ", around)):
        return Problem.AMBIGUOUS
    found = _nearest(day, month, today) if year is None else _day(_full(year, today), month, day)
    if found is None:
        return Problem.NOT_A_DATE
    return found, year is not None and weekday in {None, found.weekday()}


def _full(year: str, today: date) -> int:
    """Return a year of two digits in full: up to twenty years ahead, else in the century before."""
    if len(year) == 4:
        return int(year)
    full = today.year // 100 * 100 + int(year)
    return full - 100 if full > today.year + 20 else full


def _nearest(day: int, month: int, today: date) -> date | None:
    found = [_day(today.year + offset, month, day) for offset in range(-4, 5)]
    return min((one for one in found if one), key=lambda one: abs(one - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _counted(folded: str, today: date) -> tuple[date, bool] | None:
    """Read "hôm nay", "sáng mai", "3 ngày nữa"."""
    bare = " ".join(_FILLER.sub(" ", folded).split())
    if bare in _RELATIVE:
        return today + timedelta(days=_RELATIVE[bare]), True
    if not (match := _COUNTED.fullmatch(bare)) or (not match[3] and not bare.startswith("sau ")):
        return None
    days = int(match[1]) * (7 if match[2] == "tuan" else 1)
    return today + timedelta(days=-days if match[3] == "truoc" else days), False


def _by_weekday(folded: str, today: date) -> tuple[date, bool] | None:
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
    return 6 if match[3] else (_SPOKEN[match[2]] if match[2] else int(match[1])) - 2
