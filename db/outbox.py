"""Messages waiting to be sent: replies, each sent at least once or given up after a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from db.engine import AnyRow
from db.models import address, message
from db.models.base import Moment

KEPT_TRYING = timedelta(hours=24)
LONGEST_DELAY = timedelta(seconds=300)
LEASE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: `sent`, `failed`, `stopped` (its address takes nothing more), or `queued` again until
    `not_before`, with how often it has been tried."""

    message_id: int
    address_id: int
    status: str
    provider_message_id: str | None = None
    error: str | None = None
    attempts: int = 0
    not_before: datetime | None = None


def claim(
    connection: Connection, channel: str, busy: Collection[int], most: int, now: datetime, *, alone: bool
) -> list[AnyRow]:
    """Take the oldest waiting message of each address of a channel, except of the addresses `busy`.

    Nobody else sends what is taken until its lease has passed; who is `alone` with the database needs no lease.
    """
    if most <= 0:
        return []
    asked = {"channel": channel, "busy": sorted(busy), "now": now, "most": most}
    rows = list(connection.execute(_DUE, asked).all())
    if rows and not alone:
        taken = update(message).where(message.c.id.in_([row.id for row in rows]))
        connection.execute(taken.values(lease_until=now + LEASE))
    return rows


def _waiting() -> ColumnElement[bool]:
    return (message.c.status == "queued") & (message.c.direction == "out")


_NOW = bindparam("now", type_=Moment)
_DUE = (
    select(
        message.c.id,
        message.c.payload,
        message.c.at,
        message.c.attempts,
        message.c.address_id,
        address.c.channel,
        address.c.external_id,
    )
    .join(address, address.c.id == message.c.address_id)
    .where(
        message.c.id.in_(select(func.min(message.c.id)).where(_waiting()).group_by(message.c.address_id)),
        address.c.channel == bindparam("channel"),
        message.c.address_id.not_in(bindparam("busy", expanding=True)),
        or_(message.c.not_before.is_(None), message.c.not_before <= _NOW),
        or_(message.c.lease_until.is_(None), message.c.lease_until <= _NOW),
    )
    .order_by(message.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=message, skip_locked=True)
)


def shown_before(connection: Connection, row: AnyRow, key: str) -> str:
    """Return the vendor's id of the last message before this one, where it was worded from the same key; else ""."""
    last = (
        select(message.c.provider_message_id, message.c.payload)
        .where(message.c.address_id == row.address_id, message.c.id < row.id, message.c.direction == "out")
        .order_by(message.c.id.desc())
        .limit(1)
    )
    found = connection.execute(last).first()
    same = found is not None and found.payload.get("key") == key
    return (found.provider_message_id or "") if found is not None and same else ""


def record(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Record what became of messages."""
    connection.execute(
        _RECORD,
        [
            {
                "row": one.message_id,
                "status": "failed" if one.status == "stopped" else one.status,
                "provider_message_id": one.provider_message_id,
                "error": one.error,
                "attempts": one.attempts,
                "not_before": one.not_before,
            }
            for one in sorted(outcomes, key=lambda one: one.message_id)
        ],
    )
    for one in outcomes:
        if one.status == "stopped":
            stop(connection, one.address_id, one.error or "")


_RECORD = (
    update(message)
    .where(message.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in ("status", "provider_message_id", "error", "attempts", "not_before")})
    .values(lease_until=None)
)


def delay(attempts: int) -> timedelta:
    """Return how long to wait after a try that failed when `attempts` had failed before it: 2, 4, 8 … 300 seconds."""
    return min(LONGEST_DELAY, timedelta(seconds=2 ** min(attempts + 1, 16)))


def stop(connection: Connection, address_id: int, error: str) -> None:
    """Send an address nothing more, until the person writes again."""
    connection.execute(update(address).where(address.c.id == address_id).values(state="stopped"))
    rows = _waiting() & (message.c.address_id == address_id)
    connection.execute(update(message).where(rows).values(status="failed", error=error))
