"""A Zalo OpenAPI on loopback, with the people and officers of one Official Account.

It keeps Zalo's rules, refuses by `error` in answers of HTTP 200, and posts signed events to a webhook. The numbers in
comments are sections of `reference/channels.md`; a rule marked [?] there is marked so here.
"""

import asyncio
import hashlib
import http.client
import itertools
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import uvicorn
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.clock import Clock, now

APP_ID, OA_ID = "4200", "9900"
APP_SECRET, SECRET_KEY = "double-app-secret", "double-oa-secret-key"
FIRST_REFRESH_TOKEN = "refresh-0"
LONGEST_TEXT = 2000
MOST_BUTTONS = 5
LONGEST_TITLE = 100
BUTTONS = {"oa.open.url", "oa.query.show", "oa.query.hide", "oa.open.sms", "oa.open.phone"}
LARGEST_IMAGE, LARGEST_FILE = 1024 * 1024, 5 * 1024 * 1024
IMAGES = {"image/jpeg", "image/png"}
FILES = (".pdf", ".doc", ".docx", ".csv")
UPLOAD_KEPT = timedelta(days=7)
MOST_UPLOADS = 5000
FREE, WINDOW = timedelta(hours=48), timedelta(days=7)
ACCESS_SECONDS = 90_000
REFRESH_KEPT = timedelta(days=90)
PER_MINUTE = 4000
ANSWER_SECONDS = 2.0
RETRIES = [timedelta(seconds=30), *(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))]

Posted = tuple[dict[str, str], bytes]


def answer(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def refused(code: int, words: str) -> Response:
    """3.3: what is refused is answered with HTTP 200."""
    return answer({"error": code, "message": words})


def fine(data: Mapping[str, Any]) -> Response:
    return answer({"error": 0, "message": "Success", "data": data})


class BrokenOff(Response):
    """An answer that begins and never ends: the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})


@dataclass(frozen=True)
class Uploaded:
    """A file that the bot uploaded."""

    name: str
    media_type: str
    data: bytes
    at: datetime


@dataclass
class _Delivery:
    """An event on its way to the webhook."""

    headers: dict[str, str]
    body: bytes
    due: datetime
    attempt: int = 0


@dataclass
class ZaloOADouble:
    """Zalo's side: people and officers write, the bot's calls are answered and remembered.

    `webhook` is where events are posted; without it they are only kept in `events`. `signed_with` is what the
    signature is made of: `app` or `oa` first, `secret_key` or `app_secret` last. `charged` counts what Zalo takes money
    for. Beyond `left_outside` messages after 48 hours, or `per_window` in one person's window, it sends nothing.
    `echoes` says whether what the bot sends comes back as an event.
    """

    port: int = 0
    clock: Clock = now
    webhook: str = ""
    signed_with: tuple[str, str] = ("app", "secret_key")
    echoes: bool = True
    access_token: str = "access-0"
    refresh_token: str = FIRST_REFRESH_TOKEN
    good_until: datetime | None = None
    refresh_until: datetime | None = None
    renewals: int = 0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    sent: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    templates: dict[str, set[str]] = field(default_factory=dict)
    filled: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    charged: Counter[str] = field(default_factory=Counter)
    left_outside: int = 500
    per_window: int = 0
    per_minute: int = PER_MINUTE
    interacted: dict[str, datetime] = field(default_factory=dict)
    followers: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    latency: float = 0
    uploads: dict[str, Uploaded] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    events: list[Posted] = field(default_factory=list)
    delivered: list[tuple[bytes, int]] = field(default_factory=list)
    _in_window: Counter[str] = field(default_factory=Counter)
    _recent: deque[datetime] = field(default_factory=deque)
    _waiting: list[_Delivery] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base_url(self) -> str:
        """The settings KCBOT_ZALO_OA_BASE_URL and KCBOT_ZALO_OA_OAUTH_URL for this double."""
        return f"http://127.0.0.1:{self.port}"

    # What people do. Each returns the event as it was posted: its headers, named in lower case, and its body.

    def follows(self, user: str) -> Posted:
        self.followers.add(user)
        self._touched(user)
        return self._happens("follow", follower={"id": user}, oa_id=OA_ID, source="oa_profile")

    def unfollows(self, user: str) -> Posted:
        self.followers.discard(user)
        self.blocked.add(user)
        return self._happens("unfollow", follower={"id": user}, oa_id=OA_ID)

    def says(self, user: str, text: str) -> Posted:
        return self._writes(user, "user_send_text", text=text)

    def press(self, user: str, button: Mapping[str, Any] | int) -> Posted:
        """Press a button of the last message that has some, by its place from 1, or one that is given.

        3.4 [?]: what comes is a text, the payload's.
        """
        if isinstance(button, int):
            button = self.buttons(user)[button - 1]
        return self.says(user, str(button["payload"]))

    def buttons(self, user: str) -> list[dict[str, Any]]:
        """The buttons of the last message to somebody that has some."""
        for message in reversed(self.sent[user]):
            found: list[dict[str, Any]] = message.get("attachment", {}).get("payload", {}).get("buttons", [])
            if found:
                return found
        return []

    def sends(self, user: str, kind: str, data: bytes = b"", text: str = "", **described: Any) -> Posted:
        """Send an `image file audio gif video sticker link location`; `data` can be had at the address that it gets."""
        payload = dict(described)
        if data:
            name = f"m{next(self._numbers)}"
            self.media[name] = ("application/octet-stream", data)
            payload["url"] = f"{self.base_url}/media/{name}"
        carried = {"attachments": [{"type": kind, "payload": payload}]}
        return self._writes(user, f"user_send_{kind}", **({"text": text} if text else {}), **carried)

    def shares_phone(self, user: str, phone: str | int, name: str = "Lan") -> Posted:
        """3.2: what `request_user_info` leads to."""
        self._touched(user)
        info = {"name": name, "phone": phone, "address": "Phủ Lý", "city": "Ninh Bình"}
        return self._happens("user_submit_info", sender={"id": user}, recipient={"id": OA_ID}, info=info)

    def clicks_chat_now(self, user: str) -> Posted:
        """3.4: the user's id stands in `user_id`."""
        self._touched(user)
        return self._happens("user_click_chatnow", user_id=user, oa_id=OA_ID)

    def sees(self, user: str, message_id: str) -> Posted:
        message = {"msg_id": message_id}
        return self._happens("user_seen_message", sender={"id": OA_ID}, recipient={"id": user}, message=message)

    def officer_writes(self, user: str, text: str) -> Posted:
        """An officer writes in Zalo's own application."""
        return self._account_sends(user, f"officer-{next(self._numbers)}", {"text": text})

    def delivers(self, event: Any, *, signed: bool = True) -> Posted:
        """Post anything; what is no object is signed with no timestamp."""
        stamp = str(event.get("timestamp", "")) if isinstance(event, dict) else ""
        body = orjson.dumps(event)
        headers = {"x-zevent-signature": f"mac={self.signature(body, stamp)}"} if signed else {}
        return self._post(headers, body)

    def checks(self) -> Posted:
        """3.4: the console tries whether the webhook is there, unsigned."""
        return self.delivers({"event_name": "check"}, signed=False)

    def again(self) -> Posted:
        """3.4: what was posted last is posted again."""
        return self._post(*self.events[-1])

    def fails(self, path: str, *faults: str) -> None:
        """Let the next calls of a path fail: `500`, `proxy`, `cut` once it was carried out, or an error's number."""
        self.faults[path].extend(faults)

    def expire(self) -> None:
        """Let the access token end now."""
        self.good_until = self.clock()

    def revoke(self) -> None:
        """Let the account take its permission back: neither token is good."""
        self.access_token, self.refresh_token = "withdrawn", "withdrawn"

    def _touched(self, user: str) -> None:
        """3.1: an interaction opens the window anew."""
        self.interacted[user] = self.clock()
        self._in_window[user] = 0
        self.blocked.discard(user)

    def _writes(self, user: str, event: str, **message: Any) -> Posted:
        self._touched(user)
        message = {"msg_id": f"in-{next(self._numbers)}", **message}
        ends = {"sender": {"id": user}, "recipient": {"id": OA_ID}, "user_id_by_app": f"app-{user}"}
        return self._happens(event, **ends, message=message)

    def _account_sends(self, user: str, message_id: str, content: Mapping[str, Any]) -> Posted:
        """3.4: what the account sends, by whatever hand, comes as `oa_send_*`, the person in `recipient`."""
        payload = content.get("attachment", {}).get("payload", {})
        kind = {"media": "image", "button": "list"}.get(payload.get("template_type", ""), "text")
        message = {"msg_id": message_id, "text": content.get("text", "")}
        return self._happens(f"oa_send_{kind}", sender={"id": OA_ID}, recipient={"id": user}, message=message)

    def _happens(self, event: str, **content: Any) -> Posted:
        stamp = str(int(self.clock().timestamp() * 1000))
        return self.delivers({"app_id": APP_ID, "event_name": event, **content, "timestamp": stamp})

    def signature(self, body: bytes, stamp: str) -> str:
        """3.4 [C]: SHA-256, no HMAC; of the first term and of the key there are two readings."""
        first, last = self.signed_with
        key = {"secret_key": SECRET_KEY, "app_secret": APP_SECRET}[last]
        signed = {"app": APP_ID, "oa": OA_ID}[first].encode() + body + stamp.encode() + key.encode()
        return hashlib.sha256(signed).hexdigest()

    def _post(self, headers: dict[str, str], body: bytes) -> Posted:
        with self._lock:
            self.events.append((headers, body))
            if self.webhook:
                self._waiting.append(_Delivery(headers, body, self.clock()))
        return headers, body

    def deliver_due(self) -> bool:
        """Post the first event that is due; return whether there was one. 3.4: what is not answered 200 within 2 s
        comes again after 30 s, 5, 15, 30 min and 1 h."""
        with self._lock:
            due = next((one for one in self._waiting if one.due <= self.clock()), None)
            if due is None:
                return False
            self._waiting.remove(due)
        status = self._answered(due)
        with self._lock:
            self.delivered.append((due.body, status))
            if status != 200 and due.attempt < len(RETRIES):
                later = self.clock() + RETRIES[due.attempt]
                self._waiting.append(_Delivery(due.headers, due.body, later, due.attempt + 1))
        return True

    def _answered(self, one: _Delivery) -> int:
        """Post to the webhook; return its status, 0 where none came in time."""
        place = urlsplit(self.webhook)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=ANSWER_SECONDS)
        try:
            headers = {"Content-Type": "application/json", **one.headers}
            connection.request("POST", place.path, one.body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    # What the bot may call.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, request = scope["path"], Request(scope, receive)
        if path.startswith("/media/"):
            response = self._download(path.removeprefix("/media/"))
        else:
            response = await self._faulty(path, request)
        await response(scope, receive, send)

    async def _faulty(self, path: str, request: Request) -> Response:
        """Answer a call as the next fault of its path says."""
        fault = self.faults[path].pop(0) if self.faults[path] else ""
        if fault == "500":
            return Response("<h1>Bad Gateway</h1>", 502)
        if fault == "proxy":
            return Response("<h1>Sign in</h1>", 200)
        if fault and fault != "cut":
            return refused(int(fault), "on purpose")
        answered = await self._methods.get(path, self._no_such_path)(request)
        if self.latency:
            await asyncio.sleep(self.latency)
        return BrokenOff() if fault == "cut" else answered

    @property
    def _methods(self) -> dict[str, Callable[[Request], Awaitable[Response]]]:
        return {
            "/v4/oa/access_token": self._access_token,
            "/v3.0/oa/message/cs": self._message,
            "/v3.0/oa/message/template": self._template,
            "/v2.0/oa/upload/image": self._upload_image,
            "/v2.0/oa/upload/file": self._upload_file,
        }

    async def _no_such_path(self, _: Request) -> Response:
        return answer({"error": 404, "message": "You currently access to an empty api"}, 404)

    def _download(self, name: str) -> Response:
        if name not in self.media:
            return Response(status_code=404)
        media_type, data = self.media[name]
        return Response(data, media_type=media_type)

    async def _access_token(self, request: Request) -> Response:
        """3.3: the secret is a header, the rest a form; a refresh token is good once, within 3 months."""
        form = dict(parse_qsl((await request.body()).decode()))
        self.calls.append((request.url.path, form))
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return _oauth_refused(-14004, "Invalid secret key")
        late = self.refresh_until is not None and self.clock() >= self.refresh_until
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token or late:
            return _oauth_refused(-14014, "Invalid refresh token")
        self.renewals += 1
        number = next(self._numbers)
        self.access_token, self.refresh_token = f"access-{number}", f"refresh-{number}"
        self.good_until = self.clock() + timedelta(seconds=ACCESS_SECONDS)
        self.refresh_until = self.clock() + REFRESH_KEPT
        pair = {"access_token": self.access_token, "refresh_token": self.refresh_token}
        return answer({**pair, "expires_in": str(ACCESS_SECONDS)})  # 3.3: a text

    def _turned_away(self, request: Request) -> Response | None:
        """Refuse a call whose token is not good (3.3), or that is too many in a minute (3.1)."""
        if request.headers.get("access_token") != self.access_token:
            return refused(-216, "Access token is invalid")
        if self.good_until is not None and self.clock() >= self.good_until:
            return refused(-220, "Access token has expired")
        at = self.clock()
        while self._recent and self._recent[0] <= at - timedelta(minutes=1):
            self._recent.popleft()
        if len(self._recent) >= self.per_minute:
            full = refused(-32, "Your application reach limit call api")
            full.headers.update({"X-RateLimit-Limit": str(self.per_minute), "X-RateLimit-Remain": "0"})
            return full
        self._recent.append(at)
        return None

    async def _message(self, request: Request) -> Response:
        values = orjson.loads(await request.body())
        self.calls.append((request.url.path, values))
        if turned_away := self._turned_away(request):
            return turned_away
        user, content = str(values["recipient"]["user_id"]), values["message"]
        if problem := self._unfit(content):
            return problem
        if problem := self._out_of_window(user):
            return problem
        message_id = f"out-{next(self._numbers)}"
        self.sent[user].append({**content, "message_id": message_id})
        if self.echoes:
            self._account_sends(user, message_id, content)
        data: dict[str, Any] = {"message_id": message_id, "user_id": user}
        if self.per_window:
            left = self.per_window - self._in_window[user]
            data["quota"] = {"quota_type": "reply", "remain": str(left), "total": str(self.per_window)}
        return fine(data)

    def _unfit(self, content: Mapping[str, Any]) -> Response | None:
        """3.2: what a message may hold."""
        if len(content.get("text", "")) > LONGEST_TEXT:
            return refused(-210, "Parameter exceeds the maximum allowed limit")
        attachment = content.get("attachment", {})
        payload = attachment.get("payload", {})
        if not content.get("text") and not payload:
            return refused(-201, "message is empty")
        buttons = payload.get("buttons", [])
        if len(buttons) > MOST_BUTTONS or any(len(one["title"]) > LONGEST_TITLE for one in buttons):
            return refused(-210, "Parameter exceeds the maximum allowed limit")
        if any(one["type"] not in BUTTONS for one in buttons):
            return refused(-201, "button type is invalid")
        tokens = [payload["token"]] if "token" in payload else []
        tokens += [one["attachment_id"] for one in payload.get("elements", []) if "attachment_id" in one]
        if any(token not in self.uploads or self.clock() >= self.uploads[token].at + UPLOAD_KEPT for token in tokens):
            return refused(-100, "attachment_id is expired")  # 3.2: after 7 days
        return None

    def _out_of_window(self, user: str) -> Response | None:
        """3.1: 48 hours free, up to 7 days charged, then nothing."""
        if user in self.blocked:
            return refused(-213, "User has not followed the OA")
        if user not in self.interacted:
            return refused(-201, "user_id is invalid")
        since = self.clock() - self.interacted[user]
        if since > WINDOW:
            return refused(-230, "User has not interacted with the OA in the past 7 days")
        if since > FREE:
            if self.left_outside <= 0:
                return refused(-211, "Out of quota")
            self.left_outside -= 1
            self.charged["cs"] += 1
            return None
        if self.per_window and self._in_window[user] >= self.per_window:
            return refused(-211, "Out of quota")
        self._in_window[user] += 1
        return None

    async def _template(self, request: Request) -> Response:
        """3.1: an approved template by UID, charged, no window."""
        values = orjson.loads(await request.body())
        self.calls.append((request.url.path, values))
        if turned_away := self._turned_away(request):
            return turned_away
        user, template, data = str(values["user_id"]), str(values["template_id"]), values["template_data"]
        if template not in self.templates:
            return refused(-109, "Template ID is invalid")
        if set(data) != self.templates[template]:
            return refused(-1122, "Template data is missing a parameter")
        if user not in self.interacted:
            return refused(-201, "user_id is invalid")
        self.charged["template"] += 1
        self.filled.append((user, template, data))
        return fine({"message_id": f"zbs-{next(self._numbers)}"})

    async def _upload_image(self, request: Request) -> Response:
        return await self._upload(request, lambda one: one.media_type in IMAGES, LARGEST_IMAGE, "attachment_id")

    async def _upload_file(self, request: Request) -> Response:
        return await self._upload(request, lambda one: one.name.lower().endswith(FILES), LARGEST_FILE, "token")

    async def _upload(
        self, request: Request, allowed: Callable[[Uploaded], bool], largest: int, called: str
    ) -> Response:
        """3.2: jpg and png up to 1 MB, documents up to 5 MB, 5,000 a month."""
        async with request.form() as form:
            part = form.get("file")
            assert isinstance(part, UploadFile)
            one = Uploaded(part.filename or "", part.content_type or "", await part.read(), self.clock())
        self.calls.append((request.url.path, {"name": one.name, "size": len(one.data)}))
        if turned_away := self._turned_away(request):
            return turned_away
        if not allowed(one) or len(one.data) > largest:
            return refused(-210, "Parameter exceeds the maximum allowed limit")
        if len(self.uploads) >= MOST_UPLOADS:
            return refused(-211, "Out of quota")
        number = f"upload-{next(self._numbers)}"
        self.uploads[number] = one
        return fine({called: number})


def _oauth_refused(code: int, words: str) -> Response:
    """3.3: what OAuth refuses is named otherwise, and answered with HTTP 200 too."""
    return answer({"error": code, "error_name": words, "error_reason": words})


@contextmanager
def running_double() -> Iterator[ZaloOADouble]:
    """Run a double on a free port of its own thread, and another thread that posts its events."""
    double = ZaloOADouble()
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
            if not double.deliver_due():
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
