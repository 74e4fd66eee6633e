"""Bringing a list in the console: looked over, corrected, taken in, marked, undone; and two establishments made one."""

import io
import re
from collections.abc import Mapping
from datetime import timedelta

import httpx
import openpyxl
import pytest
from sqlalchemy import Connection, func, select, update

from content.render import Renderer
from conversation.catalog import Library
from db import audit, duplicates, import_batches, scope, staff
from db.audit import Wanted
from db.engine import Database
from db.establishments import values_of
from db.models import contact, establishment, establishment_tag
from tests.lists import office_list, workbook
from tests.office import LAN, NOW, a_person
from tests.test_console import HOST, Browser, Office, said


@pytest.fixture
def office(database: Database, library: Library, renderer: Renderer) -> Office:
    return Office(database, library, renderer)


async def bring(browser: Browser, source: bytes, name: str = "danh sách.xlsx") -> httpx.Response:
    data = {"csrf": await browser.csrf()}
    files = {"list": (name, source, "application/octet-stream")}
    return await browser.client.post("/console/imports/new", data=data, files=files, headers={"Origin": HOST})


async def kept(office: Office) -> list[Mapping[str, str]]:
    def facts(connection: Connection) -> list[Mapping[str, str]]:
        return list(connection.execute(select(establishment.c.facts).order_by(establishment.c.id)).scalars())

    return await office.database.read(facts)


async def test_a_list_is_looked_over_taken_in_and_undone(office: Office) -> None:
    browser = await office.member()
    assert "Chưa nhập danh sách nào" in said(await browser.get("/console/imports"))
    sent = await bring(browser, office_list())
    assert sent.headers["location"] == "/console/imports/1"
    words = said(await browser.get("/console/imports/1"))
    assert "2 cơ sở mới" in words
    assert "2 dòng có ô sai" in words
    assert "H12 Lao động · Tổng số Cần ghi bằng số" in words
    assert "Dòng 13: «Cộng 27» (dòng cộng)" in words
    assert await kept(office) == []
    done = await browser.send("/console/imports/1/take", {"rows": "usable"})
    assert done.headers["location"] == "/console/imports/1?done=taken"
    assert [one["business_name"] for one in await kept(office)] == [
        "Cơ sở mộc Lan",
        "HTX thêu ren",
        "Xưởng may Hòa",
        "Công ty Dệt Hà",
    ]
    page = await browser.get("/console/imports/1")
    assert "4 cơ sở đã thêm" in said(page)
    assert (await browser.send("/console/imports/1/take", {"rows": "usable"})).status_code == 409
    file = await browser.get("/console/imports/1/marked.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(file.content))["DS 2025"]["F15"].comment is not None
    again = await bring(browser, office_list())
    assert "0 cơ sở mới" in said(await browser.get(again.headers["location"]))
    assert (await browser.send("/console/imports/1/undo")).headers["location"].endswith("done=undone")
    assert await kept(office) == []
    assert "Mọi thứ đã trở lại như trước" in said(await browser.get("/console/imports/1"))
    assert (await browser.send("/console/imports/1/undo")).status_code == 409
    deeds = await office.database.read(lambda connection: audit.deeds(connection, Wanted(subject="import:1")))
    assert [deed.action for deed in deeds] == [
        "Hoàn tác một lần nhập",
        "Tải về danh sách đã nhập",
        "Nhập danh sách cơ sở",
    ]


async def test_what_somebody_touched_is_kept_and_said(office: Office) -> None:
    browser = await office.member()
    known = {"business_name": "HTX thêu ren", "commune": "13579", "workers": "30"}

    def before(connection: Connection) -> None:
        connection.execute(establishment.insert().values(**values_of(known, NOW), created_at=NOW))

    await office.database.write(before)
    await bring(browser, office_list())
    await browser.send("/console/imports/1/take", {"rows": "usable"})
    theu, _, _, det = await kept(office)
    assert (theu["workers"], theu["phone"]) == ("30", "0912345679")

    def after(connection: Connection) -> None:
        a_person(connection, "lan")
        connection.execute(update(contact).values(establishment_id=2))
        connection.execute(establishment_tag.insert().values(establishment_id=3, tag="ocop"))
        changed = values_of({**det, "workers": "41"}, NOW)
        connection.execute(update(establishment).where(establishment.c.id == 4).values(**changed))
        mine = values_of({**theu, "phone": "0999999999"}, NOW)
        connection.execute(update(establishment).where(establishment.c.id == 1).values(**mine))

    await office.database.write(after)
    await browser.send("/console/imports/1/undo")
    words = said(await browser.get("/console/imports/1"))
    assert "Cơ sở mộc Lan (số 2): đã có người của cơ sở" in words
    assert "Xưởng may Hòa (số 3): thông tin hoặc nhãn đã được sửa" in words
    assert "Công ty Dệt Hà (số 4): thông tin hoặc nhãn" in words
    assert "HTX thêu ren (số 1): có mục đã được sửa" in words
    first, *others = await kept(office)
    assert first == {**known, "phone": "0999999999"}
    assert [one["business_name"] for one in others] == ["Cơ sở mộc Lan", "Xưởng may Hòa", "Công ty Dệt Hà"]


async def test_columns_are_corrected_and_remembered(office: Office) -> None:
    browser = await office.member()
    source = workbook([("STT", "Biển hiệu", "Nơi ở", "Máy"), (1, "Mây tre Hạnh", "Xã Bắc Lý", "0912345678")])
    refused = await bring(browser, source)
    assert refused.status_code == 303
    words = said(await browser.get("/console/imports/1"))
    assert "Chưa có cột «Tên cơ sở»" in words
    said_so = {
        "sheet": "DS 2025",
        "header": "1",
        "column-1": "business_name",
        "column-2": "commune",
        "column-3": "phone",
    }
    assert (await browser.send("/console/imports/1/columns", said_so)).headers["location"].endswith("done=read")
    assert "1 cơ sở mới" in said(await browser.get("/console/imports/1"))
    twice = await browser.send("/console/imports/1/columns", {**said_so, "column-3": "commune"})
    assert (twice.status_code, "hai cột cùng là «Xã, phường»" in said(twice)) == (422, True)
    await browser.send("/console/imports/1/take")
    assert [one["phone"] for one in await kept(office)] == ["0912345678"]
    again = await bring(browser, source)
    assert "1 đã có, giữ nguyên" in said(await browser.get(again.headers["location"]))


@pytest.mark.parametrize("source", [b"", b"PK no zip", b"\xd0\xcf\x11\xe0", b"<html>"])
async def test_what_is_no_list_is_refused_with_the_file_s_name(office: Office, source: bytes) -> None:
    browser = await office.member()
    page = await bring(browser, source, "<b>x</b>.xlsx")
    assert page.status_code == 422
    assert "«<b>x</b>.xlsx»" in said(page)
    assert "<b>x" not in page.text
    assert (await browser.send("/console/imports/new")).status_code == 422


async def test_a_draft_is_dropped_or_forgotten_after_a_day_and_a_file_after_a_week(office: Office) -> None:
    browser = await office.member()
    for _ in range(3):
        await bring(browser, office_list())
    await browser.send("/console/imports/1/drop")
    await browser.send("/console/imports/2/take")
    assert (await browser.get("/console/imports/1")).status_code == 404

    async def left(days: float) -> list[tuple[int, bool]]:
        then = NOW + timedelta(days=days)
        await office.database.write(lambda connection: import_batches.tidy(connection, then))
        found = await office.database.read(lambda connection: import_batches.listed(connection, 0, 50))
        return [(one.id, one.has_file) for one in found]

    assert await left(0.9) == [(3, True), (2, True)]
    assert await left(1.1) == [(2, True)]
    assert await left(7.1) == [(2, False)]
    assert (await browser.get("/console/imports/2/marked.xlsx")).status_code == 404
    assert "Tải tệp đã đánh dấu" not in (await browser.get("/console/imports/2")).text


@pytest.mark.parametrize("role", ["viewer", "collaborator"])
async def test_only_writers_bring_lists_and_merge(office: Office, role: str) -> None:
    await office.database.write(_two)
    browser = await office.member(role)
    for path in ("/console/imports", "/console/imports/1", "/console/imports/1/marked.xlsx"):
        assert (await browser.get(path)).status_code == 403, path
    assert (await bring(browser, office_list())).status_code == 403
    posts = ("imports/1/take", "imports/1/undo", "duplicates/1/2/merge", "duplicates/1/2/refuse", "merges/1/undo")
    for path in posts:
        assert (await browser.send(f"/console/{path}")).status_code == 403, path


def _two(connection: Connection) -> None:
    a_person(connection, "lan").runs(LAN)
    a_person(connection, "con", "zalo_bot").runs({**LAN, "business_name": "Xưởng mộc Lan <b>", "workers": "9"})


async def test_two_are_put_side_by_side_merged_and_parted(office: Office) -> None:
    await office.database.write(_two)
    office.now = NOW + timedelta(minutes=1)
    browser = await office.member()
    page = await browser.get("/console/duplicates")
    assert "1 cặp" in said(page)
    assert "Cùng số điện thoại 0912 345 678 Tên gần giống, cùng xã" in said(page) or "Cùng tên, cùng xã" in said(page)
    assert "<b>" not in page.text
    assert "1 cặp" in said(await browser.get("/console/duplicates?search=moc+lan&reason=phone&commune=13285"))
    assert "0 cặp" in said(await browser.get("/console/duplicates?reason=tax"))
    beside = await browser.get("/console/duplicates/1/2")
    assert 'name="stays-workers" value="second"' in beside.text
    merged = await browser.send("/console/duplicates/1/2/merge", {"stays-workers": "second"})
    assert merged.headers["location"] == "/console/duplicates?done=merged"
    [one] = await kept(office)
    assert (one["business_name"], one["workers"]) == ("Cơ sở mộc Lan", "9")
    assert (await browser.send("/console/duplicates/1/2/merge")).status_code == 404
    assert "Hoàn tác" in said(await browser.get("/console/merges"))
    assert (await browser.send("/console/merges/1/undo")).headers["location"] == "/console/merges?done=parted"
    assert [one["workers"] for one in await kept(office)] == ["12", "9"]
    assert (await browser.send("/console/merges/1/undo")).status_code == 409
    assert "1 cặp" in said(await browser.get("/console/duplicates"))
    await browser.send("/console/duplicates/1/2/refuse")
    assert "0 cặp" in said(await browser.get("/console/duplicates"))
    assert "thu.huong ghi là không trùng" in said(await browser.get("/console/duplicates?state=refused"))
    await browser.send("/console/duplicates/1/2/reopen")
    assert "1 cặp" in said(await browser.get("/console/duplicates"))


async def test_no_telephone_is_lost(office: Office) -> None:
    def town(connection: Connection) -> None:
        a_person(connection, "lan").runs(LAN)
        a_person(connection, "con", "zalo_bot").runs({**LAN, "phone": "0987654321"})

    await office.database.write(town)
    browser = await office.member()
    await browser.send("/console/duplicates/1/2/merge", {"stays-phone": "second"})
    [one] = await kept(office)
    assert (one["phone"], one["other_phones"]) == ("0987654321", "0912345678")


async def test_a_collaborator_sees_pairs_of_their_communes_only(office: Office) -> None:
    def town(connection: Connection) -> None:
        for name, commune in (("a", "13285"), ("b", "13285"), ("c", "13291")):
            a_person(connection, name).runs({**LAN, "commune": commune})
        duplicates.examine(connection, [1, 2, 3])

    await office.database.write(town)
    browser = await office.member("collaborator")

    def give(connection: Connection) -> None:
        scope.give(connection, staff.listed(connection)[0].id, frozenset({"13285"}))

    await office.database.write(give)
    assert "1 cặp" in said(await browser.get("/console/duplicates"))
    assert (await browser.get("/console/duplicates/1/2")).status_code == 200
    assert (await browser.get("/console/duplicates/1/3")).status_code == 404
    assert "Gộp thành một" not in (await browser.get("/console/duplicates/1/2")).text
    assert not re.search(r"<option value=\"13291\"", (await browser.get("/console/duplicates")).text)


async def test_looking_at_two_is_noted(office: Office) -> None:
    await office.database.write(_two)
    await (await office.member("viewer")).get("/console/duplicates/1/2")
    seen = await office.database.read(lambda connection: audit.readings(connection))
    assert {one.subject for one in seen} == {"establishment:1", "establishment:2"}


async def test_pages_are_as_strict_as_the_others(office: Office) -> None:
    await office.database.write(_two)
    browser = await office.member()
    await bring(browser, office_list())
    paths = ["imports", "imports/1", "duplicates", "duplicates/1/2", "merges"]
    for path in paths:
        text = (await browser.get(f"/console/{path}")).text
        assert not re.search(r"<script>|<script [^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:", text), path
    await browser.send("/console/imports/1/take")
    assert "style=" not in (await browser.get("/console/imports/1")).text
    counted = select(func.count()).select_from(establishment)
    assert await office.database.read(lambda connection: connection.execute(counted).scalar_one()) == 3
