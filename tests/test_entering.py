"""Responses that staff type in for somebody: one establishment by its telephone, one answer in a round."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Connection, func, select

from db import conversations, entering, responses, rounds
from db.engine import Database
from db.entering import Entry, EntryRefused
from db.models import contact, establishment, response
from db.rounds import Planned
from tests.office import LAN, NOW, a_person

FACTS = {"business_name": "Mộc Lan", "phone": "0912345678"}
ENTRY = Entry("needs", "sha", "NC", {"workers": "3", **FACTS}, {"workers": "ba"}, FACTS)


def enter(connection: Connection, entry: Entry = ENTRY, seed: int = 1) -> str:
    return entering.enter(connection, entry, "thu.huong", NOW, Random(seed))


async def test_who_is_known_by_telephone_keeps_their_establishment(database: Database) -> None:
    def walk(connection: Connection) -> None:
        lan = a_person(connection, "lan").runs({**LAN, "phone": "0912345678"})
        kept = responses.find(connection, enter(connection))
        assert kept is not None
        assert (kept.contact_id, kept.channel, kept.entered_by) == (lan.contact_id, "paper", "thu.huong")
        assert connection.execute(select(func.count()).select_from(establishment)).scalar_one() == 1

    await database.write(walk)


async def test_a_stranger_gets_an_establishment_and_is_not_forgotten(database: Database) -> None:
    def walk(connection: Connection) -> None:
        code = enter(connection)
        assert conversations.erase_idle(connection, NOW + timedelta(days=30)) == 0
        assert responses.find(connection, code) is not None

    await database.write(walk)


async def test_a_code_that_is_taken_is_drawn_again(database: Database) -> None:
    def walk(connection: Connection) -> None:
        assert enter(connection, seed=7) != enter(connection, seed=7)
        assert connection.execute(select(func.count()).select_from(response)).scalar_one() == 2

    await database.write(walk)


async def test_a_round_is_answered_once_and_a_refusal_leaves_nothing(database: Database) -> None:
    def walk(connection: Connection) -> None:
        planned = Planned("needs", "Đợt 1", "", "", NOW, NOW + timedelta(days=9))
        number = rounds.open_round(connection, planned, ("needs",), "thu.huong", NOW)
        enter(connection, replace(ENTRY, round=number))
        people = connection.execute(select(func.count()).select_from(contact)).scalar_one()
        with pytest.raises(EntryRefused, match="đã trả lời"):
            enter(connection, replace(ENTRY, round=number), seed=2)
        assert connection.execute(select(func.count()).select_from(contact)).scalar_one() == people

    await database.write(walk)
