"""Exports: the columns an office expects, nothing alive in any cell, nothing shifted, nothing lost."""

import asyncio
import csv
import io
import subprocess
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import which

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Connection, insert

from conversation.calendar import VIETNAM
from conversation.catalog import Library
from conversation.channel import Rejected, Stopped
from conversation.form import Form, Option, Question
from conversation.records import SignUpCancelled
from db.engine import Database
from db.exports import LISTINGS, Filter, Report, Source, export
from db.exports.separated import harmless
from db.exports.workbook import sheet_name
from db.models import announcement, delivery, training_class
from db.words import reason
from tests.office import LAN, NOW, Person, a_person

ALL = Filter()
# A sheet's moments carry no zone; NOW is 9:20 in Vietnam.
MORNING = NOW.astimezone(VIETNAM).replace(tzinfo=None)
HOSTILE = '=HYPERLINK("http://xau.example","Bấm")'
INTEREST = {**LAN, "activity": "machinery", "wish": "mua máy bào bốn mặt"}
OFFICE_ORDER = [
    "STT",
    "Tên cơ sở",
    "Chủ / người liên hệ",
    "Loại hình",
    "Mã số thuế",
    "Thôn, tổ",
    "Xã cũ (như đã khai)",
    "Xã mới",
    "Số điện thoại",
    "Ngành nghề",
    "Số lao động",
]


@pytest.fixture
def exported(database: Database, library: Library) -> "Exported":
    return Exported(database, library)


class Exported:
    """Writes exports of a database whose forms are the shipped ones, and `old` versions by their hash."""

    def __init__(self, database: Database, library: Library) -> None:
        self.database = database
        self.library = library
        self.old: dict[str, Form] = {}

    async def happened(self, what: Callable[[Connection], object]) -> None:
        await self.database.write(what)

    async def file(self, name: str, suffix: str, wanted: Filter = ALL) -> bytes:
        def write(connection: Connection) -> bytes:
            held = io.BytesIO()
            source = Source(connection, self.library, lambda _, sha: self.old.get(sha))
            export(source, name, wanted, suffix, held)
            return held.getvalue()

        return await self.database.read(write)

    async def sheets(self, name: str, wanted: Filter = ALL) -> list[Worksheet]:
        book = openpyxl.load_workbook(io.BytesIO(await self.file(name, ".xlsx", wanted)))
        return [book[title] for title in book.sheetnames]

    async def sheet(self, name: str, wanted: Filter = ALL) -> Worksheet:
        (only,) = await self.sheets(name, wanted)
        return only

    async def table(self, name: str, wanted: Filter = ALL) -> list[list[str]]:
        return list(csv.reader(io.StringIO((await self.file(name, ".csv", wanted)).decode("utf-8-sig"))))


def cells(sheet: Worksheet, row: int = 2) -> dict[str, Cell]:
    """Return the cells of a row by their headings."""
    headings = [str(cell.value) for cell in sheet[1]]
    return {heading: cell for heading, cell in zip(headings, sheet[row], strict=True) if isinstance(cell, Cell)}


def an_interest(connection: Connection, library: Library, code: str = "HT-4827", name: str = "Cơ sở mộc Lan") -> Person:
    facts = {**LAN, "business_name": name}
    typed = {"commune": "chau cau phu ly", "workers": "mười hai"}
    lan = a_person(connection, code).agreed().runs(facts)
    return lan.sent(code, library.forms["interest"], {**INTEREST, "business_name": name}, typed)


async def test_registrations_come_in_the_order_an_office_keeps_them(exported: Exported, library: Library) -> None:
    await exported.happened(lambda connection: an_interest(connection, library))
    sheet = await exported.sheet("interests")
    headings = [cell.value for cell in sheet[1]]
    assert headings[: len(OFFICE_ORDER)] == OFFICE_ORDER
    assert headings[len(OFFICE_ORDER) :] == [
        "Việc cần hỗ trợ",
        "Định làm",
        "Nghề khác",
        "Tổng vốn",
        "Đề nghị hỗ trợ",
        "Vốn tự có",
        "Ngày gửi",
        "Người nhập hộ",
        "Ghi chú",
        "Mã phiếu",
        "Kênh",
        "Bước",
        "Phụ trách",
    ]
    row = {heading: cell.value for heading, cell in cells(sheet).items()}
    assert row == {
        "STT": 1,
        "Tên cơ sở": "Cơ sở mộc Lan",
        "Chủ / người liên hệ": None,
        "Loại hình": "Hộ kinh doanh",
        "Mã số thuế": None,
        "Thôn, tổ": None,
        "Xã cũ (như đã khai)": "chau cau phu ly",
        "Xã mới": "Phường Phủ Lý",
        "Số điện thoại": "0912345678",
        "Ngành nghề": "May mặc; Dệt vải, dệt lụa, khăn",
        "Số lao động": 12,
        "Việc cần hỗ trợ": "Mua máy, đổi máy mới",
        "Định làm": "mua máy bào bốn mặt",
        "Nghề khác": None,
        "Tổng vốn": None,
        "Đề nghị hỗ trợ": None,
        "Vốn tự có": None,
        "Ngày gửi": MORNING,
        "Người nhập hộ": None,
        "Ghi chú": None,
        "Mã phiếu": "HT-4827",
        "Kênh": "Telegram",
        "Bước": "Mới nhận",
        "Phụ trách": None,
    }


async def test_a_sheet_is_ready_for_the_office_printer(exported: Exported, library: Library) -> None:
    await exported.happened(lambda connection: an_interest(connection, library))
    sheet = await exported.sheet("interests")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:X2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet["A1"].font.bold
    row = cells(sheet)
    assert row["Số điện thoại"].number_format == "@"
    assert row["Số điện thoại"].data_type == "s"
    assert row["Ngày gửi"].is_date
    assert row["Ngày gửi"].number_format == "dd/mm/yyyy hh:mm"
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width


@pytest.mark.parametrize("typed", ["=1+1", HOSTILE, "+84 912", "-1", "@SUM(A1)", "＝1+1", "http://xau.example"])
async def test_what_an_owner_typed_is_never_alive(exported: Exported, library: Library, typed: str) -> None:
    await exported.happened(lambda connection: an_interest(connection, library, name=typed))
    for name in ("interests", "establishments", "contacts", "responses"):
        for sheet in await exported.sheets(name):
            assert not any(cell.data_type == "f" or cell.hyperlink for row in sheet.iter_rows() for cell in row)
    assert cells(await exported.sheet("interests"))["Tên cơ sở"].value == typed
    row = (await exported.table("interests"))[1]
    assert row[1] == (typed if typed.startswith("http") else f"'{typed}")


def test_what_a_spreadsheet_would_compute_gets_an_apostrophe() -> None:
    assert [harmless(text) for text in ("=1", " =1", "\t=1", "Mộc =1", "", "12")] == [
        "'=1",
        "' =1",
        "'\t=1",
        "Mộc =1",
        "",
        "12",
    ]


async def test_csv_says_it_is_utf_8_and_writes_days_that_every_program_reads(
    exported: Exported, library: Library
) -> None:
    await exported.happened(lambda connection: an_interest(connection, library))
    assert (await exported.file("interests", ".csv")).startswith(b"\xef\xbb\xbf")
    headings, row = await exported.table("interests")
    assert headings[:11] == OFFICE_ORDER
    assert row[headings.index("Số điện thoại")] == "0912345678"
    assert row[headings.index("Ngày gửi")] == "2026-11-24 09:20"
    assert row[headings.index("Số lao động")] == "12"


async def test_a_form_has_a_column_for_each_question_in_its_order(exported: Exported, library: Library) -> None:
    needs = library.forms["needs"]
    answers = {"needs": "machine fair", "machine": "máy bào", "machine_price": "400000000", "machine_when": "later"}
    await exported.happened(
        lambda connection: a_person(connection, "lan").sent("NC-1234", needs, {**answers, "workers": "8"})
    )
    sheet = await exported.sheet("responses", Filter(form="needs"))
    headings = [cell.value for cell in sheet[1]]
    assert headings[:7] == ["STT", "Mã phiếu", "Ngày gửi", "Kênh", "Đợt", "Lần gửi", "Người nhập hộ"]
    assert headings[7:] == [question.short for question in needs.questions]
    row = cells(sheet)
    assert row["Cần"].value == "Mua máy; Hội chợ, bán hàng"
    assert (row["Giá máy"].value, row["Giá máy"].number_format) == (400_000_000, "#,##0")
    assert row["Loại hình"].value is None


async def test_codes_are_for_programs(exported: Exported, library: Library) -> None:
    answers = {"needs": "machine fair", "commune": "13285", "workers": "8"}
    await exported.happened(
        lambda connection: a_person(connection, "lan").sent("NC-1234", library.forms["needs"], answers)
    )
    headings, row = await exported.table("responses", Filter(form="needs", codes=True))
    found = dict(zip(headings, row, strict=True))
    assert found["code"] == "NC-1234"
    assert found["channel"] == "telegram"
    assert (found["needs"], found["commune"], found["workers"]) == ("machine fair", "13285", "8")


async def test_versions_of_a_form_share_columns_and_shift_nothing(exported: Exported, library: Library) -> None:
    size = (Option("small", "Nhỏ"), Option("large", "Lớn"))
    old = Form(
        name="needs",
        title="Phiếu cũ",
        version="0",
        sha="old",
        questions=(
            Question("dropped", "select_one", "Cỡ xưởng?", "Cỡ xưởng", options=size),
            Question("workers", "integer", "Mấy thợ?", "Số thợ"),
            Question("seen_on", "date", "Ngày xem?", "Ngày xem"),
        ),
    )
    exported.old = {"old": old}

    def sent(connection: Connection) -> None:
        a_person(connection, "hung").sent("NC-0001", old, {"dropped": "small", "workers": "4", "seen_on": "2026-11-01"})
        a_person(connection, "lan").sent("NC-0002", library.forms["needs"], {"workers": "8", "needs": "fair"})

    await exported.happened(sent)
    sheet = await exported.sheet("responses", Filter(form="needs"))
    newer, older = cells(sheet, 2), cells(sheet, 3)
    assert [newer[name].value for name in ("Mã phiếu", "Làm quanh năm", "Cần", "Cỡ xưởng")] == [
        "NC-0002",
        8,
        "Hội chợ, bán hàng",
        None,
    ]
    assert [older[name].value for name in ("Mã phiếu", "Làm quanh năm", "Cần", "Cỡ xưởng")] == [
        "NC-0001",
        4,
        None,
        "Nhỏ",
    ]
    assert older["Ngày xem"].value == datetime.fromisoformat("2026-11-01")
    assert older["Ngày xem"].number_format == "dd/mm/yyyy"


async def test_all_forms_are_a_sheet_each_in_excel_and_one_table_in_csv(exported: Exported, library: Library) -> None:
    def sent(connection: Connection) -> None:
        an_interest(connection, library)
        a_person(connection, "hung").sent("NC-0001", library.forms["needs"], {"workers": "4", "needs": "fair"})

    await exported.happened(sent)
    sheets = {sheet.title: sheet for sheet in await exported.sheets("responses")}
    assert list(sheets) == ["Phiếu đăng ký quan tâm", "Phiếu nhu cầu", "Phiếu khảo sát nhu cầu đầy đủ"]
    assert cells(sheets["Phiếu đăng ký quan tâm"])["Mã phiếu"].value == "HT-4827"
    assert cells(sheets["Phiếu nhu cầu"])["Mã phiếu"].value == "NC-0001"
    headings, newer, older = await exported.table("responses")
    by_heading = [dict(zip(headings, row, strict=True)) for row in (newer, older)]
    assert [(row["Mã phiếu"], row["Phiếu"], row["Làm quanh năm"]) for row in by_heading] == [
        ("NC-0001", "Phiếu nhu cầu", "4"),
        ("HT-4827", "Phiếu đăng ký quan tâm", ""),
    ]
    assert by_heading[1]["Người làm quanh năm"] == "12"


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("name", list(LISTINGS))
async def test_an_empty_table_is_a_file_that_opens(exported: Exported, name: str, suffix: str) -> None:
    if suffix == ".csv":
        assert len(await exported.table(name)) == 1
    else:
        sheets = await exported.sheets(name)
        assert sheets[0]["A1"].value == "STT"


async def test_filters_narrow_what_is_exported(exported: Exported, library: Library) -> None:
    def sent(connection: Connection) -> None:
        an_interest(connection, library, "HT-0001", "Mộc Đức Anh")
        hung = a_person(connection, "hung", channel="terminal", days_ago=10)
        facts = {**LAN, "business_name": "Xưởng may Hùng 100%", "commune": "13291", "phone": "0988000111"}
        hung.runs(facts).sent("HT-0002", library.forms["interest"], {**INTEREST, **facts})

    await exported.happened(sent)

    async def codes(wanted: Filter) -> list[str]:
        headings, *rows = await exported.table("interests", wanted)
        return [row[headings.index("Mã phiếu")] for row in rows]

    assert await codes(Filter()) == ["HT-0002", "HT-0001"]
    assert await codes(Filter(search="moc duc")) == ["HT-0001"]
    assert await codes(Filter(search="ĐỨC")) == ["HT-0001"]
    assert await codes(Filter(search="0988 000")) == ["HT-0002"]
    assert await codes(Filter(search="ht-0002")) == ["HT-0002"]
    assert await codes(Filter(search="_____")) == []
    assert await codes(Filter(commune="13291")) == ["HT-0002"]
    assert await codes(Filter(since=date(2026, 11, 24))) == ["HT-0001"]
    assert await codes(Filter(until=date(2026, 11, 14))) == ["HT-0002"]
    assert "Chat thử" in [cell for row in await exported.table("interests") for cell in row]


async def test_sign_ups_are_one_row_each_with_their_code(exported: Exported) -> None:
    starts = datetime(2026, 12, 10, 8, tzinfo=VIETNAM)

    def signed_up(connection: Connection) -> None:
        values = {"code": "QT1", "title": "Quản trị xưởng", "starts_at": starts, "ends_at": starts + timedelta(hours=8)}
        row = insert(training_class).values(**values, place="x", seats=9, deadline=starts.date(), created_at=NOW)
        connection.execute(row)
        a_person(connection, "lan").runs(LAN).signed_up("QT1-01", 2, ["Nguyễn Thị Lan"])
        a_person(connection, "hung").signed_up("QT1-02", 1).did(SignUpCancelled("QT1-02"))

    await exported.happened(signed_up)
    sheet = await exported.sheet("signups")
    cancelled, held = cells(sheet, 2), cells(sheet, 3)
    assert cancelled["Mã đăng ký"].value == "QT1-02"
    assert cancelled["Đã hủy lúc"].value == MORNING
    assert [held[name].value for name in ("Mã đăng ký", "Số chỗ", "Người học", "Xã mới", "Đã hủy lúc")] == [
        "QT1-01",
        2,
        "Nguyễn Thị Lan",
        "Phường Phủ Lý",
        None,
    ]
    assert [row[1] for row in (await exported.table("signups", Filter(class_code="QT1", status="held")))[1:]] == [
        "QT1-01"
    ]


async def test_contacts_are_those_who_agreed_or_asked(exported: Exported) -> None:
    def met(connection: Connection) -> None:
        a_person(connection, "lan").agreed().runs(LAN)
        a_person(connection, "hung").asked("Lớp nào gần đây?")
        a_person(connection, "passer-by")

    await exported.happened(met)
    headings, *rows = await exported.table("contacts")
    assert [row[1] for row in rows] == ["", "Cơ sở mộc Lan"]
    lan = dict(zip(headings, rows[1], strict=True))
    assert lan["Đồng ý nhận tin"] == "2026-11-24 09:20"
    assert len(await exported.table("contacts", Filter(status="agreed"))) == 2


async def test_deliveries_tell_one_outcome_for_each_person(exported: Exported) -> None:
    def delivered(connection: Connection) -> None:
        lan = a_person(connection, "lan").agreed().runs(LAN)
        values = {"title": "Hội chợ", "text": "x", "state": "done", "author": "a", "created_at": NOW}
        connection.execute(insert(announcement).values(id=7, **values))
        outcome = {
            "channel": "telegram",
            "status": "blocked",
            "error": repr(Stopped("bot was blocked by the user")),
            "done_at": NOW,
        }
        connection.execute(
            insert(delivery).values(announcement_id=7, contact_id=lan.contact_id, address_id=lan.address_id, **outcome)
        )

    await exported.happened(delivered)
    row = {name: cell.value for name, cell in cells(await exported.sheet("deliveries", Filter(announcement=7))).items()}
    assert (row["Tên cơ sở"], row["Kênh"], row["Số thông báo"]) == ("Cơ sở mộc Lan", "Telegram", 7)
    assert row["Kết quả"] == "Người nhận chặn"
    assert row["Lý do"] == "Người nhận chặn hoặc rời kênh (bot was blocked by the user)"
    assert len(await exported.table("deliveries", Filter(announcement=8))) == 1


def test_reasons_are_in_vietnamese_with_the_vendors_own_words() -> None:
    assert reason(repr(Rejected("chat not found"))) == "Kênh từ chối tin này (chat not found)"
    assert reason(repr(Rejected())) == "Kênh từ chối tin này"
    assert reason("ValueError('x')") == "ValueError('x')"
    assert reason("Người nhận đã thôi nhận thông báo.") == "Người nhận đã thôi nhận thông báo."


def test_sheet_names_are_such_as_excel_accepts() -> None:
    long = "Phiếu khảo sát nhu cầu của cơ sở công nghiệp nông thôn"
    first = sheet_name(long, [])
    second = sheet_name(long, [first])
    assert len(first) <= 31
    assert len(second) <= 31
    assert first != second
    assert sheet_name("'Lớp: 1/2 [mẫu]?'", []) == "Lớp 1 2 mẫu"
    assert sheet_name("***", []) == "Bảng"


@pytest.mark.office
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice Calc is not installed")
async def test_libreoffice_shows_the_same_values(exported: Exported, library: Library, tmp_path: Path) -> None:
    await exported.happened(lambda connection: an_interest(connection, library, name="=1+1"))
    headings, row = await asyncio.to_thread(as_libreoffice_shows, await exported.file("interests", ".xlsx"), tmp_path)
    found = dict(zip(headings, row, strict=True))
    assert headings[:11] == OFFICE_ORDER
    assert found["Tên cơ sở"] == "=1+1"
    assert found["Số điện thoại"] == "0912345678"
    assert found["Ngày gửi"] == "24/11/2026 09:20"
    assert found["Số lao động"] == "12"


def as_libreoffice_shows(book: bytes, folder: Path) -> list[list[str]]:
    """Return the rows of the first sheet as LibreOffice Calc shows them on its screen."""
    (folder / "so.xlsx").write_bytes(book)
    to_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", to_csv, "--outdir", folder, folder / "so.xlsx"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return list(csv.reader(io.StringIO((folder / "so.csv").read_text("utf-8-sig"))))


async def test_a_report_is_framed_for_paper(exported: Exported, library: Library) -> None:
    def two(connection: Connection) -> None:
        an_interest(connection, library)
        an_interest(connection, library, "HT-4828", "Xưởng may Tâm")

    await exported.happened(two)

    def write(connection: Connection) -> bytes:
        held = io.BytesIO()
        source = Source(connection, library, lambda *_: None)
        export(source, "interests", ALL, ".xlsx", held, Report("Trung tâm Khuyến công", date(2026, 11, 24)))
        return held.getvalue()

    sheet = openpyxl.load_workbook(io.BytesIO(await exported.database.read(write))).active
    assert isinstance(sheet, Worksheet)
    words = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert words[0] == ["TRUNG TÂM KHUYẾN CÔNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
    assert words[3:5] == [["ĐĂNG KÝ QUAN TÂM"], ["(Tính đến ngày 24/11/2026)"]]
    assert words[6][:3] == ["STT", "Tên cơ sở", "Chủ / người liên hệ"]
    assert [row[0] for row in words[7:9]] == [1, 2]
    assert words[9] == ["Cộng", 24]
    assert words[11:] == [["Ngày 24 tháng 11 năm 2026"], ["NGƯỜI LẬP BIỂU", "THỦ TRƯỞNG ĐƠN VỊ"]]
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("A8", "$7:$7", "landscape")
    assert sheet["B10"].font.bold
    assert sheet["B13"].font.bold


async def test_a_table_without_rows_still_shows_its_headings(exported: Exported) -> None:
    sheet = await exported.sheet("interests")
    assert [cell.value for cell in sheet[1]][:3] == ["STT", "Tên cơ sở", "Chủ / người liên hệ"]
    assert sheet.max_row <= 2


async def test_two_columns_may_have_one_heading(exported: Exported, library: Library) -> None:
    questions = (Question("a", "text", "Tên máy"), Question("b", "text", "Tên máy"))
    form = Form("machines", "Máy", "1", "m", questions)
    exported.old["m"] = form
    await exported.happened(
        lambda connection: a_person(connection, "lan").agreed().sent("MA-1000", form, {"a": "bào", "b": "cưa"})
    )
    sheet = await exported.sheet("responses", Filter(form="machines"))
    found = [(str(cell.value).strip(), below.value) for cell, below in zip(sheet[1], sheet[2], strict=True)]
    assert [value for heading, value in found if heading == "Tên máy"] == ["bào", "cưa"]
