"""What staff say to one person, put where that person can be reached."""

from sqlalchemy import Connection

from console.visit import Visit
from content.render import nfc
from conversation.channel import Message
from db import conversations, reaching


def tell(visit: Visit, connection: Connection, contact_id: int, key: str, words: str, link: str) -> int | None:
    """Queue words for a person and return the number of the message, None where nothing reaches them now; `link` is
    what their answer is about."""
    door = reaching.door_of(connection, contact_id, visit.console.channels, visit.now)
    if door is None:
        return None
    status = "sent" if door.channel in visit.console.stored else "queued"
    payload = Message(key, nfc(words)).to_json()
    return conversations.push(connection, door.id, payload, link, status, visit.now)
