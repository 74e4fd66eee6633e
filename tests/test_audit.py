"""What staff did is noted with it, and which records somebody may see."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from db import audit, scope, staff
from db.engine import Database
from db.models import audit as audit_table
from db.models import establishment, record_read
from db.models import staff as staff_table
from db.scope import Scope, within
from tests.office import NOW, a_person


async def test_what_was_done_is_noted(database: Database) -> None:
    await database.write(
        lambda connection: audit.note(connection, "lan", "staff.communes", "staff:xa", NOW, communes=["13285"])
    )
    row = (await database.read(lambda connection: connection.execute(select(audit_table)).all()))[0]
    assert (row.who, row.action, row.subject, row.detail) == (
        "lan",
        "staff.communes",
        "staff:xa",
        {"communes": ["13285"]},
    )


async def test_what_has_no_words_cannot_be_noted(database: Database) -> None:
    with pytest.raises(KeyError):
        await database.write(lambda connection: audit.note(connection, "lan", "staff.knighted", "staff:xa", NOW))


async def test_reading_a_record_is_noted_once_an_hour(database: Database) -> None:
    def read(connection: Connection) -> None:
        for minutes in (0, 30, 61):
            audit.note_read(connection, "lan", "establishment:1", NOW + timedelta(minutes=minutes))
        audit.note_read(connection, "tam", "establishment:1", NOW)

    await database.write(read)
    rows = await database.read(lambda connection: connection.execute(select(record_read.c.who)).scalars().all())
    assert sorted(rows) == ["lan", "lan", "tam"]


@pytest.mark.parametrize(
    ("sees", "count"), [(None, 2), (frozenset({"13285"}), 1), (frozenset({"13336"}), 0), (frozenset(), 0)]
)
async def test_a_scope_shows_its_communes_only(database: Database, sees: Scope, count: int) -> None:
    def found(connection: Connection) -> int:
        a_person(connection, "lan").agreed().runs({"business_name": "Mộc Lan", "commune": "13285"})
        a_person(connection, "tam").agreed().runs({"business_name": "May Tâm"})
        return len(connection.execute(select(establishment.c.id).where(*within(sees))).all())

    assert await database.write(found) == count


async def test_a_collaborator_is_signed_in_with_their_communes(database: Database) -> None:
    def sign_in(connection: Connection) -> staff.Member:
        staff.add(connection, "xa", "collaborator", "hash", NOW)
        row = connection.execute(select(staff_table.c.id)).scalar_one()
        scope.give(connection, row, frozenset({"13285", "13336"}))
        scope.give(connection, row, frozenset({"13285"}))
        found = staff.member(connection, staff.sign_in(connection, row, NOW), NOW)
        assert found is not None
        return found[0]

    member = await database.write(sign_in)
    assert (member.scope, member.may_read, member.collaborates) == (frozenset({"13285"}), False, True)
