"""A Zalo Bot Platform on loopback: people write to the bot, its calls are answered as Zalo does, refused in its words.

The numbers in comments are sections of `reference/channels.md`; a rule marked [?] there, or said nowhere, is marked so.
"""

import asyncio
import http.client
import itertools
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
import uvicorn
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

TOKEN = "4200:double-zalo-bot-secret"
SECRET = "mot-bi-mat-dai"
LONGEST_TEXT = 2000
SHORTEST_SECRET, LONGEST_SECRET = 8, 256
POLL_SECONDS = 30
ANSWER_SECONDS = 5.0
MOST_ATTEMPTS = 3
KINDS = {"image": "CHAT_PHOTO", "voice": "CHAT_VOICE"}
SENDS = {"sendMessage", "sendPhoto"}

Event = dict[str, Any]


def fine(result: Any) -> Response:
    return Response(orjson.dumps({"ok": True, "result": result}), media_type="application/json")


def units(text: str) -> int:
    """2.1: offsets are counted in UTF-16; that lengths are too is [?]."""
    return len(text.encode("utf-16-le")) // 2


class BrokenOff(Response):
    """An answer that begins and never ends: the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})


@dataclass
class ZaloBotDouble:
    """Zalo's side.

    `documented` says which of the two shapes its webhook posts. `refusal_status` is the HTTP status of what it refuses,
    0 for the code's own. Beyond `per_second` messages a second it refuses. `latency` is how many seconds pass between a
    message's arrival and the answer. `holding` keeps events from being posted until they are `released`.
    `names` says what people are called.
    """

    port: int = 0
    token: str = TOKEN
    webhook: str = ""
    secret: str = ""
    documented: bool = True
    refusal_status: int = 200
    per_second: int = 0
    latency: float = 0
    reachable: bool = True
    holding: bool = False
    calls: list[tuple[str, Event]] = field(default_factory=list)
    sent: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    known: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    delivered: list[tuple[bytes, int]] = field(default_factory=list)
    _recent: deque[float] = field(default_factory=deque)
    _polled: deque[Event] = field(default_factory=deque)
    _posted: deque[tuple[bytes, int]] = field(default_factory=deque)
    _held: list[bytes] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base_url(self) -> str:
        """The setting KCBOT_ZALO_BOT_BASE_URL for this double."""
        return f"http://127.0.0.1:{self.port}/bot"

    # What people do. Each returns the event.

    def says(self, user: str, text: str, **chat: Any) -> Event:
        return self._writes(user, "text", chat, text=text)

    def sends(self, user: str, kind: str, data: bytes, media_type: str, caption: str = "") -> Event:
        """Send an `image` or a `voice`, which can be had at the address that it gets (2.2: public, not for ever)."""
        name = f"m{next(self._numbers)}.{'aac' if kind == 'voice' else 'jpg'}"
        self.media[name] = (media_type, data)
        link = f"http://127.0.0.1:{self.port}/media/{name}"
        # 2.2 [C]: the documents say `photo`, what is seen is `photo_url`. Of a recording only `voice_url` was seen.
        where = "voice_url" if kind == "voice" else "photo" if self.documented else "photo_url"
        seen = {} if self.documented else {"message_type": KINDS[kind]}
        return self._writes(user, kind, {}, **{where: link}, **({"caption": caption} if caption else {}), **seen)

    def sends_sticker(self, user: str) -> Event:
        return self._writes(user, "sticker", {}, sticker="0e078a2fb66a5f34067b", url="https://zalo-api.zadn.vn/s.png")

    def sends_something(self, user: str) -> Event:
        """2.2: what Zalo keeps to itself, of protected users, links and files, comes as `unsupported`, empty."""
        return self._writes(user, "unsupported", {})

    def delivers(self, event: Event) -> Event:
        """Deliver any event, or one again."""
        with self._lock:
            self.events.append(event)
            if self.webhook:
                body = orjson.dumps({"ok": True, "result": event} if self.documented else event)
                if self.holding:
                    self._held.append(body)
                else:
                    self._posted.append((body, 1))
            else:
                self._polled.append(event)
        return event

    def released(self, *order: int) -> None:
        """Post what was held back, in this order."""
        with self._lock:
            self.holding = False
            self._posted.extend((self._held[place], 1) for place in order)
            self._held.clear()

    def probes(self) -> None:
        """2.2: Zalo tries the webhook with an empty body."""
        with self._lock:
            self._posted.append((b"", MOST_ATTEMPTS))

    def fails(self, method: str, *faults: str) -> None:
        """Let the next calls of a method fail: `500`, `proxy`, `cut` once it was carried out, or an error's code."""
        self.faults[method].extend(faults)

    def revoke(self) -> None:
        """2: the token is reset."""
        self.token = "4200:renewed"

    def _writes(self, user: str, kind: str, chat: Event, **content: Any) -> Event:
        self.known.add(user)
        person = {"id": user, "display_name": self.names.get(user, "Trần Lan"), "is_bot": False}
        where = {"id": user, "chat_type": "PRIVATE", **chat}
        number = f"m{next(self._numbers):019x}"
        message = {"from": person, "chat": where, "message_id": number, "date": 1_795_000_000_000, **content}
        return self.delivers({"event_name": f"message.{kind}.received", "message": message})

    # What it posts.

    def post_next(self) -> bool:
        """Post the first event that waits; return whether there was one. 2.2: what is not answered 200 comes again, by
        a schedule nobody knows [?]: at once here, three times in all."""
        with self._lock:
            if not self._posted:
                return False
            body, attempt = self._posted.popleft()
        status = self._answered(body)
        with self._lock:
            self.delivered.append((body, status))
            if status != 200 and attempt < MOST_ATTEMPTS:
                self._posted.append((body, attempt + 1))
        return True

    def _answered(self, body: bytes) -> int:
        """Post to the webhook, with the secret (2.2); return its status, 0 where none came in time."""
        place = urlsplit(self.webhook)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=ANSWER_SECONDS)
        try:
            headers = {"Content-Type": "application/json", "X-Bot-Api-Secret-Token": self.secret}
            connection.request("POST", place.path, body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    # What the bot may call.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["path"].split("/"):
            case ["", "media", name]:
                response = self._download(name)
            case ["", bot, method]:
                response = await self._call(bot.removeprefix("bot"), method, Request(scope, receive))
            case _:
                response = Response(status_code=404)
        await response(scope, receive, send)

    def refused(self, code: int, words: str) -> Response:
        """2.2: the HTTP status must not be trusted. The words are [?]."""
        body = {"ok": False, "error_code": code, "description": words}
        status = self.refusal_status or (code if 400 <= code < 600 else 400)
        return Response(orjson.dumps(body), status, media_type="application/json")

    async def _call(self, token: str, method: str, request: Request) -> Response:
        values = orjson.loads(await request.body() or b"{}")
        if token != self.token:
            return self.refused(401, "Unauthorized")  # 2.2
        self.calls.append((method, values))
        fault = self.faults[method].pop(0) if self.faults[method] else ""
        if fault == "500":
            return Response("<h1>Bad Gateway</h1>", 502)
        if fault == "proxy":
            return Response("<h1>Sign in</h1>", 200)
        if fault and fault != "cut":
            code, _, words = fault.partition(" ")
            return self.refused(int(code), words or f"on purpose, bot{token}")
        answered = await self._methods.get(method, self._no_such_method)(values)
        if self.latency and method in SENDS:
            await asyncio.sleep(self.latency)
        return BrokenOff() if fault == "cut" else answered

    @property
    def _methods(self) -> dict[str, Callable[[Event], Awaitable[Response]]]:
        return {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
        }

    async def _no_such_method(self, _: Event) -> Response:
        return self.refused(404, "Not Found")  # [?]

    async def _get_me(self, _: Event) -> Response:
        named = {"account_name": "bot.khuyencong", "account_type": "BASIC", "can_join_groups": False}  # 2.1
        return fine({"id": "1459232241454765289", **named})

    async def _get_updates(self, values: Event) -> Response:
        """2.1: one object, given out once; with a webhook set a refusal, with nothing to say a 408."""
        if self.webhook:
            return self.refused(400, "Bad Request: webhook is set")
        deadline = time.monotonic() + int(values.get("timeout", POLL_SECONDS))
        while True:
            with self._lock:
                if self._polled:
                    return fine(self._polled.popleft())
            if time.monotonic() >= deadline:
                return self.refused(408, "Request timeout")
            await asyncio.sleep(0.01)

    async def _set_webhook(self, values: Event) -> Response:
        """2.1: HTTPS, for which loopback stands, and a secret of 8 to 256; kept even where trying it fails."""
        url, secret = str(values.get("url", "")), str(values.get("secret_token", ""))
        if not url.startswith("https://") and not url.startswith("http://127.0.0.1:"):
            return self.refused(400, "Bad Request: url must be HTTPS")
        if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
            return self.refused(400, "Bad Request: secret_token must have 8 to 256 characters")
        self.webhook, self.secret = url, secret
        tried = {"ok": self.reachable, "outcome": "SUCCESS" if self.reachable else "HTTP_403", "hint": f"gọi {url}"}
        return fine({"url": url, "updated_at": 1_795_000_000_000, "verification": tried})

    async def _delete_webhook(self, _: Event) -> Response:
        self.webhook = ""
        return fine({"url": "", "updated_at": 1_795_000_000_000})

    async def _get_webhook_info(self, _: Event) -> Response:
        return fine({"url": self.webhook, "updated_at": 1_795_000_000_000})  # 2.1

    async def _send_message(self, values: Event) -> Response:
        text = str(values.get("text", ""))
        if not 1 <= units(text) <= LONGEST_TEXT:  # 2.1
            return self.refused(400, "Bad Request: text must have 1 to 2000 characters")
        return self._deliver(values, {"text": text})

    async def _send_photo(self, values: Event) -> Response:
        """2.1: an address only."""
        photo, caption = str(values.get("photo", "")), str(values.get("caption", ""))
        if not photo.startswith(("http://", "https://")) or units(caption) > LONGEST_TEXT:
            return self.refused(400, "Bad Request: photo must be a URL, caption up to 2000 characters")
        return self._deliver(values, {"photo": photo, "caption": caption})

    def _deliver(self, values: Event, content: Event) -> Response:
        chat = str(values.get("chat_id", ""))
        if chat not in self.known:  # 2.2, 7: the user must write first
            return self.refused(400, "Bad Request: invalid chat_id")
        if self._too_many():
            return self.refused(429, "Too Many Requests")  # 2.3: without a retry_after; the rate itself is [?]
        number = f"out{next(self._numbers):017x}"
        self.sent[chat].append({**content, "message_id": number})
        return fine({"message_id": number, "date": 1_795_000_000_000})

    def _too_many(self) -> bool:
        """Say whether so many messages arrived within a second already; count this one if not."""
        if not self.per_second:
            return False
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self.per_second:
            return True
        self._recent.append(now)
        return False

    def _download(self, name: str) -> Response:
        """Give out a file; one whose media type is an address has moved there."""
        if name not in self.media:
            return Response(status_code=404)
        media_type, data = self.media[name]
        if media_type.startswith("http"):
            return RedirectResponse(media_type)
        return Response(data, media_type=media_type)


@contextmanager
def running_double() -> Iterator[ZaloBotDouble]:
    """Run a double on a free port of its own thread, and another thread that posts its events."""
    double = ZaloBotDouble()
    config = uvicorn.Config(
        double, port=0, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    double.port = server.servers[0].sockets[0].getsockname()[1]
    ended = threading.Event()

    def post() -> None:
        while not ended.is_set():
            if not double.post_next():
                ended.wait(0.005)

    posting = threading.Thread(target=post, daemon=True)
    posting.start()
    try:
        yield double
    finally:
        ended.set()
        posting.join(10)
        server.should_exit = True
        thread.join(10)
