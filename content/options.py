"""The options of a form's lists: rows of its choices sheet, or of a table attached to it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Rules:
    """What the options of a list may be: `spaced` have spaces in their codes, `twice` stand in more than one row."""

    spaced: bool
    twice: bool


def read_lists(
    choices: Iterable[Line], wanted: Mapping[str, Rules], mistakes: list[Mistake]
) -> Mapping[str, tuple[Option, ...]]:
    """Return the lists that some question asks for; other rows of the sheet may be notes."""
    lists: dict[str, _List] = {}
    for line in choices:
        name = line["list name"]
        if name in wanted:
            option = Option(line["name"], plain(line["label"]) or line["name"], dict(_further(line)), line["image"])
            known = lists.setdefault(name, _List(wanted[name]))
            mistakes += (line.mistake(*wrong) for wrong in known.add(option))
    return {name: tuple(known.options) for name, known in lists.items()}


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
    file: str, table: Table, mistakes: list[Mistake], rules: Rules, value: str, label: str
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
    known = _List(rules)
    for number, cells in enumerate(table.rows, 2):
        if any(cells.values()):
            further = {column: cell for column, cell in cells.items() if column not in {"name", "label"}}
            option = Option(cells[value], cells[label], further)
            mistakes += (Mistake(file, number, *wrong) for wrong in known.add(option))
    return tuple(known.options)


class _List:
    def __init__(self, rules: Rules) -> None:
        self.options: list[Option] = []
        self._rules = rules
        self._labels: dict[str, str] = {}

    def add(self, option: Option) -> Iterator[tuple[str, str]]:
        """Add an option; yield the column and the message of what a conversation cannot offer."""
        earlier = self._labels.get(option.value)
        yield from _wrong(option, self._rules)
        if earlier is None:
            self._labels[option.value] = option.label
            self.options.append(option)
        elif self._rules.twice and earlier == option.label:
            self.options.append(option)
        else:
            other = ", với lời khác" if self._rules.twice else ""
            yield "name", f"mã đáp án «{option.value}» đã có trong danh sách này{other}"


def _wrong(option: Option, rules: Rules) -> Iterator[tuple[str, str]]:
    value = option.value
    spaced = any(letter.isspace() and (letter != " " or not rules.spaced) for letter in value)
    if not value or spaced or value.startswith((">", ":")):
        yield "name", f"mã đáp án «{value}» không được trống, có dấu cách hay bắt đầu bằng > hoặc :"
    elif len(value.encode()) > LONGEST_VALUE:
        yield "name", f"mã đáp án «{value}» dài quá {LONGEST_VALUE} chữ cái không dấu; lời đáp án ghi ở cột label"
    if not option.label:
        yield "label", f"đáp án «{value}» cần có lời"
    elif len(option.label) > LONGEST_LABEL:
        yield "label", f"lời đáp án dài {len(option.label)} chữ, nhiều nhất {LONGEST_LABEL}"
