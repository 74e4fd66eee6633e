"""From an event to what is kept: once each, in order, nothing half done."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from content.render import Renderer
from conversation.catalog import Library
from conversation.flow import Flow, Flows, Outcome, Turn, reply
from conversation.records import ClassFull, NewsWanted, SignUpRequested
from db import conversations, inbox
from db.engine import Database
from db.inbox import Event
from db.models import address, contact, message, news_wanted, question, sign_up, training_class
from db.models import inbox as inbox_table
from db.records import Writing, write
from handlers import FLOWS
from tests.receiving import EVENING, Person, a_receiver, all_say


@dataclass(frozen=True)
class Sabotage:
    """A flow that fails as it is told to: `>sabotage/raise`, `>sabotage/template`."""

    name: str = "sabotage"

    def start(self, turn: Turn, argument: str) -> Outcome:
        if argument == "raise":
            raise RuntimeError("on purpose")
        return Outcome(turn.session, (reply("sabotage/no_such_template"),), (NewsWanted("brand"),))

    def resume(self, turn: Turn) -> Outcome:
        return self.start(turn, "")

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")


def with_flow(flow: Flow) -> Flows:
    commands = {**FLOWS.commands, "/raise": f">{flow.name}/raise", "/template": f">{flow.name}/template"}
    return replace(FLOWS, by_name={**FLOWS.by_name, flow.name: flow}, commands=commands)


async def count(database: Database, table: Any) -> int:
    def query(connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()

    return await database.read(query)


async def test_a_first_message_makes_the_contact_and_is_greeted(
    database: Database, library: Library, renderer: Renderer
) -> None:
    lan = await Person(a_receiver(database, library, renderer)).says("alo")
    assert lan.keys == ["menu/greeting"]
    assert await count(database, contact) == 1


async def test_an_event_delivered_again_is_one_turn(database: Database, library: Library, renderer: Renderer) -> None:
    lan = Person(a_receiver(database, library, renderer))
    await lan.says("/start", event_id="the same")
    await lan.says("/start", event_id="the same")
    assert lan.messages == []
    assert await count(database, message) == 2


async def test_what_was_handled_is_erased_from_the_inbox(
    database: Database, library: Library, renderer: Renderer
) -> None:
    await Person(a_receiver(database, library, renderer)).says("số của tôi là 0912345678")
    rows = await database.read(lambda connection: connection.execute(select(inbox_table)).all())
    assert [(row.status, row.payload) for row in rows] == [("done", None)]


async def test_two_taps_at_once_are_one_answer(database: Database, library: Library, renderer: Renderer) -> None:
    lan = await Person(a_receiver(database, library, renderer)).says("/quantam")
    agree = next(choice.token for choice in lan.messages[-1].choices if choice.label == "Đồng ý")
    events = [
        Event("web", "", f"tap {n}", {"from": "lan", "id": f"tap {n}", "choice": agree}, lan.address) for n in (1, 2)
    ]
    await asyncio.gather(*(lan.receiver.take([event]) for event in events))
    await lan.looks()
    assert [key for key in lan.keys if key == "consent/given"] == ["consent/given"]
    assert "engine/stale" in lan.keys


async def test_one_contact_s_events_are_handled_in_their_order(
    database: Database, library: Library, renderer: Renderer
) -> None:
    lan = Person(a_receiver(database, library, renderer))
    said = ["/start", "/quantam", "đồng ý", "menu", "/lop"]
    raws = [{"from": "lan", "id": str(n), "text": text} for n, text in enumerate(said)]
    await lan.receiver.take([Event("web", "", raw["id"], raw, lan.address) for raw in raws])
    await lan.looks()
    first = [lan.keys.index(key) for key in ("menu/greeting", "consent/answers", "consent/given", "menu/main")]
    assert first == sorted(first)


async def test_many_people_at_once_each_get_their_own_answer(
    database: Database, library: Library, renderer: Renderer
) -> None:
    receiver = a_receiver(database, library, renderer)
    people = [Person(receiver, f"owner {n}") for n in range(100)]
    await all_say(people, "/start")
    assert {tuple(person.keys) for person in people} == {("menu/greeting",)}


@pytest.mark.parametrize("command", ["/raise", "/template"])
async def test_a_turn_that_fails_saves_nothing_apologises_and_goes_on(
    command: str, database: Database, library: Library, renderer: Renderer
) -> None:
    lan = Person(a_receiver(database, library, renderer, with_flow(Sabotage())))
    await lan.says("/start")
    assert (await lan.says(command)).keys == ["engine/apology"]
    assert await count(database, news_wanted) == 0
    assert (await lan.says("menu")).keys == ["menu/main"]
    query = select(inbox_table.c.status).order_by(inbox_table.c.id)
    statuses = await database.read(lambda connection: list(connection.execute(query).scalars()))
    assert statuses == ["done", "dead", "done"]


async def test_an_event_that_ended_the_program_three_times_is_set_aside(
    database: Database, library: Library, renderer: Renderer
) -> None:
    receiver = a_receiver(database, library, renderer)
    lan = Person(receiver)
    raw = {"from": "lan", "id": "1", "text": "/start"}
    await receiver.store([Event("web", "", "1", raw, lan.address)])
    for _ in range(3):
        await a_receiver(database, library, renderer).recover()
    await receiver.handle_all()
    assert await lan.looks() == []
    assert (await lan.says("/start")).keys == ["menu/greeting"]


async def test_a_full_class_never_oversells(database: Database, library: Library, renderer: Renderer) -> None:
    """Forty people take one seat each of twelve, all at once, through the records."""

    def open_class(connection: Connection) -> None:
        values = {"code": "QT1", "title": "Quản trị", "starts_at": EVENING, "ends_at": EVENING + timedelta(days=2)}
        more = {"place": "Vĩnh Trụ", "seats": 12, "deadline": EVENING.date(), "created_at": EVENING}
        connection.execute(training_class.insert().values(**values, **more))

    await database.write(open_class)
    people = [Person(a_receiver(database, library, renderer), f"owner {n}") for n in range(40)]
    await all_say(people, "/start")

    async def takes_a_seat(person: Person, number: int) -> bool:
        def unit(connection: Connection) -> None:
            row = conversations.find_address(connection, person.address)
            assert row is not None
            writing = Writing(connection, row.contact_id, row.id, "web", EVENING, EVENING.date())
            write([SignUpRequested(f"QT1-{number:02}", "QT1", 1, ())], writing)

        try:
            await database.write(unit)
        except ClassFull:
            return False
        return True

    taken = await asyncio.gather(*(takes_a_seat(person, number) for number, person in enumerate(people)))
    assert sum(taken) == 12
    assert await count(database, sign_up) == 12


async def test_who_agreed_to_nothing_is_forgotten_after_72_hours(
    database: Database, library: Library, renderer: Renderer
) -> None:
    receiver = a_receiver(database, library, renderer)
    await Person(receiver, "passer-by").says("/start")
    agreed = await Person(receiver, "owner").says("/thongbao")
    await agreed.taps("Đồng ý")
    later = EVENING + timedelta(hours=72, seconds=1)
    assert await database.write(lambda connection: conversations.erase_idle(connection, later)) == 1
    left = await database.read(lambda connection: list(connection.execute(select(address.c.external_id)).scalars()))
    assert left == ["owner"]
    assert await count(database, message) == 6


async def test_event_ids_are_forgotten_after_30_days(database: Database, library: Library, renderer: Renderer) -> None:
    await Person(a_receiver(database, library, renderer)).says("/start")
    await database.write(lambda connection: inbox.tidy(connection, EVENING + timedelta(days=30)))
    assert await count(database, inbox_table) == 1
    await database.write(lambda connection: inbox.tidy(connection, EVENING + timedelta(days=30, seconds=1)))
    assert await count(database, inbox_table) == 0


async def test_an_event_that_cannot_be_parsed_is_kept_dead(
    database: Database, library: Library, renderer: Renderer
) -> None:
    receiver = a_receiver(database, library, renderer)
    await receiver.take([Event("web", "", "9", {"odd": True}, None, "KeyError('from')")])
    rows = await database.read(lambda connection: connection.execute(select(inbox_table)).all())
    assert [(row.status, row.error, row.payload) for row in rows] == [("dead", "KeyError('from')", {"odd": True})]


async def test_a_question_for_a_person_is_kept_word_for_word(
    database: Database, library: Library, renderer: Renderer
) -> None:
    lan = await Person(a_receiver(database, library, renderer)).says("/start")
    await lan.taps("Nhắn cho cán bộ")
    assert (await lan.says("Bỏ tiền trước hay sau?")).keys == ["handoff/sent"]
    rows = await database.read(lambda connection: connection.execute(select(question)).all())
    assert [(row.text, str(row.promised_for)) for row in rows] == [("Bỏ tiền trước hay sau?", "2026-11-25")]


async def test_a_question_that_waits_is_not_forgotten(database: Database, library: Library, renderer: Renderer) -> None:
    lan = await Person(a_receiver(database, library, renderer)).says("/start")
    await lan.taps("Nhắn cho cán bộ")
    await lan.says("Bỏ tiền trước hay sau?")
    later = EVENING + timedelta(days=30)
    assert await database.write(lambda connection: conversations.erase_idle(connection, later)) == 0
    answered = question.update().values(answered_at=later, answered_by="ngoc")
    await database.write(lambda connection: connection.execute(answered) and None)
    assert await database.write(lambda connection: conversations.erase_idle(connection, later)) == 1


async def test_a_letter_that_no_database_can_hold_holds_up_nobody(
    database: Database, library: Library, renderer: Renderer
) -> None:
    lan = await Person(a_receiver(database, library, renderer)).says("me\0nu")
    assert lan.keys[-1].startswith("menu/")
