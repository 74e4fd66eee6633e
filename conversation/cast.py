"""What a question holds of what its form puts in: as in ODK, a default or calculation is cast to its kind."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from conversation.expressions import moments
from conversation.form import FILES, Question

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_PLACE = re.compile(r"-?\d+(\.\d+)?( -?\d+(\.\d+)?){1,3}")


def cast(question: Question, text: str) -> str:
    """Return a text as a value of the question's kind, as ODK writes it; nothing where it is none."""
    if not text or question.kind not in _CASTS:
        return text
    return _CASTS[question.kind](question, text)


def _integer(question: Question, text: str) -> str:
    return str(int(Decimal(text))) if _NUMBER.fullmatch(text) else ""


def _decimal(question: Question, text: str) -> str:
    return text if _NUMBER.fullmatch(text) else ""


def _range(question: Question, text: str) -> str:
    start, end, step = (Decimal(question.parameters[name]) for name in ("start", "end", "step"))
    if not _NUMBER.fullmatch(text) or not start <= Decimal(text) <= end or (Decimal(text) - start) % step:
        return ""
    return text


def _one(question: Question, text: str) -> str:
    return text if question.option(text) else ""


def _many(question: Question, text: str) -> str:
    return " ".join(value for value in text.split() if question.option(value))


def _date(question: Question, text: str) -> str:
    moment = _moment(text)
    return moment.date().isoformat() if moment else ""


def _date_time(question: Question, text: str) -> str:
    moment = _moment(text)
    return moment.isoformat(timespec="milliseconds") if moment else ""


def _time(question: Question, text: str) -> str:
    moment = _moment(f"2000-01-01T{text}") if _TIME.fullmatch(text) else _moment(text)
    return moment.isoformat(timespec="milliseconds").partition("T")[2] if moment else ""


def _moment(text: str) -> datetime | None:
    """Return the moment of an ISO date or date-time; a spreadsheet has a space where ODK has a T."""
    return moments.read(text.replace(" ", "T", 1))


def _place(question: Question, text: str) -> str:
    return text if _PLACE.fullmatch(text) else ""


def _nothing(question: Question, text: str) -> str:
    return ""


_CASTS: dict[str, Callable[[Question, str], str]] = {
    "integer": _integer,
    "decimal": _decimal,
    "range": _range,
    "select_one": _one,
    "acknowledge": _one,
    "select_multiple": _many,
    "rank": _many,
    "date": _date,
    "dateTime": _date_time,
    "time": _time,
    "geopoint": _place,
    **dict.fromkeys(FILES, _nothing),
}
