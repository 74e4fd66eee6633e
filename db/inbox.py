"""Events as they arrived: stored once, handled once, in each contact's order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from conversation.incoming import Address
from db.engine import AnyRow
from db.models import address, contact, conversation, inbox

MAX_ATTEMPTS = 3
EVENT_IDS_KEPT = timedelta(days=30)
DEAD_PAYLOADS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Event:
    """A raw event; `address` is whom it came from, None where the payload could not be parsed (`error` says why)."""

    channel: str
    bot: str
    event_id: str
    payload: Any
    address: Address | None
    error: str = ""


def insert_ignoring(connection: Connection, table: Any) -> Any:
    """Return an INSERT that leaves rows alone which are there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def store(connection: Connection, events: Sequence[Event], now: datetime) -> None:
    """Keep events before they are confirmed; one delivered again is ignored."""
    ids = address_ids(connection, {event.address for event in events if event.address}, now)
    connection.execute(
        insert_ignoring(connection, inbox),
        [
            {
                "channel": event.channel,
                "bot": event.bot,
                "event_id": event.event_id,
                "address_id": ids[event.address] if event.address else None,
                "payload": without_nul(event.payload),
                "status": "dead" if event.error or not event.address else "new",
                "error": event.error or None,
                "received_at": now,
            }
            for event in events
        ],
    )


def without_nul(payload: Any) -> Any:
    """Return a payload without U+0000, which PostgreSQL's JSON cannot hold and nobody types."""
    if isinstance(payload, str):
        return payload.replace("\0", "")
    if isinstance(payload, list):
        return [without_nul(one) for one in payload]
    if isinstance(payload, dict):
        return {without_nul(name): without_nul(one) for name, one in payload.items()}
    return payload


def address_ids(connection: Connection, addresses: Collection[Address], now: datetime) -> dict[Address, int]:
    """Return the row of each address; an unknown one gets a contact of its own."""
    if not addresses:
        return {}
    known = select(address.c.id, address.c.channel, address.c.external_id).where(
        tuple_(address.c.channel, address.c.external_id).in_([(one.channel, one.id) for one in addresses])
    )
    found = {Address(row.channel, row.external_id): row.id for row in connection.execute(known)}
    for unknown in sorted(set(addresses) - set(found), key=lambda one: (one.channel, one.id)):
        found[unknown] = _new_address(connection, unknown, now)
    return found


def _new_address(connection: Connection, unknown: Address, now: datetime) -> int:
    contact_id = connection.execute(insert(contact).values(created_at=now).returning(contact.c.id)).scalar_one()
    values = {"contact_id": contact_id, "channel": unknown.channel, "external_id": unknown.id}
    row = insert(address).values(**values, created_at=now, last_seen_at=now).returning(address.c.id)
    address_id: int = connection.execute(row).scalar_one()
    connection.execute(insert(conversation).values(address_id=address_id, session={}, updated_at=now))
    return address_id


_WAITING = (
    select(
        inbox.c.id,
        inbox.c.channel,
        inbox.c.event_id,
        inbox.c.payload,
        inbox.c.received_at,
        inbox.c.address_id,
        address.c.contact_id,
        address.c.external_id,
        address.c.state,
        conversation.c.session,
        conversation.c.last_seq,
        conversation.c.pushed,
        conversation.c.in_form,
        conversation.c.silent_until,
    )
    .join(address, address.c.id == inbox.c.address_id)
    .join(conversation, conversation.c.address_id == address.c.id)
    .where(inbox.c.status == "new", inbox.c.channel.in_(bindparam("channels", expanding=True)))
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)


def claim(connection: Connection, channels: Collection[str], most: int) -> list[AnyRow]:
    """Return the oldest unhandled event of each of several contacts, which stay locked until the transaction ends."""
    rows = connection.execute(_WAITING, {"channels": sorted(channels), "most": most}).all()
    if connection.dialect.name == "postgresql" and rows:
        rows = _locked(connection, rows, channels, most)
    oldest: dict[int, AnyRow] = {}
    for row in rows:
        oldest.setdefault(row.contact_id, row)
    return list(oldest.values())


def _locked(connection: Connection, rows: Sequence[AnyRow], channels: Collection[str], most: int) -> list[AnyRow]:
    """Lock the contacts that no other process holds, then read again: their events may have been handled meanwhile."""
    wanted = sorted({row.contact_id for row in rows})
    lock = select(contact.c.id).where(contact.c.id.in_(wanted)).order_by(contact.c.id).with_for_update(skip_locked=True)
    mine = list(connection.execute(lock).scalars())
    again = _WAITING.where(address.c.contact_id.in_(mine))
    return list(connection.execute(again, {"channels": sorted(channels), "most": most}).all())


_DONE = (
    update(inbox).where(inbox.c.id == bindparam("row")).values(status="done", payload=None, handled_at=bindparam("now"))
)


def mark_done(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Mark events handled and erase what they carried."""
    connection.execute(_DONE, [{"row": one, "now": now} for one in ids])


def bury(connection: Connection, event_id: int, error: str, now: datetime) -> None:
    """Set an event aside that could not be handled; the contact goes on."""
    connection.execute(update(inbox).where(inbox.c.id == event_id).values(status="dead", error=error, handled_at=now))


def count_attempt(connection: Connection, channels: Collection[str]) -> list[int]:
    """Count an attempt for every event found unfinished at start; return those that have had their three."""
    unfinished = (inbox.c.status == "new") & inbox.c.channel.in_(sorted(channels))
    connection.execute(update(inbox).where(unfinished).values(attempts=inbox.c.attempts + 1))
    return list(connection.execute(select(inbox.c.id).where(unfinished, inbox.c.attempts >= MAX_ATTEMPTS)).scalars())


def tidy(connection: Connection, now: datetime) -> None:
    """Forget event ids after 30 days and what dead events carried after 7."""
    handled = inbox.c.status.in_(["done", "dead"])
    connection.execute(delete(inbox).where(handled, inbox.c.received_at < now - EVENT_IDS_KEPT))
    dead = (inbox.c.status == "dead") & (inbox.c.received_at < now - DEAD_PAYLOADS_KEPT)
    connection.execute(update(inbox).where(dead, inbox.c.payload.is_not(None)).values(payload=None))
