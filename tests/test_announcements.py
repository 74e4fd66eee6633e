"""Announcements: written, approved once, cancelled; the counts that staff and programs read."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, update

from db import announcements
from db.announcements import AnnouncementRefused, Status
from db.audience import AudienceError
from db.engine import Database
from db.models import announcement, delivery
from tests.office import NOW, a_person


def written(connection: Connection) -> int:
    return announcements.create(connection, "Hội chợ", "Xưởng nào đi thì nhắn.", "size>=5", "lan", NOW)


async def test_a_new_announcement_waits_for_approval(database: Database) -> None:
    number = await database.write(written)
    found = await database.read(lambda connection: announcements.find(connection, number))
    assert found is not None
    assert (found.state, found.audience, found.author, found.started_at) == ("waiting", "size>=5", "lan", None)
    assert await database.read(lambda connection: announcements.status(connection, number)) == Status(number, "waiting")


async def test_approving_queues_it_once(database: Database) -> None:
    number = await database.write(written)
    await database.write(lambda connection: announcements.approve(connection, number))
    status = await database.read(lambda connection: announcements.status(connection, number))
    assert status.state == "queued"
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.approve(connection, number))


async def test_what_was_read_is_what_is_approved(database: Database) -> None:
    number = await database.write(written)
    read = await database.read(lambda connection: announcements.find(connection, number))
    assert read is not None
    await database.write(
        lambda connection: announcements.change(connection, number, "Hội chợ", "Lời khác.", "", NOW + timedelta(days=1))
    )
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.approve(connection, number, read.fingerprint))
    changed = await database.read(lambda connection: announcements.find(connection, number))
    assert changed is not None
    assert (changed.state, changed.text, changed.audience) == ("waiting", "Lời khác.", "")
    await database.write(lambda connection: announcements.approve(connection, number, changed.fingerprint))


async def test_what_is_approved_is_not_rewritten(database: Database) -> None:
    number = await database.write(written)
    await database.write(lambda connection: announcements.approve(connection, number))
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.change(connection, number, "Khác", "Khác", "", None))


@pytest.mark.parametrize("state", ["waiting", "queued", "sending", "paused"])
async def test_it_can_be_cancelled_until_it_is_done(database: Database, state: str) -> None:
    def cancelled(connection: Connection) -> str:
        number = written(connection)
        row = announcement.c.id == number
        connection.execute(update(announcement).where(row).values(state=state))
        announcements.cancel(connection, number)
        return announcements.status(connection, number).state

    assert await database.write(cancelled) == "cancelled"


@pytest.mark.parametrize("state", ["done", "cancelled"])
async def test_what_is_over_is_not_cancelled(database: Database, state: str) -> None:
    def cancel(connection: Connection) -> None:
        number = written(connection)
        connection.execute(update(announcement).where(announcement.c.id == number).values(state=state))
        announcements.cancel(connection, number)

    with pytest.raises(AnnouncementRefused):
        await database.write(cancel)


async def test_status_is_one_flat_object_of_all_outcomes(database: Database) -> None:
    def counted(connection: Connection) -> dict[str, object]:
        number = written(connection)
        for place, outcome in enumerate(["sent", "sent", "blocked", "uncertain", "held"]):
            person = a_person(connection, f"p{place}")
            values = {"contact_id": person.contact_id, "address_id": person.address_id, "status": outcome}
            connection.execute(insert(delivery).values(announcement_id=number, **values))
        return announcements.status(connection, number).to_json()

    counts = dict.fromkeys(("pending", "sending", "failed", "unreachable", "opted_out"), 0)
    found = await database.write(counted)
    assert found == {
        "id": found["id"],
        "state": "waiting",
        **counts,
        "sent": 2,
        "blocked": 1,
        "uncertain": 1,
        "held": 1,
    }


async def test_one_that_does_not_exist_is_said(database: Database) -> None:
    with pytest.raises(AnnouncementRefused, match="Không có thông báo số 9"):
        await database.read(lambda connection: announcements.status(connection, 9))
    with pytest.raises(AnnouncementRefused, match="Thông báo số 9 không có"):
        await database.write(lambda connection: announcements.approve(connection, 9))


@pytest.mark.parametrize(
    ("title", "text"),
    [(" ", "Lời"), ("Tên", "\u200b \n"), ("d" * (announcements.MAX_TITLE + 1), "x"), ("x", "d" * 2001)],
)
async def test_an_announcement_needs_a_title_and_a_text_that_fit(database: Database, title: str, text: str) -> None:
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.create(connection, title, text, "", "lan", NOW))


async def test_a_query_nobody_can_read_is_refused_when_it_is_written(database: Database) -> None:
    with pytest.raises(AudienceError):
        await database.write(lambda connection: announcements.create(connection, "a", "b", "tag=vip", "lan", NOW))


def test_lines_are_kept_and_what_cannot_be_seen_is_not() -> None:
    assert announcements.clean("Hội\u200b  chợ", " Dòng 1 \n\nDo\u0300ng 2\u00ad ") == ("Hội chợ", "Dòng 1\n\nDòng 2")


async def test_the_latest_stand_first(database: Database) -> None:
    def listed(connection: Connection) -> list[int]:
        numbers = [written(connection) for _ in range(3)]
        announcements.approve(connection, numbers[1])
        assert [one.id for one in announcements.listed(connection, frozenset({"queued"}))] == [numbers[1]]
        return [one.id - numbers[0] for one in announcements.listed(connection)]

    assert await database.write(listed) == [2, 1, 0]
