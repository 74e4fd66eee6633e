"""Workbooks to begin a form with: the Vietnamese template, and any form as a plain XLSForm."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from content.vietnamese.example import ANSWERS, CAUTION, GUIDE, NOTES, QUESTIONS, SETTINGS
from content.vietnamese.headings import CHOICES, COLUMNS, SURVEY, TITLES
from content.vietnamese.headings import SETTINGS as SETTINGS_SHEET
from content.vietnamese.kinds import KINDS
from content.workbook import open_workbook

GUIDE_TITLE = "Hướng dẫn"
LISTS_TITLE = "Danh mục"
# How many rows have drop-downs.
LAST_ROW = 300
MOST_LISTS = 40
_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
_HEADING = {**_FONT, "bold": True, "bg_color": "#DCE6EE", "border": 1, "border_color": "#9AA7B2", "valign": "vcenter"}
_WIDTHS = {
    "câu hỏi": 44,
    "gợi ý": 28,
    "báo lỗi": 36,
    "chỉ hỏi khi": 28,
    "điều kiện": 22,
    "công thức": 22,
    "loại câu": 20,
    "lọc đáp án": 18,
    "tên phiếu": 44,
}
_EXAMPLES = {SURVEY: QUESTIONS, CHOICES: ANSWERS, SETTINGS_SHEET: SETTINGS}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_template(file: BinaryIO) -> None:
    """Write the template (.xlsx) that staff copy and edit: a small form that works as it is, with drop-downs."""
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": "Mẫu phiếu hỏi"})
        pages = {sheet: _page(book, sheet, rows) for sheet, rows in _EXAMPLES.items()}
        _guide(book)
        _drop_downs(book, pages[SURVEY])


def write_xlsform(source: bytes, suffix: str, file: BinaryIO) -> None:
    """Write a form, whatever its headings, as a plain XLSForm (.xlsx); raises FormError for what cannot be opened.

    Rows keep their numbers. What is wrong in it stays so; `read_form` tells it.
    """
    data = asdict(open_workbook("xlsform", source, suffix).data)
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        heading, text = book.add_format(_HEADING), book.add_format({**_FONT, "num_format": "@"})
        for sheet in ("survey", "choices", "settings", "external_choices", "entities", "osm"):
            if data[f"{sheet}_header"]:
                columns = list(data[f"{sheet}_header"][0])
                page = book.add_worksheet(sheet)
                page.freeze_panes(1, 0)
                _rows(page, columns, data[sheet] or (), heading, text)


def _rows(page: Any, columns: Sequence[str], rows: Iterable[Mapping[str, str]], heading: Any, text: Any) -> None:
    for place, column in enumerate(columns):
        page.write_string(0, place, column, heading)
    for number, cells in enumerate(rows, 1):
        for place, column in enumerate(columns):
            if cells.get(column):
                page.write_string(number, place, str(cells[column]), text)


def _page(book: Any, sheet: str, rows: Sequence[Mapping[str, str]]) -> Any:
    page = book.add_worksheet(TITLES[sheet])
    text = book.add_format({**_FONT, "text_wrap": True, "num_format": "@"})
    columns = list(COLUMNS[sheet])
    for place, column in enumerate(columns):
        page.set_column(place, place, _WIDTHS.get(column, 16), text)
        page.write_comment(0, place, NOTES[sheet][column], {"x_scale": 2, "font_size": 9, "author": ""})
    for number, cells in enumerate(rows, 1):
        page.set_row(number, 14 * max(_lines(column, words) for column, words in cells.items()))
    _rows(page, columns, rows, book.add_format(_HEADING), text)
    page.set_row(0, 24)
    page.freeze_panes(1, 3 if sheet == SURVEY else 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    return page


def _lines(heading: str, words: str) -> int:
    """Return how many lines words take up in their column."""
    return 1 + int(len(words) / (1.25 * _WIDTHS.get(heading, 16)))


def _drop_downs(book: Any, survey: Any) -> None:
    """Give the columns of the questions their lists, which stand in a hidden sheet and follow what is written."""
    lists = book.add_worksheet(LISTS_TITLE)
    lists.write_column(0, 0, list(KINDS))
    _names_of_lists(lists)
    _conditions(lists)
    lists.hide()
    for column, source, error in (
        ("loại câu", "=" + _cells(LISTS_TITLE, "A", 1, len(KINDS)), "Anh/chị chọn một loại câu trong danh sách."),
        ("bắt buộc", ["có", "không"], ""),
        ("đáp án", "=" + _cells(LISTS_TITLE, "B", 2, MOST_LISTS + 1), ""),
        ("chỉ hỏi khi", "=" + _cells(LISTS_TITLE, "C", 1, LAST_ROW - 1), ""),
        ("công thức", f"={_column(SURVEY, 'tên')}", ""),
        ("số lần lặp", f"={_column(SURVEY, 'tên')}", ""),
    ):
        place = list(COLUMNS[SURVEY]).index(column)
        told = {"error_title": "Chưa đúng", "error_message": error, "error_type": "warning"} if error else {}
        rule = {"validate": "list", "source": source, "show_error": bool(error), **told}
        survey.data_validation(1, place, LAST_ROW - 1, place, rule)


def _names_of_lists(lists: Any) -> None:
    """Write the names in the answers' sheet, each once; the first cell stays empty, as the formulas look above."""
    names = list(dict.fromkeys(row["danh sách"] for row in ANSWERS))
    written = _column(CHOICES, "danh sách")
    for row in range(1, MOST_LISTS + 1):
        seen = f'COUNTIF(B$1:B{row},{written})+({written}="")'
        formula = f'=IFERROR(INDEX({written},MATCH(0,{seen},0)),"")'
        value = names[row - 1] if row <= len(names) else ""
        lists.write_array_formula(row, 1, row, 1, f"{{{formula}}}", None, value)


def _conditions(lists: Any) -> None:
    """Write a condition for every answer of the first question that has its list.

    Cells are found by their place, as a reference to a cell is lost when somebody deletes its row.
    """
    kinds, names, answers = (_column(SURVEY, heading) for heading in ("loại câu", "tên", "đáp án"))
    list_here, code = (f"INDEX({_column(CHOICES, heading)},ROW())" for heading in ("danh sách", "mã"))
    asking = f"MATCH({list_here},{answers},0)"
    word = f'IF(LEFT(INDEX({kinds},{asking}),8)="chọn một"," là "," có ")'
    formula = f'=IFERROR(IF({code}="","",INDEX({names},{asking})&{word}&{code}),"")'
    of_list = {row["đáp án"]: row for row in reversed(QUESTIONS) if "đáp án" in row}
    shown = [
        f"{of_list[row['danh sách']]['tên']} {_word(of_list[row['danh sách']])} {row['mã']}"
        if row["danh sách"] in of_list
        else ""
        for row in ANSWERS
    ]
    for row in range(LAST_ROW - 1):
        lists.write_formula(row, 2, formula, None, shown[row] if row < len(shown) else "")


def _word(question: Mapping[str, str]) -> str:
    return "là" if question["loại câu"].startswith("chọn một") else "có"


def _column(sheet: str, heading: str) -> str:
    """Return the cells under a heading of a sheet."""
    letter = xl_col_to_name(list(COLUMNS[sheet]).index(heading))
    return _cells(TITLES[sheet], letter, 2, LAST_ROW)


def _cells(title: str, letter: str, first: int, last: int) -> str:
    return f"'{title}'!${letter}${first}:${letter}${last}"


def _guide(book: Any) -> None:
    page = book.add_worksheet(GUIDE_TITLE)
    title = book.add_format({**_FONT, "bold": True, "font_size": 12})
    text = book.add_format({**_FONT, "text_wrap": True, "num_format": "@"})
    page.set_column(0, 0, 46, text)
    page.set_column(1, 1, 74, text)
    row = 0
    kinds = [(name, kind.example) for name, kind in KINDS.items()]
    columns = [
        (heading, note.replace(":\n", ": ").replace("\n(", " (").replace("\n", "; "))
        for notes in NOTES.values()
        for heading, note in notes.items()
    ]
    for heading, lines in (*GUIDE, ("Các loại câu", kinds), ("Các cột", columns)):
        page.write_string(row, 0, heading, title)
        for number, line in enumerate(lines, row + 1):
            page.write_string(number, 0, line[0], text)
            page.write_string(number, 1, line[1], text)
        row += len(lines) + 2
    page.write_string(row, 0, CAUTION, title)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
