"""What Telegram lists in the menu of a chat: the commands of staff while it is a member's own, else everybody's."""

import json

import pytest
from sqlalchemy import Connection, update

from bot.channels.telegram import Telegram
from bot.staff_menu import StaffMenu
from db import staff, staff_chats
from db.engine import Database
from db.models import address
from db.models import staff as staff_table
from tests.doubles.telegram import TelegramDouble
from tests.office import NOW, a_person


def menus(double: TelegramDouble) -> list[tuple[str, int, list[str]]]:
    """Return the calls about single chats: the method, the chat, the commands listed."""
    return [
        (method, json.loads(values["scope"])["chat_id"], [one["command"] for one in json.loads(values["commands"])])
        if "commands" in values
        else (method, json.loads(values["scope"])["chat_id"], [])
        for method, values in double.calls
        if method in {"setMyCommands", "deleteMyCommands"} and "chat_id" in values["scope"]
    ]


def ties(connection: Connection, chat: str, member: int = 1) -> int:
    """Tie a chat to a member; return its contact."""
    phone = a_person(connection, chat)
    staff_chats.tie(connection, staff_chats.new_code(connection, member, NOW), phone.contact_id, NOW)
    return phone.contact_id


@pytest.fixture
async def office(database: Database) -> Database:
    """Two members, of whom one has tied a chat; an owner."""

    def arrive(connection: Connection) -> None:
        for name in ("ngoc", "hoa"):
            staff.add(connection, name, "administrator", "hash", NOW)
        ties(connection, "7")
        a_person(connection, "9")

    await database.write(arrive)
    return database


async def test_a_member_s_chat_lists_what_staff_can_do(
    office: Database, telegram: Telegram, double: TelegramDouble
) -> None:
    menu = StaffMenu(office, telegram)
    await menu.look()
    [(method, chat, commands)] = menus(double)
    assert (method, chat, commands[:2]) == ("setMyCommands", 7, ["canbo", "guithongbao"])
    await menu.look()
    assert len(menus(double)) == 1


async def test_who_ties_later_has_it_too_and_who_unties_has_the_ordinary_one_again(
    office: Database, telegram: Telegram, double: TelegramDouble
) -> None:
    menu = StaffMenu(office, telegram)
    await menu.look()
    contact = await office.write(lambda connection: ties(connection, "8", 2))
    await menu.look()
    await office.write(lambda connection: staff_chats.untie(connection, contact))
    await menu.look()
    assert [call[:2] for call in menus(double)] == [("setMyCommands", 7), ("setMyCommands", 8), ("deleteMyCommands", 8)]


async def test_a_closed_account_has_the_ordinary_menu(
    office: Database, telegram: Telegram, double: TelegramDouble
) -> None:
    menu = StaffMenu(office, telegram)
    await menu.look()
    await office.write(lambda connection: staff.disable(connection, "ngoc"))
    await menu.look()
    assert [call[:2] for call in menus(double)] == [("setMyCommands", 7), ("deleteMyCommands", 7)]


async def test_what_telegram_did_not_take_is_tried_at_the_next_look(
    office: Database, telegram: Telegram, double: TelegramDouble
) -> None:
    menu = StaffMenu(office, telegram)
    double.fails("setMyCommands", "500")
    await menu.look()
    assert menu.shown == {}
    await menu.look()
    assert menu.shown == {"7": True}


async def test_chats_that_are_blocked_or_elsewhere_are_left_alone(
    office: Database, telegram: Telegram, double: TelegramDouble
) -> None:
    def changed(connection: Connection) -> None:
        connection.execute(update(address).where(address.c.external_id == "7").values(state="blocked"))
        zalo = a_person(connection, "8", "zalo_bot")
        staff_chats.tie(connection, staff_chats.new_code(connection, 2, NOW), zalo.contact_id, NOW)

    await office.write(changed)
    await StaffMenu(office, telegram).look()
    assert menus(double) == []


async def test_who_may_not_announce_has_no_such_command_until_they_may(
    office: Database, telegram: Telegram, double: TelegramDouble
) -> None:
    async def role(name: str) -> None:
        row = update(staff_table).where(staff_table.c.name == "ngoc").values(role=name)
        await office.write(lambda connection: connection.execute(row))
        await menu.look()

    menu = StaffMenu(office, telegram)
    await role("collaborator")
    await role("viewer")
    await role("editor")
    listed = [commands[:2] for _, _, commands in menus(double)]
    assert listed == [["canbo", "menu"], ["canbo", "guithongbao"]]
