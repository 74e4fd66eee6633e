"""What a door is."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Protocol, runtime_checkable

from conversation.channel import Capabilities, Message
from conversation.incoming import Incoming, Notice
from db.inbox import Event


class Channel(Protocol):
    """A door: reads its vendor's events, and sends messages.

    `stored` says that a message is delivered by being stored, as in the web chat: nothing is sent.
    """

    @property
    def name(self) -> str: ...
    @property
    def capabilities(self) -> Capabilities: ...
    @property
    def stored(self) -> bool: ...

    def parse(self, raw: Any, at: datetime) -> Incoming | Notice | None:
        """Read a raw event; None where it is none of ours. Raises ValueError, KeyError or TypeError on a broken one."""
        ...

    async def send(self, to: str, message: Message) -> str:
        """Send to an external id; return the vendor's id of the message. Raises a `Failure`."""
        ...

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        """Put a message in the place of one that was sent. Raises a `Failure`: Rejected where it cannot be edited."""
        ...

    async def fetch(self, reference: str) -> bytes:
        """Return a file that somebody sent. Raises a `Failure`."""
        ...


class TokenRefused(Exception):
    """The vendor does not know the token."""


class AnotherPoller(Exception):
    """Somebody else asks for this bot's events."""


class WebhookSet(Exception):
    """Events go to a webhook, which polling excludes."""


class WebhookRefused(Exception):
    """The vendor will not post to the address we gave."""


class Caller(Enum):
    """Who posts to a webhook: its vendor, its vendor trying whether we are there, or somebody else."""

    vendor = "vendor"
    probe = "probe"
    stranger = "stranger"


@runtime_checkable
class Hooked(Protocol):
    """A door whose vendor posts events to our webhook, which answers before they are handled."""

    @property
    def name(self) -> str: ...

    def caller(self, headers: Mapping[str, str], body: bytes) -> Caller:
        """Say who sent a request, its headers named in lower case; secrets are compared in constant time."""
        ...

    def event(self, raw: Any, at: datetime) -> Event | None:
        """Return a decoded body as an event to store, one that cannot be read with its error; None is not ours."""
        ...
