"""Polling Telegram: kept before it is confirmed, nothing broken holds up the rest, the token told nowhere."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot.channels.base import AnotherPoller, WebhookSet
from bot.channels.telegram import Telegram
from bot.polling import Poller
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import Message, TokenRevoked, Unreachable
from db.engine import Database
from db.models import inbox, message
from tests.doubles.telegram import TOKEN, TelegramDouble
from tests.receiving import a_receiver


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
    first = double.says(7, "/start")
    for _ in range(2):  # a new poller knows of no offset
        await Poller(receiver, telegram, wait=0).poll()
        await receiver.handle_all()
    assert await statuses(database) == [(str(first), "done")]
    heard = select(message.c.payload).where(message.c.direction == "in")
    said = await database.read(lambda connection: connection.execute(heard).scalars().all())
    assert said == [{"text": "/start"}]


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
    with pytest.raises(TokenRevoked) as refused:
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
