"""The web chat as a channel: what is stored is delivered."""

from datetime import datetime
from typing import Any

from conversation.channel import CAPABILITIES, Message, Rejected
from conversation.incoming import Address, File, Incoming


class Stored:
    """A door behind which somebody looks into the conversation: the web chat, or a terminal."""

    stored = True

    def __init__(self, name: str = "web", like: str = "web") -> None:
        self.name = name
        self.capabilities = CAPABILITIES[like]

    def parse(self, raw: Any, at: datetime) -> Incoming | None:
        """Read `{"from", "id", "text", "choice", "file", "source"}`; a file is stored already."""
        return Incoming(
            address=Address(self.name, raw["from"]),
            event_id=raw["id"],
            at=at,
            text=raw.get("text", ""),
            choice=raw.get("choice", ""),
            file=File(**raw["file"]) if raw.get("file") else None,
            source=raw.get("source", ""),
        )

    async def send(self, to: str, message: Message) -> str:
        raise Rejected("what is stored is not sent")

    async def edit(self, to: str, message_id: str, message: Message) -> None:
        raise Rejected("what is stored is not edited")

    async def fetch(self, reference: str) -> bytes:
        raise Rejected("what is stored is not fetched")
