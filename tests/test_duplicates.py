"""Establishments that may be one: found by what they share, merged so that it can be undone."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Table, insert, select

from conversation.catalog import Library
from conversation.records import DataErased
from db import duplicate_pairs, duplicates, merging
from db.duplicate_pairs import Wanted
from db.engine import Database
from db.establishments import values_of
from db.likeness import core_of
from db.merging import MergeRefused
from db.models import (
    METADATA,
    contact,
    duplicate,
    establishment,
    establishment_merge,
    establishment_tag,
    response,
    round_,
)
from tests.office import LAN, NOW, Person, a_person
from tests.test_growth import FEW, MANY, MOST, steps

LATER = NOW + timedelta(hours=1)
MOC_LAN: Mapping[str, str] = {"business_name": "Cơ sở mộc Lan", "commune": "13285", "phone": "0912345678"}


def kept(connection: Connection, *facts: Mapping[str, str]) -> list[int]:
    """Keep establishments that nobody speaks for."""
    new = insert(establishment).returning(establishment.c.id)
    return [connection.execute(new.values(**values_of(one, NOW), created_at=NOW)).scalar_one() for one in facts]


def proposed(connection: Connection, scope: frozenset[str] | None = None) -> list[tuple[int, int, set[str]]]:
    while duplicates.search(connection, LATER):
        pass
    found = duplicate_pairs.listed(connection, Wanted(), scope, 0, 50)
    assert duplicate_pairs.count(connection, Wanted(), scope) == len(found)
    return [(pair.first.id, pair.second.id, set(pair.reasons)) for pair in found]


def rows(connection: Connection, table: Table) -> list[object]:
    return list(connection.execute(select(table).order_by(*table.primary_key.columns)).all())


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Cơ sở mộc Lan", "moc lan"),
        ("Công ty TNHH MTV sản xuất và thương mại Mộc Lan", "moc lan"),
        ("HTX", "htx"),
        ("Hộ ông Bính", "binh"),
        ("Hòa Bình", "hoa binh"),
    ],
)
def test_the_kind_of_business_is_no_part_of_a_name(name: str, core: str) -> None:
    assert core_of(name) == core


def test_every_table_that_names_an_establishment_is_merged() -> None:
    """A table left out would lose its rows with the establishment that goes."""
    naming = {key.parent for one in METADATA.tables.values() for key in one.foreign_keys if key.column is _ID}
    handled = {*merging.MOVED, *(column for column in naming if column.table in {*merging.MERGED, *merging.MADE_AGAIN})}
    assert handled == naming


_ID = establishment.c.id


async def test_pairs_are_found_by_what_they_share(database: Database) -> None:
    others = [
        {**MOC_LAN, "business_name": "HTX Mộc  LAN", "phone": ""},
        {"business_name": "May Tuyết", "commune": "13291", "phone": "", "other_phones": "0912345678 0987654321"},
        {"business_name": "Mộc Lan", "commune": "13291", "phone": ""},
        {"business_name": "Dệt Hòa Mạc", "commune": "13291", "tax_code": "0700123456", "phone": "02263851234"},
        {"business_name": "Công ty dệt Hoà Mạcc", "commune": "13291", "tax_code": "", "phone": ""},
        {"business_name": "Dệt kim Duy Tiên", "commune": "13324", "tax_code": "0700123456-001", "phone": ""},
        {"business_name": "Mộc Lan 2", "commune": "13285", "tax_code": "0700999999", "phone": ""},
    ]

    def office(connection: Connection) -> list[tuple[int, int, set[str]]]:
        kept(connection, MOC_LAN, *others)
        return proposed(connection)

    assert await database.write(office) == [
        (5, 7, {"tax"}),
        (1, 3, {"phone"}),
        (1, 2, {"name"}),
        (5, 6, {"near"}),
    ]


async def test_what_changes_is_looked_at_again_and_what_was_decided_is_remembered(database: Database) -> None:
    def office(connection: Connection) -> None:
        one, two, three = kept(connection, MOC_LAN, MOC_LAN, MOC_LAN)
        assert len(proposed(connection)) == 3
        duplicates.refuse(connection, two, one, "lan", NOW)
        connection.execute(
            establishment.update()
            .where(establishment.c.id == three)
            .values(**values_of({"business_name": "Rèn Bính"}, LATER))
        )
        connection.execute(establishment.update().where(establishment.c.id == one).values(updated_at=LATER))
        while duplicates.search(connection, LATER + timedelta(hours=1)):
            pass
        assert duplicate_pairs.listed(connection, Wanted(), None, 0, 50) == []
        [refused] = duplicate_pairs.listed(connection, Wanted(state="refused"), None, 0, 50)
        assert (refused.first.id, refused.second.id, refused.decided_by) == (one, two, "lan")
        duplicates.reopen(connection, one, two)
        assert len(duplicate_pairs.listed(connection, Wanted(), None, 0, 50)) == 1

    await database.write(office)


async def test_what_very_many_share_proposes_nobody(database: Database) -> None:
    many = [{"business_name": f"Hộ {word}", "commune": "", "phone": "0912345678"} for word in range(40)]

    def office(connection: Connection) -> None:
        kept(connection, *many)
        assert proposed(connection) == []

    await database.write(office)


async def test_who_sees_one_of_two_sees_neither_as_a_pair(database: Database) -> None:
    elsewhere = {**MOC_LAN, "commune": "13291"}

    def office(connection: Connection) -> None:
        kept(connection, MOC_LAN, elsewhere, MOC_LAN)
        assert len(proposed(connection)) == 3
        assert [pair[:2] for pair in proposed(connection, frozenset({"13285"}))] == [(1, 3)]
        assert proposed(connection, frozenset()) == []
        assert duplicate_pairs.find(connection, 1, 2, frozenset({"13285"})) is None
        assert duplicate_pairs.find(connection, 3, 1, frozenset({"13285"})) is not None

    await database.write(office)


def two(connection: Connection, library: Library) -> tuple[Person, Person]:
    """Two who run the same workshop, each with what they sent and how staff call it."""
    needs = library.forms["needs"]
    lan = a_person(connection, "lan").runs(LAN).sent("NC-1111", needs, {"needs": "machine"})
    con = (
        a_person(connection, "con", "zalo_bot").runs({**LAN, "workers": "9"}).sent("NC-2222", needs, {"needs": "fair"})
    )
    tags = [(1, "ocop"), (1, "làng-nghề"), (2, "ocop"), (2, "2027")]
    connection.execute(insert(establishment_tag), [{"establishment_id": one, "tag": tag} for one, tag in tags])
    return lan, con


def everything(connection: Connection, but: Sequence[str] = ()) -> dict[str, list[object]]:
    """Return all tables that a merge may touch."""
    touched = [establishment_tag, contact, response]
    facts = select(establishment.c.id, establishment.c.name, establishment.c.facts, establishment.c.created_at)
    named = {table.name: rows(connection, table) for table in touched if table.name not in but}
    return {**named, "establishment": list(connection.execute(facts.order_by(establishment.c.id)).all())}


async def test_a_merge_moves_all_and_undone_all_is_as_it_was(database: Database, library: Library) -> None:
    def office(connection: Connection) -> None:
        two(connection, library)
        duplicates.refuse(connection, 2, kept(connection, {"business_name": "Rèn"})[0], "lan", NOW)
        before, decided = everything(connection), rows(connection, duplicate)
        number = merging.merge(connection, 1, 2, {**LAN, "workers": "10"}, "lan", NOW)
        assert [row.establishment_id for row in connection.execute(select(response))] == [1, 1]
        assert {row.establishment_id for row in connection.execute(select(contact))} == {1}
        tags = connection.execute(select(establishment_tag.c.tag).order_by(establishment_tag.c.tag)).scalars()
        assert list(tags) == ["2027", "làng-nghề", "ocop"]
        assert connection.execute(select(establishment.c.facts).where(_ID == 1)).scalar_one()["workers"] == "10"
        assert merging.undo(connection, number, "lan", LATER) == 2
        assert everything(connection) == before
        assert rows(connection, duplicate) == decided
        [merge] = merging.merges(connection, frozenset({"13285"}), 0, 50)
        assert (merge.by, merge.undone_by) == ("lan", "lan")
        assert merging.merges(connection, frozenset({"13291"}), 0, 50) == []
        with pytest.raises(MergeRefused, match="đã được hoàn tác"):
            merging.undo(connection, number, "lan", LATER)

    await database.write(office)


async def test_two_answers_of_one_round_stay_and_the_last_one_counts(database: Database, library: Library) -> None:
    def office(connection: Connection) -> None:
        two(connection, library)
        values = {"form": "needs", "title": "Đợt", "opens_at": NOW, "closes_at": LATER, "created_by": "lan"}
        connection.execute(insert(round_).values(**values, created_at=NOW))
        connection.execute(response.update().values(round_id=1))
        connection.execute(response.update().where(response.c.id == 1).values(changed_at=LATER))
        before = everything(connection)
        number = merging.merge(connection, 1, 2, LAN, "lan", NOW)
        found = connection.execute(select(response.c.code, response.c.round_id).order_by(response.c.id)).all()
        assert [tuple(row) for row in found] == [("NC-1111", 1), ("NC-2222", None)]
        merging.undo(connection, number, "lan", LATER)
        assert everything(connection) == before

    await database.write(office)


async def test_merges_are_undone_the_last_one_first(database: Database) -> None:
    def office(connection: Connection) -> None:
        one, two_, three, four = kept(connection, MOC_LAN, MOC_LAN, MOC_LAN, MOC_LAN)
        first = merging.merge(connection, two_, three, MOC_LAN, "lan", NOW)
        second = merging.merge(connection, two_, four, MOC_LAN, "lan", NOW)
        with pytest.raises(MergeRefused, match="còn một lần gộp khác"):
            merging.undo(connection, first, "lan", NOW)
        third = merging.merge(connection, one, two_, MOC_LAN, "lan", NOW)
        with pytest.raises(MergeRefused, match="lại được gộp vào"):
            merging.undo(connection, second, "lan", NOW)
        for number in (third, second, first):
            merging.undo(connection, number, "lan", NOW)
        assert [row.id for row in connection.execute(select(_ID).order_by(_ID))] == [one, two_, three, four]

    await database.write(office)


async def test_what_was_changed_since_is_not_undone_but_what_else_changed_stays(database: Database) -> None:
    def office(connection: Connection) -> None:
        one, two_ = kept(connection, MOC_LAN, {**MOC_LAN, "workers": "9"})
        number = merging.merge(connection, one, two_, {**MOC_LAN, "workers": "9"}, "lan", NOW)
        connection.execute(establishment.update().values(**values_of({**MOC_LAN, "workers": "20"}, NOW)))
        with pytest.raises(MergeRefused, match="đã được sửa sau khi gộp"):
            merging.undo(connection, number, "lan", NOW)
        now = {**MOC_LAN, "workers": "9", "phone": "0987654321"}
        connection.execute(establishment.update().values(**values_of(now, NOW)))
        merging.undo(connection, number, "lan", NOW)
        phones = connection.execute(select(establishment.c.phone, establishment.c.facts).order_by(_ID)).all()
        assert [row.phone for row in phones] == ["0987654321", "0912345678"]
        assert [row.facts.get("workers", "") for row in phones] == ["", "9"]

    await database.write(office)


async def test_a_number_that_was_given_away_since_is_not_taken_back(database: Database) -> None:
    def office(connection: Connection) -> None:
        one, two_ = kept(connection, MOC_LAN, MOC_LAN)
        number = merging.merge(connection, one, two_, MOC_LAN, "lan", NOW)
        connection.execute(insert(establishment).values(id=two_, **values_of({}, NOW), created_at=NOW))
        back = merging.undo(connection, number, "lan", NOW)
        assert back not in {one, two_}

    if database.is_sqlite:  # on PostgreSQL no number is given twice
        await database.write(office)


async def test_an_establishment_is_not_merged_with_what_is_not_there(database: Database) -> None:
    def office(connection: Connection) -> None:
        [one] = kept(connection, MOC_LAN)
        for other in (one, 99):
            with pytest.raises(MergeRefused, match="không còn nữa"):
                merging.merge(connection, one, other, MOC_LAN, "lan", NOW)

    await database.write(office)


async def test_who_is_forgotten_is_not_kept_in_a_merge(database: Database, library: Library) -> None:
    def office(connection: Connection) -> None:
        lan, _ = two(connection, library)
        merging.merge(connection, 1, 2, LAN, "lan", NOW)
        lan.did(DataErased())
        assert rows(connection, establishment_merge) == []

    await database.write(office)


def look_for_duplicates(connection: Connection) -> None:
    """Give everybody a neighbour of nearly their name, and one telephone, then look."""
    found = connection.execute(select(_ID)).scalars().all()
    for one in found:
        pair = "".join("abcdefghij"[int(digit)] for digit in str(one // 2 * 2 + 1000))
        facts = {"business_name": f"Xưởng mộc {pair} Lan", "commune": "13285", "phone": "0912345678"}
        connection.execute(establishment.update().where(establishment.c.id == one).values(**values_of(facts, NOW)))
    while duplicates.search(connection, LATER):
        pass
    assert len(rows(connection, duplicate)) >= len(found) // 2 - 1


def test_looking_for_duplicates_costs_no_square() -> None:
    assert steps(look_for_duplicates, MANY) <= MOST * steps(look_for_duplicates, FEW)
