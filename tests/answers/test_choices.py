"""Choices by number, by label, by a part of a label."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import Problem, Reading, read_choice, read_choices
from tests.answers.examples import CONSENT, LEGAL_FORMS, NEEDS, REVENUE, WHEN, Form, outcome, toneless

CHOSEN = [
    (LEGAL_FORMS, "1", "household"),
    (LEGAL_FORMS, "1.", "household"),
    (LEGAL_FORMS, "(1)", "household"),
    (LEGAL_FORMS, "1️⃣", "household"),
    (LEGAL_FORMS, "１", "household"),
    (LEGAL_FORMS, "số 1", "household"),
    (LEGAL_FORMS, "chọn 1", "household"),
    (LEGAL_FORMS, "câu 1 nhé", "household"),
    (LEGAL_FORMS, "một", "household"),
    (LEGAL_FORMS, "mot", "household"),
    (LEGAL_FORMS, "Hộ kinh doanh", "household"),
    (LEGAL_FORMS, "ho kinh doanh", "household"),
    (LEGAL_FORMS, "hokinhdoanh", "household"),
    (LEGAL_FORMS, "ho kinh doah", "household"),
    (LEGAL_FORMS, "ho kd", "household"),
    (LEGAL_FORMS, "kinh doanh", "household"),
    (LEGAL_FORMS, "em la ho kinh doanh a", "household"),
    (LEGAL_FORMS, "1 Hộ kinh doanh", "household"),
    (LEGAL_FORMS, "htx", "cooperative"),
    (LEGAL_FORMS, "hop tac xa", "cooperative"),
    (LEGAL_FORMS, "hop tac xa a", "cooperative"),
    (LEGAL_FORMS, "hợp tác xã kiểu mới", "cooperative?"),
    (LEGAL_FORMS, "to hop tac", "group"),
    (LEGAL_FORMS, "cty", "company"),
    (LEGAL_FORMS, "chua dk", "none"),
    (LEGAL_FORMS, "cong ty tnhh", "company?"),
    (LEGAL_FORMS, "dang ky", "none?"),
    (LEGAL_FORMS, "doannh", "household?"),
    (LEGAL_FORMS, "đã đăng ký rồi", "no_such_choice"),
    (LEGAL_FORMS, "không phải hộ kinh doanh", "no_such_choice"),
    (LEGAL_FORMS, "hợp tác sã", "ambiguous"),
    (LEGAL_FORMS, "hop tac", "ambiguous"),
    (LEGAL_FORMS, "1 hoặc 2", "ambiguous"),
    (LEGAL_FORMS, "2. ho kinh doanh", "ambiguous"),
    (LEGAL_FORMS, "9", "no_such_choice"),
    (LEGAL_FORMS, "0", "no_such_choice"),
    (LEGAL_FORMS, "", "no_such_choice"),
    (LEGAL_FORMS, "dạ", "no_such_choice"),
    (WHEN, "trong 3 thang", "soon"),
    (WHEN, "3 thang", "ambiguous"),
    (WHEN, "12 thang", "year"),
    (WHEN, "1 nam", "later"),
    (WHEN, "trong vong 3 thang", "soon?"),
    (WHEN, "ra gieng", "no_such_choice"),
    (CONSENT, "ok dong y", "yes"),
    (CONSENT, "vâng", "yes"),
    (CONSENT, "ko", "no"),
    (CONSENT, "không đồng ý", "no"),
    (CONSENT, "dong y ko", "no_such_choice"),
    (CONSENT, "doc", "read"),
    (CONSENT, "Tôi rút lại sự đồng ý", "no_such_choice"),
    (CONSENT, "đồng", "no_such_choice"),
    (CONSENT, "xem lop", "no?"),
    (REVENUE, "duoi 1 ty", "0"),
    (REVENUE, "1-3 ty", "1"),
    (REVENUE, "tren 50 ty", "50"),
    (REVENUE, "50", "50?"),
    (REVENUE, "không", "silent?"),
    (NEEDS, "lop quan li", "management"),
    (NEEDS, "nuoc thai", "pollution"),
    (NEEDS, "toi muon mua may bao", "machinery?"),
    (NEEDS, "mua may bao duoc ho tro bao nhieu?", "no_such_choice"),
    (NEEDS, "cho", "ambiguous"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("options", "typed", "expected"), CHOSEN)
def test_one_choice(options: list[tuple[str, str]], typed: str, expected: str, form: Form) -> None:
    assert outcome(read_choice(unicodedata.normalize(form, typed), options)) == expected


YES_OR_NO = [
    (("Có", "Không"), "có|co|ừ|vâng|dạ|uk|rồi|có rồi|đúng|1", "không|ko|k|hông|hổng|hong|chưa|chua|dạ không ạ|2"),
    (("Rồi", "Chưa"), "rồi|roi|có|ừ|vâng|đã rồi", "chưa|chua|không|ko|chưa ạ"),
    (("Đã đăng ký", "Chưa đăng ký"), "có|rồi|vâng|dạ|ừ|da dang ky", "chưa|không|k|hông|chua dang ky"),
    (("Có máy", "Không có máy"), "có|co|ừ|vâng|có máy", "không|ko|k|chưa|ko co|khong co may"),
    (("Muốn", "Không muốn"), "có|muốn|ừ|vâng", "không|ko|không muốn|thôi"),
    (("Đúng", "Sai"), "có|đúng|dung|vâng", "không|sai|ko"),
]
ASKED = [
    (("Có, thường xuyên", "Có, thỉnh thoảng", "Không"), "có", ("0", "1")),
    (("Có, thường xuyên", "Có, thỉnh thoảng", "Không"), "ừ", ("0", "1")),
    (("Có", "Không", "Chưa rõ"), "chưa", ("1", "2")),
    (("Có hợp đồng", "Không có hợp đồng", "Hợp đồng miệng"), "có", ("0", "1")),
    (("Mộc", "May", "Mây tre"), "mây", ("1", "2")),
]


@pytest.mark.parametrize(("labels", "yes", "no"), YES_OR_NO)
def test_a_yes_or_a_no_picks_the_label_that_means_it(labels: tuple[str, str], yes: str, no: str) -> None:
    options = list(zip(("yes", "no"), labels, strict=True))
    for meant, listed in (("yes", yes), ("no", no)):
        assert {typed: outcome(read_choice(typed, options)) for typed in listed.split("|")} == dict.fromkeys(
            listed.split("|"), meant
        )


@pytest.mark.parametrize(("labels", "typed", "meant"), ASKED)
def test_what_may_mean_several_is_asked_about(labels: tuple[str, ...], typed: str, meant: tuple[str, ...]) -> None:
    reading = read_choice(typed, [(str(place), label) for place, label in enumerate(labels)])
    assert (reading.problem, reading.options) == (Problem.AMBIGUOUS, meant)


@pytest.mark.parametrize("typed", ["chắc có", "có lẽ", "có không", "không biết", "được không?"])
def test_a_maybe_or_a_question_is_no_yes(typed: str) -> None:
    assert read_choice(typed, [("yes", "Có"), ("no", "Không")]).problem == Problem.NO_SUCH_CHOICE


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hộ kinh daonh", "household"),
        ("conng ty", "company"),
        ("chua danng ky", "none"),
        ("ho knh doanh", "household?"),
        ("to hop tacs", "group?"),
        ("hop tac xaa", "ambiguous"),
    ],
)
def test_one_slip_is_forgiven_where_it_leaves_one_choice(typed: str, expected: str) -> None:
    assert outcome(read_choice(typed, LEGAL_FORMS)) == expected


SEVERAL = [
    ("1,3", "machinery management"),
    ("1 3", "machinery management"),
    ("1 và 3", "machinery management"),
    ("1.3", "machinery management"),
    ("1;3", "machinery management"),
    ("3,1,1", "machinery management"),
    ("1-3-5", "machinery management brand"),
    ("mot va ba", "machinery management"),
    ("số 1 và số 3", "machinery management"),
    ("mua may va lop quan ly", "machinery management"),
    ("1. Mua máy, 3. Lớp quản lý cho chủ", "machinery management"),
    ("1 và bao bì", "machinery brand"),
    ("Nhãn hiệu, bao bì", "brand"),
    ("Hội chợ, bán hàng; mua máy", "machinery fair"),
    ("13", "machinery management?"),
    ("can mua may thoi", "machinery?"),
    ("1-3", "ambiguous"),
    ("từ 1 đến 3", "ambiguous"),
    ("tất cả", "ambiguous"),
    ("1 hoặc 3", "ambiguous"),
    ("1, cho", "ambiguous"),
    ("1, 9", "no_such_choice"),
    ("mua máy, đi ngủ", "no_such_choice"),
    ("", "no_such_choice"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), SEVERAL)
def test_several_choices(typed: str, expected: str, form: Form) -> None:
    assert outcome(read_choices(unicodedata.normalize(form, typed), NEEDS)) == expected


def test_what_choices_say_back() -> None:
    assert read_choice("ho kd", LEGAL_FORMS).echo == "Hộ kinh doanh"
    assert read_choice("Hộ kinh doanh", LEGAL_FORMS).echo == ""
    assert read_choices("1 3", NEEDS).echo == "Mua máy; Lớp quản lý cho chủ"
    assert read_choices("1-3", NEEDS).options == ("machinery", "vocational", "management")
    assert read_choice("hop tac", LEGAL_FORMS).options == ("cooperative", "group")
    assert read_choices("1, 9", NEEDS).details == {"typed": "9"}


def test_numbers_may_be_given_by_the_caller() -> None:
    numbers = {9: "household", 10: "cooperative", 11: "more"}
    assert read_choice("9", LEGAL_FORMS, numbers).value == "household"
    assert read_choice("1", LEGAL_FORMS, numbers).problem == Problem.NO_SUCH_CHOICE
    assert read_choice("11", LEGAL_FORMS, numbers).problem == Problem.NO_SUCH_CHOICE
    assert read_choices("9 10", LEGAL_FORMS, numbers).value == "household cooperative"


def test_tones_decide_between_labels_that_fold_alike() -> None:
    options = [("noodle", "Bún"), ("mud", "Bùn")]
    assert read_choice("bún", options).value == "noodle"
    assert read_choice("Bùn", options).value == "mud"
    assert read_choice("bun", options).problem == Problem.AMBIGUOUS


@pytest.mark.parametrize("options", [NEEDS, LEGAL_FORMS, WHEN, CONSENT, REVENUE])
def test_every_label_reads_back_the_same(options: list[tuple[str, str]]) -> None:
    for value, label in options:
        for typed in (label, label.upper(), toneless(label), unicodedata.normalize("NFD", label)):
            assert outcome(read_choice(typed, options)) == value
            assert outcome(read_choices(typed, options)) == value


@given(st.sets(st.sampled_from(NEEDS), min_size=1))
@settings(deadline=None)
def test_choices_read_back_the_same(chosen: set[tuple[str, str]]) -> None:
    in_order = [pair for pair in NEEDS if pair in chosen]
    words = "; ".join(label for _, label in in_order)
    numbers = ",".join(str(NEEDS.index(pair) + 1) for pair in in_order)
    values = " ".join(value for value, _ in in_order)
    assert read_choices(words, NEEDS) == Reading(values)
    assert outcome(read_choices(numbers, NEEDS)) == values
