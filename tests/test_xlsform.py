"""Workbooks in XLSForm's layout: what is read, and what is refused by its row."""

import io

import openpyxl
import pytest

from content.library import shipped_forms
from content.xlsform import FormError, read_form
from conversation.form import Form, Option

TRADES = {"trades.csv": "name,label,kind\nmay,May,a\nmoc,Mộc,b\n".encode()}
SETTINGS = "| settings |\n| | form_title | form_id | version | kc_prefix |\n| | Thử | thu | 3 | TH |\n"


def read(survey: str, choices: str = "", *, settings: str = SETTINGS) -> Form:
    lists = f"| choices |\n| | list_name | name | label | kind |\n{choices}" if choices else ""
    return read_form("thu", f"| survey |\n{survey}{lists}{settings}".encode(), ".md", TRADES)


def refusal(survey: str, choices: str = "") -> list[tuple[str, int, str]]:
    with pytest.raises(FormError) as refused:
        read(survey, choices)
    return [(mistake.sheet, mistake.row, mistake.column) for mistake in refused.value.mistakes]


HEAD = "| | type | name | label | required | relevant | constraint | calculation | default | choice_filter | appearance |\n"
LIST = "| | co | co | Có | x |\n| | co | khong | Không | y |\n"


@pytest.mark.parametrize("source", shipped_forms(), ids=lambda source: source.name)
def test_a_shipped_form_reads(source: object) -> None:
    form = source.read()  # type: ignore[attr-defined]
    assert form.questions
    assert form.title
    assert len(form.prefix) == 2
    assert all(question.short for question in form.questions if question.asked)


def test_settings_and_questions() -> None:
    form = read(HEAD + "| | integer | so | Mấy người? | yes | | . > 0 | | 1 | | kc-money other |\n")
    assert (form.title, form.version, form.prefix) == ("Thử", "3", "TH")
    (question,) = form.questions
    assert (question.kind, question.required, question.constraint, question.default) == (
        "integer",
        True,
        ". > 0",
        "'1'",
    )
    assert question.appearance == {"kc-money", "other"}
    assert question.row == 2


def test_references_become_paths_also_ahead_and_in_groups() -> None:
    form = read(
        HEAD
        + "| | text | a | A ${b}? | | ${b} > 1 | | | | | |\n"
        + "| | begin group | g | Nhóm | | ${a} != '' | | | | | |\n"
        + "| | integer | b | B? | | | | | | | |\n"
        + "| | end group | | | | | | | | | |\n"
    )
    first, second = form.questions
    assert first.relevant.split() == ["/data/g/b", ">", "1"]
    assert first.label == "A ${b}?"
    assert second.path == ("g",)
    assert form.groups[0].relevant.split()[0] == "/data/a"


def test_choices_carry_their_columns_and_or_other_asks_which() -> None:
    form = read(HEAD + "| | select_one co or_other | c | Có không? | | | | | | | |\n", LIST)
    question, which = form.questions
    assert question.options == (
        Option("co", "Có", {"kind": "x"}),
        Option("khong", "Không", {"kind": "y"}),
        Option("other", "Khác"),
    )
    assert (which.name, which.relevant) == ("c_other", "selected(/data/c, 'other')")


def test_choices_from_a_table() -> None:
    form = read(HEAD + "| | select_multiple_from_file trades.csv | n | Nghề? | | | | | | kind = 'a' | |\n")
    assert form.questions[0].kind == "select_multiple"
    assert [option.label for option in form.questions[0].options] == ["May", "Mộc"]


def test_vietnamese_is_taken_where_there_are_several_languages() -> None:
    survey = "| | type | name | label::English (en) | label::Tiếng Việt (vi) |\n| | text | a | Name? | Tên? |\n"
    assert read(survey).questions[0].label == "Tên?"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("| | geotrace | a | Đường? | | | | | | | |", "type"),
        ("| | begin repeat | a | Lặp | | | | | | | |", "type"),
        ("| | text | tên dài | Tên? | | | | | | | |", "name"),
        ("| | text | a | | | | | | | | |", "label"),
        ("| | text | a | A? | | ${khong_co} = 1 | | | | | |", "relevant"),
        ("| | text | a | A? | | | . > > 3 | | | | |", "constraint"),
        ("| | text | a | A? | | | pulldata('x', 'y', 'z', .) | | | | |", "constraint"),
        ("| | calculate | a | | | | | | | | |", "calculation"),
        ("| | select_one khong_co | a | A? | | | | | | | |", "type"),
        ("| | select_one_from_file khong_co.csv | a | A? | | | | | | | |", "type"),
    ],
)
def test_a_mistake_is_told_with_its_row_and_column(row: str, column: str) -> None:
    fine = "| | text | truoc | Trước? | | | | | | | |\n"
    assert ("survey", 3, column) in refusal(HEAD + fine + row + "\n")


def test_all_mistakes_are_told_at_once() -> None:
    rows = "| | text | a | | | | | | | | |\n| | text | a | A? | | ${b} | | | | | |\n"
    assert [row for _, row, _ in refusal(HEAD + rows)] == [3, 2, 3]


def test_a_choice_listed_twice_is_refused() -> None:
    assert ("choices", 3, "name") in refusal(
        HEAD + "| | select_one co | a | A? | | | | | | | |\n", "| | co | x | X | |\n| | co | x | Y | |\n"
    )


def test_a_file_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(FormError, match="không đọc được"):
        read_form("thu", b"not a workbook", ".xlsx")


def test_a_workbook_reads_the_same_as_its_tables() -> None:
    book = openpyxl.Workbook()
    survey, choices, settings = book.active, book.create_sheet("choices"), book.create_sheet("settings")
    assert survey is not None
    survey.title = "survey"
    for row in (["type", "name", "label"], ["select_one co", "c", "Có không?"], ["integer", "so", "Số?"]):
        survey.append(row)
    for row in (["list_name", "name", "label"], ["co", "co", "Có"], ["co", "khong", "Không"]):
        choices.append(row)
    for row in (["form_title", "form_id", "version", "kc_prefix"], ["Thử", "thu", "3", "TH"]):
        settings.append(row)
    file = io.BytesIO()
    book.save(file)
    written = "| | type | name | label |\n| | select_one co | c | Có không? |\n| | integer | so | Số? |\n"
    lists = "| choices |\n| | list_name | name | label |\n| | co | co | Có |\n| | co | khong | Không |\n"
    tables = read_form("thu", f"| survey |\n{written}{lists}{SETTINGS}".encode(), ".md")
    assert read_form("thu", file.getvalue(), ".xlsx").questions == tables.questions


def test_the_version_changes_with_the_words_and_with_the_tables() -> None:
    survey = HEAD + "| | select_one_from_file trades.csv | n | Nghề? | | | | | | | |\n"
    source = f"| survey |\n{survey}{SETTINGS}".encode()
    shas = {
        read_form("thu", source, ".md", TRADES).sha,
        read_form("thu", source.replace(b"Ngh", b"NGH"), ".md", TRADES).sha,
        read_form("thu", source, ".md", {"trades.csv": TRADES["trades.csv"] + b"det,D,a\n"}).sha,
    }
    assert len(shas) == 3
