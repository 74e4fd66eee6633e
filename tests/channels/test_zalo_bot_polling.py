"""Polling the Zalo Bot Platform: kept at once, idle without error, a webhook left alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.channels.base import WebhookSet
from bot.channels.zalo_bot import ZaloBot
from bot.receive import Receiver
from bot.zalo_bot_polling import ZaloBotPoller
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import Unreachable
from db.engine import Database
from db.models import inbox, message
from tests.doubles.zalo_bot import SECRET, TOKEN, ZaloBotDouble, running_double
from tests.receiving import a_receiver

ADDRESS = "https://thu.gov.vn/webhooks/zalo-bot"


@pytest.fixture
def double() -> Iterator[ZaloBotDouble]:
    with running_double() as running:
        yield running


@pytest.fixture
async def door(double: ZaloBotDouble) -> AsyncIterator[ZaloBot]:
    opened = ZaloBot(TOKEN, double.base_url, SECRET)
    yield opened
    await opened.close()


@pytest.fixture
def receiver(database: Database, library: Library, renderer: Renderer, door: ZaloBot) -> Receiver:
    return a_receiver(database, library, renderer, channels=[door])


async def statuses(database: Database) -> list[tuple[str, str]]:
    query = select(inbox.c.event_id, inbox.c.status).order_by(inbox.c.id)
    return await database.read(lambda connection: [tuple(row) for row in connection.execute(query)])


async def test_what_comes_is_kept_one_by_one_and_answered(
    database: Database, receiver: Receiver, door: ZaloBot, double: ZaloBotDouble
) -> None:
    numbers = [double.says("7", text)["message"]["message_id"] for text in ("/start", "menu")]
    poller = ZaloBotPoller(receiver, door, wait=0)
    await poller.poll()
    assert await statuses(database) == [(numbers[0], "new")]
    await poller.poll()
    await receiver.handle_all()
    assert await statuses(database) == [(number, "done") for number in numbers]
    heard = select(message.c.payload).where(message.c.direction == "in").order_by(message.c.id)
    said = await database.read(lambda connection: connection.execute(heard).scalars().all())
    assert said == [{"text": "/start"}, {"text": "menu"}]


async def test_an_idle_poll_is_no_error(database: Database, receiver: Receiver, door: ZaloBot) -> None:
    await ZaloBotPoller(receiver, door, wait=0).poll()
    assert await statuses(database) == []


async def test_what_is_given_out_again_is_one_turn(
    database: Database, receiver: Receiver, door: ZaloBot, double: ZaloBotDouble
) -> None:
    event = double.delivers(double.says("7", "/start"))
    poller = ZaloBotPoller(receiver, door, wait=0)
    for _ in range(2):
        await poller.poll()
        await receiver.handle_all()
    assert await statuses(database) == [(event["message"]["message_id"], "done")]


@pytest.mark.parametrize("poison", [{"message": {"chat": "nowhere"}}, {"message": []}, {"result": 5}])
async def test_what_cannot_be_read_does_not_hold_up_the_rest(
    database: Database, receiver: Receiver, door: ZaloBot, double: ZaloBotDouble, poison: dict[str, Any]
) -> None:
    double.delivers(poison)
    double.delivers({"event_name": "message.unsupported.received"})
    last = double.says("7", "/start")["message"]["message_id"]
    poller = ZaloBotPoller(receiver, door, wait=0)
    for _ in range(3):
        await poller.poll()
    await receiver.handle_all()
    assert [status for _, status in await statuses(database)] == ["dead", "done"]
    assert (await statuses(database))[-1] == (last, "done")


@pytest.mark.parametrize("fault", ["500", "proxy", "cut", "429", "1234"])
async def test_trouble_is_told_apart_from_silence(
    receiver: Receiver, door: ZaloBot, double: ZaloBotDouble, fault: str
) -> None:
    double.fails("getUpdates", fault)
    with pytest.raises(Unreachable):
        await ZaloBotPoller(receiver, door, wait=0).poll()


async def test_a_webhook_of_somebody_s_is_left_alone_and_told_once(
    receiver: Receiver, door: ZaloBot, double: ZaloBotDouble
) -> None:
    double.webhook = "https://elsewhere.example"
    with pytest.raises(WebhookSet):
        await door.update(0)
    with capture_logs() as lines:
        await ZaloBotPoller(receiver, door, wait=0).run()
    assert [line["log_level"] for line in lines] == ["warning"]
    assert "đang đặt webhook" in lines[0]["event"]
    assert double.webhook == "https://elsewhere.example"
    assert [method for method, _ in double.calls] == ["getUpdates", "getMe", "getUpdates"]


async def test_with_an_address_of_ours_zalo_posts(receiver: Receiver, door: ZaloBot, double: ZaloBotDouble) -> None:
    with capture_logs() as lines:
        await ZaloBotPoller(receiver, door, ADDRESS).run()
    assert lines == []
    assert (double.webhook, double.secret) == (ADDRESS, SECRET)
    assert [method for method, _ in double.calls] == ["getMe", "setWebhook"]


async def test_a_refused_token_ends_the_poller_and_is_told(
    receiver: Receiver, door: ZaloBot, double: ZaloBotDouble
) -> None:
    double.revoke()
    with capture_logs() as lines:
        await ZaloBotPoller(receiver, door, wait=0).run()
    assert [line["log_level"] for line in lines] == ["error"]
    assert "bị từ chối" in lines[0]["event"]
    assert TOKEN.partition(":")[2] not in repr(lines)


async def test_a_poller_outlives_trouble_and_a_refused_webhook(
    database: Database, receiver: Receiver, door: ZaloBot, double: ZaloBotDouble
) -> None:
    double.fails("getMe", "500")
    double.says("7", "/start")
    with capture_logs() as lines:
        async with asyncio.TaskGroup() as tasks:
            polling = tasks.create_task(ZaloBotPoller(receiver, door, "http://thu.gov.vn/", wait=0).run())
            async with asyncio.timeout(10):
                while not await statuses(database):
                    await asyncio.sleep(0.01)
            polling.cancel()
    assert [line["event"] for line in lines] == [
        "Zalo Bot: chưa kết nối được",
        "Zalo Bot: không đặt được webhook, chuyển sang tự hỏi tin",
    ]
    assert double.webhook == ""
