"""Where one person can be told something now."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from conversation.channel import CAPABILITIES
from db.audience import is_deserted, is_open
from db.engine import AnyRow
from db.models import address


def door_of(connection: Connection, contact_id: int, channels: Collection[str], now: datetime) -> AnyRow | None:
    """Return the address (`id`, `channel`) of a contact where they wrote last of those that take a message now, None
    where there is none; `channels` are those that run, all where none is named."""
    running = address.c.channel.in_(sorted(channels or CAPABILITIES))
    theirs = [address.c.contact_id == contact_id, address.c.state == "ok", running, is_open(address, now)]
    query = select(address.c.id, address.c.channel).where(*theirs)
    return connection.execute(query.order_by(is_deserted(address, now), address.c.last_seen_at.desc()).limit(1)).first()
