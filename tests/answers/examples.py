"""The clock, the lists and the ways of saying a result that the tests of answers share."""

import unicodedata
from datetime import UTC, datetime
from typing import Literal

from conversation.answers import Reading

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
