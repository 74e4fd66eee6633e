"""The sheet of a workbook that says how to fill it in, and lists every question with when and how to answer it."""

from collections.abc import Iterator
from typing import Any

from content.paper.columns import FIRST, LINK_HEADING, MAIN, NAMES, sheets_of
from content.paper.wording import Wording, is_long
from conversation.form import FILES, Question

_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
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
    text = book.add_format(_FONT)
    bold = book.add_format({**_FONT, "bold": True})
    title = book.add_format({**_FONT, "bold": True, "font_size": 14, "text_wrap": False})
    for place, width in enumerate(_COLUMNS.values()):
        page.set_column(place, place, width)
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, wording.form.title, title)
    row = 1
    for line in _lines(wording):
        page.merge_range(row, 0, row, len(_COLUMNS) - 1, line, text)
        row += 1
    page.write_row(row + 1, 0, list(_COLUMNS), bold)
    for number, question in enumerate((one for one in wording.form.questions if one.asked), row + 2):
        cells = _cells(wording, question)
        page.write_row(number, 0, [wording.numbers[question.name], *cells], text)


def _lines(wording: Wording) -> Iterator[str]:
    yield f"Mỗi dòng ở trang «{MAIN}», kể từ dòng {FIRST}, là một phiếu. Cột có dấu * cần có câu trả lời."
    yield "Câu chọn nhiều có mỗi mục một cột: ghi x vào cột của mục được chọn."
    yield "Số tiền ghi bằng đồng, hoặc có đơn vị: 400 triệu, 1,2 tỷ. Số điện thoại ghi đủ số 0 ở đầu."
    for sheet in sheets_of(wording.form)[1:]:
        many = f"Trang «{sheet.title}» ghi mỗi mục một dòng"
        heading = LINK_HEADING if sheet.parent == MAIN else f"Dòng của trang «{sheet.parent}»"
        yield f"{many}; cột «{heading}» ghi số dòng của phiếu ấy ở trang «{sheet.parent}»."
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
    if question.kind == "range":
        return f"Một số từ {question.parameters.get('start')} đến {question.parameters.get('end')}"
    if question.kind == "select_multiple":
        few = "; ".join(option.label for option in question.options[:2])
        return f"Tên các mục, cách nhau bằng dấu chấm phẩy, ví dụ: {few}" if is_long(question) else "Ghi x"
    return _WAYS.get(question.kind, "Ghi bằng chữ")
