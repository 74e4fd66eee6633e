"""Telephone numbers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import Problem, Reading, phone_in_words, read_phone
from tests.answers.examples import outcome

PHONES = [
    ("0912345678", "0912345678"),
    ("0912 345 678", "0912345678"),
    ("0912.345.678", "0912345678"),
    ("0912-34-56-78", "0912345678"),
    ("+84 912 345 678", "0912345678"),
    ("+84 (0)912 345 678", "0912345678"),
    ("84912345678", "0912345678"),
    ("0084912345678", "0912345678"),
    ("O912345678", "0912345678"),
    ("sdt 0912 345 678 nhé", "0912345678"),
    ("nhà số 12, 0912345678", "0912345678"),
    ("(0226) 3851 234", "02263851234"),
    ("0243 825 123", "0243825123"),
    ("912345678", "0912345678?"),
    ("0912345678 / 0987654321", "ambiguous"),
    ("0912345678 0987654321", "ambiguous"),
    ("0112345678", "phone_prefix"),
    ("không có", "not_a_phone"),
]


@pytest.mark.parametrize(("typed", "expected"), PHONES)
def test_phones(typed: str, expected: str) -> None:
    assert outcome(read_phone(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "digits"), [("0912 34 56", "8"), ("091234567890", "12"), ("01681234567", "11"), ("12", "2")]
)
def test_a_phone_of_another_length_is_told_how_many_digits_it_has(typed: str, digits: str) -> None:
    assert read_phone(typed) == Reading(None, problem=Problem.PHONE_LENGTH, details={"digits": digits})


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0912345678", "0912 345 678"),
        ("02263851234", "0226 3851 234"),
        ("02438251234", "024 3825 1234"),
        ("113", "113"),
        ("xin chào", "xin chào"),
    ],
)
def test_phones_in_words(number: str, words: str) -> None:
    assert phone_in_words(number) == words


@given(st.from_regex(r"0[35789][0-9]{8}|02[0-9]{8,9}", fullmatch=True))
@settings(deadline=None)
def test_phones_read_back_the_same(number: str) -> None:
    assert outcome(read_phone(phone_in_words(number))) == number
    assert outcome(read_phone(f"+84{number[1:]}")) == number
