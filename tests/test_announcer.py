"""Announcements: at most once to each who wants them, with one outcome each, whatever happens in between."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from bot.announcer import Announcer
from bot.channels.base import Channel
from bot.channels.web import Stored
from bot.limiter import Limiter
from bot.outcomes import CLOSED
from bot.receive import Changed
from content.render import Renderer
from conversation.calendar import Quiet
from conversation.catalog import Library
from conversation.channel import Message, Rejected, Stopped, Throttled, Uncertain, Unreachable, WindowClosed
from conversation.contact import ANNOUNCEMENTS
from conversation.records import AnnouncementsStopped, ConsentWithdrawn
from db import announcements, conversations, deliveries
from db.announcements import Draft
from db.deliveries import Outcome, Shown
from db.engine import Database
from db.models import address, announcement, conversation, delivery, training_class
from tests.office import LAN, NOW, a_person
from tests.sending import HandClock, Killed, Vendor, someone, state_of, statuses

QUIET = Quiet(time(21), time(7), public=False)
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)


@dataclass
class Office:
    """An announcer over a database, with a vendor and the web chat behind it."""

    database: Database
    renderer: Renderer
    library: Library
    vendor: Vendor = field(default_factory=Vendor)
    clock: HandClock = field(default_factory=HandClock)
    per_second: float = 1000
    announcer: Announcer = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        channels: dict[str, Channel] = {"web": Stored(), self.vendor.name: self.vendor}
        limiter = Limiter(self.per_second)
        self.announcer = Announcer(
            self.database, self.renderer, self.library, channels, limiter, Changed(), self.clock, QUIET
        )

    async def subscribed(self, *names: str, channel: str = "telegram") -> None:
        def arrive(connection: Connection) -> None:
            for name in names:
                a_person(connection, name, channel).agreed()

        await self.database.write(arrive)

    async def announces(
        self, title: str = "Hội chợ", audience: str = "", at: datetime | None = None, urgent: bool = False
    ) -> int:
        def write(connection: Connection) -> int:
            draft = Draft(title, "Xưởng nào đi thì nhắn.", audience, at)
            number = announcements.create(connection, draft, "lan", NOW)
            announcements.approve(connection, number, "lan", NOW, urgent=urgent)
            return number

        return await self.database.write(write)

    async def status(self, number: int) -> dict[str, Any]:
        """Return the state and the counts that are not 0."""
        status = await self.database.read(lambda connection: announcements.status(connection, number))
        return {"state": status.state, **{name: count for name, count in status.counts.items() if count}}

    async def outcomes(self) -> dict[str, tuple[str, str | None]]:
        query = select(address.c.external_id, delivery.c.status, delivery.c.error).join(
            address, address.c.contact_id == delivery.c.contact_id
        )
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        return {row.external_id: (row.status, row.error) for row in rows}

    async def told(self, name: str) -> list[Message]:
        """Return what stands in a conversation."""

        def query(connection: Connection) -> list[Message]:
            wanted = select(address.c.id).where(address.c.external_id == name)
            rows = conversations.messages_after(connection, connection.execute(wanted).scalar_one())
            return [Message.from_json(row.payload) for row in rows]

        return await self.database.read(query)

    async def pushed(self, name: str) -> str:
        query = select(conversation.c.pushed).join(address).where(address.c.external_id == name)
        link: str = await self.database.read(lambda connection: connection.execute(query).scalar_one())
        return link


@pytest.fixture
def office(database: Database, renderer: Renderer, library: Library) -> Office:
    return Office(database, renderer, library)


async def test_it_reaches_everyone_by_their_channel_once(office: Office) -> None:
    await office.subscribed("lan", "hung")
    await office.subscribed("mai", channel="web")
    number = await office.announces()
    await office.announcer.step()
    await office.announcer.step()
    assert await office.status(number) == {"state": "done", "sent": 3}
    assert sorted(office.vendor.reached) == ["hung", "lan"]
    for name in ("lan", "hung", "mai"):
        [message] = await office.told(name)
        assert message.key == "announcements/pushed"
        assert "24/11/2026\nHội chợ\nXưởng nào đi thì nhắn." in message.text
        assert await office.pushed(name) == ">announcements"
    assert {text for _, text in office.vendor.arrived} == {message.text}


async def test_more_than_a_chunk_all_arrive(office: Office) -> None:
    await office.subscribed(*(f"t{n}" for n in range(120)))
    await office.subscribed(*(f"w{n}" for n in range(60)), channel="web")
    number = await office.announces()
    await office.announcer.step()
    clock = office.clock
    while (await office.status(number))["state"] != "done":
        clock.pass_by(seconds=1)
        await office.announcer.step()
    assert await office.status(number) == {"state": "done", "sent": 180}
    assert sorted(office.vendor.reached) == sorted(f"t{n}" for n in range(120))


async def test_only_the_audience_and_only_who_agreed_and_can_be_reached(office: Office) -> None:
    def town(connection: Connection) -> None:
        a_person(connection, "lan").agreed().runs(LAN)
        a_person(connection, "bare").agreed()
        a_person(connection, "silent").runs(LAN)
        a_person(connection, "kcbot chat", channel="terminal").agreed().runs(LAN)
        a_person(connection, "elsewhere", channel="zalo_oa").agreed().runs(LAN)
        gone = a_person(connection, "gone").agreed().runs(LAN)
        connection.execute(update(address).where(address.c.id == gone.address_id).values(state="stopped"))

    await office.database.write(town)
    number = await office.announces(audience="commune=13285")
    await office.announcer.step()
    assert office.vendor.reached == ["lan"]
    assert await office.status(number) == {"state": "done", "sent": 1, "unreachable": 2}
    assert await office.outcomes() == {
        "lan": ("sent", None),
        "elsewhere": ("unreachable", deliveries.NOWHERE),
        "gone": ("unreachable", deliveries.NOWHERE),
    }


async def test_queueing_again_changes_nothing(office: Office) -> None:
    await office.subscribed("lan", "hung")
    number = await office.announces()

    def again(connection: Connection) -> list[Any]:
        for _ in range(2):
            connection.execute(update(announcement).where(announcement.c.id == number).values(state="queued"))
            for _ in range(2):
                deliveries.queue(connection, number, ["telegram"], NOW)
        return list(connection.execute(select(delivery.c.id, delivery.c.status)).all())

    assert [row.status for row in await office.database.write(again)] == ["pending", "pending"]
    await office.announcer.step()
    await office.database.write(again)
    await office.announcer.step()
    assert sorted(office.vendor.tried) == ["hung", "lan"]


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
    office: Office, failure: Exception, outcome: str, state: str
) -> None:
    await office.subscribed("lan", "hung")
    office.vendor.failing["lan"].append(failure)
    number = await office.announces()
    for _ in range(3):
        await office.announcer.step()
        office.clock.pass_by(hours=1)
    assert await office.status(number) == {"state": "done", "sent": 1, outcome: 1}
    became, why = (await office.outcomes())["lan"]
    assert became == outcome
    assert str(failure) in (why or "") or why == CLOSED
    assert await state_of(office.database, "lan") == state
    assert sorted(office.vendor.tried) == ["hung", "lan"]
    assert await office.told("lan") == []


async def test_who_blocks_us_gets_no_queued_reply_either(office: Office) -> None:
    await office.database.write(lambda connection: someone(connection, "lan", "một").agreed())
    office.vendor.failing["lan"].append(Stopped("bot was blocked"))
    await office.announces()
    await office.announcer.step()
    assert await statuses(office.database) == [("lan", "failed")]


async def test_a_vendor_that_is_away_is_tried_five_times_and_not_more(office: Office) -> None:
    await office.subscribed("lan", "hung")
    office.vendor.failing["lan"].extend([Unreachable("no route")] * 9)
    office.vendor.failing["hung"].extend([Unreachable("no route")] * 4)
    number = await office.announces()
    for _ in range(20):
        await office.announcer.step()
        office.clock.pass_by(seconds=10)
    assert await office.status(number) == {"state": "done", "sent": 1, "failed": 1}
    assert (office.vendor.tried.count("lan"), office.vendor.reached) == (5, ["hung"])


async def test_a_busy_vendor_is_waited_for_and_then_all_get_it_once(office: Office) -> None:
    names = [f"p{number}" for number in range(8)]
    await office.subscribed(*names)
    for name in names[2:6]:
        office.vendor.failing[name].extend([Throttled(30)] * 6)
    number = await office.announces()
    await office.announcer.step()
    tried = len(office.vendor.tried)
    office.clock.pass_by(seconds=29)
    await office.subscribed("late")
    second = await office.announces("Lớp mới", audience="")
    await office.announcer.step()
    assert len(office.vendor.tried) == tried
    assert await office.status(number) == {"state": "sending", "sent": 4, "pending": 4}
    for _ in range(8):
        office.clock.pass_by(seconds=31)
        await office.announcer.step()
    assert await office.status(number) == {"state": "done", "sent": 8}
    assert await office.status(second) == {"state": "done", "sent": 9}
    assert len(set(office.vendor.arrived)) == len(office.vendor.arrived) == 17


async def test_a_crash_while_sending_leaves_it_uncertain_and_it_is_not_repeated(office: Office) -> None:
    await office.subscribed("lan")
    office.vendor.failing["lan"].append(Killed())
    number = await office.announces()
    with pytest.raises(BaseExceptionGroup):
        await office.announcer.step()
    assert await office.status(number) == {"state": "sending", "sending": 1}
    office.restart()
    await office.subscribed("hung")
    await office.database.write(deliveries.recover)
    for _ in range(3):
        await office.announcer.step()
        office.clock.pass_by(hours=1)
    assert await office.status(number) == {"state": "done", "uncertain": 1}
    assert office.vendor.tried == ["lan"]


async def test_a_late_answer_to_the_same_attempt_replaces_uncertain(office: Office) -> None:
    await office.subscribed("lan")
    number = await office.announces()

    def late(connection: Connection) -> None:
        deliveries.queue(connection, number, ["telegram"], NOW)
        [claimed] = deliveries.claim(connection, number, "telegram", 9, NOW)
        deliveries.recover(connection)
        for _ in range(2):
            shown = Shown(Message("announcements/pushed", "một").to_json(), "")
            deliveries.record(connection, [Outcome(claimed, "sent", "v1")], shown, NOW)

    await office.database.write(late)
    await office.announcer.step()
    assert await office.status(number) == {"state": "done", "sent": 1}
    assert len(await office.told("lan")) == 1
    assert not office.vendor.tried


@pytest.mark.parametrize("record", [AnnouncementsStopped(), ConsentWithdrawn(ANNOUNCEMENTS)])
async def test_who_opts_out_before_their_turn_is_not_sent_it(
    office: Office, record: AnnouncementsStopped | ConsentWithdrawn
) -> None:
    await office.database.write(lambda connection: a_person(connection, "hung").agreed())
    lan = await office.database.write(lambda connection: a_person(connection, "lan", channel="web").agreed())
    number = await office.announces()

    def opts_out(connection: Connection) -> None:
        deliveries.queue(connection, number, ["telegram", "web"], NOW)
        replace(lan, connection=connection).did(record)

    await office.database.write(opts_out)
    await office.announcer.step()
    assert await office.status(number) == {"state": "done", "sent": 1, "opted_out": 1}
    assert (await office.outcomes())["lan"] == ("opted_out", deliveries.STOPPED_TAKING)
    assert await office.told("lan") == []


@pytest.mark.parametrize("state", ["cancelled", "paused"])
async def test_cancelling_or_pausing_midway_stops_it_at_once(office: Office, state: str) -> None:
    office.per_second = 10
    office.restart()
    await office.subscribed(*(f"p{number}" for number in range(6)))
    number = await office.announces()
    await office.announcer.step()
    change = update(announcement).where(announcement.c.id == number)
    await office.database.write(lambda connection: connection.execute(change.values(state=state)).close())
    office.clock.pass_by(hours=1)
    await office.announcer.step()
    assert await office.status(number) == {"state": state, "sent": 2, "pending": 4}
    assert len(office.vendor.tried) == 2


async def test_a_claim_sees_that_it_was_cancelled(office: Office) -> None:
    await office.subscribed("lan")
    number = await office.announces()

    def cancelled(connection: Connection) -> list[deliveries.Claimed]:
        deliveries.queue(connection, number, ["telegram"], NOW)
        announcements.cancel(connection, number)
        return deliveries.claim(connection, number, "telegram", 9, NOW)

    assert await office.database.write(cancelled) == []


async def test_it_waits_for_its_time(office: Office) -> None:
    await office.subscribed("lan")
    number = await office.announces(at=NOW + timedelta(hours=2))
    await office.announcer.step()
    assert await office.status(number) == {"state": "queued"}
    office.clock.pass_by(hours=2)
    await office.announcer.step()
    assert await office.status(number) == {"state": "done", "sent": 1}


async def test_it_waits_for_the_quiet_hours_to_end_unless_it_is_urgent(office: Office) -> None:
    await office.subscribed("lan")
    office.clock.at = NIGHT
    calm, urgent = await office.announces(), await office.announces("Bão gần bờ", urgent=True)
    await office.announcer.step()
    assert (await office.status(calm))["state"] == "queued"
    assert (await office.status(urgent))["state"] == "done"
    office.clock.at = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    await office.announcer.step()
    assert (await office.status(calm))["state"] == "done"
    assert len(office.vendor.arrived) == 2


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


async def test_announcements_leave_room_for_replies(office: Office) -> None:
    limiter = Limiter(10)

    def spends_all(connection: Connection) -> None:
        now = office.clock()
        limiter.spend(connection, "telegram", limiter.for_announcements(connection, "telegram", now), now)
        assert limiter.for_announcements(connection, "telegram", now) == 0
        limiter.spend(connection, "telegram", limiter.for_replies(connection, "telegram", now), now)
        assert limiter.for_replies(connection, "telegram", now) == 0

    def left(connection: Connection) -> tuple[int, int]:
        now = office.clock()
        return limiter.for_replies(connection, "telegram", now), limiter.for_announcements(connection, "telegram", now)

    await office.database.write(spends_all)
    office.clock.pass_by(seconds=0.1)
    assert await office.database.write(left) == (1, 0)


async def test_in_a_minute_no_more_are_sent_than_the_pace_allows(office: Office) -> None:
    office.per_second = 2
    office.restart()
    await office.subscribed(*(f"p{number}" for number in range(30)))
    await office.announces()
    for _ in range(10):
        await office.announcer.step()
        office.clock.pass_by(seconds=1)
    assert 18 <= len(office.vendor.arrived) <= 22


async def test_a_bare_number_answers_the_class_it_names(office: Office) -> None:
    def classes(connection: Connection) -> None:
        for code, is_open in (("QT1", False), ("QT12", True)):
            values = {"title": "Lớp", "place": "xã", "seats": 9, "taken": 0, "code": code, "open": is_open}
            starts = NOW + timedelta(days=9)
            days = {"starts_at": starts, "ends_at": starts + timedelta(hours=8), "deadline": starts.date()}
            connection.execute(insert(training_class).values(**values, **days, created_at=NOW))

    await office.database.write(classes)
    await office.subscribed("lan")
    for title, link in (("Lớp QT1 đã đóng", ">announcements"), ("Mở lớp qt12.", ">class/QT12")):
        await office.announces(title)
        await office.announcer.step()
        assert await office.pushed("lan") == link


async def test_stopped_while_sending_it_ends_what_it_began(office: Office) -> None:
    @dataclass
    class Slow(Vendor):
        began: asyncio.Event = field(default_factory=asyncio.Event)
        answer: asyncio.Event = field(default_factory=asyncio.Event)

        async def send(self, to: str, message: Message) -> str:
            self.began.set()
            await self.answer.wait()
            return await super().send(to, message)

    slow = office.vendor = Slow()
    office.restart()
    await office.subscribed("lan")
    number = await office.announces()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(office.announcer.run())
        await slow.began.wait()
        running.cancel()
        slow.answer.set()
    assert await office.status(number) == {"state": "sending", "sent": 1}


async def test_nobody_has_two_deliveries_of_one_announcement(office: Office) -> None:
    def two_addresses(connection: Connection) -> None:
        lan = a_person(connection, "lan").agreed()
        web = a_person(connection, "lan-web", channel="web", days_ago=1)
        connection.execute(update(address).where(address.c.id == web.address_id).values(contact_id=lan.contact_id))

    await office.database.write(two_addresses)
    await office.announces()
    await office.announcer.step()
    count = select(func.count()).select_from(delivery)
    assert await office.database.read(lambda connection: connection.execute(count).scalar_one()) == 1
    assert (office.vendor.reached, await office.told("lan-web")) == (["lan"], [])
