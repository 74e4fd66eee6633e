"""Reading a year."""

import re
from datetime import datetime

from conversation.answers.amounts import amounts
from conversation.answers.questions import asks
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import fold, normalise
from conversation.calendar import local_day

FIRST_YEAR = 1900
MAX_TEXT = 200

_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
_TWO_DIGITS = re.compile(r"(?:.*\bnam )?(\d\d)")
_AROUND_THE_WORD = re.compile(r"(.*?)\s*(?<![^\W\d_])n[aă]m\b(.*)")
_HEDGE = re.compile(r"\b(?:truoc|sau|gan|hon|nhung nam|thap nien)\b")
_NAMED = {"nam nay": 0, "nam ngoai": 1, "nam truoc": 1, "nam vua roi": 1, "nam kia": 2}


def read_year(text: str, now: datetime) -> Reading:
    """Read a year from 1900 to this one: "2009", "năm 2009"; "15 năm nay" counts back and is to be confirmed."""
    typed, folded = normalise(text), fold(text)
    if len(typed) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    this_year = local_day(now).year
    written = {int(digits) for digits in _FOUR_DIGITS.findall(typed)}
    if len(written) > 1:
        return refused(Problem.AMBIGUOUS)
    if not written and asks(text):
        return refused(Problem.NOT_A_YEAR, first=str(FIRST_YEAR), last=str(this_year))
    sure = bool(written) and not asks(text) and not _HEDGE.search(folded)
    year = written.pop() if written else _worked_out(typed, folded, this_year)
    if year is None or not FIRST_YEAR <= year <= this_year:
        return refused(Problem.NOT_A_YEAR, first=str(FIRST_YEAR), last=str(this_year))
    return understood(text, str(year), str(year), sure=sure)


def _worked_out(typed: str, folded: str, this_year: int) -> int | None:
    """Return the year meant by "15 năm nay", "năm ngoái", "09", "hai nghìn không trăm linh chín"."""
    around = _AROUND_THE_WORD.fullmatch(typed.lower())
    count = _only_number(around[1]) if around else None
    if around and count is not None:
        return None if re.search(r"\d", around[2]) else this_year - count
    for phrase, ago in _NAMED.items():
        if folded == phrase or folded.endswith(f" {phrase}"):
            return this_year - ago
    if short := _TWO_DIGITS.fullmatch(folded):
        year = this_year // 100 * 100 + int(short[1])
        return year - 100 if year > this_year else year
    return _only_number(around[2] if around else typed)


def _only_number(text: str) -> int | None:
    found = amounts(text)
    if found.vague or len(found.found) != 1 or found.found[0].value != int(found.found[0].value):
        return None
    return int(found.found[0].value)
