"""Paper and workbook: every question printed once, in order and in one piece; what is filled in reads back the same."""

import io
import re
import subprocess
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from shutil import which
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from content.library import shipped_forms
from content.paper.cells import MESSAGES, as_text
from content.paper.columns import FIRST, LISTS, NAMES, ORIGIN
from content.paper.conditions import in_words
from content.paper.filled import Filled, WorkbookRefused
from content.paper.fonts import letters, printable
from content.paper.pdf import paper_form
from content.paper.reading import read_origin, read_workbook
from content.paper.wording import LONGEST_LIST, Wording
from content.paper.workbook import fill_in_workbook
from content.xlsform import read_form
from conversation.answers import Problem
from conversation.catalog import Library
from conversation.form import FILES, Form, Option, Question
from tests.conftest import ORGANISATION
from tests.random_forms import forms

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SHIPPED = [source.name for source in shipped_forms()]
SURVEY = """
begin_group  | chung   | Phần A. Xưởng |
text         | ten     | Tên xưởng? | required=yes
integer      | tuoi    | Tuổi của ${ten} là bao nhiêu? | constraint=. > 17 and . < 120 | message=Từ 18 đến 119 tuổi
date         | mo      | Mở ngày nào? |
date         | thang   | Sửa tháng nào? | appearance=month-year
time         | gio     | Mở cửa lúc mấy giờ? |
dateTime     | hen     | Hẹn lúc nào? |
range        | diem    | Chấm mấy điểm? | parameters=start=1 end=5 step=1
decimal      | rong    | Rộng bao nhiêu mét vuông? | relevant=${tuoi} >= 40
acknowledge  | doan    | Tôi cam đoan lời khai là đúng |
rank nghe    | xep     | Xếp thứ tự các nghề |
image        | anh     | Ảnh cổng xưởng |
text         | xa_cu   | Ở xã nào? | appearance=kc-commune
text         | so      | Số điện thoại? | appearance=kc-phone | hint=Gõ đủ 10 số
end_group    |         | |
begin_group  | noi     | | relevant=${tuoi} > 60 or ${diem} = 1
select_one tinh | tinh | Ở tỉnh nào? |
select_one thon | thon | Ở thôn nào? | filter=tinh=${tinh}
end_group    |         | |
begin_repeat | may     | Máy đang dùng |
text         | ten_may | Tên máy? | required=yes
integer      | gia     | Giá máy? | appearance=kc-money
end_repeat   |         | |
begin_repeat | tho     | Người làm | count=2
text         | ten_tho | Tên thợ? |
select_multiple nghe | biet | ${ten_tho} biết nghề gì? | constraint=count-selected(.) <= 2 | message=Nhiều nhất 2 nghề
begin_repeat | bang    | Bằng cấp |
text         | ten_bang | Bằng gì? |
integer      | nam_bang | Năm nào? | appearance=kc-year
end_repeat   |         | |
end_repeat   |         | |
calculate    | tong    | | calculation=sum(${gia})
note         | cuoi    | Tổng giá máy là ${tong} đồng. Cảm ơn anh/chị 🙏 |
"""
CHOICES = (
    ("nghe", "may", "May", ""),
    ("nghe", "moc", "Mộc, chạm khắc", ""),
    ("nghe", "det", "Dệt", ""),
    ("tinh", "nb", "Ninh Bình", ""),
    ("tinh", "hn", "Hà Nội", ""),
    ("thon", "nb1", "Đông", "nb"),
    ("thon", "hn1", "Đông", "hn"),
    ("thon", "hn2", "1-3", "hn"),
)
COLUMNS = {
    "required": "required",
    "constraint": "constraint",
    "message": "constraint_message",
    "relevant": "relevant",
    "appearance": "appearance",
    "parameters": "parameters",
    "hint": "hint",
    "filter": "choice_filter",
    "count": "repeat_count",
    "calculation": "calculation",
    "default": "default",
}
# A whole answer as a spreadsheet holds it: days and numbers of its own, a label without tones, a commune's old name.
LAN: Mapping[str, object] = {
    "ten": "Mộc Lan",
    "tuoi": 45,
    "mo": datetime.fromisoformat("2019-03-09"),
    "thang": datetime.fromisoformat("2020-05-17"),
    "gio": time(7, 30),
    "hen": datetime.fromisoformat("2026-12-01T14:00"),
    "diem": "3",
    "rong": 12.5,
    "doan": "dong y",
    "xep/may": 2,
    "xep/moc": 1,
    "xep/det": 3,
    "xa_cu": "phường phủ lý",
    "so": 912345678,
}
LAN_READ = {
    "ten": "Mộc Lan",
    "tuoi": "45",
    "mo": "2019-03-09",
    "thang": "2020-05-01",
    "gio": "07:30:00.000+07:00",
    "hen": "2026-12-01T14:00:00.000+07:00",
    "diem": "3",
    "rong": "12.5",
    "doan": "OK",
    "xep": "moc may det",
    "xa_cu": "13285",
    "so": "0912345678",
}


def a_form(survey: str = SURVEY) -> Form:
    """Read a form whose rows are type | name | label | further columns."""
    rows = [[cell.strip() for cell in line.split("|")] for line in survey.strip().splitlines()]
    lines = [f"| survey |\n| | type | name | label | {' | '.join(COLUMNS.values())} |"]
    for kind, name, label, *further in rows:
        given = dict(cell.split("=", 1) for cell in further if cell)
        cells = [given.get(column, "") for column in COLUMNS]
        kind = re.sub("^(begin|end)_", r"\1 ", kind)
        lines.append(f"| | {' | '.join((kind, name, label, *cells))} |")
    lines.append("| choices |\n| | list_name | name | label | tinh |")
    lines += [f"| | {' | '.join(row)} |" for row in CHOICES]
    lines.append("| settings |\n| | form_title | form_id | version | kc_prefix |\n| | Phiếu thử | thu | 1 | TH |\n")
    return read_form("thu", "\n".join(lines).encode(), ".md")


# On paper


def pages(form: Form) -> list[str]:
    """Print a form and return what each page says, on one line."""
    file = io.BytesIO()
    paper_form(form, ORGANISATION, file)
    return [" ".join(page.extract_text().split()) for page in PdfReader(file).pages]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_form_is_printed_once_in_order_and_in_one_piece(library: Library, name: str) -> None:
    form = library.forms[name]
    printed = pages(form)
    everything = " ".join(printed)
    at = 0
    for number, question in enumerate((one for one in form.questions if one.asked), 1):
        words = f" {number}. {question.label.replace('gõ', 'ghi')}"
        assert everything.count(words) == 1
        at = everything.index(words, at)
        page = next(page for page in printed if words in page)
        for option in question.options if len(question.options) <= LONGEST_LIST else ():
            assert option.label in page[page.index(words) :]
    for number, page in enumerate(printed, 1):
        assert f"bản {form.sha[:8]} trang {number}/{len(printed)}" in page


def test_the_page_says_who_asks_and_leaves_room_for_the_office(library: Library) -> None:
    first = pages(library.forms["needs"])[0]
    for words in (ORGANISATION.name, ORGANISATION.hotline, "Phiếu nhu cầu", "Mã phiếu (cán bộ ghi): NC-", "Ngày ghi:"):
        assert words in first


def test_skip_logic_and_the_way_of_choosing_are_in_words(library: Library) -> None:
    page = pages(library.forms["needs"])[0]
    assert "1. Trong 12 tháng tới, xưởng mình cần gì? * (chọn nhiều)" in page
    assert "4. Định mua khi nào? * (chọn một) Chỉ trả lời nếu câu 1 chọn «Mua máy»." in page
    assert "gõ" not in page
    assert "Không thuê thì ghi 0" in page


def test_a_list_too_long_to_tick_is_written(library: Library) -> None:
    trade = library.forms["needs_full"].by_name["trade"]
    assert len(trade.options) > LONGEST_LIST
    page = pages(library.forms["needs_full"])[0]
    assert f"Ghi tên một hay nhiều mục, ví dụ: {trade.options[0].label}; {trade.options[1].label}" in page
    assert trade.options[5].label not in page


def test_every_kind_of_question_finds_its_room() -> None:
    printed = " ".join(pages(a_form()))
    assert "2. Tuổi của [câu 1] là bao nhiêu?" in printed
    assert "3. Mở ngày nào? ngày tháng năm 4. Sửa tháng nào? tháng năm" in printed
    assert "5. Mở cửa lúc mấy giờ? giờ phút" in printed
    assert "7. Chấm mấy điểm? 1 2 3 4 5 8." in printed
    assert "9. Tôi cam đoan lời khai là đúng Đồng ý" in printed
    assert "(đánh số 1, 2, 3 … theo thứ tự)" in printed
    assert "11. Ảnh cổng xưởng Có nộp kèm phiếu này" in printed
    assert "13. Số điện thoại? Ghi đủ 10 số" in printed
    assert "Câu 14 đến câu 15: chỉ trả lời nếu câu 2 lớn hơn 60 hoặc câu 7 là 1." in printed
    assert "Tổng giá máy là … đồng. Cảm ơn anh/chị" in printed
    assert "tong" not in printed


def test_a_repeat_is_a_table_or_so_many_blocks() -> None:
    printed = " ".join(pages(a_form()))
    assert "Máy đang dùng 16. Tên máy? * 17. Giá máy? (đồng) 1 2 3 Nhiều hơn thì ghi tiếp ra mặt sau." in printed
    assert printed.count("18. Tên thợ?") == printed.count("19. [câu 18] biết nghề gì?") == 2
    assert "Mục 2" in printed
    assert "Mục 3" not in printed


def test_a_question_longer_than_a_page_goes_on_over_the_next() -> None:
    label = "Một đáp án rất dài, " * 60
    options = tuple(Option(str(n), f"{n}. {label}") for n in range(LONGEST_LIST))
    form = Form("dai", "Phiếu dài", "1", "0" * 64, (Question("q", "select_one", "Chọn gì?", options=options),))
    printed = pages(form)
    assert len(printed) > 2
    assert all(f" {n}. Một đáp án" in " ".join(printed) for n in range(LONGEST_LIST))


def test_the_same_form_is_the_same_file(library: Library) -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        paper_form(library.forms["needs"], ORGANISATION, file)
    assert files[0].getvalue() == files[1].getvalue()


def test_the_font_has_every_vietnamese_letter() -> None:
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    vowels = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones]
    assert {ord(letter) for one in (*vowels, "đ") for letter in (one, one.upper())} <= letters()
    assert printable("Cảm ơn 🙏 x²") == "Cảm ơn  x²"


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("selected(${biet}, 'may')", "câu 19 chọn «May»"),
        ("not(selected(${biet}, 'may'))", "câu 19 không chọn «May»"),
        ("${tinh} = 'nb' and ${tuoi} >= 18", "câu 14 chọn «Ninh Bình» và câu 2 từ 18 trở lên"),
        ("not(${tinh} = 'nb' and ${tuoi} >= 18)", "câu 14 không chọn «Ninh Bình» hoặc câu 2 nhỏ hơn 18"),
        ("18 < ${tuoi}", "câu 2 lớn hơn 18"),
        ("${ten} != ''", "câu 1 có trả lời"),
        ("${gia} > 400000000", "câu 17 lớn hơn 400 triệu đồng"),
        ("(${tuoi} = 18)", "câu 2 là 18"),
        ("${tinh} = 'nb' and (${tuoi} = 18 or ${tuoi} = 19)", ""),
        ("${tong} > 5", ""),
        ("string-length(${ten}) > 5", ""),
        ("${tinh} = 'xx'", ""),
        ("${mo} > '2020-01-01'", ""),
        ("true()", ""),
    ],
)
def test_a_condition_in_words(formula: str, words: str) -> None:
    form = a_form()
    for question in form.questions:
        formula = formula.replace(f"${{{question.name}}}", "/".join(("/data", *question.place)))
    assert in_words(form, Wording(form).numbers, formula) == words


# As a workbook


class Book:
    """A form's workbook being filled in, cells by the names of their columns."""

    def __init__(self, form: Form, library: Library) -> None:
        self.form = form
        self.places = library.places
        file = io.BytesIO()
        fill_in_workbook(form, library.places, file)
        self.book = openpyxl.load_workbook(file)

    def columns(self, sheet: str) -> dict[str, int]:
        return {str(cell.value): cell.column or 0 for cell in self.book[sheet][NAMES]}

    def put(self, row: int, cells: Mapping[str, object], sheet: str = "Phiếu") -> "Book":
        columns = self.columns(sheet)
        for name, value in cells.items():
            self.book[sheet].cell(row, columns[name]).value = value  # type: ignore[assignment]
        return self

    @property
    def source(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()

    def read(self) -> Filled:
        return read_workbook(self.form, self.source, self.places, NOW)

    def mistakes(self) -> dict[str, str]:
        """Return what is wrong, by cell; by sheet and cell where that is not the form's own sheet."""
        return {
            mistake.cell if mistake.sheet == "Phiếu" else f"{mistake.sheet}!{mistake.cell}": mistake.message
            for mistake in self.read().mistakes
        }

    def answers(self) -> Mapping[str, Any]:
        filled = self.read()
        assert not filled.mistakes
        (row,) = filled.rows
        return row.answers


@pytest.fixture
def book(library: Library) -> Book:
    return Book(a_form(), library)


def of_column(sheet: Worksheet, column: int) -> DataValidation:
    """Return the rule of a column's cells."""
    cell = sheet.cell(FIRST, column).coordinate
    rules: list[DataValidation] = sheet.data_validations.dataValidation
    (found,) = (rule for rule in rules if cell in rule.sqref)
    return found


def test_a_workbook_has_a_row_each_and_headings_that_stay(book: Book) -> None:
    sheet = book.book["Phiếu"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:3] == ["1. Tên xưởng? *", "2. Tuổi của [câu 1] là bao nhiêu?", "3. Mở ngày nào?"]
    assert sheet.freeze_panes == f"B{FIRST}"
    assert sheet.row_dimensions[NAMES].hidden
    assert book.book.sheetnames == [
        "Phiếu",
        "1. Máy đang dùng",
        "2. Người làm",
        "3. Bằng cấp",
        LISTS,
        "Hướng dẫn",
        ORIGIN,
    ]
    assert (book.book[LISTS].sheet_state, book.book[ORIGIN].sheet_state) == ("hidden", "veryHidden")
    assert book.book["3. Bằng cấp"]["A1"].value == "Dòng của trang 2. Người làm"
    assert "anh" not in book.columns("Phiếu")


def test_a_choice_is_a_drop_down_of_its_labels(book: Book) -> None:
    sheet = book.book["Phiếu"]
    rule = of_column(sheet, book.columns("Phiếu")["thon"])
    assert (rule.type, rule.showErrorMessage) == ("list", True)
    assert rule.formula1
    listed = book.book[LISTS][rule.formula1.partition("!")[2].replace("$", "")]
    assert [cell.value for (cell,) in listed] == ["Đông [nb1]", "Đông [hn1]", "1-3"]
    assert of_column(sheet, book.columns("Phiếu")["xa_cu"]).formula1 != rule.formula1
    ticks = of_column(book.book["2. Người làm"], book.columns("2. Người làm")["biet/moc"])
    assert (ticks.formula1, ticks.showErrorMessage) == ('"x"', False)


def test_each_cell_is_told_what_belongs_there(book: Book) -> None:
    columns = book.columns("Phiếu")
    told = of_column(book.book["Phiếu"], columns["tuoi"])
    assert told.prompt == "Tuổi của [câu 1] là bao nhiêu?\nTừ 18 đến 119 tuổi"
    assert "Chỉ trả lời nếu câu 2 từ 40 trở lên." in (of_column(book.book["Phiếu"], columns["rong"]).prompt or "")
    formats = {
        name: book.book["Phiếu"].column_dimensions[openpyxl.utils.get_column_letter(place)]
        for name, place in columns.items()
    }
    assert formats["so"].number_format == "@"
    assert formats["mo"].number_format == "dd/mm/yyyy"


def test_the_guide_lists_every_question(book: Book) -> None:
    guide = book.book["Hướng dẫn"]
    rows: dict[object, tuple[object, ...]] = {row[0]: row[1:] for row in guide.iter_rows(values_only=True)}
    rows = {number: cells for number, cells in rows.items() if isinstance(number, int)}
    assert list(rows) == list(Wording(book.form).numbers.values())
    assert rows[1][:2] == ("Tên xưởng? *", "Ghi bằng chữ")
    assert rows[11][1] == "Nộp riêng, tệp này không có cột cho câu này"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_form_has_a_workbook_without_answers(library: Library, name: str) -> None:
    book = Book(library.forms[name], library)
    assert book.read() == Filled(())
    assert read_origin(book.source).form == name


# Read back


def test_what_was_filled_in_reads_back(book: Book) -> None:
    book.put(3, LAN)
    book.put(3, {"#row": 3, "ten_may": "máy bào", "gia": "400tr"}, "1. Máy đang dùng")
    book.put(5, {"#row": 3, "ten_may": "máy cưa", "gia": 500000}, "1. Máy đang dùng")
    book.put(3, {"#row": 3, "ten_tho": "An", "biet/may": "x"}, "2. Người làm")
    book.put(4, {"#row": 3, "ten_tho": "Bình", "biet/may": "có", "biet/det": True, "biet/moc": 0}, "2. Người làm")
    book.put(3, {"#row": 4, "ten_bang": "Trung cấp", "nam_bang": 2009}, "3. Bằng cấp")
    assert book.answers() == {
        **LAN_READ,
        "may": [{"ten_may": "máy bào", "gia": "400000000"}, {"ten_may": "máy cưa", "gia": "500000"}],
        "tho": [
            {"ten_tho": "An", "biet": "may"},
            {"ten_tho": "Bình", "biet": "may det", "bang": [{"ten_bang": "Trung cấp", "nam_bang": "2009"}]},
        ],
        "tong": "400500000",
    }


def test_what_the_cells_say_is_kept_beside_what_was_read(book: Book) -> None:
    book.put(3, LAN).put(3, {"#row": 3, "ten_may": "máy bào", "gia": "400tr"}, "1. Máy đang dùng")
    (row,) = book.read().rows
    assert row.row == 3
    assert (row.typed["gia#1"], row.typed["doan"], row.typed["xep"]) == ("400tr", "dong y", "Mộc, chạm khắc; May; Dệt")


def test_each_row_stands_for_itself(book: Book) -> None:
    book.put(3, {"ten": "An"}).put(4, {"tuoi": 20}).put(7, {"ten": "Bình"})
    rows = book.read().rows
    assert [(row.row, row.answers.get("ten"), len(row.mistakes)) for row in rows] == [
        (3, "An", 0),
        (4, None, 1),
        (7, "Bình", 0),
    ]


def test_moved_and_added_columns_do_no_harm(book: Book) -> None:
    book.put(3, LAN)
    book.book["Phiếu"].insert_cols(2)
    book.book["Phiếu"].cell(3, 2).value = "ghi chú của cán bộ"
    assert book.answers().items() >= LAN_READ.items()


def test_a_default_is_nobodys_answer(library: Library) -> None:
    form = a_form(
        "text | ten | Tên? |\ninteger | so | Mấy máy? | default=1\ncalculate | hai | | calculation=number(${so}) * 2"
    )
    book = Book(form, library).put(3, {"ten": "An"})
    assert book.answers() == {"ten": "An"}
    assert book.put(3, {"so": 4}).answers() == {"ten": "An", "so": "4", "hai": "8"}


@pytest.mark.parametrize(
    ("column", "typed", "message"),
    [
        ("tuoi", "nhiều", "Cần ghi bằng số, ví dụ: 12"),
        ("tuoi", 45.5, "Cần một số tròn, ví dụ: 12"),
        ("tuoi", 200, "Từ 18 đến 119 tuổi"),
        ("mo", "31/02/2020", "Lịch không có ngày này; ghi như: 20/11/2026"),
        ("gio", "chiều", "Cần giờ, ví dụ: 7:30 hoặc 14:00"),
        ("diem", 9, "Cần một số từ 1 đến 5"),
        ("so", "091234567", "Số này có 9 chữ số; số di động có 10 chữ số, ví dụ: 0912 345 678"),
        ("doan", "chịu", "«chịu» không có trong danh sách đáp án"),
        ("doan", "1", "Cần chọn một đáp án trong danh sách"),
        ("xep/may", 3, "Cần xếp đủ các mục: mỗi mục một số, từ 1 đến 3"),
        (
            "xa_cu",
            "Thổ Hà",
            "Chưa thấy xã, phường này trong danh sách; ghi tên xã, phường, tên cũ hay tên mới đều được",
        ),
        ("ten", "dài " * 400, "Câu trả lời dài quá 1000 chữ"),
        ("doan", "x;" * 9000, "Câu trả lời dài quá 1000 chữ"),
        ("ten", "", "Câu này cần có câu trả lời"),
        ("tinh", "Hà Nội", "Chỉ trả lời nếu câu 2 lớn hơn 60 hoặc câu 7 là 1."),
    ],
)
def test_a_wrong_cell_is_told(book: Book, column: str, typed: object, message: str) -> None:
    book.put(3, LAN).put(3, {column: typed})
    letter = openpyxl.utils.get_column_letter(book.columns("Phiếu")[column])
    assert book.mistakes() == {f"{letter}3": message}
    assert not book.read().rows[0].answers


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("bỏ qua", None),
        ("400 triệu", "400000000"),
        (400_000_000, "400000000"),
        (250_000, "250000"),
        ("1,2 tỷ", "1200000000"),
    ],
)
def test_a_sum_of_money(book: Book, typed: object, read: str | None) -> None:
    book.put(3, LAN).put(3, {"#row": 3, "ten_may": "máy bào", "gia": typed}, "1. Máy đang dùng")
    assert book.answers()["may"][0].get("gia") == read


@pytest.mark.parametrize(
    ("column", "cell", "read"),
    [
        ("mo", datetime.fromisoformat("2019-03-09T14:30"), "2019-03-09"),
        ("mo", "9/3/2019", "2019-03-09"),
        ("hen", datetime.fromisoformat("2026-12-01"), "2026-12-01T00:00:00.000+07:00"),
        ("hen", "1/12/2026 lúc 14h", "2026-12-01T14:00:00.000+07:00"),
        ("gio", datetime.fromisoformat("1899-12-30T19:05"), "19:05:00.000+07:00"),
        ("gio", "7 rưỡi tối", "19:30:00.000+07:00"),
        ("thang", "5/2020", "2020-05-01"),
        ("rong", "12,5 m2", "12.5"),
        ("rong", 1.234, "1.234"),
        ("tuoi", "bốn mươi lăm", "45"),
        ("so", "+84 912 345 678", "0912345678"),
        ("ten", "MOC LAN", "MOC LAN"),
        ("ten", "Mộc Lan\nxưởng 2", "Mộc Lan\nxưởng 2"),
        ("ten", 12, "12"),
    ],
)
def test_a_cell_may_be_written_in_many_ways(book: Book, column: str, cell: object, read: str) -> None:
    assert book.put(3, LAN).put(3, {column: cell}).answers()[column] == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("May mặc", "garment"),
        ("may mac; Mây tre, giang đan; cói; lá", "bamboo_rattan garment"),
        ("Mây tre, giang đan; cói; lá;", "bamboo_rattan"),
        ("garment", "garment"),
    ],
)
def test_a_long_list_is_written_in_one_cell(library: Library, typed: str, read: str) -> None:
    needs = library.forms["needs_full"]
    form = replace(needs, questions=(needs.by_name["trade"],))
    trades = Book(form, library).put(3, {"trade": typed}).answers()["trade"].split()
    assert sorted(trades) == read.split()


def test_a_sum_without_its_unit_is_asked_about(book: Book) -> None:
    book.put(3, LAN).put(3, {"#row": 3, "ten_may": "máy bào", "gia": 400}, "1. Máy đang dùng")
    assert book.mistakes() == {"1. Máy đang dùng!C3": "Có phải là «400 triệu đồng» không? Cần ghi rõ như vậy"}


def test_what_depends_on_a_cell_that_was_not_read_is_not_judged(book: Book) -> None:
    book.put(3, LAN).put(3, {"tuoi": "nhiều", "rong": 12, "thon": "1-3"})
    assert list(book.mistakes()) == ["B3"]


def test_a_choice_that_its_filter_leaves_out_is_told(book: Book) -> None:
    book.put(3, LAN).put(3, {"tuoi": 70, "tinh": "hà nội", "thon": "Đông [nb1]"})
    assert list(book.mistakes().values()) == ["«Đông [nb1]» không đi cùng câu trả lời ở các câu trước"]
    book.put(3, {"thon": "Đông [hn1]"})
    assert book.answers()["thon"] == "hn1"


def test_labels_that_two_options_share_are_asked_about(book: Book) -> None:
    book.put(3, LAN).put(3, {"tuoi": 70, "tinh": "nb", "thon": "dong"})
    assert list(book.mistakes().values()) == ["Chưa rõ là ý nào, cần ghi cụ thể hơn: «Đông [nb1]», «Đông [hn1]»"]


def test_too_many_turns_and_too_many_ticks_are_told(book: Book) -> None:
    book.put(3, LAN)
    for row in (3, 4, 5):
        book.put(row, {"#row": 3, "ten_tho": "An"}, "2. Người làm")
    book.put(4, {"biet/may": "x", "biet/moc": "x", "biet/det": "xx"}, "2. Người làm")
    assert list(book.mistakes()) == ["2. Người làm!E4", "2. Người làm!B5"]
    book.put(4, {"biet/det": "x"}, "2. Người làm")
    assert book.mistakes()["2. Người làm!C4"] == "Nhiều nhất 2 nghề"


def test_a_row_of_a_repeat_that_belongs_to_nobody_is_told(book: Book) -> None:
    book.put(3, LAN).put(3, {"#row": 9, "ten_may": "máy bào"}, "1. Máy đang dùng")
    book.put(4, {"ten_may": "máy cưa"}, "1. Máy đang dùng")
    lost = "Cần số của một dòng đã ghi ở trang «Phiếu», ví dụ: 3"
    assert book.mistakes() == {"1. Máy đang dùng!A3": lost, "1. Máy đang dùng!A4": lost}


def test_a_workbook_of_another_form_or_version_is_refused(book: Book, library: Library) -> None:
    with pytest.raises(WorkbookRefused, match="của phiếu «thu», không phải phiếu «needs»"):
        read_workbook(library.forms["needs"], book.source, book.places, NOW)
    later = a_form(SURVEY.replace("Tên xưởng", "Tên cơ sở"))
    with pytest.raises(WorkbookRefused, match=f"bản {later.sha[:8]}"):
        read_workbook(later, book.source, book.places, NOW)


@pytest.mark.parametrize("source", [b"", b"PK\x03\x04", "một tệp chữ".encode()])
def test_what_is_no_workbook_is_refused(source: bytes) -> None:
    with pytest.raises(WorkbookRefused, match="Không đọc được tệp này"):
        read_origin(source)


def test_a_workbook_that_lost_a_part_is_refused(book: Book) -> None:
    book.book["Phiếu"].delete_cols(2)
    with pytest.raises(WorkbookRefused, match="thiếu cột"):
        book.read()
    book.book.remove(book.book["Phiếu"])
    with pytest.raises(WorkbookRefused, match="Thiếu trang «Phiếu»"):
        book.read()
    book.book.remove(book.book[ORIGIN])
    with pytest.raises(WorkbookRefused, match="không phải tệp mẫu"):
        book.read()


def test_every_problem_of_reading_has_its_words() -> None:
    assert set(Problem) <= MESSAGES.keys()


@given(st.one_of(st.integers(-(10**12), 10**12), st.decimals(-(10**6), 10**6, places=3).map(float)))
def test_a_number_is_typed_as_a_reader_takes_it(number: float) -> None:
    assert float(as_text(number).replace(",", ".")) == number
    assert "." not in as_text(number)


@settings(max_examples=25, deadline=None)
@given(form=forms())
def test_any_form_is_printed_and_has_a_workbook(library: Library, form: Form) -> None:
    printed = " ".join(pages(form))
    for number in Wording(form).numbers.values():
        assert f" {number}. " in printed
    book = Book(form, library)
    assert book.read() == Filled(())
    in_columns = {name.partition("/")[0] for sheet in book.book.sheetnames[:-3] for name in book.columns(sheet)}
    asked = {one.name for one in form.questions if one.asked and one.kind not in FILES}
    assert in_columns - {"#row", "None"} == asked


@pytest.mark.office
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice Calc is not installed")
def test_what_libreoffice_saved_reads_back(book: Book, tmp_path: Path) -> None:
    book.put(3, LAN).put(3, {"#row": 3, "ten_may": "máy bào", "gia": "400tr"}, "1. Máy đang dùng")
    given_in = tmp_path / "phieu.xlsx"
    given_in.write_bytes(book.source)
    saved = tmp_path / "saved"
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(saved), str(given_in)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    source = (saved / given_in.name).read_bytes()
    again = read_workbook(book.form, source, book.places, NOW)
    assert again.rows[0].answers == book.answers()
    rules = openpyxl.load_workbook(io.BytesIO(source))["Phiếu"]
    assert of_column(rules, book.columns("Phiếu")["thon"]).type == "list"
