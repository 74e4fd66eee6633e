"""When a class meets, who is expected and who came: on the page, in a workbook, on paper, in a calendar."""

import io
import re
from datetime import datetime

import openpyxl
import pypdf
import pytest
from icalendar import Calendar
from sqlalchemy import Connection, insert

from conversation.calendar import VIETNAM
from conversation.records import DataErased, SignUpCancelled
from conversation.roster import half_days
from db import rosters
from db.models import training_class
from tests.conftest import a_class
from tests.office import NOW, Person, a_person
from tests.test_console import Browser, Office, office, said

__all__ = ["office"]
ADDRESS = "/console/classes/QT1"


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=VIETNAM)


def add_class(connection: Connection) -> Person:
    """Add a class of two days, with a sign-up of two seats, of which one is named, and one that was cancelled."""
    offered = a_class("QT1", seats=30)
    values = {name: getattr(offered, name) for name in offered.__slots__}
    connection.execute(insert(training_class).values(**values, created_at=NOW))
    lan = a_person(connection, "lan").agreed().runs({"business_name": "Cơ sở mộc Lan", "phone": "0912345678"})
    lan.signed_up("QT1-07", 2, ["Nguyễn Thị Lan"])
    a_person(connection, "tam").agreed().signed_up("QT1-08", 1, ["Vũ Tâm"]).did(SignUpCancelled("QT1-08"))
    return lan


@pytest.fixture
async def teacher(office: Office) -> Browser:
    await office.database.write(add_class)
    return await office.member()


def test_a_class_is_split_where_its_days_are_split() -> None:
    found = list(half_days(moment(10, 8), moment(11, 11)))
    assert found == [
        (moment(10, 8), moment(10, 11, 30)),
        (moment(10, 13, 30), moment(10, 16, 30)),
        (moment(11, 7, 30), moment(11, 11)),
    ]


async def test_sessions_are_made_taken_back_and_kept_within_the_class(teacher: Browser) -> None:
    await teacher.send(f"{ADDRESS}/sessions", {"split": "yes"})
    page = await teacher.get(f"{ADDRESS}/roster")
    dropped = re.findall(r'name="drop" value="(\d+)"', page.text)
    assert len(dropped) == 4
    await teacher.send(f"{ADDRESS}/sessions", {"drop": dropped[3]})
    assert (await teacher.get(f"{ADDRESS}/roster")).text.count('name="drop"') == 3
    refused = await teacher.send(
        f"{ADDRESS}/sessions", {"starts_at": "2026-12-20T08:00", "ends_at": "2026-12-20T11:00"}
    )
    assert (refused.status_code, "nằm trong thời gian của lớp" in said(refused)) == (422, True)
    twice = await teacher.send(f"{ADDRESS}/sessions", {"starts_at": "2026-12-10T08:00", "ends_at": "2026-12-10T11:00"})
    assert "Đã có buổi bắt đầu vào giờ này." in said(twice)


async def test_who_came_is_noted_per_person_and_session(teacher: Browser) -> None:
    await teacher.send(f"{ADDRESS}/sessions", {"split": "yes"})
    page = await teacher.get(f"{ADDRESS}/roster?session=1")
    seats = re.findall(r'name="came" value="([\d-]+)"', page.text)
    assert len(seats) == 2
    await teacher.send(f"{ADDRESS}/attendance/1", {"came": seats[0]})
    again = await teacher.get(f"{ADDRESS}/roster?session=1")
    assert re.findall(r'value="([\d-]+)" checked', again.text) == [seats[0]]
    assert "Có mặt 1/2, thu.huong điểm danh" in said(again)
    refused = await teacher.send(f"{ADDRESS}/sessions", {"drop": "1"})
    assert "đã điểm danh" in said(refused)
    for hostile in ("99-0", "1-99", "x-y", "-", "1" * 30):
        await teacher.send(f"{ADDRESS}/attendance/1", {"came": hostile})
    assert "Có mặt 0/2" in said(await teacher.get(f"{ADDRESS}/roster"))
    assert (await teacher.send(f"{ADDRESS}/attendance/99", {})).status_code == 422


async def test_the_workbook_has_a_row_a_person_and_a_column_a_session(teacher: Browser) -> None:
    await teacher.send(f"{ADDRESS}/sessions", {"split": "yes"})
    await teacher.send(f"{ADDRESS}/attendance/2", {"came": "1-0"})
    book = openpyxl.load_workbook(io.BytesIO((await teacher.get(f"{ADDRESS}/roster.xlsx")).content))
    rows = [list(row) for row in book["Lớp QT1"].iter_rows(values_only=True)]
    assert rows[0] == [
        "STT",
        "Họ và tên",
        "Tên cơ sở",
        "Xã mới",
        "Số điện thoại",
        "Mã đăng ký",
        "10/12 13:30",
        "Số buổi",
    ]
    assert rows[1] == [1, "Nguyễn Thị Lan", "Cơ sở mộc Lan", None, "0912345678", "QT1-07", "x", 1]
    assert rows[2] == [2, None, "Cơ sở mộc Lan", None, "0912345678", "QT1-07", "vắng", 0]


async def test_the_sheet_to_sign_has_everybody_and_room_for_more(teacher: Browser) -> None:
    await teacher.send(f"{ADDRESS}/sessions", {"split": "yes"})
    answer = await teacher.get(f"{ADDRESS}/sign-in.pdf")
    (page,) = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
    words = " ".join(page.extract_text().split())
    for expected in ("DANH SÁCH HỌC VIÊN KÝ TÊN", "Nguyễn Thị Lan", "Cơ sở mộc Lan", "10/12", "13:30–16:30"):
        assert expected in words


async def test_the_calendar_has_an_event_a_session(teacher: Browser) -> None:
    whole = Calendar.from_ical((await teacher.get(f"{ADDRESS}/calendar.ics")).content)
    assert [event["summary"] for event in whole.walk("vevent")] == ["Quản trị, điều hành xưởng nhỏ"]
    await teacher.send(f"{ADDRESS}/sessions", {"split": "yes"})
    events = Calendar.from_ical((await teacher.get(f"{ADDRESS}/calendar.ics")).content).walk("vevent")
    assert [event.decoded("dtstart") for event in events][:2] == [moment(10, 8), moment(10, 13, 30)]
    assert len({event["uid"] for event in events}) == 4


async def test_who_is_forgotten_came_to_nothing(office: Office, teacher: Browser) -> None:
    await teacher.send(f"{ADDRESS}/sessions", {"split": "yes"})
    await teacher.send(f"{ADDRESS}/attendance/1", {"came": "1-0"})

    def forget(connection: Connection) -> int:
        Person(connection, 1, 1, "telegram").did(DataErased())
        return len(rosters.pupils(connection, "QT1"))

    assert await office.database.write(forget) == 0


async def test_a_viewer_reads_and_changes_nothing(office: Office, teacher: Browser) -> None:
    await teacher.send(f"{ADDRESS}/sessions", {"split": "yes"})
    viewer = await office.member("viewer", "xem")
    assert (await viewer.get(f"{ADDRESS}/roster?session=1")).status_code == 200
    assert (await viewer.send(f"{ADDRESS}/attendance/1", {"came": "1-0"})).status_code == 403
    assert (await viewer.send(f"{ADDRESS}/sessions", {"drop": "1"})).status_code == 403
    assert (await viewer.get("/console/classes/KHONG/roster")).status_code == 404
