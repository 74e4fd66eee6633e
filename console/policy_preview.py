"""A page as each channel shows it: the very replies of the conversation, worded as they will be sent."""

from dataclasses import dataclass, replace
from datetime import datetime

from content.page_fields import LABELS
from content.pages import PARTS
from content.render import Renderer
from conversation.catalog import FixedCatalog, Library
from conversation.channel import CAPABILITIES, Message
from conversation.contact import KnownContact
from conversation.engine import converse
from conversation.flow import Turn
from conversation.incoming import Address, Incoming
from conversation.page import Page
from conversation.session import Session
from handlers import FLOWS

Alike = tuple[tuple[str, ...], tuple[Message, ...]]
# What the first message says itself.
FIRST = {"what", "money"}


@dataclass(frozen=True, slots=True)
class Screen:
    """What a tap leads to, on the channels that show it alike."""

    title: str
    alike: tuple[Alike, ...]


def screens(library: Library, renderer: Renderer, page: Page, now: datetime) -> list[Screen]:
    """Return the page as it opens, then each of its parts that a button opens."""
    shown = replace(library, pages={**library.pages, page.id: page})
    links = [("Mở trang", f">policies/{page.id}")]
    links += [
        (LABELS[part], f">policies/{page.id}/{part}") for part in PARTS if part in page.parts and part not in FIRST
    ]
    return [Screen(title, _alike(shown, renderer, link, now)) for title, link in links]


def _alike(library: Library, renderer: Renderer, link: str, now: datetime) -> tuple[Alike, ...]:
    tap = Incoming(Address("web", ""), "", now, choice=link)
    outcome = converse(Turn(tap, KnownContact(), Session(greeted=True), FixedCatalog(library), now, b""), FLOWS)
    alike: dict[tuple[Message, ...], list[str]] = {}
    for channel, can in CAPABILITIES.items():
        messages = renderer.render(outcome.replies, can, outcome.session.prompt.number)
        alike.setdefault(messages, []).append(channel)
    return tuple((tuple(names), messages) for messages, names in alike.items())
