"""The inbox: somebody asks for a person, one takes the conversation and answers, and the bot comes back after."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.channels.web import Stored
from console.windows import window_of
from content.render import Renderer
from conversation.calendar import WorkingTime
from conversation.catalog import Library
from conversation.records import DataErased
from db import absences, conversations, staff, staff_chats, threads
from db.engine import Database
from db.models import address, message, note, question
from db.notices import SILENCE
from tests.office import LAN, NOW, a_person
from tests.receiving import Person, a_receiver
from tests.test_console import HOSTILE, Browser, Office, office, said

__all__ = ["office"]
ADDRESS = "/console/inbox/1"


def asks(connection: Connection, channel: str = "zalo_oa", name: str = "lan") -> None:
    a_person(connection, name, channel).agreed().runs(LAN).asked("Lớp này có mất tiền không?")


async def opened(office: Office, role: str = "editor", channel: str = "zalo_oa") -> Browser:
    await office.database.write(lambda connection: asks(connection, channel))
    return await office.member(role)


async def texts(office: Office, address_id: int = 1) -> list[str]:
    query = select(message.c.payload).where(message.c.address_id == address_id).order_by(message.c.seq)
    return [one["text"] for one in await office.database.read(lambda c: list(c.execute(query).scalars()))]


async def thread(office: Office) -> threads.Thread:
    found = await office.database.read(lambda connection: threads.find(connection, 1))
    assert found is not None
    return found


async def test_who_waits_is_shown_with_the_day_promised_and_the_window(office: Office) -> None:
    browser = await opened(office)
    words = said(await browser.get("/console/inbox"))
    for expected in ("Chờ người nhận 1", "Cơ sở mộc Lan", "Đã hẹn thứ Tư 25/11", "còn 48 giờ"):
        assert expected in words
    words = said(await browser.get(ADDRESS))
    for expected in ("Lớp này có mất tiền không?", "Chưa ai nhận", "Còn 2 ngày nhắn không mất phí."):
        assert expected in words


async def test_an_answer_takes_the_conversation_and_silences_the_bot(office: Office) -> None:
    browser = await opened(office)
    sent = await browser.send(f"{ADDRESS}/answer", {"words": "Dạ, lớp không thu tiền.\nAnh/chị cứ đăng ký."})
    assert sent.headers["location"].endswith("?done=answered")
    assert await texts(office) == ["Cán bộ Trung tâm: Dạ, lớp không thu tiền.\nAnh/chị cứ đăng ký."]
    held = await thread(office)
    assert (held.taken_by, held.questions, held.silent_until) == ("thu.huong", 0, NOW + SILENCE)
    assert "Của tôi 1" in said(await browser.get("/console/inbox"))


async def test_two_do_not_answer_at_once(office: Office) -> None:
    browser = await opened(office)
    other = await office.member("editor", "minh")
    await browser.send(f"{ADDRESS}/take")
    refused = await other.send(f"{ADDRESS}/answer", {"words": "Tôi cũng trả lời"})
    assert refused.status_code == 422
    assert "thu.huong đang lo" in said(refused)
    assert "Tôi cũng trả lời" in refused.text
    await browser.send(f"{ADDRESS}/give", {"to": "minh"})
    await other.send(f"{ADDRESS}/answer", {"words": "Tôi trả lời"})
    assert await texts(office) == ["Cán bộ Trung tâm: Tôi trả lời"]


async def test_the_bot_comes_back_and_says_so(office: Office) -> None:
    browser = await opened(office)
    await browser.send(f"{ADDRESS}/answer", {"words": "Dạ."})
    await browser.send(f"{ADDRESS}/close")
    held = await thread(office)
    assert (held.taken_by, held.silent_until, held.questions) == ("", None, 0)
    assert (await texts(office))[-1].startswith("Cán bộ đã trao đổi xong")
    assert "Không ai đang chờ." in said(await browser.get("/console/inbox"))


async def test_a_closed_window_sends_nothing_and_says_to_call(office: Office) -> None:
    browser = await opened(office)
    late = {"last_seen_at": NOW - timedelta(days=7, minutes=1)}
    await office.database.write(lambda connection: connection.execute(update(address).values(**late)))
    assert "không cho nhắn nữa" in said(await browser.get(ADDRESS))
    refused = await browser.send(f"{ADDRESS}/answer", {"words": "Dạ."})
    assert refused.status_code == 422
    assert await texts(office) == []
    await browser.send(f"{ADDRESS}/call", {"outcome": "answered", "text": "đã nói rõ"})
    rows = await office.database.read(lambda c: c.execute(select(note.c.outcome, note.c.text)).all())
    assert [(row.outcome, row.text) for row in rows] == [("answered", "đã nói rõ")]
    assert (await thread(office)).questions == 0


async def test_on_paper_nobody_is_answered(office: Office) -> None:
    browser = await opened(office, channel="paper")
    refused = await browser.send(f"{ADDRESS}/answer", {"words": "Dạ."})
    assert "Kênh này đang tắt" in said(refused)
    await browser.send(f"{ADDRESS}/take")
    await browser.send(f"{ADDRESS}/close")
    assert await texts(office) == []


@pytest.mark.parametrize("words", ["", "  \n", "x" * 1501])
async def test_no_empty_or_endless_answer(office: Office, words: str) -> None:
    browser = await opened(office)
    assert (await browser.send(f"{ADDRESS}/answer", {"words": words})).status_code == 422
    assert (await browser.get("/console/inbox/99")).status_code == 404


async def test_what_is_said_often_is_kept_and_put_in_the_box(office: Office) -> None:
    browser = await opened(office)
    await browser.send("/console/inbox/canned", {"title": "Học phí", "text": HOSTILE})
    await browser.send("/console/inbox/canned", {"title": "Học phí", "text": "Lớp không thu tiền."})
    page = await browser.get(f"{ADDRESS}?canned=1")
    assert "Lớp không thu tiền.</textarea>" in page.text
    assert (await browser.send("/console/inbox/canned", {"title": "", "text": "x"})).status_code == 422
    await browser.send("/console/inbox/canned/1/drop")
    assert "Chưa có câu nào" in said(await browser.get("/console/inbox/canned"))


async def test_who_is_away_hands_over(office: Office) -> None:
    browser = await opened(office)
    await office.member("editor", "minh")
    await browser.send(f"{ADDRESS}/take")
    wrong = await browser.send("/console/account/away", {"until": "2026-11-01"})
    assert wrong.status_code == 422
    await browser.send("/console/account/away", {"until": "2026-11-30", "stand_in": "minh", "give": "yes"})
    assert (await thread(office)).taken_by == "minh"
    assert "minh thay" in said(await browser.get("/console/account/away"))
    today = NOW.date()
    assert await office.database.read(lambda c: absences.stand_ins(c, today)) == {"thu.huong": "minh"}
    await browser.send("/console/account/away", {"until": ""})
    assert await office.database.read(lambda c: absences.stand_ins(c, today)) == {}


def test_nobody_stands_in_for_ever() -> None:
    away = {"an": "binh", "binh": "an", "chi": "dung"}
    assert [absences.seen_to_by(name, away) for name in ("an", "chi", "dung")] == ["", "dung", "dung"]


def test_the_window_counts_down() -> None:
    words = [window_of("zalo_oa", NOW - timedelta(hours=hours), NOW).words for hours in (1, 60, 24 * 7)]
    assert words[0] == "Còn 1 ngày 23 giờ nhắn không mất phí."
    assert words[1].endswith("Còn 4 ngày 12 giờ thì không nhắn được nữa.")
    assert words[2].startswith("Zalo không cho nhắn nữa")
    assert window_of("web", NOW - timedelta(days=99), NOW).words == ""


def test_staff_work_on_days_made_up_and_not_at_lunch() -> None:
    tet, made_up = NOW.date().replace(year=2027, month=2, day=6), NOW.date() + timedelta(days=4)
    working = WorkingTime(made_up=frozenset({made_up}))
    assert not working.works_on(tet)
    assert working.works_on(made_up)
    assert not working.is_open(NOW)  # Vietnam's Culture Day
    assert working.is_open(NOW.replace(day=25))
    assert not working.is_open(NOW.replace(day=25, hour=5))
    assert working.promised(NOW + timedelta(days=3)) == made_up
    assert WorkingTime().promised(NOW + timedelta(days=3)) == made_up + timedelta(days=2)


async def a_tied_member(database: Database, name: str, chat: str) -> None:
    def tie(connection: Connection) -> None:
        staff.add(connection, name, "editor", "hash", NOW)
        (account,) = [one for one in staff.listed(connection) if one.name == name]
        own = a_person(connection, chat, "web")
        staff_chats.tie(connection, staff_chats.new_code(connection, account.id, NOW), own.contact_id, NOW)

    await database.write(tie)


async def test_staff_are_told_in_their_own_chat(database: Database, library: Library, renderer: Renderer) -> None:
    receiver = a_receiver(database, library, renderer, channels=(Stored(),), at=NOW)
    await a_tied_member(database, "huong", "may-huong")
    owner, huong = Person(receiver), Person(receiver, "may-huong")
    await owner.says("/menu")
    await owner.says("cán bộ")
    await owner.says("Máy cũ có được hỗ trợ không?")
    (alert,) = await huong.looks()
    assert "«Máy cũ có được hỗ trợ không?»" in alert.text
    assert "thứ Tư 25/11" in alert.text
    row = await database.read(lambda c: conversations.find_address(c, owner.address))
    assert row is not None
    await database.write(lambda c: threads.take(c, row.id, "huong", NOW))
    await database.write(lambda c: threads.mark_read(c, row.id))
    await owner.says("Máy mua năm 2019")
    await owner.says("Còn chạy tốt")
    assert owner.messages == []
    (alert,) = await huong.looks()
    assert "vừa nhắn:\n«Máy mua năm 2019»" in alert.text
    await owner.says("menu")
    assert owner.messages


async def test_a_question_goes_with_who_asked(office: Office) -> None:
    await opened(office)
    await office.database.write(lambda connection: a_person(connection, "lan", "zalo_oa").did(DataErased()))
    assert await office.database.read(lambda c: threads.needing_somebody(c)) == []
    assert await office.database.read(lambda c: c.execute(select(question)).all()) == []
