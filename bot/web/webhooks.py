"""Where vendors post their events: stored and committed before they are answered, handled after."""

import asyncio
from collections.abc import Mapping

import orjson
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.base import Caller, Channel, Hooked
from bot.receive import Receiver
from bot.web.pages import parts_of
from db.inbox import Event

LARGEST_EVENT = 1024 * 1024
LONGEST_ID = 200
READ_SECONDS = 10
ANSWERS = {
    Caller.vendor: PlainTextResponse("ok"),
    Caller.probe: PlainTextResponse("ok"),
    Caller.stranger: PlainTextResponse("not from our vendor", 403),
}


class _TooLarge(Exception):
    """More than an event ever is."""


def routes(channels: Mapping[str, Channel]) -> list[Route]:
    """Return a route for each door that takes events by webhook, at the `address_of` its name."""
    hooked = [(name, door) for name, door in channels.items() if isinstance(door, Hooked)]
    return [Route(address_of(name), _Webhook(door).take, methods=["GET", "POST"]) for name, door in hooked]


def address_of(channel: str) -> str:
    """Return where a vendor posts: `/webhooks/zalo-oa` for `zalo_oa`."""
    return f"/webhooks/{channel.replace('_', '-')}"


class _Webhook:
    """One vendor's webhook."""

    def __init__(self, door: Hooked) -> None:
        self.door = door

    async def take(self, request: Request) -> Response:
        """Answer 200 to what is stored or none of ours, 4xx to everything else, whatever arrives."""
        if request.method == "GET":
            return ANSWERS[Caller.probe]
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await _read(request)
        except _TooLarge:
            return PlainTextResponse("too large", 413)
        except (TimeoutError, ClientDisconnect):
            return PlainTextResponse("too slow", 408)
        caller = self.door.caller(request.headers, body)
        if caller is not Caller.vendor:
            return ANSWERS[caller]
        try:
            raw = orjson.loads(body)
        except orjson.JSONDecodeError:
            return PlainTextResponse("no JSON", 400)
        receiver = parts_of(request).receiver
        event = self.door.event(raw, receiver.clock())
        if event is None:
            return ANSWERS[caller]
        if not _can_be_kept(event):
            return PlainTextResponse("no event", 400)
        await _keep(receiver, event)
        receiver.changed.wake()
        return ANSWERS[caller]


async def _keep(receiver: Receiver, event: Event) -> None:
    """Keep an event with those that arrive beside it, in one commit; by itself where that one fails."""
    try:
        await receiver.arriving.put(event)
    except SQLAlchemyError:
        await receiver.store([event])


def _can_be_kept(event: Event) -> bool:
    """Whether a database takes it: its ids are fit for an index, and it is not nested without end."""
    who = event.address.id if event.address else ""
    if max(len(event.event_id), len(who)) > LONGEST_ID or "\0" in event.event_id + who:
        return False
    try:
        orjson.dumps(event.payload)
    except orjson.JSONEncodeError:
        return False
    return True


async def _read(request: Request) -> bytes:
    """Return a body, having read no more of it than an event may be; raises _TooLarge."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_EVENT:
            raise _TooLarge
    return bytes(body)
