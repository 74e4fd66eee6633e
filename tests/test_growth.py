"""What SQLite is asked to do grows with the number of people, not with its square: counted in its own steps."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert

from conversation.contact import ANNOUNCEMENTS
from db import announcements, audience, deliveries, outbox, rounds
from db.announcements import Draft
from db.audience import Audience
from db.migrate import migrate
from db.models import address, consent, contact, conversation, establishment, message
from tests.office import NOW

FEW, MANY = 250, 1000
# Twice what four times as many people may cost: sorting costs a little more than its size.
MOST = 2 * MANY / FEW


def town(connection: Connection, people: int) -> None:
    ids = range(1, people + 1)
    at = {"created_at": NOW}
    known = {"facts": {}, "updated_at": NOW, **at}
    connection.execute(insert(establishment), [{"id": one, "name": f"Xưởng {one}", **known} for one in ids])
    connection.execute(insert(contact), [{"id": one, "establishment_id": one, **at} for one in ids])
    seen = {"channel": "telegram", "last_seen_at": NOW, **at}
    connection.execute(
        insert(address), [{"id": one, "contact_id": one, "external_id": str(one), **seen} for one in ids]
    )
    connection.execute(insert(conversation), [{"address_id": one, "session": {}, "updated_at": NOW} for one in ids])
    agreed = {"purpose": ANNOUNCEMENTS, "version": "1", "channel": "telegram", "given_at": NOW}
    connection.execute(insert(consent), [{"contact_id": one, **agreed} for one in ids])
    said = {"seq": 1, "direction": "out", "payload": {"key": "x", "text": "x"}, "at": NOW, "status": "sent"}
    connection.execute(insert(message), [{"address_id": one, **said} for one in ids])


def queue(connection: Connection) -> None:
    number = announcements.create(connection, Draft("Hội chợ", "Lời."), "lan", NOW)
    announcements.approve(connection, number, "lan", NOW)
    deliveries.queue(connection, number, ["telegram"], NOW)


def queue_in_parts(connection: Connection) -> None:
    number = announcements.create(connection, Draft("Hội chợ", "Lời."), "lan", NOW)
    announcements.approve(connection, number, "lan", NOW)
    below = deliveries.queue(connection, number, ["telegram"], NOW, most=50)
    while below:
        below = deliveries.queue(connection, number, ["telegram"], NOW, most=50, below=below)


def claim(connection: Connection) -> None:
    queue(connection)
    assert deliveries.claim(connection, 1, "telegram", 10, NOW)


def count_reach(connection: Connection) -> None:
    audience.reach(connection, Audience())
    audience.establishments(connection, Audience())


def list_missing(connection: Connection) -> None:
    planned = rounds.Planned("needs", "Đợt 1", "", "", NOW, NOW + timedelta(days=9))
    found = rounds.find(connection, rounds.open_round(connection, planned, ["needs"], "lan", NOW))
    assert found is not None
    assert len(rounds.not_answered(connection, found)) >= FEW


def claim_replies(connection: Connection) -> None:
    outbox.claim(connection, "telegram", (), 10, NOW, alone=True)


def steps(act: Callable[[Connection], Any], people: int) -> int:
    """Return how many steps of its virtual machine, in thousands, SQLite takes."""
    raw = sqlite3.connect(":memory:", check_same_thread=False)
    with create_engine("sqlite://", creator=lambda: raw).connect() as connection:
        migrate(connection)
        town(connection, people)
        taken = 0

        def count() -> int:
            nonlocal taken
            taken += 1
            return 0

        raw.set_progress_handler(count, 100)
        act(connection)
        raw.set_progress_handler(None, 0)
    raw.close()
    return max(taken, 1)


@pytest.mark.parametrize("act", [queue, queue_in_parts, claim, count_reach, list_missing, claim_replies])
def test_nothing_costs_the_square_of_the_people(act: Callable[[Connection], Any]) -> None:
    assert steps(act, MANY) <= MOST * steps(act, FEW)
