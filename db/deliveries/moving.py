"""Letting what was surely not sent wait where its person can be sent to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from db.audience import best_address, is_deserted, is_open
from db.audience.reach import BestAddress
from db.engine import AnyRow
from db.models import delivery


def move(
    connection: Connection,
    which: ColumnElement[bool],
    channels: Collection[str],
    now: datetime,
    *,
    deserted: bool = True,
) -> set[int]:
    """Let deliveries wait at another address that their people can be sent to now by one of these channels; return
    which of them have one. Where nobody has come by for long they only wait if `deserted`."""
    if not channels:
        return set()
    other = best_address(channels, of=delivery.c.contact_id, now=now, besides=delivery.c.address_id)
    if not deserted:
        which &= ~is_deserted(other.table, now)
    return {one.id for one in _wait_at(connection, other, which, now)}


def free(connection: Connection, which: ColumnElement[bool], now: datetime) -> set[int]:
    """Let deliveries wait wherever their people can be sent to now; return the announcements of those that can."""
    best = best_address(of=delivery.c.contact_id, now=now)
    return {one.announcement_id for one in _wait_at(connection, best, which, now)}


def _wait_at(connection: Connection, best: BestAddress, which: ColumnElement[bool], now: datetime) -> list[AnyRow]:
    query = (
        select(delivery.c.id, delivery.c.announcement_id, best.table.c.id.label("address_id"), best.table.c.channel)
        .select_from(delivery)
        .join(best.table, best.on)
        .where(which, is_open(best.table, now))
        .order_by(delivery.c.id)
        .with_for_update(of=delivery)
    )
    rows = list(connection.execute(query).all())
    if rows:
        connection.execute(_WAIT, [{"row": one.id, "to": one.address_id, "by": one.channel} for one in rows])
    return rows


_WAIT = (
    update(delivery)
    .where(delivery.c.id == bindparam("row"))
    .values(address_id=bindparam("to"), channel=bindparam("by"), status="pending")
    .values(price=None, error=None, not_before=None, done_at=None)
)
