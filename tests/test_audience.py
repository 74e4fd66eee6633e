"""Whom an announcement is for: the query as typed, and the people it stands for."""

import pytest
from sqlalchemy import Connection, select, update

from conversation.catalog import Library
from conversation.contact import ANNOUNCEMENTS
from conversation.records import AnnouncementsStopped, ConsentWithdrawn
from db.audience import Asked, Audience, AudienceError, condition, parse, reach, refuse_unknown
from db.engine import Database
from db.models import address, contact
from tests.office import LAN, a_person


def test_an_empty_query_means_everyone() -> None:
    assert parse("  ") == Audience()


def test_every_part_is_read() -> None:
    assert parse("commune=13285,13336 trade=garment size>=10 size<=50 answered:interest !answered:needs") == Audience(
        communes=frozenset({"13285", "13336"}),
        trades=frozenset({"garment"}),
        smallest=10,
        largest=50,
        answered=frozenset({"interest"}),
        not_answered=frozenset({"needs"}),
    )
    assert parse("kind=household topic=training tag=Vip class:qt1 round:3 received:12") == Audience(
        kinds=frozenset({"household"}),
        topics=frozenset({"training"}),
        tags=frozenset({"vip"}),
        classes=frozenset({"QT1"}),
        rounds=(Asked(3),),
        received=frozenset({12}),
    )
    assert parse("size=3") == Audience(smallest=3, largest=3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("!tag=vip", "không có bộ lọc tên «!tag»"),
        ("round:ba", "«round:ba»: round cần số thứ tự"),
        ("received:", "sau received: còn thiếu giá trị"),
        ("garment", "«garment»: không đọc được"),
        ("nghe=may", "không có bộ lọc tên «nghe»"),
        ("!commune=13285", "không có bộ lọc tên «!commune»"),
        ("commune=", "sau commune= còn thiếu giá trị"),
        ("commune:13285", "viết commune="),
        ("answered=needs", "viết answered:"),
        ("size>10", "viết size>= hoặc size="),
        ("size>=muoi", "size cần một con số"),
        ("size>=10,20", "size cần một con số"),
        ("size>=10 size>=20", "size>= viết hai lần"),
        ("size=10 size>=20", "size= không đi cùng"),
        ("size>=20 size<=10", "không cơ sở nào"),
        ("commune=1 commune=2", "commune= viết hai lần"),
        ("answered:needs !answered:needs", "không ai như vậy"),
    ],
)
def test_what_cannot_be_meant_is_refused_naming_the_word(text: str, said: str) -> None:
    with pytest.raises(AudienceError) as refused:
        parse(text)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "text", ["commune=99999", "trade=garmnet", "answered:nedds", "!answered:nedds", "kind=hkd", "topic=news"]
)
def test_a_slip_of_the_pen_is_refused_before_it_reaches_nobody(text: str, library: Library) -> None:
    with pytest.raises(AudienceError):
        refuse_unknown(parse(text), library)


def test_what_exists_is_let_through(library: Library) -> None:
    refuse_unknown(parse("commune=13285 trade=garment answered:interest !answered:needs"), library)


def _town(connection: Connection, library: Library) -> None:
    """People by the name of their address."""
    a_person(connection, "lan").agreed().runs(LAN).sent("HT-0001", library.forms["interest"], LAN)
    a_person(connection, "hung").agreed().runs({**LAN, "trade": "wood", "workers": "3", "commune": "13291"})
    a_person(connection, "split").agreed().runs({**LAN, "commune": "13285|13324", "workers": "9"})
    a_person(connection, "bare").agreed()
    a_person(connection, "stopped").agreed().runs(LAN).did(AnnouncementsStopped())
    a_person(connection, "withdrew").agreed().runs(LAN).did(ConsentWithdrawn(ANNOUNCEMENTS))
    a_person(connection, "silent")
    a_person(connection, "rehearsal", channel="terminal").agreed().runs(LAN)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", {"lan", "hung", "split", "bare"}),
        ("commune=13285", {"lan", "split"}),
        ("commune=13291,13324", {"hung", "split"}),
        ("trade=garment", {"lan", "split"}),
        ("trade=wood,garment", {"lan", "hung", "split"}),
        ("trade=fabric", set()),
        ("trade=g_rment", set()),
        ("size>=9", {"lan", "split"}),
        ("size<=9", {"hung", "split"}),
        ("size=12", {"lan"}),
        ("answered:interest", {"lan"}),
        ("!answered:interest", {"hung", "split", "bare"}),
        ("commune=13285 !answered:interest size>=9", {"split"}),
    ],
)
async def test_the_condition_finds_exactly_those_people(
    database: Database, library: Library, text: str, names: set[str]
) -> None:
    def found(connection: Connection) -> set[str]:
        _town(connection, library)
        query = select(address.c.external_id).join(contact, contact.c.id == address.c.contact_id)
        return set(connection.execute(query.where(condition(parse(text)))).scalars())

    assert await database.write(found) == names


async def test_reach_is_split_by_the_channel_that_would_carry_it(database: Database) -> None:
    def count(connection: Connection) -> tuple[int, dict[str, int], int]:
        a_person(connection, "lan").agreed()
        a_person(connection, "hung", channel="web").agreed()
        gone = a_person(connection, "gone").agreed()
        connection.execute(update(address).where(address.c.id == gone.address_id).values(state="blocked"))
        both = a_person(connection, "both").agreed()
        web = a_person(connection, "both-web", channel="web", days_ago=3)
        connection.execute(update(address).where(address.c.id == web.address_id).values(contact_id=both.contact_id))
        assert reach(connection, parse(""), ["web"]).unreachable == 2
        got = reach(connection, parse(""))
        return got.total, dict(got.by_channel), got.unreachable

    assert await database.write(count) == (4, {"telegram": 2, "web": 1}, 1)
