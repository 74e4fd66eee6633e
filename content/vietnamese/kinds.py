"""The types of question as staff write them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

from content.kinds import kind_of, why_not
from conversation.answers.text import fold


@dataclass(frozen=True, slots=True)
class Kind:
    """XLSForm's type and appearance; `other` adds the answer "other" to its list."""

    type: str
    appearance: str = ""
    other: bool = False
    example: str = ""


KINDS: Mapping[str, Kind] = {
    "chữ": Kind("text", example="Mộc Lan"),
    "số nguyên": Kind("integer", example="12"),
    "số thập phân": Kind("decimal", example="2,5"),
    "tiền": Kind("integer", "kc-money", example="400 triệu, 1,2 tỷ"),
    "số điện thoại": Kind("text", "kc-phone", example="0912 345 678"),
    "năm": Kind("integer", "kc-year", example="2009"),
    "xã phường": Kind("text", "kc-commune", example="tên xã cũ hay mới đều được"),
    "tên người": Kind("text", "kc-name", example="Nguyễn Thị Lan"),
    "tên cơ sở": Kind("text", "kc-name", example="Cơ sở mộc Lan"),
    "chọn một": Kind("select_one", example="một mục của danh sách ở cột «đáp án»"),
    "chọn một, có mục khác": Kind("select_one", other=True, example="thêm mục «Khác» để tự ghi"),
    "chọn nhiều": Kind("select_multiple", example="nhiều mục của danh sách ở cột «đáp án»"),
    "chọn nhiều, có mục khác": Kind("select_multiple", other=True, example="thêm mục «Khác» để tự ghi"),
    "xếp thứ tự": Kind("rank", example="mục quan trọng nhất trước"),
    "ngày": Kind("date", example="20/11/2026"),
    "giờ": Kind("time", example="7 giờ 30"),
    "ngày giờ": Kind("dateTime", example="20/11/2026 7 giờ 30"),
    "thang điểm": Kind("range", example="ghi «1 đến 5» ở cột «đáp án»"),
    "ghi chú": Kind("note", example="lời dặn, không cần trả lời"),
    "đồng ý": Kind("acknowledge", example="người trả lời bấm Đồng ý"),
    "tính": Kind("calculate", example="không hỏi, tính theo cột «công thức»"),
    "ảnh": Kind("image", example="người trả lời gửi một tấm ảnh"),
    "tệp": Kind("file", example="người trả lời gửi một tệp"),
    "vị trí": Kind("geopoint", example="người trả lời gửi vị trí"),
    "nhóm": Kind("begin_group", example="các câu đến dòng «hết nhóm» đi cùng nhau"),
    "hết nhóm": Kind("end_group"),
    "lặp": Kind("begin_repeat", example="hỏi lại các câu đến dòng «hết lặp», mỗi máy, mỗi thợ một lần"),
    "hết lặp": Kind("end_repeat"),
}
_FOLDED = {fold(words): kind for words, kind in KINDS.items()}
LISTED = frozenset({"select_one", "select_multiple", "rank"})


def read_kind(written: str) -> Kind | None:
    """Return what a type's words mean; XLSForm's own are kept as they are. None for what is neither."""
    kind = _FOLDED.get(fold(written))
    if kind:
        return kind
    known = RE_BEGIN_CONTROL.search(written) or RE_END_CONTROL.search(written) or kind_of(written)
    return Kind(written) if known or written in LISTED or "hoặc viết chưa đúng" not in why_not(written) else None
