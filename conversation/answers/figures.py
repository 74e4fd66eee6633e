"""Numbers in figures: `1.234,5` as Vietnam writes them, and what else a phone's keyboard gives."""

import re
from decimal import Decimal

from conversation.answers.small_numbers import SMALL_NUMBER, small_number
from conversation.answers.text import normalise

_PLAIN = re.compile(r"-?\d+")
_POINTS = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_COMMAS = re.compile(r"-?[1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:,\d{3})+\.\d+)")
_FRACTION = re.compile(r"-?\d+[.,]\d+")
_COMMA_OR_THOUSANDS = re.compile(r"-?[1-9]\d{0,2},\d{3}")

_AREA = re.compile(r"\bm[23²³]|(?<=\d)\s*m[23²³]")
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?: \d{3})* 000|(?: \d{3}){2,})(?![.,]?\d| \d)")
# "phay" without its marks is a machine, and a comma behind a word no fraction.
_COMMA_SAID = re.compile(rf"(?<!\w)({SMALL_NUMBER})\s+phẩy\s+({SMALL_NUMBER})(?!\s*{SMALL_NUMBER})")
_NO_WHOLE = re.compile(r"(?<![\w.,])[.,](?=\d+(?![\d.,]))")
_TOKEN = re.compile(r"(?:(?<![\w.,])-)?\d+(?:[.,]+\d+)*|[^\W\d_]+")


def tokens(text: str) -> list[str]:
    """Return the figures and the words of a text: "20 000 đ" → "20000", "đ"; "2 phẩy 5" → "2,5"."""
    typed = _AREA.sub(" ", normalise(text).lower().replace("−", "-"))
    typed = _NO_WHOLE.sub("0,", typed)
    typed = _COMMA_SAID.sub(lambda match: f"{small_number(match[1])},{small_number(match[2])}", typed)
    return _TOKEN.findall(_SPACED_THOUSANDS.sub(lambda match: match[0].replace(" ", ""), typed))


def figure(token: str) -> Decimal | None:
    """Return the number a token of digits, points and commas writes, None when it writes none.

    "1.234" is one thousand two hundred and thirty-four, "1,5" and "1.5" one and a half, "1,234" a fraction.
    """
    if _PLAIN.fullmatch(token):
        return Decimal(token)
    if _POINTS.fullmatch(token):
        return Decimal(token.replace(".", "").replace(",", "."))
    if _COMMAS.fullmatch(token):
        return Decimal(token.replace(",", ""))
    if _FRACTION.fullmatch(token):
        return Decimal(token.replace(",", "."))
    return None


def has_thousands(token: str) -> bool:
    """Whether points set off its thousands: "1.234"."""
    return _POINTS.fullmatch(token) is not None


def may_be_thousands(token: str) -> bool:
    """Whether a token that reads as a fraction may be meant as thousands: "1,234"."""
    return _COMMA_OR_THOUSANDS.fullmatch(token) is not None


def grouped(number: Decimal) -> str:
    """Return a number as Vietnam writes it: "1.234,5"."""
    whole, _, fraction = plain(abs(number)).partition(".")
    sign = "-" if number < 0 else ""
    return sign + f"{int(whole):,}".replace(",", ".") + (f",{fraction}" if fraction else "")


def plain(number: Decimal) -> str:
    """Return a number as ODK writes it: "1234.5", no exponent, no zeros at the end."""
    written = f"{number:f}"
    trimmed = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if trimmed in {"-0", ""} else trimmed
