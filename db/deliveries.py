"""Deliveries: one per announcement and recipient, each marked before it is sent and sent at most once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, exists, func, literal, or_, select, update

from db import conversations, outbox
from db.announcements import DONE, QUEUED, REMINDER, SENDING
from db.audience import Audience, best_address, condition, read
from db.engine import AnyRow
from db.inbox import insert_ignoring
from db.models import address, announcement, contact, conversation, delivery
from db.models.base import Moment

LEASE = timedelta(seconds=15)
HELD_KEPT = timedelta(days=7)
NOT_INTERRUPTED = timedelta(hours=1)
NOWHERE = "Chưa có kênh nào nhắn được cho người này."
STOPPED_TAKING = "Người nhận đã thôi nhận thông báo."
GONE = "Người nhận đã chặn hoặc rời kênh."
IN_DOUBT = "Chương trình dừng khi đang gửi."
NEVER_WROTE = "Người nhận không nhắn lại trong 7 ngày."


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery marked `sending`; what becomes of it is recorded for this `attempt` only."""

    id: int
    announcement_id: int
    attempt: int
    address_id: int
    external_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: a final status, or `pending` until `not_before`; `counts` says whether it was a try.

    A `blocked` address is sent nothing more until the person writes.
    """

    claimed: Claimed
    status: str
    provider_message_id: str | None = None
    error: str | None = None
    not_before: datetime | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """An announcement as it stands in the conversations of one channel, and what a bare number after it answers."""

    payload: Mapping[str, Any]
    link: str


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


def queue(connection: Connection, announcement_id: int, channels: Collection[str], now: datetime) -> None:
    """Start a queued announcement: a delivery for each contact of its audience, by the best of these channels.

    Done again it changes nothing.
    """
    start = update(announcement).where(announcement.c.id == announcement_id, announcement.c.state == QUEUED)
    columns = (announcement.c.kind, announcement.c.topic, announcement.c.audience)
    started = connection.execute(start.values(state=SENDING, started_at=now).returning(*columns)).first()
    if started is None:
        return
    best = best_address(channels)
    nowhere = best.table.c.id.is_(None)
    wanted = condition(read(connection, started.audience), started.topic, agreed=_asks_consent(started))
    recipients = (
        select(
            literal(announcement_id),
            contact.c.id,
            best.table.c.id,
            func.coalesce(best.table.c.channel, ""),
            case((nowhere, "unreachable"), else_="pending"),
            case((nowhere, NOWHERE)),
            case((nowhere, literal(now, Moment))),
        )
        .select_from(contact)
        .outerjoin(best.table, best.on)
        .where(wanted)
        .order_by(contact.c.id)
    )
    columns_of = ["announcement_id", "contact_id", "address_id", "channel", "status", "error", "done_at"]
    connection.execute(insert_ignoring(connection, delivery).from_select(columns_of, recipients))


def claim(connection: Connection, announcement_id: int, channel: str, most: int, now: datetime) -> list[Claimed]:
    """Mark up to `most` deliveries `sending`, unless the announcement was paused or cancelled.

    Who no longer wants it, or takes no messages any more, gets that outcome instead; who is in the middle of a form is
    left for later.
    """
    columns = (announcement.c.state, announcement.c.kind, announcement.c.topic, announcement.c.audience)
    standing = select(*columns).where(announcement.c.id == announcement_id).with_for_update(read=True)
    row = connection.execute(standing).first()
    if row is None or row.state != SENDING or most <= 0:
        return []
    query = _pending(row.topic, _asks_consent(row))
    asked = {"announcement": announcement_id, "channel": channel, "now": now, "most": most}
    while rows := connection.execute(query, {**asked, "idle_since": now - NOT_INTERRUPTED}).all():
        _settle(connection, [one.id for one in rows if not one.wanted], "opted_out", STOPPED_TAKING, now)
        gone = [one.id for one in rows if one.wanted and one.state != "ok"]
        _settle(connection, gone, "blocked", GONE, now)
        sendable = [one for one in rows if one.wanted and one.state == "ok"]
        if sendable:
            connection.execute(_MARK, {"ids": [one.id for one in sendable], "until": now + LEASE})
            return [
                Claimed(one.id, announcement_id, one.attempts + 1, one.address_id, one.external_id) for one in sendable
            ]
    return []


def _asks_consent(row: AnyRow) -> bool:
    """Whether only those are sent it who agreed to announcements: who signed up for a class asked for its reminder."""
    return not (row.kind == REMINDER and row.audience.startswith("class:"))


@cache
def _pending(topic: str, agreed: bool) -> Select[Any]:
    """Return the query of what can be sent of an announcement; the whole of it is built once."""
    wanted = condition(Audience(), topic, agreed=agreed).label("wanted")
    return (
        select(
            delivery.c.id, delivery.c.attempts, delivery.c.address_id, address.c.external_id, address.c.state, wanted
        )
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


_MARK = (
    update(delivery)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)))
    .values(status="sending", attempts=delivery.c.attempts + 1, not_before=None, lease_until=bindparam("until"))
)


def _settle(connection: Connection, ids: Sequence[int], status: str, error: str, now: datetime) -> None:
    if ids:
        rows = update(delivery).where(delivery.c.id.in_(ids))
        connection.execute(rows.values(status=status, error=error, done_at=now))


def record(connection: Connection, outcomes: Sequence[Outcome], shown: Shown, now: datetime) -> None:
    """Record the outcomes of attempts at one announcement that have none or are uncertain; who was sent to sees it in
    the conversation."""
    undecided = _undecided(connection, outcomes)
    fresh = [one for one in outcomes if (one.claimed.id, one.claimed.attempt) in undecided]
    if not fresh:
        return
    connection.execute(
        _RECORD,
        [
            {
                "row": one.claimed.id,
                "status": one.status,
                "attempts": one.claimed.attempt if one.counts else one.claimed.attempt - 1,
                "provider_message_id": one.provider_message_id,
                "error": one.error,
                "not_before": one.not_before,
                "done_at": None if one.status == "pending" else now,
            }
            for one in fresh
        ],
    )
    if arrived := [one.claimed.address_id for one in fresh if one.status == "sent"]:
        conversations.push_to_many(connection, arrived, shown.payload, shown.link, now)
    for one in fresh:
        if one.status == "blocked":
            outbox.stop(connection, one.claimed.address_id, one.error or GONE)


def _undecided(connection: Connection, outcomes: Sequence[Outcome]) -> set[tuple[int, int]]:
    rows = connection.execute(_UNDECIDED, {"ids": [one.claimed.id for one in outcomes]}).all()
    return {(row.id, row.attempts) for row in rows}


_UNDECIDED = (
    select(delivery.c.id, delivery.c.attempts)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)), delivery.c.status.in_(["sending", "uncertain"]))
    .order_by(delivery.c.id)
    .with_for_update()
)
_RECORD = (
    update(delivery)
    .where(delivery.c.id == bindparam("row"))
    .values({**{name: bindparam(name) for name in ("status", "attempts", "provider_message_id", "error")}})
    .values(not_before=bindparam("not_before"), done_at=bindparam("done_at"), lease_until=None)
)


def give_up(connection: Connection, announcement_id: int, channel: str, error: str, now: datetime) -> None:
    """Call failed whoever still waits on a channel that nothing can be sent through."""
    waiting = (delivery.c.announcement_id == announcement_id) & (delivery.c.channel == channel)
    rows = update(delivery).where(waiting, delivery.c.status == "pending")
    connection.execute(rows.values(status="failed", error=error, done_at=now))


def finish(connection: Connection, announcement_id: int) -> bool:
    """Call an announcement done once nobody waits for it; return whether it is."""
    waits = exists().where(delivery.c.announcement_id == announcement_id, delivery.c.status.in_(["pending", "sending"]))
    row = (announcement.c.id == announcement_id) & (announcement.c.state == SENDING)
    return bool(connection.execute(update(announcement).where(row, ~waits).values(state=DONE)).rowcount)


def release(connection: Connection, contacts: Collection[int], now: datetime) -> None:
    """Let those be sent what was held for them who have just written."""
    kept = delivery.c.done_at > now - HELD_KEPT
    held = update(delivery).where(delivery.c.contact_id.in_(contacts), delivery.c.status == "held", kept)
    free = held.values(status="pending", done_at=None, not_before=None, error=None)
    again = set(connection.execute(free.returning(delivery.c.announcement_id)).scalars())
    if again:
        over = update(announcement).where(announcement.c.id.in_(again), announcement.c.state == DONE)
        connection.execute(over.values(state=SENDING))


def expire_held(connection: Connection, now: datetime) -> None:
    """Call unreachable those for whom something was held and who have not written for seven days."""
    old = update(delivery).where(delivery.c.status == "held", delivery.c.done_at <= now - HELD_KEPT)
    connection.execute(old.values(status="unreachable", error=NEVER_WROTE, done_at=now))


def recover(connection: Connection) -> None:
    """At the start of the only process: what was being sent when it ended may have arrived; it is never repeated by
    itself."""
    left = update(delivery).where(delivery.c.status == "sending")
    connection.execute(left.values(status="uncertain", error=IN_DOUBT, lease_until=None))


def expire_leases(connection: Connection, now: datetime) -> None:
    """The same for what other processes have been sending for longer than anything takes: they are gone."""
    left = update(delivery).where(delivery.c.status == "sending", delivery.c.lease_until < now)
    connection.execute(left.values(status="uncertain", error=IN_DOUBT, lease_until=None))
