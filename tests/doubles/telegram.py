"""A Bot API on loopback: confirms, redelivers and refuses as Telegram does, in its words.

The numbers in comments are sections of the notes on channels that the rules come from.
"""

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "42:double"
LONGEST_TEXT = 4096
LONGEST_DATA = 64
MOST_UPDATES = 100


def refused(code: int, words: str, **parameters: int) -> JSONResponse:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": words}
    return JSONResponse(body | ({"parameters": parameters} if parameters else {}), code)


def fine(result: Any) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


@dataclass
class TelegramDouble:
    """Telegram's side: people write to the bot, the bot's calls are answered and remembered."""

    port: int = 0
    confirmed: int = 0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sent: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    blocked: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    webhook: str = ""
    _updates: list[dict[str, Any]] = field(default_factory=list)
    _next_update: int = 1000
    _next_message: int = 1
    _polling: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    # What people do.

    def says(self, chat: int, text: str) -> int:
        return self._arrives({"message": self._message(chat, text=text)})

    def taps(self, chat: int, token: str) -> int:
        keyboard: Any = next((one["reply_markup"] for one in reversed(self.sent[chat]) if "reply_markup" in one), {})
        message = self._message(chat, text="…", reply_markup=keyboard)
        query = {"id": str(self._next_update), "from": message["from"], "message": message, "data": token}
        return self._arrives({"callback_query": query})

    def delivers(self, update: dict[str, Any]) -> int:
        """Deliver a raw update as it is."""
        return self._arrives(update)

    def fails(self, method: str, *faults: str) -> None:
        """Let the next calls of a method fail: `500`, `429`, or `cut` once the request was read."""
        self.faults[method].extend(faults)

    def _message(self, chat: int, **content: Any) -> dict[str, Any]:
        person = {"id": chat, "is_bot": False, "first_name": "Lan", "last_name": "Trần", "language_code": "vi"}
        self._next_message += 1
        where = {"id": chat, "type": "private", "first_name": "Lan"}
        return {"message_id": self._next_message, "from": person, "chat": where, "date": 1_795_000_000, **content}

    def _arrives(self, update: dict[str, Any]) -> int:
        with self._lock:
            self._next_update += 1
            self._updates.append({"update_id": self._next_update, **update})
            return self._next_update

    # What the bot may call.

    async def call(self, request: Request) -> Response:
        if request.path_params["token"] != TOKEN:
            return refused(401, "Unauthorized")  # 1.6
        method = request.path_params["method"]
        values = dict(await request.form())
        self.calls.append((method, values))
        fault = self.faults[method].pop(0) if self.faults[method] else ""
        if fault == "500":
            return refused(500, "Internal Server Error")  # 1.6: outcome unknown
        if fault == "429":
            return refused(429, "Too Many Requests: retry after 1", retry_after=1)  # 1.6
        answer = await self._methods.get(method, self._no_such_method)(values)
        if fault == "cut":
            raise ConnectionResetError("cut after the request was read")
        return answer

    @property
    def _methods(self) -> dict[str, Callable[[dict[str, Any]], Awaitable[Response]]]:
        return {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "answerCallbackQuery": self._yes,
            "setMyCommands": self._yes,
            "deleteWebhook": self._delete_webhook,
        }

    async def _no_such_method(self, _: dict[str, Any]) -> Response:
        return refused(404, "Not Found")  # 1.6: a missing method looks like a bad token

    async def _yes(self, _: dict[str, Any]) -> Response:
        return fine(True)

    async def _get_me(self, _: dict[str, Any]) -> Response:
        return fine({"id": 42, "is_bot": True, "first_name": "Khuyến công", "username": "khuyencong_bot"})

    async def _delete_webhook(self, _: dict[str, Any]) -> Response:
        self.webhook = ""
        return fine(True)

    async def _get_updates(self, values: dict[str, Any]) -> Response:
        """A higher offset confirms; what is not confirmed is delivered again (1.3)."""
        if self.webhook:
            words = (
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
            )
            return refused(409, words)
        if self._polling:
            words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            return refused(409, words)
        self._polling += 1
        try:
            offset = int(values.get("offset", 0))
            with self._lock:
                self.confirmed = max(self.confirmed, offset)
                self._updates = [update for update in self._updates if update["update_id"] >= self.confirmed]
            deadline = time.monotonic() + int(values.get("timeout", 0))
            while not self._updates and time.monotonic() < deadline:
                await asyncio.sleep(0.01)
            with self._lock:
                return fine(self._updates[:MOST_UPDATES])
        finally:
            self._polling -= 1

    async def _send_message(self, values: dict[str, Any]) -> Response:
        chat, text = int(values["chat_id"]), str(values.get("text", ""))
        if chat in self.unknown:
            return refused(400, "Bad Request: chat not found")  # 1.6
        if chat in self.blocked:
            return refused(403, "Forbidden: bot was blocked by the user")  # 1.6
        if not text.strip():
            return refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
            return refused(400, "Bad Request: message is too long")  # 1.10
        keyboard = json.loads(values["reply_markup"]) if "reply_markup" in values else {}
        for row in keyboard.get("inline_keyboard", []):
            if any(len(button["callback_data"].encode()) > LONGEST_DATA for button in row):
                return refused(400, "Bad Request: BUTTON_DATA_INVALID")  # 1.10
        message = self._message(chat, text=text, **({"reply_markup": keyboard} if keyboard else {}))
        self.sent[chat].append(message)
        return fine(message)


@contextmanager
def running_double() -> Iterator[TelegramDouble]:
    """Run a double on a free port of its own thread."""
    double = TelegramDouble()
    app = Starlette(routes=[Route("/bot{token}/{method}", double.call, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    double.port = server.servers[0].sockets[0].getsockname()[1]
    yield double
    server.should_exit = True
    thread.join(10)
