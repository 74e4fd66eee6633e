"""Forms by people who live in Excel: Vietnamese sheets, headings, types and conditions, an XLSForm underneath."""

import csv
import io
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from unicodedata import normalize

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.commands.forms import app
from content.library import FormSource, shipped_forms
from content.sheets import marked
from content.template import GUIDE_TITLE, write_template, write_xlsform
from content.vietnamese.conditions import amount, condition
from content.vietnamese.example import ANSWERS, GUIDE, QUESTIONS
from content.vietnamese.headings import COLUMNS
from content.vietnamese.kinds import KINDS
from content.vietnamese.words import Asked, NotUnderstood, Vocabulary, options_of, phrases_of
from content.xlsform import FormError, read_form
from conversation.answer_sheet import AnswerSheet
from conversation.catalog import Library
from conversation.expressions import expression
from conversation.form import Form, Question
from conversation.rehearsal import Rehearsal
from conversation.walk import Walk
from handlers import FLOWS

Row = Mapping[str, object]
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NEEDS = options_of((("mua_may", "Mua máy"), ("day_nghe", "Dạy nghề cho thợ"), ("khac", "Khác (ghi rõ)")), other=False)
FORMS = options_of(
    (("ho", "Hộ kinh doanh"), ("cong_ty", "Công ty, doanh nghiệp tư nhân"), ("3a", "Loại 3a")), other=True
)
YES_NO = options_of((("co", "Có"), ("khong", "Không"), ("khong_biet", "Không biết")), other=False)
QUESTIONS_ASKED = (
    Asked("nhu_cau", "select_multiple", NEEDS),
    Asked("loai", "select_one", FORMS),
    Asked("so_tho", "integer"),
    Asked("tho_thoi_vu", "integer"),
    Asked("gia", "integer"),
    Asked("ten", "text"),
    Asked("ngay", "date"),
    Asked("vay", "select_one", YES_NO),
    Asked("nghe", "select_one"),
    Asked("tinh_o", "select_one"),
)
VOCABULARY = Vocabulary(
    {one.name: one for one in QUESTIONS_ASKED},
    phrases_of(
        ((one.name, one.name) for one in QUESTIONS_ASKED),
        (("Số người làm", "so_tho"), ("Giá máy", "gia"), ("Hai câu", "gia"), ("Hai câu", "ten")),
    ),
)
HERE = Asked("here", "integer")


def xlsx(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def survey(*rows: Mapping[str, object], choices: Sequence[Sequence[object]] = (), **titles: str) -> bytes:
    """Return a workbook of these questions, their cells by heading."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    sheets: dict[str, Sequence[Sequence[object]]] = {
        titles.get("survey", "Câu hỏi"): [headings, *([row.get(heading) for heading in headings] for row in rows)]
    }
    if choices:
        sheets["Đáp án"] = [["danh sách", "mã", "đáp án"], *choices]
    return xlsx(sheets)


def one(source: bytes) -> Question:
    (question,) = read_form("thu", source, ".xlsx").questions
    return question


def refused(source: bytes, suffix: str = ".xlsx") -> list[str]:
    with pytest.raises(FormError) as error:
        read_form("thu", source, suffix)
    return str(error.value).splitlines()


def template() -> bytes:
    file = io.BytesIO()
    write_template(file)
    return file.getvalue()


def as_xlsform(source: bytes, suffix: str) -> bytes:
    file = io.BytesIO()
    write_xlsform(source, suffix, file)
    return file.getvalue()


def same(form: Form, other: Form) -> bool:
    parts = ("title", "version", "prefix", "questions", "groups", "tables", "language")
    return all(getattr(form, part) == getattr(other, part) for part in parts)


# The template


def test_the_template_is_a_form_that_can_be_walked(library: Library) -> None:
    form = read_form("mau", template(), ".xlsx")
    assert [question.row for question in form.questions if question.asked][:3] == [3, 4, 5]
    rehearsal = Rehearsal(form, library, FLOWS, NOW)
    answers = {
        "ten_co_so": "Cơ sở mộc Lan",
        "xa": "phường Phù Vân",
        "loai_hinh": "1",
        "so_tho": "8",
        "nhu_cau": "1,2",
        "ten_may": "máy bào",
        "gia_may": "400 triệu",
        "so_hoc": ["9", "2"],
        "ngay_hoc": "20/12/2026",
        "dien_thoai": "0912345678",
    }
    AnswerSheet(answers).walk(rehearsal, lambda said, replies: None)
    assert rehearsal.submitted is not None
    assert rehearsal.submitted["nhu_cau"] == "mua_may day_nghe"
    assert rehearsal.submitted["gia_may"] == 400_000_000


def test_the_template_has_drop_downs_comments_and_a_guide() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template()))
    assert book.sheetnames[:4] == ["Câu hỏi", "Đáp án", "Cài đặt", GUIDE_TITLE]
    page = book["Câu hỏi"]
    headings = [cell.value for cell in page[1]]
    assert headings == list(COLUMNS["survey"])
    assert all(cell.comment for title in book.sheetnames[:3] for cell in book[title][1])
    with_lists = {headings[next(iter(rule.sqref.ranges)).min_col - 1] for rule in page.data_validations.dataValidation}
    assert with_lists == {"loại câu", "bắt buộc", "đáp án", "chỉ hỏi khi", "công thức", "số lần lặp"}
    lists = book["Danh mục"]
    assert lists.sheet_state == "hidden"
    assert [cell.value for cell in lists["A"][: len(KINDS)]] == list(KINDS)


def test_conditions_to_pick_in_the_template_are_understood() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template()), data_only=True)
    picked = [cell.value for cell in book["Danh mục"]["C"] if cell.value]
    assert "nhu_cau có mua_may" in picked
    for words in picked:
        rows = [*QUESTIONS, {"loại câu": "chữ", "tên": "cuoi", "câu hỏi": "Cuối?", "chỉ hỏi khi": words}]
        choices = [[cell.value for cell in row] for row in book["Đáp án"].iter_rows(min_row=2)]
        assert read_form("thu", survey(*rows, choices=choices), ".xlsx").by_name["cuoi"].relevant


@pytest.mark.parametrize("words", [words for words, _ in dict(GUIDE)["Viết điều kiện"]])
def test_what_the_guide_shows_is_understood(words: str) -> None:
    rows = [dict(row) for row in QUESTIONS]
    if words.startswith(("từ", "không quá", "dài")):
        kind = "chọn nhiều" if "mục" in words else "tên cơ sở" if "dài" in words else "số nguyên"
        next(row for row in rows if row["loại câu"] == kind)["điều kiện"] = words
    else:
        rows.append({"loại câu": "chữ", "câu hỏi": "Cuối?", "chỉ hỏi khi": words})
    assert read_form("thu", survey(*rows, choices=[tuple(row.values()) for row in ANSWERS]), ".xlsx").questions


def test_a_form_in_words_is_the_same_form_as_its_xlsform() -> None:
    source = template()
    plain = as_xlsform(source, ".xlsx")
    assert same(read_form("mau", source, ".xlsx"), read_form("mau", plain, ".xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(plain))
    assert book.sheetnames == ["survey", "choices", "settings"]
    assert [cell.value for cell in book["survey"][1]][:2] == ["type", "label"]


@pytest.mark.parametrize("source", shipped_forms(), ids=lambda source: source.name)
def test_any_form_is_written_as_the_same_xlsform(source: FormSource) -> None:
    plain = as_xlsform(source.source, source.suffix)
    assert same(source.read(), read_form(source.name, plain, ".xlsx", source.files))


def test_the_commands_write_both(tmp_path: Path) -> None:
    words, plain = tmp_path / "mau.xlsx", tmp_path / "plain.xlsx"
    runner = CliRunner()
    assert runner.invoke(app, ["template", str(words)]).exit_code == 0
    assert runner.invoke(app, ["xlsform", str(words), str(plain)]).exit_code == 0
    assert read_form("mau", plain.read_bytes(), ".xlsx").title == "Phiếu mẫu: nhu cầu của xưởng"


# Sheets, columns, types


@pytest.mark.parametrize("words", sorted(KINDS))
def test_every_word_for_a_type(words: str) -> None:
    kind = KINDS[words]
    opening = {"nhóm": "hết nhóm", "lặp": "hết lặp", "hết nhóm": "nhóm", "hết lặp": "lặp"}.get(words)
    row = {"loại câu": words.upper(), "tên": "q", "câu hỏi": "Hỏi?", "đáp án": None, "công thức": None}
    choices = [["ds", "a", "A"], ["ds", "b", "B"]]
    if kind.type in {"select_one", "select_multiple", "rank"}:
        row["đáp án"] = "ds"
    if kind.type == "calculate":
        row["công thức"] = "1 + 2"
    if opening:
        first, last = (words, opening) if words in {"nhóm", "lặp"} else (opening, words)
        rows: list[Row] = [row | {"loại câu": first}, {"loại câu": "chữ", "câu hỏi": "Trong nhóm?"}, {"loại câu": last}]
        (group,) = read_form("thu", survey(*rows), ".xlsx").groups
        assert (group.path, group.repeat) == (("q",), "lặp" in first)
        return
    end = {"loại câu": "chữ", "tên": "cuoi", "câu hỏi": "Cuối?"}
    question = read_form("thu", survey(row, end, choices=choices), ".xlsx").by_name["q"]
    assert question.kind == kind.type
    assert question.appearance == frozenset(kind.appearance.split())
    assert bool(question.option("other")) is kind.other


def test_a_heading_needs_no_tones_and_xlsform_s_words_are_taken_too() -> None:
    rows: list[Row] = [
        {"LOAI CAU": "select_one ds", "Tên": "a", "label": "A?", "Bắt  buộc": "x", "hint": "Gợi"},
        {"LOAI CAU": "so nguyen", "Tên": "b", "label": "B?", "Bắt  buộc": "${a} = 'm'", "hint": None},
    ]
    form = read_form("thu", survey(*rows, choices=[["ds", "m", "Một"]], survey="CAU HOI"), ".xlsx")
    assert [(one.kind, one.required, one.hint) for one in form.questions] == [
        ("select_one", "true()", "Gợi"),
        ("integer", "/data/a  = 'm'", ""),
    ]


def test_names_and_codes_are_made_from_words() -> None:
    rows: list[Row] = [
        {"loại câu": "chữ", "câu hỏi": "Tên xưởng?", "tên ngắn": None, "tên": None, "đáp án": None},
        {"loại câu": "chữ", "câu hỏi": "Xưởng tên là gì?", "tên ngắn": "Tên xưởng"},
        {"loại câu": "chữ", "câu hỏi": "12 tháng tới làm gì?"},
        {"loại câu": "chữ", "câu hỏi": "Có ${Số thợ} thợ?", "tên": "Số thợ"},
        {"loại câu": "chọn một", "câu hỏi": "Chọn?", "tên": "c", "đáp án": "Loại hình"},
    ]
    choices = [["Loại hình", None, "Hộ kinh doanh"], [None, None, "Hộ, kinh doanh"], [None, "x", "X"]]
    form = read_form("thu", survey(*rows, choices=choices), ".xlsx")
    assert list(form.by_name) == ["ten_xuong", "ten_xuong_2", "c_12_thang_toi_lam_gi", "so_tho", "c"]
    assert form.by_name["so_tho"].label == "Có ${so_tho} thợ?"
    assert [option.value for option in form.by_name["c"].options] == ["ho_kinh_doanh", "ho_kinh_doanh_2", "x"]


def test_a_scale_a_default_a_filter_and_several_languages() -> None:
    rows: list[Row] = [
        {"loại câu": "thang điểm", "tên": "diem", "câu hỏi": "Mấy điểm?", "đáp án": "1 đến 5"},
        {"loại câu": "chọn một", "tên": "tinh_o", "câu hỏi": "Tỉnh?", "đáp án": "tinh", "mặc định": "Hà Nội"},
        {"loại câu": "chọn một", "tên": "xa", "câu hỏi": "Xã?", "đáp án": "xa", "lọc đáp án": "tỉnh = tinh_o"},
        {"loại câu": "ngày", "tên": "ngay", "câu hỏi": "Ngày?", "mặc định": "hôm nay"},
    ]
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    source = xlsx(
        {
            "Câu hỏi": [
                [*headings, "câu hỏi::English"],
                *([*(row.get(heading) for heading in headings), "In English?"] for row in rows),
            ],
            "Đáp án": [
                ["danh sách", "mã", "đáp án", "tỉnh"],
                ["tinh", "hn", "Hà Nội", None],
                ["xa", "nd", "Nghĩa Đô", "hn"],
            ],
        }
    )
    form = read_form("thu", source, ".xlsx")
    assert form.by_name["diem"].parameters == {"start": "1", "end": "5", "step": "1"}
    assert form.by_name["tinh_o"].default == "'hn'"
    assert form.by_name["xa"].choice_filter == "tinh =  /data/tinh_o"
    assert form.by_name["ngay"].default == "today()"
    assert form.in_language("English").by_name["xa"].label == "In English?"


@pytest.mark.parametrize(
    ("words", "parameters"),
    {"1-5": "1 5 1", "-5 đến 5": "-5 5 1", "từ 0 đến 10, bước 2": "0 10 2", "0,5 đến 3": "0.5 3 1"}.items(),
)
def test_a_scale_in_words(words: str, parameters: str) -> None:
    read = one(survey({"loại câu": "thang điểm", "câu hỏi": "Mấy điểm?", "đáp án": words})).parameters
    assert " ".join(read[name] for name in ("start", "end", "step")) == parameters


@pytest.mark.parametrize("words", ["5 đến 1", "1 đến 5, bước 9", "năm"])
def test_a_scale_that_is_none_is_told_at_its_cell(words: str) -> None:
    (told,) = refused(survey({"loại câu": "thang điểm", "câu hỏi": "Mấy điểm?", "đáp án": words}))
    assert told.startswith("thu:Câu hỏi:2:đáp án: ")
    assert told.endswith("ví dụ: 1 đến 5")


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        ("ngày", "20/11/2026", "2026-11-20"),
        ("ngày", datetime.fromisoformat("2026-11-20"), "2026-11-20"),
        ("ngày", "hôm nay", "2026-11-24"),
        ("ngày", "hôm nay - 1", "2026-11-23"),
        ("tiền", "400 triệu", "400000000"),
        ("int", "5.000", "5000"),
        ("số thập phân", "1,5", "1.5"),
        ("năm", "năm nay", "2026"),
        ("giờ", "7 giờ 30", "07:30:00.000+07:00"),
        ("ngày giờ", datetime.fromisoformat("2026-11-20T07:30"), "2026-11-20T07:30:00.000+07:00"),
        ("chọn một", "Hàn, tiện", "a"),
        ("chọn nhiều", "Hàn, tiện", "a"),
        ("chọn nhiều", "Hàn, tiện; May", "a b"),
        ("select one from ds", "May", "b"),
        ("chữ", "Hà Nam - Ninh Bình", "Hà Nam - Ninh Bình"),
        ("chữ", "hôm nay", "hôm nay"),
    ],
)
def test_a_default_in_words_is_what_the_question_begins_with(
    kind: str, words: object, value: str, library: Library
) -> None:
    listed = "ds" if kind.startswith("chọn") else None
    row: Row = {"loại câu": kind, "tên": "q", "câu hỏi": "Hỏi?", "đáp án": listed, "mặc định": words}
    form = read_form("thu", survey(row, choices=[["ds", "a", "Hàn, tiện"], ["ds", "b", "May"]]), ".xlsx")
    walk = Walk(form, {}, NOW)
    assert walk.value(walk.asked[0]) == value


@pytest.mark.parametrize(
    ("kind", "words", "example"),
    [
        ("ngày", "31/02/2026", "ví dụ: hôm nay hoặc 20/11/2026"),
        ("số nguyên", "nhiều", "ví dụ: 5 hoặc 400 triệu"),
        ("giờ", "lúc nào cũng được", "ví dụ: 7 giờ 30"),
        ("chọn một", "Xây", "có: a"),
    ],
)
def test_a_default_that_is_none_is_told_at_its_cell(kind: str, words: str, example: str) -> None:
    row: Row = {"loại câu": kind, "câu hỏi": "Hỏi?", "đáp án": "ds" if kind == "chọn một" else None, "mặc định": words}
    (told,) = refused(survey(row, choices=[["ds", "a", "Hàn"]]))
    assert told.startswith("thu:Câu hỏi:2:mặc định: ")
    assert told.endswith(example)


def test_a_table_is_attached_and_repeats_are_counted() -> None:
    rows: list[Row] = [
        {"loại câu": "số nguyên", "tên": "so_may", "câu hỏi": "Mấy máy?"},
        {"loại câu": "lặp", "tên": "may", "câu hỏi": "Máy", "số lần lặp": "so_may"},
        {"loại câu": "chọn một", "tên": "nghe", "câu hỏi": "Nghề?", "đáp án": "trades.csv"},
        {"loại câu": "hết lặp"},
    ]
    form = read_form("thu", survey(*rows), ".xlsx", {"trades.csv": b"name,label\nmay,May\n"})
    assert form.groups[0].count == "/data/so_may"
    assert form.by_name["nghe"].option("may")


def test_the_same_form_from_a_csv() -> None:
    rows = [["Câu hỏi"], ["", "loại câu", "tên", "câu hỏi"], ["", "tiền", "gia", "Giá?"]]
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    (question,) = read_form("thu", file.getvalue().encode("utf-8-sig"), ".csv").questions
    assert (question.kind, question.appearance) == ("integer", frozenset({"kc-money"}))


@pytest.mark.office
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice Calc is not installed")
@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_what_libreoffice_saved_of_the_template_is_the_same_form(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "mau.xlsx").write_bytes(template())
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", suffix[1:], "--outdir", str(tmp_path / "saved"), str(tmp_path / "mau.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    saved = (tmp_path / "saved" / f"mau{suffix}").read_bytes()
    assert same(read_form("mau", saved, suffix), read_form("mau", template(), ".xlsx"))


# Conditions

CONDITIONS = {
    "nhu_cau có mua_may": "selected(${nhu_cau}, 'mua_may')",
    "Nhu Cầu CÓ Mua máy": "selected(${nhu_cau}, 'mua_may')",
    "nhu cau co day nghe cho tho": "selected(${nhu_cau}, 'day_nghe')",
    "nhu_cau có Khác (ghi rõ)": "selected(${nhu_cau}, 'khac')",
    "nhu_cau có «Mua máy»": "selected(${nhu_cau}, 'mua_may')",
    "nhu_cau không có mua_may": "not(selected(${nhu_cau}, 'mua_may'))",
    "nhu_cau có mua_may hoặc day_nghe": "selected(${nhu_cau}, 'mua_may') or selected(${nhu_cau}, 'day_nghe')",
    "nhu_cau có mua_may và có day_nghe": "selected(${nhu_cau}, 'mua_may') and selected(${nhu_cau}, 'day_nghe')",
    "nhu_cau đúng 2 mục": "count-selected(${nhu_cau}) = 2",
    "nhu_cau >= 2": "count-selected(${nhu_cau}) >= 2",
    "nhu_cau trống": "${nhu_cau} = ''",
    "ten không trống": "${ten} != ''",
    "so_tho >= 10": "${so_tho} >= 10",
    "Số người làm >= 10": "${so_tho} >= 10",
    "so_tho ≥ 1.000 người": "${so_tho} >= 1000",
    "gia > 1,5 tỷ": "${gia} > 1500000000",
    "giá máy từ 500 triệu trở lên": "${gia} >= 500000000",
    "so_tho từ 1 đến 20": "${so_tho} >= 1 and ${so_tho} <= 20",
    "so_tho nhiều hơn tho_thoi_vu": "${so_tho} > ${tho_thoi_vu}",
    "so_tho + tho_thoi_vu > 2 * (gia - 1)": "${so_tho} + ${tho_thoi_vu} > 2 * (${gia} - 1)",
    "10 <= so_tho": "10 <= ${so_tho}",
    "loai = Hộ kinh doanh": "${loai} = 'ho'",
    "loai là Công ty, doanh nghiệp tư nhân": "${loai} = 'cong_ty'",
    "loai là ho hoặc cong_ty": "${loai} = 'ho' or ${loai} = 'cong_ty'",
    "loai = 3a": "${loai} = '3a'",
    "loai không phải là Khác": "${loai} != 'other'",
    "nghe = may": "${nghe} = 'may'",
    'ten = "Mộc Lan"': "${ten} = 'Mộc Lan'",
    "ten dài ít nhất 3 chữ": "string-length(${ten}) >= 3",
    "ngay >= 20/11/2026": "${ngay} >= date('2026-11-20')",
    "ngay >= hôm nay": "${ngay} >= today()",
    "so_tho < 5 hoặc so_tho > 9 và gia > 1": "${so_tho} < 5 or ${so_tho} > 9 and ${gia} > 1",
    "(so_tho < 5 hoặc > 9) và gia > 1": "(${so_tho} < 5 or ${so_tho} > 9) and ${gia} > 1",
    "không (so_tho > 9 va nhu_cau có mua_may)": "not(${so_tho} > 9 and selected(${nhu_cau}, 'mua_may'))",
    "không phải (so_tho > 9)": "not(${so_tho} > 9)",
    "nhu_cau chọn mua_may": "selected(${nhu_cau}, 'mua_may')",
    "nhu_cau gồm mua_may và không chọn khac": "selected(${nhu_cau}, 'mua_may') and not(selected(${nhu_cau}, 'khac'))",
    "nhu_cau có ít nhất 2 mục": "count-selected(${nhu_cau}) >= 2",
    "nhu_cau có từ 2 mục trở lên": "count-selected(${nhu_cau}) >= 2",
    "so_tho từ 10 người trở lên": "${so_tho} >= 10",
    "so_tho => 10": "${so_tho} >= 10",
    "so_tho không lớn hơn 10": "${so_tho} <= 10",
    "gia > 500tr hoặc < 1,5tỷ": "${gia} > 500000000 or ${gia} < 1500000000",
    "ngay > 2026-11-20": "${ngay} > date('2026-11-20')",
    "ngay = 2026-11-20 00:00:00": "${ngay} = date('2026-11-20')",
    "ngay sau 20/11/2026 và trước hôm nay": "${ngay} > date('2026-11-20') and ${ngay} < today()",
    "vay là không hoặc không biết": "${vay} = 'khong' or ${vay} = 'khong_biet'",
    "vay không phải là không": "${vay} != 'khong'",
    "nghe là gốm": "${nghe} = 'gốm'",
    "${so_tho} > 9": "${so_tho} > 9",
    "count-selected(.) < 3": "count-selected(.) < 3",
}
OF_ITSELF = {
    ">= 1 và <= 20": ". >= 1 and . <= 20",
    ". >= 1 and . <= 20": ". >= 1 and . <= 20",
    "từ 1 đến 20": ". >= 1 and . <= 20",
    "từ 1950 đến năm nay": ". >= 1950 and . <= number(format-date(today(), '%Y'))",
    "không quá so_tho": ". <= ${so_tho}",
    "lớn hơn 0": ". > 0",
    "dài không quá 120": "string-length(.) <= 120",
    "không dưới -5": ". >= -5",
    "phải lớn hơn 0": ". > 0",
    "không được quá 5": ". <= 5",
    "không sau hôm nay": ". <= today()",
    "không dài quá 120 ký tự": "string-length(.) <= 120",
}
AMOUNTS = {
    "so_tho + tho_thoi_vu": "${so_tho} + ${tho_thoi_vu}",
    "gia * 2 / so_tho": "${gia} * 2 div ${so_tho}",
    "nếu so_tho > 9 thì 1,5 không thì 0": "if(${so_tho} > 9, 1.5, 0)",
    "round(${gia} div 2)": "round(${gia} div 2)",
}
NOT_UNDERSTOOD = {
    "nhu_cua có mua_may": "không có câu hỏi nào tên «nhu_cua»; có phải «nhu_cau»",
    "nhu_cau có mua_xe": "không có đáp án «mua_xe»; có: mua_may, day_nghe, khac",
    "nhu_cau = mua_may": "câu chọn nhiều thì viết «nhu_cau có …»",
    "nhu_cau không có mua_may hoặc day_nghe": "cần viết đủ từng vế",
    "loai khác ho hoặc cong_ty": "cần viết đủ từng vế",
    "loai là ho và cong_ty": "giữa hai đáp án cần «hoặc»",
    "so_tho có mua_may": "không phải câu chọn",
    "so_tho >= 3 mục": "chỉ câu chọn nhiều",
    "so_tho >=": "còn thiếu",
    "so_tho >= 1,500": "số «1,500» chưa rõ",
    "gia >= 5t\N{LATIN SMALL LETTER DOTLESS I}": "không đọc được số",
    "so_tho >= 10 20": "không hiểu «20»",
    "(so_tho >= 10": "thiếu dấu «)»",
    "so_tho từ 1": "cần «đến …»",
    "ngay > 31/02/2026": "không có ngày «31/02/2026»",
    "hai câu > 1": "có thể là «gia» hoặc «ten»",
    ">= 10": "chưa nói về câu nào",
    "xin chào": "không có câu hỏi nào tên «xin»",
    "so_tho > " + "-" * 3000 + "1": "hai dấu trừ",
    "(" * 30 + "so_tho > 1" + ")" * 30: "lớp ngoặc",
}


@pytest.mark.parametrize(("words", "xpath"), CONDITIONS.items(), ids=CONDITIONS)
def test_a_condition_in_words(words: str, xpath: str) -> None:
    assert condition(words, VOCABULARY) == xpath


@pytest.mark.parametrize(("words", "xpath"), OF_ITSELF.items(), ids=OF_ITSELF)
def test_a_condition_of_the_question_itself(words: str, xpath: str) -> None:
    assert condition(words, VOCABULARY, HERE) == xpath


def test_a_limit_of_several_answers_counts_them() -> None:
    here = QUESTIONS_ASKED[0]
    assert condition("không quá 3 mục", VOCABULARY, here) == "count-selected(.) <= 3"
    assert condition("từ 1 đến 3", VOCABULARY, here) == "count-selected(.) >= 1 and count-selected(.) <= 3"
    assert condition("không có khac hoặc đúng 1 mục", VOCABULARY, here) == (
        "not(selected(., 'khac')) or count-selected(.) = 1"
    )


@pytest.mark.parametrize(("words", "xpath"), AMOUNTS.items(), ids=AMOUNTS)
def test_an_amount_in_words(words: str, xpath: str) -> None:
    assert amount(words, VOCABULARY) == xpath


@pytest.mark.parametrize(("words", "why"), NOT_UNDERSTOOD.items(), ids=[words[:40] for words in NOT_UNDERSTOOD])
def test_what_is_not_understood_is_told(words: str, why: str) -> None:
    with pytest.raises(NotUnderstood) as error:
        condition(words, VOCABULARY)
    assert why in str(error.value)


VOCABULARY_WORDS = ["nhu_cau", "so_tho", "có", "không", "và", "hoặc", "mua_may", "trống", ">=", "10", "(", ")", "từ"]


@given(
    st.lists(
        st.sampled_from(
            [*VOCABULARY_WORDS, "đến", "nếu", "thì", "dài", "mục", "+", "x", "'a'", "loai", "là", "hơn", "gồm"]
        )
    )
)
def test_any_words_become_a_formula_or_are_refused(words: list[str]) -> None:
    with suppress(NotUnderstood):
        xpath = condition(" ".join(words), VOCABULARY, HERE)
        assert expression(xpath.replace("${", "/data/").replace("}", ""))


@given(st.text())
def test_any_text_becomes_a_formula_or_is_refused(text: str) -> None:
    for read in (condition, amount):
        with suppress(NotUnderstood):
            assert read(text, VOCABULARY)


# Mistakes


def test_mistakes_name_the_sheet_s_own_rows_and_columns() -> None:
    rows: list[Row] = [
        {"loại câu": "chữ", "tên": "a", "Câu hỏi": "A?", "đáp án": None, "chỉ hỏi khi": None, "điều kiện": None},
        {},
        {"loại câu": "chọn mốt nhé", "tên": "b", "Câu hỏi": "B?"},
        {"loại câu": "chọn một", "tên": "c", "Câu hỏi": "C?", "đáp án": "ds2"},
        {"loại câu": "chữ", "tên": "a", "Câu hỏi": "D?", "chỉ hỏi khi": "e có x"},
        {"loại câu": "số nguyên", "tên": "f", "điều kiện": "từ 1 20"},
        {"loại câu": "nhóm", "tên": "g", "Câu hỏi": "Nhóm"},
    ]
    choices = [["ds", "a", "A"], ["ds", "b c", "B"]]
    assert refused(survey(*rows, choices=choices)) == [
        "thu:Câu hỏi:4:loại câu: không có loại câu «chọn mốt nhé»; có phải «chọn một»?",
        "thu:Câu hỏi:5:đáp án: không có danh sách «ds2»; các danh sách: ds",
        "thu:Câu hỏi:6:chỉ hỏi khi: không có câu hỏi nào tên «e»; ví dụ: nhu_cau có mua_may",
        "thu:Câu hỏi:6:tên: tên «a» đã dùng ở dòng 2",
        "thu:Câu hỏi:7:điều kiện: sau «từ …» cần «đến …», ví dụ: từ 1 đến 20; ví dụ: từ 1 đến 20",
        "thu:Câu hỏi:7:Câu hỏi: câu hỏi cần có lời",
        "thu:Câu hỏi:8:loại câu: nhóm «g» chưa đóng, cần một dòng «hết nhóm»",
    ]


def test_a_cell_that_became_a_formula_of_the_spreadsheet_is_told() -> None:
    row = {"loại câu": "chữ", "câu hỏi": "A?", "điều kiện": "#NAME?"}
    (told,) = refused(survey(row))
    assert told.startswith("thu:Câu hỏi:2:điều kiện: bảng tính coi ô này là công thức và báo «#NAME?»; viết «là»")


def test_a_type_like_no_other_is_told_with_examples() -> None:
    assert refused(survey({"loại câu": "bản đồ", "câu hỏi": "A?"})) == [
        "thu:Câu hỏi:2:loại câu: không có loại câu «bản đồ»; các loại có ở trang «Hướng dẫn», ví dụ: chữ, số nguyên"
    ]


def test_a_heading_that_is_nearly_one_is_asked_about_and_remarks_are_not() -> None:
    row = {"loại câu": "chữ", "câu hỏi": "A?", "chỉ hỏi  khj": "x", "Người sửa": "Lan"}
    assert refused(survey(row)) == ["thu:Câu hỏi:1:chỉ hỏi khj: không có cột «chỉ hỏi khj»; có phải «chỉ hỏi khi»?"]


def test_two_headings_for_one_column_are_refused() -> None:
    assert refused(survey({"loại câu": "chữ", "câu hỏi": "A?", "label": "B?"})) == [
        "thu:Câu hỏi:1:câu hỏi: cột «câu hỏi» và «label» là một"
    ]


def test_a_wrong_setting_names_the_vietnamese_column() -> None:
    source = xlsx(
        {
            "Câu hỏi": [["loại câu", "câu hỏi"], ["chữ", "A?"]],
            "Cài đặt": [["Tên phiếu", "Mã phiếu", "Phiên bản"], ["Thử", "phieu", 2]],
        }
    )
    assert refused(source) == ["thu:Cài đặt:2:Mã phiếu: cần hai chữ hoa không dấu, ví dụ: NC"]


def test_the_cells_that_are_wrong_are_marked_in_the_sheet_they_stand_in() -> None:
    source = survey({"loại câu": "chữ", "câu hỏi": "A?", "Chỉ hỏi khi": "b có c"})
    with pytest.raises(FormError) as error:
        read_form("thu", source, ".xlsx")
    (sheet,) = marked(source, ".xlsx", error.value.mistakes)
    assert (sheet.name, sheet.header) == ("Câu hỏi", ("loại câu", "câu hỏi", "Chỉ hỏi khi"))
    ((number, whole, cells),) = sheet.rows
    assert (number, whole, [bool(cell.wrong) for cell in cells]) == (2, "", [False, False, True])


def test_what_is_missing_is_told_in_the_sheet_s_own_words() -> None:
    (no_type,) = refused(survey({"câu hỏi": "A?"}))
    assert no_type.startswith("thu:Câu hỏi:1:loại câu: thiếu cột «loại câu»")
    assert refused(xlsx({"Câu hỏi": [["loại câu"]]}))[0].startswith("thu:Câu hỏi:1:")
    (no_sheet,) = refused(xlsx({"Đáp án": [["mã"]], "Tờ 1": []}))
    assert no_sheet.startswith("thu:Câu hỏi:1:: tệp cần một trang tên là «Câu hỏi»")


def test_vietnamese_sheets_stand_beside_xlsform_s_own_and_letters_are_put_together() -> None:
    heading, label = normalize("NFD", "loại câu"), normalize("NFD", "Thợ?")
    answers = [["danh sách", "mã", "đáp án"], ["ds", "a", "A"]]
    question = one(xlsx({"survey": [[heading, "câu hỏi", "đáp án"], ["chọn một", label, "ds"]], "Đáp án": answers}))
    assert (question.kind, question.name, question.label) == ("select_one", "tho", normalize("NFC", "Thợ?"))
