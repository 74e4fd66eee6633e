"""Lists as offices have them: read row by row, whatever stands above, between and below."""

import csv
import io
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import which
from unicodedata import normalize

import openpyxl
import pytest

from content.lists import opening
from content.lists.cells import phones, tax_code
from content.lists.legacy import encoding_of, from_tcvn3, from_vni
from content.lists.marking import marked
from content.lists.opening import open_list
from content.lists.reading import List, read_list
from content.lists.recognising import corrected, recognise
from content.paper.cells import Unreadable
from content.paper.filled import CellMistake, WorkbookRefused
from conversation.catalog import Library
from tests.lists import MERGED, TITLE, office_list, typed_in_vni, typed_in_vntime, workbook
from tests.office import NOW

HEADER = ("STT", "Tên cơ sở", "Xã", "Điện thoại")


def read(library: Library, source: bytes) -> List:
    book = open_list(source)
    return read_list(book, recognise(book, {}), library.forms["profile"], library.places, NOW)


@pytest.mark.parametrize("typed", [str, typed_in_vntime, typed_in_vni], ids=["unicode", "tcvn3", "vni"])
def test_a_list_is_read_with_all_that_stands_around_it(library: Library, typed: Callable[[str], str]) -> None:
    found = read(library, office_list(typed))
    assert (found.layout.sheet, found.layout.first, found.layout.header) == ("DS 2025", 4, 5)
    name = library.places.name_of
    told = [
        (row.row, row.facts["business_name"], row.facts["hamlet"], name(row.facts["commune"]), row.facts.get("phone"))
        for row in found.rows
    ]
    assert told == [
        (9, "Cơ sở mộc Lan", "Thôn 3", "Xã Bắc Lý", "0912345678"),
        (10, "HTX thêu ren", "Xóm Chùa", "Xã Bắc Lý", "0912345679"),
        (12, "Xưởng may Hòa", "Tổ 5", "Xã Nhân Hà", "02263851234"),
        (15, "Công ty Dệt Hà", "Tổ 5", "Phường Châu Sơn", None),
    ]
    lan, theu, may, _ = (row.facts for row in found.rows)
    assert (lan["tax_code"], lan["trade"], lan["trade_other"], lan["workers"]) == (
        "0700123456",
        "other",
        "Mộc dân dụng",
        "12",
    )
    assert (theu["workers"], theu["other_phones"], theu["trade"]) == ("15", "0987654321", "embroidery_lace")
    assert may["other_phones"] == "0912345670"
    assert [(one.cell, one.message[:12]) for one in found.mistakes] == [
        ("H12", "Cần ghi bằng"),
        ("F15", "Số này có 5 "),
    ]
    assert [(one.row, one.why) for one in found.skipped] == [
        (6, "numbering"),
        (7, "section"),
        (8, "section"),
        (11, "section"),
        (13, "total"),
        (14, "section"),
        (16, "total"),
        (18, "below"),
        (19, "below"),
    ]
    assert [len(found.right), len(found.usable)] == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_whichever_page_it_was_saved(library: Library, encoding: str, delimiter: str) -> None:
    text = io.StringIO()
    rows = [(TITLE,), HEADER, (1, "Mây tre Hạnh", "Xã Bắc Lý", "912345678"), (2, "Dệt Hòa", "Xã Nhân Hà", "")]
    csv.writer(text, delimiter=delimiter).writerows(rows)
    said = text.getvalue()
    if encoding == "cp1258":
        said = "".join(map(_as_1258, said))
    found = read(library, said.encode(encoding))
    assert [row.facts["business_name"] for row in found.rows] == ["Mây tre Hạnh", "Dệt Hòa"]
    assert found.rows[0].facts["phone"] == "0912345678"


def _as_1258(letter: str) -> str:
    """Return a letter as Windows-1258 writes it: the vowel whole, its tone apart."""
    decomposed = normalize("NFD", letter)
    tones = [mark for mark in decomposed[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"]
    return normalize("NFC", "".join(one for one in decomposed if one not in tones)) + "".join(tones)


def test_a_csv_typed_for_an_old_font_is_put_right(library: Library) -> None:
    lines = "\n".join(",".join(row) for row in (HEADER, ("1", "Cơ sở mộc Lan", "Xã Bắc Lý", "0912345678")))
    found = read(library, typed_in_vntime(lines).encode("latin-1"))
    assert found.rows[0].facts["business_name"] == "Cơ sở mộc Lan"


def test_one_spoilt_byte_spoils_one_letter(library: Library) -> None:
    lines = "\n".join(",".join(row) for row in (HEADER, ("1", "Cơ sở mộc Lan", "Xã Bắc Lý", "0912345678")))
    [row] = read(library, lines.encode().replace(b"Lan", b"L\xffn")).rows
    assert row.facts["business_name"].startswith("Cơ sở mộc L")
    assert row.facts["commune"] == "13579"


@pytest.mark.office
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice Calc is not installed")
def test_an_xls_is_read_as_the_xlsx_it_was(library: Library, tmp_path: Path) -> None:
    (tmp_path / "ds.xlsx").write_bytes(office_list(typed_in_vntime))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xls", "--outdir", str(tmp_path), str(tmp_path / "ds.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    source = (tmp_path / "ds.xls").read_bytes()
    saved, was = read(library, source), read(library, office_list(typed_in_vntime))
    assert (saved.rows, saved.mistakes, saved.skipped) == (was.rows, was.mistakes, was.skipped)
    page = openpyxl.load_workbook(io.BytesIO(marked(source, saved.mistakes)))["DS 2025"]
    assert page["H12"].comment is not None


def test_a_name_merged_over_rows_is_one_establishment(library: Library) -> None:
    rows = [HEADER, (1, "Mây tre Hạnh", "Xã Bắc Lý", "0912345678"), (None, None, None, "0987654321")]
    found = read(library, workbook(rows, ("A2:A3", "B2:B3")))
    [row] = found.rows
    assert (row.facts["phone"], row.facts["other_phones"]) == ("0912345678", "0987654321")


def test_a_commune_merged_over_rows_is_that_of_each(library: Library) -> None:
    rows = [HEADER, (1, "Mây tre Hạnh", "Xã Bắc Lý", ""), (2, "Dệt Hòa", None, "")]
    found = read(library, workbook(rows, ("C2:C3",)))
    assert [library.places.name_of(row.facts["commune"]) for row in found.rows] == ["Xã Bắc Lý"] * 2


def test_a_formula_says_what_it_came_to(library: Library) -> None:
    source = workbook([HEADER, (1, "Mây tre Hạnh", "Xã Bắc Lý", "=B9")])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part).replace(b"<f>B9</f><v />", b"<f>B9</f><v>912345678</v>")
            new.writestr(part, text.replace(b"<f>B9</f><v></v>", b"<f>B9</f><v>912345678</v>"))
    assert read(library, out.getvalue()).rows[0].facts["phone"] == "0912345678"


def test_staff_say_which_row_and_column_is_what(library: Library) -> None:
    rows = [("Bảng kê",), ("A", "B", "C"), ("Mây tre Hạnh", "Xã Bắc Lý", "0912345678")]
    book = open_list(workbook(rows))
    layout = corrected(recognise(book, {}, "DS 2025", 2), {0: "business_name", 1: "commune", 2: "phone"})
    found = read_list(book, layout, library.forms["profile"], library.places, NOW)
    assert found.rows[0].facts == {"business_name": "Mây tre Hạnh", "commune": "13579", "phone": "0912345678"}
    with pytest.raises(WorkbookRefused, match="hai cột cùng là «Tên cơ sở»"):
        corrected(layout, {0: "business_name", 1: "business_name"})


def test_the_office_s_own_headings_are_known(library: Library) -> None:
    book = open_list(workbook([("Biển hiệu", "Nơi ở", "Tên gọi"), ("Mây tre Hạnh", "Xã Bắc Lý", "x")]))
    known = {"bien hieu": "business_name", "noi o": "commune", "ten goi": ""}
    assert recognise(book, known).fields == {0: "business_name", 1: "commune"}


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (912345678, ["0912345678"]),
        (84912345678.0, ["0912345678"]),
        ("912345678", ["0912345678"]),
        ("0912.345.678 - 0987.654.321", ["0912345678", "0987654321"]),
        ("0912345678\n0987654321", ["0912345678", "0987654321"]),
        ("912345678/987654321", ["0912345678", "0987654321"]),
        ("(0226) 3 851 234", ["02263851234"]),
    ],
)
def test_telephones_of_a_cell(cell: object, found: Sequence[str]) -> None:
    assert list(phones(cell)) == found


@pytest.mark.parametrize(("cell", "code"), [(700123456, "0700123456"), ("0700123456-001", "0700123456001")])
def test_a_tax_code_gets_its_zero_back(cell: object, code: str) -> None:
    assert tax_code(cell) == code
    with pytest.raises(Unreadable, match="10 chữ số"):
        tax_code("12345")


def test_old_fonts_are_told_apart() -> None:
    assert [encoding_of(text) for text in ("C¬ së", "Cô sôû", "Cơ sở", "Hà Nam", "Ha Nam")] == [
        "tcvn3",
        "vni",
        "",
        None,
        None,
    ]
    assert from_tcvn3("DANH S¸CH C¬ Së, §èC") == "DANH SÁCH Cơ Sở, ĐỐC"
    assert from_vni("Coâng ty TNHH Deät may Hoøa Maïc") == "Công ty TNHH Dệt may Hòa Mạc"


def test_the_wrong_cells_are_marked_in_the_same_file(library: Library) -> None:
    source = office_list()
    mistakes = read(library, source).mistakes
    page = openpyxl.load_workbook(io.BytesIO(marked(source, mistakes)))["DS 2025"]
    assert page["B9"].value == "Cơ sở mộc Lan"
    assert {str(one) for one in page.merged_cells.ranges} == set(MERGED)
    assert page["F15"].comment is not None
    assert "5 chữ số" in page["F15"].comment.text
    assert page["F15"].fill.fgColor.rgb == "FFF2A8A0"
    assert page["F10"].comment is None


def test_what_was_typed_in_a_csv_stays_text_when_it_is_marked() -> None:
    source = b'Ten co so,Xa\n"=HYPERLINK(""http://x"")",Bac Ly\n'
    page = openpyxl.load_workbook(io.BytesIO(marked(source, [CellMistake("CSV", "A2", "Sai")])))["CSV"]
    assert (page["A2"].data_type, page["A2"].value) == ("s", '=HYPERLINK("http://x")')


def _swollen() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (opening.MOST_UNPACKED + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "không có dòng nào"),
        (b"PK\x03\x04 no zip", "Không đọc được"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no workbook", "mật khẩu"),
        (b"<html><table><tr><td>STT</td></tr></table></html>", "trang web"),
        (b"a" * (opening.MOST_BYTES + 1), "20 MB"),
        (b"\x00\x01\x02\x03,\x00\x00", "Không đọc được"),
    ],
)
def test_what_is_no_list_is_refused_kindly(source: bytes, words: str) -> None:
    with pytest.raises(WorkbookRefused, match=words):
        open_list(source)


def test_a_file_that_swells_is_refused_before_it_is_opened() -> None:
    with pytest.raises(WorkbookRefused, match="quá lớn"):
        open_list(_swollen())


def test_a_million_columns_and_empty_rows_without_end_are_not_read(library: Library) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (HEADER, (1, "Mây tre Hạnh", "Xã Bắc Lý", "0912345678")):
        page.append(list(row))
    page["XFD2"] = "x"
    page["A1048576"] = "x"
    file = io.BytesIO()
    book.save(file)
    found = read(library, file.getvalue())
    assert [row.facts["business_name"] for row in found.rows] == ["Mây tre Hạnh"]


def test_too_many_rows_are_refused(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_ROWS", 50)
    rows = [HEADER, *((n, f"Mộc {n}", "Xã Bắc Lý", "") for n in range(1, 120))]
    with pytest.raises(WorkbookRefused, match="chia ra mấy tệp"):
        read(library, workbook(rows))
