"""What announcements are about: a person may follow some topics and not others."""

from collections.abc import Mapping

TOPICS: Mapping[str, str] = {
    "policy": "Chính sách, hỗ trợ",
    "training": "Lớp học, tập huấn",
    "fairs": "Hội chợ, triển lãm, bán hàng",
    "awards": "Bình chọn sản phẩm tiêu biểu",
    "surveys": "Khảo sát nhu cầu",
}

# What people call a topic, folded, after THÔI TIN and NHẬN TIN.
SAID: Mapping[str, str] = {
    "chinh sach": "policy",
    "ho tro": "policy",
    "lop": "training",
    "lop hoc": "training",
    "tap huan": "training",
    "hoi cho": "fairs",
    "trien lam": "fairs",
    "ban hang": "fairs",
    "binh chon": "awards",
    "khao sat": "surveys",
    "nhu cau": "surveys",
}
