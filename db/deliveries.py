"""Deliveries: one per announcement and recipient, each marked before it is sent and sent at most once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, exists, func, literal, or_, select, update

from db import conversations, outbox
from db.announcements import DONE, QUEUED, SENDING
from db.audience import Audience, best_address, condition, parse
from db.engine import AnyRow
from db.inbox import insert_ignoring
from db.models import address, announcement, contact, delivery
from db.models.base import Moment

MAX_ATTEMPTS = 5
NOWHERE = "Chưa có kênh nào nhắn được cho người này."
STOPPED_TAKING = "Người nhận đã thôi nhận thông báo."
GONE = "Người nhận đã chặn hoặc rời kênh."


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery marked `sending`; what becomes of it is recorded for this `attempt` only."""

    id: int
    attempt: int
    address_id: int
    external_id: str


def open_announcements(connection: Connection, now: datetime) -> list[AnyRow]:
    """Return the announcements whose time has come and that are not over, the oldest first."""
    columns = (announcement.c.id, announcement.c.title, announcement.c.text, announcement.c.state)
    query = (
        select(*columns, announcement.c.urgent, announcement.c.started_at)
        .where(announcement.c.state.in_([QUEUED, SENDING]))
        .where(or_(announcement.c.send_at.is_(None), announcement.c.send_at <= now))
        .order_by(announcement.c.id)
    )
    return list(connection.execute(query).all())


def queue(connection: Connection, announcement_id: int, channels: Collection[str], now: datetime) -> None:
    """Start a queued announcement: a delivery for each contact of its audience, by the best of these channels.

    Done again it changes nothing.
    """
    start = update(announcement).where(announcement.c.id == announcement_id, announcement.c.state == QUEUED)
    started = connection.execute(start.values(state=SENDING, started_at=now).returning(announcement.c.audience)).first()
    if started is None:
        return
    best = best_address(channels).subquery()
    nowhere = best.c.address_id.is_(None)
    recipients = (
        select(
            literal(announcement_id),
            contact.c.id,
            best.c.address_id,
            func.coalesce(best.c.channel, ""),
            case((nowhere, "unreachable"), else_="pending"),
            case((nowhere, NOWHERE)),
            case((nowhere, literal(now, Moment))),
        )
        .select_from(contact)
        .outerjoin(best, best.c.contact_id == contact.c.id)
        .where(condition(parse(started.audience)))
        .order_by(contact.c.id)
    )
    columns = ["announcement_id", "contact_id", "address_id", "channel", "status", "error", "done_at"]
    connection.execute(insert_ignoring(connection, delivery).from_select(columns, recipients))


def claim(connection: Connection, announcement_id: int, channel: str, most: int, now: datetime) -> list[Claimed]:
    """Mark up to `most` deliveries `sending`, unless the announcement was paused or cancelled.

    Who no longer wants it, or takes no messages any more, gets that outcome instead.
    """
    state = select(announcement.c.state).where(announcement.c.id == announcement_id).with_for_update(read=True)
    if connection.execute(state).scalar() != SENDING:
        return []
    while rows := connection.execute(_pending(announcement_id, channel, most, now)).all():
        _settle(connection, [row.id for row in rows if not row.wanted], "opted_out", STOPPED_TAKING, now)
        gone = [row.id for row in rows if row.wanted and row.state != "ok"]
        _settle(connection, gone, "blocked", GONE, now)
        sendable = [row for row in rows if row.wanted and row.state == "ok"]
        if sendable:
            ids = [row.id for row in sendable]
            marked = update(delivery).where(delivery.c.id.in_(ids))
            connection.execute(marked.values(status="sending", attempts=delivery.c.attempts + 1, not_before=None))
            return [Claimed(row.id, row.attempts + 1, row.address_id, row.external_id) for row in sendable]
    return []


def _pending(announcement_id: int, channel: str, most: int, now: datetime) -> Any:
    wanted = condition(Audience()).label("wanted")
    return (
        select(
            delivery.c.id, delivery.c.attempts, delivery.c.address_id, address.c.external_id, address.c.state, wanted
        )
        .join(address, address.c.id == delivery.c.address_id)
        .join(contact, contact.c.id == delivery.c.contact_id)
        .where(
            delivery.c.status == "pending",
            delivery.c.announcement_id == announcement_id,
            delivery.c.channel == channel,
            or_(delivery.c.not_before.is_(None), delivery.c.not_before <= now),
        )
        .order_by(delivery.c.id)
        .limit(most)
        .with_for_update(of=delivery, skip_locked=True)
    )


def _settle(connection: Connection, ids: Sequence[int], status: str, error: str, now: datetime) -> None:
    if ids:
        rows = update(delivery).where(delivery.c.id.in_(ids))
        connection.execute(rows.values(status=status, error=error, done_at=now))


def sent(
    connection: Connection,
    claimed: Claimed,
    provider_message_id: str | None,
    payload: Mapping[str, Any],
    link: str,
    now: datetime,
) -> None:
    """Record that a delivery arrived, and show it in the conversation; a bare number then answers its link."""
    if _record(connection, claimed, status="sent", provider_message_id=provider_message_id, error=None, done_at=now):
        message_id = conversations.push(connection, claimed.address_id, payload, link, "sent", now)
        connection.execute(update(delivery).where(delivery.c.id == claimed.id).values(message_id=message_id))


def ended(connection: Connection, claimed: Claimed, status: str, error: str, now: datetime) -> None:
    """Record an outcome that is final: `failed`, `uncertain`, or `held` until the person writes."""
    _record(connection, claimed, status=status, error=error, done_at=now)


def blocked(connection: Connection, claimed: Claimed, error: str, now: datetime) -> None:
    """Record that the person blocked us or is gone; nothing more is sent to that address."""
    _record(connection, claimed, status="blocked", error=error, done_at=now)
    outbox.stop(connection, claimed.address_id, error)


def wait(connection: Connection, claimed: Claimed, seconds: float, now: datetime) -> None:
    """Put a delivery back that the vendor was too busy for; this does not count as a try."""
    not_before = now + timedelta(seconds=seconds)
    _record(connection, claimed, status="pending", attempts=claimed.attempt - 1, not_before=not_before)


def retry(connection: Connection, claimed: Claimed, error: str, now: datetime) -> None:
    """Put a delivery back that was surely not sent, for a while; the fifth time it has failed."""
    if claimed.attempt >= MAX_ATTEMPTS:
        ended(connection, claimed, "failed", error, now)
    else:
        not_before = now + outbox.delay(claimed.attempt - 1)
        _record(connection, claimed, status="pending", not_before=not_before, error=error)


def _record(connection: Connection, claimed: Claimed, **values: Any) -> bool:
    """Record the outcome of an attempt that has none, or is uncertain; return whether it was so."""
    attempt = (delivery.c.id == claimed.id) & (delivery.c.attempts == claimed.attempt)
    undecided = update(delivery).where(attempt, delivery.c.status.in_(["sending", "uncertain"]))
    return bool(connection.execute(undecided.values(values)).rowcount)


def finish(connection: Connection, announcement_id: int) -> bool:
    """Call an announcement done once nobody waits for it; return whether it is."""
    waits = exists().where(delivery.c.announcement_id == announcement_id, delivery.c.status.in_(["pending", "sending"]))
    row = (announcement.c.id == announcement_id) & (announcement.c.state == SENDING)
    return bool(connection.execute(update(announcement).where(row, ~waits).values(state=DONE)).rowcount)


def recover(connection: Connection) -> None:
    """At start: what was being sent when the program ended may have arrived; it is never repeated by itself."""
    left = delivery.c.status == "sending"
    connection.execute(update(delivery).where(left).values(status="uncertain", error="Chương trình dừng khi đang gửi."))
