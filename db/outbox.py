"""Messages waiting to be sent: replies, each sent at least once or given up after a day."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from db.engine import AnyRow
from db.models import address, message

KEPT_TRYING = timedelta(hours=24)
LONGEST_DELAY = timedelta(seconds=300)


def due(
    connection: Connection, channels: Collection[str], busy: Collection[int], most: int, now: datetime
) -> list[AnyRow]:
    """Return the oldest waiting message of each address whose turn it is, except of the addresses `busy`."""
    first = select(func.min(message.c.id)).where(_waiting()).group_by(message.c.address_id)
    query = (
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
            message.c.id.in_(first),
            address.c.channel.in_(sorted(channels)),
            message.c.address_id.not_in(sorted(busy)),
            or_(message.c.not_before.is_(None), message.c.not_before <= now),
        )
        .order_by(message.c.id)
        .limit(most)
    )
    return list(connection.execute(query).all())


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


def sent(connection: Connection, message_id: int, provider_message_id: str) -> None:
    """Record that a message was taken by its vendor."""
    values = {"status": "sent", "provider_message_id": provider_message_id, "error": None}
    connection.execute(update(message).where(message.c.id == message_id).values(values))


def failed(connection: Connection, message_id: int, error: str) -> None:
    """Give a message up."""
    connection.execute(update(message).where(message.c.id == message_id).values(status="failed", error=error))


def retry(connection: Connection, message_id: int, attempts: int, error: str, now: datetime) -> None:
    """Let a message be tried again after 2, 4, 8 … 300 seconds; `attempts` is how often it has been tried before."""
    values = {"attempts": attempts + 1, "not_before": now + delay(attempts), "error": error}
    connection.execute(update(message).where(message.c.id == message_id).values(values))


def delay(attempts: int) -> timedelta:
    """Return how long to wait after a try that failed when `attempts` had failed before it."""
    return min(LONGEST_DELAY, timedelta(seconds=2 ** min(attempts + 1, 16)))


def stop(connection: Connection, address_id: int, error: str) -> None:
    """Send an address nothing more, until the person writes again."""
    connection.execute(update(address).where(address.c.id == address_id).values(state="stopped"))
    rows = _waiting() & (message.c.address_id == address_id)
    connection.execute(update(message).where(rows).values(status="failed", error=error))


def _waiting() -> ColumnElement[bool]:
    return (message.c.status == "queued") & (message.c.direction == "out")
