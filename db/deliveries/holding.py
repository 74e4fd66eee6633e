"""What is held for people until they write, and for how long."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from db.announcements import DONE, SENDING
from db.deliveries.attempts import NEVER_WROTE
from db.deliveries.moving import free
from db.models import address, announcement, delivery

HELD_KEPT = timedelta(days=7)


def release(connection: Connection, contacts: Collection[int], now: datetime) -> None:
    """Let those be sent what was held for them who have just written, where they can be sent it now.

    What a vendor said is left for an address that they wrote from holds no more: its window has begun anew.
    """
    anew = address.c.contact_id.in_(contacts) & (address.c.last_seen_at >= now) & address.c.quota_left.is_not(None)
    connection.execute(update(address).where(anew).values(quota_left=None))
    kept = (delivery.c.status == "held") & (delivery.c.done_at > now - HELD_KEPT)
    if again := free(connection, kept & delivery.c.contact_id.in_(contacts), now):
        over = update(announcement).where(announcement.c.id.in_(again), announcement.c.state == DONE)
        connection.execute(over.values(state=SENDING))


def expire_held(connection: Connection, now: datetime) -> None:
    """Call unreachable those for whom something was held and who have not written for seven days."""
    old = update(delivery).where(delivery.c.status == "held", delivery.c.done_at <= now - HELD_KEPT)
    connection.execute(old.values(status="unreachable", error=NEVER_WROTE, done_at=now))
