"""The options of a form's lists: rows of its choices sheet, or of a table attached to it."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pyxform.parsing.expression import is_xml_tag

from content.workbook import Line, Mistake
from conversation.form import Option

# A button of Telegram carries 64 bytes, the number of its question among them.
LONGEST_VALUE = 50
LONGEST_LABEL = 200


def read_lists(
    choices: Iterable[Line], wanted: Collection[str], mistakes: list[Mistake]
) -> Mapping[str, tuple[Option, ...]]:
    """Return the lists that some question asks for; other rows of the sheet may be notes."""
    lists: dict[str, tuple[Option, ...]] = {}
    for line in choices:
        name = line["list name"]
        if name in wanted:
            option = Option(line["name"], line["label"] or line["name"], dict(_further(line)), line["image"])
            mistakes += (line.mistake(*wrong) for wrong in _wrong(option, lists.get(name, ())))
            lists[name] = (*lists.get(name, ()), option)
    return lists


def _further(line: Line) -> Iterator[tuple[str, str]]:
    """Yield the cells a choice filter may name."""
    for column, cell in line.cells.items():
        if column not in {"list name", "name", "label"} and isinstance(cell, str) and is_xml_tag(column):
            yield column, cell


def read_table(
    file: str, table: bytes, mistakes: list[Mistake], value: str = "name", label: str = "label"
) -> tuple[Option, ...]:
    """Return the options of a CSV table; a mistake in it is told under the file's own name."""
    header, rows = read_rows(table)
    if not header:
        mistakes.append(Mistake(file, 1, "", "cần một bảng CSV lưu theo UTF-8, dòng đầu là tên các cột"))
        return ()
    missing = [column for column in (value, label) if column not in header]
    if missing:
        comma = "các cột cách nhau bằng dấu phẩy"
        mistakes += (Mistake(file, 1, column, f"thiếu cột «{column}»; {comma}") for column in missing)
        return ()
    options: list[Option] = []
    for number, cells in enumerate(rows, 2):
        if any(cells.values()):
            row = dict(cells)
            option = Option(row.pop(value), row.pop(label, ""), row, row.get("image", ""))
            mistakes += (Mistake(file, number, *wrong) for wrong in _wrong(option, options))
            options.append(option)
    return tuple(options)


def read_rows(table: bytes) -> tuple[tuple[str, ...], tuple[Mapping[str, str], ...]]:
    """Return the columns and the rows of a CSV table; nothing of what is none."""
    try:
        header, *rows = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    except (ValueError, csv.Error):
        return (), ()
    named = (dict.fromkeys(header, "") | dict(zip(header, map(str.strip, cells), strict=False)) for cells in rows)
    return tuple(header), tuple(named)


def _wrong(option: Option, earlier: Sequence[Option]) -> Iterator[tuple[str, str]]:
    """Yield the column and the message of what a conversation cannot offer."""
    value = option.value
    if not value or any(letter.isspace() for letter in value) or value.startswith((">", ":")):
        yield "name", f"mã đáp án «{value}» không được trống, có dấu cách hay bắt đầu bằng > hoặc :"
    elif len(value.encode()) > LONGEST_VALUE:
        yield "name", f"mã đáp án «{value}» dài quá {LONGEST_VALUE} chữ cái không dấu; lời đáp án ghi ở cột label"
    elif any(one.value == value for one in earlier):
        yield "name", f"mã đáp án «{value}» đã có trong danh sách này"
    if not option.label:
        yield "label", f"đáp án «{value}» cần có lời"
    elif len(option.label) > LONGEST_LABEL:
        yield "label", f"lời đáp án dài {len(option.label)} chữ, nhiều nhất {LONGEST_LABEL}"
