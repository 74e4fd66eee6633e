"""What vendors tell us of an address while its person says nothing."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from conversation.incoming import Notice
from db import conversations, link_offers
from db.engine import AnyRow
from db.models import address, conversation

# How long the bot only listens after a person of the centre has written.
SILENCE = timedelta(hours=2)


def take(connection: Connection, row: AnyRow, notice: Notice, now: datetime) -> None:
    """Keep what a notice says of the address of an event."""
    this = address.c.id == row.address_id
    match notice.kind:
        case "left":
            connection.execute(update(address).where(this).values(state="stopped"))
        case "back":
            connection.execute(update(address).where(this).values(state="ok", last_seen_at=now))
        case "phone":
            link_offers.confirm_phone(connection, row.address_id, notice.text, now)
        case "officer":
            payload = {"key": "officer", "text": notice.text, "choices": []}
            conversations.push(connection, row.address_id, payload, "", "sent", now)
            silence(connection, row.address_id, now + SILENCE)


def silence(connection: Connection, address_id: int, until: datetime | None) -> None:
    """Let the bot only listen at an address until a moment; None lets it speak again."""
    one = conversation.c.address_id == address_id
    connection.execute(update(conversation).where(one).values(silent_until=until))
