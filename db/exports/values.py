"""The answers to one question of a form as the columns of a table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial

from conversation.calendar import VIETNAM
from conversation.form import FILES, METADATA, Question
from conversation.form_reading import in_words
from conversation.places import Places
from db.exports.listing import Column, Filter, Kind, Value

Cells = Mapping[str, Value]
_WIDTHS: Mapping[str, int] = {
    "number": 12,
    "decimal": 12,
    "year": 10,
    "money": 18,
    "date": 12,
    "moment": 17,
    "point": 12,
    "phone": 14,
}
_KINDS: Mapping[str, Kind] = {
    "integer": "number",
    "decimal": "decimal",
    "range": "decimal",
    "date": "date",
    "today": "date",
    "dateTime": "moment",
    "start": "moment",
    "end": "moment",
}
_APPEARANCES: Mapping[str, Kind] = {"kc-money": "money", "kc-phone": "phone", "kc-year": "year"}
# What Excel's calendar begins with.
_FIRST_YEAR = 1900
_LONGEST_NUMBER = 15
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?")
_POINT = {"latitude": "vĩ độ", "longitude": "kinh độ", "altitude": "độ cao", "precision": "sai số"}
_QUOTED = re.compile(r"\$\{[^}]*\}")
_RAW = FILES | METADATA | {"geopoint", "calculate", "hidden"}


@dataclass(frozen=True)
class Field:
    """What becomes of the answers to a question: `columns` by their own names, the question's first.

    `read` gives the value of the first column, `more` those of the others.
    """

    columns: Mapping[str, Column]
    read: Callable[[str], Value]
    more: Callable[[str], Cells] | None = field(default=None)


def field_of(question: Question, path: str, places: Places, wanted: Filter) -> Field:
    """Return the columns of a question; `path` names the groups it stands in, ending in a `/` where there are any.

    They are named as KoboToolbox names them: `group/question`, `group/question/choice`, `group/_question_latitude`.
    """
    name, kind = question.name, kind_of(question)
    heading = heading_of(question.short or question.label or name)
    columns = {name: Column(path + name, heading, kind, _WIDTHS.get(kind, 28 if question.kind == "text" else 22))}
    read = reader_of(question, kind, places, codes=wanted.codes)
    if question.kind == "select_multiple" and wanted.multiple == "columns":
        for option in question.options:
            own = f"{name}/{option.value}"
            columns[own] = Column(path + own, f"{heading}: {option.label}", "number", 12)
        return Field(columns, read, partial(_ticks, question))
    if question.kind == "geopoint":
        for part, words in _POINT.items():
            own = f"_{name}_{part}"
            columns[own] = Column(path + own, f"{heading}: {words}", "point", 12)
        return Field(columns, read, partial(_coordinates, name))
    return Field(columns, read)


def heading_of(label: str) -> str:
    """Return a label on one line, without the answers it quotes."""
    return " ".join(_QUOTED.sub("…", label).split())


def kind_of(question: Question) -> Kind:
    """Return what kind of value the answers of a question are."""
    by_appearance = (kind for appearance, kind in _APPEARANCES.items() if appearance in question.appearance)
    return next(by_appearance, _KINDS.get(question.kind, "text"))


def reader_of(question: Question, kind: Kind, places: Places, *, codes: bool) -> Callable[[str], Value]:
    """Return what reads the answers of a question: as a number or a moment where it is one, else in words, or as they
    are kept where codes are wanted."""
    if kind in _READERS:
        return _READERS[kind]
    if question.kind == "calculate":
        return calculated
    if codes or kind == "phone" or question.kind in _RAW:
        return str
    if question.kind == "time":
        return hour
    words = partial(in_words, question, places=places)
    return lru_cache(maxsize=1024)(words) if question.options else words


def _ticks(question: Question, answer: str) -> Cells:
    chosen = set(answer.split())
    return {f"{question.name}/{option.value}": int(option.value in chosen) for option in question.options}


def _coordinates(name: str, answer: str) -> Cells:
    return {f"_{name}_{part}": number(text) for part, text in zip(_POINT, answer.split(), strict=False)}


def number(text: str) -> Value:
    """Return a number as ODK writes it; a text that is none stays a text."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return text
    if not found.is_finite() or found.adjusted() >= _LONGEST_NUMBER:
        return text
    return int(found) if found == found.to_integral_value() else found


def calculated(text: str) -> Value:
    """Return what a form worked out: a number where it is written as one, and not as a code with zeros in front."""
    return number(text) if _PLAIN_NUMBER.fullmatch(text) else text


def day(text: str) -> Value:
    """Return a day written `2026-11-24`; a text that is none stays a text."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return found if found.year >= _FIRST_YEAR else text


def moment(text: str) -> Value:
    """Return a moment written `2026-11-24T07:30:00.000+07:00`, in Vietnam where it names no zone; a text that is none
    stays a text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    if found.year < _FIRST_YEAR:
        return text
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def hour(text: str) -> Value:
    """Return a time of day written `07:30:00.000+07:00` as `07:30`."""
    return text[:5]


_READERS: Mapping[Kind, Callable[[str], Value]] = {
    "number": number,
    "decimal": number,
    "year": number,
    "money": number,
    "date": day,
    "moment": moment,
}
