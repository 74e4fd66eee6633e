"""What an announcement waits for: forms under way, its time, days off, a person who must write first."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from conversation.calendar import Quiet
from conversation.channel import TokenRevoked, WindowClosed
from db import announcements, deliveries
from db.announcements import Button, Draft
from db.models import address, conversation, delivery, muted_topic
from tests.announcing import Office
from tests.office import NOW, Person, a_person

HOUR = timedelta(hours=1)


async def fills_in_a_form(office: Office, name: str, since: datetime, *, busy: bool = True) -> None:
    def change(connection: Connection) -> None:
        whose = select(address.c.id).where(address.c.external_id == name)
        row = update(conversation).where(conversation.c.address_id.in_(whose))
        connection.execute(row.values(in_form=busy, updated_at=since))

    await office.database.write(change)


@pytest.mark.parametrize("channel", ["telegram", "web"])
async def test_who_fills_in_a_form_is_not_interrupted(announcing: Office, channel: str) -> None:
    await announcing.subscribed("lan", channel=channel)
    await announcing.subscribed("hung")
    await fills_in_a_form(announcing, "lan", NOW)
    number = await announcing.announces()
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "sending", "pending": 1, "sent": 1}
    await fills_in_a_form(announcing, "lan", NOW, busy=False)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 2}


async def test_after_an_hour_a_form_left_open_waits_no_more(announcing: Office) -> None:
    await announcing.subscribed("lan")
    await fills_in_a_form(announcing, "lan", NOW)
    number = await announcing.announces()
    announcing.clock.pass_by(minutes=59)
    await announcing.announcer.step()
    assert not announcing.vendor.tried
    announcing.clock.pass_by(minutes=1)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1}


async def test_what_is_held_goes_when_the_person_writes(announcing: Office) -> None:
    await announcing.subscribed("lan")
    announcing.vendor.failing["lan"].append(WindowClosed("48 hours"))
    number = await announcing.announces()
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "held": 1}

    def writes(connection: Connection) -> None:
        lan = a_person(connection, "lan").contact_id
        deliveries.release(connection, [lan], announcing.clock())

    await announcing.database.write(writes)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1}
    assert announcing.vendor.reached == ["lan"]


async def test_what_is_held_is_given_up_after_a_week(announcing: Office) -> None:
    await announcing.subscribed("lan")
    announcing.vendor.failing["lan"].append(WindowClosed("48 hours"))
    number = await announcing.announces()
    await announcing.announcer.step()
    announcing.clock.pass_by(days=7)
    now = announcing.clock()
    await announcing.database.write(lambda connection: deliveries.expire_held(connection, now))
    assert await announcing.status(number) == {"state": "done", "unreachable": 1}
    assert (await announcing.outcomes())["lan"] == ("unreachable", deliveries.NEVER_WROTE)


async def test_a_revoked_token_fails_its_channel_and_holds_up_no_other(announcing: Office) -> None:
    await announcing.subscribed("lan", "hung", "mai")
    await announcing.subscribed("web", channel="web")
    for name in ("lan", "hung", "mai"):
        announcing.vendor.failing[name].append(TokenRevoked("401"))
    number = await announcing.announces()
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1, "failed": 3}
    await announcing.database.write(lambda connection: announcements.resend(connection, number))
    announcing.vendor.failing.clear()
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 4}


async def test_one_whose_hour_went_by_unsent_waits_for_a_person(announcing: Office) -> None:
    await announcing.subscribed("lan")
    number = await announcing.announces(at=NOW + HOUR)
    announcing.clock.pass_by(hours=4)
    await announcing.announcer.step()
    found = await announcing.database.read(lambda connection: announcements.find(connection, number))
    assert found is not None
    assert (found.state, found.missed_at) == ("paused", announcing.clock())
    assert not announcing.vendor.tried
    await announcing.database.write(lambda connection: announcements.resume(connection, number))
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1}


async def test_one_that_waited_for_the_morning_is_not_late(announcing: Office) -> None:
    await announcing.subscribed("lan")
    night = datetime(2026, 11, 24, 15, tzinfo=UTC)
    number = await announcing.announces(at=night)
    announcing.clock.at = night + timedelta(hours=9, minutes=1)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1}


async def test_nobody_is_disturbed_on_a_public_holiday() -> None:
    quiet = Quiet(time(21), time(7))
    tet = datetime(2027, 2, 6, 3, tzinfo=UTC)
    assert quiet.contains(tet)
    assert quiet.over(tet) == datetime(2027, 2, 11, 0, tzinfo=UTC)


def mutes(connection: Connection, person: Person, topic: str) -> None:
    connection.execute(insert(muted_topic).values(contact_id=person.contact_id, topic=topic))


async def test_who_muted_a_topic_gets_the_others(announcing: Office) -> None:
    def town(connection: Connection) -> list[int]:
        mutes(connection, a_person(connection, "lan").agreed(), "training")
        a_person(connection, "hung").agreed()
        numbers = []
        for topic in ("training", "fairs"):
            number = announcements.create(connection, Draft("Tin", "Lời", topic=topic), "lan", NOW)
            announcements.approve(connection, number, "lan", NOW)
            numbers.append(number)
        return numbers

    numbers = await announcing.database.write(town)
    await announcing.announcer.step()
    assert [(await announcing.status(number))["sent"] for number in numbers] == [1, 2]
    assert sorted(announcing.vendor.reached) == ["hung", "hung", "lan"]


async def test_who_mutes_the_topic_meanwhile_is_not_sent_it(announcing: Office) -> None:
    def town(connection: Connection) -> int:
        lan = a_person(connection, "lan").agreed()
        number = announcements.create(connection, Draft("Tin", "Lời", topic="training"), "lan", NOW)
        announcements.approve(connection, number, "lan", NOW)
        deliveries.queue(connection, number, ["telegram"], NOW)
        mutes(connection, lan, "training")
        return number

    number = await announcing.database.write(town)
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "opted_out": 1}


async def test_buttons_are_pressed_where_there_are_any_and_typed_elsewhere(announcing: Office) -> None:
    await announcing.subscribed("lan", channel="web")

    def write(connection: Connection) -> int:
        buttons = (Button("Đăng ký lớp QT1", ">class/QT1"), Button("Gửi nhu cầu", ">needs"))
        number = announcements.create(connection, Draft("Lớp mới", "Mời anh/chị.", buttons=buttons), "lan", NOW)
        announcements.approve(connection, number, "lan", NOW)
        return number

    await announcing.database.write(write)
    await announcing.announcer.step()
    [message] = await announcing.told("lan")
    assert [(one.n, one.token, one.label) for one in message.choices] == [
        (0, ">class/QT1", "Đăng ký lớp QT1"),
        (0, ">needs", "Gửi nhu cầu"),
    ]
    assert await announcing.pushed("lan") == ">class/QT1"


async def test_what_a_process_that_is_gone_was_sending_is_in_doubt_after_its_lease(announcing: Office) -> None:
    await announcing.subscribed("lan")
    number = await announcing.announces()

    def claimed(connection: Connection) -> None:
        deliveries.queue(connection, number, ["telegram"], NOW)
        deliveries.claim(connection, number, "telegram", 9, NOW)

    def later(connection: Connection) -> list[str]:
        found = []
        for seconds in (15, 16):
            deliveries.expire_leases(connection, NOW + timedelta(seconds=seconds))
            found.append(connection.execute(select(delivery.c.status)).scalar_one())
        return found

    await announcing.database.write(claimed)
    assert await announcing.database.write(later) == ["sending", "uncertain"]
