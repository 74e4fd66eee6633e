"""Numbers, dates, times and letters as a Vietnamese announcer reads them aloud."""

import re
from datetime import date, datetime

from content.render import WEEKDAYS
from conversation.calendar import VIETNAM

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu", "tỷ")
_LARGEST = 10**12
_NAMES = "a, bê, xê, dê, đê, e, ép-phờ, giê, hát, i, gi, ca, e-lờ, em-mờ, en-nờ, o, pê, quy, e-rờ, ét-sì, tê, u, vê"
_LETTERS = dict(zip("ABCDĐEFGHIJKLMNOPQRSTUVWXYZ", f"{_NAMES}, vê kép, ích-xì, i dài, dét".split(", "), strict=True))
_MONTH = "1[0-2]|0?[1-9]"
_READ = re.compile(
    rf"(?P<date>\b(?:ngày )?(?P<day>3[01]|[12]\d|0?[1-9])/(?P<month>{_MONTH})(?:/(?P<year>\d{{4}}))?(?![\d/]))"
    rf"|(?P<month_only>\b(?P<of>{_MONTH})/(?P<in_year>20\d\d)\b(?!/))"
    r"|(?P<time>\b(?P<hour>[01]?\d|2[0-4])(?::(?P<minute>[0-5]\d)|[hg](?P<after>[0-5]\d)?)(?!\w))"
    r"|(?P<phone>\b0\d[\d .]{6,12}\d\b)"
    r"|(?P<grouped>\b\d{1,3}(?:\.\d{3})+\b)"
    r"|(?P<decimal>\b\d+,\d+\b)"
    r"|(?P<code>\b[A-ZĐ]{1,4}\d{1,3}\b)"
    r"|(?P<number>\d+)"
    r"|(?P<percent>\s*%)"
    r"|(?P<range>(?<=[\d ])[–—-](?=[\d ]))"
)


def spoken(text: str) -> str:
    """Return a text with what is written in figures put into words; all other words stay as they are.

    >>> spoken("7h30 ngày 12/12, phòng B2")
    'bảy giờ ba mươi phút ngày mười hai tháng mười hai, phòng bê, hai'
    """
    return " ".join(_READ.sub(_in_words, text).split())


def _in_words(found: re.Match[str]) -> str:
    written = found[0]
    match found.lastgroup:
        case "date":
            return day_of(int(found["day"]), int(found["month"]), int(found["year"] or 0))
        case "month_only":
            return f"{_month(int(found['of']))} năm {number(int(found['in_year']))}"
        case "time":
            return _clock(int(found["hour"]), int(found["minute"] or found["after"] or 0))
        case "phone":
            return digits(written)
        case "grouped":
            return _as_number(written.replace(".", ""))
        case "decimal":
            return " phẩy ".join(map(_as_number, written.split(",")))
        case "code":
            return spelled(written)
        case "number":
            return _apart(found, _as_number(written))
        case "percent":
            return " phần trăm"
        case _:
            return " đến "


def _as_number(figures: str) -> str:
    return number(int(figures)) if int(figures) < _LARGEST else digits(figures)


def _apart(found: re.Match[str], words: str) -> str:
    """Keep a number's words apart from a letter it stands against (`500m`, `m2`)."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return f"{' ' if before.isalpha() else ''}{words}{' ' if after.isalpha() else ''}"


def number(value: int) -> str:
    """Return a number below a million millions in words: 2026 → "hai nghìn không trăm hai mươi sáu"."""
    if value == 0:
        return _DIGITS[0]
    groups = []
    for scale in _SCALES:
        value, group = divmod(value, 1000)
        if group:
            groups.append(f"{_group(group, full=value > 0)} {scale}".strip())
    return " ".join(reversed(groups))


def _group(value: int, *, full: bool) -> str:
    """Return up to three figures in words; `full` ones follow a larger group and name their hundreds."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0 and ones:
        return " ".join([*words, *(["linh"] if words else []), _DIGITS[ones]])
    if tens:
        words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones:
        last = {1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn", 5: "lăm"}
        words.append(last.get(ones, _DIGITS[ones]))
    return " ".join(words)


def day(moment: date | datetime, *, year: bool = False) -> str:
    """Return a day in Vietnam: "thứ Năm, ngày mười tháng mười hai"."""
    at = moment.astimezone(VIETNAM) if isinstance(moment, datetime) else moment
    return f"{WEEKDAYS[at.weekday()]}, {day_of(at.day, at.month, at.year if year else 0)}"


def day_of(of_month: int, month: int, year: int = 0) -> str:
    """Return a day of a month, the first ten as "mùng"; without its year where that is 0."""
    early = "mùng " if 0 < of_month <= 10 else ""
    return f"ngày {early}{number(of_month)} tháng {_month(month)}" + (f" năm {number(year)}" if year else "")


def _month(month: int) -> str:
    return "tư" if month == 4 else number(month)


def clock(moment: datetime) -> str:
    """Return a time in Vietnam with its part of the day: "bốn giờ ba mươi phút chiều"."""
    at = moment.astimezone(VIETNAM)
    parts = ((4, "đêm"), (11, "sáng"), (13, "trưa"), (18, "chiều"), (22, "tối"), (24, "đêm"))
    part = next(name for until, name in parts if at.hour < until)
    return f"{_clock(at.hour - 12 if at.hour > 12 else at.hour, at.minute)} {part}"


def _clock(hour: int, minute: int) -> str:
    return f"{number(hour)} giờ" + (f" {number(minute)} phút" if minute else "")


def spelled(code: str) -> str:
    """Return a code letter by letter, figure by figure: QT1 → "quy, tê, một"."""
    return ", ".join(_LETTERS[one] if one in _LETTERS else _DIGITS[int(one)] for one in code)


def digits(text: str) -> str:
    """Return a telephone number figure by figure, a pause where it is written with one."""
    groups = re.findall(r"\d+", text)
    return ", ".join(" ".join(_DIGITS[int(one)] for one in group) for group in groups)
