"""Telegram, through python-telegram-bot's Bot; the only file that imports it.

Updates are read straight from their JSON; of the library we take the calls and the errors, not its polling, which
confirms an update before it has been kept.
"""

import asyncio
import hashlib
import json
import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from conversation.channel import CAPABILITIES, Message, Rejected, Stopped, Throttled, Uncertain, Unreachable
from conversation.incoming import Address, ContactCard, File, Incoming
from db.inbox import Event

# Asks the library for its future meaning of `retry_after`, a span of time; the present one warns at each use.
os.environ.setdefault("PTB_TIMEDELTA", "1")
# Raw answers are wanted: the library would first build objects of every update, and refuse a batch for one bad one.
warnings.filterwarnings("ignore", "Please use 'Bot", PTBUserWarning)
# Below warnings the library logs addresses that hold the token, and what people wrote.
logging.getLogger("telegram").setLevel(logging.WARNING)

NAME = "telegram"
# What the library stumbles over where somebody else, a proxy's page say, answers in Telegram's place.
NOT_TELEGRAM = (AttributeError, KeyError, TypeError, ValueError)
FILE_URL = "https://api.telegram.org/file/bot"
IN_FLIGHT = 8
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
GONE = ("chat not found", "user is deactivated", "bot was blocked", "bot can't initiate")
COMMANDS = {
    "menu": "Danh sách việc",
    "chinhsach": "Nhà nước hỗ trợ những gì",
    "quantam": "Đăng ký quan tâm",
    "phieu": "Gửi nhu cầu của xưởng",
    "lop": "Lớp học sắp mở",
    "thongbao": "Nhận thông báo",
    "dulieu": "Dữ liệu của tôi",
    "huy": "Bỏ phiếu đang làm dở",
    "start": "Bắt đầu lại",
}


FILE_KINDS = {
    "document": ("tep", "application/octet-stream"),
    "video": ("phim.mp4", "video/mp4"),
    "audio": ("am_thanh.mp3", "audio/mpeg"),
    "voice": ("ghi_am.ogg", "audio/ogg"),
}


class TokenRefused(Exception):
    """Telegram does not know the token."""


class AnotherPoller(Exception):
    """Somebody else asks for this bot's updates."""


class WebhookSet(Exception):
    """Updates go to a webhook, which polling excludes."""


class Telegram:
    """The Telegram door; `base_url` is as `https://api.telegram.org/bot`."""

    name = NAME
    capabilities = CAPABILITIES[NAME]
    stored = False

    def __init__(self, token: str, base_url: str, proxy: str = "", file_url: str = FILE_URL) -> None:
        self._token = token
        sending = HTTPXRequest(connection_pool_size=IN_FLIGHT, proxy=proxy or None)
        asking = HTTPXRequest(connection_pool_size=1, proxy=proxy or None)
        self._bot = Bot(token, base_url=base_url, base_file_url=file_url, request=sending, get_updates_request=asking)
        self._gate = asyncio.Semaphore(IN_FLIGHT)

    @property
    def bot_id(self) -> str:
        """The bot's own number, which is no secret."""
        return self._token.partition(":")[0]

    async def open(self) -> None:
        """Open the connections and put the commands into Telegram's menu; raises TokenRefused or Unreachable."""
        try:
            await self._bot.initialize()
            await self._bot.set_my_commands([BotCommand(name, words) for name, words in COMMANDS.items()])
        except (InvalidToken, Forbidden):
            raise TokenRefused from None  # the library's words hold the token
        except TelegramError as error:
            raise Unreachable(self._without_token(error)) from None

    async def close(self) -> None:
        await self._bot.shutdown()

    def event(self, raw: Any, at: datetime) -> Event | None:
        """Return a raw update as an event to store, one that cannot be read with its error; None is not ours."""
        try:
            incoming = self.parse(raw, at)
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            return Event(NAME, self.bot_id, _event_id(raw), raw, None, repr(broken))
        return Event(NAME, self.bot_id, incoming.event_id, raw, incoming.address) if incoming else None

    def parse(self, raw: Mapping[str, Any], at: datetime) -> Incoming | None:
        """Read a message or a tap from a private chat; None for everything else."""
        tapped = raw.get("callback_query")
        message = tapped.get("message") if tapped else raw.get("message")
        if not message or message["chat"]["type"] != "private":
            return None
        address = Address(NAME, str(int(message["chat"]["id"])))
        event_id = str(int(raw["update_id"]))
        if tapped:
            token = str(tapped.get("data", ""))
            return Incoming(address, event_id, at, text=_label(message, token), choice=token)
        sender = message["from"]
        name = " ".join(str(sender[part]) for part in ("first_name", "last_name") if sender.get(part))
        card = message.get("contact")
        if card:
            own = card.get("user_id") == sender["id"]
            shared = ContactCard(str(card["phone_number"]), own)
            return Incoming(address, event_id, at, str(card["phone_number"]), display_name=name, contact_card=shared)
        file = _file(message)
        if file:
            caption = str(message.get("caption", ""))
            return Incoming(address, event_id, at, caption, display_name=name, file=file)
        text = message.get("text")
        if text is not None and not isinstance(text, str):
            raise ValueError("text is no text")
        return Incoming(address, event_id, at, text or "", display_name=name, unsupported=text is None)

    async def updates(self, offset: int, seconds: int) -> list[Any]:
        """Wait for updates as they are, having confirmed those before `offset`.

        Raises AnotherPoller, WebhookSet, TokenRefused, or Unreachable.
        """
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": ALLOWED_UPDATES}
        try:
            found = await self._bot.do_api_request("getUpdates", asked, read_timeout=seconds + 10, connect_timeout=10)
        except NOT_TELEGRAM as error:
            raise Unreachable(f"the answer is not Telegram's: {error!r}") from None
        except Conflict as error:
            raise (WebhookSet if "webhook" in str(error).lower() else AnotherPoller) from None
        except (InvalidToken, EndPointNotFound, Forbidden):  # once it is open, the library calls a 401 a missing method
            raise TokenRefused from None
        except TelegramError as error:
            raise Unreachable(self._without_token(error)) from None
        if not isinstance(found, list):
            raise Unreachable("the answer is no list of updates")
        return found

    async def forget_webhook(self) -> None:
        """Take the webhook away; what waits for it stays to be polled."""
        await self._quietly("deleteWebhook", {})

    async def acknowledge(self, updates: Sequence[Any]) -> None:
        """Take the clock off tapped buttons; no harm where it fails."""
        await asyncio.gather(*(self._quietly("answerCallbackQuery", tap) for tap in map(_tap, updates) if tap))

    async def _quietly(self, method: str, values: dict[str, Any]) -> None:
        try:
            async with self._gate:
                await self._bot.do_api_request(method, values)
        except TelegramError:
            return

    async def send(self, to: str, message: Message) -> str:
        """Send a message with its buttons, one a row."""
        async with self._gate:
            try:
                sent = await self._bot.send_message(int(to), message.text, reply_markup=_keyboard(message))
            except NOT_TELEGRAM as error:
                raise Uncertain(f"the answer is not Telegram's: {error!r}") from None
            except TelegramError as error:
                raise self._failure(error) from None
        return str(sent.message_id)

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        """Put a message in the place of one that was sent; one that says the same already is edited enough."""
        keyboard, number = _keyboard(message), int(message_id)
        async with self._gate:
            try:
                await self._bot.edit_message_text(message.text, int(to), number, reply_markup=keyboard)
            except NOT_TELEGRAM as error:
                raise Uncertain(f"the answer is not Telegram's: {error!r}") from None
            except TelegramError as error:
                if "message is not modified" not in str(error).lower():
                    raise self._failure(error) from None

    async def fetch(self, reference: str) -> bytes:
        """Download a file by its `file_id`; Telegram gives out up to 20 MB."""
        async with self._gate:
            try:
                found = await self._bot.get_file(reference)
                return bytes(await found.download_as_bytearray())
            except TelegramError as error:
                raise self._failure(error) from None

    def _failure(self, error: TelegramError) -> Exception:
        words = self._without_token(error)
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            return Throttled(wait.total_seconds() if isinstance(wait, timedelta) else wait)
        if isinstance(error, Forbidden):
            return Stopped(words)
        if isinstance(error, BadRequest):  # a kind of NetworkError in this library: it must be asked for first
            return Stopped(words) if any(reason in words.lower() for reason in GONE) else Rejected(words)
        if isinstance(error, ChatMigrated | InvalidToken | Conflict) or not isinstance(error, NetworkError):
            return Rejected(words)
        never_left = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        return Unreachable(words) if never_left else Uncertain(words)

    def _without_token(self, error: Exception) -> str:
        return str(error).replace(self._token, "…")


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(one.label, callback_data=one.token)] for one in message.choices]
    return InlineKeyboardMarkup(rows) if message.buttons else None


def _label(message: Mapping[str, Any], token: str) -> str:
    """Return the words on the button that carries a token."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return next((str(one["text"]) for row in rows for one in row if one.get("callback_data") == token), "")


def _file(message: Mapping[str, Any]) -> File | None:
    """Return what a message carries besides words: of a photo the largest size."""
    if message.get("photo"):
        largest = max(message["photo"], key=lambda size: int(size.get("file_size", 0)))
        return File("anh.jpg", "image/jpeg", int(largest.get("file_size", 0)), reference=str(largest["file_id"]))
    for kind, (name, media_type) in FILE_KINDS.items():
        sent = message.get(kind)
        if sent:
            described = str(sent.get("file_name") or name), str(sent.get("mime_type") or media_type)
            return File(*described, int(sent.get("file_size", 0)), reference=str(sent["file_id"]))
    return None


def update_number(raw: Any) -> int | None:
    """Return the number that confirms an update, None where it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None


def _event_id(raw: Any) -> str:
    """Return an update's number, or for one without a digest of it, the same when it is delivered again."""
    number = update_number(raw)
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest() if number is None else str(number)


def _tap(raw: Any) -> dict[str, Any] | None:
    """Return what answers a tapped button, None for every other update."""
    tapped = raw.get("callback_query") if isinstance(raw, dict) else None
    return {"callback_query_id": tapped["id"]} if isinstance(tapped, dict) and tapped.get("id") else None
