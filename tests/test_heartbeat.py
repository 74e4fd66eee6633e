"""Gaps in service: noticed at the next start, told to staff until one of them has seen them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from bot import heartbeat
from bot.heartbeat import beat, gap_in_words, report_gap
from console.visit import COOKIE
from db import incidents
from db.engine import Database
from db.incidents import Incident
from db.models import heartbeat as heartbeats
from tests.test_console import Office, office, said

__all__ = ["office"]

EVENING = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=10, minutes=35)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


async def unseen(database: Database) -> list[Incident]:
    return await database.read(incidents.unseen)


async def test_a_night_away_is_told_at_the_next_start(database: Database) -> None:
    clock = Clock(EVENING)
    await report_gap(database, clock, "both")
    assert await unseen(database) == []
    clock.at = MORNING
    await report_gap(database, clock, "both")
    (told,) = await unseen(database)
    assert (told.kind, told.at) == ("gap", MORNING)
    assert told.words == (
        "Hệ thống ngừng từ 21:05 ngày 22/11 đến 07:40 ngày 23/11 (10 giờ 35 phút). "
        "Tin nhắn Telegram trong lúc đó vẫn được nhận lại; tin Zalo chỉ được gửi lại trong khoảng 1 giờ, nên có thể "
        "thiếu; trang chat lúc đó không mở được."
    )


async def test_a_restart_within_two_minutes_is_no_gap(database: Database) -> None:
    clock = Clock(EVENING)
    for seconds in (0, 30, 120, 0):
        clock.at += timedelta(seconds=seconds)
        await report_gap(database, clock, "both")
    clock.at -= timedelta(hours=1)
    await report_gap(database, clock, "both")
    assert await unseen(database) == []


async def test_each_part_has_a_heart_of_its_own(database: Database) -> None:
    clock = Clock(EVENING)
    await report_gap(database, clock, "web")
    clock.at = MORNING
    await report_gap(database, clock, "worker")
    assert await unseen(database) == []
    await report_gap(database, clock, "web")
    (told,) = await unseen(database)
    assert told.words.startswith("Các trang và cổng nhận tin ngừng từ 21:05 ngày 22/11")


async def test_the_heart_beats_while_the_program_lives(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "EVERY_SECONDS", 0)
    clock = Clock(EVENING)

    async def last_beat() -> datetime | None:
        return await database.read(lambda connection: connection.execute(select(func.max(heartbeats.c.at))).scalar())

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        beating = tasks.create_task(beat(database, clock, "both"))
        for _ in range(3):
            clock.at += timedelta(seconds=30)
            while await last_beat() != clock.at:
                await asyncio.sleep(0)
        assert await unseen(database) == []
        clock.at += timedelta(hours=3)
        while not await unseen(database):
            await asyncio.sleep(0)
        beating.cancel()


@pytest.mark.parametrize(
    ("part", "minutes", "words"),
    [
        ("both", 3, "Hệ thống ngừng từ 21:05 đến 21:08 ngày 22/11 (3 phút)."),
        ("both", 60, "(1 giờ)."),
        ("both", 60 * 24 - 1, "(23 giờ 59 phút). Tin nhắn Telegram trong lúc đó vẫn được nhận lại;"),
        ("both", 60 * 24, "(1 ngày). Tin nhắn Telegram chỉ được nhận lại của 24 giờ cuối;"),
        ("web", 60 * 51 + 5, "(2 ngày 3 giờ)."),
        ("worker", 90, "Phần gửi tin ngừng từ 21:05 đến 22:35 ngày 22/11 (1 giờ 30 phút). Tin trả lời"),
    ],
)
def test_a_gap_in_words(part: str, minutes: int, words: str) -> None:
    assert words in gap_in_words(part, EVENING, EVENING + timedelta(minutes=minutes))


async def test_the_same_words_are_not_told_twice_while_nobody_has_seen_them(database: Database) -> None:

    def report(connection: Connection) -> None:
        for words in ("Mã bị từ chối.", "Mã bị từ chối.", "Kênh không trả lời."):
            incidents.report(connection, "token", words, EVENING)

    await database.write(report)
    assert [one.words for one in await unseen(database)] == ["Kênh không trả lời.", "Mã bị từ chối."]
    first = (await unseen(database))[1].id
    see = [
        await database.write(lambda connection: incidents.mark_seen(connection, first, "lan", MORNING))
        for _ in range(2)
    ]
    assert see == [True, False]
    await database.write(lambda connection: incidents.report(connection, "token", "Mã bị từ chối.", MORNING))
    assert [one.at for one in await unseen(database)] == [MORNING, EVENING]
    assert [one.seen_by for one in await database.read(incidents.latest)] == [None, None, "lan"]
    assert len(await database.read(lambda connection: incidents.latest(connection, 2))) == 2


async def test_every_page_tells_of_it_until_one_has_seen_it(office: Office) -> None:
    words = gap_in_words("both", EVENING, MORNING)
    await office.database.write(lambda connection: incidents.report(connection, "gap", words, MORNING))
    editor, viewer = await office.member(), await office.member("viewer", "lan")
    for browser in (editor, viewer):
        for path in ("", "questions", "forms/new" if browser is editor else "forms", "me", "password", "incidents"):
            assert words in said(await browser.get(f"/console/{path}")), path
    assert "Đã xem" not in said(await viewer.get("/console/"))
    (incident,) = await unseen(office.database)
    path = f"/console/incidents/{incident.id}/seen"
    assert path in (await editor.get("/console/questions")).text
    assert (await viewer.send(path)).status_code == 403
    assert (await editor.client.post(path, data={"csrf": "x"})).status_code == 403
    assert [one.seen_by for one in await unseen(office.database)] == [None]
    answer = await editor.send(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/incidents?done=seen")
    assert (await editor.send(path)).headers["location"] == "/console/incidents?done=already"
    assert words not in said(await viewer.get("/console/"))
    assert f"{words} 23/11/2026 07:40 thu.huong, 24/11/2026 09:20" in said(await editor.get("/console/incidents"))


async def test_many_of_them_leave_room_for_the_page(office: Office) -> None:
    def report(connection: Connection) -> None:
        for number in range(5):
            incidents.report(connection, "channel", f"Việc số {number}.", MORNING)

    await office.database.write(report)
    browser = await office.member()
    words = said(await browser.get("/console/"))
    assert "Việc số 4." in words
    assert "Việc số 3." not in words
    assert "Còn 4 việc chưa ai xem" in words
    listed = said(await browser.get("/console/incidents"))
    assert all(f"Việc số {number}." in listed for number in range(5))


async def test_who_may_not_read_is_told_nothing(office: Office) -> None:
    await office.database.write(lambda connection: incidents.report(connection, "gap", "Hệ thống ngừng.", MORNING))
    collaborator = await office.member("collaborator", "xa")
    assert "Hệ thống ngừng." not in said(await collaborator.get("/console/password"))
    assert (await collaborator.get("/console/incidents")).status_code == 403
    stranger = office.stranger()
    assert (await stranger.get("/console/incidents")).status_code == 303
    stranger.client.cookies.set(COOKIE, "x")
    assert "Hệ thống ngừng." not in said(await stranger.get("/console/sign-in"))
