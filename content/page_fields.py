"""A page as the fields of a form: every value a text, by name; made of a page's file, and made into one."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from content.errors import ContentError
from content.fields import Fields, read_fields
from content.pages import PARTS, read_page, sections_of, split_page
from conversation.answers import read_money
from conversation.page import Page

LABELS: Mapping[str, str] = {
    "title": "Tiêu đề",
    "label": "Chữ trên nút",
    "group": "Nhóm",
    "published": "Cho xem nội dung",
    "sources": "Căn cứ",
    "review_by": "Xem lại trước ngày",
    "what": "Là gì",
    "who": "Ai được hỗ trợ",
    "money": "Mức hỗ trợ",
    "papers": "Giấy tờ",
    "apply": "Cách làm",
    "asks": "Cách hỏi khác",
    "figures": "Số liệu",
    "name": "Tên trong bài",
    "percent": "Phần trăm",
    "amount": "Số tiền",
    "unit": "Tính cho",
    "document": "Văn bản",
    "article": "Điều, khoản",
    "effective_from": "Hiệu lực từ",
    "effective_to": "Hết hiệu lực",
    "caveat": "Lời dặn khi chưa kiểm tra",
    "verified_on": "Ngày kiểm tra",
    "verified_by": "Người kiểm tra",
}
HEAD = ("title", "label", "group", "published", "sources", "review_by")
_NUMBER_OF = ("name", "percent", "amount", "unit", "document", "article")
FIGURE = (*_NUMBER_OF, "effective_from", "effective_to", "caveat", "verified_on", "verified_by")
MOST_FIGURES = 12
LONGEST = 30_000
_OPTIONAL = {"sources", "review_by", "percent", "amount", "effective_from", "effective_to"}
_DIGITS = re.compile(r"\d{1,3}(?:[._ ]\d{3})+|\d+")
_FIGURE_FIELD = re.compile(r"figure(\d+)\.(\w+)")


class FieldError(Exception):
    """A field that cannot stand as it is: its name, "" for the page as a whole, and why, in Vietnamese."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def label_of(name: str) -> str:
    """Return what staff call a field: `figure0.amount` is «Số liệu 1: Số tiền»."""
    found = _FIGURE_FIELD.fullmatch(name)
    return f"Số liệu {int(found[1]) + 1}: {LABELS[found[2]]}" if found else LABELS[name]


def fields_of(text: str) -> dict[str, str]:
    """Return a page's file as fields; raises ContentError where it is none."""
    head, body, line = split_page(Path("page.md"), text)
    read = read_fields(Path("page.md"), head)
    fields = {name: _as_typed(read.entries.get(name, (0, None))[1]) for name in HEAD}
    fields["asks"] = "\n".join(map(_as_typed, read.entries.get("asks", (0, None))[1] or ()))
    for number, figure in enumerate(read.entries.get("figures", (0, None))[1] or ()):
        if isinstance(figure, Fields):
            known = {name: _as_typed(value) for name, (_, value) in figure.entries.items()}
            fields |= {f"figure{number}.{name}": known.get(name, "") for name in FIGURE}
    parts = sections_of(Path("page.md"), body, line)
    return fields | {name: "\n".join(words for _, words in parts.get(name, ())) for name in PARTS}


def _as_typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def text_of(fields: Mapping[str, str]) -> str:
    """Return fields as a page's file, always in the same shape."""
    return "".join(f"{line}\n" for _, line in _lines(fields))


def in_one_shape(text: str) -> str:
    """Return a page's file in the shape that `text_of` gives it; raises ContentError."""
    return text_of(fields_of(text))


def read_typed(page_id: str, fields: Mapping[str, str]) -> tuple[str, Page]:
    """Return what was typed as a page's file, and the page it is; raises FieldError at the first mistake."""
    for part in PARTS:
        if any(line.lstrip().startswith("#") for line in fields.get(part, "").splitlines()):
            raise FieldError(part, "không có dòng nào bắt đầu bằng dấu #; mỗi phần đã có tiêu đề sẵn")
    lines = list(_lines(fields))
    text = "".join(f"{line}\n" for _, line in lines)
    if len(text) > LONGEST:
        raise FieldError("", f"Trang dài {len(text)} ký tự, nhiều nhất là {LONGEST}.")
    try:
        return text, read_page(Path(f"{page_id}.md"), text)
    except ContentError as error:
        raise FieldError(_near(lines, error.line), _in_words(error.message)) from error


def refuse_days_to_come(page: Page, today: date) -> None:
    """Raise FieldError where something is said to have been verified on a day that has not come."""
    for number, figure in enumerate(page.figures):
        if figure.verified_on and figure.verified_on > today:
            raise FieldError(f"figure{number}.verified_on", "ngày kiểm tra không thể ở sau hôm nay")


def _near(lines: Sequence[tuple[str, str]], number: int) -> str:
    """Return the field that a line was made of."""
    return lines[min(number, len(lines)) - 1][0]


def _in_words(message: str) -> str:
    for name, words in LABELS.items():
        message = message.replace(f"«{name}»", f"«{words}»").replace(f"«## {name}»", f"«{words}»")
    return message


def _lines(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return the lines of the file, each with the field it is made of."""
    yield "", "---"
    for name in HEAD:
        value = _one_line(fields.get(name, ""))
        if value or name not in _OPTIONAL or (name == "sources" and fields.get("published") == "true"):
            yield name, f"{name}: {_value(name, value)}"
    yield from _figure_lines(fields)
    asks = [line for line in map(_one_line, fields.get("asks", "").splitlines()) if line]
    if asks:
        yield "asks", "asks:"
        yield from (("asks", f"  - {_quoted(ask)}") for ask in asks)
    yield "", "---"
    first = True
    for part in PARTS:
        paragraphs = [line for line in map(_one_line, fields.get(part, "").splitlines()) if line]
        if paragraphs:
            if not first:
                yield part, ""
            first = False
            yield part, f"## {part}"
            yield from ((part, paragraph) for paragraph in paragraphs)


def _figure_lines(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    begun = False
    for number in range(MOST_FIGURES):
        values = {name: _one_line(fields.get(f"figure{number}.{name}", "")) for name in FIGURE}
        if not any(values.values()):
            continue
        if not begun:
            begun = True
            yield f"figure{number}.name", "figures:"
        for name, value in values.items():
            if value or name not in _OPTIONAL:
                mark = "- " if name == FIGURE[0] else "  "
                yield f"figure{number}.{name}", f"  {mark}{name}: {_value(name, value)}"


def _value(name: str, value: str) -> str:
    """Return a value as YAML; what cannot be read as what it should be stays the words that were typed."""
    if name == "published":
        return "true" if value == "true" else "false"
    if name in {"group", "percent", "amount"} and (number := _number(name, value)) is not None:
        return f"{number:_}"
    if name in {"review_by", "effective_from", "effective_to", "verified_on"}:
        return _day(value)
    return _quoted(value)


def _number(name: str, value: str) -> int | None:
    if _DIGITS.fullmatch(value):
        return int(re.sub(r"\D", "", value))
    meant = read_money(value) if name == "amount" and value else None
    return int(meant.value) if meant and meant.value and meant.sure else None


def _day(value: str) -> str:
    if not value:
        return "null"
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return _quoted(value)


def _one_line(text: str) -> str:
    """Return a text on one line, without characters that nobody sees."""
    kept = (letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())


def _quoted(text: str) -> str:
    """Return a text as a YAML string, plain where that reads the same."""
    if not text:
        return '""'
    written: str = yaml.safe_dump(text, allow_unicode=True, width=10**9)
    return written.removesuffix("\n").removesuffix("\n...")
