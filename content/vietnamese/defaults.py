"""What the column «mặc định» puts in, read into XLSForm's default: a number, a day, a time, options, plain words."""

import re

from pyxform.utils import default_is_dynamic

from content.vietnamese.amounts import literal
from content.vietnamese.conditions import amount, is_xpath
from content.vietnamese.words import Asked, NotUnderstood, Phrases, Vocabulary
from conversation.answers import read_time
from conversation.answers.text import fold

EXAMPLES = {
    "integer": "5 hoặc 400 triệu",
    "decimal": "1,5",
    "range": "3",
    "date": "hôm nay hoặc 20/11/2026",
    "dateTime": "bây giờ",
    "time": "7 giờ 30",
}
_SUMS = frozenset({"integer", "decimal", "range", "date", "dateTime"})
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]?(\d\d:\d\d.*)?")
_DAY = re.compile(r"date\('(.+)'\)")


def default(text: str, asked: Asked, vocabulary: Vocabulary) -> str:
    """Return a default as XLSForm has it; raises NotUnderstood."""
    if is_xpath(text):
        return text
    if asked.options is not None:
        return " ".join(_codes(text, asked.options, several=asked.kind != "select_one"))
    if asked.kind == "time":
        return _time(text)
    if asked.kind in _SUMS:
        return _sum(text, asked.kind, vocabulary)
    # What looks like a sum to XLSForm ("Hà Nam - Ninh Bình") is kept as words by a function.
    return f"string({literal(text)})" if default_is_dynamic(text, asked.kind) else text


def _codes(text: str, options: Phrases, *, several: bool) -> list[str]:
    if len(options.get(fold(text), ())) == 1 or not several:
        return [_code(text, options)]
    # A label may have commas of its own, and codes alone stand as XLSForm has them.
    parting = next((sign for sign in ";\n," if sign in text), None)
    return [_code(part, options) for part in map(str.strip, text.split(parting)) if part]


def _code(text: str, options: Phrases) -> str:
    codes = options.get(fold(text), ())
    if len(codes) == 1:
        return codes[0]
    known = ", ".join(dict.fromkeys(code for codes in options.values() for code in codes))
    raise NotUnderstood(f"không có đáp án «{text}» trong danh sách; có: {known[:200]}")


def _time(text: str) -> str:
    if fold(text) == "bay gio":
        return "now()"
    time = read_time(text)
    if time.value is None or not time.sure:
        raise NotUnderstood(f"không đọc được giờ «{text}»")
    return time.value[: len("07:30:00")]


def _sum(text: str, kind: str, vocabulary: Vocabulary) -> str:
    """Return a number or a day as it is, and what is worked out as XPath."""
    moment = _MOMENT.fullmatch(text) if kind in {"date", "dateTime"} else None
    if moment:
        return f"{moment[1]}T{moment[2]}" if moment[2] and kind == "dateTime" else moment[1]
    xpath = amount(text, vocabulary)
    day = _DAY.fullmatch(xpath)
    if day:
        return day[1]
    return f"date({xpath})" if kind == "date" and xpath not in {"today()", "now()"} else xpath
