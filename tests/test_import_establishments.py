"""Lists of establishments: read by cell, taken in once, the telephone list of those an announcement did not reach."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Connection, insert, select
from typer.testing import CliRunner

from bot.cli import app
from content.lists.opening import open_list
from content.lists.reading import List, read_list
from content.lists.recognising import recognise
from content.paper.filled import WorkbookRefused
from conversation.catalog import Library
from db import announcements, import_batches
from db.announcements import Draft
from db.audience import parse, reach
from db.engine import Database
from db.exports import Filter, Source, export
from db.models import delivery, establishment, establishment_tag
from db.taking_in import Imported, Row
from tests.office import LAN, NOW, a_person

HEADER = ("STT", "Tên cơ sở", "Chủ cơ sở", "Loại hình", "Ngành nghề", "Xã, phường", "SĐT", "Lao động", "Nhãn", "Fax")
LONG = (1, "Mây tre Hạnh", "Trần Thị Hạnh", "Hộ kinh doanh", "Mây tre, giang đan; cói; lá", "Xã Nhân Hà", 912345678, 7)


def workbook(*rows: Sequence[object], header: Sequence[object] = HEADER) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "DS"
    for row in (header, *rows):
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(library: Library, source: bytes) -> List:
    book = open_list(source)
    return read_list(book, recognise(book, {}), library.forms["profile"], library.places, NOW)


def taken(connection: Connection, *rows: tuple[Mapping[str, str], Sequence[str]]) -> Imported:
    """Take rows in as one list."""
    number = import_batches.keep(connection, "ds.xlsx", b"", "lan", NOW)
    numbered = [Row(row, facts, frozenset(tags)) for row, (facts, tags) in enumerate(rows, 2)]
    done = import_batches.take(connection, number, numbered, NOW)
    assert done is not None
    return done[0]


def test_a_row_is_read_as_the_chat_reads_it(library: Library) -> None:
    found = read(library, workbook((*LONG, "Làng nghề, OCOP"), (None,) * 10))
    assert found.mistakes == ()
    assert found.unknown == ("Fax",)
    [row] = found.rows
    assert row.facts["business_name"] == "Mây tre Hạnh"
    assert row.facts["phone"] == "0912345678"
    assert row.facts["workers"] == "7"
    assert row.facts["legal_form"] == "household"
    assert row.facts["commune"] in library.places.by_code
    assert row.facts["person"] == "Trần Thị Hạnh"
    assert row.tags == {"làng-nghề", "ocop"}


def test_each_cell_that_cannot_be_meant_is_named(library: Library) -> None:
    rows = [
        (1, "", "", "", "", "Xã Nhân Hà"),
        (2, "Mộc An", "", "Tập đoàn", "", "Xã Không Có", "09", "nhiều"),
    ]
    found = read(library, workbook(*rows))
    assert [f"{one.sheet}!{one.cell}" for one in found.mistakes] == ["DS!B2", "DS!D3", "DS!F3", "DS!G3", "DS!H3"]
    assert found.right == found.usable == ()
    assert len(found.rows) == 2


def test_a_list_in_which_nothing_is_named_is_refused(library: Library) -> None:
    with pytest.raises(WorkbookRefused, match="Tên cơ sở"):
        read(library, workbook((1, "02263"), header=("STT", "Fax")))


def test_what_is_no_workbook_is_refused(library: Library) -> None:
    with pytest.raises(WorkbookRefused):
        read(library, b"PK no workbook")


async def test_nobody_is_taken_in_twice_and_nothing_known_is_overwritten(database: Database) -> None:
    known = {"business_name": "Cơ sở mộc Lan", "commune": "13285"}
    rows = [
        ({**known, "phone": "0911111111", "person": "Lan"}, ["ocop"]),
        ({"business_name": "CSSX mộc Lan", "commune": "13291", "phone": "0912345678"}, []),
        ({"business_name": "Mộc An", "commune": "13285"}, ["ocop"]),
        ({"business_name": "MỘC  AN", "commune": "13285", "workers": "4"}, []),
        ({"business_name": "May Tuyết", "commune": "13285", "phone": "0912345678"}, []),
    ]

    def office(connection: Connection) -> list[tuple[str, str, str]]:
        a_person(connection, "lan").runs(LAN)
        assert taken(connection, *rows) == Imported(2, 1, 2)
        assert taken(connection, *rows) == Imported(0, 0, 5)
        columns = (establishment.c.name, establishment.c.phone, establishment.c.facts)
        return [
            (row.name, row.phone, row.facts.get("workers", ""))
            for row in connection.execute(select(*columns).order_by(establishment.c.id))
        ]

    assert await database.write(office) == [
        ("Cơ sở mộc Lan", "0912345678", "12"),
        ("Mộc An", "", "4"),
        ("May Tuyết", "0912345678", ""),
    ]
    tags = await database.read(lambda connection: connection.execute(select(establishment_tag.c.tag)).scalars().all())
    assert list(tags) == ["ocop", "ocop"]
    found = await database.read(lambda connection: reach(connection, parse("tag=ocop")))
    assert found.total == 0


def test_the_command_tells_cells_and_takes_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KCBOT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/kcbot.db")
    file = tmp_path / "ds.xlsx"
    file.write_bytes(workbook(LONG, (2, "Mộc An", "", "", "", "Xã Không Có")))
    runner = CliRunner()
    refused = runner.invoke(app, ["import", "establishments", str(file)])
    assert refused.exit_code == 1
    assert "DS!F3: " in refused.output
    tried = runner.invoke(app, ["import", "establishments", str(file), "--partial", "--dry-run"])
    assert "sẽ thêm 1 cơ sở" in tried.output
    done = runner.invoke(app, ["import", "establishments", str(file), "--partial"])
    assert "Đã thêm 1 cơ sở, bổ sung 0, giữ nguyên 0." in done.output
    again = runner.invoke(app, ["import", "establishments", str(file), "--partial"])
    assert "Đã thêm 0 cơ sở, bổ sung 0, giữ nguyên 1." in again.output


async def test_the_call_list_has_whom_it_did_not_reach_and_why(
    database: Database, library: Library, tmp_path: Path
) -> None:
    def town(connection: Connection) -> int:
        number = announcements.create(connection, Draft("Hội chợ", "Lời.", "commune=13285"), "lan", NOW)
        outcomes = (("a", "sent", None), ("b", "blocked", "Người nhận đã chặn."), ("c", "failed", "Lỗi."))
        for place, (name, outcome, error) in enumerate(outcomes):
            facts = {**LAN, "business_name": f"Xưởng {name}", "phone": f"091234567{place}"}
            person = a_person(connection, name).agreed().runs(facts)
            values = {"contact_id": person.contact_id, "status": outcome, "error": error}
            connection.execute(insert(delivery).values(announcement_id=number, **values))
        a_person(connection, "silent").runs({**LAN, "business_name": "Xưởng d", "phone": "0912345674"})
        near = {"business_name": "Xưởng e", "commune": "13285", "person": "Bà Năm"}
        far = {"business_name": "Xa", "commune": "13291"}
        taken(connection, (near, ()), (far, ()))
        return number

    number = await database.write(town)
    file = tmp_path / "calls.xlsx"

    def write(connection: Connection) -> None:
        with file.open("wb") as out:
            source = Source(connection, library, lambda *_: None)
            export(source, "calls", Filter(announcement=number), ".xlsx", out)

    await database.read(write)
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    rows = [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [(row[2], row[6]) for row in rows] == [
        ("Xưởng b", "Người nhận đã chặn."),
        ("Xưởng c", "Lỗi."),
        ("Xưởng d", "Chưa đồng ý nhận thông báo, hoặc đã thôi nhận"),
        ("Xưởng e", "Chưa ai của cơ sở nhắn với trợ lý"),
    ]
    assert rows[3][3] == "Bà Năm"
    header = [cell.value for cell in sheet[1]]
    assert header[-3:] == ["Đã gọi ngày", "Kết quả gọi", "Ghi chú"]
