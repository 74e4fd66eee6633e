"""Reading what a thumb typed, by tables of examples and by what holds for any text at all."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import (
    Problem,
    Reading,
    date_in_words,
    fold,
    has_tones,
    money_in_words,
    normalise,
    number_in_words,
    phone_in_words,
    read_choice,
    read_choices,
    read_date,
    read_decimal,
    read_integer,
    read_money,
    read_phone,
    read_year,
    read_yes_no,
)

Form = Literal["NFC", "NFD"]

# Tuesday evening in London is Wednesday morning, 25 November, in Vietnam.
NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)

NEEDS = [
    ("machinery", "Mua máy"),
    ("vocational", "Dạy nghề cho thợ"),
    ("management", "Lớp quản lý cho chủ"),
    ("fair", "Hội chợ, bán hàng"),
    ("brand", "Nhãn hiệu, bao bì"),
    ("pollution", "Xử lý bụi, nước thải"),
    ("relocation", "Chuyển xưởng vào cụm công nghiệp"),
    ("other", "Thứ khác"),
]
LEGAL_FORMS = [
    ("household", "Hộ kinh doanh"),
    ("cooperative", "Hợp tác xã"),
    ("group", "Tổ hợp tác"),
    ("company", "Công ty"),
    ("none", "Chưa đăng ký"),
]
WHEN = [
    ("soon", "Trong 3 tháng"),
    ("year", "Từ 3 đến 12 tháng nữa"),
    ("later", "Sau 1 năm"),
    ("done", "Đã mua rồi"),
    ("unknown", "Chưa rõ"),
]
CONSENT = [("yes", "Đồng ý"), ("no", "Không (vẫn hỏi và xem lớp được)"), ("read", "Đọc bản đầy đủ")]
REVENUE = [("0", "< 1 tỷ"), ("1", "1–3 tỷ"), ("3", "3–10 tỷ"), ("50", "> 50 tỷ"), ("silent", "Không muốn nói")]


def toneless(text: str) -> str:
    """Return the text as it is typed without diacritics."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def outcome(reading: Reading) -> str | None:
    """Return the value of a sure reading, the value and a question mark of an unsure one, or the problem."""
    return reading.problem or (reading.value if reading.sure else f"{reading.value}?")


# ----- one spelling


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  xin\tchào \n anh ", "xin chào anh"),
        (unicodedata.normalize("NFD", "Cơ sở Mộc"), "Cơ sở Mộc"),
        ("co\u0323", "cọ"),
        ("1️⃣ và 🔟", "1 và 10"),
        ("０９１２ ٣", "0912 3"),
        ("m\u200bộ\u00adc\ufeff\x00", "mộc"),
        ("\ud800x", "x"),
        ("9 m²", "9 m²"),
    ],
)
def test_normalised_text_has_one_spelling(typed: str, normal: str) -> None:
    assert normalise(typed) == normal


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Cơ sở Mộc", "co so moc"),
        (unicodedata.normalize("NFD", "Cơ sở Mộc"), "co so moc"),
        ("HÒA MẠC", "hoa mac"),
        ("Hoà Mạc", "hoa mac"),
        ("Đồng Văn – Ðồng Hóa", "dong van dong hoa"),
        ("Mẫu mã/bao bì (nhãn)...", "mau ma bao bi nhan"),
        ("...", ""),
    ],
)
def test_folded_text_compares(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("text", "tones"),
    [("Trần Văn Thịnh", True), ("tran van thinh", False), ("di đi", True), ("ơ", True), ("café", True), ("12", False)],
)
def test_tones_are_seen(text: str, tones: bool) -> None:
    assert has_tones(text) is tones
    assert has_tones(unicodedata.normalize("NFD", text)) is tones


# ----- numbers

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
    ("1,234", "1.234?"),
    ("1,500", "ambiguous"),
    ("1,5 - 2", "ambiguous"),
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


# ----- money

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
    ("500k", "500000"),
    ("5000 đồng", "5000"),
    ("khoang 400 trieu", "400000000"),
    ("đó là 400 triệu", "400000000"),
    ("máy bào 400 triệu", "400000000"),
    ("0", "0"),
    # to be confirmed
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


# ----- telephones

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


# ----- years and days

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
    ("thứ 7 tuần sau", "2026-12-05"),
    ("thu bay tuan nay", "2026-11-28"),
    ("cn tuan sau", "2026-12-06"),
    ("thứ tư tuần trước", "2026-11-18"),
    # to be confirmed
    ("20/11", "2026-11-20"),
    ("05/01", "2027-01-05"),
    ("29/2", "2028-02-29?"),
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


def test_a_day_is_echoed_with_its_weekday() -> None:
    assert read_date("20/11/2026", NOW).echo == "thứ Sáu 20/11/2026"


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
@settings(deadline=None)
def test_days_read_back_the_same(day: date) -> None:
    assert outcome(read_date(day.isoformat(), NOW)) == day.isoformat()
    assert outcome(read_date(date_in_words(day.isoformat()), NOW)) == day.isoformat()


# ----- yes and no

YES = """có|co|CÓ Ạ|đúng|dung|đúng rồi|Đúng ạ|ok|OK em|uh|ừ|vâng|vang|dạ|da vang|đồng ý|dong y|ok dong y|đồng ý cho lưu
được|dc|đc|phải|chính xác|dạ em đồng ý ạ|ừ muốn"""
NO = """không|ko|k|hong|kg|khong a|thôi|thoi|da thoi|chưa|chưa đúng|sai rồi|không đồng ý|ko dong y|Không, không đồng ý
dạ không ạ|thôi không cần|thoi khoi|không muốn|không được|từ chối"""
NEITHER = """|?|12|có không|được không|đồng ý không|dong y ko|đúng chưa|có?|thôi được rồi|không phải là không đồng ý
cô ạ|cần|dừng|dùng|đừng|có, 2 người|có mất tiền không|không biết|vàng|cảm ơn|được thì báo tôi"""


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (typed, meant)
        for meant, listed in ((True, YES), (False, NO), (None, NEITHER))
        for typed in listed.replace("\n", "|").split("|")
    ],
)
def test_yes_and_no(typed: str, meant: bool | None, form: Form) -> None:
    assert read_yes_no(unicodedata.normalize(form, typed)) is meant


# ----- choices

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


# ----- any text at all

READERS: list[Callable[[str], Reading]] = [
    read_integer,
    read_decimal,
    read_money,
    read_phone,
    lambda text: read_year(text, NOW),
    lambda text: read_date(text, NOW),
    lambda text: read_choice(text, NEEDS),
    lambda text: read_choice(text, []),
    lambda text: read_choices(text, WHEN),
    lambda text: read_choices(text, []),
]
SNIPPETS = re.findall(
    r"\S+",
    """một hai ba tư lăm mười mươi trăm nghìn triệu tỷ tr k rưỡi linh chục không mấy vài tầm tam năm nam ngày tháng tuần
    thứ sau mai cn và đến - / . , ; ( < ? 0 1 3 12 25 400 1.234 1.200,5 1.2.3
    m² ½ 1,5 2026 20/11 0912 345 678 +84 có co ok thôi mua máy
    lớp chợ""",
)
ANY_TEXT = st.one_of(
    st.text(st.characters()),
    st.lists(st.sampled_from(SNIPPETS), max_size=8).map(" ".join),
    st.lists(st.sampled_from(SNIPPETS), max_size=8).map("".join),
    st.sampled_from(SNIPPETS).map(lambda snippet: snippet * 500),
)


@pytest.mark.parametrize("reader", READERS)
@given(text=ANY_TEXT)
@settings(deadline=None, max_examples=200)
def test_any_text_has_a_value_or_a_problem(reader: Callable[[str], Reading], text: str) -> None:
    reading = reader(text)
    assert (reading.value is None) == bool(reading.problem)
    assert reading.problem == "" or reading.problem in set(Problem)
    assert reading.value is None or (reading.value.strip() == reading.value != "")
    assert reading.sure or reading.echo


@given(ANY_TEXT)
@settings(deadline=None)
def test_any_text_is_a_yes_a_no_or_neither(text: str) -> None:
    assert read_yes_no(text) in {True, False, None}
    assert read_yes_no(f"{text}?") is None


@given(ANY_TEXT)
@settings(deadline=None)
def test_any_text_has_one_spelling(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text) == fold(normalise(text))
    assert normalise(text).encode().decode() == normalise(text)


@pytest.mark.parametrize(
    ("typed", "reader"),
    [(typed, read_integer) for typed, value in INTEGERS if value not in set(Problem)]
    + [(typed, read_money) for typed, value in SUMS if value not in set(Problem)],
)
def test_an_answer_typed_without_tones_is_never_taken_for_another(typed: str, reader: Callable[[str], Reading]) -> None:
    with_tones, without = reader(typed), reader(toneless(typed))
    assert without.value in {with_tones.value, None} or not without.sure
