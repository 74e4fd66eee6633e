"""Sums of money."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import Problem, Reading, money_in_words, read_money
from tests.answers.examples import Form, outcome, toneless

SUMS = [
    ("1,5 tỷ", "1500000000"),
    ("1.5 ty", "1500000000"),
    ("1 tỷ rưỡi", "1500000000"),
    ("tỷ rưỡi", "1500000000"),
    ("2 triệu rưỡi", "2500000"),
    ("500tr", "500000000"),
    ("500 triệu", "500000000"),
    ("500 trieu dong", "500000000"),
    ("400.000.000", "400000000"),
    ("400 000 000 đ", "400000000"),
    ("400,000,000", "400000000"),
    ("400000000", "400000000"),
    ("3 trăm triệu", "300000000"),
    ("nam tram trieu", "500000000"),
    ("bốn trăm năm mươi triệu", "450000000"),
    ("hai tỷ ba", "2300000000"),
    ("hai tỉ rưỡi", "2500000000"),
    ("1 tỷ tư", "1400000000"),
    ("2 ty mot", "2100000000"),
    ("2 tỷ 300", "2300000000"),
    ("2 ty 3 tram", "2300000000"),
    ("2 ty 3 tram trieu", "2300000000"),
    ("2 ty 5 tram 50 trieu", "2550000000"),
    ("1tr2", "1200000"),
    ("2tr5", "2500000"),
    ("2tr500", "2500000"),
    ("2tỷ5", "2500000000"),
    ("hai trăm triệu", "200000000"),
    ("hai tram trieu", "200000000"),
    ("nửa tỷ", "500000000"),
    ("nửa triệu", "500000"),
    ("500k", "500000"),
    ("5000 đồng", "5000"),
    ("khoang 400 trieu", "400000000"),
    ("đó là 400 triệu", "400000000"),
    ("máy bào 400 triệu", "400000000"),
    ("0", "0"),
    # to be confirmed
    ("nua ty", "500000000?"),
    ("tầm 4 trăm", "400000000?"),
    ("tam 4 tram", "400000000?"),
    ("4 tram", "400000000?"),
    ("400", "400000000?"),
    ("4 trăm 2", "420000000?"),
    ("4 trăm tư", "440000000?"),
    ("1200", "1200000000?"),
    ("50000", "50000?"),
    ("hơn 400 triệu", "400000000?"),
    ("1.200 triệu", "1200000000?"),
    ("1.200,5 triệu", "1200500000?"),
    ("tam tram trieu", "800000000?"),
    ("2 may 800 trieu", "800000000?"),
    ("400 triệu một máy", "400000000?"),
    # never guessed
    ("300 trăm triệu", "ambiguous"),
    ("1 tỷ 25", "ambiguous"),
    ("1,5", "ambiguous"),
    ("1,200 triệu", "ambiguous"),
    ("2-3 tỷ", "ambiguous"),
    ("hai ba trăm triệu", "ambiguous"),
    ("vài trăm triệu", "ambiguous"),
    ("may tram trieu", "ambiguous"),
    ("10.000 usd", "ambiguous"),
    ("10 nghìn đô", "ambiguous"),
    ("-400 triệu", "ambiguous"),
    ("0,0000001 triệu", "whole_number"),
    ("chưa hỏi giá", "not_a_number"),
    ("999999999 tỷ", "too_long"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), SUMS)
def test_money(typed: str, expected: str, form: Form) -> None:
    assert outcome(read_money(unicodedata.normalize(form, typed))) == expected


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (0, "0 đồng"),
        (500_000, "500.000 đồng"),
        (1_234_567, "1.234.567 đồng"),
        (2_500_000, "2,5 triệu đồng"),
        (400_000_000, "400 triệu đồng"),
        (1_500_000_000, "1,5 tỷ đồng"),
        (1_234_000_000, "1 tỷ 234 triệu đồng"),
        (2_000_000_000, "2 tỷ đồng"),
    ],
)
def test_sums_in_words(vnd: int, words: str) -> None:
    assert money_in_words(vnd) == words
    assert read_money(words) == Reading(str(vnd))


@given(st.one_of(st.integers(0, 10**15 - 1), st.integers(0, 10**6).map(lambda thousands: thousands * 10**6)))
@settings(deadline=None)
def test_sums_read_back_the_same(vnd: int) -> None:
    assert read_money(money_in_words(vnd)).value == str(vnd)


@pytest.mark.parametrize("typed", [typed for typed, value in SUMS if value not in set(Problem)])
def test_a_sum_typed_without_tones_is_never_taken_for_another(typed: str) -> None:
    without = read_money(toneless(typed))
    assert without.value in {read_money(typed).value, None} or not without.sure
