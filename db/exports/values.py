"""Answers of a form as values of a table."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial

from conversation.form import Question
from conversation.form_reading import in_words
from conversation.places import Places
from db.exports.listing import Column, Kind, Value

_WIDTHS: Mapping[str, int] = {"number": 12, "year": 10, "money": 18, "date": 12, "phone": 14}


def kind_of(question: Question) -> Kind:
    """Return what kind of value the answers of a question are."""
    kinds: Mapping[str, Kind] = {"kc-money": "money", "kc-phone": "phone", "kc-year": "year"}
    for appearance, kind in kinds.items():
        if appearance in question.appearance:
            return kind
    by_type: Mapping[str, Kind] = {"integer": "number", "decimal": "number", "date": "date"}
    return by_type.get(question.kind, "text")


def column_of(question: Question) -> Column:
    """Return the column of a question, under its few words."""
    kind = kind_of(question)
    heading = question.short or question.label or question.name
    return Column(question.name, heading, kind, _WIDTHS.get(kind, 28 if question.kind == "text" else 22))


def reader_of(question: Question, places: Places, *, codes: bool) -> Callable[[str], Value]:
    """Return what reads the answers of a question: as a number or a day where it is one, else in words, or as they are
    kept where codes are wanted."""
    kind = kind_of(question)
    if kind in {"number", "year", "money"}:
        return number
    if kind == "date":
        return day
    if codes or kind == "phone":
        return str
    words = partial(in_words, question, places=places)
    return lru_cache(maxsize=1024)(words) if question.options else words


def number(text: str) -> Value:
    """Return a number as ODK writes it; a text that is none stays a text."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return text
    if not found.is_finite():
        return text
    return int(found) if found == found.to_integral_value() else found


def day(text: str) -> Value:
    """Return a day written `2026-11-24`; a text that is none stays a text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
