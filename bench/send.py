"""P1: messages a second to a Bot API on loopback in a process of its own, and what they cost.

Three clients in turn send the same bodies, as many at a time, and read the number of each message: our Telegram
channel; aiohttp alone; python-telegram-bot's Bot on its own HTTPXRequest, a fraction of them since it is slow.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import orjson
import uvloop
from aiohttp import ClientSession, TCPConnector
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

from bench.bot_api import running
from bench.figure import Figure, interleaved, note
from bot.channels.telegram import Telegram
from conversation.channel import Message, Shown

TOKEN = "42:bench"
IN_FLIGHT = 100
MESSAGES = 20_000
MESSAGES_HTTPX = 500
LATENCY = 0.08
A_SECOND = 1000
SECONDS = 5
TICK = 0.005
TEXT = "Trung tâm Khuyến công mở lớp an toàn máy chế biến gỗ ngày 12/12, miễn phí. Anh/chị nhắn LOP QT1 để đăng ký ạ."
CHOICES = (Shown(1, ">class/QT1", "Xem lớp học"), Shown(2, ">menu", "Danh sách việc"))
MESSAGE = Message("bench", TEXT, CHOICES, buttons=True)

Send = Callable[[int], Awaitable[object]]


def measure() -> list[Figure]:
    """Return our channel's speed beside its peers', and its cost at Telegram's top pace."""
    with running() as base_url:
        ours, raw, httpx = interleaved(
            lambda: uvloop.run(_channel(base_url)),
            lambda: uvloop.run(_raw(base_url)),
            lambda: uvloop.run(_httpx(base_url)),
        )
    note(f"our channel {ours:,.0f} a second, aiohttp alone {raw:,.0f}, the library's HTTPXRequest {httpx:,.0f}")
    with running(LATENCY) as base_url:
        (share,) = interleaved(lambda: uvloop.run(_paced(base_url)))
    return [
        Figure("P1", "bulk send / raw aiohttp", ours / raw, 0.85),
        Figure("P1", f"{A_SECOND:,} a second at {LATENCY * 1000:.0f} ms, share of a core", share, 0.35, at_least=False),
    ]


async def _channel(base_url: str) -> float:
    channel = Telegram(TOKEN, base_url, in_flight=IN_FLIGHT)
    rate = await _rate(lambda chat: channel.send(str(chat), MESSAGE), MESSAGES)
    await channel.close()
    return rate


async def _raw(base_url: str) -> float:
    rows = [[{"text": one.label, "callback_data": one.token}] for one in CHOICES]
    url, headers = f"{base_url}{TOKEN}/sendMessage", {"Content-Type": "application/json"}
    async with ClientSession(connector=TCPConnector(limit=IN_FLIGHT)) as session:

        async def send(chat: int) -> object:
            body = orjson.dumps({"chat_id": chat, "text": TEXT, "reply_markup": {"inline_keyboard": rows}})
            async with session.post(url, data=body, headers=headers) as answer:
                return orjson.loads(await answer.read())["result"]["message_id"]

        return await _rate(send, MESSAGES)


async def _httpx(base_url: str) -> float:
    bot = Bot(TOKEN, base_url, request=HTTPXRequest(connection_pool_size=IN_FLIGHT))
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(one.label, callback_data=one.token)] for one in CHOICES])
    async with bot.request:
        return await _rate(lambda chat: bot.send_message(chat, TEXT, reply_markup=keyboard), MESSAGES_HTTPX)


async def _rate(send: Send, messages: int) -> float:
    """Send so many messages, IN_FLIGHT at a time, and return how many a second."""
    chats = iter(range(1_000_000, 1_000_000 + messages))

    async def one_after_another() -> None:
        for chat in chats:
            await send(chat)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.create_task(one_after_another())
    return messages / (time.perf_counter() - began)


async def _paced(base_url: str) -> float:
    """Send at Telegram's top pace, some every few milliseconds, and return the share of a core that it takes."""
    channel = Telegram(TOKEN, base_url, in_flight=2 * IN_FLIGHT)
    began, worked, sent = time.perf_counter(), time.process_time(), 0
    async with asyncio.TaskGroup() as tasks:
        while sent < A_SECOND * SECONDS:
            await asyncio.sleep(TICK)
            due = int((time.perf_counter() - began) * A_SECOND)
            for number in range(sent, due):
                tasks.create_task(channel.send(str(1_000_000 + number), MESSAGE))
            sent = due
    share = (time.process_time() - worked) / (time.perf_counter() - began)
    await channel.close()
    return share
