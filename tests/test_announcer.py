"""Announcements: at most once to each who wants them, with one outcome each, whatever happens in between."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from bot.announcer import pace
from bot.limiter import Limiter
from bot.outcomes import CLOSED
from conversation.calendar import Quiet
from conversation.channel import Message, Rejected, Stopped, Throttled, Uncertain, Unreachable, WindowClosed
from conversation.contact import ANNOUNCEMENTS
from conversation.records import AnnouncementsStopped, ConsentWithdrawn
from db import announcements, deliveries, rate
from db.deliveries import Outcome, Shown
from db.models import address, announcement, delivery, training_class
from tests.announcing import NIGHT, QUIET, Office
from tests.office import LAN, NOW, a_person
from tests.sending import Killed, Vendor, someone, state_of, statuses


async def test_it_reaches_everyone_by_their_channel_once(announcing: Office) -> None:
    await announcing.subscribed("lan", "hung")
    await announcing.subscribed("mai", channel="web")
    number = await announcing.announces()
    await announcing.announcer.step()
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 3}
    assert sorted(announcing.vendor.reached) == ["hung", "lan"]
    for name in ("lan", "hung", "mai"):
        [message] = await announcing.told(name)
        assert message.key == "announcements/pushed"
        assert "24/11/2026\nHội chợ\nXưởng nào đi thì nhắn." in message.text
        assert await announcing.pushed(name) == ">announcements"
    assert {text for _, text in announcing.vendor.arrived} == {message.text}


async def test_more_than_a_chunk_all_arrive(announcing: Office) -> None:
    await announcing.subscribed(*(f"t{n}" for n in range(120)))
    await announcing.subscribed(*(f"w{n}" for n in range(60)), channel="web")
    number = await announcing.announces()
    await announcing.announcer.step()
    clock = announcing.clock
    while (await announcing.status(number))["state"] != "done":
        clock.pass_by(seconds=1)
        await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 180}
    assert sorted(announcing.vendor.reached) == sorted(f"t{n}" for n in range(120))


async def test_only_the_audience_and_only_who_agreed_and_can_be_reached(announcing: Office) -> None:
    def town(connection: Connection) -> None:
        a_person(connection, "lan").agreed().runs(LAN)
        a_person(connection, "bare").agreed()
        a_person(connection, "silent").runs(LAN)
        a_person(connection, "kcbot chat", channel="terminal").agreed().runs(LAN)
        a_person(connection, "elsewhere", channel="zalo_oa").agreed().runs(LAN)
        gone = a_person(connection, "gone").agreed().runs(LAN)
        connection.execute(update(address).where(address.c.id == gone.address_id).values(state="stopped"))

    await announcing.database.write(town)
    number = await announcing.announces(audience="commune=13285")
    await announcing.announcer.step()
    assert announcing.vendor.reached == ["lan"]
    assert await announcing.status(number) == {"state": "done", "sent": 1, "unreachable": 2}
    assert await announcing.outcomes() == {
        "lan": ("sent", None),
        "elsewhere": ("unreachable", deliveries.NOWHERE),
        "gone": ("unreachable", deliveries.NOWHERE),
    }


async def test_queueing_again_changes_nothing(announcing: Office) -> None:
    await announcing.subscribed("lan", "hung")
    number = await announcing.announces()

    def again(connection: Connection) -> list[Any]:
        for _ in range(2):
            connection.execute(update(announcement).where(announcement.c.id == number).values(state="queued"))
            for _ in range(2):
                deliveries.queue(connection, number, ["telegram"], NOW)
        return list(connection.execute(select(delivery.c.id, delivery.c.status)).all())

    assert [row.status for row in await announcing.database.write(again)] == ["pending", "pending"]
    await announcing.announcer.step()
    await announcing.database.write(again)
    await announcing.announcer.step()
    assert sorted(announcing.vendor.tried) == ["hung", "lan"]


@pytest.mark.parametrize(
    ("failure", "outcome", "state"),
    [
        (Rejected("message is empty"), "failed", "ok"),
        (Stopped("bot was blocked"), "blocked", "stopped"),
        (WindowClosed("48 hours"), "held", "ok"),
        (Uncertain("no answer"), "uncertain", "ok"),
        (RuntimeError("a slip of ours"), "uncertain", "ok"),
    ],
)
async def test_each_failure_has_its_outcome_and_is_not_repeated(
    announcing: Office, failure: Exception, outcome: str, state: str
) -> None:
    await announcing.subscribed("lan", "hung")
    announcing.vendor.failing["lan"].append(failure)
    number = await announcing.announces()
    for _ in range(3):
        await announcing.announcer.step()
        announcing.clock.pass_by(hours=1)
    assert await announcing.status(number) == {"state": "done", "sent": 1, outcome: 1}
    became, why = (await announcing.outcomes())["lan"]
    assert became == outcome
    assert str(failure) in (why or "") or why == CLOSED
    assert await state_of(announcing.database, "lan") == state
    assert sorted(announcing.vendor.tried) == ["hung", "lan"]
    assert await announcing.told("lan") == []


async def test_who_blocks_us_gets_no_queued_reply_either(announcing: Office) -> None:
    await announcing.database.write(lambda connection: someone(connection, "lan", "một").agreed())
    announcing.vendor.failing["lan"].append(Stopped("bot was blocked"))
    await announcing.announces()
    await announcing.announcer.step()
    assert await statuses(announcing.database) == [("lan", "failed")]


async def test_a_vendor_that_is_away_is_tried_five_times_and_not_more(announcing: Office) -> None:
    await announcing.subscribed("lan", "hung")
    announcing.vendor.failing["lan"].extend([Unreachable("no route")] * 9)
    announcing.vendor.failing["hung"].extend([Unreachable("no route")] * 4)
    number = await announcing.announces()
    for _ in range(20):
        await announcing.announcer.step()
        announcing.clock.pass_by(seconds=10)
    assert await announcing.status(number) == {"state": "done", "sent": 1, "failed": 1}
    assert (announcing.vendor.tried.count("lan"), announcing.vendor.reached) == (5, ["hung"])


async def test_a_busy_vendor_is_waited_for_and_then_all_get_it_once(announcing: Office) -> None:
    names = [f"p{number}" for number in range(8)]
    await announcing.subscribed(*names)
    for name in names[2:6]:
        announcing.vendor.failing[name].extend([Throttled(30)] * 6)
    number = await announcing.announces()
    await announcing.announcer.step()
    tried = len(announcing.vendor.tried)
    announcing.clock.pass_by(seconds=29)
    await announcing.subscribed("late")
    second = await announcing.announces("Lớp mới", audience="")
    await announcing.announcer.step()
    assert len(announcing.vendor.tried) == tried
    assert await announcing.status(number) == {"state": "sending", "sent": 4, "pending": 4}
    for _ in range(8):
        announcing.clock.pass_by(seconds=31)
        await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 8}
    assert await announcing.status(second) == {"state": "done", "sent": 9}
    assert len(set(announcing.vendor.arrived)) == len(announcing.vendor.arrived) == 17


async def test_a_crash_while_sending_leaves_it_uncertain_and_it_is_not_repeated(announcing: Office) -> None:
    await announcing.subscribed("lan")
    announcing.vendor.failing["lan"].append(Killed())
    number = await announcing.announces()
    with pytest.raises(BaseExceptionGroup):
        await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "sending", "sending": 1}
    announcing.restart()
    await announcing.subscribed("hung")
    await announcing.database.write(deliveries.recover)
    for _ in range(3):
        await announcing.announcer.step()
        announcing.clock.pass_by(hours=1)
    assert await announcing.status(number) == {"state": "done", "uncertain": 1}
    assert announcing.vendor.tried == ["lan"]


async def test_a_late_answer_to_the_same_attempt_replaces_uncertain(announcing: Office) -> None:
    await announcing.subscribed("lan")
    number = await announcing.announces()

    def late(connection: Connection) -> None:
        deliveries.queue(connection, number, ["telegram"], NOW)
        [claimed] = deliveries.claim(connection, number, "telegram", 9, NOW)
        deliveries.recover(connection)
        for _ in range(2):
            shown = Shown(Message("announcements/pushed", "một").to_json(), "")
            deliveries.record(connection, [Outcome(claimed, "sent", "v1")], shown, NOW)

    await announcing.database.write(late)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1}
    assert len(await announcing.told("lan")) == 1
    assert not announcing.vendor.tried


@pytest.mark.parametrize("record", [AnnouncementsStopped(), ConsentWithdrawn(ANNOUNCEMENTS)])
async def test_who_opts_out_before_their_turn_is_not_sent_it(
    announcing: Office, record: AnnouncementsStopped | ConsentWithdrawn
) -> None:
    await announcing.database.write(lambda connection: a_person(connection, "hung").agreed())
    lan = await announcing.database.write(lambda connection: a_person(connection, "lan", channel="web").agreed())
    number = await announcing.announces()

    def opts_out(connection: Connection) -> None:
        deliveries.queue(connection, number, ["telegram", "web"], NOW)
        replace(lan, connection=connection).did(record)

    await announcing.database.write(opts_out)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1, "opted_out": 1}
    assert (await announcing.outcomes())["lan"] == ("opted_out", deliveries.STOPPED_TAKING)
    assert await announcing.told("lan") == []


@pytest.mark.parametrize("state", ["cancelled", "paused"])
async def test_cancelling_or_pausing_midway_stops_it_at_once(announcing: Office, state: str) -> None:
    announcing.per_second = 10
    announcing.restart()
    await announcing.subscribed(*(f"p{number}" for number in range(6)))
    number = await announcing.announces()
    await announcing.announcer.step()
    change = update(announcement).where(announcement.c.id == number)
    await announcing.database.write(lambda connection: connection.execute(change.values(state=state)).close())
    announcing.clock.pass_by(hours=1)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": state, "sent": 2, "pending": 4}
    assert len(announcing.vendor.tried) == 2


async def test_a_claim_sees_that_it_was_cancelled(announcing: Office) -> None:
    await announcing.subscribed("lan")
    number = await announcing.announces()

    def cancelled(connection: Connection) -> list[deliveries.Claimed]:
        deliveries.queue(connection, number, ["telegram"], NOW)
        announcements.cancel(connection, number)
        return deliveries.claim(connection, number, "telegram", 9, NOW)

    assert await announcing.database.write(cancelled) == []


async def test_it_waits_for_its_time(announcing: Office) -> None:
    await announcing.subscribed("lan")
    number = await announcing.announces(at=NOW + timedelta(hours=2))
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "queued"}
    announcing.clock.pass_by(hours=2)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1}


async def test_it_waits_for_the_quiet_hours_to_end_unless_it_is_urgent(announcing: Office) -> None:
    await announcing.subscribed("lan")
    announcing.clock.at = NIGHT
    calm, urgent = await announcing.announces(), await announcing.announces("Bão gần bờ", urgent=True)
    await announcing.announcer.step()
    assert (await announcing.status(calm))["state"] == "queued"
    assert (await announcing.status(urgent))["state"] == "done"
    announcing.clock.at = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    await announcing.announcer.step()
    assert (await announcing.status(calm))["state"] == "done"
    assert len(announcing.vendor.arrived) == 2


@pytest.mark.parametrize(
    ("hours", "clock", "quiet"),
    [
        (QUIET, time(20, 59), False),
        (QUIET, time(21), True),
        (QUIET, time(0), True),
        (QUIET, time(6, 59), True),
        (QUIET, time(7), False),
        (Quiet(time(12), time(13), public=False), time(12, 30), True),
        (Quiet(time(12), time(13), public=False), time(13), False),
    ],
)
def test_quiet_hours_are_vietnams_and_may_pass_midnight(hours: Quiet, clock: time, quiet: bool) -> None:
    in_vietnam = datetime.combine(date(2026, 11, 24), clock, UTC) - timedelta(hours=7)
    assert hours.contains(in_vietnam) is quiet
    assert not hours.contains(hours.over(in_vietnam))


async def test_announcements_leave_room_for_replies(announcing: Office) -> None:
    limiter = Limiter(10)

    def spends_all(connection: Connection) -> None:
        now = announcing.clock()
        limiter.spend(connection, "telegram", limiter.for_announcements(connection, "telegram", now), now)
        assert limiter.for_announcements(connection, "telegram", now) == 0
        limiter.spend(connection, "telegram", limiter.for_replies(connection, "telegram", now), now)
        assert limiter.for_replies(connection, "telegram", now) == 0

    def left(connection: Connection) -> tuple[int, int]:
        now = announcing.clock()
        return limiter.for_replies(connection, "telegram", now), limiter.for_announcements(connection, "telegram", now)

    await announcing.database.write(spends_all)
    announcing.clock.pass_by(seconds=0.1)
    assert await announcing.database.write(left) == (1, 0)


@pytest.mark.parametrize(("per_second", "seconds"), [(1000, 0.01), (50, 0.02), (25, 0.04), (10, 0.1), (1, 0.1)])
def test_whether_another_may_go_is_asked_once_for_each(per_second: float, seconds: float) -> None:
    """Within what a burst of announcements allows, so that no send is lost by waiting."""
    assert pace(per_second) == pytest.approx(seconds)
    assert pace(per_second) < rate.burst(per_second) * rate.HALF


async def test_in_a_minute_no_more_are_sent_than_the_pace_allows(announcing: Office) -> None:
    announcing.per_second = 2
    announcing.restart()
    await announcing.subscribed(*(f"p{number}" for number in range(30)))
    await announcing.announces()
    for _ in range(10):
        await announcing.announcer.step()
        announcing.clock.pass_by(seconds=1)
    assert 18 <= len(announcing.vendor.arrived) <= 22


async def test_a_bare_number_answers_the_class_it_names(announcing: Office) -> None:
    def classes(connection: Connection) -> None:
        for code, is_open in (("QT1", False), ("QT12", True)):
            values = {"title": "Lớp", "place": "xã", "seats": 9, "taken": 0, "code": code, "open": is_open}
            starts = NOW + timedelta(days=9)
            days = {"starts_at": starts, "ends_at": starts + timedelta(hours=8), "deadline": starts.date()}
            connection.execute(insert(training_class).values(**values, **days, created_at=NOW))

    await announcing.database.write(classes)
    await announcing.subscribed("lan")
    for title, link in (("Lớp QT1 đã đóng", ">announcements"), ("Mở lớp qt12.", ">class/QT12")):
        await announcing.announces(title)
        await announcing.announcer.step()
        assert await announcing.pushed("lan") == link


async def test_stopped_while_sending_it_ends_what_it_began(announcing: Office) -> None:
    @dataclass
    class Slow(Vendor):
        began: asyncio.Event = field(default_factory=asyncio.Event)
        answer: asyncio.Event = field(default_factory=asyncio.Event)

        async def send(self, to: str, message: Message) -> str:
            self.began.set()
            await self.answer.wait()
            return await super().send(to, message)

    slow = announcing.vendor = Slow()
    announcing.restart()
    await announcing.subscribed("lan")
    number = await announcing.announces()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(announcing.announcer.run())
        await slow.began.wait()
        running.cancel()
        slow.answer.set()
    assert await announcing.status(number) == {"state": "sending", "sent": 1}


async def test_nobody_has_two_deliveries_of_one_announcement(announcing: Office) -> None:
    def two_addresses(connection: Connection) -> None:
        lan = a_person(connection, "lan").agreed()
        web = a_person(connection, "lan-web", channel="web", days_ago=1)
        connection.execute(update(address).where(address.c.id == web.address_id).values(contact_id=lan.contact_id))

    await announcing.database.write(two_addresses)
    await announcing.announces()
    await announcing.announcer.step()
    count = select(func.count()).select_from(delivery)
    assert await announcing.database.read(lambda connection: connection.execute(count).scalar_one()) == 1
    assert (announcing.vendor.reached, await announcing.told("lan-web")) == (["lan"], [])
