"""A workbook in Vietnamese words as XLSForm's sheets: row for row, so that a mistake stays where it was made."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain

from pyxform.xls2json import RE_SELECT
from pyxform.xls2json_backends import DefinitionData

from content.kinds import kind_of
from content.mistakes import Mistake
from content.vietnamese.conditions import amount, condition
from content.vietnamese.defaults import EXAMPLES, default
from content.vietnamese.headings import (
    ANSWERS,
    CHOICES,
    SURVEY,
    TITLES,
    column_of,
    meant,
    meant_kind,
)
from content.vietnamese.kinds import LISTED, Kind, read_kind
from content.vietnamese.names import as_code, as_name, unlike
from content.vietnamese.opening import Opened, opened
from content.vietnamese.wording import Wording
from content.vietnamese.words import Asked, NotUnderstood, Vocabulary, options_of, phrases_of
from conversation.answers.text import fold

_EXAMPLES = {
    "relevant": "nhu_cau có mua_may",
    "constraint": "từ 1 đến 20",
    "required": "có",
    "calculation": "so_tho + tho_thoi_vu",
    "choice_filter": "tinh = tinh_o",
    "repeat_count": "so_may",
}
_YES = frozenset({"co", "x", "v", "yes", "true", "1", "bat buoc"})
_NO = frozenset({"khong", "no", "false", "0", "khong bat buoc"})
# What a spreadsheet shows of a formula that fails: it takes "= ho" for one.
_FAILED = re.compile(r"#(?:NAME\?|VALUE!|REF!|DIV/0!|NULL!|NUM!|N/A)")
_TICK = str.maketrans("✓✔☑√", "xxxx")
_QUOTED = re.compile(r"\$\{([^{}]*)\}")
# A minus after a number parts it from the next one: "1-5".
_NUMBER = re.compile(r"(?:(?<!\d)(?<!\d )-)?\d+(?:[.,]\d+)?")
_TABLES = (".csv", ".xml", ".geojson")
_NAMELESS = ("end_", "end ")
Row = dict[str, str]


def read_sheets(source: bytes, suffix: str) -> tuple[DefinitionData, Wording]:
    """Return a workbook's sheets as pyxform reads them, Vietnamese words read into XLSForm's.

    What is an XLSForm already passes untouched. Raises whatever opens a broken workbook.
    """
    book = opened(source, suffix)
    return _Reader(book).read() if book.vietnamese else (book.data, Wording())


class _Reader:
    def __init__(self, book: Opened) -> None:
        self._book = book
        self._mistakes: list[Mistake] = []
        self._headings: dict[tuple[str, str], str] = {}
        self._sheets = {sheet: self._named(sheet) for sheet in TITLES}
        self._lists: dict[str, list[tuple[str, str]]] = {}
        self._columns: dict[str, set[str]] = {}

    def read(self) -> tuple[DefinitionData, Wording]:
        self._refuse_failed()
        self._read_choices()
        survey = self._sheets[SURVEY]
        if (SURVEY, "type") in self._headings:
            kinds = [self._kind(number, cells) if cells else Kind("") for number, cells in enumerate(survey, 2)]
            self._name(survey)
            asked = [self._asked(cells, kind) for cells, kind in zip(survey, kinds, strict=True)]
            vocabulary = _vocabulary(survey, asked)
            for number, (cells, one) in enumerate(zip(survey, asked, strict=True), 2):
                self._formulas(number, cells, one, vocabulary)
        data: dict[str, object] = {"sheet_names": list(TITLES)}
        for sheet, rows in self._sheets.items():
            named = [column for of_sheet, column in self._headings if of_sheet == sheet]
            if named:
                data |= {
                    sheet: rows,
                    f"{sheet}_header": [dict.fromkeys(chain.from_iterable(rows)) or dict.fromkeys(named)],
                }
        return DefinitionData(**data), Wording(True, self._book.titles, self._headings, self._mistakes)

    def _refuse(self, row: int, column: str, message: str, sheet: str = SURVEY) -> None:
        self._mistakes.append(Mistake(sheet, row, column, message))

    # Columns

    def _named(self, sheet: str) -> list[Row]:
        """Return a sheet's rows by XLSForm's names of its columns; remarks in columns of no meaning are left out."""
        header: Sequence[Mapping[str, object]] = getattr(self._book.data, f"{sheet}_header") or [{}]
        columns: dict[str, str] = {}
        for heading in header[0]:
            column = column_of(sheet, heading) or (as_name(heading) if sheet == CHOICES else "")
            probably = "" if column_of(sheet, heading) else meant(sheet, heading)
            if probably:
                self._refuse(1, heading, f"không có cột «{heading}»; có phải «{probably}»?", sheet)
            elif column in columns.values():
                earlier = next(one for one, name in columns.items() if name == column)
                self._refuse(1, heading, f"cột «{earlier}» và «{heading}» là một", sheet)
            elif column:
                columns[heading] = column
                self._headings[sheet, column.partition("::")[0]] = heading
        rows: Sequence[Mapping[str, str]] = getattr(self._book.data, sheet) or ()
        return [
            {columns[heading]: text for heading, text in row.items() if heading in columns and text} for row in rows
        ]

    def _refuse_failed(self) -> None:
        for sheet, rows in self._sheets.items():
            for row, cells in enumerate(rows, 2):
                for column in [column for column, text in cells.items() if _FAILED.fullmatch(text)]:
                    what = f"bảng tính coi ô này là công thức và báo «{cells.pop(column)}»"
                    message = f"{what}; viết «là» thay cho «=», hoặc gõ dấu nháy ' trước dấu ="
                    self._refuse(row, column.partition("::")[0], message, sheet)

    # Answers

    def _read_choices(self) -> None:
        above = ""
        for cells in self._sheets[CHOICES]:
            # Merged cells leave a list's name in its first row only.
            above = (as_name(cells.get("list_name", "")) or above) if cells else ""
            if not above:
                cells.clear()
                continue
            options = self._lists.setdefault(above, [])
            cells["list_name"] = above
            cells["name"] = cells.get("name") or unlike(as_code(_words(cells)), {code for code, _ in options})
            options.append((cells["name"], _words(cells)))
            self._columns.setdefault(above, set()).update(cells.keys() - {"list_name", "label"})

    # Questions

    def _kind(self, row: int, cells: Row) -> Kind:
        written = cells.get("type", "")
        kind = read_kind(written)
        if kind is None:
            what = f"không có loại câu «{written}»" if written else "chưa chọn loại câu"
            probably = meant_kind(written)
            asks = f"có phải «{probably}»?" if probably else "các loại có ở trang «Hướng dẫn», ví dụ: chữ, số nguyên"
            self._refuse(row, "type", f"{what}; {asks}")
            kind = Kind("text")
        answers = cells.pop(ANSWERS, "")
        cells["type"] = self._listed(row, kind, answers) if kind.type in LISTED else kind.type
        if kind.type == "range" and answers:
            self._scale(row, cells, answers)
        if kind.appearance:
            cells["appearance"] = f"{kind.appearance} {cells.get('appearance', '')}".strip()
        return kind

    def _listed(self, row: int, kind: Kind, answers: str) -> str:
        """Return the type with its list, or with the attached table."""
        if answers.lower().endswith(_TABLES):
            return f"{kind.type}_from_file {answers}"
        name = as_name(answers)
        if name not in self._lists:
            known = ", ".join(self._lists) or "trang «Đáp án» chưa có danh sách nào"
            what = f"không có danh sách «{answers}»" if answers else "câu chọn cần tên một danh sách"
            self._refuse(row, ANSWERS, f"{what}; các danh sách: {known}")
            return "text"
        return f"{kind.type} {name}" + (" or_other" if kind.other else "")

    def _scale(self, row: int, cells: Row, answers: str) -> None:
        ends = [number.replace(",", ".") for number in _NUMBER.findall(" ".join(answers.split()))]
        if not 2 <= len(ends) <= 3:
            self._refuse(row, ANSWERS, f"không hiểu thang «{answers}», ví dụ: 1 đến 5")
            return
        low, high, *step = map(Decimal, ends)
        if low >= high or not all(0 < one <= high - low for one in step):
            self._refuse(row, ANSWERS, f"thang «{answers}» cần đi từ số nhỏ đến số lớn, ví dụ: 1 đến 5")
            return
        cells["parameters"] = " ".join(
            f"{name}={number}" for name, number in zip(("start", "end", "step"), ends, strict=False)
        )

    def _name(self, survey: Sequence[Row]) -> None:
        """Give every question a name: those that are written first, as others may not take them."""
        for cells in survey:
            if "name" in cells:
                cells["name"] = as_name(cells["name"]) or cells["name"]
        taken = {cells["name"] for cells in survey if "name" in cells}
        for cells in survey:
            if cells and "name" not in cells and not cells["type"].startswith(_NAMELESS):
                words = _QUOTED.sub("", cells.get("kc_short") or _words(cells))
                cells["name"] = unlike(as_name(words) or cells["type"].split()[0].lower(), taken)
                taken.add(cells["name"])

    def _asked(self, cells: Row, kind: Kind) -> Asked:
        written = cells.get("type", "")
        select = RE_SELECT.search(written)
        options = None
        if select and select["list_name"] in self._lists:
            options = options_of(self._lists[select["list_name"]], other=bool(select["specify_other"]))
        return Asked(cells.get("name", ""), kind_of(written) or kind.type, options)

    # Formulas

    def _formulas(self, row: int, cells: Row, asked: Asked, vocabulary: Vocabulary) -> None:
        for column, text in cells.items():
            if "${" in text:
                cells[column] = _QUOTED.sub(lambda found: f"${{{_named(found[1], vocabulary)}}}", text)
        required = fold(cells.get("required", "").translate(_TICK))
        if required in _YES | _NO:
            cells["required"] = "yes" if required in _YES else "no"
        columns = self._columns.get(cells.get("type", "").partition(" ")[2].split(" ")[0], set())
        for column, example in _EXAMPLES.items():
            text = cells.get(column, "")
            if not text or text in {"yes", "no"}:
                continue
            try:
                if column in {"calculation", "repeat_count"}:
                    cells[column] = amount(text, vocabulary)
                else:
                    here = asked if column == "constraint" else None
                    among = phrases_of((one, one) for one in columns) if column == "choice_filter" else None
                    cells[column] = condition(text, vocabulary, here, among)
            except NotUnderstood as error:
                self._refuse(row, column, f"{error}; ví dụ: {example}")
                del cells[column]
        self._default(row, cells, asked, vocabulary)

    def _default(self, row: int, cells: Row, asked: Asked, vocabulary: Vocabulary) -> None:
        if "default" in cells:
            try:
                cells["default"] = default(cells["default"], asked, vocabulary)
            except NotUnderstood as error:
                example = f"; ví dụ: {EXAMPLES[asked.kind]}" if asked.kind in EXAMPLES else ""
                self._refuse(row, "default", f"{error}{example}")
                del cells["default"]


def _words(cells: Row) -> str:
    """Return a row's label in its first language."""
    return next((text for column, text in cells.items() if column.partition("::")[0] == "label"), "")


def _named(written: str, vocabulary: Vocabulary) -> str:
    """Return the question that `${…}` means, however its name is written."""
    name = written.strip()
    found = vocabulary.phrases.get(fold(name), ())
    return name if name in vocabulary.questions or len(found) != 1 else found[0]


def _vocabulary(survey: Sequence[Row], asked: Sequence[Asked]) -> Vocabulary:
    def called(column: str) -> Iterator[tuple[str, str]]:
        for cells in survey:
            words = _words(cells) if column == "label" else cells.get(column, "")
            if "name" in cells and words:
                yield words, cells["name"]

    phrases = phrases_of(called("name"), called("kc_short"), called("label"))
    return Vocabulary({one.name: one for one in asked if one.name}, phrases)
