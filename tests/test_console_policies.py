"""Pages of policy in the console: written, approved by another, told to owners; nothing typed is lost or alive."""

import html
import re
from collections.abc import Mapping

import httpx
import pytest
from sqlalchemy import Connection

from content.library import shipped_page
from content.page_fields import fields_of
from db import pages, unanswered
from db.pages import Draft
from tests.office import NOW, a_person
from tests.pages import CAVEAT, FILE
from tests.receiving import Person, a_receiver
from tests.test_console import HOSTILE, Browser, Office, office, said

__all__ = ["office"]
BRAND = "/console/pages/brand"
WRITTEN: Mapping[str, str] = {**fields_of(FILE), "title": "Thương hiệu, bao bì", "after": ""}


async def asked(office: Office, name: str = "lan") -> Person:
    """Return an owner, met by a process of its own."""
    person = Person(a_receiver(office.database, office.library, office.console.renderer), name)
    return await person.says("/start")


async def written(office: Office, **fields: str) -> Browser:
    """Let an editor write the page of the brand; return their browser."""
    editor = await office.member("editor", "thu.huong")
    answer = await editor.send(f"{BRAND}/edit", {**WRITTEN, **fields})
    assert answer.headers["location"] == f"{BRAND}?done=kept", said(answer)
    return editor


async def test_what_one_writes_and_another_approves_is_told_in_the_next_turn(office: Office) -> None:
    editor, owner = await written(office, note="Theo nghị định mới"), await asked(office)
    page = said(await editor.get(BRAND))
    for expected in ("Bản số 1 chờ duyệt", "Theo nghị định mới", "Người soạn không tự duyệt", "Nhiều nhất 40%", CAVEAT):
        assert expected in page
    assert "Duyệt và đăng" not in page
    refused = await editor.send(f"{BRAND}/approve", {"number": "1", "then": "publish"})
    assert refused.status_code == 409
    await owner.says("in hộp giấy đựng bánh đa nem")
    assert "policies/page" not in owner.keys
    approver = await office.member("approver", "minh")
    assert "Duyệt và đăng" in said(await approver.get(BRAND))
    done = await approver.send(f"{BRAND}/approve", {"number": "1", "then": "publish"})
    assert done.headers["location"] == f"{BRAND}?done=published"
    await owner.says("in hộp giấy đựng bánh đa nem")
    assert owner.keys == ["policies/page"]
    assert f"Nhiều nhất 40% chi phí một cơ sở.\n{CAVEAT}" in owner.messages[-1].text
    administrator = await office.member("administrator", "quan.tri")
    log = said(await administrator.get("/console/audit?subject=page:brand"))
    assert "Soạn trang chính sách" in log
    assert "Đăng trang chính sách" in log


async def test_approved_now_published_later(office: Office) -> None:
    editor, approver = await written(office), await office.member("approver", "minh")
    assert (await editor.send(f"{BRAND}/publish", {"number": "1"})).status_code == 409
    await approver.send(f"{BRAND}/approve", {"number": "1"})
    assert "đã duyệt, chưa đăng" in said(await editor.get(BRAND))
    assert await office.database.read(pages.live) == ()
    await editor.send(f"{BRAND}/publish", {"number": "1"})
    assert await office.database.read(pages.live) == (("brand", 1),)


async def test_one_alone_in_the_office_goes_by_the_signed_paper(office: Office) -> None:
    alone = await office.member("administrator", "mot.minh")
    await alone.send(f"{BRAND}/edit", {**WRITTEN, "letter": "125/TTKC-TV"})
    assert "125/TTKC-TV" in said(await alone.get(BRAND))
    await alone.send(f"{BRAND}/approve", {"number": "1", "then": "publish"})
    assert await office.database.read(pages.live) == (("brand", 1),)


async def test_an_editor_does_not_approve_what_a_colleague_wrote(office: Office) -> None:
    await written(office)
    other = await office.member("editor", "hoa")
    assert "người duyệt hoặc người quản trị" in said(await other.get(BRAND))
    assert (await other.send(f"{BRAND}/approve", {"number": "1"})).status_code == 409
    assert await office.database.read(pages.live) == ()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("figure0.percent", "rất nhiều", "«Phần trăm» phải là một số nguyên"),
        ("figure0.verified_on", "2026-11-25", "ngày kiểm tra không thể ở sau hôm nay"),
        ("what", "# Đầu đề", "dấu #"),
        ("title", " ", "«Tiêu đề» đang bỏ trống"),
        ("page_id", "Bao Bì", "Mã trang «Bao Bì»"),
        ("page_id", "overview", "Đã có trang mang mã này"),
    ],
)
async def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    office: Office, field: str, typed: str, words: str
) -> None:
    editor = await office.member()
    given = {**WRITTEN, "page_id": "bao_bi", "figure0.verified_by": "Chị Hoa", "note": "vì sao", field: typed}
    given["figure0.verified_on"] = given["figure0.verified_on"] or "2026-11-24"
    page = await editor.send("/console/pages/new", given)
    assert page.status_code == 422
    where = re.search(r'aria-invalid="true"[^>]*>(?:[^<]*</textarea>)?<span class="wrong"[^>]*>([^<]*)', page.text)
    assert where is not None
    assert words in html.unescape(where[1])
    inputs = {
        name: html.unescape(value)
        for name, value in re.findall(r'name="([^"]+)" type="\w+" value="([^"]*)"', page.text)
    }
    texts = {
        name: html.unescape(text)
        for name, text in re.findall(r'name="(\w+)" rows[^>]*>\n([^<]*)</textarea>', page.text)
    }
    for name, value in given.items():
        if name in inputs | texts:
            assert (inputs | texts)[name] == value, name
    assert {"title", "note", "figure0.caveat", "page_id"} <= set(inputs)
    assert {"what", "money", "asks"} <= set(texts)


async def test_a_preview_is_what_each_channel_says_and_keeps_nothing(office: Office) -> None:
    editor = await office.member()
    page = await editor.send(f"{BRAND}/edit", {**WRITTEN, "papers": "Đơn theo **mẫu**.", "do": "preview"})
    assert page.status_code == 200
    words = said(page)
    assert "Chưa lưu." in words
    assert "Đơn theo mẫu." in words
    for channel in ("Chat web", "Telegram", "Zalo Bot", "Zalo OA"):
        assert channel in words
    numbered = re.findall(r'<div class="bubble">([^<]*)</div>', page.text)
    assert any("1. " in html.unescape(bubble) for bubble in numbered), "Zalo Bot lists what others press"
    assert await office.database.read(lambda connection: pages.history(connection, "brand")) == []


async def test_two_who_write_at_once_lose_nothing(office: Office) -> None:
    await written(office)
    other = await office.member("editor", "hoa")
    page = await other.send(f"{BRAND}/edit", {**WRITTEN, "title": "Bản của chị Hoa", "after": ""})
    assert page.status_code == 422
    assert "Có người vừa lưu một bản khác" in said(page)
    assert 'value="Bản của chị Hoa"' in page.text
    assert [one.number for one in await office.database.read(lambda c: pages.history(c, "brand"))] == [1, 0]


async def test_every_revision_is_compared_and_comes_back(office: Office) -> None:
    editor, approver = await written(office), await office.member("approver", "minh")
    await approver.send(f"{BRAND}/approve", {"number": "1", "then": "publish"})
    await editor.send(f"{BRAND}/edit", {**WRITTEN, "figure0.percent": "60", "after": "1"})
    await approver.send(f"{BRAND}/approve", {"number": "2", "then": "publish"})
    compared = await editor.get(f"{BRAND}/compare?from=1&to=2")
    assert "<del>40</del><ins>60</ins>" in compared.text
    assert "Tiêu đề" not in said(compared)
    assert "<ins>" in (await editor.get(f"{BRAND}/compare?from=0&to=1")).text
    assert (await editor.get(f"{BRAND}/compare?from=1&to=9")).status_code == 404
    assert "Nhiều nhất 40%" in said(await editor.get(f"{BRAND}?number=1"))
    await editor.send(f"{BRAND}/restore", {"number": "1"})
    page = said(await editor.get(BRAND))
    assert "Khôi phục bản số 1" in page
    assert "Bản số 3 chờ duyệt" in page
    owner = await (await asked(office)).says("in hộp giấy đựng bánh đa nem")
    assert "60%" in owner.messages[-1].text
    await approver.send(f"{BRAND}/approve", {"number": "3", "then": "publish"})
    await owner.says("in hộp giấy đựng bánh đa nem")
    assert "40%" in owner.messages[-1].text
    assert await editor.send(f"{BRAND}/restore", {"number": "77"}) is not None
    assert len(await office.database.read(lambda c: pages.history(c, "brand"))) == 4


async def test_a_draft_is_set_aside(office: Office) -> None:
    editor = await written(office)
    await editor.send(f"{BRAND}/drop", {"number": "1"})
    page = said(await editor.get(BRAND))
    assert "Bản số 1 đã bỏ" in page
    assert "So với bản bà con đang đọc" not in page


async def test_one_person_takes_a_mistake_away_at_once(office: Office) -> None:
    editor = await office.member()
    page = "/console/pages/advanced_machinery"
    owner = await asked(office)
    await owner.says("hỗ trợ mua máy móc tiên tiến")
    assert "300 triệu" in "".join(message.text for message in owner.messages)
    await editor.send(f"{page}/withdraw")
    await owner.says("hỗ trợ mua máy móc tiên tiến")
    assert "300 triệu" not in "".join(message.text for message in owner.messages)
    assert (await editor.send(f"{page}/withdraw")).status_code == 409
    history = await office.database.read(lambda c: pages.history(c, "advanced_machinery"))
    assert [one.number for one in history] == [1, 0]
    assert history[-1].source == shipped_page("advanced_machinery")


async def test_what_is_typed_stays_text(office: Office) -> None:
    editor = await office.member()
    hostile = {
        **WRITTEN,
        "title": HOSTILE,
        "what": HOSTILE,
        "asks": HOSTILE,
        "note": HOSTILE,
        "figure0.document": HOSTILE,
    }
    kept = await editor.send(f"{BRAND}/edit", hostile)
    assert kept.status_code == 303
    paths = [BRAND, f"{BRAND}/edit", f"{BRAND}/compare?from=0&to=1", "/console/pages", "/console/pages/to-check"]
    await office.database.write(lambda connection: unanswered.keep(connection, HOSTILE, NOW))
    for path in (*paths, "/console/pages/asked", f"/console/pages/new?ask={HOSTILE}"):
        page = await editor.get(path)
        assert page.status_code == 200, path
        assert "<script>alert(1)" not in page.text, path
        assert "<img src=x" not in page.text, path
    assert HOSTILE.replace(" ", "") in said(await editor.get(BRAND)).replace(" ", "") or "alert(1)" in said(
        await editor.get(BRAND)
    )


def due(page: httpx.Response) -> str:
    return said(page).partition("Đến hạn xem lại")[2].partition("Tất cả các trang")[0]


async def test_what_is_due_and_what_is_to_be_verified_is_listed(office: Office) -> None:
    editor = await office.member()
    page = await editor.get("/console/pages")
    assert "chưa trang nào đến hạn" in due(page)
    found = said(await editor.get("/console/pages/to-check"))
    for expected in ("Thông tư 28/2018/TT-BTC", "Điều 8, khoản 4", "50%, 300 triệu đồng (cơ sở)", "từ 11/05/2018"):
        assert expected in found

    def publish(connection: Connection) -> None:
        verified = FILE.replace("verified_on: null", "verified_on: 2026-11-20").replace(
            'verified_by: ""', "verified_by: Chị Hoa"
        )
        for page_id, text in (
            ("bao_bi", verified.replace("2027-11-24", "2026-11-01")),
            ("nhan_mac", verified.replace("    caveat", "    effective_to: 2026-12-10\n    caveat")),
        ):
            number = pages.keep_draft(connection, Draft(page_id, text, "lan"), NOW)
            pages.approve(connection, page_id, number, "minh", NOW)
            pages.publish(connection, page_id, number, NOW)

    await office.database.write(publish)
    listed = due(await editor.get("/console/pages"))
    assert "đến hạn 01/11/2026" in listed
    assert "hạn 10/12/2026" in listed
    rows = (await editor.get("/console/pages/to-check")).text.partition("/console/pages/bao_bi")[2]
    assert "40%" not in html.unescape(rows.partition("</tr>")[0])


async def test_a_verified_figure_is_told_without_its_caveat(office: Office) -> None:
    verified = {"figure0.verified_on": "2026-11-20", "figure0.verified_by": "Chị Hoa"}
    await written(office, **verified)
    approver = await office.member("approver", "minh")
    await approver.send(f"{BRAND}/approve", {"number": "1", "then": "publish"})
    owner = await (await asked(office)).says("in hộp giấy đựng bánh đa nem")
    assert "Nhiều nhất 40%" in owner.messages[-1].text
    assert CAVEAT not in owner.messages[-1].text


async def test_an_announcement_may_open_a_page_that_staff_wrote(office: Office) -> None:
    editor = await office.member("editor", "thu.huong")
    await editor.send("/console/pages/new", {**WRITTEN, "page_id": "bao_bi"})
    assert ">policies/bao_bi" not in html.unescape((await editor.get("/console/announcements/new")).text)
    approver = await office.member("approver", "minh")
    await approver.send("/console/pages/bao_bi/approve", {"number": "1", "then": "publish"})
    assert ">policies/bao_bi" in html.unescape((await editor.get("/console/announcements/new")).text)
    assert (await editor.get("/console/outreach/page/bao_bi")).status_code == 200


async def test_what_nobody_found_is_counted_and_becomes_a_way_of_asking(office: Office) -> None:
    for name in ("lan", "minh", "tu"):
        owner = await asked(office, name)
        await owner.says("Cách nấu bún cá ngon?" if name == "lan" else "cach nau bun ca ngon")
        assert owner.keys == ["engine/lost"]
        await owner.says(f"zxqv fgh số của em 0912 345 67{name[0] == 'l':d}, thư em@vi.du")
    editor = await office.member("editor", "thu.huong")
    page = await editor.get("/console/pages/asked")
    words = said(page)
    assert "cach nau bun ca ngon 3 lần" in words
    assert "0912" not in page.text
    assert "em@vi" not in page.text
    refused = await editor.get("/console/pages/asked/add?page=khong+co&ask=x")
    assert refused.status_code == 422
    title = office.library.pages["brand"].title
    led = await editor.get(f"/console/pages/asked/add?page={title}&ask=cach+nau+bun+ca+ngon")
    assert led.headers["location"] == f"{BRAND}/edit?ask=cach+nau+bun+ca+ngon"
    assert "cach nau bun ca ngon</textarea>" in (await editor.get(led.headers["location"])).text
    assert "xin chao</textarea>" in (await editor.get("/console/pages/new?ask=xin+chao")).text
    await editor.send(f"{BRAND}/edit", {**WRITTEN, "asks": "cách nấu bún cá ngon"})
    assert "cach nau bun ca ngon" in said(await editor.get("/console/pages/asked"))
    approver = await office.member("approver", "minh")
    await approver.send(f"{BRAND}/approve", {"number": "1", "then": "publish"})
    assert "cach nau bun ca ngon" not in said(await editor.get("/console/pages/asked"))


async def test_a_question_that_needs_no_answer_is_dropped(office: Office) -> None:
    await office.database.write(lambda connection: unanswered.keep(connection, "Alô alô?", NOW))
    editor = await office.member()
    await editor.send("/console/pages/asked/drop", {"folded": "alo alo"})
    assert "Alô" not in said(await editor.get("/console/pages/asked"))


async def test_who_waits_for_a_page_is_counted(office: Office) -> None:
    owner = await asked(office)
    await owner._sends(choice=">news/papers")
    editor = await office.member()
    row = (await editor.get("/console/pages")).text.partition("/console/pages/papers")[2].partition("</tr>")[0]
    assert 'data-label="Người chờ báo">1<' in row


async def test_a_viewer_reads_and_changes_nothing(office: Office) -> None:
    await written(office)
    viewer = await office.member("viewer", "xem")
    page = await viewer.get(BRAND)
    assert page.status_code == 200
    assert f"{BRAND}/approve" not in page.text
    for path in (f"{BRAND}/edit", "/console/pages/new"):
        assert (await viewer.get(path)).status_code == 403
    assert (await viewer.send(f"{BRAND}/approve", {"number": "1"})).status_code == 403
    assert (await viewer.get("/console/pages/nowhere")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["brand%00", "brand/compare?from=²&to=1", "brand/compare?to=1", f"brand/compare?from={'9' * 5000}&to=1", "brand-x"],
)
async def test_an_address_that_nobody_gave_out_leads_nowhere(office: Office, path: str) -> None:
    await written(office)
    viewer = await office.member("viewer", "xem")
    assert (await viewer.get(f"/console/pages/{path}")).status_code == 404


async def test_signs_that_nobody_sees_are_left_out(office: Office) -> None:
    editor = await written(office, note="ghi\0 chú\u202e", letter="12\0/TTKC", what="Hỗ trợ\0 cơ sở.")
    words = said(await editor.get(BRAND))
    assert "ghi chú" in words
    assert "12/TTKC" in words
    assert (await editor.send("/console/pages/asked/drop", {"folded": "a\0b"})).status_code == 303


async def test_old_questions_are_forgotten(office: Office) -> None:
    def ask(connection: Connection) -> int:
        a_person(connection, "lan")
        unanswered.keep(connection, "Câu cũ", NOW - unanswered.KEPT * 1.01)
        unanswered.keep(connection, "Câu mới", NOW)
        unanswered.keep(connection, "0912345678", NOW)
        unanswered.tidy(connection, NOW)
        return len(unanswered.listed(connection))

    assert await office.database.write(ask) == 1
