"""The sheet of a workbook that says how to fill it in, and lists every question with when and how to answer it."""

from collections.abc import Iterator
from typing import Any

from content.paper.columns import FIRST, MAIN, NAMES, link_heading, sheets_of
from content.paper.wording import Wording, is_long
from conversation.form import FILES, Question

_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top", "align": "left", "text_wrap": True}
_FRAME = {**_FONT, "border": 1, "border_color": "#9AA7B2"}
_LINE_HEIGHT = 14
_COLUMNS = {"Câu": 6, "Câu hỏi": 50, "Cách ghi": 44, "Khi nào trả lời": 40, "Lưu ý": 44}
_WAYS = {
    "select_one": "Chọn trong danh sách",
    "acknowledge": "Chọn «Đồng ý»",
    "rank": "Mỗi mục một cột: ghi 1 cho mục quan trọng nhất, rồi 2, 3 …",
    "date": "Ngày, ví dụ: 20/11/2026",
    "time": "Giờ, ví dụ: 7:30",
    "dateTime": "Ngày và giờ, ví dụ: 20/11/2026 14:00",
    "integer": "Một số tròn, ví dụ: 12",
    "decimal": "Một số, ví dụ: 1,5",
    "geopoint": "Vĩ độ, kinh độ hoặc đường dẫn bản đồ; không bắt buộc",
}


def guide(book: Any, page: Any, wording: Wording) -> None:
    """Write the guide to a form's workbook."""
    plain, framed = book.add_format({**_FONT, "text_wrap": False}), book.add_format(_FRAME)
    headed = book.add_format({**_FRAME, "bold": True, "bg_color": "#DCE6EE"})
    title = book.add_format({**_FONT, "bold": True, "font_size": 14, "text_wrap": False})
    for place, width in enumerate(_COLUMNS.values()):
        page.set_column(place, place, width)
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    lines = [wording.form.title, *_lines(wording)]
    for row, line in enumerate(lines):
        page.write_string(row, 0, line, plain if row else title)
    page.set_row(0, 24)
    page.write_row(len(lines) + 1, 0, list(_COLUMNS), headed)
    for row, question in enumerate((one for one in wording.form.questions if one.asked), len(lines) + 2):
        cells = _cells(wording, question)
        page.write_row(row, 0, [wording.numbers[question.name], *cells], framed)
        page.set_row(row, _LINE_HEIGHT * max(map(_height, cells, list(_COLUMNS.values())[1:])))


def _height(text: str, width: int) -> int:
    """Return about how many lines a text takes in a column so many characters wide."""
    return sum(-(-len(line) // width) or 1 for line in text.split("\n"))


def _lines(wording: Wording) -> Iterator[str]:
    yield f"Mỗi dòng ở trang «{MAIN}», kể từ dòng {FIRST}, là một phiếu. Cột có dấu * cần có câu trả lời."
    yield "Câu chọn nhiều có mỗi mục một cột: ghi x vào cột của mục được chọn."
    yield "Số tiền ghi bằng đồng, hoặc có đơn vị: 400 triệu, 1,2 tỷ. Số điện thoại ghi đủ số 0 ở đầu."
    for sheet in sheets_of(wording.form)[1:]:
        many = f"Trang «{sheet.title}» ghi mỗi mục một dòng"
        what = "phiếu" if sheet.parent == MAIN else "mục"
        yield f"{many}; cột «{link_heading(sheet)}» ghi số dòng của {what} ấy ở trang «{sheet.parent}»."
    yield f"Giữ nguyên tên các trang và dòng {NAMES} đang ẩn: nhờ chúng mà tệp được đọc lại đúng câu."


def _cells(wording: Wording, question: Question) -> list[str]:
    kept = [words for words in (question.hint, question.constraint_message) if words]
    return [
        wording.plain(question.label) + (" *" if question.required == "true()" else ""),
        _way(question),
        "\n".join(wording.always_when(question)),
        "\n".join(map(wording.plain, kept)),
    ]


def _way(question: Question) -> str:
    if question.kind in FILES:
        return "Nộp riêng, tệp này không có cột cho câu này"
    if "kc-commune" in question.appearance:
        return "Chọn trong danh sách, hoặc ghi tên cũ"
    if "kc-money" in question.appearance:
        return "Số tiền, ví dụ: 400 triệu"
    if "kc-phone" in question.appearance:
        return "Số điện thoại, ví dụ: 0912 345 678"
    if "kc-year" in question.appearance:
        return "Năm, ví dụ: 2009"
    if question.kind == "date" and question.appearance & {"month-year", "year"}:
        return "Tháng, ví dụ: 11/2026" if "month-year" in question.appearance else "Năm, ví dụ: 2026"
    if question.kind == "range":
        return f"Một số từ {question.parameters.get('start')} đến {question.parameters.get('end')}"
    if question.kind == "select_multiple":
        few = "; ".join(option.label for option in question.options[:2])
        return f"Tên các mục, cách nhau bằng dấu chấm phẩy, ví dụ: {few}" if is_long(question) else "Ghi x"
    return _WAYS.get(question.kind, "Ghi bằng chữ")
