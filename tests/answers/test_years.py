"""Years gone by."""

import unicodedata

import pytest

from conversation.answers import read_year
from tests.answers.examples import NOW, Form, outcome

YEARS = [
    ("2009", "2009"),
    ("năm 2009", "2009"),
    ("từ 2009", "2009"),
    ("khoảng 2009", "2009"),
    ("20/11/2009", "2009"),
    ("2026", "2026"),
    ("trước 2009", "2009?"),
    ("15 năm nay", "2011?"),
    ("15nam", "2011?"),
    ("được mười lăm năm rồi", "2011?"),
    ("nam ngoai", "2025?"),
    ("từ năm kia", "2024?"),
    ("đầu năm nay", "2026?"),
    ("09", "2009?"),
    ("năm 98", "1998?"),
    ("hai nghìn không trăm linh chín", "2009?"),
    ("năm hai nghìn không trăm mười", "2010?"),
    ("2009-2010", "ambiguous"),
    ("2027", "not_a_year"),
    ("1899", "not_a_year"),
    ("5 năm 3 tháng", "not_a_year"),
    ("từ đời ông", "not_a_year"),
    ("làm hồ sơ 2 năm rồi không được đồng nào", "not_a_year"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), YEARS)
def test_years(typed: str, expected: str, form: Form) -> None:
    assert outcome(read_year(unicodedata.normalize(form, typed), NOW)) == expected


def test_a_year_out_of_range_is_told_the_range() -> None:
    assert read_year("2030", NOW).details == {"first": "1900", "last": "2026"}
