"""Reminders: they move with what they remind of, reach who asked for it, and are never sent late."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.timers import Timers
from content.render import Renderer
from db import announcements, classes, deliveries, reminders, rounds
from db.classes import Arranged
from db.engine import Database
from db.models import announcement, contact, delivery, reminder
from db.reminders import ReminderRefused
from db.rounds import Planned
from tests.office import LAN, NOW, a_person
from tests.sending import HandClock

STARTS = NOW + timedelta(days=9)
QT1 = Arranged("QT1", "Khởi nghiệp", STARTS, STARTS + timedelta(hours=8), "hội trường xã", 9, date(2026, 12, 1))
DAY = 24


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def timers(database: Database, renderer: Renderer, clock: HandClock) -> Timers:
    return Timers(database, renderer, clock, None)


def a_class(connection: Connection) -> None:
    """A class with three people in it: one agreed to announcements, one never did, one stopped them."""
    classes.create(connection, QT1, NOW)
    for number, name in enumerate(("lan", "hung", "mai")):
        a_person(connection, name).signed_up(f"QT1-0{number}", 1)
    a_person(connection, "lan").agreed()
    stopped = a_person(connection, "mai").contact_id
    connection.execute(contact.update().where(contact.c.id == stopped).values(announcements_stopped=True))
    a_person(connection, "outsider").agreed()
    reminders.add_to_class(connection, "QT1", DAY, "ngoc", NOW)


async def states(database: Database) -> list[str]:
    return await database.read(
        lambda connection: list(connection.execute(select(reminder.c.state).order_by(reminder.c.id)).scalars())
    )


async def recipients(database: Database) -> list[str]:
    """Queue what was written and return who is to get it."""

    def queued(connection: Connection) -> list[Any]:
        for number in connection.execute(select(announcement.c.id)).scalars().all():
            deliveries.queue(connection, number, ["telegram"], NOW)
        return list(connection.execute(select(delivery.c.contact_id)).scalars())

    found = await database.write(queued)

    def known(connection: Connection) -> dict[int, str]:
        return {a_person(connection, name).contact_id: name for name in ("lan", "hung", "mai", "outsider")}

    names = await database.write(known)
    return sorted(names[one] for one in found)


async def test_it_goes_to_who_signed_up_a_day_before(database: Database, timers: Timers, clock: HandClock) -> None:
    await database.write(a_class)
    clock.at = STARTS - timedelta(hours=DAY, seconds=1)
    await timers.step()
    assert await states(database) == ["waiting"]
    clock.pass_by(seconds=1)
    for _ in range(2):
        await timers.step()
    assert await states(database) == ["sent"]
    [found] = await database.read(announcements.listed)
    assert (found.kind, found.state, found.audience, found.author) == ("reminder", "queued", "class:QT1", "ngoc")
    assert found.title == "Lớp QT1: Khởi nghiệp"
    assert "tại hội trường xã" in found.text
    assert await recipients(database) == ["hung", "lan"]


async def test_it_moves_when_the_class_moves(database: Database, timers: Timers, clock: HandClock) -> None:
    await database.write(a_class)
    moved = replace(QT1, starts_at=STARTS + timedelta(days=7), ends_at=STARTS + timedelta(days=8))
    await database.write(lambda connection: classes.change(connection, "QT1", moved, NOW))
    clock.at = STARTS
    await timers.step()
    assert await states(database) == ["waiting"]
    clock.at = moved.starts_at - timedelta(hours=DAY)
    await timers.step()
    assert await states(database) == ["sent"]


async def test_a_class_put_off_after_its_reminder_is_reminded_of_again(
    database: Database, timers: Timers, clock: HandClock
) -> None:
    await database.write(a_class)
    clock.at = STARTS - timedelta(hours=DAY)
    await timers.step()
    moved = replace(QT1, starts_at=STARTS + timedelta(days=7), ends_at=STARTS + timedelta(days=8))
    await database.write(lambda connection: classes.change(connection, "QT1", moved, clock.at))
    assert await states(database) == ["waiting"]
    clock.at = moved.starts_at - timedelta(hours=DAY)
    await timers.step()
    assert len(await database.read(announcements.listed)) == 2


async def test_one_whose_time_went_by_while_nothing_ran_is_missed_not_late(
    database: Database, timers: Timers, clock: HandClock
) -> None:
    await database.write(a_class)
    clock.at = STARTS - timedelta(hours=DAY - 3)
    await timers.step()
    assert await states(database) == ["missed"]
    assert await database.read(announcements.listed) == []


@pytest.mark.parametrize(("code", "hours"), [("QT1", 0), ("QT1", 24 * 10), ("QT1", 24 * 31), ("QT1", DAY), ("XX9", 1)])
async def test_one_is_not_kept_that_could_not_be_sent(database: Database, code: str, hours: int) -> None:
    await database.write(a_class)
    with pytest.raises(ReminderRefused):
        await database.write(lambda connection: reminders.add_to_class(connection, code, hours, "ngoc", NOW))


async def test_one_taken_back_is_not_sent(database: Database, timers: Timers, clock: HandClock) -> None:
    await database.write(a_class)
    [one] = await database.read(lambda connection: reminders.of_class(connection, "QT1"))
    await database.write(lambda connection: reminders.cancel(connection, one.id))
    clock.at = STARTS - timedelta(hours=DAY)
    await timers.step()
    assert await states(database) == ["cancelled"]
    with pytest.raises(ReminderRefused):
        await database.write(lambda connection: reminders.cancel(connection, one.id))


async def test_a_round_reminds_who_has_not_answered_and_agreed(
    database: Database, timers: Timers, clock: HandClock
) -> None:
    def a_round(connection: Connection) -> int:
        planned = Planned("needs", "Nhu cầu 2027", "125/TTKC", "size>=5", NOW, STARTS)
        number = rounds.open_round(connection, planned, ["needs"], "ngoc", NOW)
        a_person(connection, "lan").agreed().runs(LAN)
        a_person(connection, "hung").runs({**LAN, "phone": "0912345679", "business_name": "Mộc Hùng"})
        a_person(connection, "mai").agreed().runs({**LAN, "workers": "2", "business_name": "Mây Mai"})
        reminders.add_to_round(connection, number, 48, "ngoc", NOW)
        return number

    number = await database.write(a_round)
    clock.at = STARTS - timedelta(hours=48)
    await timers.step()
    [found] = await database.read(announcements.listed)
    assert found.audience == f"round:{number}"
    assert "125/TTKC" in found.text
    assert f"DT{number}" in found.text
    assert await recipients(database) == ["lan"]


async def test_a_round_that_is_closed_reminds_nobody(database: Database, timers: Timers, clock: HandClock) -> None:
    def closed(connection: Connection) -> None:
        planned = Planned("needs", "Nhu cầu 2027", "", "", NOW, STARTS)
        number = rounds.open_round(connection, planned, ["needs"], "ngoc", NOW)
        reminders.add_to_round(connection, number, 48, "ngoc", NOW)
        rounds.close(connection, number, NOW)

    await database.write(closed)
    clock.at = STARTS - timedelta(hours=48)
    await timers.step()
    assert await states(database) == ["cancelled"]
