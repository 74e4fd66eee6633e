"""What holds for any text at all."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from conversation.answers import (
    Problem,
    Reading,
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
)
from tests.answers.any_text import ANY_TEXT
from tests.answers.examples import NEEDS, NOW, WHEN

_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:00\.000\+07:00"
READERS: list[Callable[[str], Reading]] = [
    read_integer,
    read_decimal,
    read_money,
    read_phone,
    lambda text: read_year(text, NOW),
    lambda text: read_date(text, NOW),
    lambda text: read_date(text, NOW, "month"),
    lambda text: read_date(text, NOW, "year"),
    read_time,
    lambda text: read_date_time(text, NOW),
    lambda text: read_range(text, "1", "10", "0.5"),
    lambda text: read_rank(text, NEEDS),
    lambda text: read_rank(text, []),
    read_geopoint,
    lambda text: read_choice(text, NEEDS),
    lambda text: read_choice(text, []),
    lambda text: read_choices(text, WHEN),
    lambda text: read_choices(text, []),
]


WRITTEN_AS: list[tuple[Callable[[str], Reading], str]] = [
    (read_integer, r"-?\d+"),
    (read_decimal, r"-?\d+(\.\d+)?"),
    (read_money, r"\d+"),
    (lambda text: read_date(text, NOW), _DATE),
    (lambda text: read_date(text, NOW, "month"), r"\d{4}-\d\d-01"),
    (lambda text: read_date(text, NOW, "year"), r"\d{4}-01-01"),
    (read_time, _TIME),
    (lambda text: read_date_time(text, NOW), f"{_DATE}T{_TIME}"),
]


@pytest.mark.parametrize(("reader", "pattern"), WRITTEN_AS)
@given(text=ANY_TEXT)
@settings(deadline=None, max_examples=200)
def test_every_value_is_one_that_odk_writes(reader: Callable[[str], Reading], pattern: str, text: str) -> None:
    value = reader(text).value
    assert value is None or re.fullmatch(pattern, value)


@pytest.mark.parametrize("reader", READERS)
@given(text=ANY_TEXT)
@settings(deadline=None, max_examples=200)
def test_any_text_has_a_value_or_a_problem(reader: Callable[[str], Reading], text: str) -> None:
    reading = reader(text)
    assert (reading.value is None) == bool(reading.problem)
    assert reading.problem == "" or reading.problem in set(Problem)
    assert reading.value is None or (reading.value.strip() == reading.value != "")
    assert reading.sure or reading.echo
