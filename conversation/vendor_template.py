"""A message whose words a vendor has approved, and what of an announcement fills its blanks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What may fill a blank, and what staff call it.
SOURCES: Mapping[str, str] = {
    "title": "Tiêu đề",
    "first_line": "Dòng đầu của nội dung",
    "class_code": "Mã lớp",
    "class_day": "Ngày học đầu tiên",
    "link": "Đường dẫn",
    "name": "Tên người nhận",
}
WHOSE_NAME_IS_UNKNOWN = "anh/chị"
_MISSING: Mapping[str, str] = {
    "class_code": "thông báo không nêu lớp nào đang nhận đăng ký",
    "class_day": "thông báo không nêu lớp nào đang nhận đăng ký",
    "link": "chưa đặt địa chỉ trang công khai",
}


class BlankRefused(Exception):
    """A blank that an announcement cannot fill; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank by its vendor's name, which of `SOURCES` fills it, and how many characters it takes at most."""

    name: str
    source: str
    longest: int


def fill(blanks: Sequence[Blank], facts: Mapping[str, str], name: str = "") -> dict[str, str]:
    """Return the value of each blank, from the facts of an announcement by their sources and the name of who gets it.

    A name that is not known, or does not fit, becomes "anh/chị". Raises BlankRefused.
    """
    return {blank.name: _value(blank, facts, name) for blank in blanks}


def _value(blank: Blank, facts: Mapping[str, str], name: str) -> str:
    if blank.source == "name":
        return name if 0 < len(name) <= blank.longest else WHOSE_NAME_IS_UNKNOWN
    value, words = facts.get(blank.source, ""), SOURCES[blank.source].lower()
    if not value:
        why = _MISSING.get(blank.source, "thông báo không có")
        raise BlankRefused(f"Mẫu tin cần {words} cho chỗ trống «{blank.name}», mà {why}.")
    if len(value) > blank.longest:
        longest = f"nhiều nhất {blank.longest} ký tự, {words} dài {len(value)}"
        raise BlankRefused(f"Chỗ trống «{blank.name}» của mẫu tin chứa {longest}: «{value}».")
    return value
