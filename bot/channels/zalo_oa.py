"""Zalo Official Account: its OpenAPI out, its webhook in."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
from aiohttp import ClientError, FormData
from yarl import URL

from bot.channels import zalo_oa_events
from bot.channels.base import Caller, TokenRefused
from bot.channels.pauses import Pauses
from bot.channels.pool import NoAnswer, NotWritten, Pool, timeouts
from bot.channels.zalo_oa_answers import PAUSES, TooMany, data_of, quota_left
from bot.channels.zalo_oa_events import NAME, OwnSends, event_id, payload_of, remember, signatures
from bot.channels.zalo_oa_tokens import TokenSource
from bot.clock import Clock
from conversation.channel import (
    CAPABILITIES,
    Attachment,
    Failure,
    Message,
    Rejected,
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
SIGNATURE = "x-zevent-signature"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where files of a kind are uploaded, how large they may be, and what Zalo calls their ids."""

    path: str
    largest: int
    called: str


IMAGE = _Kind("/v2.0/oa/upload/image", 1024 * 1024, "attachment_id")
DOCUMENT = _Kind("/v2.0/oa/upload/file", 5 * 1024 * 1024, "token")
DOCUMENTS = {
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/csv",
}
# Zalo keeps an upload for seven days.
UPLOAD_KEPT = timedelta(days=6)
FILE_ARRIVED = "tệp đính kèm đã đến, phần chữ thì chưa chắc"
JSON = {"Content-Type": "application/json"}
Body = bytes | FormData


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
        self._pauses = Pauses(PAUSES)
        self._media_hosts = tuple(media_hosts)
        self._told_quota = told_quota
        self._own = OwnSends(clock())
        self._variants: set[str] = set()
        self._uploading = asyncio.Lock()
        self._uploads: dict[str, tuple[str, datetime]] = {}

    async def close(self) -> None:
        await self._pool.close()
        await self._media.close()

    def caller(self, headers: Mapping[str, str], body: bytes) -> Caller:
        """Say who posts: Zalo signs its events, and tries without a signature whether we are there."""
        given = headers.get(SIGNATURE, "").removeprefix("mac=").strip().lower().encode()
        if not given:
            return Caller.probe
        for variant, expected in signatures(self.bot_id, self._keys, body):
            if hmac.compare_digest(expected.encode(), given):
                if variant not in self._variants:
                    self._variants.add(variant)
                    log.info("how Zalo signs its webhook", variant=variant)
                return Caller.vendor
        return Caller.stranger

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
        """Send a message with its buttons and its file.

        A file that Zalo does not take must stand in the words as an address. A document goes before the words: where
        these fail then, what arrived is Uncertain.
        """
        content: dict[str, Any] = {"text": message.text}
        template: dict[str, Any] = {"template_type": "button", "text": message.text} if message.buttons else {}
        file = message.attachment
        uploaded = await self._upload(file) if file else ""
        if file and not uploaded and file.place not in message.text:
            raise Rejected("Zalo takes no such file")
        if file and uploaded and file.is_picture:
            template = {"template_type": "media", "elements": [{"media_type": "image", "attachment_id": uploaded}]}
        if template:
            content["attachment"] = {"type": "template", "payload": template | _buttons(message)}
        if not uploaded or (file and file.is_picture):
            return await self._consult(to, content)
        await self._consult(to, {"attachment": {"type": "file", "payload": {"token": uploaded}}})
        try:
            return await self._consult(to, content)
        except Failure as failure:
            raise Uncertain(f"{FILE_ARRIVED}: {failure}") from None

    async def _consult(self, to: str, content: Mapping[str, Any]) -> str:
        return await self._send("/v3.0/oa/message/cs", to, {"recipient": {"user_id": to}, "message": content})

    async def _upload(self, file: Attachment) -> str:
        """Return what Zalo calls a file, uploaded once in a while; "" for one that it does not take."""
        kind = IMAGE if file.is_picture else DOCUMENT if file.media_type in DOCUMENTS else None
        if kind is None or not 0 < len(file.data) <= kind.largest:
            return ""
        async with self._uploading:
            known = self._uploads.get(file.sha)
            if known and self._clock() < known[1]:
                return known[0]
            until = self._clock() + UPLOAD_KEPT
            try:
                data = await self._call(kind.path, lambda: _form(file))
            except (Rejected, WindowClosed) as refused:
                log.warning("Zalo takes no upload", reason=str(refused))
                return ""
            except Uncertain as lost:  # nobody has been sent anything yet
                raise Unreachable(str(lost)) from None
            uploaded = str(data.get(kind.called) or "")
            if uploaded:
                remember(self._uploads, file.sha, (uploaded, until))
            return uploaded

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
        try:
            body = orjson.dumps(values)
        except orjson.JSONEncodeError:  # half a surrogate pair
            raise Rejected("the text is no Unicode text") from None
        with self._own.sending(to, self._clock) as ids:
            data = await self._call(path, lambda: body)
            number = str(data.get("message_id") or data.get("msg_id") or "")
            if number:
                ids.append(number)
        left = quota_left(data)
        if left is not None:
            try:
                await self._told_quota(to, left)
            except Exception:
                log.exception("what is left of a quota was not kept")
        return number

    async def _call(self, path: str, body: Callable[[], Body]) -> Mapping[str, Any]:
        """Post a body and return the answer's data. Raises a Failure."""
        begun = self._pauses.begin()
        try:
            data = await self._renewing(path, body)
        except TooMany:
            raise Throttled(self._pauses.after(begun)) from None
        self._pauses.succeeded()
        return data

    async def _renewing(self, path: str, body: Callable[[], Body]) -> Mapping[str, Any]:
        """Post a body; a token that is refused is renewed once. Raises TooMany or a Failure."""
        async with self._gate:
            token = await self._tokens.access()
            try:
                return await self._post(path, body(), token)
            except TokenRefused:
                token = await self._tokens.renew(token)
            try:
                return await self._post(path, body(), token)
            except TokenRefused:
                raise TokenRevoked("Zalo takes no access token of ours") from None

    async def _post(self, path: str, body: Body, token: str) -> Mapping[str, Any]:
        headers = {"access_token": token, **(JSON if isinstance(body, bytes) else {})}
        try:
            status, answer = await self._pool.fetch("POST", self._base_url + path, body, headers, LIMITS)
        except NotWritten as error:
            raise Unreachable(str(error)) from None
        except NoAnswer as error:
            raise Uncertain(str(error)) from None
        return data_of(status, answer)


def _buttons(message: Message) -> dict[str, Any]:
    if not message.buttons:
        return {}
    titled = ((one.label[:LONGEST_LABEL], payload_of(one)) for one in message.choices)
    return {"buttons": [{"type": "oa.query.hide", "title": title, "payload": payload} for title, payload in titled]}


def _form(file: Attachment) -> FormData:
    """Return a form with a file that keeps its name."""
    form = FormData(quote_fields=False)
    form.add_field("file", file.data, filename=file.name, content_type=file.media_type)
    return form
