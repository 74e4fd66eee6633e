"""The staff pages: who may see and do what, and that what an owner typed stays text."""

import csv
import html
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import Connection, insert, select, text, update
from starlette.applications import Starlette
from starlette.routing import Mount

from console import accounts
from console.app import console_app
from console.pages import HERE, environment
from console.parts import Console
from console.visit import COOKIE
from content.library import FormSource
from content.render import Renderer
from conversation.catalog import Library
from conversation.form import Form
from db import announcements, classes, forms, questions, scope, staff
from db.engine import Database
from db.models import staff as staff_table
from db.models import training_class
from tests.conftest import a_class
from tests.office import LAN, NOW, a_person

HOST = "https://kc.example"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
READ = [
    "/console/",
    "/console/cases",
    "/console/cases?view=board",
    "/console/inbox",
    "/console/questions",
    "/console/announcements",
    "/console/classes",
    "/console/forms",
    "/console/forms/needs/summary",
    "/console/rounds",
    *(f"/console/tables/{name}" for name in ("interests", "responses", "signups", "establishments", "contacts")),
    "/console/tables/deliveries?announcement=1",
]
WRITE = [
    "/console/announcements/new",
    "/console/classes/new",
    "/console/forms/new",
    "/console/rounds/new",
    "/console/inbox/canned",
]
CLASS = {
    "code": "mm2",
    "title": "Dạy may cho thợ mới",
    "starts_at": "2026-12-12T08:00",
    "ends_at": "2026-12-13T16:30",
    "place": "Nhà văn hóa xã Bắc Lý",
    "seats": "20",
    "deadline": "2026-12-05",
    "fee": "không thu",
    "schedule": "",
}
ANNOUNCEMENT = {"title": "Mở lớp may", "text": "Gõ MM2 để đăng ký.", "audience": "", "send_at": ""}


def read_version(connection: Connection, sha: str) -> Form | None:
    """Read a version of a form that staff uploaded."""
    found = forms.find(connection, sha)
    return FormSource(found.name, found.suffix, found.source, found.files).read() if found else None


class Office:
    """The pages over a database, and browsers of members of staff."""

    def __init__(self, database: Database, library: Library, renderer: Renderer) -> None:
        self.database = database
        self.library = library
        self.now = NOW
        self.woken: list[bool] = []
        self.console = Console(
            database, library, renderer, read_version, lambda: self.now, lambda: self.woken.append(True)
        )
        self.set_up()

    def set_up(self, **settings: Any) -> None:
        """Serve the pages, with other settings than the usual where any are given."""
        self.console = replace(self.console, **settings)
        app = Starlette(routes=[Mount("/console", console_app(self.console))])
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def stranger(self) -> "Browser":
        return Browser(httpx.AsyncClient(transport=self._transport, base_url=HOST))

    async def member(self, role: str = "editor", name: str = "thu.huong") -> "Browser":
        """Return the browser of somebody who has signed in and chosen a password."""

        def sign_in(connection: Connection) -> str:
            staff.add(connection, name, role, "hash", self.now)
            connection.execute(update(staff_table).where(staff_table.c.name == name).values(one_time=False))
            attempt = staff.attempt(connection, name, self.now)
            assert attempt is not None
            return staff.sign_in(connection, attempt.staff_id, self.now)

        token = await self.database.write(sign_in)
        browser = self.stranger()
        browser.client.cookies.set(COOKIE, token)
        return browser


class Browser:
    """Opens pages and sends the forms that stand on them, as a browser without JavaScript does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.client.get(path, params=params)

    async def csrf(self) -> str:
        page = await self.get("/console/password")
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert found is not None
        return found[1]

    async def send(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> httpx.Response:
        data = {"csrf": await self.csrf(), **(fields or {})}
        return await self.client.post(path, data=data, headers={"Origin": HOST, **headers})


def said(response: httpx.Response) -> str:
    """Return a page's words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


@pytest.fixture
def office(database: Database, library: Library, renderer: Renderer) -> Office:
    return Office(database, library, renderer)


async def test_strangers_are_led_to_the_door(office: Office) -> None:
    stranger = office.stranger()
    for path in [*READ, *WRITE, "/console/staff", "/console/password", "/console/responses/HT-1"]:
        page = await stranger.get(path)
        assert page.status_code == 303
        assert page.headers["location"].startswith("/console/sign-in?next=/console/"), path


@pytest.mark.parametrize("role", ["viewer", "editor", "administrator"])
async def test_staff_read_every_page_even_an_empty_one(office: Office, role: str) -> None:
    browser = await office.member(role)
    for path in READ:
        page = await browser.get(path)
        assert page.status_code == 200, path
        assert '<html lang="vi">' in page.text
        assert page.headers["cache-control"] == "no-store"


async def test_pages_have_no_script_and_no_style_in_them(office: Office) -> None:
    browser = await office.member("administrator")
    for path in [*READ, *WRITE, "/console/staff", "/console/password", "/console/sign-in"]:
        page = await browser.get(path)
        assert not re.search(r"<script>|<script [^>]*>[^<]|<style|\sstyle=|\son[a-z]+=|javascript:", page.text), path


def test_every_template_escapes() -> None:
    templates = environment()
    assert templates.autoescape is True
    for name in templates.list_templates():
        source = (HERE / "templates" / name).read_text("utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup", source), name


@pytest.mark.parametrize("path", WRITE)
async def test_a_viewer_writes_nothing(office: Office, path: str) -> None:
    viewer = await office.member("viewer")
    assert (await viewer.get(path)).status_code == 403
    assert (await viewer.send(path, {**CLASS, **ANNOUNCEMENT})).status_code == 403
    assert await office.database.read(classes.listed) == []
    assert await office.database.read(announcements.listed) == []


@pytest.mark.parametrize("role", ["viewer", "editor", "approver", "collaborator"])
async def test_only_an_administrator_sees_accounts(office: Office, role: str) -> None:
    browser = await office.member(role)
    assert (await browser.get("/console/staff")).status_code == 403
    assert (await browser.send("/console/staff", {"name": "moi", "role": "editor"})).status_code == 403
    assert len(await office.database.read(staff.listed)) == 1


async def test_a_collaborator_sees_their_communes_only(office: Office) -> None:
    def happened(connection: Connection) -> None:
        lan = a_person(connection, "lan").agreed().runs(LAN).asked("Lan hỏi máy bào?")
        lan.sent("HT-4827", office.library.forms["interest"], {**LAN, "activity": "machinery"})
        tam = a_person(connection, "tam").agreed().runs({**LAN, "business_name": "Xưởng Tâm", "commune": "13336"})
        tam.asked("Tâm hỏi máy may?")
        tam.sent("HT-4828", office.library.forms["interest"], {"business_name": "Xưởng Tâm", "activity": "brand"})

    await office.database.write(happened)
    collaborator = await office.member("collaborator")
    everything = [path for path in READ if "deliveries" not in path]
    assert "Mộc Lan" not in "".join([(await collaborator.get(path)).text for path in everything])

    def give(connection: Connection) -> None:
        scope.give(connection, connection.execute(select(staff_table.c.id)).scalar_one(), frozenset({"13336"}))

    await office.database.write(give)
    office.console.overviews.clear()
    shown = [await collaborator.get(path) for path in everything]
    words = "".join(page.text for page in shown)
    assert "Xưởng Tâm" in words
    assert "Tâm hỏi" in words
    assert "mộc Lan" not in words
    assert "Lan hỏi" not in words
    assert "HT-4827" not in words
    assert (await collaborator.get("/console/responses/HT-4827")).status_code == 404
    assert (await collaborator.get("/console/responses/HT-4828")).status_code == 200
    for name in ("interests", "responses", "establishments", "contacts", "signups"):
        file = await collaborator.get(f"/console/tables/{name}/export.csv?search=Lan")
        assert "mộc Lan" not in file.content.decode("utf-8-sig"), name
    for path in (
        "/console/questions",
        "/console/announcements",
        "/console/forms",
        "/console/audiences",
        "/console/staff",
    ):
        assert (await collaborator.get(path)).status_code == 403, path


async def test_signing_in_with_a_one_time_password_leads_to_a_password_of_ones_own(office: Office) -> None:
    password = await accounts.add(office.database, office.console.passwords, "lan", "editor", NOW)
    browser = office.stranger()
    page = await browser.client.post(
        "/console/sign-in", data={"name": "Lan", "password": password, "next": "/console/questions"}
    )
    assert (page.status_code, page.headers["location"]) == (303, "/console/questions")
    cookie = page.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/console", "Secure"))
    assert (await browser.get("/console/questions")).headers["location"] == "/console/password"
    chosen = {"old": password, "new": "mộc mạc bốn mặt", "again": "mộc mạc bốn mặt"}
    before = dict(browser.client.cookies)
    assert (await browser.send("/console/password", chosen)).headers["location"] == "/console/?done=password"
    assert dict(browser.client.cookies) != before
    assert (await browser.get("/console/questions")).status_code == 200


async def test_a_wrong_password_changes_nothing_and_locks_in_the_end(office: Office) -> None:
    password = await accounts.add(office.database, office.console.passwords, "lan", "editor", NOW)
    browser = office.stranger()
    wrong = {"name": "lan", "password": "sai"}
    for _ in range(staff.FREE_FAILURES + 1):
        page = await browser.client.post("/console/sign-in", data=wrong)
        assert page.status_code == 401
        assert "chưa đúng" in said(page)
    locked = await browser.client.post("/console/sign-in", data={"name": "lan", "password": password})
    assert locked.status_code == 429
    assert "Thử lại sau 09:21" in said(locked)
    office.now += timedelta(minutes=1)
    assert (await browser.client.post("/console/sign-in", data={**wrong, "password": password})).status_code == 303


async def test_nobody_learns_which_names_exist(office: Office) -> None:
    await accounts.add(office.database, office.console.passwords, "lan", "editor", NOW)
    browser = office.stranger()
    pages = [
        await browser.client.post("/console/sign-in", data={"name": name, "password": "sai"})
        for name in ("lan", "hung")
    ]
    assert pages[0].status_code == pages[1].status_code == 401
    assert pages[0].text == pages[1].text


@pytest.mark.parametrize("onwards", ["https://xau.example", "//xau.example", "/xau", "/console/\\xau", "/consolex", ""])
async def test_the_door_leads_nowhere_else(office: Office, onwards: str) -> None:
    password = await accounts.add(office.database, office.console.passwords, "lan", "editor", NOW)
    data = {"name": "lan", "password": password, "next": onwards}
    page = await office.stranger().client.post("/console/sign-in", data=data)
    assert page.headers["location"] == "/console"


async def test_a_form_from_elsewhere_is_refused(office: Office) -> None:
    browser = await office.member()
    path = "/console/classes/new"
    assert (await browser.send(path, {**CLASS, "csrf": "x"})).status_code == 403
    assert (await browser.client.post(path, data=CLASS)).status_code == 403
    assert (await browser.send(path, CLASS, Origin="https://xau.example")).status_code == 403
    assert (await browser.send(path, CLASS, Origin="null")).status_code == 403
    other = await office.member(name="van.minh")
    assert (await browser.send(path, {**CLASS, "csrf": await other.csrf()})).status_code == 403
    assert await office.database.read(classes.listed) == []
    assert (await browser.send(path, CLASS)).status_code == 303


async def test_a_browser_that_names_no_origin_must_not_say_cross_site(office: Office) -> None:
    browser = await office.member()
    data = {**CLASS, "csrf": await browser.csrf()}
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert (await browser.client.post("/console/classes/new", data=data, headers=cross)).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin"}
    assert (await browser.client.post("/console/classes/new", data=data, headers=own)).status_code == 303


async def test_signing_out_ends_the_session(office: Office) -> None:
    browser = await office.member()
    token = browser.client.cookies[COOKIE]
    assert (await browser.send("/console/sign-out")).headers["location"] == "/console/sign-in"
    browser.client.cookies.set(COOKIE, token)
    assert (await browser.get("/console/")).status_code == 303


async def test_a_huge_form_is_not_read(office: Office) -> None:
    browser = await office.member()
    data = {**ANNOUNCEMENT, "csrf": await browser.csrf(), "text": "d" * 100_000}
    assert (await browser.client.post("/console/classes/new", data=data)).status_code == 413


async def test_what_an_owner_typed_is_shown_as_text_everywhere(office: Office) -> None:
    needs = office.library.forms["needs"]

    def happened(connection: Connection) -> None:
        person = a_person(connection, "x").agreed().runs({**LAN, "business_name": HOSTILE, "phone": '"><b>1'})
        person.sent(
            "NC-0666", needs, {"business_name": HOSTILE, "machine": HOSTILE, "lost": HOSTILE}, {"machine": "x<b>"}
        )
        person.asked(HOSTILE, about=HOSTILE)

    await office.database.write(happened)
    browser = await office.member("administrator")
    await browser.send("/console/announcements/new", {**ANNOUNCEMENT, "title": HOSTILE, "text": HOSTILE})
    await browser.send("/console/classes/new", {**CLASS, "title": HOSTILE})
    for path in [*READ, "/console/responses/NC-0666", "/console/announcements/1", "/console/classes/MM2"]:
        page = await browser.get(path + ("?search=" + HOSTILE if path.endswith("contacts") else ""))
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


async def test_a_table_is_narrowed_paged_and_exported_as_narrowed(office: Office) -> None:
    interest = office.library.forms["interest"]

    def happened(connection: Connection) -> None:
        for number in range(60):
            facts = {**LAN, "business_name": f"Xưởng mộc số {number}", "commune": "13285" if number % 2 else "13291"}
            a_person(connection, f"p{number}").runs(facts).sent(f"HT-{1000 + number}", interest, facts)

    await office.database.write(happened)
    browser = await office.member("viewer")
    first = await browser.get("/console/tables/interests?search=moc")
    assert "60 dòng theo bộ lọc" in said(first)
    assert 'href="?search=moc&amp;page=2"' in first.text
    assert "HT-1059" in first.text
    assert "HT-1009" not in first.text
    assert "HT-1009" in (await browser.get("/console/tables/interests?search=moc&page=2")).text
    half = await browser.get("/console/tables/interests?commune=13285")
    assert "30 dòng" in said(half)
    export = re.search(r'href="([^"]+export\.csv[^"]*)"', half.text)
    assert export is not None
    file = await browser.get(html.unescape(export[1]))
    assert file.headers["content-disposition"] == 'attachment; filename="dang-ky-quan-tam-2026-11-24.csv"'
    assert len(list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))) == 31
    book = await browser.get("/console/tables/interests/export.xlsx?search=s%E1%BB%91%207")
    assert int(book.headers["content-length"]) == len(book.content)
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["Xưởng mộc số 7"]


async def test_what_is_not_there_is_said_in_vietnamese(office: Office) -> None:
    browser = await office.member()
    missing = ["tables/staff", "tables/interests/export.exe", "responses/HT-0", "announcements/9", "classes/XX9", "no"]
    for path in missing:
        page = await browser.get(f"/console/{path}")
        assert page.status_code == 404, path
        assert "Không có trang này" in said(page)


async def test_what_breaks_is_said_in_vietnamese(office: Office) -> None:
    browser = await office.member()
    away = text("alter table question rename to elsewhere")
    await office.database.write(lambda connection: connection.execute(away).close())
    page = await browser.get("/console/questions")
    assert page.status_code == 500
    assert "Chưa làm được" in said(page)


async def test_a_day_that_is_no_day_is_said_and_narrows_nothing(office: Office) -> None:
    page = await (await office.member()).get("/console/tables/interests?since=hom-qua&page=x")
    assert page.status_code == 200
    assert "Không đọc được ngày «hom-qua»" in said(page)


async def test_a_response_shows_questions_with_answers_in_words(office: Office) -> None:
    needs = office.library.forms["needs"]
    answers = {"needs": "machine", "machine_price": "400000000", "commune": "13285", "phone": "0912345678"}
    await office.database.write(
        lambda connection: (
            a_person(connection, "lan").runs(LAN).sent("NC-1234", needs, answers, {"commune": "chau cau"}) and None
        )
    )
    page = await (await office.member("viewer")).get("/console/responses/NC-1234")
    words = said(page)
    assert "Cơ sở mộc Lan" in words
    assert "Máy khoảng bao nhiêu tiền? 400 triệu đồng" in words
    assert "Phường Phủ Lý đã gõ: chau cau" in words
    assert 'href="tel:0912345678"' in page.text


async def test_an_announcement_is_read_before_it_is_sent_and_sent_once(office: Office) -> None:
    def agreed(connection: Connection) -> None:
        a_person(connection, "lan").agreed()
        a_person(connection, "hung", "web").agreed()

    await office.database.write(agreed)
    browser = await office.member()
    kept = await browser.send("/console/announcements/new", ANNOUNCEMENT)
    path = kept.headers["location"].partition("?")[0]
    page = await browser.get(path)
    words = said(page)
    assert "2 người · Telegram 1 · Chat web 1" in words
    assert "THÔNG BÁO của Trung tâm Khuyến công thử, 24/11/2026 Mở lớp may Gõ MM2 để đăng ký." in words
    assert office.woken == []
    read = re.search(r'name="fingerprint" value="([^"]+)"', page.text)
    assert read is not None
    assert (await browser.send(f"{path}/send", {"fingerprint": read[1]})).status_code == 303
    assert (await browser.send(f"{path}/send", {"fingerprint": read[1]})).status_code == 409
    (sent,) = await office.database.read(announcements.listed)
    assert (sent.state, sent.author) == ("queued", "thu.huong")
    assert office.woken == [True]
    assert (await browser.send(f"{path}/cancel")).headers["location"].endswith("done=cancelled")
    assert (await browser.send(f"{path}/cancel")).status_code == 409


async def test_what_was_rewritten_meanwhile_is_read_again_first(office: Office) -> None:
    browser = await office.member()
    await browser.send("/console/announcements/new", ANNOUNCEMENT)
    read = re.search(r'name="fingerprint" value="([^"]+)"', (await browser.get("/console/announcements/1")).text)
    assert read is not None
    colleague = await office.member(name="van.minh")
    assert (await colleague.send("/console/announcements/1/edit", {**ANNOUNCEMENT, "text": "Khác"})).status_code == 303
    page = await browser.send("/console/announcements/1/send", {"fingerprint": read[1]})
    assert page.status_code == 409
    assert "vừa được sửa" in said(page)
    assert (await browser.send("/console/announcements/1/send")).status_code == 409


async def test_a_double_click_writes_one_announcement(office: Office) -> None:
    browser = await office.member()
    for _ in range(2):
        kept = await browser.send("/console/announcements/new", ANNOUNCEMENT)
        assert kept.headers["location"] == "/console/announcements/1?done=kept"
    office.now += timedelta(minutes=1)
    later = await browser.send("/console/announcements/new", ANNOUNCEMENT)
    assert later.headers["location"] == "/console/announcements/2?done=kept"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"audience": "!tag=vip"}, "không có bộ lọc tên"),
        ({"audience": "commune=99999"}, "không có mã xã"),
        ({"title": " "}, "cần cả tiêu đề và nội dung"),
        ({"send_at": "2026-11-24T09:19"}, "Giờ gửi đã qua"),
        ({"send_at": "mai"}, "Không đọc được giờ gửi"),
    ],
)
async def test_an_announcement_that_cannot_be_meant_comes_back_with_what_was_typed(
    office: Office, wrong: Mapping[str, str], words: str
) -> None:
    page = await (await office.member()).send("/console/announcements/new", {**ANNOUNCEMENT, **wrong})
    assert page.status_code == 422
    assert words in said(page)
    assert "Gõ MM2 để đăng ký." in page.text
    assert await office.database.read(announcements.listed) == []


async def test_an_announcement_waits_for_its_hour_in_vietnam(office: Office) -> None:
    await (await office.member()).send("/console/announcements/new", {**ANNOUNCEMENT, "send_at": "2026-11-25T08:00"})
    (kept,) = await office.database.read(announcements.listed)
    assert kept.send_at is not None
    assert kept.send_at.isoformat() == "2026-11-25T01:00:00+00:00"


async def test_an_audience_in_the_address_bar_is_in_the_form(office: Office) -> None:
    page = await (await office.member()).get("/console/announcements/new?audience=commune%3D13285")
    assert 'value="commune=13285"' in page.text


async def test_a_class_is_added_changed_closed_and_opened(office: Office) -> None:
    browser = await office.member()
    assert (await browser.send("/console/classes/new", CLASS)).headers[
        "location"
    ] == "/console/classes/MM2?done=created"
    (added,) = await office.database.read(classes.listed)
    assert (added.code, added.seats, added.open, added.sample) == ("MM2", 20, True, False)
    assert added.starts_at.isoformat() == "2026-12-12T01:00:00+00:00"
    form = await browser.get("/console/classes/MM2/edit")
    assert 'value="2026-12-12T08:00"' in form.text
    assert (await browser.send("/console/classes/MM2/edit", {**CLASS, "seats": "25"})).status_code == 303
    await browser.send("/console/classes/MM2/open", {"open": "no"})
    closed = await office.database.read(lambda connection: classes.find(connection, "MM2"))
    assert closed is not None
    assert (closed.seats, closed.open) == (25, False)
    await browser.send("/console/classes/MM2/open", {"open": "yes"})
    assert "Đang mở" in said(await browser.get("/console/classes/MM2"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "1"}, "Mã lớp gồm"),
        ({"code": "QT1"}, "Đã có lớp mang mã QT1"),
        ({"title": ""}, "Cần tên lớp"),
        ({"starts_at": ""}, "Cần ngày giờ bắt đầu"),
        ({"ends_at": "2026-12-12T07:00"}, "phải kết thúc sau"),
        ({"seats": "0"}, "Số chỗ từ 1"),
        ({"seats": "hai mươi"}, "Số chỗ là một con số"),
        ({"deadline": "2026-12-13"}, "không sau ngày bắt đầu"),
        ({"place": " "}, "Cần địa điểm"),
    ],
)
async def test_a_class_that_makes_no_sense_is_refused_field_by_field(
    office: Office, wrong: Mapping[str, str], words: str
) -> None:
    await office.database.write(_keep_qt1)
    page = await (await office.member()).send("/console/classes/new", {**CLASS, **wrong})
    assert page.status_code == 422
    assert words in said(page)
    assert 'aria-invalid="true"' in page.text
    assert len(await office.database.read(classes.listed)) == 1


def _keep_qt1(connection: Connection) -> None:
    held = a_class("QT1", seats=3)
    values = {name: getattr(held, name) for name in held.__slots__}
    connection.execute(insert(training_class).values(**{**values, "next_number": 1}, created_at=NOW))


async def test_a_class_with_people_keeps_its_code_and_their_seats(office: Office) -> None:
    def happened(connection: Connection) -> None:
        _keep_qt1(connection)
        a_person(connection, "lan").runs(LAN).signed_up("QT1-01", 2, ["Nguyễn Thị Lan"])

    await office.database.write(happened)
    browser = await office.member()
    fewer = await browser.send("/console/classes/QT1/edit", {**CLASS, "code": "QT1", "seats": "1"})
    assert "Đã có 2 chỗ được đăng ký" in said(fewer)
    renamed = await browser.send("/console/classes/QT1/edit", {**CLASS, "code": "QT9"})
    assert "không đổi mã được nữa" in said(renamed)
    roster = said(await browser.get("/console/classes/QT1"))
    assert "QT1-01 2 Nguyễn Thị Lan Cơ sở mộc Lan 0912 345 678 Phường Phủ Lý" in roster


async def test_a_waiting_question_tells_how_to_reach_the_person_and_is_answered_once(office: Office) -> None:
    def happened(connection: Connection) -> None:
        a_person(connection, "lan", days_ago=5).runs(LAN).asked("Bỏ tiền trước hay sau?", "policies/overview")
        a_person(connection, "hung", "web").asked("Lớp nào gần đây?")

    await office.database.write(happened)
    office.now = NOW + timedelta(days=3)
    browser = await office.member()
    page = await browser.get("/console/questions")
    words = said(page)
    assert "Quá hẹn: đã hẹn 25/11/2026" in words
    assert "Gọi 0912 345 678" in words
    assert "Người hỏi chưa để lại số máy" in words
    assert office.library.pages["overview"].title in words
    asked = (await office.database.read(questions.waiting))[0]
    first = await browser.send(f"/console/questions/{asked.id}/answered")
    again = await browser.send(f"/console/questions/{asked.id}/answered")
    assert first.headers["location"].endswith("done=answered")
    assert again.headers["location"].endswith("done=already")
    (answered,) = await office.database.read(questions.answered)
    assert (answered.text, answered.answered_by) == ("Bỏ tiền trước hay sau?", "thu.huong")
    assert "1 câu hỏi đang chờ" in said(await browser.get("/console/"))


async def test_an_administrator_adds_resets_and_closes_accounts(office: Office) -> None:
    browser = await office.member("administrator")
    added = await browser.send("/console/staff", {"name": "van.minh", "role": "editor"})
    password = re.search(r'class="secret mono">([^<]+)<', added.text)
    assert password is not None
    door = office.stranger().client
    data = {"name": "van.minh", "password": password[1]}
    assert (await door.post("/console/sign-in", data=data)).status_code == 303
    again = await browser.send("/console/staff", {"name": "Van.Minh", "role": "editor"})
    assert (again.status_code, "Đã có tài khoản" in said(again)) == (422, True)
    assert 'class="secret mono"' in (await browser.send("/console/staff/2/reset")).text
    assert (await door.post("/console/sign-in", data=data)).status_code == 401
    assert (await browser.send("/console/staff/2/disable")).status_code == 303
    assert (await browser.send("/console/staff/1/disable")).status_code == 422
    assert (await browser.get("/console/staff/3")).status_code == 404
