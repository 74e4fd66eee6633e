"""What became of deliveries: recorded once, moved where they may be, in doubt where nobody knows."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from db import conversations, outbox
from db.announcements import DONE, SENDING
from db.deliveries.attempts import GONE, IN_DOUBT, Outcome, Shown
from db.deliveries.moving import move
from db.models import address, announcement, delivery

MAY_HAVE_ARRIVED = frozenset({"sent", "uncertain"})


def record(
    connection: Connection, outcomes: Sequence[Outcome], shown: Shown, now: datetime, channels: Collection[str] = ()
) -> None:
    """Record the outcomes of attempts at one announcement that have none or are uncertain; who was sent to sees it in
    the conversation.

    What may go elsewhere waits there instead, where one of `channels` reaches the person; never what was uncertain.
    Nothing is held for who wrote while it was under way.
    """
    undecided = _undecided(connection, outcomes)
    fresh = [one for one in outcomes if _attempt(one) in undecided]
    if not fresh:
        return
    in_time = {one.claimed.id for one in fresh if undecided[_attempt(one)] == "sending"}
    wrote = _wrote_meanwhile(connection, [one for one in fresh if one.status == "held" and one.claimed.id in in_time])
    fresh = [Outcome(one.claimed, "pending", error=one.error) if one.claimed.id in wrote else one for one in fresh]
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
                "price": one.claimed.price if one.status in MAY_HAVE_ARRIVED else None,
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
    if closed := sorted(one.claimed.address_id for one in fresh if one.status == "held"):
        connection.execute(update(address).where(address.c.id.in_(closed)).values(quota_left=0))
    movable = [one for one in fresh if one.elsewhere and one.claimed.id in in_time]
    for held in (True, False):
        if ids := [one.claimed.id for one in movable if (one.status == "held") is held]:
            move(connection, delivery.c.id.in_(ids), channels, now, deserted=not held)


def _undecided(connection: Connection, outcomes: Sequence[Outcome]) -> dict[tuple[int, int], str]:
    """Return the status, "sending" or "uncertain", of the attempts that nothing final is recorded of."""
    rows = connection.execute(_UNDECIDED, {"ids": [one.claimed.id for one in outcomes]}).all()
    return {(row.id, row.attempts): row.status for row in rows}


def _wrote_meanwhile(connection: Connection, held: Sequence[Outcome]) -> set[int]:
    """Return the deliveries whose people have written, from where they were sent to, since these were claimed."""
    if not held:
        return set()
    query = select(address.c.id, address.c.last_seen_at)
    rows = connection.execute(query.where(address.c.id.in_([one.claimed.address_id for one in held]))).all()
    seen = {row.id: row.last_seen_at for row in rows}
    return {one.claimed.id for one in held if seen[one.claimed.address_id] > one.claimed.at}


def _attempt(one: Outcome) -> tuple[int, int]:
    return one.claimed.id, one.claimed.attempt


_UNDECIDED = (
    select(delivery.c.id, delivery.c.attempts, delivery.c.status)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)), delivery.c.status.in_(["sending", "uncertain"]))
    .order_by(delivery.c.id)
    .with_for_update()
)
_RECORD = (
    update(delivery)
    .where(delivery.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in ("status", "attempts", "provider_message_id", "error", "price")})
    .values(not_before=bindparam("not_before"), done_at=bindparam("done_at"), lease_until=None)
)


def give_up(
    connection: Connection,
    announcement_id: int,
    channel: str,
    error: str,
    now: datetime,
    channels: Collection[str] = (),
) -> None:
    """Call failed whoever still waits on a channel that nothing can be sent through, and whom no other reaches."""
    waiting = (delivery.c.announcement_id == announcement_id) & (delivery.c.channel == channel)
    waiting &= delivery.c.status == "pending"
    move(connection, waiting, channels, now)
    connection.execute(update(delivery).where(waiting).values(status="failed", error=error, done_at=now))


def finish(connection: Connection, announcement_id: int) -> bool:
    """Call an announcement done once nobody waits for it; return whether it is."""
    waits = exists().where(delivery.c.announcement_id == announcement_id, delivery.c.status.in_(["pending", "sending"]))
    row = (announcement.c.id == announcement_id) & (announcement.c.state == SENDING)
    return bool(connection.execute(update(announcement).where(row, ~waits).values(state=DONE)).rowcount)


def recover(connection: Connection) -> None:
    """At the start of the only process: what was being sent when it ended may have arrived; it is never repeated by
    itself."""
    left = update(delivery).where(delivery.c.status == "sending")
    connection.execute(left.values(status="uncertain", error=IN_DOUBT, lease_until=None))


def expire_leases(connection: Connection, now: datetime) -> None:
    """The same for what other processes have been sending for longer than anything takes: they are gone."""
    left = update(delivery).where(delivery.c.status == "sending", delivery.c.lease_until < now)
    connection.execute(left.values(status="uncertain", error=IN_DOUBT, lease_until=None))
