"""What announcements are about: a person may follow some topics and not others."""

from collections.abc import Mapping

TOPICS: Mapping[str, str] = {
    "policy": "Chính sách, hỗ trợ",
    "training": "Lớp học, tập huấn",
    "fairs": "Hội chợ, triển lãm, bán hàng",
    "awards": "Bình chọn sản phẩm tiêu biểu",
    "surveys": "Khảo sát nhu cầu",
}
