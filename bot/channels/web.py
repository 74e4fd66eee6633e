"""The web chat as a channel: what is stored is delivered."""

from datetime import datetime
from typing import Any

from conversation.channel import CAPABILITIES, Message, Rejected
from conversation.incoming import Address, Incoming


class Stored:
    """A door behind which somebody looks into the conversation: the web chat, or a terminal."""

    stored = True

    def __init__(self, name: str = "web", like: str = "web") -> None:
        self.name = name
        self.capabilities = CAPABILITIES[like]

    def parse(self, raw: Any, at: datetime) -> Incoming | None:
        """Read `{"from", "id", "text", "choice"}`."""
        return Incoming(
            address=Address(self.name, raw["from"]),
            event_id=raw["id"],
            at=at,
            text=raw.get("text", ""),
            choice=raw.get("choice", ""),
            unsupported=raw.get("unsupported", False),
        )

    async def send(self, to: str, message: Message) -> str:
        raise Rejected("what is stored is not sent")
