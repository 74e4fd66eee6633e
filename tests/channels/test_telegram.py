"""Telegram: payloads in, requests out, refusals told apart; nothing confirmed before it is kept."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot.channels.telegram import AnotherPoller, Telegram, TokenRefused, WebhookSet
from bot.polling import Poller
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import Message, Rejected, Shown, Stopped, Throttled, Uncertain, Unreachable
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


@pytest.mark.parametrize("fault", ["500", "cut"])
async def test_what_may_have_arrived_is_uncertain(telegram: Telegram, double: TelegramDouble, fault: str) -> None:
    double.fails("sendMessage", fault)
    with pytest.raises(Uncertain):
        await telegram.send("7", Message("k", "chào"))
    assert len(double.sent[7]) == (fault == "cut")


async def test_the_wait_that_telegram_asks_for_is_told(telegram: Telegram, double: TelegramDouble) -> None:
    double.fails("sendMessage", "429:7")
    with pytest.raises(Throttled) as failed:
        await telegram.send("7", Message("k", "chào"))
    assert failed.value.seconds == 7


async def test_refusals_are_told_apart(telegram: Telegram, double: TelegramDouble) -> None:
    double.blocked.add(1)
    double.unknown.add(2)
    for chat in ("1", "2"):
        with pytest.raises(Stopped):
            await telegram.send(chat, Message("k", "chào"))
    too_long = Message("k", "🌾" * 2049)  # two UTF-16 units each
    too_much_data = Message("k", "chào", (Shown(1, "3:" + "ở" * 21, "Ở đâu"),), buttons=True)
    for message in (too_long, too_much_data):
        with pytest.raises(Rejected):
            await telegram.send("7", message)
    assert not double.sent[7]


async def test_no_connection_is_surely_not_sent() -> None:
    telegram = Telegram(TOKEN, "http://127.0.0.1:1/bot")
    with pytest.raises(Unreachable) as failed:
        await telegram.send("7", Message("k", "chào"))
    assert TOKEN not in str(failed.value)
    await telegram.close()


async def test_a_wrong_token_is_refused(double: TelegramDouble) -> None:
    stranger = Telegram("42:wrong", double.base_url)
    with pytest.raises(TokenRefused) as refused:
        await stranger.open()
    assert "42:wrong" not in "".join(traceback.format_exception(refused.value))
    await stranger.close()


async def test_a_token_withdrawn_later_is_refused_too(telegram: Telegram, double: TelegramDouble) -> None:
    double.token = "42:new"
    with pytest.raises(TokenRefused):
        await telegram.updates(0, 0)


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


async def test_what_could_not_be_kept_is_not_confirmed(
    database: Database, library: Library, renderer: Renderer, telegram: Telegram, double: TelegramDouble
) -> None:
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    first = double.says(7, "/start")
    poller = Poller(receiver, telegram, wait=0)
    await database.write(lambda connection: connection.execute(text("ALTER TABLE inbox RENAME TO elsewhere")))
    with pytest.raises(DBAPIError):
        await poller.poll()
    await database.write(lambda connection: connection.execute(text("ALTER TABLE elsewhere RENAME TO inbox")))
    await poller.poll()
    assert double.confirmed <= first
    assert await statuses(database) == [(str(first), "new")]


async def test_what_is_delivered_again_is_one_turn(
    database: Database, library: Library, renderer: Renderer, telegram: Telegram, double: TelegramDouble
) -> None:
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    double.says(7, "/start")
    for _ in range(2):
        await Poller(receiver, telegram, wait=0).poll()
    assert len(await statuses(database)) == 1


POISON = [
    {"message": {"chat": {"type": "private"}, "text": {"not": "a text"}}},
    {"callback_query": "no query"},
    {"callback_query": {"id": "1", "message": {"chat": "nowhere"}}},
]


@pytest.mark.parametrize("poison", POISON)
async def test_a_poison_update_does_not_hold_up_the_rest(
    database: Database,
    library: Library,
    renderer: Renderer,
    telegram: Telegram,
    double: TelegramDouble,
    poison: dict[str, Any],
) -> None:
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    first = double.says(8, "/start")
    poisoned = double.delivers(poison)
    last = double.says(7, "/start")
    poller = Poller(receiver, telegram, wait=0)
    await poller.poll()
    await receiver.handle_all()
    assert await statuses(database) == [(str(first), "done"), (str(poisoned), "dead"), (str(last), "done")]
    dead = select(inbox.c.payload, inbox.c.error).where(inbox.c.status == "dead")
    kept = await database.read(lambda connection: connection.execute(dead).one())
    assert kept.payload == {"update_id": poisoned, **poison}
    assert kept.error
    await poller.poll()
    assert double.confirmed == last + 1


async def test_an_update_without_a_number_is_kept_once(
    database: Database, library: Library, renderer: Renderer, telegram: Telegram, double: TelegramDouble
) -> None:
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    poller = Poller(receiver, telegram, wait=0)
    double.delivers("no update")
    for _ in range(2):  # nothing confirms it, so that it comes again
        with pytest.raises(Unreachable):
            await poller.poll()
    healthy = double.says(7, "/start")
    await poller.poll()
    assert [status for _, status in await statuses(database)] == ["dead", "new"]
    await poller.poll()
    assert double.confirmed == healthy + 1


async def test_a_tap_is_acknowledged_once_it_is_kept(
    database: Database, library: Library, renderer: Renderer, telegram: Telegram, double: TelegramDouble
) -> None:
    receiver = a_receiver(database, library, renderer, channels=[telegram])
    double.fails("answerCallbackQuery", "500")
    for chat in (7, 8):
        double.taps(chat, ">menu")
    await Poller(receiver, telegram, wait=0).poll()
    assert [status for _, status in await statuses(database)] == ["new", "new"]
    answered = [values["callback_query_id"] for method, values in double.calls if method == "answerCallbackQuery"]
    assert sorted(answered) == ["1", "2"]


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.01)


async def test_of_two_pollers_the_one_that_waits_is_turned_away(telegram: Telegram, double: TelegramDouble) -> None:
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(turned_away(telegram))
        await until(lambda: any(method == "getUpdates" for method, _ in double.calls))
        second = Telegram(TOKEN, double.base_url)
        assert await second.updates(0, 0) == []
        await second.close()
    assert waiting.result()


async def turned_away(telegram: Telegram) -> bool:
    """Wait for updates until somebody else asks."""
    with pytest.raises(AnotherPoller):
        await telegram.updates(0, 10)
    return True


async def test_a_webhook_is_told_apart(telegram: Telegram, double: TelegramDouble) -> None:
    double.webhook = "https://elsewhere.example"
    with pytest.raises(WebhookSet):
        await telegram.updates(0, 0)


async def test_a_poller_outlives_trouble_and_a_webhook(
    database: Database, library: Library, renderer: Renderer, double: TelegramDouble
) -> None:
    channel = Telegram(TOKEN, double.base_url)
    double.webhook = "https://elsewhere.example"
    double.fails("getMe", "500")
    double.says(7, "/start")
    receiver = a_receiver(database, library, renderer, channels=[channel])
    async with asyncio.TaskGroup() as tasks:
        polling = tasks.create_task(Poller(receiver, channel, wait=0).run())
        await until(lambda: bool(double.confirmed) and len(double.calls) > 20)
        polling.cancel()
    await channel.close()
    assert double.webhook == ""
    assert len(await statuses(database)) == 1
    methods = [method for method, _ in double.calls]
    assert methods.count("setMyCommands") == 1
    assert methods.count("deleteWebhook") == 1


async def test_a_refused_token_ends_the_poller_and_is_nowhere_told(
    database: Database,
    library: Library,
    renderer: Renderer,
    double: TelegramDouble,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)  # the libraries' loggers keep their own, higher level
    channel = Telegram(TOKEN, double.base_url)
    receiver = a_receiver(database, library, renderer, channels=[channel])
    await channel.open()
    double.delivers(POISON[0])
    double.says(7, "/start")
    await Poller(receiver, channel, wait=0).poll()
    double.token = "42:new"
    with pytest.raises(Rejected) as refused:
        await channel.send("7", Message("k", "chào"))
    with capture_logs() as lines:
        await Poller(receiver, channel, wait=0).run()
    await channel.close()
    secret = TOKEN.partition(":")[2]
    rows = await database.read(lambda connection: connection.execute(select(inbox)).all())
    assert len(rows) == 2
    assert [line["log_level"] for line in lines] == ["error"]
    assert "bị từ chối" in lines[0]["event"]
    for told in (repr(rows), caplog.text, repr(lines), "".join(traceback.format_exception(refused.value))):
        assert secret not in told
