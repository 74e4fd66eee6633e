"""Orders of all the choices."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import Problem, Reading, read_rank
from tests.answers.any_text import ANY_TEXT
from tests.answers.examples import NEEDS, Form, outcome, toneless

CRAFTS = [("wood", "Mộc"), ("garment", "May"), ("weaving", "Đan lát")]
ORDERS = [
    ("2,1,3", "garment wood weaving"),
    ("2 1 3", "garment wood weaving"),
    ("2-1-3", "garment wood weaving"),
    ("3>1>2", "weaving wood garment"),
    ("3 rồi 1 rồi đến 2", "weaving wood garment"),
    ("số 2, số 1, số 3", "garment wood weaving"),
    ("hai, một, ba", "garment wood weaving"),
    ("moc, may, dan", "wood garment weaving"),
    ("mộc, may, đan", "wood garment weaving"),
    ("Đan lát; Mộc; May", "weaving wood garment"),
    ("may moc dan lat", "garment wood weaving"),
    ("may rồi đến mộc rồi đan lát", "garment wood weaving"),
    ("mộc > may > đan", "wood garment weaving"),
    ("2, mộc, 3", "garment wood weaving"),
    ("1. may 2. mộc 3. đan lát", "garment wood weaving"),
    ("213", "garment wood weaving?"),
    ("may moc dan", "garment wood weaving?"),
    ("2 1", "rank_all"),
    ("2 1 1 3", "rank_all"),
    ("2, 1, mộc", "rank_all"),
    ("1", "rank_all"),
    ("", "rank_all"),
    ("2 1 4", "no_such_choice"),
    ("mộc, may, gốm", "no_such_choice"),
    ("nhiều" * 100, "too_long"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), ORDERS)
def test_orders(typed: str, expected: str, form: Form) -> None:
    assert outcome(read_rank(unicodedata.normalize(form, typed), CRAFTS)) == expected


def test_an_order_with_a_label_that_may_be_two_is_asked_about() -> None:
    options = [("a", "Hợp tác xã"), ("b", "Tổ hợp tác"), ("c", "Công ty")]
    assert read_rank("cong ty, hop tac, 1", options) == Reading(None, problem=Problem.AMBIGUOUS, options=("a", "b"))


def test_what_orders_say_back() -> None:
    assert read_rank("2 1 3", CRAFTS).echo == "May; Mộc; Đan lát"
    assert read_rank("2 1", CRAFTS).details == {"missing": "Đan lát", "twice": ""}
    assert read_rank("2 1 1", CRAFTS).details == {"missing": "Đan lát", "twice": "Mộc"}


def test_words_for_then_may_stand_in_a_label() -> None:
    options = [("done", "Đã mua rồi"), ("soon", "Sắp mua")]
    assert read_rank("sắp mua, đã mua rồi", options).value == "soon done"


def test_numbers_may_be_given_by_the_caller() -> None:
    numbers = {9: "wood", 10: "garment", 11: "weaving"}
    assert read_rank("10, 9, 11", CRAFTS, numbers).value == "garment wood weaving"
    assert read_rank("1 2 3", CRAFTS, numbers).problem == Problem.NO_SUCH_CHOICE


@given(st.permutations(NEEDS))
@settings(deadline=None)
def test_orders_read_back_the_same(order: list[tuple[str, str]]) -> None:
    values = " ".join(value for value, _ in order)
    assert outcome(read_rank("; ".join(label for _, label in order), NEEDS)) == values
    assert outcome(read_rank("; ".join(toneless(label) for _, label in order), NEEDS)) == values
    assert outcome(read_rank(" ".join(str(NEEDS.index(pair) + 1) for pair in order), NEEDS)) == values


@given(ANY_TEXT)
@settings(deadline=None)
def test_an_order_read_names_each_once(text: str) -> None:
    value = read_rank(text, CRAFTS).value
    assert value is None or sorted(value.split()) == ["garment", "weaving", "wood"]
