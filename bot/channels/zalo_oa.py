"""Zalo Official Account: its OpenAPI out, its webhook in."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
import structlog
from aiohttp import ClientError
from yarl import URL

from bot.channels import zalo_oa_events
from bot.channels.base import Caller
from bot.channels.pool import NoAnswer, NotWritten, Pool, timeouts
from bot.channels.zalo_oa_events import NAME, OwnSends, event_id, payload_of
from bot.channels.zalo_oa_tokens import TokenSource
from bot.clock import Clock
from conversation.channel import (
    CAPABILITIES,
    Failure,
    Message,
    Rejected,
    Stopped,
    Throttled,
    TokenRevoked,
    Uncertain,
    Unreachable,
    WindowClosed,
)
from conversation.incoming import Incoming, Notice
from db.inbox import Event

IN_FLIGHT = 32
LIMITS = timeouts(pool=5, connect=10, read=20, upload=None)
MEDIA_LIMITS = timeouts(pool=5, connect=10, read=20, upload=40)
LARGEST_FILE = 20 * 1024 * 1024
# Where implementers saw the files that people send; Zalo's documents name no host.
MEDIA_HOSTS = ("zdn.vn", "zadn.vn", "zaloapp.com", "zalo.me")
LONGEST_LABEL = 100
LONGEST_REASON = 200
# The rate is counted by the minute, and its answer does not say when the minute ends.
RATE_SECONDS = 15
SIGNATURE = "x-zevent-signature"

# Zalo's codes of refusals. To whom the window is closed, or for whom nothing is left that we may send, must write
# first; so must who can only be written to for money that the account does not spend.
TOKEN_REFUSED = {-124, -216, -220}
RATE_EXCEEDED = {-32}
CLOSED = {-211, -218, -224, -230, -231, -232, -320, -321}
# Does not follow the account; has been locked or away for long; takes no messages from it.
GONE = {-213, -227, -244}
NOT_SENT = {-200}

log = structlog.get_logger()


class _TokenRefused(Exception):
    """Zalo does not take the access token, or takes it no more."""


async def _nobody(_to: str, _left: int) -> None:
    """Tell nobody."""


class ZaloOA:
    """The door of an Official Account.

    `secret_key` signs its webhook; `media_hosts` are the domains that files are fetched from; `told_quota` is told how
    many more messages Zalo lets us send to a person, where it says so.
    """

    name = NAME
    capabilities = CAPABILITIES[NAME]
    stored = False

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        secret_key: str,
        base_url: str,
        tokens: TokenSource,
        clock: Clock,
        in_flight: int = IN_FLIGHT,
        media_hosts: Collection[str] = MEDIA_HOSTS,
        told_quota: Callable[[str, int], Awaitable[None]] = _nobody,
    ) -> None:
        self.bot_id = app_id
        self._keys = {"OA secret key": secret_key, "app secret": app_secret}
        self._base_url, self._tokens, self._clock = base_url, tokens, clock
        self._pool, self._media = Pool(in_flight), Pool(in_flight)
        self._gate = asyncio.Semaphore(in_flight)
        self._media_hosts = tuple(media_hosts)
        self._told_quota = told_quota
        self._own = OwnSends(clock())
        self._variants: set[str] = set()

    async def close(self) -> None:
        await self._pool.close()
        await self._media.close()

    def caller(self, headers: Mapping[str, str], body: bytes) -> Caller:
        """Say who posts: Zalo signs its events, and tries without a signature whether we are there."""
        given = headers.get(SIGNATURE, "").removeprefix("mac=").strip().lower().encode()
        if not given:
            return Caller.probe
        for variant, expected in self._signatures(body):
            if hmac.compare_digest(expected.encode(), given):
                if variant not in self._variants:
                    self._variants.add(variant)
                    log.info("how Zalo signs its webhook", variant=variant)
                return Caller.vendor
        return Caller.stranger

    def _signatures(self, body: bytes) -> Iterator[tuple[str, str]]:
        """Yield the signatures that a body may have, each with what it is made of: which one is right is not settled."""
        try:
            raw = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        if not isinstance(raw, dict):
            return
        timestamp = str(raw.get("timestamp", ""))
        for key_name, key in self._keys.items():
            for first_name, first in _first_terms(self.bot_id, raw):
                if key:
                    signed = b"".join((first.encode(), body, timestamp.encode(), key.encode()))
                    yield f"{first_name}, {key_name}", hashlib.sha256(signed).hexdigest()

    def event(self, raw: Any, at: datetime) -> Event | None:
        """Return an event to store, one that cannot be read with its error; None is not ours."""
        try:
            found = self.parse(raw, at)
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            return Event(NAME, self.bot_id, event_id(raw), raw, None, repr(broken))
        return Event(NAME, self.bot_id, found.event_id, raw, found.address) if found else None

    def parse(self, raw: Mapping[str, Any], at: datetime) -> Incoming | Notice | None:
        """Read what a person did, or what an officer wrote to them in Zalo's application; None for everything else."""
        found = zalo_oa_events.parse(raw, at)
        if isinstance(found, Notice) and found.kind == "officer" and self._own.include(raw, found):
            return None
        return found

    async def send(self, to: str, message: Message) -> str:
        """Send a message with its buttons."""
        content: dict[str, Any] = {"text": message.text}
        if message.buttons:
            buttons = [
                {"type": "oa.query.hide", "title": one.label[:LONGEST_LABEL], "payload": payload_of(one)}
                for one in message.choices
            ]
            pressed = {"template_type": "button", "text": message.text, "buttons": buttons}
            content["attachment"] = {"type": "template", "payload": pressed}
        return await self._send("/v3.0/oa/message/cs", to, {"recipient": {"user_id": to}, "message": content})

    async def send_template(self, to: str, template_id: str, values: Mapping[str, str]) -> str:
        """Send a message by a template that Zalo approved, which it charges for, whether the window is open or not."""
        filled = {"user_id": to, "template_id": template_id, "template_data": dict(values)}
        return await self._send("/v3.0/oa/message/template", to, filled)

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        raise Rejected("Zalo edits no messages")

    async def fetch(self, reference: str) -> bytes:
        """Download a file that somebody sent, from Zalo's hosts alone, up to 20 MB."""
        address = self._media_address(reference)
        try:
            async with self._media.session().get(address, allow_redirects=False, timeout=MEDIA_LIMITS) as answer:
                if answer.status != 200:
                    raise Rejected(f"HTTP {answer.status}")
                data = bytearray()
                async for part in answer.content.iter_any():
                    data += part
                    if len(data) > LARGEST_FILE:
                        raise Rejected("the file is larger than 20 MB")
                return bytes(data)
        except (NotWritten, ClientError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from None

    def _media_address(self, reference: str) -> URL:
        try:
            address = URL(reference)
            host = address.host or ""
        except ValueError:
            host = ""
        ours = any(host == one or host.endswith(f".{one}") for one in self._media_hosts)
        if not ours or address.scheme not in {"http", "https"}:
            raise Rejected("the file is not on a host of Zalo's")
        return address

    async def _send(self, path: str, to: str, values: Mapping[str, Any]) -> str:
        """Send, and return the id of the message, which may come back as an event."""
        with self._own.sending(to, self._clock) as ids:
            data = await self._call(path, values)
            number = str(data.get("message_id") or data.get("msg_id") or "")
            if number:
                ids.append(number)
        left = _left(data)
        if left is not None:
            try:
                await self._told_quota(to, left)
            except Exception:
                log.exception("what is left of a quota was not kept")
        return number

    async def _call(self, path: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Post values and return the answer's data; a token that is refused is renewed once. Raises a Failure."""
        try:
            body = orjson.dumps(values)
        except orjson.JSONEncodeError:  # half a surrogate pair
            raise Rejected("the text is no Unicode text") from None
        async with self._gate:
            token = await self._tokens.access()
            try:
                return await self._post(path, body, token)
            except _TokenRefused:
                token = await self._tokens.renew(token)
            try:
                return await self._post(path, body, token)
            except _TokenRefused:
                raise TokenRevoked("Zalo takes no access token of ours") from None

    async def _post(self, path: str, body: bytes, token: str) -> Mapping[str, Any]:
        headers = {"access_token": token, "Content-Type": "application/json"}
        try:
            status, answer = await self._pool.fetch("POST", self._base_url + path, body, headers, LIMITS)
            told = orjson.loads(answer)
        except NotWritten as error:
            raise Unreachable(str(error)) from None
        except NoAnswer as error:
            raise Uncertain(str(error)) from None
        except orjson.JSONDecodeError:
            raise Uncertain(f"HTTP {status}, no JSON") from None
        code = _code(told)
        if code is None or status >= 500:
            raise Uncertain(f"HTTP {status}, not from Zalo")
        if code:
            raise _refusal(code, str(told.get("message", ""))[:LONGEST_REASON])
        data = told.get("data")
        return data if isinstance(data, dict) else {}


def _first_terms(app_id: str, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a signature may begin with: the app's id, or the account's, which stands elsewhere in each event."""
    yield "app id", app_id
    for place in ("oa_id", "sender", "recipient"):
        found = raw.get(place)
        account = found.get("id") if isinstance(found, dict) else found
        if isinstance(account, str | int):
            yield "OA id", str(account)


def _code(told: Any) -> int | None:
    """Return the code of an answer, 0 for success; None where it is no answer of Zalo's."""
    try:
        return int(told["error"])
    except (KeyError, TypeError, ValueError):
        return None


def _refusal(code: int, words: str) -> Failure | _TokenRefused:
    """Return what Zalo refused, whatever the HTTP status: it answers 200 to most."""
    reason = f"{code} {words}"
    if code in TOKEN_REFUSED:
        return _TokenRefused()
    if code in RATE_EXCEEDED:
        return Throttled(RATE_SECONDS)
    if code in CLOSED:
        return WindowClosed(reason)
    if code in GONE:
        return Stopped(reason)
    if code in NOT_SENT:
        return Unreachable(reason)
    return Rejected(reason)


def _left(data: Mapping[str, Any]) -> int | None:
    """Return how many more messages may be sent to a person, as a number or a text of it; None where it is not said."""
    for place in ("quota", "cs_reply"):
        try:
            return int(data[place]["remain"])
        except (KeyError, TypeError, ValueError):
            continue
    return None
