"""What vendors tell us of an address while its person says nothing."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, select, update

from conversation.incoming import Notice
from db import conversations, deliveries, link_offers
from db.engine import AnyRow
from db.models import address, conversation, delivery, message

# How long the bot only listens after a person of the centre has written.
SILENCE = timedelta(hours=2)
# How many of our last messages to an address are looked through for the one that came back as an event.
ECHOES = 20
OFFICER = "officer"


def take(connection: Connection, row: AnyRow, notice: Notice, now: datetime) -> None:
    """Keep what a notice says of the address of an event."""
    this = address.c.id == row.address_id
    match notice.kind:
        case "left":
            connection.execute(update(address).where(this).values(state="stopped"))
        case "back":
            connection.execute(update(address).where(this).values(state="ok", last_seen_at=now))
            deliveries.release(connection, [row.contact_id], now)
        case "phone":
            link_offers.confirm_phone(connection, row.address_id, notice.text, now)
        case "officer" if not _is_ours(connection, row.address_id, notice):
            payload = {"key": OFFICER, "text": notice.text, "choices": []}
            conversations.push(connection, row.address_id, payload, "", "sent", now)
            silence(connection, row.address_id, now + SILENCE)


def _is_ours(connection: Connection, address_id: int, notice: Notice) -> bool:
    """Whether what seems an officer's is the echo of what we sent, from this process or another."""
    recent = select(message).where(message.c.address_id == address_id, message.c.direction == "out")
    for one in connection.execute(recent.order_by(message.c.seq.desc()).limit(ECHOES)):
        if one.payload["key"] == OFFICER:
            continue
        same = one.provider_message_id == notice.event_id or one.payload["text"] == notice.text
        if same or one.status == "queued":
            return True
    sent = (delivery.c.provider_message_id == notice.event_id) | (delivery.c.status == "sending")
    return bool(connection.execute(select(exists().where(delivery.c.address_id == address_id, sent))).scalar())


def silence(connection: Connection, address_id: int, until: datetime | None) -> None:
    """Let the bot only listen at an address until a moment; None lets it speak again."""
    one = conversation.c.address_id == address_id
    connection.execute(update(conversation).where(one).values(silent_until=until))
