"""Cases: what an owner asks for goes its way through the centre, and they are told of each step, or not."""

import html
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select, update

from conversation.case import STATUSES, next_step
from db import cases, scope
from db.cases import Wanted
from db.models import address, case_, message, response
from tests.office import LAN, NOW, Person, a_person
from tests.test_console import HOST, HOSTILE, Browser, Office, office, said

__all__ = ["office"]
ADDRESS = "/console/cases/HT-4827"
WISH = {**LAN, "activity": "machinery", "wish": "mua máy bào bốn mặt"}


def asks(connection: Connection, office: Office, name: str = "lan", code: str = "HT-4827", **answers: str) -> Person:
    person = a_person(connection, name, "zalo_oa").agreed().runs({**LAN, **answers})
    return person.sent(code, office.library.forms["interest"], {**WISH, **answers})


async def opened(office: Office, role: str = "editor") -> Browser:
    await office.database.write(lambda connection: asks(connection, office))
    return await office.member(role)


async def sent_to_owner(office: Office) -> list[str]:
    query = select(message.c.payload).order_by(message.c.id)
    return [one["text"] for one in await office.database.read(lambda c: list(c.execute(query).scalars()))]


def test_each_step_leads_to_the_next_and_the_last_to_none() -> None:
    assert [next_step(status) for status in STATUSES] == [*STATUSES[1:6], "", ""]


async def test_a_wish_is_a_case_in_table_and_board(office: Office) -> None:
    browser = await opened(office)
    for view in ("", "?view=board"):
        words = said(await browser.get(f"/console/cases{view}"))
        for expected in ("Cơ sở mộc Lan", "Mua máy, đổi máy mới", "Mới nhận"):
            assert expected in words
    words = said(await browser.get(ADDRESS))
    for expected in ("mua máy bào bốn mặt", "0912 345 678", "Nhận đăng ký"):
        assert expected in words


async def test_a_move_shows_its_words_first_and_tells_the_owner(office: Office) -> None:
    browser = await opened(office)
    shown = said(await browser.get(f"{ADDRESS}/move?to=surveyed"))
    assert "Cán bộ đã khảo sát xong" in shown
    words = "Cán bộ đã xem xưởng ngày 24/11.\nMời anh/chị gửi báo giá máy."
    moved = await browser.send(f"{ADDRESS}/move", {"to": "surveyed", "seen": "received", "words": words, "tell": "yes"})
    assert moved.headers["location"].endswith("?done=told")
    assert await sent_to_owner(office) == [words]
    assert office.woken
    page = said(await browser.get(ADDRESS))
    assert "Chuyển sang: Đã khảo sát" in page
    assert "Mời anh/chị gửi báo giá máy." in page
    assert "đang gửi" in page


async def test_a_move_may_be_withheld_and_is_done_once(office: Office) -> None:
    browser = await opened(office)
    form = {"to": "surveyed", "seen": "received", "words": "Đã khảo sát.", "tell": "no"}
    assert (await browser.send(f"{ADDRESS}/move", form)).headers["location"].endswith("?done=moved")
    again = await browser.send(f"{ADDRESS}/move", {**form, "to": "appraised"})
    assert again.status_code == 422
    assert "vừa được người khác chuyển bước" in said(again)
    assert await sent_to_owner(office) == []


async def test_nobody_is_declined_without_a_reason(office: Office) -> None:
    browser = await opened(office)
    form = {"to": "declined", "seen": "received", "tell": "yes"}
    refused = await browser.send(f"{ADDRESS}/move", form)
    assert refused.status_code == 422
    assert "lý do" in said(refused).lower()
    shown = said(await browser.get(f"{ADDRESS}/move?to=declined&reason=Máy+đã+mua+trước+khi+đăng+ký."))
    assert "Lý do: Máy đã mua trước khi đăng ký." in shown
    await browser.send(f"{ADDRESS}/move", {**form, "reason": "Máy đã mua trước khi đăng ký."})
    assert "Lý do: Máy đã mua trước khi đăng ký." in (await sent_to_owner(office))[0]
    assert "Không hỗ trợ, vì: Máy đã mua" in said(await browser.get(ADDRESS))


@pytest.mark.parametrize("why", ["window", "left"])
async def test_who_cannot_be_reached_is_said_to_staff(office: Office, why: str) -> None:
    browser = await opened(office)
    values = {"last_seen_at": NOW - timedelta(days=8)} if why == "window" else {"state": "stopped"}
    await office.database.write(lambda connection: connection.execute(update(address).values(**values)))
    form = {"to": "surveyed", "seen": "received", "words": "Đã khảo sát.", "tell": "yes"}
    moved = await browser.send(f"{ADDRESS}/move", form)
    assert "Anh/chị gọi điện giúp" in said(await browser.get(moved.headers["location"]))
    assert await sent_to_owner(office) == []


async def test_somebody_sees_to_it_by_a_working_day(office: Office) -> None:
    browser = await opened(office)
    await browser.send(f"{ADDRESS}/assignee", {"to": "thu.huong", "days": "5"})
    page = said(await browser.get(ADDRESS))
    assert "Giao cho thu.huong" in page
    assert "Đặt hạn 01/12/2026" in page
    for wrong in ({"days": "mai"}, {"days": "900"}, {"due_on": "32/13"}):
        assert (await browser.send(f"{ADDRESS}/assignee", {"to": "", **wrong})).status_code == 422
    await browser.send(f"{ADDRESS}/assignee", {"to": "thu.huong", "due_on": "2026-11-20"})
    assert "1 hồ sơ chưa xong, 1 quá hạn" in said(await browser.get("/console/"))
    assert "Quá hạn 20/11/2026" in said(await browser.get("/console/cases?overdue=yes&assignee=thu.huong"))
    assert "Không có hồ sơ nào khớp" in said(await browser.get("/console/cases?assignee=-"))


async def test_ticked_cases_are_given_away_together(office: Office) -> None:
    browser = await opened(office)
    await office.database.write(lambda connection: asks(connection, office, "hoa", "HT-9999"))
    await browser.client.post(
        "/console/cases/assign",
        data={"csrf": await browser.csrf(), "code": ["HT-4827", "HT-9999", "HT-0000"], "to": "thu.huong"},
        headers={"Origin": HOST},
    )
    query = select(case_.c.assignee)
    assert await office.database.read(lambda c: list(c.execute(query).scalars())) == ["thu.huong"] * 2


async def test_papers_are_added_shown_and_taken_away(office: Office) -> None:
    browser = await opened(office)
    csrf = {"csrf": await browser.csrf()}
    for name, data, status in (("bao-gia.pdf", b"%PDF-1.7 gia", 303), ("virus.exe", b"MZ", 422), ("x.pdf", b"MZ", 422)):
        sent = await browser.client.post(
            f"{ADDRESS}/files", data=csrf, files={"file": (name, data)}, headers={"Origin": HOST}
        )
        assert sent.status_code == status
    shown = await browser.get(f"{ADDRESS}/files/1")
    assert shown.content == b"%PDF-1.7 gia"
    assert shown.headers["content-disposition"].startswith("attachment")
    await browser.send(f"{ADDRESS}/files/1/remove")
    page = said(await browser.get(ADDRESS))
    assert "Thêm bao-gia.pdf" in page
    assert "Bỏ bao-gia.pdf" in page
    assert (await browser.get(f"{ADDRESS}/files/1")).status_code == 404


async def test_a_collaborator_notes_in_their_communes_alone(office: Office) -> None:
    browser = await opened(office, "collaborator")
    await office.database.write(lambda connection: scope.give(connection, 1, frozenset({"13336"})))
    assert (await browser.get(ADDRESS)).status_code == 404
    assert (await browser.send(f"{ADDRESS}/notes", {"text": "xin chào"})).status_code == 404
    assert "Cơ sở mộc Lan" not in said(await browser.get("/console/cases"))
    await office.database.write(lambda connection: scope.give(connection, 1, frozenset({"13285"})))
    await browser.send(f"{ADDRESS}/notes", {"text": HOSTILE})
    page = await browser.get(ADDRESS)
    assert html.unescape(page.text).count(HOSTILE) == 1
    assert HOSTILE not in page.text
    assert (await browser.send(f"{ADDRESS}/move", {"to": "surveyed"})).status_code == 403


async def test_cases_are_found_by_what_they_are(office: Office) -> None:
    await opened(office)
    await office.database.write(
        lambda c: asks(c, office, "hoa", "HT-0002", activity="brand", commune="13336", business_name="Dệt Hòa")
    )
    today = date(2026, 11, 24)

    async def found(**wanted: str) -> list[str]:
        asked = Wanted(today, **wanted)  # type: ignore[arg-type]
        return [one.code for one in await office.database.read(lambda c: cases.listed(c, asked, 0, 9))]

    assert await found() == ["HT-4827", "HT-0002"]
    assert await found(activity="brand") == await found(commune="13336") == await found(search="det hoa") == ["HT-0002"]
    assert await found(search="ht-4827") == ["HT-4827"]
    assert await found(search="0912 345") == ["HT-4827", "HT-0002"]
    assert await found(status="settled") == []


async def test_who_is_away_hands_over_what_is_under_way(office: Office) -> None:
    await opened(office)
    await office.database.write(lambda c: asks(c, office, "hoa", "HT-0002"))

    def act(connection: Connection) -> int:
        cases.assign(connection, [1, 2], "thu.huong", "minh", NOW)
        cases.move(connection, 2, "received", "settled", "", "minh", NOW)
        return cases.hand_over(connection, "thu.huong", "hoa", "minh", NOW)

    assert await office.database.write(act) == 1


async def test_a_case_goes_with_its_owner(office: Office) -> None:
    await opened(office)
    await office.database.write(lambda c: cases.note(c, 1, "note", "", "ghi", "minh", NOW))
    await office.database.write(lambda c: c.execute(response.delete()))
    assert await office.database.read(lambda c: c.execute(select(case_)).all()) == []


async def test_what_is_downloaded_is_what_is_shown(office: Office) -> None:
    browser = await opened(office)
    await office.database.write(lambda c: asks(c, office, "hoa", "HT-0002", activity="brand", business_name="Dệt Hòa"))
    await browser.send(f"{ADDRESS}/assignee", {"to": "thu.huong", "due_on": "2026-11-20"})
    shown = "search=0912&assignee=thu.huong&activity=machinery&overdue=yes&status=received&commune=13285"
    page = await browser.get(f"/console/cases?{shown}")
    (link,) = re.findall(r'href="(/console/tables/interests/export[.]xlsx[^"]*)"', page.text)
    rows = await browser.get(html.unescape(link).replace(".xlsx", ".csv"))
    assert "HT-4827" in rows.text
    assert "HT-0002" not in rows.text
    assert "Mới nhận" in rows.text
