"""Telegram, through python-telegram-bot's Bot.

Updates are read straight from their JSON; of the library we take the calls and the errors, not its polling, which
confirms an update before it has been kept.
"""

import asyncio
import hashlib
import json
import logging
import os
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.warnings import PTBUserWarning

from bot.channels.transport import CONNECTIONS, MaybeSent, Transport, Unsent
from conversation.channel import (
    CAPABILITIES,
    Attachment,
    Failure,
    Message,
    Rejected,
    Stopped,
    Throttled,
    TokenRevoked,
    Uncertain,
    Unreachable,
)
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
LONGEST_CAPTION = 1024
LONGEST_REASON = 200
FILES_REMEMBERED = 100
# After how many seconds words whose file has arrived are tried again, where Telegram does not say it.
PAUSES = (1.0, 3.0, 10.0)
LONGEST_PAUSE = 30.0
FILE_ARRIVED = "tệp đính kèm đã đến, phần chữ thì chưa chắc"
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

    def __init__(
        self,
        token: str,
        base_url: str,
        proxy: str = "",
        file_url: str = FILE_URL,
        in_flight: int = CONNECTIONS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raises ValueError, with a sentence for the operator, where the proxy cannot be used."""
        self._token = token
        self._sending, self._asking = Transport(in_flight, proxy), Transport(1, proxy)
        self._bot = Bot(
            token,
            base_url=base_url,
            base_file_url=file_url,
            request=self._sending,
            get_updates_request=self._asking,
        )
        self._gate = asyncio.Semaphore(in_flight)
        self._pause = pause
        self._uploads: dict[str, _Upload] = {}

    @property
    def bot_id(self) -> str:
        """The bot's own number, which is no secret."""
        return self._token.partition(":")[0]

    async def open(self) -> None:
        """Open the connections and put the commands into Telegram's menu; raises TokenRefused or Unreachable."""
        try:
            await self._bot.initialize()
            menu = [{"command": name, "description": words} for name, words in COMMANDS.items()]
            await self._bot.do_api_request("setMyCommands", {"commands": menu})
        except (InvalidToken, EndPointNotFound, Forbidden):
            raise TokenRefused from None  # the library's words hold the token
        except NOT_TELEGRAM as error:
            raise Unreachable(f"the answer is not Telegram's: {error!r}") from None
        except TelegramError as error:
            raise Unreachable(self._without_token(error)) from None

    async def close(self) -> None:
        await self._bot.shutdown()
        await self._sending.shutdown()
        await self._asking.shutdown()

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
        with suppress(Failure):
            await self._call(method, values)

    async def send(self, to: str, message: Message) -> str:
        """Send a message with its buttons, one a row; its words are the caption of its file where they are short."""
        chat = {"chat_id": int(to), "allow_paid_broadcast": message.paid or None}
        buttons = {"reply_markup": _keyboard(message)}
        file = message.attachment
        if not file:
            return _number(await self._call("sendMessage", {**chat, "text": message.text, **buttons}))
        if len(message.text.encode("utf-16-le")) // 2 <= LONGEST_CAPTION:
            return await self._send_file(file, {**chat, "caption": message.text, **buttons})
        await self._send_file(file, chat)
        return await self._send_after_file({**chat, "text": message.text, **buttons})

    async def _send_file(self, file: Attachment, values: dict[str, Any]) -> str:
        """Send a file: its bytes once, afterwards the `file_id` that Telegram gave it."""
        method, kind = ("sendPhoto", "photo") if file.is_picture else ("sendDocument", "document")
        upload = self._uploads.setdefault(file.sha, _Upload())
        if len(self._uploads) > FILES_REMEMBERED:
            del self._uploads[next(iter(self._uploads))]
        if not upload.file_id:
            async with upload.lock:
                if not upload.file_id:
                    answer = await self._call(method, {**values, kind: _content(file)})
                    upload.file_id = _file_id(answer)
                    return _number(answer)
        return _number(await self._call(method, {**values, kind: upload.file_id}))

    async def _send_after_file(self, values: dict[str, Any]) -> str:
        """Send the words whose file has arrived; what surely was not sent is tried here, or the file came twice."""
        try:
            for pause in PAUSES:
                try:
                    return _number(await self._call("sendMessage", values))
                except Throttled as failure:
                    await self._pause(min(failure.seconds, LONGEST_PAUSE))
                except Unreachable:
                    await self._pause(pause)
            return _number(await self._call("sendMessage", values))
        except Stopped:
            raise
        except Failure as failure:
            raise Uncertain(f"{FILE_ARRIVED}: {failure}") from None

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        """Put a message in the place of one that was sent; one that says the same already is edited enough."""
        place = {"chat_id": int(to), "message_id": int(message_id)}
        try:
            await self._call("editMessageText", {**place, "text": message.text, "reply_markup": _keyboard(message)})
        except Rejected as refused:
            if "message is not modified" not in str(refused).lower():
                raise

    async def fetch(self, reference: str) -> bytes:
        """Download a file by its `file_id`; Telegram gives out up to 20 MB."""
        async with self._gate:
            try:
                found = await self._bot.get_file(reference)
                return bytes(await found.download_as_bytearray())
            except TelegramError as error:
                raise self._failure(error) from None

    async def _call(self, method: str, values: dict[str, Any]) -> Any:
        """Call a method and return its result as it came; raises a Failure."""
        async with self._gate:
            try:
                return await self._bot.do_api_request(method, values)
            except NOT_TELEGRAM as error:
                raise Uncertain(f"the answer is not Telegram's: {error!r}") from None
            except TelegramError as error:
                raise self._failure(error) from None

    def _failure(self, error: TelegramError) -> Failure:
        words = self._without_token(error)
        match error:
            case RetryAfter(retry_after=wait):
                return Throttled(wait.total_seconds() if isinstance(wait, timedelta) else wait)
            case Unsent():
                return Unreachable(words)
            case MaybeSent():
                return Uncertain(words)
            case InvalidToken() | EndPointNotFound():  # once it is open, the library calls a 401 a missing method
                return TokenRevoked("Telegram does not know the token")
            case Forbidden():
                return Stopped(words)
            case BadRequest() if any(reason in words.lower() for reason in GONE):
                return Stopped(words)
            case _:
                return Rejected(words)

    def _without_token(self, error: Exception) -> str:
        secret = self._token.partition(":")[2] or self._token
        return str(error).replace(secret, "…")[:LONGEST_REASON]


@dataclass
class _Upload:
    """What Telegram calls a file, empty until it has it; who else sends it waits for the one who uploads it."""

    file_id: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def _content(file: Attachment) -> InputFile:
    if not file.data:
        raise Rejected("tệp đính kèm không còn")
    content = InputFile(file.data, filename=file.name)
    content.mimetype = file.media_type
    return content


def _file_id(answer: Any) -> str:
    """Return what Telegram calls the file of a message that was sent."""
    with suppress(*NOT_TELEGRAM):
        file = _file(answer)
        return file.reference if file else ""
    return ""


def _number(answer: Any) -> str:
    """Return the number of a message that was sent."""
    try:
        return str(int(answer["message_id"]))
    except NOT_TELEGRAM as error:
        raise Uncertain(f"the answer is not Telegram's: {error!r}") from None


def _keyboard(message: Message) -> dict[str, Any] | None:
    rows = [[{"text": one.label, "callback_data": one.token}] for one in message.choices]
    return {"inline_keyboard": rows} if message.buttons else None


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
