"""The options of a form's lists: rows of its choices sheet, or of a table attached to it."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from pyxform.parsing.expression import is_xml_tag

from content.attached import Table
from content.mistakes import Mistake
from content.plain import plain
from content.workbook import Line
from conversation.form import Option

# A button of Telegram carries 64 bytes, the number of its question among them.
LONGEST_VALUE = 50
LONGEST_LABEL = 200
_NO_COLUMNS = {"list name", "name", "label"}


def read_lists(
    choices: Iterable[Line], wanted: Collection[str], mistakes: list[Mistake]
) -> Mapping[str, tuple[Option, ...]]:
    """Return the lists that some question asks for; other rows of the sheet may be notes."""
    lists: dict[str, dict[str, Option]] = {}
    for line in choices:
        name = line["list name"]
        if name in wanted:
            option = Option(line["name"], plain(line["label"]) or line["name"], dict(_further(line)), line["image"])
            known = lists.setdefault(name, {})
            mistakes += (line.mistake(*wrong) for wrong in _wrong(option, known))
            known.setdefault(option.value, option)
    return {name: tuple(options.values()) for name, options in lists.items()}


def columns_of(columns: Iterable[str]) -> frozenset[str]:
    """Return the columns that a formula may name in the rows of a list."""
    return frozenset({"name", "label"} | {column for column in columns if _may_be_named(column)})


def _further(line: Line) -> Iterator[tuple[str, str]]:
    """Yield the cells a choice filter may name."""
    for column, cell in line.cells.items():
        if isinstance(cell, str) and _may_be_named(column):
            yield column, cell.strip()


def _may_be_named(column: str) -> bool:
    return column not in _NO_COLUMNS and bool(is_xml_tag(column))


def read_options(
    file: str, table: Table, mistakes: list[Mistake], value: str = "name", label: str = "label"
) -> tuple[Option, ...]:
    """Return the options of a CSV table; a mistake in it is told under the file's own name."""
    if not table.columns:
        mistakes.append(Mistake(file, 1, "", "cần một bảng CSV lưu theo UTF-8, dòng đầu là tên các cột"))
        return ()
    missing = [column for column in (value, label) if column not in table.columns]
    if missing:
        comma = "các cột cách nhau bằng dấu phẩy"
        mistakes += (Mistake(file, 1, column, f"thiếu cột «{column}»; {comma}") for column in missing)
        return ()
    options: dict[str, Option] = {}
    for number, cells in enumerate(table.rows, 2):
        if any(cells.values()):
            further = {column: cell for column, cell in cells.items() if column not in {"name", "label"}}
            option = Option(cells[value], cells[label], further)
            mistakes += (Mistake(file, number, *wrong) for wrong in _wrong(option, options))
            options.setdefault(option.value, option)
    return tuple(options.values())


def _wrong(option: Option, earlier: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the column and the message of what a conversation cannot offer."""
    value = option.value
    if not value or any(letter.isspace() for letter in value) or value.startswith((">", ":")):
        yield "name", f"mã đáp án «{value}» không được trống, có dấu cách hay bắt đầu bằng > hoặc :"
    elif len(value.encode()) > LONGEST_VALUE:
        yield "name", f"mã đáp án «{value}» dài quá {LONGEST_VALUE} chữ cái không dấu; lời đáp án ghi ở cột label"
    elif value in earlier:
        yield "name", f"mã đáp án «{value}» đã có trong danh sách này"
    if not option.label:
        yield "label", f"đáp án «{value}» cần có lời"
    elif len(option.label) > LONGEST_LABEL:
        yield "label", f"lời đáp án dài {len(option.label)} chữ, nhiều nhất {LONGEST_LABEL}"
