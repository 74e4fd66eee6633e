"""Reading telephone numbers of Vietnam."""

import re

from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import normalise

MAX_TEXT = 200

_RUN = re.compile(r"\+?\(?\d(?:[\s.()-]*\d)*")
_LETTER_O = re.compile(r"\b[oO](?=[\d\s.]*\d)")
_COUNTRY = re.compile(r"^(?:(?:\+|00)84|84(?=0?[235789]\d{8,9}$))0?")
_LOST_ZERO = re.compile(r"[35789]\d{8}")
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{8,9}")


def read_phone(text: str) -> Reading:
    """Read a mobile (10 digits) or landline (10 or 11) as digits alone: "+84 912 345 678" → "0912345678"."""
    typed = normalise(text)
    if len(typed) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    runs = _runs(_LETTER_O.sub("0", typed))
    valid = {run for run in runs if _MOBILE.fullmatch(run) or _LANDLINE.fullmatch(run)}
    if len(valid) > 1:
        return refused(Problem.AMBIGUOUS)
    if valid:
        number = valid.pop()
        return understood(text, number, phone_in_words(number))
    if not runs:
        return refused(Problem.NOT_A_PHONE)
    longest = max(runs, key=len)
    if _LOST_ZERO.fullmatch(longest):
        return understood(text, f"0{longest}", phone_in_words(f"0{longest}"), sure=False)
    if len(longest) == 10:
        return refused(Problem.PHONE_PREFIX, prefix=longest[:2])
    return refused(Problem.PHONE_LENGTH, digits=str(len(longest)))


def phone_in_words(number: str) -> str:
    """Return a number in groups as it is read aloud: "0912345678" → "0912 345 678"."""
    if not number.isdecimal() or len(number) not in {10, 11}:
        return number
    first, last = (3, -4) if number[:3] in {"024", "028"} else (4, -3)
    return f"{number[:first]} {number[first:last]} {number[last:]}"


def _runs(text: str) -> list[str]:
    """Return the digits of each number in a text, in the national form; two mobiles side by side are two."""
    runs = []
    for match in _RUN.finditer(text):
        parts = [_national(part) for part in re.split(r"[\s-]+", match[0])]
        separate = len(parts) > 1 and all(_MOBILE.fullmatch(part) for part in parts)
        runs += parts if separate else [_national(match[0])]
    return runs


def _national(written: str) -> str:
    digits = re.sub(r"[^\d+]", "", written)
    return _COUNTRY.sub("0", digits).lstrip("+")
