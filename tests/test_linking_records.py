"""What linking and unlinking do to what is kept: everything stays, the strictest wish wins, nobody is sent it twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Table, func, insert, select, update

from conversation.catalog import Library
from conversation.contact import ANNOUNCEMENTS, ANSWERS
from conversation.links import LinkCode
from conversation.records import (
    AddressesLinked,
    AddressUnlinked,
    AnnouncementsStopped,
    CodeTaken,
    ConsentGiven,
    ConsentWithdrawn,
    DataErased,
    LinkAgreed,
    LinkCodeGiven,
    LinkCodeMissed,
    LinkRefused,
    NewsWanted,
    NoLongerOffered,
    PhoneConfirmed,
    Record,
    StaffTied,
    TopicMuted,
)
from conversation.session import Session
from db import conversations, deliveries, link_codes, link_offers, linking, links, staff, staff_chats, uploads
from db.engine import Database
from db.exports import LISTINGS, Filter, Source
from db.models import (
    METADATA,
    address,
    announcement,
    consent,
    contact,
    conversation,
    delivery,
    link_offer,
    message,
    muted_topic,
    news_wanted,
    sign_up,
    training_class,
)
from tests.announcing import Office
from tests.office import LAN, NOW, Person, a_person

CODE = "482715"
HUNG = {**LAN, "business_name": "Rèn Hùng", "phone": "0987654321"}
HANDLED = {"address", "consent", "muted_topic", "news_wanted", "question", "response", "upload", "sign_up"} | {
    "delivery",
    "speaks_for",
    "staff_chat",
}


def test_every_table_that_names_a_contact_is_merged() -> None:
    """A table left out would lose its rows with the contact that goes."""
    naming = {table for table in METADATA.tables.values() for one in table.foreign_keys if one.column is contact.c.id}
    assert {*linking.MOVED, *linking.MERGED} == naming
    assert {table.name for table in naming} == HANDLED


def of(connection: Connection, person: Person) -> Person:
    """Return a person as whose they are now."""
    [owner] = linking.contacts_of(connection, [person.address_id])
    return replace(person, contact_id=owner)


def linked(connection: Connection, *people: Person) -> None:
    older, younger = sorted(person.contact_id for person in people)
    linking.link(connection, older, younger, NOW)


def rows(connection: Connection, table: Table) -> list[Any]:
    return list(connection.execute(select(table).order_by(*table.primary_key.columns)).all())


def classes(connection: Connection, *codes: str) -> None:
    values = {"title": "Quản trị", "starts_at": NOW, "ends_at": NOW + timedelta(days=2), "place": "Vĩnh Trụ"}
    more = {"seats": 12, "deadline": NOW.date(), "created_at": NOW}
    connection.execute(insert(training_class), [{"code": code, **values, **more} for code in codes])


def announced(connection: Connection, number: int = 1) -> None:
    values = {"id": number, "title": "Hội chợ", "text": "Mời", "state": "sending", "author": "lan", "created_at": NOW}
    connection.execute(insert(announcement).values(**values))


def owed(connection: Connection, person: Person, number: int, status: str) -> None:
    values = {"announcement_id": number, "contact_id": person.contact_id, "address_id": person.address_id}
    connection.execute(insert(delivery).values(**values, channel=person.channel, status=status))


async def test_the_older_contact_keeps_all_of_both(database: Database, library: Library) -> None:
    needs = library.forms["needs"]

    def town(connection: Connection) -> None:
        classes(connection, "QT1", "CL1")
        lan = a_person(connection, "lan").agreed().runs(LAN).sent("NC-1111", needs, {"needs": "machine"})
        zalo = a_person(connection, "84", "zalo_bot").agreed().runs(HUNG).sent("NC-2222", needs, {"needs": "training"})
        lan.signed_up("QT1-01", 1).did(NewsWanted("brand")).asked("Bao giờ có tiền?")
        zalo.signed_up("CL1-01", 2, ["Nguyễn Văn Hùng"]).did(NewsWanted("brand"), NewsWanted("fairs")).asked("Ở đâu?")
        uploads.keep(connection, zalo.contact_id, "anh.jpg", "image/jpeg", b"anh", NOW)
        linked(connection, lan, zalo)
        assert of(connection, zalo).contact_id == lan.contact_id
        known = StoredFacts(connection, lan)
        assert known.codes == {"NC-1111", "NC-2222", "QT1-01", "CL1-01"}
        assert known.business == "Cơ sở mộc Lan"
        assert [row.page for row in rows(connection, news_wanted)] == ["brand", "fairs"]
        assert {row.contact_id for table in linking.MOVED for row in rows(connection, table)} == {lan.contact_id}
        assert [row.id for row in rows(connection, contact)] == [lan.contact_id]

    await database.write(town)


class StoredFacts:
    """What is kept of a contact, as tests compare it."""

    def __init__(self, connection: Connection, person: Person) -> None:
        mine = {table.name: table for table in (*linking.MOVED, *linking.MERGED)}
        read = {
            name: [row for row in rows(connection, table) if row.contact_id == person.contact_id]
            for name, table in mine.items()
        }
        self.codes = {row.code for name in ("response", "sign_up") for row in read[name]}
        held = select(contact.c.establishment_id).where(contact.c.id == person.contact_id)
        table = METADATA.tables["establishment"]
        self.business = connection.execute(select(table.c.name).where(table.c.id == held.scalar_subquery())).scalar()


async def test_the_younger_s_establishment_is_taken_where_the_older_has_none(database: Database) -> None:
    def town(connection: Connection) -> None:
        lan = a_person(connection, "lan")
        zalo = a_person(connection, "84", "zalo_bot").runs(HUNG)
        linked(connection, lan, zalo)
        assert StoredFacts(connection, lan).business == "Rèn Hùng"

    await database.write(town)


async def test_the_strictest_wish_wins(database: Database) -> None:
    def town(connection: Connection) -> None:
        lan = a_person(connection, "lan").agreed().did(TopicMuted("training"))
        zalo = a_person(connection, "84", "zalo_bot").agreed().did(AnnouncementsStopped())
        zalo.did(TopicMuted("training"), TopicMuted("fairs"))
        linked(connection, lan, zalo)
        assert [row.announcements_stopped for row in rows(connection, contact)] == [True]
        assert [(row.contact_id, row.topic) for row in rows(connection, muted_topic)] == [
            (lan.contact_id, "fairs"),
            (lan.contact_id, "training"),
        ]

    await database.write(town)


@pytest.mark.parametrize(
    ("lan", "zalo", "stands"),
    [
        (["given"], [], True),
        (["given"], ["", "given", "withdrawn"], False),
        (["", "given", "withdrawn"], ["given"], False),
        (["given", "withdrawn"], ["", "", "given"], True),
        (["given", "withdrawn", "", "given"], ["", "", "withdrawn"], True),
        (["given", "", "", ""], ["", "given", "withdrawn", "given"], True),
    ],
)
async def test_a_consent_withdrawn_after_it_was_given_stays_withdrawn(
    database: Database, lan: Sequence[str], zalo: Sequence[str], stands: bool
) -> None:
    """Each word is what that side did, an hour after the one before it."""
    did: dict[str, Record] = {
        "given": ConsentGiven(ANNOUNCEMENTS, "1"),
        "withdrawn": ConsentWithdrawn(ANNOUNCEMENTS),
    }

    def town(connection: Connection) -> int:
        people = [a_person(connection, "lan"), a_person(connection, "84", "zalo_bot")]
        for person, words in zip(people, (lan, zalo), strict=True):
            for hour, said in enumerate(words):
                if said:
                    replace(person, at=NOW + timedelta(hours=hour)).did(did[said])
        before = len(rows(connection, consent))
        linked(connection, *people)
        assert len(rows(connection, consent)) == before
        return sum(row.withdrawn_at is None for row in rows(connection, consent))

    assert (await database.write(town) > 0) == stands


@pytest.mark.parametrize(
    ("lan", "zalo", "kept"),
    [
        ((1, []), (3, []), "QT1-02"),
        ((2, ["Lan", "Hùng"]), (3, ["Mai"]), "QT1-01"),
        ((2, ["Lan"]), (2, ["Mai"]), "QT1-01"),
    ],
)
async def test_of_two_sign_ups_in_a_class_the_fuller_stays(
    database: Database, lan: tuple[int, list[str]], zalo: tuple[int, list[str]], kept: str
) -> None:
    def town(connection: Connection) -> None:
        classes(connection, "QT1")
        one = a_person(connection, "lan").signed_up("QT1-01", *lan)
        other = a_person(connection, "84", "zalo_bot").signed_up("QT1-02", *zalo)
        assert links.StoredLinks(connection, one.contact_id, one.address_id).classes_with(other.address_id) == ("QT1",)
        linked(connection, one, other)
        held = [row for row in rows(connection, sign_up) if row.cancelled_at is None]
        assert [row.code for row in held] == [kept]
        assert len(rows(connection, sign_up)) == 2
        assert [row.taken for row in rows(connection, training_class)] == [held[0].seats]

    await database.write(town)


@pytest.mark.parametrize(
    ("lan", "zalo", "kept"),
    [
        ("pending", "sent", "sent"),
        ("sent", "pending", "sent"),
        ("sending", "pending", "sending"),
        ("uncertain", "pending", "uncertain"),
        ("held", "pending", "pending"),
        ("opted_out", "sent", "sent"),
        ("blocked", "pending", "pending"),
    ],
)
async def test_of_two_deliveries_the_one_that_got_further_stays(
    database: Database, lan: str, zalo: str, kept: str
) -> None:
    def town(connection: Connection) -> None:
        one, other = a_person(connection, "lan"), a_person(connection, "84", "zalo_bot")
        announced(connection, 1)
        announced(connection, 2)
        owed(connection, one, 1, lan)
        owed(connection, other, 1, zalo)
        owed(connection, other, 2, "sent")
        linked(connection, one, other)
        found = [(row.announcement_id, row.contact_id, row.status) for row in rows(connection, delivery)]
        assert sorted(found) == [(1, one.contact_id, kept), (2, one.contact_id, "sent")]

    await database.write(town)


async def test_an_announcement_reaches_one_person_once_by_the_door_used_last(announcing: Office) -> None:
    await announcing.subscribed("lan")
    await announcing.subscribed("lan's browser", channel="web")

    def one_person(connection: Connection) -> None:
        connection.execute(update(address).where(address.c.channel == "telegram").values(last_seen_at=NOW))
        connection.execute(
            update(address).where(address.c.channel == "web").values(last_seen_at=NOW - timedelta(days=1))
        )
        linking.link(connection, 1, 2, NOW)

    await announcing.database.write(one_person)
    number = await announcing.announces()
    await announcing.announcer.step()
    assert await announcing.status(number) == {"state": "done", "sent": 1}
    assert announcing.vendor.reached == ["lan"]


async def test_linked_while_an_announcement_runs_nobody_gets_it_twice(announcing: Office) -> None:
    await announcing.subscribed("lan", "hung")
    number = await announcing.announces()
    await announcing.database.write(lambda connection: announced_to(connection, number, announcing))
    await announcing.announcer.step()
    assert len(announcing.vendor.reached) == 1
    assert await announcing.status(number) == {"state": "done", "sent": 1}


def announced_to(connection: Connection, number: int, office: Office) -> None:
    """Begin an announcement, then link the two it is for."""
    deliveries.queue(connection, number, ["telegram"], office.clock())
    assert len(rows(connection, delivery)) == 2
    linking.link(connection, 1, 2, NOW)


async def test_a_member_s_chat_goes_along_and_one_person_is_one_member(database: Database) -> None:
    def office(connection: Connection) -> list[str]:
        for name in ("ngoc", "hoa"):
            staff.add(connection, name, "editor", "hash", NOW)
        lan, zalo, web = (a_person(connection, "one", channel) for channel in ("telegram", "zalo_bot", "web"))
        zalo.did(StaffTied(staff_chats.new_code(connection, 1, NOW)))
        linked(connection, lan, zalo)
        names = [staff_chats.name_of(connection, lan.contact_id)]
        web.did(StaffTied(staff_chats.new_code(connection, 2, NOW)))
        linked(connection, lan, web)
        assert [row.contact_id for row in rows(connection, METADATA.tables["staff_chat"])] == [lan.contact_id, None]
        return [*names, staff_chats.name_of(connection, lan.contact_id)]

    assert await database.write(office) == ["ngoc", "ngoc"]


async def test_an_address_of_its_own_again_follows_the_same_wishes_and_takes_nothing(
    database: Database, library: Library
) -> None:
    def town(connection: Connection) -> None:
        lan = a_person(connection, "lan").agreed().runs(LAN).did(TopicMuted("fairs"))
        zalo = a_person(connection, "84", "zalo_bot").did(AnnouncementsStopped(), ConsentWithdrawn(ANSWERS))
        lan.sent("NC-1111", library.forms["needs"], {})
        linked(connection, lan, zalo)
        of(connection, zalo).did(AddressUnlinked(0))
        alone = of(connection, zalo)
        assert alone.contact_id != lan.contact_id
        columns = ("purpose", "version", "channel", "given_at", "withdrawn_at")
        copies = [
            [
                tuple(getattr(row, name) for name in columns)
                for row in rows(connection, consent)
                if row.contact_id == one
            ]
            for one in (lan.contact_id, alone.contact_id)
        ]
        assert copies[0] == copies[1] != []
        assert [row.announcements_stopped for row in rows(connection, contact)] == [True, True]
        assert [row.topic for row in rows(connection, muted_topic)] == ["fairs", "fairs"]
        assert StoredFacts(connection, alone).codes == set()
        assert StoredFacts(connection, lan).codes == {"NC-1111"}
        alone.did(AddressUnlinked(0))
        assert of(connection, zalo) == alone

    await database.write(town)


async def test_what_waits_for_a_person_goes_where_they_still_are(database: Database) -> None:
    def town(connection: Connection) -> None:
        lan, zalo = a_person(connection, "lan").agreed(), a_person(connection, "84", "zalo_bot")
        announced(connection)
        owed(connection, zalo, 1, "pending")
        linked(connection, lan, zalo)
        of(connection, lan).did(AddressUnlinked(zalo.address_id))
        [row] = rows(connection, delivery)
        assert (row.contact_id, row.address_id, row.channel) == (lan.contact_id, lan.address_id, "telegram")

    await database.write(town)


async def test_a_code_is_good_once_for_ten_minutes_and_for_its_address(database: Database) -> None:
    def town(connection: Connection) -> None:
        lan, zalo = a_person(connection, "lan").did(LinkCodeGiven("111111")), a_person(connection, "84", "zalo_bot")
        lan.did(LinkCodeGiven(CODE))
        facts = links.StoredLinks(connection, zalo.contact_id, zalo.address_id)
        assert facts.behind("111111") is None
        found = facts.behind(CODE)
        assert isinstance(found, LinkCode)
        assert (found.door.address, found.door.channel, found.own) == (lan.address_id, "telegram", False)
        assert found.good_until == NOW + timedelta(minutes=10)
        assert links.StoredLinks(connection, lan.contact_id, lan.address_id).behind(CODE) == replace(found, own=True)
        with pytest.raises(CodeTaken):
            zalo.did(LinkCodeGiven(CODE))
        with pytest.raises(NoLongerOffered):
            zalo.did(AddressesLinked(lan.address_id, "111111"))
        with pytest.raises(NoLongerOffered):
            replace(zalo, at=NOW + timedelta(minutes=10)).did(AddressesLinked(lan.address_id, CODE))
        zalo.did(AddressesLinked(lan.address_id, CODE))
        assert of(connection, zalo).contact_id == lan.contact_id
        web = a_person(connection, "browser", "web")
        with pytest.raises(NoLongerOffered):
            web.did(AddressesLinked(lan.address_id, CODE))

    await database.write(town)


async def test_a_code_is_no_number_in_the_database(database: Database) -> None:
    def town(connection: Connection) -> list[str]:
        a_person(connection, "lan").did(LinkCodeGiven(CODE))
        return [row.code_hash for row in rows(connection, METADATA.tables["link_code"])]

    [kept] = await database.write(town)
    assert CODE not in kept


def rests(connection: Connection, person: Person) -> bool:
    until = link_codes.rests_until(connection, person.contact_id)
    return until is not None and until > NOW


async def test_five_wrong_codes_are_enough_and_sixty_for_everybody(database: Database) -> None:
    def town(connection: Connection) -> None:
        people = [a_person(connection, f"guesser {n}") for n in range(13)]
        lan = people[0]
        for _ in range(4):
            lan.did(LinkCodeMissed())
        assert not rests(connection, lan)
        lan.did(LinkCodeMissed())
        assert link_codes.rests_until(connection, lan.contact_id) == NOW + timedelta(minutes=12)
        assert not rests(connection, people[1])
        for guesser in people[1:12]:
            for _ in range(5):
                guesser.did(LinkCodeMissed())
        innocent = people[12]
        assert link_codes.rests_until(connection, innocent.contact_id) == NOW + timedelta(minutes=1)

    await database.write(town)


async def test_the_same_number_is_asked_about_at_the_later_address_then_at_the_first(database: Database) -> None:
    def town(connection: Connection) -> None:
        lan, zalo = a_person(connection, "lan"), a_person(connection, "84", "zalo_oa")
        lan.did(PhoneConfirmed("+84912345678"))
        assert link_offers.ask(connection, lan.address_id) is None
        zalo.did(PhoneConfirmed("84 912 345 678"))
        assert [row.phone for row in rows(connection, address)] == ["0912345678", "0912345678"]
        offer = link_offers.ask(connection, zalo.address_id)
        assert offer is not None
        assert (offer.door.address, offer.agreed) == (lan.address_id, False)
        assert link_offers.ask(connection, zalo.address_id) is None
        assert link_offers.open_at(connection, lan.address_id) is None
        with pytest.raises(NoLongerOffered):
            zalo.did(AddressesLinked(lan.address_id))
        with pytest.raises(NoLongerOffered):
            lan.did(AddressesLinked(zalo.address_id))
        zalo.did(LinkAgreed(lan.address_id))
        assert link_offers.open_at(connection, zalo.address_id) is None
        second = link_offers.open_at(connection, lan.address_id)
        assert second is not None
        assert (second.door.address, second.agreed) == (zalo.address_id, True)
        lan.did(AddressesLinked(zalo.address_id))
        assert of(connection, zalo).contact_id == lan.contact_id
        assert rows(connection, link_offer) == []

    await database.write(town)


@pytest.mark.parametrize("at_once", [True, False])
async def test_two_who_share_a_number_are_not_asked_again(database: Database, at_once: bool) -> None:
    def town(connection: Connection) -> None:
        wife, husband = a_person(connection, "wife"), a_person(connection, "husband", "zalo_oa")
        for one in (wife, husband):
            one.did(PhoneConfirmed("0912345678"))
        assert link_offers.ask(connection, husband.address_id)
        if at_once:
            husband.did(LinkRefused(wife.address_id))
        else:
            husband.did(LinkAgreed(wife.address_id))
            wife.did(LinkRefused(husband.address_id))
        for one in (wife, husband, wife):
            one.did(PhoneConfirmed("0912345678"))
            assert link_offers.ask(connection, one.address_id) is None
            assert link_offers.open_at(connection, one.address_id) is None
        browser = a_person(connection, "wife's browser", "web")
        linked(connection, wife, browser)
        of(connection, browser).did(PhoneConfirmed("0912345678"))
        assert link_offers.ask(connection, browser.address_id) is None

    await database.write(town)


async def test_who_parted_is_not_asked_about_the_number_they_share(database: Database) -> None:
    def town(connection: Connection) -> None:
        lan, zalo = a_person(connection, "lan"), a_person(connection, "84", "zalo_oa")
        linked(connection, lan, zalo)
        of(connection, zalo).did(AddressUnlinked(0))
        for one in (lan, of(connection, zalo)):
            one.did(PhoneConfirmed("0912345678"))
            assert link_offers.ask(connection, one.address_id) is None

    await database.write(town)


async def test_erasing_forgets_what_was_said_at_each_address(database: Database, library: Library) -> None:
    def town(connection: Connection) -> None:
        lan, zalo = a_person(connection, "lan").agreed(), a_person(connection, "84", "zalo_oa").runs(LAN)
        zalo.did(PhoneConfirmed("0912345678"))
        conversations.push(connection, zalo.address_id, {"key": "x", "text": "Phiếu của anh"}, "", "queued", NOW)
        begun = {**Session().to_json(), "asked": "Bỏ tiền trước?"}
        connection.execute(update(conversation).values(session=begun, in_form=True))
        linked(connection, lan, zalo)
        lan.did(DataErased())
        assert rows(connection, message) == rows(connection, METADATA.tables["establishment"]) == []
        for row in rows(connection, conversation):
            assert Session.from_json(row.session) == Session(greeted=True)
            assert not row.in_form
        assert [row.phone for row in rows(connection, address)] == ["", ""]

    await database.write(town)


STATUSES = ["sent", "uncertain", "sending", "pending", "held", "blocked", "failed", "unreachable", "opted_out"]


def lived(connection: Connection, person: Person, library: Library, chance: Random) -> None:
    """Let somebody do a few things at random; codes are drawn so that no two are the same."""
    if chance.random() < 0.5:
        person.runs({**LAN, "business_name": f"Xưởng {person.contact_id}"})
    for n in range(chance.randrange(4)):
        person.sent(f"NC-{person.contact_id}{n}", library.forms["needs"], {"needs": chance.choice("ab")})
    for code in chance.sample(["QT1", "CL1", "KN1"], chance.randrange(3)):
        person.signed_up(f"{code}-{person.contact_id}", chance.randrange(1, 4), ["Lan"] * chance.randrange(2))
    for n in chance.sample([1, 2, 3], chance.randrange(3)):
        owed(connection, person, n, chance.choice(STATUSES))
    for topic in chance.sample(["training", "fairs", "policy"], chance.randrange(3)):
        person.did(TopicMuted(topic))
    for page in chance.sample(["brand", "fairs"], chance.randrange(2)):
        person.did(NewsWanted(page))
    for purpose in chance.sample([ANSWERS, ANNOUNCEMENTS], chance.randrange(3)):
        person.did(ConsentGiven(purpose, "1"), *[ConsentWithdrawn(purpose)] * chance.randrange(2))
    if chance.random() < 0.3:
        person.did(AnnouncementsStopped())
    if chance.random() < 0.5:
        person.asked(f"Câu hỏi {person.contact_id}?")
        uploads.keep(connection, person.contact_id, "anh.jpg", "image/jpeg", b"anh", NOW)


Exported = dict[str, list[tuple[Any, ...]]]


def exported(connection: Connection, library: Library) -> Exported:
    """Return the tables that staff export, by their codes and without the number of each row."""
    source = Source(connection, library, lambda *_: None)
    listings = {
        "responses": LISTINGS["responses"](source, Filter(form="needs", codes=True)),
        **{name: LISTINGS[name](source, Filter(codes=True)) for name in ("establishments", "signups", "deliveries")},
    }
    return {name: sorted((tuple(row[1:]) for row in one.rows(connection)), key=str) for name, one in listings.items()}


def without_person(name: str, table: list[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Leave out of a row what is said of the person, and of a sign-up whether it still stands."""
    kept = {"signups": (0, 1, 2, 3, 4, 9, 10), "deliveries": (9, 10)}.get(name)
    return {tuple(row[place] for place in kept) if kept else row for row in table}


async def test_whoever_is_linked_what_staff_export_is_what_both_had(database: Database, library: Library) -> None:
    def town(connection: Connection) -> None:
        classes(connection, "QT1", "CL1", "KN1")
        connection.execute(update(training_class).values(seats=1000))
        for number in (1, 2, 3):
            announced(connection, number)
        for seed in range(60):
            chance = Random(seed)
            people = [a_person(connection, f"{seed} {n}", "telegram" if n else "zalo_bot") for n in range(2)]
            for person in people:
                lived(connection, person, library, chance)
            before, counts = exported(connection, library), counted(connection)
            linked(connection, *people)
            unchanged(before, exported(connection, library))
            assert taken(connection) == held(connection)
            after = counted(connection)
            assert {name: after[name] for name in _NEVER_FEWER} == {name: counts[name] for name in _NEVER_FEWER}
            together = exported(connection, library)
            of(connection, chance.choice(people)).did(AddressUnlinked(0))
            unchanged(together, exported(connection, library))
            assert {name for name, count in counted(connection).items() if count < after[name]} == set()

    await database.write(town)


_NEVER_FEWER = ("response", "sign_up", "question", "upload", "consent", "address", "establishment")


def unchanged(before: Exported, after: Exported) -> None:
    for name in ("responses", "establishments"):
        assert after[name] == before[name]
    for name in ("signups", "deliveries"):
        assert without_person(name, after[name]) == without_person(name, before[name])


def counted(connection: Connection) -> dict[str, int]:
    tables = (*linking.MOVED, *linking.MERGED, METADATA.tables["establishment"])
    return {one.name: connection.execute(select(func.count()).select_from(one)).scalar_one() for one in tables}


def taken(connection: Connection) -> list[int]:
    return [row.taken for row in rows(connection, training_class)]


def held(connection: Connection) -> list[int]:
    """Return the seats that sign-ups hold in each class."""
    standing = [row for row in rows(connection, sign_up) if row.cancelled_at is None]
    return [sum(row.seats for row in standing if row.class_id == one.id) for one in rows(connection, training_class)]
