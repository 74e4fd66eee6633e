"""One visitor's conversation as the web shows it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.requests import Request

from bot.app import Parts
from bot.web.pages import parts_of
from conversation.catalog import FixedCatalog
from conversation.channel import CAPABILITIES, Attachment, Message, Shown
from conversation.contact import KnownContact
from conversation.engine import converse
from conversation.flow import Turn
from conversation.incoming import Address, Incoming
from conversation.session import Session
from db import conversations
from db.engine import AnyRow
from handlers import FLOWS

COOKIE = "kcbot_chat"
CHANNEL = "web"
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the page shows it, whoever said it; `links` are what an announcement lets one tap."""

    seq: int
    mine: bool
    text: str
    key: str = ""
    pictures: Sequence[tuple[str, str]] = ()
    links: Sequence[Shown] = ()
    file: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Shot:
    """A conversation at one moment: its lines, and the choices that are open."""

    address_id: int
    lines: Sequence[Line]
    choices: Sequence[Shown] = ()
    pick_many: bool = False
    last_seq: int = 0
    wants: str = ""


def visitor(request: Request) -> str:
    """Return the id of the browser's conversation; empty before its first message."""
    return request.cookies.get(COOKIE, "")


def new_id() -> str:
    """Return a random id, for a conversation or for one message."""
    return secrets.token_urlsafe(16)


async def shot(parts: Parts, name: str, after: int = 0) -> Shot | None:
    """Return a conversation's lines after a number, None where there is no conversation."""
    if not name:
        return None
    return await parts.database.read(lambda connection: _shot(connection, name, after))


def _shot(connection: Connection, name: str, after: int) -> Shot | None:
    row = conversations.find_address(connection, Address(CHANNEL, name))
    if row is None or not row.last_seq:
        return None
    messages = conversations.messages_after(connection, row.id, 0, SHOWN)
    lines = [_line(one) for one in messages if one.seq > after and one.payload["text"]]
    outgoing = [Message.from_json(one.payload) for one in messages if one.direction == "out"]
    open_one = next((message for message in reversed(outgoing) if message.choices and message.choices[0].n), None)
    wants = outgoing[-1].wants if outgoing else ""
    if open_one is None:
        return Shot(row.id, lines, last_seq=row.last_seq, wants=wants)
    number = str(Session.from_json(row.session).prompt.number)
    live = [choice for choice in open_one.choices if choice.token.startswith((">", f"{number}:"))]
    return Shot(row.id, lines, live, open_one.pick_many, row.last_seq, wants)


def _line(row: AnyRow) -> Line:
    if row.direction == "in":
        return Line(row.seq, True, row.payload["text"])
    said = Message.from_json(row.payload)
    links = tuple(choice for choice in said.choices if not choice.n)
    pictures, file = said.pictures, said.attachment
    if file and file.is_picture:
        pictures, file = (*pictures, (file.place, "")), None
    return Line(row.seq, False, said.text, said.key, pictures, links, file)


def greeting(parts: Parts) -> Shot:
    """Return what a newcomer sees; nothing is stored before they write."""
    now = parts.clock()
    hello = Incoming(Address(CHANNEL, ""), "", now, text="/start")
    outcome = converse(Turn(hello, KnownContact(), Session(), FixedCatalog(parts.library), now, b""), FLOWS)
    messages = parts.renderer.render(outcome.replies, CAPABILITIES[CHANNEL], outcome.session.prompt.number)
    lines = [Line(0, False, message.text, message.key) for message in messages]
    return Shot(0, lines, messages[-1].choices)


async def current(request: Request) -> Shot:
    """Return the browser's conversation, or the greeting."""
    parts = parts_of(request)
    return await shot(parts, visitor(request)) or greeting(parts)
