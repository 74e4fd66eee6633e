"""A member's own chat: tied by a one-time code, untied by a word."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from content.render import Renderer
from conversation.catalog import Library
from conversation.records import DataErased, StaffTied, StaffUntied
from db import staff, staff_chats
from db.engine import Database
from db.staff_chats import StaffChat
from tests.actors import Owner
from tests.office import NOW, a_person
from tests.receiving import Person, a_receiver

CODE = "48271593"


@pytest.fixture
def member(owner: Owner) -> Owner:
    owner.staff_codes = {CODE: "ngoc"}
    owner.says("/menu")
    return owner


def test_a_code_ties_the_chat(member: Owner) -> None:
    member.says("/canbo").sees("staff/code").says("4827 1593").sees("staff/tied").reads("«ngoc»")
    assert member.records == [StaffTied(CODE)]
    member.says("/canbo").sees("staff/known").taps("Bỏ nối với tài khoản này").sees("staff/untied")
    assert member.records[-1] == StaffUntied()


def test_the_code_may_follow_the_command(member: Owner) -> None:
    member.says("/canbo 4827 1593").sees("staff/tied").reads("«ngoc»")
    assert member.records == [StaffTied(CODE)]


@pytest.mark.parametrize(("typed", "key"), [("/canbo 11112222", "wrong_code"), ("/canbo 4827", "code")])
def test_the_right_code_may_follow_a_wrong_one(member: Owner, typed: str, key: str) -> None:
    member.says(typed).sees(f"staff/{key}").says(CODE).sees("staff/tied")


def test_a_wrong_code_is_asked_again_and_not_for_ever(member: Owner) -> None:
    member.says("/canbo")
    for _ in range(4):
        member.says("11112222").sees("staff/wrong_code")
    member.says("11112222").sees("staff/given_up").says(CODE)
    assert member.records == []


def test_an_owner_who_strays_here_gets_on(member: Owner) -> None:
    member.says("/canbo").says("lớp học").sees("classes/list")
    member.says("/canbo").taps("Chuyển cho cán bộ").sees("handoff/ask")


async def test_a_code_is_good_once_and_for_ten_minutes(database: Database) -> None:
    def office(connection: Connection) -> None:
        staff.add(connection, "ngoc", "editor", "hash", NOW)
        staff.add(connection, "hoa", "editor", "hash", NOW)

    def tied(connection: Connection, later: timedelta) -> list[StaffChat]:
        code = staff_chats.new_code(connection, 1, NOW)
        person = a_person(connection, "ngoc's phone")
        assert staff_chats.member_of_code(connection, code, NOW) == "ngoc"
        if not staff_chats.member_of_code(connection, code, NOW + later):
            return []
        staff_chats.tie(connection, code, person.contact_id, NOW + later)
        assert staff_chats.member_of_code(connection, code, NOW) == ""
        assert staff_chats.name_of(connection, person.contact_id) == "ngoc"
        assert staff_chats.of_member(connection, 2) is None
        return staff_chats.contacts(connection)

    await database.write(office)
    assert await database.write(lambda connection: tied(connection, timedelta(minutes=10))) == []
    [chat] = await database.write(lambda connection: tied(connection, timedelta(minutes=9)))
    assert (chat.name, chat.channel) == ("ngoc", "telegram")


async def test_a_new_phone_takes_the_place_of_the_old_and_a_closed_account_has_none(database: Database) -> None:
    def office(connection: Connection) -> list[list[str]]:
        staff.add(connection, "ngoc", "administrator", "hash", NOW)
        staff.add(connection, "hoa", "administrator", "hash", NOW)
        channels = []
        for channel in ("telegram", "zalo_bot"):
            phone = a_person(connection, "phone", channel)
            staff_chats.tie(connection, staff_chats.new_code(connection, 1, NOW), phone.contact_id, NOW)
            channels.append([chat.channel for chat in staff_chats.contacts(connection)])
        staff.disable(connection, "ngoc")
        return [*channels, [chat.channel for chat in staff_chats.contacts(connection)]]

    assert await database.write(office) == [["telegram"], ["zalo_bot"], []]


async def test_erasing_ones_data_unties_the_chat(database: Database) -> None:
    def erased(connection: Connection) -> list[str]:
        staff.add(connection, "ngoc", "editor", "hash", NOW)
        phone = a_person(connection, "phone").did(StaffTied(staff_chats.new_code(connection, 1, NOW)))
        names = [staff_chats.name_of(connection, phone.contact_id)]
        phone.did(DataErased())
        return [*names, staff_chats.name_of(connection, phone.contact_id)]

    assert await database.write(erased) == ["ngoc", ""]


async def test_a_code_ties_the_web_chat_it_is_typed_in(
    database: Database, library: Library, renderer: Renderer
) -> None:
    def given(connection: Connection) -> str:
        staff.add(connection, "ngoc", "editor", "hash", NOW)
        return staff_chats.new_code(connection, 1, NOW)

    code = await database.write(given)
    phone = Person(a_receiver(database, library, renderer, at=NOW))
    assert (await phone.says(f"/canbo {code[:4]} {code[4:]}")).keys[-1] == "staff/tied"
    [chat] = await database.read(staff_chats.contacts)
    assert (chat.name, chat.channel) == ("ngoc", "web")
    stranger = Person(phone.receiver, "stranger")
    assert (await stranger.says(f"/canbo {code}")).keys[-1] == "staff/wrong_code"
    await (await phone.says("/canbo")).taps("Bỏ nối với tài khoản này")
    assert phone.keys == ["staff/untied"]
    assert await database.read(staff_chats.contacts) == []
