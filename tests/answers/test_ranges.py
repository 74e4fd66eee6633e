"""Numbers on a scale."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from conversation.answers import Problem, read_range
from tests.answers.any_text import ANY_TEXT
from tests.answers.examples import outcome


@pytest.mark.parametrize(
    ("typed", "scale", "expected"),
    [
        ("5", ("1", "10", "1"), "5"),
        ("năm", ("1", "10", "1"), "5"),
        ("10", ("1", "10", "1"), "10"),
        ("2,5", ("1", "10", "0.5"), "2.5"),
        ("2.5", ("1", "10", "0.5"), "2.5"),
        ("2 rưỡi", ("1", "10", "0.5"), "2.5"),
        ("-5", ("-10", "10", "5"), "-5"),
        ("5", ("10", "1", "1"), "5"),
        ("0,3", ("0", "1", "0.1"), "0.3"),
        ("hơn 5", ("1", "10", "1"), "5?"),
        ("2,5", ("1", "10", "1"), "out_of_range"),
        ("4", ("1", "10", "2"), "out_of_range"),
        ("0", ("1", "10", "1"), "out_of_range"),
        ("11", ("1", "10", "1"), "out_of_range"),
        ("hơn 11", ("1", "10", "1"), "out_of_range"),
        ("5-6", ("1", "10", "1"), "ambiguous"),
        ("nhiều", ("1", "10", "1"), "not_a_number"),
    ],
)
def test_scales(typed: str, scale: tuple[str, str, str], expected: str) -> None:
    assert outcome(read_range(typed, *scale)) == expected


def test_a_number_off_the_scale_is_told_the_scale() -> None:
    assert read_range("11", "1", "10", "0.5").details == {"start": "1", "end": "10", "step": "0,5"}


@given(ANY_TEXT)
@settings(deadline=None)
def test_a_number_read_is_on_the_scale(text: str) -> None:
    reading = read_range(text, "1", "10", "0.5")
    if reading.value is None:
        assert reading.problem in set(Problem)
    else:
        assert 1 <= Decimal(reading.value) <= 10
        assert Decimal(reading.value) % Decimal("0.5") == 0
