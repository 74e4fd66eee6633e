"""The Zalo Bot Platform: ten small JSON calls out, a webhook or a poll in."""

import asyncio
import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import orjson
import structlog
from aiohttp import ClientTimeout

from bot.channels import zalo_bot_events
from bot.channels.base import Caller, TokenRefused, WebhookRefused, WebhookSet
from bot.channels.pool import NoAnswer, NotWritten, Pool, timeouts
from bot.channels.zalo_bot_answers import (
    BAD_REQUEST,
    LONGEST_REASON,
    TIMED_OUT,
    TOKEN_REFUSED,
    BackOff,
    Refused,
    result_of,
    without_token,
)
from bot.channels.zalo_bot_events import NAME, event_id, holds_event, payload_of
from bot.channels.zalo_bot_media import Media
from conversation.channel import CAPABILITIES, Message, Rejected, Uncertain, Unreachable
from conversation.incoming import Incoming
from db.inbox import Event

IN_FLIGHT = 32
SECRET = "x-bot-api-secret-token"  # noqa: S105 - the name of a header
LIMITS = timeouts(pool=5, connect=10, read=20, upload=None)
# Where pictures and recordings were seen; Zalo's documents name no host.
MEDIA_HOSTS = ("zdn.vn", "zadn.vn")
JSON = {"Content-Type": "application/json"}

log = structlog.get_logger()


class ZaloBot:
    """The door of a Zalo bot; `base_url` is as `https://bot-api.zaloplatforms.com/bot`.

    `secret` comes back with each event that is posted; `media_hosts` are the domains that files are fetched from.
    """

    name = NAME
    capabilities = CAPABILITIES[NAME]
    stored = False

    def __init__(
        self,
        token: str,
        base_url: str,
        secret: str,
        in_flight: int = IN_FLIGHT,
        media_hosts: Collection[str] = MEDIA_HOSTS,
    ) -> None:
        self._token, self._place, self._secret = token, f"{base_url}{token}/", secret
        self._sending, self._asking = Pool(in_flight), Pool(1)
        self._media = Media(media_hosts, in_flight)
        self._gate = asyncio.Semaphore(in_flight)
        self._back_off = BackOff()

    @property
    def bot_id(self) -> str:
        """A digest of the token: events need not name their bot, and the token is a secret."""
        return hashlib.sha256(self._token.encode()).hexdigest()[:16]

    async def open(self) -> None:
        """Ask Zalo whether it knows the token; raises TokenRefused or Unreachable."""
        try:
            await self._ask("getMe", {})
        except Refused as refused:
            raise Unreachable(str(refused)) from None

    async def close(self) -> None:
        await self._sending.close()
        await self._asking.close()
        await self._media.close()

    async def set_webhook(self, url: str) -> None:
        """Have events posted to an address, with the secret; raises WebhookRefused, TokenRefused or Unreachable."""
        try:
            answer = await self._ask("setWebhook", {"url": url, "secret_token": self._secret})
        except Refused as refused:
            raise (WebhookRefused if refused.code == BAD_REQUEST else Unreachable)(str(refused)) from None
        tried = answer.get("verification") if isinstance(answer, dict) else None
        if isinstance(tried, dict) and tried.get("ok") is False:
            hint = without_token(str(tried.get("hint") or tried.get("outcome")), self._token)
            log.warning("Zalo Bot: đã đặt webhook, nhưng Zalo gọi thử chưa được", hint=hint[:LONGEST_REASON])

    async def update(self, seconds: int) -> Any:
        """Wait for an event and return it as it is, None where none came: Zalo gives out each one once.

        Raises WebhookSet, TokenRefused, or Unreachable.
        """
        try:
            return await self._ask("getUpdates", {"timeout": str(seconds)}, seconds)
        except Refused as refused:
            if refused.code == TIMED_OUT:
                return None
            if refused.code == BAD_REQUEST:
                raise WebhookSet from None
            raise Unreachable(str(refused)) from None

    async def _ask(self, method: str, values: Mapping[str, Any], seconds: int = 0) -> Any:
        """Call what sends nobody anything, and waits `seconds`; raises TokenRefused, Refused, or Unreachable."""
        limits = timeouts(pool=5, connect=10, read=seconds + 10, upload=None)
        try:
            return await self._call(self._asking, method, values, limits)
        except Refused as refused:
            if refused.code == TOKEN_REFUSED:
                raise TokenRefused from None
            raise
        except Uncertain as lost:
            raise Unreachable(str(lost)) from None

    def caller(self, headers: Mapping[str, str], body: bytes) -> Caller:
        """Tell Zalo from others by the secret that it was given with the webhook, and an event from a mere trial."""
        given = headers.get(SECRET, "")
        if not self._secret or not hmac.compare_digest(given.encode(errors="replace"), self._secret.encode()):
            return Caller.stranger
        return Caller.vendor if holds_event(body) else Caller.probe

    def event(self, raw: Any, at: datetime) -> Event | None:
        """Return an event to store, one that cannot be read or kept with its error; None is not ours."""
        kept = payload_of(raw)
        try:
            incoming = self.parse(kept, at)
        except (KeyError, TypeError, ValueError, AttributeError) as broken:
            return Event(NAME, self.bot_id, event_id(raw), kept, None, repr(broken))
        return Event(NAME, self.bot_id, incoming.event_id, kept, incoming.address) if incoming else None

    def parse(self, raw: Mapping[str, Any], at: datetime) -> Incoming | None:
        """Read what a person wrote in a private chat; None for everything else."""
        return zalo_bot_events.parse(raw, at)

    async def send(self, to: str, message: Message) -> str:
        """Send the words of a message, which hold its choices, and the address of its file: Zalo takes no more."""
        text = _fitting(message)
        begun = self._back_off.begin()
        try:
            async with self._gate:
                sent = await self._call(self._sending, "sendMessage", {"chat_id": to, "text": text}, LIMITS)
        except Refused as refused:
            raise self._back_off.failure(refused, begun, to, text) from None
        self._back_off.succeeded(to, text)
        return str(sent.get("message_id") or "") if isinstance(sent, dict) else ""

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        raise Rejected("Zalo edits no messages")

    async def fetch(self, reference: str) -> bytes:
        """Download a picture or a recording that somebody sent, up to 20 MB, from Zalo's hosts alone."""
        return await self._media.fetch(reference)

    async def _call(self, pool: Pool, method: str, values: Mapping[str, Any], limits: ClientTimeout) -> Any:
        """Call a method and return its result. Raises Refused, Unreachable, or Uncertain."""
        try:
            status, body = await pool.fetch("POST", self._place + method, orjson.dumps(values), JSON, limits)
        except NotWritten as error:
            raise Unreachable(str(error)) from None
        except NoAnswer as error:
            raise Uncertain(str(error)) from None
        return result_of(status, body, self._token)


def _fitting(message: Message) -> str:
    """Return the words of a message; raises Rejected where Zalo cannot carry it."""
    file, text = message.attachment, message.text
    if file and file.place not in text:
        raise Rejected("Zalo Bot carries no files")
    try:
        units = len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError:  # half a surrogate pair
        raise Rejected("the text is no Unicode text") from None
    if not text.strip() or units > CAPABILITIES[NAME].text_limit:
        raise Rejected(f"the text has {units} units")
    return text
