"""Deliveries: one per announcement and recipient, each marked before it is sent and sent at most once."""

from db.deliveries.attempts import (
    GONE,
    IN_DOUBT,
    NEVER_WROTE,
    NOWHERE,
    OUTSIDE_WINDOW,
    STOPPED_TAKING,
    Claimed,
    Outcome,
    Shown,
)
from db.deliveries.claiming import claim, open_announcements, queue
from db.deliveries.holding import HELD_KEPT, expire_held, release
from db.deliveries.recording import expire_leases, finish, give_up, record, recover

__all__ = [
    "GONE",
    "HELD_KEPT",
    "IN_DOUBT",
    "NEVER_WROTE",
    "NOWHERE",
    "OUTSIDE_WINDOW",
    "STOPPED_TAKING",
    "Claimed",
    "Outcome",
    "Shown",
    "claim",
    "expire_held",
    "expire_leases",
    "finish",
    "give_up",
    "open_announcements",
    "queue",
    "record",
    "recover",
    "release",
]
