"""Months and years said in words or counted from today, put in figures before a day is looked for."""

import re
from datetime import date

from conversation.answers.small_numbers import SMALL_NUMBER, small_number
from conversation.answers.text import fold, has_tones
from conversation.answers.words import loose, one_of

_MONTH_NAMES = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_MONTHS = {fold(name): number for number, name in enumerate(_MONTH_NAMES, 1)} | {"bon": 4}
_OFFSETS = {"nay": 0, "ngoai": -1, "kia": -2, "roi": -1, "truoc": -1, "sau": 1, "toi": 1, "sang nam": 1}
_BESIDE = one_of("này|rồi|trước|sau|tới")

_YEAR = re.compile(
    rf"(?<!\w)(?<!thứ )(?<!thu )(?<!t)(?<!tháng )(?<!thang )"
    rf"(?:{loose('năm')}\s+({_BESIDE}|{one_of('nay|ngoái|kia')})|({loose('sang năm')}))(?!\w)"
)
_MONTH = re.compile(
    rf"(?<!\w)(?:{one_of('ngày|mùng|mồng')}\s+(?P<day>\d{{1,2}})\s+|(?<!\d ))"
    rf"{loose('tháng')}\s+(?P<beside>{_BESIDE})(?!\w)(?!\s+(?:{loose('năm')}\s+)?\d{{4}})"
)
_NAMED_MONTH = re.compile(rf"(?<!\w)({one_of('tháng|thg')})\s+({one_of('|'.join((*_MONTH_NAMES, 'bốn')))})(?!\w)")
_NAMED_DAY = re.compile(
    rf"(?<!\w)(?<!thứ )(?<!thu )(?:({SMALL_NUMBER})\s+)?(?!(?:sau|nam)\s)({SMALL_NUMBER})(?=\s+{loose('tháng')}\s+\d)"
)


def in_figures(typed: str, today: date) -> str:
    """Return a text in lower case with its months and years in figures.

    "hai mươi tháng mười một năm nay" → "20 tháng 11 năm 2026". Toneless, "thang sau" may be June or the next month: it
    stays.
    """
    toneless = not has_tones(typed)

    def year(match: re.Match[str]) -> str:
        return f"năm {today.year + _OFFSETS[fold(match[1] or match[2])]}"

    def month(match: re.Match[str]) -> str:
        if toneless and match["beside"] == "sau":
            return match[0]
        months = today.year * 12 + today.month - 1 + _OFFSETS[fold(match["beside"])]
        return f"{match['day'] or ''} tháng {months % 12 + 1} năm {months // 12}".strip()

    def named_month(match: re.Match[str]) -> str:
        is_next = match[2] == "sau" and not re.match(rf"\s+(?:{loose('năm')}\s+)?\d", typed_so_far[match.end() :])
        return match[0] if is_next else f"{match[1]} {_MONTHS[fold(match[2])]}"

    def named_day(match: re.Match[str]) -> str:
        return match[0] if match[1] else str(small_number(match[2]))

    typed_so_far = _MONTH.sub(month, _YEAR.sub(year, typed))
    return _NAMED_DAY.sub(named_day, _NAMED_MONTH.sub(named_month, typed_so_far))
