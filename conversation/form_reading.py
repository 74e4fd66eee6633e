"""Reading the answer to one question of a form, whatever its type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from conversation.answers import (
    Precision,
    Reading,
    date_in_words,
    date_time_in_words,
    fold,
    geopoint_in_words,
    has_tones,
    money_in_words,
    number_in_words,
    phone_in_words,
    read_choice,
    read_choices,
    read_date,
    read_date_time,
    read_decimal,
    read_geopoint,
    read_integer,
    read_money,
    read_phone,
    read_range,
    read_rank,
    read_time,
    read_year,
    time_in_words,
)
from conversation.draft import Pending
from conversation.form import FILES, Option, Question
from conversation.places import Places

MAX_TEXT = 1000
LONG_LIST = 8
# A default may give an integer question anything.
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


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
    if question.kind in FILES:
        return Read(None, problem="file_wanted", details={"kind": question.kind})
    if "kc-commune" in question.appearance:
        return _read_commune(text, places)
    if question.kind in {"text", "barcode"} and not question.appearance & {"kc-phone", "kc-year"}:
        return _read_text(question, text)
    reading = _reading(question, options, text, now)
    if reading.value is not None and not reading.sure:
        return Read(None, pending=Pending("confirm", reading.value, reading.echo, text))
    if reading.problem == "no_such_choice":
        if value := _by_codes(question, options, text):
            labels = {option.value: option.label for option in options}
            return Read(value, "; ".join(labels[one] for one in value.split()), text)
        if holding := _holding(options, text):
            return Read(None, typed=text, problem="ambiguous", options=holding)
    return Read(reading.value, reading.echo, text, None, reading.problem, reading.details, reading.options)


def _reading(question: Question, options: tuple[Option, ...], text: str, now: datetime) -> Reading:
    pairs = [(option.value, option.label) for option in options]
    if question.options:
        many = {"select_multiple": read_choices, "rank": read_rank}
        return many.get(question.kind, read_choice)(text, pairs)
    if "kc-money" in question.appearance:
        return read_money(text)
    if "kc-phone" in question.appearance:
        return read_phone(text)
    if "kc-year" in question.appearance:
        return read_year(text, now)
    if question.kind == "range":
        return read_range(text, *(question.parameters[name] for name in ("start", "end", "step")))
    if question.kind == "date":
        return read_date(text, now, _precision(question))
    if question.kind == "dateTime":
        return read_date_time(text, now)
    others = {"time": read_time, "geopoint": read_geopoint, "decimal": read_decimal}
    return others.get(question.kind, read_integer)(text)


def _precision(question: Question) -> Precision:
    """Return to what a date is asked for: ODK's appearances `month-year` and `year`."""
    return "month" if "month-year" in question.appearance else "year" if "year" in question.appearance else "day"


def _by_codes(question: Question, options: tuple[Option, ...], text: str) -> str:
    """Return what the form's own codes of its options name; a number is never a code, as it is a place in the list."""
    codes = {option.value.lower(): option.value for option in options if not option.value.isdecimal()}
    named = [codes.get(part, "") for part in text.lower().replace(",", " ").split()]
    if not all(named) or len(set(named)) != len(named):
        return ""
    if question.kind == "select_multiple":
        return " ".join(option.value for option in options if option.value in named)
    return " ".join(named) if len(named) == (len(options) if question.kind == "rank" else 1) else ""


def _holding(options: tuple[Option, ...], text: str) -> tuple[str, ...]:
    """Return the options of a long list whose labels hold what was typed: typing narrows it."""
    typed = fold(text)
    if len(options) <= LONG_LIST or len(typed) < 2:
        return ()
    return tuple(option.value for option in options if typed in fold(option.label))


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
        return "; ".join(labels.get(one, one) for one in question.values(value))
    if "kc-commune" in question.appearance:
        return " hoặc ".join(places.name_of(code) for code in value.split("|"))
    if "kc-money" in question.appearance:
        return money_in_words(int(value)) if value.isdecimal() else value
    if "kc-phone" in question.appearance:
        return phone_in_words(value)
    if question.kind == "date":
        return date_in_words(value, _precision(question))
    if question.kind in FILES:
        return value.partition("-")[2] or value
    others = {"time": time_in_words, "dateTime": date_time_in_words, "geopoint": geopoint_in_words}
    if question.kind in others:
        return others[question.kind](value)
    is_number = question.kind in {"integer", "decimal", "range"} and "kc-year" not in question.appearance
    return number_in_words(value) if is_number and _NUMBER.fullmatch(value) else value
