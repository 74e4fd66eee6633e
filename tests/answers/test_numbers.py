"""Numbers in figures and in words."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import Problem, Reading, number_in_words, read_decimal, read_integer
from tests.answers.examples import Form, outcome, toneless

INTEGERS = [
    ("12", "12"),
    ("0", "0"),
    ("-3", "-3"),
    ("12.", "12"),
    ("(12)", "12"),
    ("1️⃣2️⃣", "12"),
    ("12 người", "12"),
    ("8 nguoi ca toi", "8"),
    ("khoảng 12", "12"),
    ("tam 4 nguoi", "4"),
    ("do 4 nguoi", "4"),
    ("dạ 12 ạ", "12"),
    ("20 may", "20"),
    ("hai mươi máy", "20"),
    ("12 thợ may", "12"),
    ("nam nay 12 nguoi", "12"),
    ("12 người làm quanh năm", "12"),
    ("15 năm", "15"),
    ("200m2", "200"),
    ("1.234", "1234"),
    ("1 000", "1000"),
    ("12 (mười hai)", "12"),
    ("mười hai", "12"),
    ("muoi hai", "12"),
    ("Muời Hai", "12"),
    ("mười lăm", "15"),
    ("mười nhăm", "15"),
    ("muoi lam", "15"),
    ("hai mươi mốt", "21"),
    ("hai muoi mot", "21"),
    ("hai mươi tư", "24"),
    ("hai mươi bốn", "24"),
    ("ba lăm", "35"),
    ("2 chục", "20"),
    ("hai chục rưỡi", "25"),
    ("bẩy", "7"),
    ("một trăm linh năm", "105"),
    ("mot tram le nam", "105"),
    ("một nghìn hai trăm", "1200"),
    ("hai ngàn lẻ năm", "2005"),
    ("một nghìn không trăm linh năm", "1005"),
    ("nghìn rưỡi", "1500"),
    ("hai mươi lăm", "25"),
    ("hai muoi lam", "25"),
    ("1.200", "1200"),
    ("2 triệu", "2000000"),
    # to be confirmed
    ("ba lam", "35?"),
    ("hơn 10", "10?"),
    ("chưa tới 10 người", "10?"),
    ("chục người", "10?"),
    ("tam muoi", "80?"),
    ("một trăm hai", "120?"),
    ("hai vợ chồng", "2?"),
    ("tôi và 4 thợ", "4?"),
    ("2 nguoi dc ko a", "2?"),
    ("xuong o thon 5 xa nhan my", "5?"),
    ("không", "0?"),
    ("ko thue ai", "0?"),
    # never guessed
    ("mười mấy", "ambiguous"),
    ("muoi may", "ambiguous"),
    ("mươi người", "ambiguous"),
    ("vài người", "ambiguous"),
    ("5-6", "ambiguous"),
    ("10 đến 12", "ambiguous"),
    ("10 12", "ambiguous"),
    ("hai ba người", "ambiguous"),
    ("hai mươi ba mươi", "ambiguous"),
    ("1 vợ 1 chồng", "ambiguous"),
    ("một nửa", "ambiguous"),
    ("ba phần tư", "ambiguous"),
    ("1 tá", "ambiguous"),
    ("mười năm", "ambiguous"),
    ("trăm mấy", "ambiguous"),
    ("1.234.5", "ambiguous"),
    ("2,000", "ambiguous"),
    ("1,5", "whole_number"),
    ("2 rưỡi", "whole_number"),
    ("không biết", "not_a_number"),
    ("gian hang 9m2 bn tien", "not_a_number"),
    ("Tôi 62 tuổi không biết máy tính học được không", "not_a_number"),
    ("vợ chồng tôi với ba thợ", "not_a_number"),
    ("chao trung tam", "not_a_number"),
    ("", "not_a_number"),
    ("công ty", "not_a_number"),
    ("9" * 16, "too_long"),
    ("9" * 300, "too_long"),
]
DECIMALS = [
    ("12", "12"),
    ("1,5", "1.5"),
    ("1.5", "1.5"),
    ("-0,5 tấn", "-0.5"),
    ("1.234", "1234"),
    ("1.234,5", "1234.5"),
    ("20,000.5", "20000.5"),
    ("0.125", "0.125"),
    ("hai rưỡi", "2.5"),
    ("2,5", "2.5"),
    (",5", "0.5"),
    ("2 phẩy 5", "2.5"),
    ("hai phẩy năm tấn", "2.5"),
    ("1.200", "1200"),
    ("1,234", "1.234?"),
    ("1,500", "ambiguous"),
    ("1,5 - 2", "ambiguous"),
    ("2 phay 5 tien", "ambiguous"),
    ("hai phẩy không năm", "ambiguous"),
    ("nhiều", "not_a_number"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), INTEGERS)
def test_whole_numbers(typed: str, expected: str, form: Form) -> None:
    assert outcome(read_integer(unicodedata.normalize(form, typed))) == expected


@pytest.mark.parametrize(("typed", "expected"), DECIMALS)
def test_decimals(typed: str, expected: str) -> None:
    assert outcome(read_decimal(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "echo"), [("12", ""), ("12 người", "12"), ("mười hai", "12"), ("1200", "1.200"), ("hơn 10", "10")]
)
def test_a_number_is_echoed_unless_it_repeats_what_was_typed(typed: str, echo: str) -> None:
    assert read_integer(typed).echo == echo


def test_a_fraction_is_named_where_a_whole_number_is_needed() -> None:
    assert read_integer("1,5 người") == Reading(None, problem=Problem.WHOLE_NUMBER, details={"number": "1,5"})


UNITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def spelled(number: int) -> str:
    """Return a number below a billion as a Vietnamese school book spells it."""
    for scale, name in ((10**6, "triệu"), (10**3, "nghìn")):
        if number >= scale:
            rest = number % scale
            full = f"{'không trăm ' if 0 < rest < 100 else ''}{'linh ' if 0 < rest < 10 else ''}{spelled(rest)}"
            return f"{spelled(number // scale)} {name} {full}".strip()
    if number >= 100:
        rest = number % 100
        return f"{UNITS[number // 100]} trăm {'linh ' if 0 < rest < 10 else ''}{spelled(rest)}".strip()
    tens, ones = divmod(number, 10)
    if tens == 0:
        return UNITS[ones]
    last = {1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn", 5: "lăm"}.get(ones, UNITS[ones])
    return f"{'mười' if tens == 1 else f'{UNITS[tens]} mươi'} {last}".strip()


@given(st.one_of(st.integers(1, 9999), st.integers(1, 999_999)))
@settings(deadline=None)
def test_spelled_numbers_are_read(number: int) -> None:
    assert outcome(read_integer(spelled(number))) == str(number)


@given(st.integers(1, 99_999))
@settings(deadline=None)
def test_a_number_spelled_without_tones_is_never_taken_for_another(number: int) -> None:
    assert read_integer(toneless(spelled(number))).value in {str(number), None}


@given(st.integers(-(10**12), 10**12))
@settings(deadline=None)
def test_whole_numbers_read_back_the_same(number: int) -> None:
    assert outcome(read_integer(str(number))) == str(number)
    assert outcome(read_integer(number_in_words(str(number)))) == str(number)


@given(st.decimals(-(10**9), 10**9, places=4))
@settings(deadline=None)
def test_decimals_read_back_the_same(number: object) -> None:
    value = read_decimal(f"{number:f}".replace(".", ",")).value
    assert value is not None
    assert read_decimal(number_in_words(value)).value == value


@pytest.mark.parametrize("typed", [typed for typed, value in INTEGERS if value not in set(Problem)])
def test_a_number_typed_without_tones_is_never_taken_for_another(typed: str) -> None:
    without = read_integer(toneless(typed))
    assert without.value in {read_integer(typed).value, None} or not without.sure
