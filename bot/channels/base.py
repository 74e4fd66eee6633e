"""What a door is."""

from datetime import datetime
from typing import Any, Protocol

from conversation.channel import Capabilities, Message
from conversation.incoming import Incoming


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

    def parse(self, raw: Any, at: datetime) -> Incoming | None:
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
