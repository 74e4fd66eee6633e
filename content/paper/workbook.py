"""A form as a workbook to fill in: a row for each person who answers, drop-downs, a hint at every cell."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from content.paper.columns import (
    FIRST,
    GUIDE,
    HEADINGS,
    LINK,
    LISTS,
    MAIN,
    NAMES,
    ORIGIN,
    Column,
    Sheet,
    labels_of,
    link_heading,
    sheets_of,
)
from content.paper.guide import guide
from content.paper.wording import Wording, is_long
from conversation.form import Form, Question
from conversation.places import Places

ROWS = 200
LAST = FIRST + ROWS - 1
LONGEST_TITLE = 32
LONGEST_MESSAGE = 255
_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
_HEADING = {**_FONT, "bold": True, "border": 1, "border_color": "#9AA7B2", "text_wrap": True, "valign": "vcenter"}
_MARKED = {False: "#DCE6EE", True: "#F6DFA4"}
_NUMBERS = {"integer": "#,##0", "decimal": "General", "range": "General", "time": "hh:mm"}
_DAYS = {"date": "dd/mm/yyyy", "dateTime": "dd/mm/yyyy hh:mm"}
_ONLY_TOLD = {"validate": "any"}


def fill_in_workbook(form: Form, places: Places, file: BinaryIO) -> None:
    """Write a form's workbook (.xlsx) for `content.paper.reading` to read back."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": form.title})
        written = _Written(book, form, places)
        for sheet in sheets_of(form):
            written.sheet(sheet)
        guide(book, book.add_worksheet(GUIDE), Wording(form))
        written.lists.hide()
        origin = book.add_worksheet(ORIGIN)
        for row, pair in enumerate({"form": form.name, "sha": form.sha}.items()):
            origin.write_row(row, 0, pair)
        origin.very_hidden()


class _Written:
    """A workbook that is being written, and the lists of answers it has so far."""

    def __init__(self, book: Any, form: Form, places: Places) -> None:
        self.book = book
        self.wording = Wording(form)
        self.communes = tuple(commune.full_name for commune in places.by_code.values())
        self._sheets = {sheet.title: book.add_worksheet(sheet.title) for sheet in sheets_of(form)}
        self.lists = book.add_worksheet(LISTS)
        self._listed: dict[tuple[str, ...], str] = {}
        self._headings = {marked: book.add_format({**_HEADING, "bg_color": color}) for marked, color in _MARKED.items()}

    def sheet(self, sheet: Sheet) -> None:
        page = self._sheets[sheet.title]
        page.freeze_panes(NAMES, 1)
        page.set_row(HEADINGS - 1, 60)
        page.set_row(NAMES - 1, None, None, {"hidden": True})
        place = 0
        if sheet.parent:
            self._link(page, sheet)
            place = 1
        for column in sheet.columns:
            self._column(page, place, column)
            place += 1

    def _link(self, page: Any, sheet: Sheet) -> None:
        heading = link_heading(sheet)
        page.set_column(0, 0, 14, self.book.add_format({**_FONT, "num_format": "0"}))
        page.write_string(HEADINGS - 1, 0, heading, self._headings[True])
        page.write_string(NAMES - 1, 0, LINK)
        what = "phiếu" if sheet.parent == MAIN else "mục"
        message = f"Số dòng của {what} ấy ở trang «{sheet.parent}», ví dụ: {FIRST}"
        self._tell(page, 0, heading, message, {"validate": "integer", "criteria": ">=", "value": FIRST})

    def _column(self, page: Any, place: int, column: Column) -> None:
        question = column.question
        number = f"{self.wording.numbers[question.name]}. "
        short = self.wording.plain(question.short or question.label)
        label = f": {self.wording.plain(column.option.label)}" if column.option else ""
        required = question.required == "true()"
        heading = number + short + (" *" if required else "") + label
        width = 12 if column.option else max(14, min(36, len(short) + 6))
        page.set_column(place, place, width, self.book.add_format({**_FONT, "num_format": _number_format(column)}))
        page.write_string(HEADINGS - 1, place, heading, self._headings[required])
        page.write_string(NAMES - 1, place, column.name)
        self._tell(page, place, number + short, "\n".join(self._told(question)), self._allowed(column))

    def _tell(self, page: Any, place: int, title: str, message: str, allowed: dict[str, Any]) -> None:
        """Show words beside the cells of a column, and allow only what is allowed there."""
        shown = {"input_title": _cut(title, LONGEST_TITLE), "input_message": _cut(message, LONGEST_MESSAGE)}
        page.data_validation(FIRST - 1, place, LAST - 1, place, {**shown, **allowed})

    def _told(self, question: Question) -> Iterator[str]:
        words = self.wording
        yield words.plain(question.label)
        yield from words.always_when(question)
        yield from filter(None, map(words.plain, (question.hint, question.constraint_message)))

    def _allowed(self, column: Column) -> dict[str, Any]:
        question = column.question
        if question.kind == "rank":
            places = {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": len(question.options)}
            return {**places, "error_message": "Ghi thứ tự: 1 cho mục quan trọng nhất, rồi 2, 3 …"}
        if column.option:
            return {"validate": "list", "source": ["x"], "show_error": False}
        if "kc-commune" in question.appearance:
            return {**self._list(self.communes), "show_error": False}
        if question.options and not (question.kind == "select_multiple" and is_long(question)):
            return {
                **self._list(tuple(labels_of(question).values())),
                "error_message": "Anh/chị chọn một đáp án trong danh sách.",
            }
        return _ONLY_TOLD

    def _list(self, labels: tuple[str, ...]) -> dict[str, Any]:
        """Return a drop-down of labels, which stand in a column of a hidden sheet, the same ones once."""
        if labels not in self._listed:
            place = len(self._listed)
            for row, label in enumerate(labels):
                self.lists.write_string(row, place, label)
            letter = xl_col_to_name(place)
            self._listed[labels] = f"='{LISTS}'!${letter}$1:${letter}${len(labels)}"
        return {"validate": "list", "source": self._listed[labels]}


def _number_format(column: Column) -> str:
    """Return how a cell is shown; as text where a program would make a number or a day of what is typed."""
    question = column.question
    if column.option:
        return "General"
    if question.options or question.appearance & {"kc-phone", "kc-commune", "year"}:
        return "@"
    if "kc-year" in question.appearance:
        return "0"
    if "month-year" in question.appearance:
        return "mm/yyyy"
    return {**_NUMBERS, **_DAYS}.get(question.kind, "@")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
