"""Workbooks in XLSForm's layout: what is read, and what is refused by its row."""

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from unicodedata import normalize

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.library import FormSource, shipped_forms
from content.xlsform import FormError, read_form
from conversation.form import Form, Option, Question
from conversation.instance import Slot
from conversation.walk import Walk

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TRADES = {"trades.csv": "name,label,kind\nmay,May,a\nmoc,Mộc,b\n".encode()}
SETTINGS = "| settings |\n| | form_title | form_id | version | kc_prefix |\n| | Thử | thu | 3 | TH |\n"
HEAD = (
    "| | type | name | label | required | relevant | constraint | calculation | default | choice_filter "
    "| appearance |\n"
)
LIST = "| | co | co | Có | x |\n| | co | khong | Không | y |\n"
FINE = "| | text | truoc | Trước? | | | | | | | |\n"
SHIPPED = {source.name: source for source in shipped_forms()}


def read(survey: str, choices: str = "", *, settings: str = SETTINGS) -> Form:
    lists = f"| choices |\n| | list_name | name | label | kind |\n{choices}" if choices else ""
    return read_form("thu", f"| survey |\n{survey}{lists}{settings}".encode(), ".md", TRADES)


def refused(survey: str, choices: str = "", *, settings: str = SETTINGS) -> FormError:
    with pytest.raises(FormError) as error:
        read(survey, choices, settings=settings)
    return error.value


def places(error: FormError) -> list[tuple[str, int, str]]:
    return [(mistake.sheet, mistake.row, mistake.column) for mistake in error.mistakes]


def table(columns: str, *rows: str) -> str:
    """Return the survey table of these columns and rows, their cells parted by bars."""
    return "".join(f"| | {row} |\n" for row in (columns, *rows))


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def one(form: Form) -> Question:
    (question,) = form.questions
    return question


# What is shipped


@pytest.mark.parametrize("source", SHIPPED.values(), ids=SHIPPED)
def test_a_shipped_form_reads(source: FormSource) -> None:
    form = source.read()
    assert form.title
    assert f"| {source.name} | {form.version} |" in source.source.decode()
    assert all(question.short for question in form.questions if question.asked)
    assert all(question.constraint_message for question in form.questions if question.constraint)


@pytest.mark.parametrize("source", SHIPPED.values(), ids=SHIPPED)
def test_a_shipped_form_speaks_as_an_official_would(source: FormSource) -> None:
    form = source.read()
    words = [text for q in form.questions for text in (q.label, q.hint, q.constraint_message)]
    assert not any("bạn" in text.lower().split() for text in words)
    assert max(map(len, words)) <= 120
    assert max(len(option.label) for q in form.questions for option in q.options or (Option("", ""),)) <= 42


def test_each_shipped_form_has_its_own_receipts() -> None:
    prefixes = {name: source.read().prefix for name, source in SHIPPED.items()}
    assert prefixes == {"interest": "HT", "needs": "NC", "needs_full": "KS", "profile": "HS", "sign_up": "DK"}


def test_a_fact_has_one_name_in_every_form() -> None:
    """Answers are carried from form to form by name, so a name means the same, with the same codes, everywhere."""
    forms = {name: source.read() for name, source in SHIPPED.items()}
    facts = {"business_name", "legal_form", "trade", "trade_other", "workers", "seasonal_workers", "commune", "phone"}
    assert set(forms["profile"].by_name) == facts
    for form in forms.values():
        for name in facts & set(form.by_name):
            here, known = form.by_name[name], forms["profile"].by_name[name]
            assert {option.value for option in here.options} == {option.value for option in known.options}
            assert (here.appearance, here.constraint) == (known.appearance, known.constraint)


def test_the_short_needs_form_asks_ten_questions_and_no_money_matters() -> None:
    form = SHIPPED["needs"].read()
    asked = [question.name for question in form.questions if question.asked]
    assert len(asked) == 10
    assert asked[0] == "needs"
    assert not {"revenue", "capital"} & set(asked)
    without = Walk(form, {"needs": "management"}, NOW)
    assert [slot.key for slot in without.asked] == [name for name in asked if "machine" not in name]


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"legal_form": "unregistered"}, {"will_register"}),
        ({"trade": "garment other"}, {"trade_other"}),
        ({"needs": "machine"}, {"machine", "machine_price", "machine_when"}),
        ({"needs": "vocational fair"}, {"vocational_workers", "vocational_skill"}),
        ({"training_topics": "quality"}, {"training_seats", "training_schedule"}),
        ({"training_topics": "quality", "training_schedule": "avoid"}, {"avoid_months"}),
    ],
)
def test_the_full_form_asks_what_an_answer_calls_for(answers: Mapping[str, str], asked: set[str]) -> None:
    form = SHIPPED["needs_full"].read()
    nothing = {slot.key for slot in Walk(form, {}, NOW).asked}
    assert {slot.key for slot in Walk(form, answers, NOW).asked} - nothing >= asked
    assert not nothing & asked


def test_the_full_form_does_not_ask_for_means_where_nothing_is_needed() -> None:
    walk = Walk(SHIPPED["needs_full"].read(), {"needs": "none"}, NOW)
    assert not {"counterpart", "previous_support"} & {slot.key for slot in walk.asked}


@pytest.mark.parametrize(
    ("form", "name", "answer", "holds"),
    [
        ("interest", "workers", "5000", True),
        ("interest", "workers", "5001", False),
        ("interest", "business_name", "Mộc " * 40, False),
        ("needs", "machine_price", "0", False),
        ("needs_full", "difficulties", "capital skills market", True),
        ("needs_full", "difficulties", "capital skills market design", False),
        ("needs_full", "needs", "none", True),
        ("needs_full", "needs", "none fair", False),
        ("needs_full", "since_year", "2026", True),
        ("needs_full", "since_year", "2027", False),
        ("sign_up", "seats", "5", True),
        ("sign_up", "seats", "6", False),
        ("sign_up", "person_1", "Trần Văn Thịnh", True),
    ],
)
def test_a_shipped_constraint(form: str, name: str, answer: str, holds: bool) -> None:
    given_too = {"needs": "machine"} if name == "machine_price" else {"seats": "1"} if name == "person_1" else {}
    walk = Walk(SHIPPED[form].read(), {**given_too, name: answer}, NOW)
    assert walk.holds(Slot(walk.form.by_name[name])) is holds


# What is read


def test_settings_and_questions() -> None:
    form = read(HEAD + "| | integer | so | Mấy người? | yes | | . > 0 | | 1 | | kc-money other |\n")
    assert (form.name, form.title, form.version, form.prefix) == ("thu", "Thử", "3", "TH")
    question = one(form)
    assert (question.kind, question.required, question.constraint) == ("integer", "true()", ". > 0")
    assert question.default == "'1'"
    assert question.appearance == {"kc-money", "other"}
    assert question.row == 2


def test_without_settings_a_form_has_its_own_name_and_the_common_prefix() -> None:
    form = read(HEAD + FINE, settings="")
    assert (form.title, form.version, form.prefix) == ("thu", "", "PH")


def test_words_of_a_question() -> None:
    columns = "type | name | label | hint | kc_short | required | required_message | constraint | constraint_message"
    question = one(read(table(columns, "text | a | A? | Ví dụ: b | Chữ a | yes | Cần có | . != 'x' | Không phải x")))
    assert (question.label, question.hint, question.short) == ("A?", "Ví dụ: b", "Chữ a")
    assert (question.required_message, question.constraint_message) == ("Cần có", "Không phải x")


def test_references_become_paths_also_ahead_and_in_groups() -> None:
    form = read(
        HEAD
        + "| | text | a | A ${b}? | | ${b} > 1 | | | | | |\n"
        + "| | begin group | g | Nhóm | | ${c} != '' | | | | | |\n"
        + "| | begin_group | trong | | | | | | | | |\n"
        + "| | integer | b | B? | | | | | | | |\n"
        + "| | end_group | | | | | | | | | |\n"
        + "| | end group | | | | | | | | | |\n"
        + "| | text | c | C? | | | | | | | |\n"
    )
    first, second, _ = form.questions
    assert first.relevant.split() == ["/data/g/trong/b", ">", "1"]
    assert first.label == "A ${b}?"
    assert second.path == ("g", "trong")
    assert [group.path for group in form.groups] == [("g",), ("g", "trong")]
    assert form.groups[0].relevant.split()[0] == "/data/c"


def test_choices_carry_their_columns() -> None:
    question = one(read(HEAD + "| | select_one co | c | Có không? | | | | | | kind = 'x' | |\n", LIST))
    assert question.options == (Option("co", "Có", {"kind": "x"}), Option("khong", "Không", {"kind": "y"}))
    walk = Walk(read(HEAD + "| | select_one co | c | C? | | | | | | kind = 'y' | |\n", LIST), {}, NOW)
    assert [option.value for option in walk.options(Slot(walk.form.questions[0]))] == ["khong"]


def test_or_other_asks_which() -> None:
    form = read(HEAD + "| | select_multiple co or_other | c | Có không? | | | | | | | |\n", LIST)
    question, which = form.questions
    assert question.options[-1] == Option("other", "Khác")
    assert (which.name, which.kind) == ("c_other", "text")
    assert [slot.key for slot in Walk(form, {"c": "co"}, NOW).asked] == ["c"]
    assert [slot.key for slot in Walk(form, {"c": "co other"}, NOW).asked] == ["c", "c_other"]


def test_or_other_adds_nothing_to_a_list_that_has_it() -> None:
    form = read(
        HEAD + "| | select_one co or_other | c | C? | | | | | | | |\n", LIST + "| | co | other | Khác nữa | |\n"
    )
    assert [option.label for option in form.questions[0].options] == ["Có", "Không", "Khác nữa"]


def test_choices_from_a_table() -> None:
    form = read(HEAD + "| | select_multiple_from_file trades.csv | n | Nghề? | | | | | | kind = 'a' | |\n")
    assert form.questions[0].kind == "select_multiple"
    assert form.questions[0].options == (Option("may", "May", {"kind": "a"}), Option("moc", "Mộc", {"kind": "b"}))


def test_choices_from_a_table_with_columns_of_other_names() -> None:
    survey = table("type | name | label | parameters", "select_one_from_file t.csv | n | N? | value=ma, label=ten")
    files = {"t.csv": "\ufeffma,ten\r\nx,Xã\r\n\r\ny,Yên\r\n".encode()}
    form = read_form("thu", f"| survey |\n{survey}".encode(), ".md", files)
    assert one(form).options == (
        Option("x", "Xã", {"ma": "x", "ten": "Xã"}),
        Option("y", "Yên", {"ma": "y", "ten": "Yên"}),
    )


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        ("type | name | label::English (en) | label::Tiếng Việt (vi)", "text | a | Name? | Tên?"),
        ("type | name | label | label::Tiếng Việt (vi)", "text | a | Name? | Tên?"),
        ("type | name | label::vi | label::en", "text | a | Tên? | Name?"),
        ("type | name | label::Tiếng Việt (vi) | label::English (en)", "text | a | | Tên?"),
        ("Type | NAME | Label", "text | a | Tên?"),
        ("type | name | caption", "text | a | Tên?"),
    ],
)
def test_the_words_in_vietnamese_however_their_column_is_written(columns: str, row: str) -> None:
    assert one(read(table(columns, row))).label == "Tên?"


@pytest.mark.parametrize(
    ("columns", "settings", "languages"),
    [
        ("label::Tày | label::Tiếng Việt (vi)", "", ["Tiếng Việt (vi)", "Tày"]),
        ("label::Tày | label::Tiếng Việt (vi)", "Tày", ["Tày", "Tiếng Việt (vi)"]),
        ("label::Tày | label::English (en)", "", ["Tày", "English (en)"]),
        ("label::Tày | label::English (en)", "English (en)", ["English (en)", "Tày"]),
        ("label::Tày | label", "", ["Tiếng Việt", "Tày"]),
        ("label | label::Tiếng Việt (vi)", "", ["Tiếng Việt (vi)", "Ngôn ngữ khác"]),
        ("label | label::English (en)", "Tiếng Tày", ["Tiếng Tày", "English (en)"]),
    ],
)
def test_the_language_to_begin_in(columns: str, settings: str, languages: list[str]) -> None:
    sheet = f"| settings |\n| | default_language |\n| | {settings} |\n" if settings else ""
    form = read(table(f"type | name | {columns}", "text | a | Một | Hai"), settings=sheet)
    assert form.language == languages[0]
    assert set(form.translations) == set(languages)
    assert {one(translation).label for translation in form.translations.values()} == {"Một", "Hai"}


def test_a_missing_word_is_said_in_the_language_to_begin_in() -> None:
    columns = "type | name | label::English (en) | label::Tiếng Việt (vi) | hint::Tày | hint::Tiếng Việt (vi)"
    form = read(table(columns, "text | a | Name? | Tên? | Tày | Gợi ý", "text | b | | Chỉ tiếng Việt | Tày | "))
    english = form.translations["English (en)"]
    assert [question.label for question in english.questions] == ["Name?", "Chỉ tiếng Việt"]
    assert [question.hint for question in english.questions] == ["Gợi ý", "Tày"]


def test_or_other_in_another_language() -> None:
    survey = table("type | name | label::vi | label::en", "select_one co or_other | a | Có? | Yes?")
    form = read(survey, LIST)
    labels = {language: one.questions[0].options[-1].label for language, one in form.translations.items()}
    assert labels == {"vi": "Khác", "en": "Other"}


def test_wrong_words_of_another_language() -> None:
    rows = ("text | a | Tên? | ${name}?", f"text | b | Tên? | {'x' * 1001}")
    error = refused(table("type | name | label::vi | label::en", *rows))
    assert places(error) == [("survey", 2, "label"), ("survey", 3, "label")]
    assert all(mistake.message.endswith("(bản en)") for mistake in error.mistakes)


@pytest.mark.parametrize(
    ("column", "cell"),
    [("relevance", "${a} = '1'"), ("bind::relevant", "${a} = '1'"), ("Relevant", "${a} = ‘1’")],
)
def test_a_condition_however_its_column_is_written(column: str, cell: str) -> None:
    form = read(table(f"type | name | label | {column}", "text | a | A? | ", f"text | b | B? | {cell}"))
    assert form.questions[1].relevant.split() == ["/data/a", "=", "'1'"]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("string", "text"),
        ("int", "integer"),
        ("decimal", "decimal"),
        ("date", "date"),
        ("select one from co", "select_one"),
        ("select1 co", "select_one"),
        ("select all that apply from co", "select_multiple"),
    ],
)
def test_a_type_however_it_is_written(written: str, kind: str) -> None:
    assert one(read(HEAD + f"| | {written} | a | A? | | | | | | | |\n", LIST)).kind == kind


def test_rows_that_ask_nothing_are_left_out() -> None:
    survey = table("type | name | label | hint | disabled", " | | | chỉ là lời dặn | ", "geopoint | x | X? | | yes")
    assert one(read(survey + "| | text | a | A? | | |\n")).row == 4


@pytest.mark.parametrize(
    ("default", "formula"),
    [("một hai", "một hai"), ("it's", "it's"), ("a 'b' \"c\"", "a 'b' \"c\""), ("today()", "2026-11-24"), ("-5", "-5")],
)
def test_a_default_is_a_text_or_a_formula(default: str, formula: str) -> None:
    walk = Walk(read(HEAD + f"| | text | a | A? | | | | | {default} | | |\n"), {}, NOW)
    assert walk.value(Slot(walk.form.questions[0])) == formula


def test_what_a_form_fills_in_itself() -> None:
    rows = (
        "today | ngay | | ",
        "start | bat_dau | | ",
        "end | het | | ",
        "calculate | tong | | 1 + 2",
        "note | | Chào | ",
    )
    form = read(table("type | name | label | calculation", *rows, "hidden | an | | '7'", "text | a | A? | "))
    assert [question.name for question in form.questions if question.asked] == ["a"]
    submission = Walk(form, {}, NOW).submission
    assert (submission["ngay"], submission["tong"], submission["an"]) == ("2026-11-24", "3", "7")
    assert submission["het"].startswith("2026-11-24T09:00")


def test_to_acknowledge_is_a_choice_of_one() -> None:
    assert one(read(HEAD + "| | acknowledge | a | Đã đọc? | | | | | | | |\n")).options == (Option("OK", "Đồng ý"),)


@pytest.mark.parametrize(
    ("cell", "required"), [("yes", "true()"), ("TRUE", "true()"), ("true()", "true()"), ("no", ""), ("1 = 1", "1 = 1")]
)
def test_required(cell: str, required: str) -> None:
    assert one(read(HEAD + f"| | text | a | A? | {cell} | | | | | | |\n")).required == required


KOBO: Mapping[str, Sequence[Sequence[object]]] = {
    "survey": [
        [
            "type",
            "name",
            "label::English (en)",
            "label::Tiếng Việt (vi)",
            "required",
            "relevant",
            "appearance",
            "$kuid",
        ],
        ["start", "start", None, None, None, None, None, "k1"],
        ["end", "end", None, None, None, None, None, "k2"],
        ["begin_group", "co_so", "Workshop", "Cơ sở", None, None, "field-list", "k3"],
        ["text", "ten", "Name", "Tên cơ sở", True, None, None, "k4"],
        ["select_one lh", "loai", "What is ${ten}?", "${ten} là loại hình gì?", True, None, "minimal", "k5"],
        ["end_group", None, None, None, None, None, None, "k6"],
        [None] * 8,
        ["begin_group", "tho", "Workers", "Thợ", None, "selected(${loai}, 'hkd')", None, "k7"],
        ["integer", "so_tho", "Workers", "Mấy thợ?", False, None, None, "k8"],
        ["end_group", None, None, None, None, None, None, "k9"],
    ],
    "choices": [
        ["list_name", "name", "label::English (en)", "label::Tiếng Việt (vi)", "$kuid"],
        ["lh", "hkd", "Household", "Hộ kinh doanh", "c1"],
        ["lh", 2, "Company", "Công ty", "c2"],
    ],
    "settings": [["id_string", "version", "default_language"], ["khao_sat", 2026, "Tiếng Việt (vi)"]],
}


def test_a_form_as_kobotoolbox_writes_it() -> None:
    form = read_form("kobo", workbook(KOBO), ".xlsx")
    assert (form.title, form.version) == ("khao_sat", "2026")
    assert [(group.path, group.label) for group in form.groups] == [(("co_so",), "Cơ sở"), (("tho",), "Thợ")]
    name, kind, workers = (question for question in form.questions if question.asked)
    assert (name.label, name.required, name.path) == ("Tên cơ sở", "true()", ("co_so",))
    assert [(option.value, option.label) for option in kind.options] == [("hkd", "Hộ kinh doanh"), ("2", "Công ty")]
    assert workers.row == 10
    assert not Walk(form, {"loai": "2"}, NOW).relevant(Slot(workers))
    assert Walk(form, {"loai": "hkd"}, NOW).relevant(Slot(workers))


SAME: Mapping[str, Sequence[Sequence[object]]] = {
    "survey": [["type", "name", "label"], ["select_one co", "c", "Có không?"], ["integer", "so", "Số?"]],
    "choices": [["list_name", "name", "label"], ["co", "co", "Có"], ["co", "khong", "Không"]],
    "settings": [["form_title", "form_id", "version", "kc_prefix"], ["Thử", "thu", 3, "TH"]],
}


def test_a_workbook_a_csv_and_markdown_read_the_same() -> None:
    rows = [(title, row) for title, sheet in SAME.items() for row in ([], *sheet)]
    tables = "".join("| " + " | ".join(["", *map(str, row)] if row else [title]) + " |\n" for title, row in rows)
    commas = "".join(",".join(["", *map(str, row)] if row else [title]) + "\r\n" for title, row in rows)
    read_from = {
        ".md": tables.encode(),
        ".csv": f"\ufeff{commas}".encode(),
        ".XLSX": workbook(SAME),
    }
    forms = [read_form("thu", source, suffix) for suffix, source in read_from.items()]
    assert [option.label for option in forms[0].questions[0].options] == ["Có", "Không"]
    assert all(form.questions == forms[0].questions for form in forms)
    assert all((form.title, form.version, form.prefix) == ("Thử", "3", "TH") for form in forms)


def test_empty_rows_are_counted_in_every_kind_of_workbook() -> None:
    rows = ["type,name,label", ",,", "text,a,", ",,", ",,", "select_one co,b,B?", ",,"]
    lists = ["list_name,name,label", ",,", "co,>x,Hai"]
    commas = "\n".join(
        ["survey,,,", *(f",{row}" for row in rows), "", "choices,,,", *(f",{row}" for row in lists), ",,,"]
    )
    bars = "".join(f"| {line.replace(',', ' | ')} |\n" for line in commas.splitlines() if line)
    bars = bars.replace("| | text", "# lời dặn\n|---|---|---|---|\n\n| | text")
    book = workbook({"survey": [row.split(",") for row in rows], "choices": [row.split(",") for row in lists]})
    for suffix, source in {".csv": commas.encode(), ".md": bars.encode(), ".xlsx": book}.items():
        with pytest.raises(FormError) as error:
            read_form("thu", source, suffix)
        assert places(error.value) == [("choices", 3, "name"), ("survey", 3, "label")]


def test_letters_written_apart_from_their_marks() -> None:
    survey = table(
        "type | name | label::Tiếng Việt (vi) | label::English | relevant",
        "text | tên | Tên gì? | Name? | ",
        "text | b | ${tên} ở đâu? | Where? | ${tên} != ''",
    )
    form = read_form("thu", normalize("NFD", f"| survey |\n{survey}").encode(), ".md")
    assert (form.language, form.questions[1].label) == ("Tiếng Việt (vi)", "${tên} ở đâu?")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('**Tên** <span style="color:red">*</span>', "Tên *"),
        ("# Phần 1<br/>_nhớ ký_", "Phần 1\nnhớ ký"),
        ("Xem [hướng dẫn](https://a.vn/b_c_d)", "Xem hướng dẫn (https://a.vn/b_c_d)"),
        ("***${a_b}*** và __${_c}__?", "${a_b} và ${_c}?"),
        ("${a_b} * 2 * ${_c} < 5, mã so_tho_1", "${a_b} * 2 * ${_c} < 5, mã so_tho_1"),
    ],
)
def test_words_without_marks_of_style(written: str, said: str) -> None:
    survey = table("type | name | label", "hidden | a_b | ", "hidden | _c | ", f"select_one co | a | {written}")
    form = read(survey, f"| | co | x | {written} | |\n")
    assert form.by_name["a"].label == said
    assert form.by_name["a"].options[0].label == said


def test_a_question_that_is_worked_out_and_has_no_words_is_not_asked() -> None:
    columns = "type | name | label | calculation | trigger"
    rows = (
        "integer | a | A? | | ",
        "integer | b | | ${a} * 2 | ",
        "text | c | | now() | ${a}",
        "integer | d | D? | ${a} | ",
    )
    form = read(table(columns, *rows))
    assert [question.name for question in form.questions if question.asked] == ["a", "d"]
    assert form.by_name["c"].trigger == ("a",)


def test_every_question_of_its_own_lock_and_need() -> None:
    question = read(
        table(
            "type | name | label | required | read_only", "integer | a | A? | | ", "text | b | B? | ${a} > 1 | ${a} < 1"
        )
    ).by_name["b"]
    assert (question.required.split(), question.read_only.split()) == (["/data/a", ">", "1"], ["/data/a", "<", "1"])
    assert question.asked


def test_names_in_a_filter_may_be_of_columns_that_are_empty_here() -> None:
    survey = table("type | name | label | choice_filter", "select_one co | a | A? | tinh = '1' or kind = 'x'")
    lists = (
        "| choices |\n| | list_name | name | label | kind | tinh |\n| | co | co | Có | x | |\n| | xa | a | A | | 1 |\n"
    )
    assert one(read_form("thu", f"| survey |\n{survey}{lists}".encode(), ".md")).choice_filter


def test_the_version_changes_with_the_words_and_with_the_tables() -> None:
    survey = HEAD + "| | select_one_from_file trades.csv | n | Nghề? | | | | | | | |\n"
    source = f"| survey |\n{survey}{SETTINGS}".encode()
    shas = [
        read_form("thu", source, ".md", TRADES).sha,
        read_form("thu", source.replace(b"Ngh", b"NGH"), ".md", TRADES).sha,
        read_form("thu", source, ".md", {"trades.csv": TRADES["trades.csv"] + b"det,D,a\n"}).sha,
    ]
    assert len(set(shas)) == 3
    assert shas[0] == read_form("thu", source, ".md", dict(TRADES)).sha


# What is refused


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("geotrace | a | Đường? | | | | | | |", "type"),
        ("background-audio | a | | | | | | | |", "type"),
        ("xml-external | a | | | | | | | |", "type"),
        ("select_one_external co | a | A? | | | | | | |", "type"),
        ("csv-external | a | | | | | | | |", "name"),
        ("text | a | A? | ${khong_co} = '1' | | | | | |", "required"),
        ("text | a | A? | | | | instance('khong')/root/item/name | | |", "calculation"),
        ("text | a | A? | | | | ${last-saved#truoc} | | |", "calculation"),
        (f"text | a | {'x' * 1001} | | | | | | |", "label"),
        ("select_one | a | A? | | | | | | |", "type"),
        ("select_one ${truoc} | a | A? | | | | | | |", "type"),
        ("select_one khong_co | a | A? | | | | | | |", "type"),
        ("select_one_from_file khong_co.csv | a | A? | | | | | | |", "type"),
        ("select_one_from_file trades.csv or_other | a | A? | | | | | | |", "type"),
        (" | a | A? | | | | | | |", "type"),
        ("begin group | a | Nhóm | | | | | | |", "type"),
        ("end group | | | | | | | | |", "type"),
        ("text | tên dài | Tên? | | | | | | |", "name"),
        ("text | a:b | Tên? | | | | | | |", "name"),
        ("text | | Tên? | | | | | | |", "name"),
        ("text | truoc | Trước? | | | | | | |", "name"),
        ("text | a | | | | | | | |", "label"),
        ("text | a | ${khong_co} ơi? | | | | | | |", "label"),
        ("text | a | A? | | ${khong_co} = 1 | | | | |", "relevant"),
        ("text | a | A? | | ../khong_co = 1 | | | | |", "relevant"),
        ("text | a | A? | | /data/khong_co = 1 | | | | |", "relevant"),
        ("text | a | A? | | | . > > 3 | | | |", "constraint"),
        ("text | a | A? | | | pulldata('x', 'y', 'z', .) | | | |", "constraint"),
        ("calculate | a | | | | | | | |", "calculation"),
        ("text | a | A? | | | | | today( | |", "default"),
        ("select_one co | a | A? | | | | | | kinh = 'x' |", "choice_filter"),
        ("select_one co or_other | a | A? | | | | | | kind = 'x' |", "choice_filter"),
        ("select_one co | a | A? | | | | | | | search('x')", "appearance"),
    ],
)
def test_a_mistake_is_told_with_its_row_and_column(row: str, column: str) -> None:
    assert places(refused(f"{HEAD}{FINE}| | {row} |\n", LIST)) == [("survey", 3, column)]


@pytest.mark.parametrize("column", ["trigger", "save_to", "image", "media::audio"])
def test_a_column_that_a_chat_cannot_follow(column: str) -> None:
    survey = table(f"type | name | label | {column}", "text | a | A? | ", "text | b | B? | yes")
    assert places(refused(survey)) == [("survey", 3, column.removeprefix("media::"))]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("co | co | Lại có", "name"),
        ("co | | Không mã", "name"),
        ("co | >menu | Lối tắt", "name"),
        ("co | :skip | Bỏ qua", "name"),
        (f"co | dai | {'x' * 201}", "label"),
        (f"co | {'x' * 51} | Dài", "name"),
        ("co | ba | ${khong_co}", "label"),
    ],
)
def test_a_choice_that_cannot_be_offered(row: str, column: str) -> None:
    survey = HEAD + "| | select_one co | a | A? | | | | | | | |\n"
    assert places(refused(survey, f"{LIST}| | {row} | |\n")) == [("choices", 4, column)]


def test_a_code_with_a_space_in_it_is_one_of_one_answer_only() -> None:
    choices = f"{LIST}| | co | hai từ | Hai từ | |\n"
    asked = HEAD + "| | select_one co | a | A? | | | | | | | |\n"
    assert [option.value for option in one(read(asked, choices)).options][-1] == "hai từ"
    assert places(refused(asked + "| | rank co | b | B? | | | | | | | |\n", choices)) == [("choices", 4, "name")]


def test_an_option_stands_in_several_rows_where_the_settings_say_so() -> None:
    survey = (
        HEAD
        + "| | select_one co | a | A? | | | | | | | |\n"
        + "| | select_one co | b | B? | | | | | | kind = ${a} | |\n"
    )
    allowed = "| settings |\n| | allow_choice_duplicates |\n| | yes |\n"
    choices = LIST + "| | co | co | Có | y |\n"
    assert places(refused(survey, choices)) == [("choices", 4, "name")]
    assert places(refused(survey, choices.replace("Có | y", "Vâng | y"), settings=allowed)) == [("choices", 4, "name")]
    first, second = read(survey, choices, settings=allowed).questions
    assert [option.value for option in first.options] == ["co", "khong"]
    assert [option.columns["kind"] for option in second.options] == ["x", "y", "y"]


def test_a_question_without_a_label_asks_with_its_hint_or_shows_its_picture() -> None:
    survey = table("type | name | label | hint | image", "text | a | | Ghi tên | ", "text | b | | | a.png")
    form = read_form("thu", f"| survey |\n{survey}".encode(), ".md", {"a.png": b"png"})
    assert [(question.label, question.hint) for question in form.questions] == [("Ghi tên", ""), ("b", "")]


def test_a_formula_that_is_wrong_is_told_once() -> None:
    survey = table(
        "type | name | label | calculation", "text | a | A? |", "calculate | b | | iff(1)", "calculate | c | |"
    )
    with pytest.raises(FormError) as error:
        read_form("thu", f"| survey |\n{survey}".encode(), ".md")
    assert places(error.value) == [("survey", 3, "calculation"), ("survey", 4, "calculation")]


def test_a_list_that_no_question_asks_for_is_not_looked_at() -> None:
    form = read(HEAD + "| | select_one co | a | A? | | | | | | | |\n", LIST + "| | ghi_chep | hai từ | Hai từ | |\n")
    assert len(one(form).options) == 2


@pytest.mark.parametrize(
    ("survey", "choices", "place"),
    [
        ("", "| choices |\n| | list_name | name |\n| | a | b |\n", ("survey", 1, "")),
        ("| survey |\n| | kind | name |\n| | text | a |\n", "", ("survey", 1, "type")),
        (
            "| survey |\n| | type | name | label |\n| | select_one co | a | A? |\n",
            "| choices |\n| | list_name | nam | label |\n| | co | a | A |\n",
            ("choices", 1, "name"),
        ),
        (
            "| survey |\n| | type | name | relevant | relevance |\n| | text | a | 1 | 1 |\n",
            "",
            ("survey", 1, "relevance"),
        ),
    ],
)
def test_a_sheet_or_column_without_which_nothing_is_read(
    survey: str, choices: str, place: tuple[str, int, str]
) -> None:
    with pytest.raises(FormError) as error:
        read_form("thu", f"{survey}{choices}".encode(), ".md")
    assert places(error.value) == [place]


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        (("text | a | A? | ", "calculate | c | | 1", "text | b | B? | 2"), (4, "trigger")),
        (("text | meta | A? | ",), (2, "name")),
        (("begin repeat | data | A? | ", "text | a | A? | ", "end repeat | | | "), (2, "name")),
        (("begin group | | Nhóm | ", "text | a | A? | ", "end group | | | "), (2, "name")),
        (("Text | a | A? | ",), (2, "type")),
        (("select_one_from_file xa.geojson | a | A? | ",), (2, "type")),
    ],
)
def test_more_mistakes_of_a_row(rows: Sequence[str], place: tuple[int, str]) -> None:
    columns = "type | name | label | calculation | trigger"
    survey = table(columns, *(f"{row} | ${{c}}" if "b | B?" in row else f"{row} | " for row in rows))
    assert places(refused(survey)) == [("survey", *place)]


def test_groups_in_groups_have_an_end() -> None:
    groups = [f"begin group | g{number} | G" for number in range(300)]
    survey = table("type | name | label", *groups, "text | a | A?", *["end group | | "] * 300)
    assert places(refused(survey)) == [("survey", 22, "type")]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", (1, "")),
        (b"\xff\xfe", (1, "")),
        (b"ma,ten\nx,X\n", (1, "name")),
        (b"name;label\nx;X\n", (1, "name")),
        (b"name,label\nx,X\n\nx,Y\n", (4, "name")),
        (b"name,label\nx,X\ny\n", (3, "label")),
    ],
)
def test_a_table_that_cannot_be_offered(content: bytes, place: tuple[int, str]) -> None:
    source = f"| survey |\n{HEAD}| | select_one_from_file t.csv | a | A? | | | | | | | |\n".encode()
    with pytest.raises(FormError) as error:
        read_form("thu", source, ".md", {"t.csv": content})
    assert places(error.value)[0] == ("t.csv", *place)


@pytest.mark.parametrize("prefix", ["nc", "N", "NCX", "ĐK", "N1"])
def test_a_prefix_is_two_capital_letters(prefix: str) -> None:
    settings = f"| settings |\n| | kc_prefix |\n| | {prefix} |\n"
    assert places(refused(HEAD + FINE, settings=settings)) == [("settings", 2, "kc_prefix")]


def test_all_mistakes_are_told_at_once_in_their_order() -> None:
    error = refused(
        HEAD
        + "| | text | a | | | | | | | | |\n"
        + "| | text | a | A? | | ${b} | | | | | |\n"
        + "| | select_one co | c | C? | | | | | | | |\n",
        LIST + "| | co | co | Có | |\n",
    )
    assert str(error).splitlines() == [
        "thu:choices:4:name: mã đáp án «co» đã có trong danh sách này",
        "thu:survey:2:label: câu hỏi cần có lời",
        "thu:survey:3:name: tên «a» đã dùng ở dòng 2",
        "thu:survey:3:relevant: Không có câu hỏi nào tên “b” (ký tự thứ 1).",
    ]


def test_a_form_that_asks_nothing() -> None:
    assert places(refused(table("type | name | label", "note | n | Chào"))) == [("survey", 1, "type")]


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (
            "range | b | B? | start=0 end=10 step=2 tick_interval=3 |",
            "parameters",
            "tick_interval phải là bội số của step",
        ),
        ("audit | b | | |", "name", "câu audit không đặt tên"),
        ("text | b | B? | | x", "media::foo", "không có cột «media::foo»"),
        ("audit | | | identify-user=x |", "", "chưa đúng khuôn XLSForm: "),
    ],
)
def test_what_only_pyxform_knows_is_told_at_its_place(row: str, column: str, message: str) -> None:
    error = refused(table("type | name | label | parameters | media::foo", "text | a | A? | |", row))
    assert [mistake.column for mistake in error.mistakes] == [column]
    assert error.mistakes[0].message.startswith(message)


def test_columns_that_stand_twice_are_told_at_their_sheets() -> None:
    survey = [["type", "name", "label", "label"], ["select_one l", "a", "A?", "B?"]]
    choices = [["list_name", "name", "label", "name", "name"], ["l", "1", "Một"]]
    book = workbook({"survey": survey, "choices": choices, "lời dặn": [["x", "x"]]})
    with pytest.raises(FormError) as error:
        read_form("thu", book, ".xlsx")
    assert places(error.value) == [("survey", 1, "label"), ("choices", 1, "name")]


def test_a_reference_with_spaces_in_it_is_told_with_the_others() -> None:
    rows = "text | a | A? |", "text | b | B ${ a }? | ${a } = 1", "text | b | C? |"
    error = refused(table("type | name | label | relevant", *rows))
    assert places(error) == [("survey", 3, "label"), ("survey", 3, "relevant"), ("survey", 4, "name")]


@pytest.mark.parametrize(
    ("source", "suffix"),
    [
        (b"not a workbook", ".xlsx"),
        (b"\xd0\xcf\x11\xe0", ".xls"),
        (b"\xff", ".csv"),
        (b"", ".md"),
        (b"| survey |\n| | type | name |\n| | text | a | one cell too many |\n", ".md"),
        (b"text", ".docx"),
    ],
)
def test_a_file_that_is_no_workbook(source: bytes, suffix: str) -> None:
    with pytest.raises(FormError, match=r"^thu:survey:1:: không đọc được tệp"):
        read_form("thu", source, suffix)


CELLS = st.sampled_from(
    [
        "",
        "a",
        "b",
        "l",
        "text",
        "integer",
        "calculate",
        "note",
        "select_one l",
        "select_multiple l or_other",
        "select_one_from_file t.csv",
        "begin group",
        "end group",
        "begin repeat",
        "end repeat",
        "x y",
        "${a}",
        "${",
        "1 +",
        "yes",
        "today()",
        "'",
        "value=a",
        "range",
        "rank l",
        "audit",
        "csv-external",
        "start=1 end=x",
        "randomize=true seed=${a}",
        "pulldata('t', 'b', 'a', ${b})",
        "instance('l')/root/item[name = ${a}]/label",
        "once(.) + ${b}",
        "count(${a})",
        "${a}, ${b}",
        "t.csv",
        "**a** <b>b</b>",
    ]
)
COLUMNS = st.sampled_from(
    [
        "type",
        "name",
        "label",
        "label::vi",
        "relevant",
        "bind",
        "body::x",
        "default",
        "choice_filter",
        "parameters",
        "required",
        "list_name",
        "kc_prefix",
        "name::x",
        "label::en",
        "hint::vi",
        "calculation",
        "trigger",
        "repeat_count",
        "read_only",
        "image",
        "media::image::en",
        "default_language",
        "$autoname",
        "select_from_list_name",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    sheets=st.dictionaries(
        st.sampled_from(["survey", "choices", "settings"]),
        st.tuples(st.lists(COLUMNS, min_size=4, max_size=4), st.lists(st.lists(CELLS, min_size=4, max_size=4))),
    ),
    attached=st.dictionaries(st.just("t.csv"), st.binary(max_size=30)),
)
def test_any_table_is_a_form_or_is_refused(
    sheets: Mapping[str, tuple[list[str], list[list[str]]]], attached: Mapping[str, bytes]
) -> None:
    lines = [
        "| " + " | ".join(cells) + " |\n"
        for title, (columns, rows) in sheets.items()
        for cells in ([title], ["", *columns], *(["", *row] for row in rows))
    ]
    with suppress(FormError):
        form = read_form("thu", "".join(lines).encode(), ".md", attached)
        assert any(question.asked for question in form.questions)


# Circles, repeats, languages, tables


@pytest.mark.parametrize(
    ("rows", "places_told", "chain"),
    [
        (("text | a | A? | ${b} = '' | | ", "text | b | B? | ${a} = '' | | "), [(2, "relevant")], "a → b → a"),
        (
            ("calculate | x | | | ${y} + 1 | ", "calculate | y | | | ${x} + 1 | ", "text | c | C? | | | "),
            [(2, "calculation")],
            "x → y → x",
        ),
        (
            ("begin group | g | G | ${b} = '' | | ", "text | b | B? | | | ", "end group | | | | | "),
            [(2, "relevant")],
            "g → b → g",
        ),
        (("text | a | A? | | | ${b} = ''", "text | b | B? | ${a} = '' | | "), [(2, "read_only")], "a → b → a"),
        (("text | a | A? | . = '' | | ",), [(2, "relevant")], "a → a"),
        (("text | a | A? | | concat(., 'x') | ",), [(2, "calculation")], "once(…)"),
        (("text | a | A? | | concat(once(.), ., once(')')) | ",), [(2, "calculation")], "once(…)"),
        (
            (
                "begin repeat | r | R | ${s} > 1 | | ",
                "integer | n | N? | | | ",
                "end repeat | | | | | ",
                "calculate | s | | | sum(${n}) | ",
                "text | a | A? | ${b} = '' | | ",
                "text | b | B? | ${a} = '' | | ",
            ),
            [(2, "relevant"), (6, "relevant")],
            "r → s → n → r",
        ),
    ],
)
def test_a_value_that_comes_round_to_itself_is_refused(
    rows: tuple[str, ...], places_told: Sequence[tuple[int, str]], chain: str
) -> None:
    error = refused(table("type | name | label | relevant | calculation | read_only", *rows))
    assert places(error) == [("survey", *place) for place in places_told]
    assert chain in str(error)


@pytest.mark.parametrize(
    "rows",
    [
        ("text | a | A? | | once(if(. = '', random(), .)) | ",),
        (
            "begin repeat | r | R | | | ",
            "text | a | A? | position(..) < ${n} | | ",
            "end repeat | | | | | ",
            "calculate | n | | | count(${r}) | ",
        ),
        ("text | a | A? | ${b} = '' or '${a}' = '' | | ", "text | b | B? | | | "),
    ],
)
def test_what_only_looks_like_a_circle(rows: tuple[str, ...]) -> None:
    assert read(table("type | name | label | relevant | calculation | read_only", *rows)).questions


def test_a_count_of_turns_is_known_within_them() -> None:
    rows = (
        "begin repeat | r | R | | ",
        "text | a | A? | position(..) < ${n} | ",
        "end repeat | | | | ",
        "calculate | n | | | count(${r})",
    )
    walk = Walk(read(table("type | name | label | relevant | calculation", *rows)), {}, NOW, repeats={"r": 3})
    assert [slot.key for slot in walk.asked if slot.question.kind == "text"] == ["a#1", "a#2"]


def test_repeats_stand_in_each_other() -> None:
    rows = (
        "integer | so | Mấy con? | ",
        "begin repeat | con | Con | ${so}",
        "text | ten | Tên? | ",
        "begin_repeat | ban | Bạn | ",
        "text | ten_ban | Tên bạn? | ",
        "end repeat | | | ",
        "end_repeat | | | ",
    )
    form = read(table("type | name | label | repeat_count", *rows))
    child, friend = form.groups
    assert (child.path, child.repeat, child.count) == (("con",), True, "/data/so")
    assert (friend.path, friend.repeat, friend.count) == (("con", "ban"), True, "")
    assert [question.place for question in form.questions] == [("so",), ("con", "ten"), ("con", "ban", "ten_ban")]


def test_every_language_is_a_form_of_its_own() -> None:
    survey = table(
        "type | name | label::English (en) | label::Tiếng Việt (vi) | hint::English (en) | relevant",
        "select_one co | a | Yes or no? | Có không? | Say it | ",
        "text | b | Why? | | | ${a} = 'co'",
    )
    choices = (
        "| choices |\n| | list_name | name | label::English (en) | label::Tiếng Việt (vi) |\n| | co | co | Yes | Có |\n"
    )
    form = read_form("thu", f"| survey |\n{survey}{choices}".encode(), ".md")
    assert (form.language, list(form.translations)) == ("Tiếng Việt (vi)", ["English (en)", "Tiếng Việt (vi)"])
    english = form.translations["English (en)"]
    assert [question.label for question in form.questions] == ["Có không?", "Why?"]
    assert [question.label for question in english.questions] == ["Yes or no?", "Why?"]
    assert (form.questions[0].options[0].label, english.questions[0].options[0].label) == ("Có", "Yes")
    assert english.sha == form.sha
    assert [question.relevant for question in english.questions] == [question.relevant for question in form.questions]


def test_only_tables_that_a_formula_reads_are_carried() -> None:
    survey = table(
        "type | name | label | calculation",
        "select_one co | a | A? | ",
        "calculate | nghe | | pulldata('trades', 'label', 'name', 'may')",
    )
    lists = f"| choices |\n| | list_name | name | label | kind |\n{LIST}"
    files = {**TRADES, "khac.csv": b"name,label\nx,X\n"}
    form = read_form("thu", f"| survey |\n{survey}{lists}".encode(), ".md", files)
    assert set(form.tables) == {"trades"}
    assert Walk(form, {}, NOW).submission == {"nghe": "May"}
    wrong = survey.replace("'label'", "'ten'").replace("'trades'", "'nghề'", 0)
    with pytest.raises(FormError, match="không có cột «ten»"):
        read_form("thu", f"| survey |\n{wrong}{lists}".encode(), ".md", files)


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [
        ("", ("1", "10", "1")),
        ("start=0 end=2 step=0.5", ("0", "2", "0.5")),
        ("start=0;end=5", ("0", "5", "1")),
        ("start=10 end=1 step=-4", ("2", "10", "4")),
    ],
)
def test_a_range_has_its_limits(parameters: str, kept: tuple[str, str, str]) -> None:
    question = one(read(table("type | name | label | parameters", f"range | a | A? | {parameters}")))
    assert tuple(question.parameters[name] for name in ("start", "end", "step")) == kept


@pytest.mark.parametrize(
    "parameters", ["start=một", "start=5 end=5", "step=0", "end=nan", "end=1e99", "end=2 step=5", "start 5", "foo=1"]
)
def test_a_range_that_is_none(parameters: str) -> None:
    assert places(refused(table("type | name | label | parameters", f"range | a | A? | {parameters}"))) == [
        ("survey", 2, "parameters")
    ]


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        ("select_one co", "randomize=yes", "randomize phải là true hoặc false"),
        ("select_one co", "seed=4", "seed chỉ dùng kèm randomize=true"),
        ("select_one co", "randomize=true seed=abc", "seed phải là một số"),
        ("select_one co", "randomize=true seed=${x}", "Không có câu hỏi nào tên “x”"),
        ("select_one co", "value=ma", "không có tham số «value», chỉ có: randomize, seed"),
        ("text", "rows=nhiều", "rows phải là một số"),
    ],
)
def test_parameters_that_are_none(kind: str, parameters: str, message: str) -> None:
    error = refused(table("type | name | label | parameters", f"{kind} | a | A? | {parameters}"), LIST)
    assert places(error) == [("survey", 2, "parameters")]
    assert message in str(error)


def test_parameters_without_a_meaning_here_are_let_through() -> None:
    columns = "type | name | label | parameters"
    form = read(table(columns, "integer | a | A? | foo=bar", "image | b | B? | max-pixels=640 app=a.b"))
    assert form.by_name["b"].parameters == {"max-pixels": "640", "app": "a.b"}


def test_a_picture_must_be_attached() -> None:
    survey = table("type | name | label | media::image", "text | a | A? | may.png")
    assert places(refused(survey)) == [("survey", 2, "image")]
    form = read_form("thu", f"| survey |\n{survey}".encode(), ".md", {"may.png": b"png"})
    assert one(form).image == "may.png"


def test_one_workbook_under_two_names_is_two_versions() -> None:
    source = f"| survey |\n{HEAD}{FINE}".encode()
    assert read_form("mot", source, ".md").sha != read_form("hai", source, ".md").sha
