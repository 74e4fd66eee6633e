"""Rounds in the database: who is asked, one answer an establishment, who has not answered."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from conversation.catalog import Library
from conversation.records import AlreadyAnswered, AnnouncementsStopped, CodeTaken, ResponseChanged, ResponseSubmitted
from db import published, responses, rounds
from db.audience import AudienceError, parse, refuse_unknown
from db.engine import Database, open_database
from db.models import address
from db.records import Writing, write
from db.rounds import Planned, Progress, RoundRefused
from tests.office import LAN, NOW, Person, a_person
from tests.publishing import SHIPPED, a_live_form, catalog, colleague

WEEK = timedelta(days=7)


def a_round(connection: Connection, audience: str = "", form: str = "khao_sat") -> int:
    planned = Planned(form, " Khảo sát  2027", "12/KC-TTKC", audience, NOW, NOW + WEEK)
    return rounds.open_round(connection, planned, SHIPPED, "ngoc", NOW)


def answers(person: Person, round_id: int, code: str = "PH-0001", form: str = "khao_sat") -> Person:
    return person.did(ResponseSubmitted(code, form, "one", {"workers": "3"}, {}, round_id))


def progress(connection: Connection, round_id: int) -> Progress:
    found = rounds.find(connection, round_id)
    assert found is not None
    return rounds.progress(connection, found)


def missing(connection: Connection, round_id: int) -> list[tuple[str, str, str, str]]:
    found = rounds.find(connection, round_id)
    assert found is not None
    return [(one.name, one.commune, one.phone, one.channel) for one in rounds.not_answered(connection, found)]


def links(person: Person, library: Library, later: timedelta = timedelta()) -> list[str]:
    return [offered.link for offered in catalog(person, library, later).open_forms if offered.round]


async def test_a_round_asks_its_audience_until_it_closes(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        a_live_form(connection)
        published.close(connection, "khao_sat", "ngoc", NOW)
        number = a_round(connection, "commune=13285 trade=garment")
        lan = a_person(connection, "lan").runs(LAN)
        hung = a_person(connection, "hung").runs({**LAN, "commune": "13291"})
        assert links(lan, library) == [f">round/{number}"]
        (offered,) = catalog(lan, library).open_forms
        assert (offered.form.sha, offered.title, offered.letter) == ("one", "Khảo sát 2027", "12/KC-TTKC")
        assert offered.closes_at == NOW + WEEK
        assert links(hung, library) == []
        assert links(a_person(connection, "new"), library) == []
        assert links(lan, library, WEEK) == []
        assert links(lan, library, -WEEK) == []
        rounds.set_closing(connection, number, NOW + 2 * WEEK, NOW)
        assert links(lan, library, WEEK) == [f">round/{number}"]
        rounds.close(connection, number, NOW)
        assert links(lan, library) == []

    await database.write(story)


async def test_who_is_new_is_asked_what_everyone_is(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        number = a_round(connection, "!answered:interest", form="needs")
        a_round(connection, "answered:interest", form="needs")
        new = a_person(connection, "new")
        (offered,) = catalog(new, library).open_forms
        assert (offered.round, offered.form) == (number, library.forms["needs"])

    await database.write(story)


async def test_an_establishment_answers_once_whoever_of_it_writes(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        a_live_form(connection)
        number = a_round(connection)
        lan = answers(a_person(connection, "lan").runs(LAN), number)
        son = colleague(lan, "son")
        with pytest.raises(AlreadyAnswered):
            answers(son, number, "PH-0002")
        with pytest.raises(CodeTaken):
            answers(a_person(connection, "hung"), number, "PH-0001")
        sent = catalog(son, library).sent_in(number)
        assert sent is not None
        assert (sent.code, sent.round, sent.open) == ("PH-0001", number, True)
        son.did(ResponseChanged("PH-0001", "one", {"workers": "4"}, {}))
        kept = responses.find(connection, "PH-0001")
        assert kept is not None
        assert (kept.answers, kept.number, kept.round_id) == ({"workers": "4"}, 2, number)
        answers(son, a_round(connection), "PH-0003")

    await database.write(story)


async def test_two_who_answer_at_once_are_one_answer(database: Database) -> None:
    """Each writes through a program of its own, as two processes on one database do."""

    def met(connection: Connection) -> int:
        lan = a_person(connection, "lan").runs(LAN)
        colleague(lan, "son")
        return a_round(connection, form="needs")

    number = await database.write(met)

    async def sends(through: Database, name: str, code: str) -> bool:
        def unit(connection: Connection) -> None:
            where = address.c.external_id == name
            row = connection.execute(select(address.c.contact_id, address.c.id).where(where)).one()
            record = ResponseSubmitted(code, "needs", "sha", {}, {}, number)
            write([record], Writing(connection, row.contact_id, row.id, "telegram", NOW, NOW.date()))

        try:
            await through.write(unit)
        except AlreadyAnswered:
            return False
        return True

    async with open_database(database.url.render_as_string(hide_password=False)) as other:
        sent = await asyncio.gather(sends(database, "lan", "NC-0001"), sends(other, "son", "NC-0002"))
    assert sorted(sent) == [False, True]


async def test_who_has_not_answered_is_known_by_establishment(database: Database) -> None:
    def story(connection: Connection) -> None:
        number = a_round(connection, "commune=13285,13291", form="needs")
        lan = a_person(connection, "lan").agreed().runs(LAN)
        colleague(lan, "son")
        a_person(connection, "hung", channel="web").agreed().runs(
            {**LAN, "business_name": "Xưởng Hùng", "commune": "13291", "phone": "0988000111"}
        )
        a_person(connection, "mai").agreed().did(AnnouncementsStopped()).runs({**LAN, "business_name": "Mây tre Mai"})
        a_person(connection, "elsewhere").agreed().runs({**LAN, "commune": "13300"})
        a_person(connection, "tester", channel="terminal").agreed().runs(LAN)
        assert progress(connection, number) == Progress(answered=0, missing=3)
        assert missing(connection, number) == [
            ("Cơ sở mộc Lan", "13285", "0912345678", "telegram"),
            ("Mây tre Mai", "13285", "0912345678", ""),
            ("Xưởng Hùng", "13291", "0988000111", "web"),
        ]
        answers(lan, number, form="needs")
        assert progress(connection, number) == Progress(answered=1, missing=2)
        assert [name for name, *_ in missing(connection, number)] == ["Mây tre Mai", "Xưởng Hùng"]
        assert [(one.id, one.answered) for one in rounds.listed(connection)] == [(number, 1)]

    await database.write(story)


async def test_who_answered_counts_though_the_audience_asks_for_those_who_have_not(
    database: Database, library: Library
) -> None:
    def story(connection: Connection) -> None:
        number = a_round(connection, "!answered:needs", form="needs")
        lan = answers(a_person(connection, "lan").runs(LAN), number, form="needs")
        a_person(connection, "hung").runs(LAN)
        assert progress(connection, number) == Progress(answered=1, missing=1)
        assert links(lan, library) == [f">round/{number}"]

    await database.write(story)


async def test_an_answer_in_a_round_may_be_changed_until_the_round_closes(database: Database, library: Library) -> None:
    def story(connection: Connection) -> None:
        number = a_round(connection, form="needs")
        lan = answers(a_person(connection, "lan").runs(LAN), number, form="needs")
        for later, is_open in ((timedelta(days=6), True), (WEEK, False)):
            sent = catalog(lan, library, later).sent_in(number)
            assert sent is not None
            assert sent.open is is_open
        rounds.close(connection, number, NOW)
        lan.did(ResponseChanged("PH-0001", "one", {"workers": "4"}, {}))
        kept = responses.find(connection, "PH-0001")
        assert kept is not None
        assert kept.number == 1

    await database.write(story)


async def test_what_staff_typed_in_names_them(database: Database) -> None:
    def story(connection: Connection) -> None:
        lan = a_person(connection, "lan").runs(LAN)
        record = ResponseSubmitted("NC-0001", "needs", "sha", {"workers": "3"}, {})
        write([record], Writing(connection, lan.contact_id, lan.address_id, "paper", NOW, NOW.date(), "ngoc"))
        lan.did(ResponseChanged("NC-0001", "sha", {"workers": "4"}, {}))
        kept, (was,) = responses.find(connection, "NC-0001"), responses.earlier(connection, "NC-0001")
        assert kept is not None
        assert (kept.channel, kept.entered_by) == ("telegram", "")
        assert (was.channel, was.entered_by) == ("paper", "ngoc")

    await database.write(story)


async def test_a_round_that_cannot_be_is_refused(database: Database) -> None:
    def story(connection: Connection) -> None:
        with pytest.raises(RoundRefused, match="«khao_sat» chưa được đăng"):
            a_round(connection)
        with pytest.raises(AudienceError):
            a_round(connection, "xa=1", form="needs")
        planned = Planned("needs", "Đợt 1", "", "", NOW, NOW + WEEK)
        refused = {
            "sau lúc mở đợt": replace(planned, opens_at=NOW + 2 * WEEK),
            "sau lúc này": replace(planned, opens_at=NOW - WEEK, closes_at=NOW),
            "cần có tên": replace(planned, title=" "),
            "Số công văn dài": replace(planned, letter="1" * 101),
        }
        for why, one in refused.items():
            with pytest.raises(RoundRefused, match=why):
                rounds.open_round(connection, one, SHIPPED, "ngoc", NOW)
        number = a_round(connection, form="needs")
        rounds.close(connection, number, NOW)
        with pytest.raises(RoundRefused, match="đã đóng rồi"):
            rounds.close(connection, number, NOW)
        with pytest.raises(RoundRefused, match="không có"):
            rounds.close(connection, number + 1, NOW)
        with pytest.raises(RoundRefused, match="phải sau"):
            rounds.set_closing(connection, number, NOW, NOW)

    await database.write(story)


def test_an_audience_may_name_a_form_that_staff_published(library: Library) -> None:
    asked = parse("answered:khao_sat")
    with pytest.raises(AudienceError, match="khao_sat"):
        refuse_unknown(asked, library)
    refuse_unknown(asked, library, ["khao_sat"])
