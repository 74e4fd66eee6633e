"""One visitor's conversation as the web shows it."""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection
from starlette.requests import Request

from bot.app import Parts
from bot.web.pages import parts_of
from content.sealing import sealed
from conversation.calendar import local_day
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

CHANNEL = "web"
SHOWN = 200
LINKS_HOLD = timedelta(days=2)
MOST_MISSED = 2000
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

Seal = Callable[[Attachment], Attachment]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the chat is: on a page of its own, or in a frame of the centre's site; each has its own conversations."""

    path: str
    cookie: str
    framed: bool = False


PAGE = Place("/chat", "kcbot_chat")
BOX = Place("/hop", "kcbot_hop", framed=True)


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
    """A conversation at one moment: its lines, and the choices that are open.

    `anew` says that it began again since the browser saw it: nothing the browser shows is part of it.
    """

    address_id: int
    lines: Sequence[Line]
    choices: Sequence[Shown] = ()
    pick_many: bool = False
    last_seq: int = 0
    wants: str = ""
    anew: bool = False


def place_of(request: Request) -> Place:
    """Return which of the two a request belongs to."""
    return BOX if request.url.path.split("/")[1] == BOX.path[1:] else PAGE


def visitor(request: Request) -> str:
    """Return the id of the browser's conversation; empty before its first message."""
    name = request.cookies.get(place_of(request).cookie, "")
    return name if _NAME.fullmatch(name) else ""


def new_id() -> str:
    """Return a random id, for a conversation or for one message."""
    return secrets.token_urlsafe(16)


async def shot(parts: Parts, name: str, after: int = 0) -> Shot | None:
    """Return a conversation's lines after a number, None where there is no conversation."""
    if not name:
        return None
    seal = _seal(parts)
    return await parts.database.read(lambda connection: _shot(connection, name, after, seal))


async def address_of(parts: Parts, name: str) -> int:
    """Return the number of a conversation's address, 0 where there is no conversation."""
    if not name:
        return 0
    row = await parts.database.read(lambda connection: conversations.find_address(connection, Address(CHANNEL, name)))
    return row.id if row and row.last_seq else 0


async def news(parts: Parts, name: str, after: int) -> Shot | None:
    """Return a conversation with its lines after a number, without any where there are none; None where it is gone."""
    seal = _seal(parts)
    return await parts.database.read(lambda connection: _news(connection, name, after, seal))


def _seal(parts: Parts) -> Seal:
    """Return what gives a file an address that holds for as long as a page is likely to stay open."""
    until = local_day(parts.clock()) + LINKS_HOLD
    return lambda file: sealed(file, parts.library.link_key, until)


def _news(connection: Connection, name: str, after: int, seal: Seal) -> Shot | None:
    row = conversations.find_address(connection, Address(CHANNEL, name))
    if row is not None and row.last_seq == after:
        return Shot(row.id, (), last_seq=after)
    return _shot(connection, name, after, seal)


def _shot(connection: Connection, name: str, after: int, seal: Seal) -> Shot | None:
    row = conversations.find_address(connection, Address(CHANNEL, name))
    if row is None or not row.last_seq:
        return None
    anew = after > row.last_seq
    after = 0 if anew else after
    most = min(max(SHOWN, row.last_seq - after), MOST_MISSED) if after else SHOWN
    messages = conversations.messages_after(connection, row.id, 0, most)
    lines = [_line(one, seal) for one in messages if one.seq > after and one.payload["text"]]
    outgoing = [Message.from_json(one.payload) for one in messages if one.direction == "out"]
    open_one = next((message for message in reversed(outgoing) if message.choices and message.choices[0].n), None)
    wants = outgoing[-1].wants if outgoing else ""
    if open_one is None:
        return Shot(row.id, lines, last_seq=row.last_seq, wants=wants, anew=anew)
    number = str(Session.from_json(row.session).prompt.number)
    live = [choice for choice in open_one.choices if choice.token.startswith((">", f"{number}:"))]
    return Shot(row.id, lines, live, open_one.pick_many, row.last_seq, wants, anew)


def _line(row: AnyRow, seal: Seal) -> Line:
    if row.direction == "in":
        return Line(row.seq, True, row.payload["text"])
    said = Message.from_json(row.payload)
    links = tuple(choice for choice in said.choices if not choice.n)
    pictures, file = said.pictures, seal(said.attachment) if said.attachment else None
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
