"""Telegram: payloads in, requests out, refusals told apart; nothing confirmed before it is kept."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.telegram import Telegram, TokenRefused
from bot.polling import Poller
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import Failure, Message, Rejected, Shown, Stopped, Throttled, Uncertain, Unreachable
from conversation.incoming import Address, ContactCard
from db.engine import Database
from db.models import inbox
from tests.doubles.telegram import TOKEN, TelegramDouble, running_double
from tests.receiving import a_receiver

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
LAN = {"id": 7, "is_bot": False, "first_name": "Lan", "last_name": "Trần"}
PRIVATE = {"id": 7, "type": "private"}


@pytest.fixture
def double() -> Iterator[TelegramDouble]:
    with running_double() as running:
        yield running


@pytest.fixture
async def telegram(double: TelegramDouble) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, double.base_url)
    await channel.open()
    yield channel
    await channel.close()


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 1, "from": LAN, "chat": PRIVATE, "date": 1, **content}


KEYBOARD = {"inline_keyboard": [[{"text": "Đồng ý", "callback_data": "3:agree"}]]}


@pytest.mark.parametrize(
    ("update", "text", "choice", "unsupported"),
    [
        ({"message": message(text="/start")}, "/start", "", False),
        ({"message": message(text="toi muon mua may")}, "toi muon mua may", "", False),
        ({"message": message(photo=[{"file_id": "x"}])}, "", "", True),
        ({"message": message(voice={"file_id": "x"})}, "", "", True),
        (
            {"callback_query": {"id": "9", "from": LAN, "data": "3:agree", "message": message(reply_markup=KEYBOARD)}},
            "Đồng ý",
            "3:agree",
            False,
        ),
        (
            {"callback_query": {"id": "9", "from": LAN, "data": ">menu", "message": message(text="cũ")}},
            "",
            ">menu",
            False,
        ),
    ],
)
def test_what_people_send_is_read(update: dict[str, Any], text: str, choice: str, unsupported: bool) -> None:
    incoming = Telegram(TOKEN, "http://127.0.0.1/bot").parse({"update_id": 5, **update}, NOON)
    assert incoming is not None
    assert (incoming.address, incoming.event_id) == (Address("telegram", "7"), "5")
    assert (incoming.text, incoming.choice, incoming.unsupported) == (text, choice, unsupported)


@pytest.mark.parametrize(("user_id", "own"), [(7, True), (8, False), (None, False)])
def test_a_shared_telephone_number_may_be_somebody_else_s(user_id: int | None, own: bool) -> None:
    contact = {"phone_number": "84912345678", "user_id": user_id}
    incoming = Telegram(TOKEN, "http://127.0.0.1/bot").parse(
        {"update_id": 5, "message": message(contact=contact)}, NOON
    )
    assert incoming is not None
    assert incoming.contact_card == ContactCard("84912345678", own)


@pytest.mark.parametrize(
    "update",
    [
        {"edited_message": message(text="sửa")},
        {"channel_post": message(text="kênh")},
        {"message": message(text="nhóm") | {"chat": {"id": -5, "type": "group"}}},
        {"my_chat_member": {"chat": PRIVATE}},
    ],
)
def test_what_is_not_ours_is_left(update: dict[str, Any]) -> None:
    assert Telegram(TOKEN, "http://127.0.0.1/bot").event({"update_id": 5, **update}, NOON) is None


async def test_a_message_goes_out_with_its_buttons(telegram: Telegram, double: TelegramDouble) -> None:
    choices = (Shown(1, "3:agree", "Đồng ý"), Shown(2, "3:decline", "Không đồng ý"))
    await telegram.send("7", Message("consent/answers", "Anh/chị có đồng ý không?", choices, buttons=True))
    sent = double.sent[7][0]
    assert sent["text"] == "Anh/chị có đồng ý không?"
    rows = sent["reply_markup"]["inline_keyboard"]
    assert [(row[0]["text"], row[0]["callback_data"]) for row in rows] == [
        ("Đồng ý", "3:agree"),
        ("Không đồng ý", "3:decline"),
    ]


async def test_the_menu_of_commands_is_vietnamese(telegram: Telegram, double: TelegramDouble) -> None:
    commands = next(values["commands"] for method, values in double.calls if method == "setMyCommands")
    assert {one["command"]: one["description"] for one in json.loads(commands)}["lop"] == "Lớp học sắp mở"


@pytest.mark.parametrize(("fault", "failure"), [("500", Uncertain), ("cut", Uncertain), ("429", Throttled)])
async def test_a_failed_send_says_whether_it_may_have_arrived(
    telegram: Telegram, double: TelegramDouble, fault: str, failure: type[Failure]
) -> None:
    double.fails("sendMessage", fault)
    with pytest.raises(failure):
        await telegram.send("7", Message("k", "chào"))


async def test_refusals_are_told_apart(telegram: Telegram, double: TelegramDouble) -> None:
    double.blocked.add(1)
    double.unknown.add(2)
    for chat in ("1", "2"):
        with pytest.raises(Stopped):
            await telegram.send(chat, Message("k", "chào"))
    with pytest.raises(Rejected):
        await telegram.send("7", Message("k", "a" * 4097))


async def test_no_connection_is_surely_not_sent() -> None:
    telegram = Telegram(TOKEN, "http://127.0.0.1:1/bot")
    with pytest.raises(Unreachable) as failed:
        await telegram.send("7", Message("k", "chào"))
    assert TOKEN not in str(failed.value)
    await telegram.close()


async def test_a_wrong_token_is_refused(double: TelegramDouble) -> None:
    with pytest.raises(TokenRefused):
        await Telegram("42:wrong", double.base_url).open()


async def statuses(database: Database) -> list[tuple[str, str]]:
    query = select(inbox.c.event_id, inbox.c.status).order_by(inbox.c.id)
    return [tuple(row) for row in await database.read(lambda connection: connection.execute(query).all())]


async def test_nothing_is_confirmed_before_it_is_kept(
    database: Database, library: Library, renderer: Renderer, telegram: Telegram, double: TelegramDouble
) -> None:
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    first = double.says(7, "/start")
    poller = Poller(receiver, telegram, wait=0)
    await poller.poll()
    assert await statuses(database) == [(str(first), "new")]
    assert double.confirmed <= first
    await poller.poll()
    assert double.confirmed == first + 1


async def test_what_is_delivered_again_is_one_turn(
    database: Database, library: Library, renderer: Renderer, telegram: Telegram, double: TelegramDouble
) -> None:
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    double.says(7, "/start")
    for _ in range(2):
        await Poller(receiver, telegram, wait=0).poll()
    assert len(await statuses(database)) == 1


async def test_a_poison_update_does_not_hold_up_the_rest(
    database: Database, library: Library, renderer: Renderer, telegram: Telegram, double: TelegramDouble
) -> None:
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    poison = double.delivers({"message": {"chat": {"type": "private"}, "text": {"not": "a text"}}})
    healthy = double.says(7, "/start")
    poller = Poller(receiver, telegram, wait=0)
    await poller.poll()
    await receiver.handle_all()
    assert await statuses(database) == [(str(poison), "dead"), (str(healthy), "done")]
    await poller.poll()
    assert double.confirmed == healthy + 1


async def test_a_second_poller_waits_and_a_webhook_is_taken_away(
    database: Database, library: Library, renderer: Renderer, telegram: Telegram, double: TelegramDouble
) -> None:
    double.webhook = "https://elsewhere.example"
    double.says(7, "/start")
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    async with asyncio.TaskGroup() as tasks:
        polling = tasks.create_task(Poller(receiver, telegram, wait=1).run())
        async with asyncio.timeout(10):
            while not await statuses(database):
                await asyncio.sleep(0.02)
        polling.cancel()
    assert double.webhook == ""
