"""Times of the day, and moments."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import (
    Problem,
    Reading,
    date_time_in_words,
    read_date_time,
    read_time,
    time_in_words,
)
from tests.answers.examples import NOW, Form, outcome, toneless

TIMES = [
    ("7h30", "07:30"),
    ("7:30", "07:30"),
    ("7g30", "07:30"),
    ("7 h 30", "07:30"),
    ("7h30p", "07:30"),
    ("7 giờ 30 phút", "07:30"),
    ("7h", "07:00"),
    ("7 giờ", "07:00"),
    ("7 gio", "07:00"),
    ("07h", "07:00"),
    ("03:15", "03:15"),
    ("19h", "19:00"),
    ("0h", "00:00"),
    ("7 giờ rưỡi", "07:30"),
    ("7h ruoi", "07:30"),
    ("7 rưỡi tối", "19:30"),
    ("7 ruoi toi", "19:30"),
    ("7 giờ kém 15", "06:45"),
    ("7h kem 15", "06:45"),
    ("1 giờ kém 10 chiều", "12:50"),
    ("12 giờ trưa", "12:00"),
    ("12 gio trua", "12:00"),
    ("12h30", "12:30"),
    ("giữa trưa", "12:00"),
    ("11 giờ trưa", "11:00"),
    ("1 giờ trưa", "13:00"),
    ("nửa đêm", "00:00"),
    ("nua dem", "00:00"),
    ("12 giờ đêm", "00:00"),
    ("1 giờ đêm", "01:00"),
    ("11 giờ khuya", "23:00"),
    ("3 giờ chiều", "15:00"),
    ("3 gio chieu", "15:00"),
    ("14h chiều", "14:00"),
    ("5 giờ tối", "17:00"),
    ("tối 7h", "19:00"),
    ("7 sáng", "07:00"),
    ("buổi sáng 7h30", "07:30"),
    ("tám giờ sáng", "08:00"),
    ("tam gio sang", "08:00"),
    ("bảy giờ", "07:00"),
    ("sáu giờ ba mươi", "06:30"),
    ("mười chín giờ", "19:00"),
    ("hai mươi giờ mười lăm", "20:15"),
    ("lúc 7h30 sáng nhé", "07:30"),
    ("khoảng 8h", "08:00"),
    ("7:30 PM", "19:30"),
    ("7pm", "19:00"),
    ("7:30 SA", "07:30"),
    ("3:00 CH", "15:00"),
    ("12:30 am", "00:30"),
    ("07:30:00.000+07:00", "07:30"),
    # to be confirmed
    ("7 rưỡi", "07:30?"),
    ("7 ruoi", "07:30?"),
    ("3h", "03:00?"),
    ("3 giờ", "03:00?"),
    ("7", "07:00?"),
    ("730", "07:30?"),
    ("7.30", "07:30?"),
    ("7h5", "07:05?"),
    ("24h", "00:00?"),
    ("bay gio", "07:00?"),
    ("sau gio lam", "06:00?"),
    ("toi 7h", "19:00?"),
    ("8 giờ hơn", "08:00?"),
    ("xưởng mở cửa lúc 7h", "07:00?"),
    # never guessed
    ("12 giờ sáng", "ambiguous"),
    ("8h đến 9h", "ambiguous"),
    ("7h hoặc 8h", "ambiguous"),
    ("sáng 7h chiều 2h", "ambiguous"),
    ("7h sáng hoặc chiều", "ambiguous"),
    ("nửa đêm hoặc 1h", "ambiguous"),
    ("19h sáng", "not_a_time"),
    ("25h", "not_a_time"),
    ("7h70", "not_a_time"),
    ("24h30", "not_a_time"),
    ("sáng", "not_a_time"),
    ("bây giờ", "not_a_time"),
    ("20/11", "not_a_time"),
    ("7h có được không ạ?", "not_a_time"),
    ("thợ nhà tôi làm việc từ 7h hôm nào cũng vậy", "not_a_time"),
    ("lúc nào cũng được", "not_a_time"),
    ("", "not_a_time"),
    ("7h " * 100, "too_long"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), TIMES)
def test_times(typed: str, expected: str, form: Form) -> None:
    read = outcome(read_time(unicodedata.normalize(form, typed)))
    assert read is not None
    assert read.replace(":00.000+07:00", "") == expected


@pytest.mark.parametrize("typed", [typed for typed, _ in TIMES])
def test_a_time_typed_without_tones_is_never_taken_for_another(typed: str) -> None:
    without = read_time(toneless(typed))
    assert without.value in {read_time(typed).value, None} or not without.sure


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("07:30:00.000+07:00", "7 giờ 30 sáng"),
        ("07:05:00.000+07:00", "7 giờ 5 phút sáng"),
        ("12:00:00.000+07:00", "12 giờ trưa"),
        ("13:00:00.000+07:00", "1 giờ chiều"),
        ("19:30", "7 giờ 30 tối"),
        ("23:00:00.000+07:00", "11 giờ đêm"),
        ("00:10:00.000+07:00", "0 giờ 10 đêm"),
        ("00:30:00.000Z", "7 giờ 30 sáng"),
        ("sáng", "sáng"),
    ],
)
def test_times_in_words(value: str, words: str) -> None:
    assert time_in_words(value) == words


def test_a_time_is_echoed_unless_it_repeats_what_was_typed() -> None:
    assert read_time("7h30").echo == "7 giờ 30 sáng"
    assert read_time("7 giờ 30 sáng").echo == ""


@given(st.integers(0, 23), st.integers(0, 59))
@settings(deadline=None)
def test_times_read_back_the_same(hour: int, minute: int) -> None:
    value = f"{hour:02}:{minute:02}:00.000+07:00"
    assert outcome(read_time(time_in_words(value))) == value
    assert outcome(read_time(value)) == value
    assert read_time(toneless(time_in_words(value))).value == value
    assert read_time(f"{hour}h{minute:02}").value == value


MOMENTS = [
    ("7h30 sáng mai", "2026-11-26T07:30"),
    ("7h30 sang mai", "2026-11-26T07:30"),
    ("sáng mai 7h30", "2026-11-26T07:30"),
    ("mai 8h", "2026-11-26T08:00"),
    ("8 rưỡi sáng mai", "2026-11-26T08:30"),
    ("chiều mai 3h", "2026-11-26T15:00"),
    ("8h tối nay", "2026-11-25T20:00"),
    ("8h toi nay", "2026-11-25T20:00"),
    ("lúc 8h ngày mốt", "2026-11-27T08:00"),
    ("20/11 lúc 14h", "2026-11-20T14:00"),
    ("14h 20/11", "2026-11-20T14:00"),
    ("14h20 20/11", "2026-11-20T14:20"),
    ("20.11 7h30", "2026-11-20T07:30"),
    ("7h 20 tháng 11", "2026-11-20T07:00"),
    ("8 giờ hai mươi tháng mười một", "2026-11-20T08:00"),
    ("20/11/2026, 8 giờ kém 15", "2026-11-20T07:45"),
    ("thứ 7 tuần sau 8h", "2026-12-05T08:00"),
    ("thu 7 tuan toi 8h", "2026-12-05T08:00"),
    ("8 giờ sáng thứ hai 30/11", "2026-11-30T08:00"),
    ("2026-11-20T14:00", "2026-11-20T14:00"),
    ("20/11/2026 14:00", "2026-11-20T14:00"),
    # to be confirmed
    ("3h mai", "2026-11-26T03:00?"),
    ("toi nay 8h", "2026-11-25T20:00?"),
    ("tối thứ 7 lúc 7h", "2026-11-28T19:00?"),
    ("8h 20/6", "2026-06-20T08:00?"),
    ("12 giờ đêm mai", "2026-11-26T00:00?"),
    # never guessed
    ("8h tuần sau", "ambiguous"),
    ("ngày 20 lúc 8h", "ambiguous"),
    ("7h30 đến 9h mai", "ambiguous"),
    ("8h rằm tháng 8", "lunar_date"),
    ("8h 30/2", "no_such_date"),
    ("hai ba giờ mai", "not_a_date_time"),
    ("mai" * 100, "too_long"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), MOMENTS)
def test_moments(typed: str, expected: str, form: Form) -> None:
    read = outcome(read_date_time(unicodedata.normalize(form, typed), NOW))
    assert read is not None
    assert read.replace(":00.000+07:00", "") == expected


@pytest.mark.parametrize(
    ("typed", "missing"), [("7h30", "ngày"), ("20/11", "giờ"), ("sáng mai", "giờ"), ("hôm nào đó", "ngày và giờ")]
)
def test_half_a_moment_is_told_what_is_missing(typed: str, missing: str) -> None:
    assert read_date_time(typed, NOW) == Reading(None, problem=Problem.NOT_A_DATE_TIME, details={"missing": missing})


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 23), st.integers(0, 59))
@settings(deadline=None)
def test_moments_read_back_the_same(day: date, hour: int, minute: int) -> None:
    value = f"{day.isoformat()}T{hour:02}:{minute:02}:00.000+07:00"
    assert read_date_time(date_time_in_words(value), NOW).value == value
    assert read_date_time(toneless(date_time_in_words(value)), NOW).value == value
    assert read_date_time(value, NOW).value == value


def test_a_moment_of_another_zone_is_said_by_the_clock_of_vietnam() -> None:
    assert date_time_in_words("2026-11-20T20:00:00.000Z") == "3 giờ sáng thứ Bảy 21/11/2026"
    assert date_time_in_words("hôm nào") == "hôm nào"
