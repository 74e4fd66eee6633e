"""Reading a point on the map: figures, degrees and minutes, a link to a map."""

import re
from decimal import Decimal
from urllib.parse import unquote

from conversation.answers.figures import plain
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import normalise

MAX_TEXT = 2000

Point = tuple[Decimal, Decimal]

_IN_LINK = r"([+-]?\d{1,3}(?:\.\d{1,20})?)"
# The pin of a place, then the point asked for, then the middle of the view.
_LINKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"!3d{_IN_LINK}!4d{_IN_LINK}",
        rf"[?&](?:q|ll|query|destination|daddr|center)=(?:loc:)?{_IN_LINK},[\s+]?{_IN_LINK}(?![\d.])",
        rf"[?&]mlat={_IN_LINK}&mlon={_IN_LINK}",
        rf"\bgeo:{_IN_LINK},{_IN_LINK}",
        rf"/(?:search|place)/{_IN_LINK},[\s+]*{_IN_LINK}(?![\d.])",
        rf"/@{_IN_LINK},{_IN_LINK}",
        rf"@{_IN_LINK},{_IN_LINK}",
    )
)
_NUMBER = r"([+-]?\d{1,3}[.,]\d{1,20})"
_BETWEEN = r"(?:\s*[,;/]\s*|\s+)(?:(?:lon|lng|long|kinh độ|kinh do)\b[\s:=]*)?"
_PAIR = re.compile(rf"(?<![\w.,]){_NUMBER}\s*([nsb]?){_BETWEEN}{_NUMBER}\s*([ewđdt]?)(?![\w]|[.,]\d)")
_PART = r"(\d{1,2}(?:[.,]\d{1,10})?)"
_MINUTES = rf"(?:\s*{_PART}\s*(?:['’′](?!['’′])|phút|phut)(?:\s*{_PART}\s*(?:[\"”″]|['’′]{{2}}|giây|giay))?)?"
_DEGREES = re.compile(
    rf"(?:(?<!\w)([nsewb])\s*|(?<![\w.,]))([+-]?\d{{1,3}}(?:[.,]\d{{1,20}})?)\s*(?:[°º˚]|độ|do\b){_MINUTES}"
    r"(?:\s*(?:vĩ|vi|kinh)?\s*(bắc|bac|nam|đông|dong|tây|tay|[nsewbđdt])(?!\w))?"
)
_BACKWARDS = {"s", "nam", "w", "t", "tây", "tay"}
_CENTIMETRE = Decimal("0.0000001")
# Vietnam with its islands; a point elsewhere may be a slip.
_HOME = ((Decimal(6), Decimal(24)), (Decimal(102), Decimal(118)))


def read_geopoint(text: str) -> Reading:
    """Read latitude and longitude as ODK writes a point: "20.5411, 105.9139" → "20.5411 105.9139 0 0".

    Decimals may stand behind commas; degrees and minutes, or a link to a map, will do. Outside Vietnam it is to be
    confirmed.
    """
    typed = normalise(text).lower()
    if len(typed) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    point = _linked(unquote(typed)) or _in_degrees(typed) or _in_decimals(typed)
    if point is None or abs(point[0]) > 90 or abs(point[1]) > 180:
        return refused(Problem.NOT_A_PLACE)
    at_home = all(first <= one <= last for one, (first, last) in zip(point, _HOME, strict=True))
    value = " ".join(plain(one.quantize(_CENTIMETRE)) for one in point) + " 0 0"
    return understood(text, value, geopoint_in_words(value), sure=at_home)


def geopoint_in_words(value: str) -> str:
    """Return a point, as ODK writes it, as maps show it: "20.5411, 105.9139"; other text as it is."""
    parts = value.split()
    return ", ".join(parts[:2]) if len(parts) >= 2 else value


def _linked(link: str) -> Point | None:
    """Return the point a link names."""
    found = (pattern.search(link) for pattern in _LINKS)
    return next(((Decimal(match[1]), Decimal(match[2])) for match in found if match), None)


def _in_decimals(typed: str) -> Point | None:
    match = _PAIR.search(typed)
    if match is None:
        return None
    return _signed(_decimal(match[1]), match[2]), _signed(_decimal(match[3]), match[4])


def _in_degrees(typed: str) -> Point | None:
    """Return the point of two angles: "20°32'28"N 105°54'50"E"."""
    angles = [_angle(match) for match in _DEGREES.finditer(typed)]
    return (angles[0], angles[1]) if len(angles) == 2 and angles[0] is not None and angles[1] is not None else None


def _angle(match: re.Match[str]) -> Decimal | None:
    before, degrees, minutes, seconds, behind = match.groups()
    sixtieths = [_decimal(part) if part else Decimal(0) for part in (minutes, seconds)]
    if any(part >= 60 for part in sixtieths):
        return None
    whole = _decimal(degrees)
    size = abs(whole) + sixtieths[0] / 60 + sixtieths[1] / 3600
    return _signed(size.copy_sign(whole), behind or before or "")


def _signed(angle: Decimal, hemisphere: str) -> Decimal:
    return -angle if hemisphere in _BACKWARDS else angle


def _decimal(figures: str) -> Decimal:
    return Decimal(figures.replace(",", "."))
