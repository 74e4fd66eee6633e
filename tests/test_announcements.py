"""Announcements: written, approved once, cancelled; the counts that staff and programs read."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from db import announcements, deliveries
from db.announcements import AnnouncementRefused, Button, Draft, Listed, Status
from db.audience import AudienceError
from db.engine import Database
from db.models import announcement, delivery
from db.unit_of_work import Unit
from tests.office import NOW, a_person


def written(connection: Connection) -> int:
    return announcements.create(connection, Draft("Hội chợ", "Xưởng nào đi thì nhắn.", "size>=5"), "lan", NOW)


async def test_a_new_announcement_waits_for_approval(database: Database) -> None:
    number = await database.write(written)
    found = await database.read(lambda connection: announcements.find(connection, number))
    assert found is not None
    assert (found.state, found.audience, found.author, found.started_at) == ("waiting", "size>=5", "lan", None)
    assert await database.read(lambda connection: announcements.status(connection, number)) == Status(number, "waiting")


async def test_approving_queues_it_once(database: Database) -> None:
    number = await database.write(written)
    await database.write(lambda connection: announcements.approve(connection, number, "lan", NOW))
    status = await database.read(lambda connection: announcements.status(connection, number))
    assert status.state == "queued"
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.approve(connection, number, "lan", NOW))


async def test_what_was_read_is_what_is_approved(database: Database) -> None:
    number = await database.write(written)
    read = await database.read(lambda connection: announcements.find(connection, number))
    assert read is not None
    await database.write(
        lambda connection: announcements.change(
            connection, number, Draft("Hội chợ", "Lời khác.", "", NOW + timedelta(days=1))
        )
    )
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.approve(connection, number, "lan", NOW, read.fingerprint))
    changed = await database.read(lambda connection: announcements.find(connection, number))
    assert changed is not None
    assert (changed.state, changed.text, changed.audience) == ("waiting", "Lời khác.", "")
    await database.write(lambda connection: announcements.approve(connection, number, "lan", NOW, changed.fingerprint))


async def test_what_is_approved_is_not_rewritten(database: Database) -> None:
    number = await database.write(written)
    await database.write(lambda connection: announcements.approve(connection, number, "lan", NOW))
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.change(connection, number, Draft("Khác", "Khác")))


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
        await database.write(lambda connection: announcements.approve(connection, 9, "lan", NOW))


@pytest.mark.parametrize(
    ("title", "text"),
    [(" ", "Lời"), ("Tên", "\u200b \n"), ("d" * (announcements.MAX_TITLE + 1), "x"), ("x", "d" * 2001)],
)
async def test_an_announcement_needs_a_title_and_a_text_that_fit(database: Database, title: str, text: str) -> None:
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.create(connection, Draft(title, text), "lan", NOW))


async def test_a_query_nobody_can_read_is_refused_when_it_is_written(database: Database) -> None:
    with pytest.raises(AudienceError):
        await database.write(
            lambda connection: announcements.create(connection, Draft("a", "b", "nghe=may"), "lan", NOW)
        )


def test_lines_are_kept_and_what_cannot_be_seen_is_not() -> None:
    assert announcements.clean("Hội\u200b  chợ", " Dòng 1 \n\nDo\u0300ng 2\u00ad ") == ("Hội chợ", "Dòng 1\n\nDòng 2")


async def test_the_latest_stand_first(database: Database) -> None:
    def listed(connection: Connection) -> list[int]:
        numbers = [written(connection) for _ in range(3)]
        announcements.approve(connection, numbers[1], "lan", NOW)
        assert [one.id for one in announcements.listed(connection, frozenset({"queued"}))] == [numbers[1]]
        return [one.id - numbers[0] for one in announcements.listed(connection)]

    assert await database.write(listed) == [2, 1, 0]


async def test_with_a_second_approver_nobody_approves_their_own(database: Database) -> None:
    number = await database.write(written)

    def approve(by: str) -> Unit[None]:
        return lambda connection: announcements.approve(connection, number, by, NOW, second=True)

    with pytest.raises(AnnouncementRefused, match="không tự duyệt"):
        await database.write(approve("lan"))
    await database.write(approve("ngoc"))
    found = await database.read(lambda connection: announcements.find(connection, number))
    assert found is not None
    assert (found.approved_by, found.approved_at, found.approved_hash) == ("ngoc", NOW, found.fingerprint)


async def test_the_number_of_the_signed_paper_stands_for_the_second_person(database: Database) -> None:
    draft = Draft("Hội chợ", "Xưởng nào đi thì nhắn.", letter="125/TTKC")
    number = await database.write(lambda connection: announcements.create(connection, draft, "lan", NOW))
    await database.write(lambda connection: announcements.approve(connection, number, "lan", NOW, second=True))
    status = await database.read(lambda connection: announcements.status(connection, number))
    assert status.state == "queued"


async def test_the_holding_time_can_be_cut_short_and_can_stop_it(database: Database) -> None:
    def held(connection: Connection) -> Listed | None:
        number = written(connection)
        announcements.approve(connection, number, "lan", NOW, holding=timedelta(minutes=5))
        return announcements.find(connection, number)

    first, second = await database.write(held), await database.write(held)
    assert first is not None
    assert second is not None
    assert first.is_held(NOW + timedelta(minutes=4))
    assert not first.is_held(NOW + timedelta(minutes=5))
    assert await database.read(lambda connection: deliveries.open_announcements(connection, NOW)) == []
    await database.write(lambda connection: announcements.release(connection, first.id))
    await database.write(lambda connection: announcements.cancel(connection, second.id))
    later = NOW + timedelta(hours=1)
    rows = await database.read(lambda connection: deliveries.open_announcements(connection, later))
    assert [row.id for row in rows] == [first.id]


async def test_a_correction_is_for_exactly_those_who_got_the_original(database: Database) -> None:
    def corrected(connection: Connection) -> list[str]:
        number = written(connection)
        with pytest.raises(AnnouncementRefused, match="Chưa ai nhận"):
            announcements.correct(connection, number, "Sửa giờ", "Giờ đúng là 8 giờ.", "lan", NOW)
        announcements.approve(connection, number, "lan", NOW)
        people = {}
        for outcome in ("sent", "uncertain", "failed", "blocked"):
            person = a_person(connection, outcome).agreed()
            people[person.contact_id] = outcome
            values = {"contact_id": person.contact_id, "address_id": person.address_id, "channel": "telegram"}
            connection.execute(insert(delivery).values(announcement_id=number, status=outcome, **values))
        connection.execute(update(announcement).values(state="done"))
        correction = announcements.correct(connection, number, "Sửa giờ", "Giờ đúng là 8 giờ.", "lan", NOW)
        announcements.change(connection, correction, Draft("Sửa giờ học", "Giờ đúng là 8 giờ.", "size>=99"))
        announcements.approve(connection, correction, "lan", NOW)
        deliveries.queue(connection, correction, ["telegram"], NOW)
        query = select(delivery.c.contact_id).where(delivery.c.announcement_id == correction)
        return [people[one] for one in connection.execute(query).scalars()]

    assert await database.write(corrected) == ["sent", "uncertain"]


@pytest.mark.parametrize(("outcomes", "again"), [({"failed"}, 1), ({"uncertain"}, 1), ({"failed", "uncertain"}, 2)])
async def test_it_is_sent_again_only_to_the_failed_or_the_uncertain(
    database: Database, outcomes: set[str], again: int
) -> None:
    def resent(connection: Connection) -> announcements.Status:
        number = written(connection)
        connection.execute(update(announcement).values(state="done"))
        for outcome in ("sent", "uncertain", "failed", "blocked"):
            person = a_person(connection, outcome).agreed()
            values = {"contact_id": person.contact_id, "address_id": person.address_id, "channel": "telegram"}
            connection.execute(insert(delivery).values(announcement_id=number, status=outcome, **values))
        assert announcements.resend(connection, number, outcomes) == again
        with pytest.raises(AnnouncementRefused):
            announcements.resend(connection, number, {"blocked"})
        return announcements.status(connection, number)

    status = await database.write(resent)
    assert (status.state, status.pending, status.sent, status.blocked) == ("sending", again, 1, 1)


@pytest.mark.parametrize(
    "draft",
    [
        Draft("a", "b", topic="weather"),
        Draft("a", "b", attachment="0" * 64),
        Draft("a", "b", letter="9" * 101),
        Draft("a", "b", buttons=(Button("x" * 41, ">menu"),)),
        Draft("a", "b", buttons=(Button("x", ">menu"),) * 4),
    ],
)
async def test_what_goes_with_it_must_exist_and_fit(database: Database, draft: Draft) -> None:
    with pytest.raises(AnnouncementRefused):
        await database.write(lambda connection: announcements.create(connection, draft, "lan", NOW))
