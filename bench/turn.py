"""P2: durable turns a second, from the JSON of an update to a committed answer, beside an echo that stores nothing.

Both sides start from the same bytes, keep 64 updates in flight over 5,000 contacts, and hand their reply to a transport
that answers at once. Ours parses, stores, decides, words, and commits the session, the messages and the inbox row with
`synchronous=FULL`; the echo is python-telegram-bot's Application with one handler that sends the text back.
"""

import asyncio
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler
from telegram.request import BaseRequest

from bench.figure import Figure, interleaved, note
from bot.app import assemble
from bot.channels.telegram import Telegram
from bot.settings import Settings
from db.inbox import Event

CONTACTS = 5000
UPDATES = 5000
IN_FLIGHT = 64
TOKEN = "42:bench"


def updates(count: int) -> list[bytes]:
    """Return updates as Telegram sends them: the first of each contact, who then asks for the menu."""
    return [orjson.dumps(_update(number)) for number in range(count)]


def _update(number: int) -> dict[str, Any]:
    person = {"id": 1_000_000 + number % CONTACTS, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
    chat = {"id": person["id"], "type": "private", "first_name": "Lan"}
    message = {"message_id": number, "from": person, "chat": chat, "date": 1_795_000_000, "text": "menu"}
    return {"update_id": number, "message": message}


class AnswersAtOnce(BaseRequest):
    """A transport without a network: every call succeeds."""

    _user = orjson.dumps({"ok": True, "result": {"id": 42, "is_bot": True, "first_name": "b", "username": "b_bot"}})
    _sent = orjson.dumps(
        {"ok": True, "result": {"message_id": 1, "date": 1_795_000_000, "chat": {"id": 1, "type": "private"}, "text": "x"}}
    )

    @property
    def read_timeout(self) -> float:
        return 5

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        return 200, self._user if url.endswith("getMe") else self._sent


async def _echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


async def _ptb_echo(raw: list[bytes]) -> float:
    builder = Application.builder().token(TOKEN).updater(None).request(AnswersAtOnce())
    application = builder.get_updates_request(AnswersAtOnce()).concurrent_updates(IN_FLIGHT).build()
    application.add_handler(MessageHandler(None, _echo))
    await application.initialize()
    limit = asyncio.Semaphore(IN_FLIGHT)

    async def one(body: bytes) -> None:
        async with limit:
            await application.process_update(Update.de_json(orjson.loads(body), application.bot))

    started = time.perf_counter()
    await asyncio.gather(*map(one, raw))
    elapsed = time.perf_counter() - started
    await application.shutdown()
    return len(raw) / elapsed


async def _durable(raw: list[bytes], url: str) -> float:
    settings = Settings(database_url=url, demo_data=False, secret_key="bench")  # type: ignore[arg-type]
    telegram = Telegram(TOKEN, settings.telegram_base_url)
    async with assemble(settings, {"telegram": telegram}) as parts:
        await _take(parts.receiver.take, telegram, updates(CONTACTS))
        for start in range(0, CONTACTS, IN_FLIGHT):
            del start
        started = time.perf_counter()
        await _take(parts.receiver.take, telegram, raw)
        return len(raw) / (time.perf_counter() - started)


async def _take(take: Callable[[list[Event]], Any], telegram: Telegram, raw: list[bytes]) -> None:
    for start in range(0, len(raw), IN_FLIGHT):
        events = [telegram.event(orjson.loads(body)) for body in raw[start : start + IN_FLIGHT]]
        await take([event for event in events if event])
