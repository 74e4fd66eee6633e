"""Reading one cell of a filled-in workbook, by the same readers as the chat; nobody is there to ask back."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from content.paper.columns import labels_of
from conversation.answers import fold, normalise, read_yes_no
from conversation.form import Question
from conversation.form_reading import MAX_TEXT, Read, read
from conversation.form_words import SKIP
from conversation.places import Places

PHONE = "0912 345 678"
DAY = "20/11/2026"
MESSAGES: Mapping[str, str] = {
    "not_a_number": "Cần ghi bằng số, ví dụ: 12",
    "whole_number": "Cần một số tròn, ví dụ: 12",
    "not_a_phone": f"Cần một số điện thoại, ví dụ: {PHONE}",
    "phone_length": f"Số này có {{digits}} chữ số; số di động có 10 chữ số, ví dụ: {PHONE}",
    "phone_prefix": f"Số điện thoại thường bắt đầu bằng số 0, ví dụ: {PHONE}",
    "not_a_year": "Cần một năm, ví dụ: 2015",
    "not_a_date": f"Cần một ngày, ví dụ: {DAY}",
    "no_such_date": f"Lịch không có ngày này; ghi như: {DAY}",
    "lunar_date": f"Cần ngày dương lịch, ví dụ: {DAY}",
    "not_a_time": "Cần giờ, ví dụ: 7:30 hoặc 14:00",
    "not_a_date_time": f"Cần cả ngày và giờ, ví dụ: {DAY} 14:00",
    "out_of_range": "Cần một số từ {start} đến {end}",
    "rank_all": "Cần xếp đủ các mục, mỗi mục một thứ tự",
    "not_a_place": "Chưa đọc được vị trí; ghi vĩ độ, kinh độ hoặc dán đường dẫn bản đồ",
    "no_such_choice": "«{typed}» không có trong danh sách đáp án",
    "no_such_commune": "Chưa thấy xã, phường này trong danh sách; ghi tên xã, phường, tên cũ hay tên mới đều được",
    "ambiguous": "Chưa rõ là ý nào, cần ghi cụ thể hơn",
    "too_long": "Câu trả lời dài quá {limit} chữ",
}
ONLY_THE_LIST = "Cần chọn một đáp án trong danh sách"
A_TICK = "Ghi x nếu chọn mục này, không chọn thì để trống"
A_PLACE = "Cần xếp đủ các mục: mỗi mục một số, từ 1 đến {count}"
MOST_MEANT = 6
_TICKS = {"x", "v", "✓", "✔", "×", "1"}
_MOMENTS = {"date": "%d/%m/%Y", "dateTime": "%d/%m/%Y %H:%M", "time": "%H:%M"}
_NO_TICKS = {"", "0", "-"}


class Unreadable(Exception):
    """A cell that was not understood; `str()` says why, in Vietnamese."""


def as_text(cell: object) -> str:
    """Return a cell as it would be typed: days as 20/11/2026, numbers with a comma before their fraction."""
    if isinstance(cell, bool):
        return "có" if cell else "không"
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, int | float):
        exact = Decimal(str(cell))
        return f"{int(exact)}" if exact == int(exact) else f"{exact:f}".replace(".", ",")
    return normalise(str(cell)) if cell is not None else ""


def read_cell(question: Question, cell: object, now: datetime, places: Places) -> str:
    """Return a cell's answer as ODK writes it, "" for none; raises Unreadable."""
    text = as_text(cell)
    if question.kind == "text" and isinstance(cell, str):
        text = cell.strip()  # its lines stay
    if question.kind in _MOMENTS and isinstance(cell, datetime):
        text = f"{cell:{_MOMENTS[question.kind]}}"
    labels = labels_of(question)
    if fold(text) in SKIP and fold(text) not in map(fold, labels.values()):
        return ""
    if not text:
        return ""
    if len(text) > MAX_TEXT:
        raise Unreadable(MESSAGES["too_long"].format(limit=MAX_TEXT))
    if question.options:
        return _chosen(question, labels, text, now, places)
    if "kc-commune" in question.appearance:
        return _commune(text, places)
    return _taken(question, read(question, (), text, now, places), text, typed=isinstance(cell, str))


def _chosen(question: Question, labels: Mapping[str, str], text: str, now: datetime, places: Places) -> str:
    """Return the values of the labels or codes in a cell; several stand apart by semicolons."""
    named = _listed(labels, text) if question.kind == "select_multiple" else [_named(labels, text)]
    if all(named):
        return " ".join(value for value in labels if value in named)
    if text.isdecimal():  # in a chat the number of an option, which a workbook does not show
        raise Unreadable(ONLY_THE_LIST)
    return _taken(question, read(question, question.options, text, now, places), text, typed=True)


def _listed(labels: Mapping[str, str], text: str) -> list[str]:
    """Return the options whose names stand apart by semicolons, which a label may have too; [""] for a strange one."""
    parts = [part for part in text.split(";") if part.strip()]
    for size in range(len(parts), 0, -1):
        first = _named(labels, ";".join(parts[:size]))
        if first:
            return [first, *(_listed(labels, ";".join(parts[size:])) if size < len(parts) else [])]
    return [""]


def _named(labels: Mapping[str, str], text: str) -> str:
    """Return the one option whose label a text is, with or without tones, or whose code; "" for none or several."""
    typed = normalise(text)
    exact = [value for value, label in labels.items() if normalise(label) == typed]
    alike = [value for value, label in labels.items() if fold(label) == fold(typed) != ""]
    one = exact if len(exact) == 1 else alike
    return one[0] if len(one) == 1 else typed if typed in labels and not one else ""


def _commune(text: str, places: Places) -> str:
    """Return the code of a commune named by its new name, or by an old one that went to one commune whole."""
    found = places.find(text)
    if not found:
        raise Unreadable(MESSAGES["no_such_commune"])
    if len(found) > 1:
        raise Unreadable(
            f"Tên này có thể là: {'; '.join(place.label for place in found[:MOST_MEANT])}. Cần ghi rõ một tên"
        )
    if not found[0].sure:
        raise Unreadable(_perhaps(found[0].described))
    return found[0].code


def _taken(question: Question, reading: Read, text: str, *, typed: bool) -> str:
    """Return what was read; what a chat would ask back counts where the cell holds a number or a day of its own."""
    pending = reading.pending
    if pending and pending.kind == "tones":
        return pending.value
    if pending:
        as_it_is = "kc-money" not in question.appearance or pending.value == text
        if typed or not as_it_is:
            raise Unreadable(_perhaps(pending.echo))
        return pending.value
    if reading.value is None:
        labels = labels_of(question)
        meant = ", ".join(f"«{labels[value]}»" for value in reading.options[:MOST_MEANT])
        raise Unreadable(MESSAGES[reading.problem].format_map(reading.details) + (f": {meant}" if meant else ""))
    return reading.value


def _perhaps(meant: str) -> str:
    return f"Có phải là «{meant}» không? Cần ghi rõ như vậy"


def is_ticked(cell: object) -> bool:
    """Whether the cell of an option ticks it; raises Unreadable."""
    text = as_text(cell).lower()
    if text in _NO_TICKS:
        return False
    says = True if text in _TICKS else read_yes_no(text)
    if says is None:
        raise Unreadable(A_TICK)
    return says


def ranked(question: Question, cells: Mapping[str, object]) -> str:
    """Return the values in the order that the cells beside them number; raises Unreadable."""
    given = {value: as_text(cell) for value, cell in cells.items()}
    if not any(given.values()):
        return ""
    expected = [str(place) for place in range(1, len(question.options) + 1)]
    if sorted(given.values()) != sorted(expected):
        raise Unreadable(A_PLACE.format(count=len(question.options)))
    return " ".join(sorted(given, key=lambda value: int(given[value])))
