"""What pyxform has against a workbook, in words of ours where it is something that authors do."""

import re

from content.mistakes import Mistake

_PLACE = re.compile(r"\[row : (\d+)\] *(?:On the '(\w+)' sheet, (?:the '([\w:]+)' value)?)?")
_SAID = (
    (r"^Audits must always be named", "name", "câu audit không đặt tên: để trống cột name"),
    (r"location information in the audit", "parameters", "audit ghi vị trí cần đủ ba tham số location-…"),
    (r"^Badly formatted table list", "type", "các câu trong nhóm table-list phải dùng chung một danh sách đáp án"),
    (r"^Media type: (\S+) not supported", "media::{0}", "không có cột «media::{0}»; hình ghi ở cột media::image"),
    (r"must be unique within their nearest parent", "name", "tên này đã dùng ở dòng khác"),
    (r"Names must begin with a letter", "name", "tên phải bắt đầu bằng chữ, không có dấu cách, ví dụ: so_tho"),
    (
        r"tick_labelset",
        "parameters",
        "tick_labelset phải là một danh sách có mã là các vạch trên thang, từ start đến end",
    ),
    (
        r"only supported for the appearances",
        "parameters",
        "tick_interval, placeholder, tick_labelset không đi với appearance này",
    ),
    (r"parameter '(\w+)' must be a multiple of 'step'", "parameters", "{0} phải là bội số của step"),
    (r"parameter '(\w+)' must be a number", "parameters", "{0} phải là một số"),
    (
        r"parameter '(\w+)' must (?:not be|be between)",
        "parameters",
        "{0} phải khác 0 và nằm trong khoảng từ start đến end",
    ),
    (r"Column headers must not be empty and must not contain spaces", "", "tên cột không được có dấu cách"),
    (r"^Choice names with spaces", "name", "mã đáp án của câu chọn nhiều không được có dấu cách"),
    (r"^Survey cannot have an empty id_string", "form_id", "form_id không được để trống"),
    (r"^There are multiple survey elements named '(.+)'", "name", "tên «{0}» dùng nhiều lần"),
    (r"^There is no survey element named '(.+)'", "", "không có câu hỏi nào tên «{0}»"),
)


def mistake_of(words: str) -> Mistake:
    """Return pyxform's words as a mistake at its place; what it rarely says stays in English behind words of ours."""
    place = _PLACE.search(words)
    row, sheet, column = (int(place[1]), place[2] or "survey", place[3] or "") if place else (1, "survey", "")
    row = 2 if sheet == "settings" else row
    rest = _PLACE.sub("", words).strip()
    for pattern, usual, ours in _SAID:
        if said := re.search(pattern, rest):
            return Mistake(sheet, row, column or usual.format(*said.groups()), ours.format(*said.groups()))
    return Mistake(sheet, row, column, f"chưa đúng khuôn XLSForm: {rest}")
