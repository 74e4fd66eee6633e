"""Exports of any form: KoboToolbox's column names, repeats tied to what they stand in, every value of its own kind."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Connection

from conversation.catalog import Library
from conversation.form import Form, Group, Option, Question
from conversation.records import ResponseChanged, ResponseSubmitted
from db import rounds
from db.engine import Database
from db.exports import Filter, Source, export, form_names
from db.records import Writing, write
from db.rounds import Planned
from tests.office import NOW, a_person
from tests.publishing import SHIPPED, a_live_form

WORK = (Option("cut", "Cắt"), Option("plane", "Bào"))
HOUSEHOLD = Form(
    name="khao_sat",
    title="Thợ và máy",
    version="1",
    sha="one",
    questions=(
        Question("workshop", "text", "Tên xưởng?", "Tên xưởng", path=("about",)),
        Question("jobs", "select_multiple", "Làm việc gì?", "Việc", path=("about",), options=WORK),
        Question("thanks", "note", "Cảm ơn!"),
        Question("worker", "text", "Tên thợ?", "Tên thợ", path=("workers",)),
        Question("age", "integer", "${worker} bao nhiêu\n tuổi?", path=("workers", "more")),
        Question("machine", "text", "Máy gì?", "Máy", path=("machines",)),
        Question("cost", "decimal", "Sửa hết bao nhiêu?", "Tiền sửa", path=("machines", "repairs")),
        Question("wish", "text", "Muốn gì?", "Muốn"),
    ),
    groups=(
        Group(("about",), "Xưởng"),
        Group(("workers",), "Thợ", repeat=True),
        Group(("workers", "more")),
        Group(("machines",), "Máy móc", repeat=True),
        Group(("machines", "repairs"), repeat=True),
    ),
)
LAN: Mapping[str, Any] = {
    "workshop": "Mộc Lan",
    "jobs": "plane cut",
    "workers": [{"worker": "Hùng", "age": "30"}, {"worker": "Mai"}],
    "machines": [{"machine": "Máy bào", "repairs": [{"cost": "1.5"}, {"cost": "2"}]}, {"machine": "Máy cưa"}],
    "wish": "=1+1",
}
HUNG: Mapping[str, Any] = {"workshop": "Mộc Hùng", "workers": [{"worker": "Sơn", "age": "41"}]}
KEYS = ["_index", "_parent_table_name", "_parent_index", "_submission__id"]

Told = Callable[[Connection], object]
Rows = list[list[Any]]


class Office:
    """A database with the versions of one form, live, and its exports."""

    def __init__(self, database: Database, library: Library) -> None:
        self.database = database
        self.library = library
        self.versions = {"one": HOUSEHOLD}

    async def has(self, *responses: Mapping[str, Any], form: Form = HOUSEHOLD) -> None:
        """Let the form be answered, a person each."""
        self.versions[form.sha] = form

        def sent(connection: Connection) -> None:
            if "khao_sat" not in form_names(self._source(connection)):
                a_live_form(connection)
            for number, answers in enumerate(responses):
                code = f"{form.sha.upper()}-{number:04}"
                a_person(connection, code).did(ResponseSubmitted(code, form.name, form.sha, answers, {}))

        await self.database.write(sent)

    def _source(self, connection: Connection) -> Source:
        return Source(connection, self.library, lambda _, sha: self.versions.get(sha))

    async def _file(self, suffix: str, wanted: Filter) -> bytes:
        def written(connection: Connection) -> bytes:
            held = io.BytesIO()
            export(self._source(connection), "responses", wanted, suffix, held)
            return held.getvalue()

        return await self.database.read(written)

    async def book(self, wanted: Filter) -> Mapping[str, Rows]:
        """Return the rows of every sheet by its name."""
        book = openpyxl.load_workbook(io.BytesIO(await self._file(".xlsx", wanted)))
        sheets: Sequence[Worksheet] = book.worksheets
        return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in sheets}

    async def table(self, wanted: Filter) -> Rows:
        return list(csv.reader(io.StringIO((await self._file(".csv", wanted)).decode("utf-8-sig"))))


@pytest.fixture
def office(database: Database, library: Library) -> Office:
    return Office(database, library)


CODES = Filter(form="khao_sat", codes=True)
WORDS = Filter(form="khao_sat")


def column(rows: Rows, name: str) -> list[Any]:
    place = rows[0].index(name)
    return [row[place] for row in rows[1:]]


async def test_columns_have_kobotoolbox_s_names(office: Office) -> None:
    await office.has(LAN, HUNG)
    book = await office.book(CODES)
    assert list(book) == ["Thợ và máy", "workers", "machines", "repairs"]
    main = ["_index", "code", "submitted_at", "channel", "round", "number", "entered_by"]
    assert book["Thợ và máy"][0] == [*main, "about/workshop", "about/jobs", "wish", "_id", "_submission_time"]
    assert book["workers"][0] == [*KEYS, "workers/worker", "workers/more/age"]
    assert book["machines"][0] == [*KEYS, "machines/machine"]
    assert book["repairs"][0] == [*KEYS, "machines/repairs/cost"]


async def test_every_turn_is_tied_to_what_it_stands_in(office: Office) -> None:
    await office.has(LAN, HUNG)
    book = await office.book(CODES)
    assert [row[:2] for row in book["Thợ và máy"][1:]] == [[1, "ONE-0001"], [2, "ONE-0000"]]
    assert book["workers"][1:] == [
        [1, "Thợ và máy", 1, "ONE-0001", "Sơn", 41],
        [2, "Thợ và máy", 2, "ONE-0000", "Hùng", 30],
        [3, "Thợ và máy", 2, "ONE-0000", "Mai", None],
    ]
    assert book["machines"][1:] == [
        [1, "Thợ và máy", 2, "ONE-0000", "Máy bào"],
        [2, "Thợ và máy", 2, "ONE-0000", "Máy cưa"],
    ]
    assert book["repairs"][1:] == [[1, "machines", 1, "ONE-0000", 1.5], [2, "machines", 1, "ONE-0000", 2]]


async def test_in_words_headings_are_vietnamese_and_turns_are_counted(office: Office) -> None:
    await office.has(LAN, HUNG)
    book = await office.book(WORDS)
    main = book["Thợ và máy"]
    assert main[0] == [
        *("STT", "Mã phiếu", "Ngày gửi", "Kênh", "Đợt", "Lần gửi", "Người nhập hộ"),
        *("Tên xưởng", "Việc", "Thợ (số lượt)", "Máy móc (số lượt)", "Muốn"),
    ]
    assert column(main, "Việc") == [None, "Bào; Cắt"]
    assert column(main, "Thợ (số lượt)") == [1, 2]
    assert column(main, "Muốn") == [None, "=1+1"]
    assert book["workers"][0] == ["STT", "Thuộc bảng", "Thuộc STT", "Mã phiếu", "Tên thợ", "… bao nhiêu tuổi?"]


async def test_in_csv_every_turn_has_columns_of_its_own(office: Office) -> None:
    await office.has(LAN, HUNG)
    rows = await office.table(CODES)
    assert rows[0][12:] == [
        *("workers/1/worker", "workers/1/more/age", "workers/2/worker", "workers/2/more/age"),
        *("machines/1/machine", "machines/1/repairs/1/cost", "machines/1/repairs/2/cost", "machines/2/machine"),
    ]
    assert [row[12:] for row in rows[1:]] == [
        ["Sơn", "41", "", "", "", "", "", ""],
        ["Hùng", "30", "Mai", "", "Máy bào", "1.5", "2", "Máy cưa"],
    ]
    headings = (await office.table(WORDS))[0]
    assert "Tên thợ (2)" in headings
    assert "Tiền sửa (1.2)" in headings


async def test_each_choice_may_have_a_column_of_its_own(office: Office) -> None:
    await office.has(LAN, HUNG, {"jobs": "cut"})
    (main, *_) = (await office.book(Filter(form="khao_sat", codes=True, multiple="columns"))).values()
    assert column(main, "about/jobs") == ["cut", None, "plane cut"]
    assert column(main, "about/jobs/cut") == [1, None, 1]
    assert column(main, "about/jobs/plane") == [0, None, 1]
    (main, *_) = (await office.book(Filter(form="khao_sat", multiple="columns"))).values()
    assert column(main, "Việc: Bào") == [0, None, 1]


async def test_a_new_version_shifts_nothing_in_repeats_and_groups(office: Office) -> None:
    older = Form(
        name="khao_sat",
        title="Cũ",
        version="0",
        sha="old",
        questions=(
            Question("workshop", "text", "Tên?"),
            Question("worker", "text", "Thợ nào?", path=("crew", "workers")),
            Question("skill", "select_one", "Nghề?", "Nghề", path=("crew", "workers"), options=WORK),
            Question("child", "text", "Con?", path=("children",)),
        ),
        groups=(Group(("crew",)), Group(("crew", "workers"), repeat=True), Group(("children",), repeat=True)),
    )
    earlier = {"workshop": "Cũ", "workers": [{"worker": "Ba", "skill": "cut"}], "children": [{"child": "Tí"}]}
    await office.has(earlier, form=older)
    await office.has(LAN)
    book = await office.book(CODES)
    assert list(book) == ["Thợ và máy", "workers", "machines", "repairs", "children"]
    assert column(book["Thợ và máy"], "about/workshop") == ["Mộc Lan", "Cũ"]
    assert book["workers"][0] == [*KEYS, "workers/worker", "workers/more/age", "workers/skill"]
    assert book["workers"][3] == [3, "Thợ và máy", 2, "OLD-0000", "Ba", None, "cut"]
    assert book["children"][1] == [1, "Thợ và máy", 2, "OLD-0000", "Tí"]
    assert column((await office.book(WORDS))["workers"], "Nghề") == [None, None, "Cắt"]


async def test_a_version_that_is_no_longer_kept_is_read_as_the_live_one(office: Office) -> None:
    await office.has(LAN)
    lost = Form("khao_sat", "Mất", "0", "lost", ())
    await office.has({"workshop": "Mộc Mai", "workers": [{"worker": "Tư"}], "unknown": "x"}, form=lost)
    del office.versions["lost"]
    book = await office.book(CODES)
    assert column(book["Thợ và máy"], "about/workshop") == ["Mộc Mai", "Mộc Lan"]
    assert column(book["workers"], "workers/worker") == ["Tư", "Hùng", "Mai"]


KINDS = Form(
    name="khao_sat",
    title="Mọi loại",
    version="1",
    sha="kinds",
    questions=(
        Question("start", "start"),
        Question("when", "dateTime", "Lúc nào?"),
        Question("day", "date", "Ngày nào?"),
        Question("time", "time", "Mấy giờ?"),
        Question("place", "geopoint", "Ở đâu?", path=("at",)),
        Question("share", "decimal", "Bao nhiêu?"),
        Question("size", "range", "Cỡ nào?"),
        Question("total", "calculate"),
        Question("area_code", "calculate"),
        Question("order", "rank", "Cái nào trước?", options=WORK),
        Question("photo", "image", "Ảnh?"),
    ),
    groups=(Group(("at",)),),
)
KINDS_ANSWERED = {
    "start": "2026-11-24T07:30:00.000+07:00",
    "when": "2026-11-24T00:30:00.000Z",
    "day": "1899-12-31",
    "time": "07:30:00.000+07:00",
    "place": "20.541234 105.91 0 0",
    "share": "2.50",
    "size": "7",
    "total": "12.5",
    "area_code": "0226",
    "order": "plane cut",
    "photo": "12-anh.jpg",
}


async def test_values_are_of_their_own_kind(office: Office) -> None:
    await office.has(KINDS_ANSWERED, {"day": "2019-03-01"}, form=KINDS)
    office.versions["one"] = KINDS
    (main,) = (await office.book(CODES)).values()
    found = dict(zip(main[0], main[2], strict=True))
    assert (found["start"], found["when"]) == (datetime(2026, 11, 24, 7, 30), datetime(2026, 11, 24, 7, 30))  # noqa: DTZ001
    assert column(main, "day") == [datetime(2019, 3, 1), "1899-12-31"]  # noqa: DTZ001
    assert (found["time"], found["photo"], found["order"]) == ("07:30:00.000+07:00", "12-anh.jpg", "plane cut")
    assert (found["share"], found["size"], found["total"], found["area_code"]) == (2.5, 7, 12.5, "0226")
    assert found["at/place"] == "20.541234 105.91 0 0"
    assert (found["at/_place_latitude"], found["at/_place_longitude"]) == (20.541234, 105.91)
    (main,) = (await office.book(WORDS)).values()
    found = dict(zip(main[0], main[2], strict=True))
    assert (found["Mấy giờ?"], found["Cái nào trước?"], found["Ở đâu?: vĩ độ"]) == ("07:30", "Bào; Cắt", 20.541234)


async def test_all_forms_are_a_sheet_each_with_those_of_their_repeats(office: Office) -> None:
    await office.has(LAN)
    book = await office.book(Filter(codes=True))
    assert list(book)[-4:] == ["Thợ và máy", "workers", "machines", "repairs"]
    rows = await office.table(Filter(codes=True))
    found = dict(zip(rows[0], rows[1], strict=True))
    assert (found["form"], found["workers/2/worker"], found["about/workshop"]) == ("khao_sat", "Mai", "Mộc Lan")


async def test_rounds_versions_and_who_typed_it_in_are_columns(office: Office, library: Library) -> None:
    def sent(connection: Connection) -> int:
        planned = Planned("needs", "Đợt đầu năm", "12/KC", "", NOW, NOW.replace(year=2027))
        number = rounds.open_round(connection, planned, SHIPPED, "ngoc", NOW)
        lan, hung = a_person(connection, "lan"), a_person(connection, "hung")
        sha = library.forms["needs"].sha
        lan.did(ResponseSubmitted("NC-0001", "needs", sha, {"workers": "3"}, {}, number))
        lan.did(ResponseChanged("NC-0001", sha, {"workers": "4"}, {}))
        by_hand = Writing(connection, hung.contact_id, hung.address_id, "telegram", NOW, NOW.date(), "ngoc")
        write([ResponseSubmitted("NC-0002", "needs", sha, {"workers": "5"}, {})], by_hand)
        return number

    number = await office.database.write(sent)
    (main,) = (await office.book(Filter(form="needs"))).values()
    assert [row[4:7] for row in main[1:]] == [[None, 1, "ngoc"], ["Đợt đầu năm", 2, None]]
    assert column(main, "Làm quanh năm") == [5, 4]
    (main,) = (await office.book(Filter(form="needs", round=number, codes=True))).values()
    assert [row[1:7:3] for row in main[1:]] == [["NC-0001", number]]
