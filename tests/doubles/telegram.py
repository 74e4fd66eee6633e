"""A Bot API on loopback: confirms, redelivers and refuses as Telegram does, in its words.

The numbers in comments are sections of the notes on channels that the rules come from.
"""

import asyncio
import itertools
import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
import orjson
import uvicorn
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

TOKEN = "42:double"
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_DATA = 64
LARGEST_FILE = 20 * 1024 * 1024
MOST_UPDATES = 100
SENDS = {"sendMessage", "sendPhoto", "sendDocument"}


def answer(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def refused(code: int, words: str, **parameters: int) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": words}
    return answer(body | ({"parameters": parameters} if parameters else {}), code)


def fine(result: Any) -> Response:
    return answer({"ok": True, "result": result})


def units(text: str) -> int:
    """How Telegram counts: in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


class BrokenOff(Response):
    """An answer that begins and never ends: the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})


@dataclass(frozen=True)
class Uploaded:
    """A file that the bot uploaded, as its part of the form described it."""

    name: str
    media_type: str
    data: bytes


@dataclass
class TelegramDouble:
    """Telegram's side: people write to the bot, the bot's calls are answered and remembered.

    `latency` is how many seconds pass between a message's arrival and the answer; beyond `per_second` messages a
    second, those that nobody pays for are refused. `paid` has the chats that somebody paid for, once a message.
    `names` says what people are called.
    """

    port: int = 0
    token: str = TOKEN
    confirmed: int = 0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sent: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    blocked: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    webhook: str = ""
    secret: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    latency: float = 0
    per_second: int = 0
    throttled: int = 0
    paid: list[int] = field(default_factory=list)
    uploads: dict[str, Uploaded] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)
    _updates: list[tuple[int, Any]] = field(default_factory=list)
    _next_update: int = 1000
    _message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _query_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _last_poll: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    # What people do.

    @property
    def file_url(self) -> str:
        """The setting KCBOT_TELEGRAM_FILE_URL for this double."""
        return self.base_url.removesuffix("/bot") + "/file/bot"

    def says(self, chat: int, text: str) -> int:
        return self._arrives({"message": self._message(chat, text=text)})

    def sends_photo(self, chat: int, data: bytes, caption: str = "") -> int:
        """Send a photo, which comes in two sizes."""
        file_id = f"p{len(self.files)}"
        self.files[file_id] = data
        sizes = [{"file_id": "small", "file_size": 1}, {"file_id": file_id, "file_size": len(data)}]
        return self._arrives({"message": self._message(chat, photo=sizes, **({"caption": caption} if caption else {}))})

    def sends_voice(self, chat: int, data: bytes, media_type: str = "audio/ogg") -> int:
        file_id = f"v{len(self.files)}"
        self.files[file_id] = data
        described = {"file_id": file_id, "duration": 1, "mime_type": media_type, "file_size": len(data)}
        return self._arrives({"message": self._message(chat, voice=described)})

    def shares_contact(self, chat: int, phone: str) -> int:
        """Share the number of one's own account."""
        card = {"phone_number": phone, "user_id": chat, **self._named(chat)}
        return self._arrives({"message": self._message(chat, contact=card)})

    def blocks(self, chat: int) -> int:
        self.blocked.add(chat)
        return self._becomes(chat, "member", "kicked")

    def unblocks(self, chat: int) -> int:
        self.blocked.discard(chat)
        return self._becomes(chat, "kicked", "member")

    def taps(self, chat: int, token: str, message_id: int = 0) -> int:
        """Tap a button of a message, without its id of the last one that has some."""
        shown = (one for one in reversed(self.sent[chat]) if message_id in (0, one["message_id"]))
        keyboard: Any = next((one["reply_markup"] for one in shown if "reply_markup" in one), {})
        message = self._message(chat, text="…", reply_markup=keyboard)
        query = {"id": str(next(self._query_ids)), "from": message["from"], "message": message, "data": token}
        return self._arrives({"callback_query": query})

    def delivers(self, update: Any) -> int:
        """Deliver a raw update with the next number; what is no object goes out without one."""
        return self._arrives(update)

    def fails(self, method: str, *faults: str) -> None:
        """Let the next calls of a method fail: `500`, `429:seconds`, or `cut` once it was carried out.

        With `proxy` and `firewall` somebody on the way answers in Telegram's place.
        """
        self.faults[method].extend(faults)

    def waits_for(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Return once something is so; raises AssertionError where it never is."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.calls[-3:]
            time.sleep(0.01)

    def revoke(self) -> None:
        """Let the token be withdrawn: every call is answered as to a stranger."""
        self.token = f"{TOKEN}-renewed"

    def _named(self, chat: int) -> dict[str, str]:
        return {"first_name": self.names[chat]} if chat in self.names else {"first_name": "Lan", "last_name": "Trần"}

    def _ends(self, chat: int) -> dict[str, Any]:
        """Who does something, and where."""
        named = self._named(chat)
        person = {"id": chat, "is_bot": False, **named, "language_code": "vi"}
        where = {"id": chat, "type": "private", "first_name": named["first_name"]}
        return {"from": person, "chat": where, "date": 1_795_000_000}

    def _message(self, chat: int, **content: Any) -> dict[str, Any]:
        return {"message_id": next(self._message_ids), **self._ends(chat), **content}

    def _becomes(self, chat: int, before: str, after: str) -> int:
        """1.8: that we are blocked, or let in again, comes as `my_chat_member`."""
        bot = {"id": 42, "is_bot": True, "first_name": "Khuyến công"}
        old, new = {"user": bot, "status": before}, {"user": bot, "status": after}
        return self._arrives({"my_chat_member": {**self._ends(chat), "old_chat_member": old, "new_chat_member": new}})

    def _arrives(self, update: Any) -> int:
        with self._lock:
            self._next_update += 1
            numbered = {"update_id": self._next_update, **update} if isinstance(update, dict) else update
            self._updates.append((self._next_update, numbered))
            return self._next_update

    def posts(self, server: uvicorn.Server) -> None:
        """Post what arrives to the webhook, one after another, again until it is taken (1.8)."""
        with httpx.Client(timeout=5) as client:
            while not server.should_exit:
                time.sleep(0.01)
                if self.webhook and self._updates:
                    number, update = self._updates[0]
                    with suppress(httpx.HTTPError):
                        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
                        if client.post(self.webhook, json=update, headers=headers).status_code == 200:
                            with self._lock:
                                self._updates.remove((number, update))

    # What the bot may call.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, *folders, last = scope["path"].split("/")
        match folders:
            case [bot]:
                response = await self._call(bot.removeprefix("bot"), last, Request(scope, receive))
            case ["file", bot, "photos"]:
                response = self._download(bot.removeprefix("bot"), last)
            case _:
                response = Response(status_code=404)
        await response(scope, receive, send)

    async def _call(self, token: str, method: str, request: Request) -> Response:
        values = await read(request)
        if token != self.token:
            return refused(401, "Unauthorized")  # 1.6
        self.calls.append((method, values))
        fault = self.faults[method].pop(0) if self.faults[method] else ""
        if fault == "proxy":
            return answer(["signed in"])
        if fault == "firewall":
            return Response("<h1>Forbidden</h1>", 403)
        if fault.startswith("429"):
            seconds = int(fault.partition(":")[2] or 1)
            return refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)  # 1.6
        if fault == "500":
            return refused(500, "Internal Server Error")  # 1.6: outcome unknown
        answered = await self._methods.get(method, self._no_such_method)(values)
        if self.latency and method in SENDS:
            await asyncio.sleep(self.latency)
        return BrokenOff() if fault == "cut" else answered  # 1.6: outcome unknown

    @property
    def _methods(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[Response]]]:
        return {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendDocument": self._send_document,
            "editMessageText": self._edit_message_text,
            "answerCallbackQuery": self._yes,
            "setMyCommands": self._yes,
            "deleteMyCommands": self._yes,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "getFile": self._get_file,
        }

    async def _no_such_method(self, _: dict[str, Any]) -> Response:
        return refused(404, "Not Found")  # 1.6: a missing method looks like a bad token

    async def _yes(self, _: dict[str, Any]) -> Response:
        return fine(True)

    async def _get_me(self, _: dict[str, Any]) -> Response:
        return fine({"id": 42, "is_bot": True, "first_name": "Khuyến công", "username": "khuyencong_bot"})

    async def _set_webhook(self, values: dict[str, Any]) -> Response:
        """Loopback stands for the ports that Telegram posts to (1.8)."""
        url = str(values.get("url", ""))
        if not url.startswith("https://") and not url.startswith("http://127.0.0.1:"):
            return refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        secret = str(values.get("secret_token", ""))
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):  # 1.8
            return refused(400, "Bad Request: secret token contains unallowed characters")
        self.webhook, self.secret = url, secret
        return fine(True)

    async def _delete_webhook(self, _: dict[str, Any]) -> Response:
        self.webhook = ""
        return fine(True)

    async def _get_webhook_info(self, _: dict[str, Any]) -> Response:
        return fine({"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self._updates)})

    async def _get_file(self, values: dict[str, Any]) -> Response:
        file_id = str(values["file_id"])
        if file_id not in self.files:
            return refused(400, "Bad Request: invalid file_id")
        size = len(self.files[file_id])
        if size > LARGEST_FILE:
            return refused(400, "Bad Request: file is too big")
        found = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size}
        return fine({**found, "file_path": f"photos/{file_id}"})

    def _download(self, token: str, name: str) -> Response:
        """Give out what getFile promised."""
        return Response(self.files[name]) if token == self.token else Response(status_code=404)

    async def _get_updates(self, values: dict[str, Any]) -> Response:
        """A higher offset confirms; what is not confirmed is delivered again (1.3)."""
        if self.webhook:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            return refused(409, f"Conflict: {words}")  # 1.6
        self._last_poll = mine = self._last_poll + 1
        offset = int(values.get("offset", 0))
        with self._lock:
            self.confirmed = max(self.confirmed, offset)
            self._updates = [(number, update) for number, update in self._updates if number >= self.confirmed]
        deadline = time.monotonic() + int(values.get("timeout", 0))
        while not self._updates and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
            if mine != self._last_poll:  # 1.6: of two pollers the one that waits is turned away
                words = "terminated by other getUpdates request; make sure that only one bot instance is running"
                return refused(409, f"Conflict: {words}")
        most = min(int(values.get("limit", MOST_UPDATES)), MOST_UPDATES)
        with self._lock:
            return fine([update for _, update in self._updates[:most]])

    async def _send_message(self, values: dict[str, Any]) -> Response:
        text = str(values.get("text", ""))
        if not text.strip():
            return refused(400, "Bad Request: message text is empty")
        if units(text) > LONGEST_TEXT:
            return refused(400, "Bad Request: message is too long")  # 1.10
        return self._deliver(values, {"text": text})

    async def _send_photo(self, values: dict[str, Any]) -> Response:
        file_id = self._file_id(values.get("photo"))
        if not file_id:
            return refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        size = len(self.uploads[file_id].data)
        sizes = [{"file_id": f"{file_id}-s", "file_size": size // 2}, {"file_id": file_id, "file_size": size}]
        return self._deliver(values, {"photo": sizes})

    async def _send_document(self, values: dict[str, Any]) -> Response:
        file_id = self._file_id(values.get("document"))
        if not file_id:
            return refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        file = self.uploads[file_id]
        described = {"file_name": file.name, "mime_type": file.media_type, "file_size": len(file.data)}
        return self._deliver(values, {"document": {"file_id": file_id, **described}})

    def _file_id(self, given: Any) -> str:
        """Return the id of what was uploaded now or before, nothing where an id is not ours."""
        if isinstance(given, Uploaded):
            file_id = f"f{len(self.uploads) + 1}"
            self.uploads[file_id] = given
            return file_id
        return str(given) if given in self.uploads else ""

    def _deliver(self, values: dict[str, Any], content: dict[str, Any]) -> Response:
        chat = int(values["chat_id"])
        if chat in self.unknown:
            return refused(400, "Bad Request: chat not found")  # 1.6
        if chat in self.blocked:
            return refused(403, "Forbidden: bot was blocked by the user")  # 1.6
        caption = str(values.get("caption", ""))
        if units(caption) > LONGEST_CAPTION:
            return refused(400, "Bad Request: message caption is too long")
        keyboard = orjson.loads(values["reply_markup"]) if "reply_markup" in values else {}
        for row in keyboard.get("inline_keyboard", []):
            if any(len(button["callback_data"].encode()) > LONGEST_DATA for button in row):
                return refused(400, "Bad Request: BUTTON_DATA_INVALID")  # 1.10
        paid = values.get("allow_paid_broadcast") == "true"
        if not paid and self._too_many():
            return refused(429, "Too Many Requests: retry after 1", retry_after=1)  # 1.7
        if paid:
            self.paid.append(chat)
        said = {"caption": caption} if caption else {}
        message = self._message(chat, **content, **said, **({"reply_markup": keyboard} if keyboard else {}))
        self.sent[chat].append(message)
        return fine(message)

    def _too_many(self) -> bool:
        """Say whether so many messages arrived within a second already; count this one if not."""
        if not self.per_second:
            return False
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self.per_second:
            self.throttled += 1
            return True
        self._recent.append(now)
        return False

    async def _edit_message_text(self, values: dict[str, Any]) -> Response:
        chat, number, text = int(values["chat_id"]), int(values["message_id"]), str(values.get("text", ""))
        keyboard = orjson.loads(values["reply_markup"]) if "reply_markup" in values else None
        edited = next((one for one in self.sent[chat] if one["message_id"] == number), None)
        if edited is None:
            return refused(400, "Bad Request: message to edit not found")
        if (edited.get("text"), edited.get("reply_markup")) == (text, keyboard):
            same = "specified new message content and reply markup are exactly the same as a current content"
            return refused(400, f"Bad Request: message is not modified: {same} and reply markup of the message")
        edited |= {"text": text, "reply_markup": keyboard}
        return fine(edited)


async def read(request: Request) -> dict[str, Any]:
    """Return a call's values: texts, as Telegram reads them whatever the encoding, and uploads."""
    media_type = request.headers.get("content-type", "")
    if media_type.startswith("application/json"):
        values: dict[str, Any] = orjson.loads(await request.body())
        return {name: one if isinstance(one, str) else orjson.dumps(one).decode() for name, one in values.items()}
    if not media_type.startswith("multipart/"):
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    async with request.form() as form:
        return {name: await _part(one) for name, one in form.items()}


async def _part(part: UploadFile | str) -> Uploaded | str:
    return part if isinstance(part, str) else Uploaded(part.filename or "", part.content_type or "", await part.read())


@contextmanager
def running_double() -> Iterator[TelegramDouble]:
    """Run a double on a free port of its own thread."""
    double = TelegramDouble()
    config = uvicorn.Config(
        double, port=0, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    posting = threading.Thread(target=double.posts, args=[server], daemon=True)
    posting.start()
    while not server.started:
        time.sleep(0.005)
    double.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield double
    finally:
        server.should_exit = True
        thread.join(10)
        posting.join(10)
