"""Windows and quotas: held without a call until people write, or sent by another of their addresses, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from conversation.channel import (
    CAPABILITIES,
    Message,
    Rejected,
    Stopped,
    TokenRevoked,
    Uncertain,
    Unreachable,
    WindowClosed,
)
from conversation.session import Session
from db import announcements, conversations, deliveries
from db.announcements import Draft
from db.audience import Audience, Reach, reach
from db.conversations import Turned
from db.deliveries import Outcome, Shown
from db.engine import Database
from db.models import address, conversation, delivery
from tests.announcing import Office
from tests.office import NOW, a_person
from tests.sending import Vendor

DAY = timedelta(days=1)
CHANNELS = ("telegram", "web", "zalo_oa")
SHOWN = Shown(Message("announcements/pushed", "một").to_json(), "")


@pytest.fixture
def office(announcing: Office) -> Office:
    """An office with Zalo OA and Telegram."""
    announcing.vendor = Vendor("zalo_oa", capabilities=CAPABILITIES["zalo_oa"])
    announcing.others = [Vendor("telegram")]
    announcing.restart()
    return announcing


def someone(connection: Connection, name: str, seen: Sequence[tuple[str, float]], now: datetime = NOW) -> int:
    """Return a contact who agreed, and wrote last so many days ago by each channel: from `lan.zalo_oa` and so on."""
    contact_id = 0
    for channel, days in seen:
        person = a_person(connection, f"{name}.{channel}", channel)
        contact_id = contact_id or person.agreed().contact_id
        row = update(address).where(address.c.id == person.address_id)
        connection.execute(row.values(contact_id=contact_id, last_seen_at=now - timedelta(days=days)))
    return contact_id


async def lan(office: Office, *seen: tuple[str, float]) -> int:
    return await office.database.write(lambda connection: someone(connection, "lan", seen))


def writes(connection: Connection, name: str, now: datetime) -> None:
    """Let somebody write, as a turn leaves it behind."""
    query = select(address.c.id, address.c.contact_id, conversation.c.last_seq).join(conversation)
    row = connection.execute(query.where(address.c.external_id == name)).one()
    turned = Turned(row.id, Session().to_json(), row.last_seq, None, (), "sent")
    conversations.save(connection, [turned], now)
    deliveries.release(connection, [row.contact_id], now)


async def write(office: Office, name: str) -> None:
    now = office.clock()
    await office.database.write(lambda connection: writes(connection, name, now))


async def outcome(office: Office) -> tuple[str, str, str | None, int]:
    """Return the channel, status, reason and attempts of the only delivery."""
    columns = (delivery.c.channel, delivery.c.status, delivery.c.error, delivery.c.attempts)
    row = await office.database.read(lambda connection: connection.execute(select(*columns)).one())
    return row.channel, row.status, row.error, row.attempts


async def steps(office: Office) -> None:
    """Let everything be sent that can be, however often it moves."""
    for _ in range(4):
        await office.announcer.step()


def tried(office: Office) -> list[str]:
    return [to for vendor in (office.vendor, *office.others) for to in vendor.tried]


async def told(office: Office, name: str) -> int:
    return sum(one.key == "announcements/pushed" for one in await office.told(name))


def test_only_an_official_account_has_windows() -> None:
    assert {name: (can.free_window, can.window) for name, can in CAPABILITIES.items() if can.window} == {
        "zalo_oa": (timedelta(hours=48), timedelta(days=7))
    }


@pytest.mark.parametrize(("days", "status"), [(0, "sent"), (2.1, "sent"), (7, "sent"), (7.001, "held"), (90, "held")])
async def test_a_closed_window_is_not_even_tried(office: Office, days: float, status: str) -> None:
    await lan(office, ("zalo_oa", days))
    number = await office.announces()
    await steps(office)
    assert await office.status(number) == {"state": "done", status: 1}
    assert tried(office) == (["lan.zalo_oa"] if status == "sent" else [])
    reason = deliveries.OUTSIDE_WINDOW if status == "held" else None
    assert (await office.outcomes())["lan.zalo_oa"] == (status, reason)


@pytest.mark.parametrize(
    ("seen", "by"),
    [
        ([("zalo_oa", 6), ("telegram", 20)], "zalo_oa"),
        ([("zalo_oa", 8), ("telegram", 20)], "telegram"),
        ([("zalo_oa", 8), ("web", 29)], "web"),
        ([("telegram", 1), ("zalo_oa", 3)], "telegram"),
        ([("telegram", 300), ("web", 31)], "telegram"),
        ([("telegram", 31), ("web", 29)], "web"),
        ([("web", 300)], "web"),
    ],
)
async def test_an_open_window_goes_before_a_closed_one(
    office: Office, seen: Sequence[tuple[str, float]], by: str
) -> None:
    await lan(office, *seen)
    await office.announces()
    await steps(office)
    assert await outcome(office) == (by, "sent", None, 1)


async def test_a_page_nobody_has_opened_for_a_month_takes_nothing_from_a_closed_window(office: Office) -> None:
    """It is held, and counted so, until they write, wherever that is."""
    await lan(office, ("zalo_oa", 8), ("web", 31))
    counted = await office.database.read(lambda connection: reach(connection, Audience(), CHANNELS, NOW))
    assert (counted.by_channel, counted.outside) == ({"zalo_oa": 1}, 1)
    number = await office.announces()
    await steps(office)
    assert await office.status(number) == {"state": "done", "held": 1}
    await write(office, "lan.web")
    await steps(office)
    assert await outcome(office) == ("web", "sent", None, 1)


@pytest.mark.parametrize(
    ("state", "became"), [("ok", ("zalo_oa", "held")), ("stopped", ("web", "sent"))], ids=["closed", "gone"]
)
@pytest.mark.parametrize("late", [False, True])
async def test_what_cannot_go_moves_to_such_a_page_only_from_where_they_are_gone(
    office: Office, state: str, became: tuple[str, str], late: bool
) -> None:
    """Whether that is known before their turn, or the vendor says so."""
    await lan(office, ("zalo_oa", 6.9), ("web", 31))
    number = await office.announces()
    await office.database.write(lambda connection: deliveries.queue(connection, number, CHANNELS, NOW))
    if late:
        refused = WindowClosed("-230") if state == "ok" else Stopped("-213")
        office.vendor.failing["lan.zalo_oa"].append(refused)
    else:
        office.clock.pass_by(days=1)
        row = update(address).where(address.c.channel == "zalo_oa").values(state=state)
        await office.database.write(lambda connection: connection.execute(row).close())
    await steps(office)
    assert (await outcome(office))[:2] == became


async def test_what_is_held_is_delivered_when_they_next_write(office: Office) -> None:
    await lan(office, ("zalo_oa", 8))
    number = await office.announces()
    await steps(office)
    office.clock.pass_by(days=6)
    await write(office, "lan.zalo_oa")
    assert await office.status(number) == {"state": "sending", "pending": 1}
    await steps(office)
    assert await office.status(number) == {"state": "done", "sent": 1}
    assert (tried(office), await told(office, "lan.zalo_oa")) == (["lan.zalo_oa"], 1)


async def test_it_is_delivered_wherever_they_next_write(office: Office) -> None:
    await lan(office, ("zalo_oa", 8), ("web", 9))
    stopped = update(address).where(address.c.channel == "web").values(state="stopped")
    await office.database.write(lambda connection: connection.execute(stopped).close())
    await office.announces()
    await steps(office)
    assert (await outcome(office))[:2] == ("zalo_oa", "held")
    await write(office, "lan.web")
    await steps(office)
    assert await outcome(office) == ("web", "sent", None, 1)
    assert (tried(office), await told(office, "lan.web")) == ([], 1)


async def test_what_nobody_wrote_for_expires_a_week_after_it_was_held(office: Office) -> None:
    await lan(office, ("zalo_oa", 8))
    number = await office.announces()
    await steps(office)
    office.clock.pass_by(days=7)
    now = office.clock()
    await office.database.write(lambda connection: deliveries.expire_held(connection, now))
    await write(office, "lan.zalo_oa")
    await steps(office)
    assert await office.status(number) == {"state": "done", "unreachable": 1}
    assert tried(office) == []


async def test_a_quota_that_is_used_up_is_a_closed_window_until_they_write(office: Office) -> None:
    await lan(office, ("zalo_oa", 1))
    none_left = update(address).values(quota_left=0)
    await office.database.write(lambda connection: connection.execute(none_left).close())
    await office.announces()
    await steps(office)
    assert (tried(office), (await outcome(office))[:2]) == ([], ("zalo_oa", "held"))
    await write(office, "lan.zalo_oa")
    await steps(office)
    assert await outcome(office) == ("zalo_oa", "sent", None, 1)


async def test_writing_elsewhere_opens_no_window(office: Office) -> None:
    await lan(office, ("zalo_oa", 1), ("web", 2))
    none_left = update(address).where(address.c.channel == "zalo_oa").values(quota_left=0)
    await office.database.write(lambda connection: connection.execute(none_left).close())
    await write(office, "lan.web")
    left = select(address.c.quota_left).where(address.c.channel == "zalo_oa")
    assert await office.database.read(lambda connection: connection.execute(left).scalar_one()) == 0


@pytest.mark.parametrize(
    ("other", "became"),
    [(None, ("zalo_oa", "held", deliveries.OUTSIDE_WINDOW, 0)), ("telegram", ("telegram", "sent", None, 1))],
)
async def test_a_window_that_closes_before_their_turn(
    office: Office, other: str | None, became: tuple[str, str, str | None, int]
) -> None:
    await lan(office, ("zalo_oa", 6.9), *([(other, 30.0)] if other else []))
    number = await office.announces()
    await office.database.write(lambda connection: deliveries.queue(connection, number, CHANNELS, NOW))
    assert (await outcome(office))[:2] == ("zalo_oa", "pending")
    office.clock.pass_by(days=1)
    await steps(office)
    assert await outcome(office) == became
    assert office.vendor.tried == []


async def test_who_leaves_before_their_turn_is_reached_where_they_are(office: Office) -> None:
    await lan(office, ("zalo_oa", 0), ("telegram", 5))

    def leaves(connection: Connection) -> None:
        deliveries.queue(connection, number, CHANNELS, NOW)
        connection.execute(update(address).where(address.c.channel == "zalo_oa").values(state="stopped"))

    number = await office.announces()
    await office.database.write(leaves)
    await steps(office)
    assert await outcome(office) == ("telegram", "sent", None, 1)
    assert office.vendor.tried == []


@pytest.mark.parametrize(
    ("failures", "attempts"),
    [
        ([WindowClosed("-230")], 2),
        ([Stopped("-213")], 2),
        ([TokenRevoked("-216")], 2),
        ([Unreachable("no route")] * 5, 6),
    ],
)
async def test_what_was_surely_not_sent_goes_by_the_other_channel_once(
    office: Office, failures: Sequence[Exception], attempts: int
) -> None:
    await lan(office, ("zalo_oa", 0), ("telegram", 5))
    office.vendor.failing["lan.zalo_oa"].extend(failures)
    number = await office.announces()
    for _ in range(8):
        await steps(office)
        office.clock.pass_by(seconds=40)
    assert await outcome(office) == ("telegram", "sent", None, attempts)
    assert await office.status(number) == {"state": "done", "sent": 1}
    assert office.vendor.tried == ["lan.zalo_oa"] * len(failures)
    assert office.others[0].arrived[0][0] == "lan.telegram"
    assert len(office.others[0].tried) == 1
    assert (await told(office, "lan.zalo_oa"), await told(office, "lan.telegram")) == (0, 1)


@pytest.mark.parametrize(
    ("failure", "status"),
    [(Uncertain("cut"), "uncertain"), (RuntimeError("a slip"), "uncertain"), (Rejected("-201"), "failed")],
)
async def test_what_may_have_arrived_or_is_refused_itself_stays_where_it_is(
    office: Office, failure: Exception, status: str
) -> None:
    await lan(office, ("zalo_oa", 0), ("telegram", 5))
    office.vendor.failing["lan.zalo_oa"].append(failure)
    await office.announces()
    for _ in range(3):
        await steps(office)
        office.clock.pass_by(hours=1)
    channel, became, _, attempts = await outcome(office)
    assert (channel, became, attempts) == ("zalo_oa", status, 1)
    assert tried(office) == ["lan.zalo_oa"]


async def test_a_late_answer_does_not_move_what_was_called_uncertain(office: Office) -> None:
    await lan(office, ("zalo_oa", 0), ("telegram", 5))
    number = await office.announces()

    def late(connection: Connection) -> None:
        deliveries.queue(connection, number, CHANNELS, NOW)
        [claimed] = deliveries.claim(connection, number, "zalo_oa", 9, NOW, CHANNELS)
        deliveries.recover(connection)
        gone = Outcome(claimed, "blocked", error="-213", elsewhere=True)
        deliveries.record(connection, [gone], SHOWN, NOW, CHANNELS)

    await office.database.write(late)
    await steps(office)
    assert (await outcome(office))[:2] == ("zalo_oa", "blocked")
    assert tried(office) == []


async def test_who_waits_on_a_channel_that_is_down_goes_by_another_or_fails(office: Office) -> None:
    def town(connection: Connection) -> None:
        for place in range(60):
            someone(connection, f"p{place}", [("zalo_oa", 0), *([("telegram", 1.0)] if place % 2 else [])])

    await office.database.write(town)
    for place in range(60):
        office.vendor.failing[f"p{place}.zalo_oa"].append(TokenRevoked("-216"))
    number = await office.announces()
    await steps(office)
    assert await office.status(number) == {"state": "done", "sent": 30, "failed": 30}
    assert sorted(office.others[0].reached) == sorted(f"p{place}.telegram" for place in range(1, 60, 2))
    assert len(office.vendor.tried) <= 50


@pytest.mark.parametrize("failure", [TokenRevoked("401"), Unreachable("no route")])
async def test_where_every_channel_is_down_it_fails_and_is_not_tried_for_ever(
    office: Office, failure: Exception
) -> None:
    await lan(office, ("zalo_oa", 0), ("telegram", 5))
    office.vendor.failing["lan.zalo_oa"].extend([failure] * 99)
    office.others[0].failing["lan.telegram"].extend([failure] * 99)
    number = await office.announces()
    for _ in range(40):
        await steps(office)
        office.clock.pass_by(minutes=6)
    assert await office.status(number) == {"state": "done", "failed": 1}
    assert len(tried(office)) <= 10


async def test_a_vendor_that_says_the_window_is_closed_is_not_asked_again(office: Office) -> None:
    await lan(office, ("zalo_oa", 0))
    office.vendor.failing["lan.zalo_oa"].append(WindowClosed("-211"))
    first = await office.announces("Tin một")
    await steps(office)
    second = await office.announces("Tin hai")
    await steps(office)
    assert tried(office) == ["lan.zalo_oa"]
    await write(office, "lan.zalo_oa")
    await steps(office)
    for number in (first, second):
        assert await office.status(number) == {"state": "done", "sent": 1}


async def test_nothing_is_held_for_who_wrote_while_it_was_under_way(office: Office) -> None:
    await lan(office, ("zalo_oa", 6.9))
    number = await office.announces()
    later = NOW + timedelta(seconds=1)

    def meanwhile(connection: Connection) -> None:
        deliveries.queue(connection, number, CHANNELS, NOW)
        [claimed] = deliveries.claim(connection, number, "zalo_oa", 9, NOW, CHANNELS)
        writes(connection, "lan.zalo_oa", later)
        closed = Outcome(claimed, "held", error="-230", elsewhere=True)
        deliveries.record(connection, [closed], SHOWN, later, CHANNELS)

    await office.database.write(meanwhile)
    await steps(office)
    assert await office.status(number) == {"state": "done", "sent": 1}
    assert await outcome(office) == ("zalo_oa", "sent", None, 2)


async def test_people_are_counted_by_where_in_the_window_they_are(database: Database) -> None:
    def town(connection: Connection) -> Reach:
        for place, days in enumerate([0, 1.9, 2.1, 6.9, 7.1, 400]):
            someone(connection, f"p{place}", [("zalo_oa", days)])
        someone(connection, "empty", [("zalo_oa", 0)])
        used_up = update(address).where(address.c.external_id == "empty.zalo_oa").values(quota_left=0)
        connection.execute(used_up)
        someone(connection, "both", [("zalo_oa", 8), ("telegram", 9)])
        someone(connection, "web", [("web", 400)])
        return reach(connection, Audience(), CHANNELS, NOW)

    found = await database.write(town)
    assert found.by_channel == {"telegram": 1, "web": 1, "zalo_oa": 7}
    assert found.windows == {"zalo_oa": {"free": 2, "charged": 2, "outside": 3}}
    assert (found.total, found.outside, found.unreachable) == (9, 3, 0)


async def test_what_is_counted_outside_is_what_is_held(office: Office) -> None:
    def town(connection: Connection) -> int:
        for place in range(20):
            someone(connection, f"p{place}", [("zalo_oa", place), *([("telegram", 30.0)] if place % 5 == 0 else [])])
        number = announcements.create(connection, Draft("Tin", "Lời."), "lan", NOW)
        announcements.approve(connection, number, "lan", NOW)
        return number

    number = await office.database.write(town)
    counted = await office.database.read(lambda connection: reach(connection, Audience(), CHANNELS, NOW))
    await steps(office)
    assert await office.status(number) == {"state": "done", "sent": 20 - counted.outside, "held": counted.outside}
