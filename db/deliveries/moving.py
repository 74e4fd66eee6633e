"""Letting what was surely not sent wait where its person can be sent to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from db.audience import best_address, is_open
from db.engine import AnyRow
from db.models import delivery


def move(
    connection: Connection, which: ColumnElement[bool], now: datetime, channels: Collection[str] | None
) -> list[AnyRow]:
    """Let deliveries wait at the best address that their people can be sent to now, by one of these channels or, with
    None, by any; return those that have one, with their announcements."""
    if channels is not None and not channels:
        return []
    best = best_address(channels or (), of=delivery.c.contact_id, now=now)
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
        connection.execute(_MOVE, [{"row": one.id, "to": one.address_id, "by": one.channel} for one in rows])
    return rows


_MOVE = (
    update(delivery)
    .where(delivery.c.id == bindparam("row"))
    .values(address_id=bindparam("to"), channel=bindparam("by"), status="pending")
    .values(price=None, error=None, not_before=None, done_at=None)
)
