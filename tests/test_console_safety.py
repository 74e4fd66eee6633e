"""Signing in with a second factor, sessions that can be ended, accounts put right by another administrator, the log."""

import re
from datetime import timedelta

import httpx
import pyotp
import pytest
from sqlalchemy import Connection, Executable, delete, select, update
from sqlalchemy.exc import DBAPIError

from console.passwords import Passwords
from console.visit import COOKIE
from db import audit, staff
from db.models import audit as audit_table
from db.models import staff as staff_table
from tests.test_console import HOST, Browser, Office, office, said

__all__ = ["office"]
PASSWORD = "mưa phùn tháng hai"


async def with_password(office: Office, name: str = "van.minh", role: str = "editor") -> None:
    """Add somebody who signs in with a password of their own."""
    hashed = await Passwords().hash(PASSWORD)

    def add(connection: Connection) -> None:
        staff.add(connection, name, role, hashed, office.now)
        connection.execute(update(staff_table).where(staff_table.c.name == name).values(one_time=False))

    await office.database.write(add)


async def signs_in(office: Office, name: str = "van.minh") -> tuple[Browser, httpx.Response]:
    browser = office.stranger()
    return browser, await browser.client.post("/console/sign-in", data={"name": name, "password": PASSWORD})


async def turns_on(browser: Browser, office: Office) -> tuple[pyotp.TOTP, list[str]]:
    """Set the second factor up; return the telephone's application and the codes to be kept."""
    page = await browser.get("/console/account/second-factor")
    secret = re.search(r'class="mono">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    telephone = pyotp.TOTP(secret[1].replace(" ", ""))
    done = await browser.send("/console/account/second-factor", {"old": PASSWORD, "code": telephone.at(office.now)})
    codes = re.findall(r'<li class="mono">([^<]+)</li>', done.text)
    assert len(set(codes)) == 10
    return telephone, codes


async def shows(browser: Browser, code: str) -> httpx.Response:
    return await browser.client.post("/console/sign-in/code", data={"code": code}, headers={"Origin": HOST})


async def test_a_password_alone_opens_nothing_where_a_code_is_asked_for(office: Office) -> None:
    await with_password(office)
    telephone, _ = await turns_on((await signs_in(office))[0], office)
    browser, answer = await signs_in(office)
    assert answer.headers["location"] == "/console/sign-in/code?next=/console"
    assert (await browser.get("/console/")).headers["location"].startswith("/console/sign-in")
    assert (await shows(browser, "000000")).status_code == 401
    office.now += timedelta(minutes=1)
    assert (await shows(browser, telephone.at(office.now))).status_code == 303
    assert (await browser.get("/console/")).status_code == 200


async def test_a_second_factor_is_set_up_with_the_password(office: Office) -> None:
    await with_password(office)
    browser, _ = await signs_in(office)
    page = await browser.get("/console/account/second-factor")
    secret = re.search(r'class="mono">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(office.now)
    refused = await browser.send("/console/account/second-factor", {"old": "đoán bừa", "code": code})
    assert (refused.status_code, "Mật khẩu đang dùng chưa đúng" in said(refused)) == (422, True)
    refused = await browser.send("/console/account/second-factor", {"old": PASSWORD, "code": "000000"})
    assert (refused.status_code, secret[1] in refused.text) == (422, True)
    assert (await signs_in(office))[1].headers["location"] == "/console"


@pytest.mark.parametrize("easy", ["khuyencong2026", "van.minh rất dài", "aaaaaaaaaaaaaa", "password123!", "0912345678"])
async def test_a_password_anybody_would_try_is_refused(office: Office, easy: str) -> None:
    await with_password(office)
    browser, _ = await signs_in(office)
    answer = await browser.send("/console/password", {"old": PASSWORD, "new": easy, "again": easy})
    assert (answer.status_code, "dễ đoán" in said(answer)) == (422, True)


async def test_a_code_is_taken_once(office: Office) -> None:
    await with_password(office)
    telephone, kept = await turns_on((await signs_in(office))[0], office)
    office.now += timedelta(minutes=1)
    for code in (telephone.at(office.now), kept[0]):
        first, second = (await signs_in(office))[0], (await signs_in(office))[0]
        assert (await shows(first, code)).status_code == 303
        assert (await shows(second, code)).status_code == 401


async def test_codes_cannot_be_guessed(office: Office) -> None:
    await with_password(office)
    telephone, _ = await turns_on((await signs_in(office))[0], office)
    browser, _ = await signs_in(office)
    answers = [(await shows(browser, f"{guess:06d}")).status_code for guess in range(6)]
    assert 429 in answers
    assert (await shows(browser, telephone.at(office.now + timedelta(seconds=30)))).status_code == 429


async def test_waiting_for_a_code_ends(office: Office) -> None:
    await with_password(office)
    telephone, _ = await turns_on((await signs_in(office))[0], office)
    browser, _ = await signs_in(office)
    office.now += timedelta(minutes=11)
    assert (await shows(browser, telephone.at(office.now))).headers["location"] == "/console/sign-in"


async def test_the_second_factor_is_turned_off_with_a_code(office: Office) -> None:
    await with_password(office)
    browser, _ = await signs_in(office)
    _, kept = await turns_on(browser, office)
    refused = await browser.send("/console/account/second-factor/off", {"code": "123456"})
    assert (refused.status_code, "Mã chưa đúng" in said(refused)) == (422, True)
    assert (await browser.send("/console/account/second-factor/off", {"code": kept[3]})).status_code == 303
    assert (await signs_in(office))[1].headers["location"] == "/console"


@pytest.mark.parametrize(
    ("who", "role", "asked"),
    [
        ("administrators", "administrator", True),
        ("administrators", "editor", False),
        ("everyone", "viewer", True),
        ("", "administrator", False),
    ],
)
async def test_who_must_have_one_is_asked_before_anything_else(
    office: Office, who: str, role: str, asked: bool
) -> None:
    office.set_up(second_factor=who)
    browser = await office.member(role)
    answer = await browser.get("/console/")
    assert (answer.headers.get("location") == "/console/account/second-factor") is asked


async def test_a_stolen_database_gives_no_second_factor_away(office: Office) -> None:
    await with_password(office)
    telephone, _ = await turns_on((await signs_in(office))[0], office)
    kept = await office.database.read(lambda connection: connection.execute(select(staff_table.c.factor)).scalar_one())
    assert telephone.secret not in kept


async def test_a_session_elsewhere_is_ended(office: Office) -> None:
    await with_password(office)
    office_pc, _ = await signs_in(office)
    cafe, _ = await signs_in(office)
    page = await office_pc.get("/console/account")
    assert page.text.count("máy này") == 1
    other = re.search(r'name="session" value="(\d+)"', page.text)
    assert other is not None
    await office_pc.send("/console/account/sessions", {"session": other[1]})
    assert (await cafe.get("/console/")).status_code == 303
    assert (await office_pc.get("/console/")).status_code == 200


async def test_nobody_ends_the_session_of_another(office: Office) -> None:
    await with_password(office)
    await with_password(office, "ngoc")
    minh, _ = await signs_in(office)
    ngoc, _ = await signs_in(office, "ngoc")
    for number in range(1, 5):
        await ngoc.send("/console/account/sessions", {"session": str(number)})
    assert (await minh.get("/console/")).status_code == 200


async def test_another_administrator_lets_in_who_lost_everything(office: Office) -> None:
    await with_password(office, "van.minh", "administrator")
    await turns_on((await signs_in(office))[0], office)
    administrator = await office.member("administrator")
    page = await administrator.get("/console/staff")
    found = re.search(r'/console/staff/(\d+)">van.minh', page.text)
    assert found is not None
    address = f"/console/staff/{found[1]}"
    given = await administrator.send(f"{address}/reset")
    password = re.search(r'class="secret mono">([^<]+)<', given.text)
    assert password is not None
    await administrator.send(f"{address}/factor")
    door = office.stranger().client
    answer = await door.post("/console/sign-in", data={"name": "van.minh", "password": password[1]})
    assert answer.headers["location"] == "/console"
    log = said(await administrator.get("/console/audit"))
    assert "Cấp lại mật khẩu" in log
    assert "Bỏ mã xác nhận của người khác" in log


async def test_a_collaborator_is_given_communes_and_a_role(office: Office) -> None:
    await with_password(office, "cong.tac", "collaborator")
    administrator = await office.member("administrator")
    found = re.search(r'/console/staff/(\d+)">cong.tac', (await administrator.get("/console/staff")).text)
    assert found is not None
    address = f"/console/staff/{found[1]}"
    await administrator.send(f"{address}/communes", {"commune": "13285"})
    page = await administrator.get(address)
    assert re.findall(r'value="(\d+)" checked', page.text) == ["13285"]
    await administrator.send(f"{address}/communes", {"commune": "nơi nào đó"})
    assert "checked" not in (await administrator.get(address)).text
    assert (await administrator.send(f"{address}/role", {"role": "king"})).status_code == 422
    assert (await administrator.send(f"{address}/role", {"role": "editor"})).status_code == 303
    log = said(await administrator.get("/console/audit?action=staff.role"))
    assert {"before: collaborator", "after: editor"} <= set(re.findall(r"(?:before|after): \w+", log))


async def test_the_last_administrator_stays_one(office: Office) -> None:
    administrator = await office.member("administrator")
    refused = await administrator.send("/console/staff/1/role", {"role": "viewer"})
    assert (refused.status_code, "người quản trị duy nhất" in said(refused)) == (422, True)


async def test_what_was_noted_cannot_be_changed(office: Office) -> None:
    await office.database.write(lambda connection: audit.note(connection, "lan", "staff.role", "staff:xa", office.now))
    for statement in (update(audit_table).values(who="tam"), delete(audit_table)):

        def change(connection: Connection, statement: Executable = statement) -> None:
            connection.execute(statement)

        with pytest.raises(DBAPIError, match="noted for good"):
            await office.database.write(change)
    kept = await office.database.read(lambda connection: audit.of_member(connection, "lan"))
    assert [one.subject for one in kept] == ["staff:xa"]


async def test_the_log_is_paged_and_narrowed(office: Office) -> None:
    def note(connection: Connection) -> None:
        for number in range(130):
            at = office.now - timedelta(days=number)
            audit.note(connection, "lan" if number % 2 else "tam", "staff.role", f"staff:{number}", at)

    await office.database.write(note)
    administrator = await office.member("administrator")
    first = await administrator.get("/console/audit?who=lan")
    assert first.text.count("Đổi vai trò</td>") == 65
    whole = await administrator.get("/console/audit")
    older = re.search(r'href="(\?before=\d+)"', whole.text)
    assert older is not None
    assert (await administrator.get(f"/console/audit{older[1]}")).text.count("Đổi vai trò</td>") == 30
    days = "since=2026-11-20&until=2026-11-22"
    assert (await administrator.get(f"/console/audit?{days}")).text.count("Đổi vai trò</td>") == 3


async def test_a_cookie_of_no_session_opens_nothing(office: Office) -> None:
    stranger = office.stranger()
    stranger.client.cookies.set(COOKIE, "x" * 43)
    assert (await stranger.get("/console/sign-in/code")).headers["location"] == "/console/sign-in"
    assert (await stranger.get("/console/account")).status_code == 303


async def test_what_staff_do_anywhere_is_in_the_log(office: Office) -> None:
    editor = await office.member("administrator")
    await editor.send("/console/announcements/new", {"title": "Mở lớp may", "text": "Gõ MM2.", "audience": ""})
    await editor.send("/console/announcements/1/cancel")
    await editor.send("/console/audiences/save", {"name": "Thợ may", "query": "trade=garment"})
    await editor.get("/console/tables/contacts/export.csv?commune=13285")
    log = await office.database.read(lambda connection: audit.of_member(connection, "thu.huong"))
    assert [(one.action, one.subject) for one in log] == [
        ("Tải bảng về", "table:contacts"),
        ("Lưu nhóm người nhận", "audience:Thợ may"),
        ("Hủy thông báo", "announcement:1"),
        ("Soạn thông báo", "announcement:1"),
    ]
    assert log[0].detail == {"suffix": "csv", "filter": {"commune": "13285"}}
