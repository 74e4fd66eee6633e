"""The staff pages for questionnaires: uploaded, looked over, tried, published, answered, asked in rounds."""

import html
import io
import re
from pathlib import Path

import httpx
import openpyxl
import pytest
from sqlalchemy import Connection

from content.render import Renderer
from conversation.catalog import Library
from db import published, uploads
from db.engine import Database
from tests.office import LAN, NOW, a_person
from tests.test_console import HOST, Browser, Office, read_version, said

WORKSHOP = (Path(__file__).parent / "forms" / "ho_gia_dinh.md").read_bytes()
WRONG = b"""| survey |
| | type | name | label | relevant | constraint |
| | text | ten | Ten xuong? | | |
| | integre | tho | May tho? | | |
| | integer | may | May may? | ${thoo} > 3 | . >> 3 |
"""
ROUND = {"form": "tho_may", "title": "Khảo sát 2027", "letter": "120/SCT-KC", "audience": "", "closes_at": ""}


@pytest.fixture
def office(database: Database, library: Library, renderer: Renderer) -> Office:
    return Office(database, library, renderer)


async def upload(browser: Browser, source: bytes, name: str = "tho_may", file: str = "Thợ máy.md") -> httpx.Response:
    data = {"csrf": await browser.csrf(), "name": name}
    files = {"workbook": (file, source, "text/markdown")}
    return await browser.client.post("/console/forms/new", data=data, files=files, headers={"Origin": HOST})


async def a_draft(office: Office, role: str = "editor") -> Browser:
    browser = await office.member(role)
    kept = await upload(browser, WORKSHOP)
    assert (kept.status_code, kept.headers["location"]) == (303, "/console/forms/tho_may?done=kept")
    return browser


async def a_live_form(office: Office) -> Browser:
    browser = await a_draft(office)
    page = (await browser.get("/console/forms/tho_may")).text
    sha = re.search(r'name="sha" value="([0-9a-f]+)"', page)
    assert sha is not None
    assert (await browser.send("/console/forms/tho_may/publish", {"sha": sha[1]})).status_code == 303
    return browser


async def test_a_bad_workbook_is_shown_with_its_wrong_cells_and_not_kept(office: Office) -> None:
    browser = await office.member()
    page = await upload(browser, WRONG)
    assert page.status_code == 422
    assert "còn 3 chỗ cần sửa" in said(page)
    assert 'value="tho_may"' in page.text
    assert page.text.count('class="wrong-cell"') == 3
    assert re.search(r'class="wrong-cell">\. (&gt;|>)', page.text)
    assert await office.database.read(published.listed) == []


@pytest.mark.parametrize(
    ("source", "name", "file", "reason"),
    [
        (WORKSHOP, "tho_may", "phieu.docx", "không phải .xlsx"),
        (WORKSHOP, "Thợ Máy", "phieu.md", "chữ thường không dấu"),
        (WORKSHOP, "needs", "phieu.md", "phiếu có sẵn"),
        (b"PK\x03\x04", "tho_may", "phieu.xlsx", "không đọc được"),
    ],
)
async def test_what_cannot_be_kept_says_why(office: Office, source: bytes, name: str, file: str, reason: str) -> None:
    page = await upload(await office.member(), source, name, file)
    assert page.status_code == 422
    assert reason in said(page)


async def test_a_name_is_made_from_the_file(office: Office) -> None:
    kept = await upload(await office.member(), WORKSHOP, "", "Khảo sát 2027.md")
    assert kept.headers["location"] == "/console/forms/khao_sat_2027?done=kept"


async def test_a_draft_shows_its_questions_and_is_tried(office: Office) -> None:
    browser = await a_draft(office)
    assert "Bản nháp, chưa đăng" in said(await browser.get("/console/forms/tho_may"))
    page = await browser.get("/console/forms/tho_may/try")
    for text in ("Mộc Lan", "0", "không", "gửi"):
        kept = re.search(r'name="kept" value="([^"]+)"', page.text)
        assert kept is not None
        page = await browser.send("/console/forms/tho_may/try", {"kept": html.unescape(kept[1]), "text": text})
        assert page.status_code == 200
    assert '"ten": "Mộc Lan"' in html.unescape(page.text)
    found = await office.database.read(lambda connection: published.find(connection, "tho_may"))
    assert found is not None
    assert found.responses == 0


async def test_a_conversation_that_was_tampered_with_is_refused(office: Office) -> None:
    browser = await a_draft(office)
    for kept in ("", "{}", '{"session": 3, "lines": [], "turns": 1}'):
        assert (await browser.send("/console/forms/tho_may/try", {"kept": kept, "text": "x"})).status_code == 400


async def test_a_form_is_published_closed_and_opened_again(office: Office) -> None:
    browser = await a_live_form(office)
    assert "Đang mở" in said(await browser.get("/console/forms/tho_may"))
    assert (await browser.send("/console/forms/tho_may/close")).status_code == 303
    assert "Đã đóng" in said(await browser.get("/console/forms/tho_may"))
    past = await browser.send("/console/forms/tho_may/closing", {"closes_at": "2020-01-01T00:00"})
    assert (past.status_code, "đã qua" in said(past)) == (422, True)
    assert (await browser.send("/console/forms/tho_may/reopen")).status_code == 303
    assert (await browser.send("/console/forms/tho_may/closing", {"closes_at": "2027-01-01T00:00"})).status_code == 303
    assert "01/01/2027" in said(await browser.get("/console/forms"))


async def test_a_second_upload_waits_while_the_first_goes_on(office: Office) -> None:
    browser = await a_live_form(office)
    await upload(browser, WORKSHOP.replace("Tên xưởng?".encode(), "Xưởng tên gì?".encode()))
    page = said(await browser.get("/console/forms/tho_may"))
    assert "Xưởng tên gì?" in page
    assert "Đăng bản mới" in page


async def test_a_viewer_looks_and_changes_nothing(office: Office) -> None:
    await a_draft(office)
    viewer = await office.member("viewer", "xem")
    assert (await viewer.get("/console/forms/tho_may")).status_code == 200
    assert (await viewer.get("/console/forms/tho_may/try")).status_code == 200
    assert (await viewer.send("/console/forms/tho_may/publish", {"sha": "x"})).status_code == 403
    assert (await upload(viewer, WORKSHOP)).status_code == 403


async def test_a_form_is_taken_away_on_paper_as_a_workbook_and_as_a_template(office: Office) -> None:
    browser = await a_draft(office)
    for name in ("tho_may", "needs_full"):
        assert (await browser.get(f"/console/forms/{name}/paper.pdf")).content.startswith(b"%PDF")
        book = openpyxl.load_workbook(io.BytesIO((await browser.get(f"/console/forms/{name}/fill-in.xlsx")).content))
        assert "Phiếu" in book.sheetnames
    template = openpyxl.load_workbook(io.BytesIO((await browser.get("/console/forms/template.xlsx")).content))
    assert "Câu hỏi" in template.sheetnames
    page = (await browser.get("/console/forms/tho_may")).text
    source = re.search(r"/console/forms/tho_may/source/[0-9a-f]+", page)
    plain = re.search(r"/console/forms/tho_may/xlsform/[0-9a-f]+", page)
    assert source is not None
    assert plain is not None
    assert (await browser.get(source[0])).content == WORKSHOP
    assert "survey" in openpyxl.load_workbook(io.BytesIO((await browser.get(plain[0])).content)).sheetnames
    assert (await browser.get("/console/forms/khong_co")).status_code == 404
    assert (await browser.get("/console/forms/khong_co/paper.pdf")).status_code == 404


async def test_a_round_tells_who_has_not_answered(office: Office) -> None:
    browser = await a_live_form(office)
    facts = {"business_name": "=Mộc Lan", "phone": "0912345678"}
    await office.database.write(lambda connection: a_person(connection, "lan").runs({**LAN, **facts}))
    refused = await browser.send("/console/rounds/new", ROUND)
    assert (refused.status_code, "Cần hạn trả lời" in said(refused)) == (422, True)
    wrong = await browser.send("/console/rounds/new", {**ROUND, "closes_at": "2026-12-20T17:00", "audience": "lạ=1"})
    assert (wrong.status_code, 'value="120/SCT-KC"' in wrong.text) == (422, True)
    opened = await browser.send("/console/rounds/new", {**ROUND, "closes_at": "2026-12-20T17:00"})
    assert opened.status_code == 303
    page = said(await browser.get(opened.headers["location"]))
    assert "DT1" in page
    assert "=Mộc Lan" in page
    table = (await browser.get("/console/rounds/1/missing.csv")).text
    assert "'=Mộc Lan" in table
    assert (await browser.send("/console/rounds/1/close")).status_code == 303
    assert "Đã đóng" in said(await browser.get("/console/rounds"))
    assert (await browser.get("/console/rounds/99")).status_code == 404


async def test_a_response_shows_repeats_files_and_what_it_was_before(office: Office) -> None:
    browser = await a_live_form(office)

    def answered(connection: Connection) -> str:
        found = published.find(connection, "tho_may")
        assert found is not None
        form = read_version(connection, found.live_sha or "")
        assert form is not None
        person = a_person(connection, "lan").runs(LAN)
        answers = {"ten": "Mộc Lan", "so_tho": "1", "tho": [{"ten_tho": "An", "tuoi_tho": "35", "viec": "cat"}]}
        person.sent("TM-1000", form, answers)
        return uploads.keep(connection, person.contact_id, "anh.jpg", "image/jpeg", b"jpeg", NOW).answer

    answer = await office.database.write(answered)
    page = said(await browser.get("/console/responses/TM-1000"))
    assert "An bao nhiêu tuổi?" in page
    assert "Cắt" in page
    assert (await browser.get(f"/console/files/{answer}")).content == b"jpeg"
    assert (await browser.get("/console/files/9-khong.jpg")).status_code == 404
    charts = said(await browser.get("/console/forms/tho_may/summary"))
    assert "1 phiếu trả lời" in charts
    assert "Cắt 1 100%" in charts
