"""Days, months and years as dates."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import date_in_words, read_date
from tests.answers.examples import NOW, Form, outcome, toneless

DATES = [
    ("20/11/2026", "2026-11-20"),
    ("20-11-26", "2026-11-20"),
    ("20.11.2026", "2026-11-20"),
    ("20 11 2026", "2026-11-20"),
    ("20112026", "2026-11-20"),
    ("2026-11-20", "2026-11-20"),
    ("5/6/98", "1998-06-05"),
    ("ngày 20 tháng 11 năm 2026", "2026-11-20"),
    ("thứ 6 20/11/2026 8h30", "2026-11-20"),
    ("hôm nay", "2026-11-25"),
    ("mai", "2026-11-26"),
    ("sáng mai", "2026-11-26"),
    ("hom qua", "2026-11-24"),
    ("ngày kia", "2026-11-27"),
    ("ngày mai", "2026-11-26"),
    ("hôm qua", "2026-11-24"),
    ("mốt", "2026-11-27"),
    ("ngày mốt", "2026-11-27"),
    ("20.11.26", "2026-11-20"),
    ("20-11-2026", "2026-11-20"),
    ("chủ nhật tuần này", "2026-11-29"),
    ("20 tháng 11", "2026-11-20"),
    ("ngày 20 tháng mười một", "2026-11-20"),
    ("ngay 20 thang muoi mot", "2026-11-20"),
    ("hai mươi mốt tháng ba năm 2019", "2019-03-21"),
    ("20/11 năm ngoái", "2025-11-20"),
    ("20/11 nam sau", "2027-11-20"),
    ("ngày 5 tháng sau", "2026-12-05"),
    ("25/2", "2027-02-25"),
    ("24/8", "2026-08-24?"),
    ("thứ 7 tuần sau", "2026-12-05"),
    ("thu bay tuan nay", "2026-11-28"),
    ("cn tuan sau", "2026-12-06"),
    ("thứ tư tuần trước", "2026-11-18"),
    # to be confirmed
    ("20/11", "2026-11-20"),
    ("05/01", "2027-01-05"),
    ("29/2", "2028-02-29?"),
    ("26/2", "2027-02-26?"),
    ("25/8", "2026-08-25"),
    ("mot", "2026-11-27?"),
    ("kia", "2026-11-27?"),
    ("ngày kìa", "2026-11-28?"),
    ("thứ bảy", "2026-11-28?"),
    ("thứ năm tới", "2026-11-26?"),
    ("mùng 2 tháng 12", "2026-12-02?"),
    ("sau 20/11/2026", "2026-11-20?"),
    ("đầu tháng sau", "2026-12-01?"),
    ("thang 3 nam 2019", "2019-03-01?"),
    ("năm tháng 3", "2027-03-05?"),
    ("5 tháng tư", "2027-04-05?"),
    ("8h 20/11", "2026-11-20"),
    ("thứ 5 20/11/2026", "2026-11-20?"),
    ("thứ năm", "2026-11-26?"),
    ("chủ nhật", "2026-11-29?"),
    ("3 ngày nữa", "2026-11-28?"),
    ("2 tuần trước", "2026-11-11?"),
    # never guessed
    ("tháng 3 năm 2019", "2019-03-01?"),
    ("2019", "ambiguous"),
    ("tuần sau", "ambiguous"),
    ("ngày 5", "ambiguous"),
    ("ngày 20", "ambiguous"),
    ("tháng 3", "ambiguous"),
    ("dau thang sau", "ambiguous"),
    ("5 thang sau", "ambiguous"),
    ("3 tháng trước", "ambiguous"),
    ("sau thang 3", "ambiguous"),
    ("hai ba tháng ba", "ambiguous"),
    ("cuối tháng 3 năm 2019", "ambiguous"),
    ("rằm tháng 8", "lunar_date"),
    ("ram thang 8", "lunar_date"),
    ("15/8 âm lịch", "lunar_date"),
    ("30/2", "no_such_date"),
    ("20/13", "no_such_date"),
    ("10-12/11", "ambiguous"),
    ("20/11 đến 22/11", "ambiguous"),
    ("mùng 5 tết", "lunar_date"),
    ("ra giêng", "lunar_date"),
    ("31/2/2026", "no_such_date"),
    ("11/20/2026", "no_such_date"),
    ("20/11/0001", "no_such_date"),
    ("hôm nào rảnh", "not_a_date"),
    ("nước thải nhuộm vải", "not_a_date"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), DATES)
def test_dates(typed: str, expected: str, form: Form) -> None:
    assert outcome(read_date(unicodedata.normalize(form, typed), NOW)) == expected


MONTHS = [
    ("tháng 3 năm 2019", "2019-03-01"),
    ("thang 3 nam 2019", "2019-03-01"),
    ("tháng ba năm 2019", "2019-03-01"),
    ("tháng năm năm 2019", "2019-05-01"),
    ("tháng 3/2019", "2019-03-01"),
    ("3/2019", "2019-03-01"),
    ("03-2019", "2019-03-01"),
    ("2019-03", "2019-03-01"),
    ("t3/2019", "2019-03-01"),
    ("20/11/2026", "2026-11-01"),
    ("20 tháng 11", "2026-11-01"),
    ("tháng này", "2026-11-01"),
    ("đầu tháng sau", "2026-12-01"),
    ("thang truoc", "2026-10-01"),
    ("tháng 1", "2027-01-01"),
    ("tháng 9", "2026-09-01"),
    # to be confirmed
    ("tháng 3", "2027-03-01?"),
    ("tháng 5", "2026-05-01?"),
    ("3/19", "2019-03-01?"),
    ("sau tháng 3/2019", "2019-03-01?"),
    # never guessed
    ("05/06", "ambiguous"),
    ("thang sau", "ambiguous"),
    ("tháng 3 hoặc tháng 4", "ambiguous"),
    ("3/2019 hoặc 4/2019", "ambiguous"),
    ("2019", "ambiguous"),
    ("tháng chạp", "lunar_date"),
    ("tháng 13", "no_such_date"),
    ("hồi đó", "not_a_date"),
]
YEARS = [
    ("2019", "2019-01-01"),
    ("năm 2030", "2030-01-01"),
    ("tháng 3 năm 2019", "2019-01-01"),
    ("sang năm", "2027-01-01"),
    ("năm ngoái", "2025-01-01?"),
    ("98", "1998-01-01?"),
    ("20/11", "2026-01-01?"),
    ("2019-2020", "ambiguous"),
    ("lâu rồi", "not_a_date"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), MONTHS)
def test_months(typed: str, expected: str, form: Form) -> None:
    assert outcome(read_date(unicodedata.normalize(form, typed), NOW, "month")) == expected


@pytest.mark.parametrize(("typed", "expected"), YEARS)
def test_years(typed: str, expected: str) -> None:
    assert outcome(read_date(typed, NOW, "year")) == expected


@pytest.mark.parametrize("typed", [typed for typed, _ in DATES])
def test_a_day_typed_without_tones_is_never_taken_for_another(typed: str) -> None:
    without = read_date(toneless(typed), NOW)
    assert without.value in {read_date(typed, NOW).value, None} or not without.sure


def test_a_day_is_echoed_with_its_weekday() -> None:
    assert read_date("20/11/2026", NOW).echo == "thứ Sáu 20/11/2026"


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
@settings(deadline=None)
def test_days_read_back_the_same(day: date) -> None:
    assert outcome(read_date(day.isoformat(), NOW)) == day.isoformat()
    assert outcome(read_date(date_in_words(day.isoformat()), NOW)) == day.isoformat()


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
@settings(deadline=None)
def test_months_and_years_read_back_the_same(day: date) -> None:
    month, year = day.replace(day=1).isoformat(), day.replace(month=1, day=1).isoformat()
    assert outcome(read_date(date_in_words(month, "month"), NOW, "month")) == month
    assert outcome(read_date(date_in_words(year, "year"), NOW, "year")) == year


def test_what_is_no_date_stays_as_it_is() -> None:
    assert date_in_words("mai") == "mai"
