"""Which deliveries there are of an announcement, and taking some of them to be sent."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, false, func, literal, or_, select, update

from db.announcements import QUEUED, REMINDER, SENDING
from db.audience import Audience, best_address, condition, is_open, opened_since, read, was_opened
from db.deliveries.attempts import GONE, LEASE, NOWHERE, OUTSIDE_WINDOW, STOPPED_TAKING, Claimed
from db.deliveries.moving import move
from db.engine import AnyRow
from db.inbox import insert_ignoring
from db.models import address, announcement, contact, conversation, delivery, vendor_template
from db.models.base import Moment

NOT_INTERRUPTED = timedelta(hours=1)
# What the announcement's paid template costs, NULL where it has none that is in use.
_PRICE = (
    select(vendor_template.c.price)
    .where(vendor_template.c.id == announcement.c.template, vendor_template.c.active)
    .scalar_subquery()
)


def open_announcements(connection: Connection, now: datetime) -> list[AnyRow]:
    """Return the announcements whose time has come and that are not over, the oldest first."""
    query = (
        select(announcement)
        .where(announcement.c.state.in_([QUEUED, SENDING]))
        .where(or_(announcement.c.send_at.is_(None), announcement.c.send_at <= now))
        .where(or_(announcement.c.held_until.is_(None), announcement.c.held_until <= now))
        .order_by(announcement.c.id)
    )
    return list(connection.execute(query).all())


def queue(
    connection: Connection,
    announcement_id: int,
    channels: Collection[str],
    now: datetime,
    *,
    most: int = 0,
    below: int | None = None,
) -> int | None:
    """Make a delivery for each contact of a queued announcement's audience, by the best of these channels.

    With `most` only for so many ids at once, the highest first: returned is below which to go on, None once all have
    theirs and it is being sent. Who becomes one with another has the lower id from then on, so that nobody is passed
    by. Whose only window is closed is not tried: the delivery is held until they write, unless a paid
    template goes to them. Who is changed meanwhile is locked, and looked at again: none is made for somebody who is
    gone. Done again it changes nothing.
    """
    columns = (announcement.c.kind, announcement.c.topic, announcement.c.audience, _PRICE.label("price"))
    waits = (announcement.c.id == announcement_id) & (announcement.c.state == QUEUED)
    started = connection.execute(select(*columns).where(waits).with_for_update(of=announcement)).first()
    if started is None:
        return None
    if below is None:
        below = connection.execute(select(func.coalesce(func.max(contact.c.id), 0))).scalar_one() + 1
    lowest = max(below - most, 1) if most else 1
    _make(connection, announcement_id, started, channels, (contact.c.id >= lowest) & (contact.c.id < below), now)
    if lowest > 1:
        return lowest
    connection.execute(update(announcement).where(waits).values(state=SENDING, started_at=now))
    return None


def _make(
    connection: Connection,
    announcement_id: int,
    started: AnyRow,
    channels: Collection[str],
    among: ColumnElement[bool],
    now: datetime,
) -> None:
    """Make the deliveries of those `among` whom an announcement is for."""
    best = best_address(channels, now=now)
    nowhere = best.table.c.id.is_(None)
    closed = ~is_open(best.table, now) if started.price is None else false()
    wanted = condition(read(connection, started.audience), started.topic, agreed=_asks_consent(started))
    recipients = (
        select(
            literal(announcement_id),
            contact.c.id,
            best.table.c.id,
            func.coalesce(best.table.c.channel, ""),
            case((nowhere, "unreachable"), (closed, "held"), else_="pending"),
            case((nowhere, NOWHERE), (closed, OUTSIDE_WINDOW)),
            case((nowhere | closed, literal(now, Moment))),
        )
        .select_from(contact)
        .outerjoin(best.table, best.on)
        .where(wanted, among)
        .order_by(contact.c.id)
        .with_for_update(read=True, key_share=True, of=contact)
    )
    columns_of = ["announcement_id", "contact_id", "address_id", "channel", "status", "error", "done_at"]
    connection.execute(insert_ignoring(connection, delivery).from_select(columns_of, recipients))


def claim(
    connection: Connection,
    announcement_id: int,
    channel: str,
    most: int,
    now: datetime,
    channels: Collection[str] = (),
) -> list[Claimed]:
    """Mark up to `most` deliveries `sending`, unless the announcement was paused or cancelled.

    Who no longer wants it gets that outcome instead; who is in the middle of a form is left for later. Whose address
    takes no messages any more, or whose window has closed, is left to another of `channels` that reaches them. Where
    none does the paid template goes to them whose window has closed, or else the delivery is held.
    """
    columns = (announcement.c.state, announcement.c.kind, announcement.c.topic, announcement.c.audience)
    standing = select(*columns, _PRICE.label("price")).where(announcement.c.id == announcement_id)
    row = connection.execute(standing.with_for_update(read=True)).first()
    if row is None or row.state != SENDING or most <= 0:
        return []
    query = _pending(row.topic, _asks_consent(row))
    asked = {"announcement": announcement_id, "channel": channel, "now": now, "most": most}
    asked |= {"idle_since": now - NOT_INTERRUPTED, "opened_since": opened_since(channel, now)}
    while rows := connection.execute(query, asked).all():
        _settle(connection, [one for one in rows if not one.wanted], "opted_out", STOPPED_TAKING, now)
        wanted = [one for one in rows if one.wanted]
        ready = [one for one in wanted if one.state == "ok" and one.open]
        gone = [one for one in wanted if one.state != "ok"]
        closed = [one for one in wanted if one.state == "ok" and not one.open]
        gone = _left(connection, gone, channels, now, deserted=True)
        closed = _left(connection, closed, channels, now, deserted=False)
        _settle(connection, gone, "blocked", GONE, now)
        if row.price is None:
            _settle(connection, closed, "held", OUTSIDE_WINDOW, now)
            closed = []
        if ready or closed:
            return [
                *_mark(connection, announcement_id, ready, None, now),
                *_mark(connection, announcement_id, closed, row.price, now),
            ]
    return []


def _left(
    connection: Connection, stuck: list[AnyRow], channels: Collection[str], now: datetime, *, deserted: bool
) -> list[AnyRow]:
    """Move deliveries to where their people are reached; return those that nothing else reaches."""
    if not stuck:
        return []
    moved = move(connection, delivery.c.id.in_([one.id for one in stuck]), channels, now, deserted=deserted)
    return [one for one in stuck if one.id not in moved]


def _asks_consent(row: AnyRow) -> bool:
    """Whether only those are sent it who agreed to announcements: who signed up for a class asked for its reminder."""
    return not (row.kind == REMINDER and row.audience.startswith("class:"))


@cache
def _pending(topic: str, agreed: bool) -> Select[Any]:
    """Return the query of what can be sent of an announcement; the whole of it is built once."""
    wanted = condition(Audience(), topic, agreed=agreed).label("wanted")
    open_ = was_opened(address, bindparam("opened_since", type_=Moment)).label("open")
    columns = (delivery.c.id, delivery.c.attempts, delivery.c.address_id, address.c.external_id, address.c.state)
    return (
        select(*columns, contact.c.name, wanted, open_)
        .join(address, address.c.id == delivery.c.address_id)
        .join(contact, contact.c.id == delivery.c.contact_id)
        .join(conversation, conversation.c.address_id == delivery.c.address_id)
        .where(
            delivery.c.status == "pending",
            delivery.c.announcement_id == bindparam("announcement"),
            delivery.c.channel == bindparam("channel"),
            or_(delivery.c.not_before.is_(None), delivery.c.not_before <= bindparam("now", type_=Moment)),
            or_(~conversation.c.in_form, conversation.c.updated_at <= bindparam("idle_since", type_=Moment)),
        )
        .order_by(delivery.c.id)
        .limit(bindparam("most"))
        .with_for_update(of=delivery, skip_locked=True)
    )


def _mark(
    connection: Connection, announcement_id: int, rows: Sequence[AnyRow], price: int | None, now: datetime
) -> list[Claimed]:
    if rows:
        connection.execute(_MARK, {"ids": [one.id for one in rows], "until": now + LEASE, "price": price})
    return [
        Claimed(one.id, announcement_id, one.attempts + 1, one.address_id, one.external_id, now, price, one.name)
        for one in rows
    ]


_MARK = (
    update(delivery)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)))
    .values(status="sending", attempts=delivery.c.attempts + 1, not_before=None)
    .values(lease_until=bindparam("until"), price=bindparam("price"))
)


def _settle(connection: Connection, settled: Sequence[AnyRow], status: str, error: str, now: datetime) -> None:
    if settled:
        rows = update(delivery).where(delivery.c.id.in_([one.id for one in settled]))
        connection.execute(rows.values(status=status, error=error, done_at=now))
