"""Reading the answer to one question of a form, whatever its type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from conversation.answers import (
    Reading,
    date_in_words,
    has_tones,
    money_in_words,
    number_in_words,
    phone_in_words,
    read_choice,
    read_choices,
    read_date,
    read_decimal,
    read_integer,
    read_money,
    read_phone,
    read_year,
)
from conversation.draft import Pending
from conversation.form import Option, Question
from conversation.places import Places

MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood: a value as ODK writes it, something to ask back, or a problem with what to say of it.

    `options` are the values an ambiguous answer may have meant.
    """

    value: str | None
    echo: str = ""
    typed: str = ""
    pending: Pending | None = None
    problem: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()


def read(question: Question, options: tuple[Option, ...], text: str, now: datetime, places: Places) -> Read:
    """Read what was typed for a question."""
    if "kc-commune" in question.appearance:
        return _read_commune(text, places)
    if question.kind == "text" and not question.appearance & {"kc-phone", "kc-year"}:
        return _read_text(question, text)
    reading = _reading(question, options, text, now)
    if reading.value is not None and not reading.sure:
        return Read(None, pending=Pending("confirm", reading.value, reading.echo, text))
    return Read(reading.value, reading.echo, text, None, reading.problem, reading.details, reading.options)


def _reading(question: Question, options: tuple[Option, ...], text: str, now: datetime) -> Reading:
    pairs = [(option.value, option.label) for option in options]
    if question.kind == "select_multiple":
        return read_choices(text, pairs)
    if question.kind in {"select_one", "acknowledge"}:
        return read_choice(text, pairs)
    if "kc-money" in question.appearance:
        return read_money(text)
    if "kc-phone" in question.appearance:
        return read_phone(text)
    if "kc-year" in question.appearance:
        return read_year(text, now)
    if question.kind == "date":
        return read_date(text, now)
    return read_decimal(text) if question.kind == "decimal" else read_integer(text)


def _read_text(question: Question, text: str) -> Read:
    if len(text) > MAX_TEXT:
        return Read(None, problem="too_long", details={"limit": str(MAX_TEXT)})
    if "kc-name" in question.appearance and not has_tones(text) and any(letter.isalpha() for letter in text):
        return Read(None, pending=Pending("tones", text, text, text))
    return Read(text, typed=text)


def _read_commune(text: str, places: Places) -> Read:
    """Understand an exact new name; ask back an old one, one of several, or the hamlet of a unit that was split."""
    found = places.find(text)
    if not found:
        return Read(None, problem="no_such_commune")
    first = found[0]
    if len(found) == 1 and first.old is None and first.sure:
        return Read(first.code, echo=first.commune.full_name, typed=text)
    if len(found) == 1:
        return Read(None, pending=Pending("confirm", first.code, first.described, text))
    options = tuple((place.code, place.label) for place in found)
    if all(place.split and place.old == first.old for place in found):
        both = "|".join(place.code for place in found)
        return Read(None, pending=Pending("hamlet", both, first.described, text, options))
    return Read(None, pending=Pending("place", "", "", text, options))


def in_words(question: Question, value: str, places: Places) -> str:
    """Return an answer as a person would read it back; empty where there is none."""
    if not value:
        return ""
    if question.options:
        labels = {option.value: option.label for option in question.options}
        return "; ".join(labels.get(one, one) for one in value.split())
    if "kc-commune" in question.appearance:
        return " hoặc ".join(places.name_of(code) for code in value.split("|"))
    if "kc-money" in question.appearance:
        return money_in_words(int(value))
    if "kc-phone" in question.appearance:
        return phone_in_words(value)
    if question.kind == "date":
        return date_in_words(value)
    is_number = question.kind in {"integer", "decimal"} and "kc-year" not in question.appearance
    return number_in_words(value) if is_number else value
