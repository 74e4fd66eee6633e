"""Replies: each sent at least once, in its conversation's order, and given up in the end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Connection, select

from bot.changed import Changed
from bot.limiter import Limiter
from bot.sender import MOST_IN_FLIGHT, Sender
from conversation.channel import Message, Rejected, Stopped, Throttled, Uncertain, Unreachable, WindowClosed
from db.conversations import push
from db.engine import Database
from db.models import message
from tests.office import NOW
from tests.sending import HandClock, Killed, Vendor, someone, state_of, statuses


def a_sender(database: Database, *channels: Vendor, clock: HandClock, per_second: float = 1000) -> Sender:
    named = {channel.name: channel for channel in channels}
    return Sender(database, named, Limiter(per_second), Changed(), clock)


async def queued(database: Database, names: Sequence[str], *texts: str) -> None:
    """Let replies wait for several people."""

    def queue(connection: Connection) -> None:
        for name in names:
            someone(connection, name, *texts)

    await database.write(queue)


async def test_replies_arrive_in_the_order_of_their_conversation(database: Database) -> None:
    vendor, clock = Vendor(), HandClock()
    await queued(database, ["lan", "hung"], "một", "hai", "ba")
    await a_sender(database, vendor, clock=clock).send_due()
    for name in ("lan", "hung"):
        assert [text for to, text in vendor.arrived if to == name] == ["một", "hai", "ba"]
    assert {status for _, status in await statuses(database)} == {"sent"}
    ids = await database.read(
        lambda connection: set(connection.execute(select(message.c.provider_message_id)).scalars())
    )
    assert ids == {f"v{n}" for n in range(1, 7)}


@pytest.mark.parametrize("failure", [Unreachable("no route"), Uncertain("no answer"), RuntimeError("a slip of ours")])
async def test_what_may_not_have_arrived_is_tried_again_later_and_keeps_its_place(
    database: Database, failure: Exception
) -> None:
    vendor, clock = Vendor(), HandClock()
    sender = a_sender(database, vendor, clock=clock)
    await database.write(lambda connection: someone(connection, "lan", "một", "hai"))
    vendor.failing["lan"].extend([failure, failure])
    await sender.send_due()
    assert vendor.tried == ["lan"]
    clock.pass_by(seconds=1)
    await sender.send_due()
    assert vendor.tried == ["lan"]
    clock.pass_by(seconds=1)
    await sender.send_due()
    clock.pass_by(seconds=3)
    await sender.send_due()
    assert vendor.tried == ["lan", "lan"]
    clock.pass_by(seconds=1)
    await sender.send_due()
    assert vendor.arrived == [("lan", "một"), ("lan", "hai")]


async def test_a_reply_is_given_up_after_a_day(database: Database) -> None:
    vendor, clock = Vendor(), HandClock()
    sender = a_sender(database, vendor, clock=clock)
    await database.write(lambda connection: someone(connection, "lan", "một"))
    while await statuses(database) == [("lan", "queued")]:
        vendor.failing["lan"].append(Unreachable("no route"))
        await sender.send_due()
        clock.pass_by(minutes=5)
    assert await statuses(database) == [("lan", "failed")]
    assert not vendor.arrived
    assert 280 < len(vendor.tried) < 300


async def test_who_blocked_us_is_sent_nothing_more_and_others_are(database: Database) -> None:
    vendor, clock = Vendor(), HandClock()
    await database.write(lambda connection: someone(connection, "lan", "một", "hai"))
    await database.write(lambda connection: someone(connection, "hung", "một"))
    vendor.failing["lan"].append(Stopped("bot was blocked by the user"))
    await a_sender(database, vendor, clock=clock).send_due()
    assert await statuses(database) == [("lan", "failed"), ("lan", "failed"), ("hung", "sent")]
    assert (await state_of(database, "lan"), await state_of(database, "hung")) == ("stopped", "ok")
    assert vendor.tried.count("lan") == 1


@pytest.mark.parametrize("failure", [Rejected("message is too long"), WindowClosed("48 hours")])
async def test_what_is_refused_for_good_makes_way_and_its_reason_is_kept(
    database: Database, failure: Exception
) -> None:
    vendor, clock = Vendor(), HandClock()
    await database.write(lambda connection: someone(connection, "lan", "một", "hai"))
    vendor.failing["lan"].append(failure)
    await a_sender(database, vendor, clock=clock).send_due()
    assert await statuses(database) == [("lan", "failed"), ("lan", "sent")]
    errors = await database.read(lambda connection: list(connection.execute(select(message.c.error)).scalars()))
    assert sorted(map(str, errors)) == sorted([repr(failure), "None"])


async def test_a_busy_vendor_holds_its_whole_channel_and_no_other(database: Database) -> None:
    telegram, zalo, clock = Vendor(), Vendor("zalo_oa"), HandClock()
    sender = a_sender(database, telegram, zalo, clock=clock)
    await database.write(lambda connection: someone(connection, "lan", "một"))
    telegram.failing["lan"].append(Throttled(30))
    await sender.send_due()
    await database.write(lambda connection: someone(connection, "hung", "một"))
    await database.write(lambda connection: someone(connection, "mai", "một", channel="zalo_oa"))
    clock.pass_by(seconds=29)
    await sender.send_due()
    assert (telegram.reached, zalo.reached) == ([], ["mai"])
    clock.pass_by(seconds=1)
    await sender.send_due()
    clock.pass_by(seconds=1)
    await sender.send_due()
    assert sorted(telegram.reached) == ["hung", "lan"]


async def test_after_a_crash_a_reply_is_sent_again(database: Database) -> None:
    vendor, clock = Vendor(), HandClock()
    await database.write(lambda connection: someone(connection, "lan", "một"))
    vendor.failing["lan"].append(Killed())
    with pytest.raises(BaseExceptionGroup):
        await a_sender(database, vendor, clock=clock).send_due()
    clock.pass_by(seconds=15)
    await a_sender(database, vendor, clock=clock).send_due()
    assert vendor.reached == ["lan"]
    assert await statuses(database) == [("lan", "sent")]


async def test_only_channels_that_send_and_are_served_are_touched(database: Database) -> None:
    web, clock = Vendor("web", stored=True), HandClock()
    await database.write(lambda connection: someone(connection, "lan", "một", channel="web"))
    await database.write(lambda connection: someone(connection, "hung", "một", channel="telegram"))
    await a_sender(database, web, clock=clock).send_due()
    assert not web.tried
    assert await statuses(database) == [("lan", "queued"), ("hung", "queued")]


async def test_replies_keep_to_the_pace(database: Database) -> None:
    vendor, clock = Vendor(), HandClock()
    sender = a_sender(database, vendor, clock=clock, per_second=10)
    await queued(database, [f"p{number}" for number in range(7)], "một")
    await sender.send_due()
    assert vendor.reached == ["p0", "p1", "p2", "p3"]
    clock.pass_by(seconds=0.2)
    await sender.send_due()
    assert vendor.reached[4:] == ["p4", "p5"]


@dataclass
class Gate(Vendor):
    """A vendor that answers once it is let; `most` is how many it was sent at the same time."""

    answer: asyncio.Event = field(default_factory=asyncio.Event)
    full: asyncio.Event = field(default_factory=asyncio.Event)
    emptied: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: list[str] = field(default_factory=list)
    most: int = 0

    async def send(self, to: str, message: Message) -> str:
        self.under_way.append(to)
        self.most = max(self.most, len(self.under_way))
        assert len(set(self.under_way)) == len(self.under_way)
        if len(self.under_way) == MOST_IN_FLIGHT:
            self.full.set()
        await self.answer.wait()
        self.under_way.remove(to)
        sent = await super().send(to, message)
        if len(self.arrived) == 2 * (MOST_IN_FLIGHT + 2):
            self.emptied.set()
        return sent


async def test_running_it_sends_several_at_once_but_one_per_address_and_ends_what_it_began(database: Database) -> None:
    gate, clock = Gate(), HandClock()
    sender = a_sender(database, gate, clock=clock)
    await queued(database, [f"p{number}" for number in range(MOST_IN_FLIGHT + 2)], "một", "hai")
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(sender.run())
        await gate.full.wait()
        running.cancel()
        tasks.create_task(_open(gate))
    assert gate.most == MOST_IN_FLIGHT
    assert [status for _, status in await statuses(database)].count("sent") == MOST_IN_FLIGHT == len(gate.arrived)


async def test_a_wake_up_sends_all_there_is(database: Database) -> None:
    gate, clock = Gate(), HandClock()
    gate.answer.set()
    sender = a_sender(database, gate, clock=clock)
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(sender.run())
        for number in range(MOST_IN_FLIGHT + 2):
            await queued(database, [f"p{number}"], "một", "hai")
            sender.changed.tell(())
        await gate.emptied.wait()
        running.cancel()
    assert len(set(gate.arrived)) == len(gate.arrived)


async def _open(gate: Gate) -> None:
    gate.answer.set()


async def ticked(database: Database, key: str = "needs/needs") -> None:
    """Let a question wait, then the same with a choice ticked, then one more tick of `key`."""

    def queue(connection: Connection) -> None:
        person = someone(connection, "lan")
        for name, text, instead in (("needs/needs", "Cần gì?", False), (key, "✓ một", True), (key, "✓ hai", True)):
            payload = Message(name, text, instead=instead).to_json()
            push(connection, person.address_id, payload, "", "queued", NOW)

    await database.write(queue)


async def test_a_tick_is_put_in_the_place_of_its_question(database: Database) -> None:
    vendor, clock = Vendor(editable={"v1"}), HandClock()
    await ticked(database)
    await a_sender(database, vendor, clock=clock).send_due()
    assert vendor.arrived == [("lan", "Cần gì?")]
    assert vendor.edited == [("v1", "✓ một"), ("v1", "✓ hai")]
    assert {status for _, status in await statuses(database)} == {"sent"}


async def test_what_cannot_be_edited_is_sent_anew(database: Database) -> None:
    vendor, clock = Vendor(), HandClock()
    await ticked(database)
    await a_sender(database, vendor, clock=clock).send_due()
    assert [text for _, text in vendor.arrived] == ["Cần gì?", "✓ một", "✓ hai"]


async def test_another_question_is_never_edited_away(database: Database) -> None:
    vendor, clock = Vendor(editable={"v1", "v2"}), HandClock()
    await ticked(database, "needs/other")
    await a_sender(database, vendor, clock=clock).send_due()
    assert [text for _, text in vendor.arrived] == ["Cần gì?", "✓ một"]
    assert vendor.edited == [("v2", "✓ hai")]
