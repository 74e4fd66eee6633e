"""Telegram, through python-telegram-bot's Bot.

Of the library we take the calls and the errors, not its polling, which confirms an update before it has been kept.
"""

import asyncio
import hmac
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from telegram import Bot
from telegram.error import Conflict, Forbidden, InvalidToken, TelegramError

from bot.channels import telegram_updates
from bot.channels.base import AnotherPoller, Caller, TokenRefused, WebhookRefused, WebhookSet
from bot.channels.commands import COMMANDS, STAFF_COMMANDS, WRITER_COMMANDS
from bot.channels.telegram_errors import NOT_TELEGRAM, failure, without_token
from bot.channels.telegram_updates import NAME, event_id, file_of, tap
from bot.channels.transport import CONNECTIONS, NO_FILES, Files, Transport
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
from conversation.incoming import Incoming, Notice
from db.inbox import Event

# Asks the library for its future meaning of `retry_after`, a span of time; the present one warns at each use.
os.environ.setdefault("PTB_TIMEDELTA", "1")
# Below warnings the library logs addresses that hold the token, and what people wrote.
logging.getLogger("telegram").setLevel(logging.WARNING)

FILE_URL = "https://api.telegram.org/file/bot"
LONGEST_CAPTION = 1024
FILES_REMEMBERED = 100
# After how many seconds words whose file has arrived are tried again, where Telegram does not say it.
PAUSES = (1.0, 3.0, 10.0)
LONGEST_PAUSE = 30.0
FILE_ARRIVED = "tệp đính kèm đã đến, phần chữ thì chưa chắc"
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]


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
        secret: str = "",
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raises ValueError, with a sentence for the operator, where the proxy cannot be used."""
        self._token, self._place = token, f"{base_url}{token}/"
        self._sending, self._asking = Transport(in_flight, proxy), Transport(1, proxy)
        self._bot = Bot(token, base_url, file_url, request=self._sending, get_updates_request=self._asking)
        self._gate = asyncio.Semaphore(in_flight)
        self._pause = pause
        self._secret = secret
        self._uploads: dict[str, _Upload] = {}

    @property
    def bot_id(self) -> str:
        """The bot's own number, which is no secret."""
        return self._token.partition(":")[0]

    async def open(self) -> None:
        """Open the connections and put the commands into Telegram's menu; raises TokenRefused or Unreachable."""
        try:
            await self._bot.initialize()
            await self._sending.call(self._place + "setMyCommands", _menu(COMMANDS, {"type": "all_private_chats"}))
        except (InvalidToken, Forbidden):
            raise TokenRefused from None  # the library's words hold the token
        except NOT_TELEGRAM as error:
            raise Unreachable(f"the answer is not Telegram's: {error!r}") from None
        except TelegramError as error:
            raise Unreachable(without_token(error, self._token)) from None

    async def show_staff_commands(self, chat: str, *, writes: bool) -> bool:
        """Put what staff can do into the menu of a member's own chat; return whether it is there now."""
        commands = WRITER_COMMANDS if writes else STAFF_COMMANDS
        return await self._quietly("setMyCommands", _menu(commands, {"type": "chat", "chat_id": int(chat)}))

    async def show_commands(self, chat: str) -> bool:
        """Let a chat have the menu that all have again; return whether it does now."""
        return await self._quietly("deleteMyCommands", {"scope": {"type": "chat", "chat_id": int(chat)}})

    async def username(self) -> str:
        """Return the bot's name, as in t.me/NAME; needs `open`."""
        return str(self._bot.username)

    async def close(self) -> None:
        await self._bot.shutdown()
        await self._sending.shutdown()
        await self._asking.shutdown()

    def caller(self, headers: Mapping[str, str], body: bytes) -> Caller:
        """Tell Telegram, by the secret it was given with the webhook, from everybody else."""
        given = headers.get("x-telegram-bot-api-secret-token", "")
        known = self._secret and hmac.compare_digest(given.encode(), self._secret.encode())
        return Caller.vendor if known else Caller.stranger

    def event(self, raw: Any, at: datetime) -> Event | None:
        """Return a raw update as an event to store, one that cannot be read with its error; None is not ours."""
        try:
            incoming = self.parse(raw, at)
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            return Event(NAME, self.bot_id, event_id(raw), raw, None, repr(broken))
        return Event(NAME, self.bot_id, incoming.event_id, raw, incoming.address) if incoming else None

    def parse(self, raw: Mapping[str, Any], at: datetime) -> Incoming | Notice | None:
        """Read what happened in a private chat; None for everything else."""
        return telegram_updates.parse(raw, at)

    async def updates(self, offset: int, seconds: int) -> list[Any]:
        """Wait for updates as they are, having confirmed those before `offset`.

        Raises AnotherPoller, WebhookSet, TokenRefused, or Unreachable.
        """
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": ALLOWED_UPDATES}
        try:
            found = await self._asking.call(self._place + "getUpdates", asked, read_timeout=seconds + 10)
        except NOT_TELEGRAM as error:
            raise Unreachable(f"the answer is not Telegram's: {error!r}") from None
        except Conflict as error:
            raise (WebhookSet if "webhook" in str(error).lower() else AnotherPoller) from None
        except (InvalidToken, Forbidden):
            raise TokenRefused from None
        except TelegramError as error:
            raise Unreachable(without_token(error, self._token)) from None
        if not isinstance(found, list):
            raise Unreachable("the answer is no list of updates")
        return found

    async def set_webhook(self, url: str) -> None:
        """Have updates posted to an address, with the secret; raises WebhookRefused, TokenRefused or Unreachable."""
        asked = {"url": url, "secret_token": self._secret, "allowed_updates": ALLOWED_UPDATES}
        try:
            await self._call("setWebhook", asked)
        except TokenRevoked as refused:  # a server that does not know the method answers so
            raise WebhookRefused(str(refused)) from None
        except (Rejected, Stopped) as refused:
            raise WebhookRefused(str(refused)) from None
        except (Uncertain, Throttled) as trouble:
            raise Unreachable(str(trouble)) from None

    async def forget_webhook(self) -> None:
        """Take the webhook away; what waits for it stays to be polled."""
        await self._quietly("deleteWebhook", {})

    async def acknowledge(self, updates: Sequence[Any]) -> None:
        """Take the clock off tapped buttons; no harm where it fails."""
        await asyncio.gather(*(self._quietly("answerCallbackQuery", answer) for answer in map(tap, updates) if answer))

    async def _quietly(self, method: str, values: dict[str, Any]) -> bool:
        """Call a method whose failure does no harm; return whether it was carried out."""
        with suppress(Failure):
            await self._call(method, values)
            return True
        return False

    async def send(self, to: str, message: Message) -> str:
        """Send a message with its buttons, one a row; its words are the caption of its file where they are short."""
        where: dict[str, Any] = {"chat_id": int(to)}
        if message.paid:
            where["allow_paid_broadcast"] = True
        file = message.attachment
        if not file:
            return _number(await self._call("sendMessage", {**where, "text": message.text, **_keyboard(message)}))
        if len(message.text.encode("utf-16-le")) // 2 <= LONGEST_CAPTION:
            return await self._send_file(file, {**where, "caption": message.text, **_keyboard(message)})
        await self._send_file(file, where)
        return await self._send_after_file({**where, "text": message.text, **_keyboard(message)})

    async def _send_file(self, file: Attachment, values: dict[str, Any]) -> str:
        """Send a file: its bytes once, afterwards the `file_id` that Telegram gave it."""
        method, kind = ("sendPhoto", "photo") if file.is_picture else ("sendDocument", "document")
        upload = self._uploads.setdefault(file.sha, _Upload())
        if len(self._uploads) > FILES_REMEMBERED:
            del self._uploads[next(iter(self._uploads))]
        if not upload.file_id:
            async with upload.lock:
                if not upload.file_id:
                    if not file.data:
                        raise Rejected("tệp đính kèm không còn")
                    answer = await self._call(method, values, {kind: (file.name, file.data, file.media_type)})
                    upload.file_id = _file_id(answer)
                    return _number(answer)
        return _number(await self._call(method, {**values, kind: upload.file_id}))

    async def _send_after_file(self, values: dict[str, Any]) -> str:
        """Send the words whose file has arrived; what surely was not sent is tried here, or the file came twice."""
        try:
            for pause in PAUSES:
                try:
                    return _number(await self._call("sendMessage", values))
                except Throttled as asked:
                    await self._pause(min(asked.seconds, LONGEST_PAUSE))
                except Unreachable:
                    await self._pause(pause)
            return _number(await self._call("sendMessage", values))
        except Stopped:
            raise
        except Failure as trouble:
            raise Uncertain(f"{FILE_ARRIVED}: {trouble}") from None

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        """Put a message in the place of one that was sent; one that says the same already is edited enough."""
        place = {"chat_id": int(to), "message_id": int(message_id)}
        try:
            await self._call("editMessageText", {**place, "text": message.text, **_keyboard(message)})
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
                raise failure(error, self._token) from None

    async def _call(self, method: str, values: Mapping[str, Any], files: Files = NO_FILES) -> Any:
        """Call a method and return its result as it came; raises a Failure."""
        async with self._gate:
            try:
                return await self._sending.call(self._place + method, values, files)
            except NOT_TELEGRAM as error:
                raise Uncertain(f"the answer is not Telegram's: {error!r}") from None
            except TelegramError as error:
                raise failure(error, self._token) from None


@dataclass
class _Upload:
    """What Telegram calls a file, empty until it has it; who else sends it waits for the one who uploads it."""

    file_id: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def _file_id(answer: Any) -> str:
    """Return what Telegram calls the file of a message that was sent."""
    with suppress(*NOT_TELEGRAM):
        file = file_of(answer)
        return file.reference if file else ""
    return ""


def _number(answer: Any) -> str:
    """Return the number of a message that was sent."""
    try:
        return str(int(answer["message_id"]))
    except NOT_TELEGRAM as error:
        raise Uncertain(f"the answer is not Telegram's: {error!r}") from None


def _menu(commands: Mapping[str, str], scope: Mapping[str, Any]) -> dict[str, Any]:
    listed = [{"command": name, "description": words} for name, words in commands.items()]
    return {"commands": listed, "scope": scope}


def _keyboard(message: Message) -> dict[str, Any]:
    if not message.buttons:
        return {}
    rows = [[{"text": one.label, "callback_data": one.token}] for one in message.choices]
    return {"reply_markup": {"inline_keyboard": rows}}
