"""Making two contacts one, and giving an address a contact of its own again.

What one person has is told apart by what it is. What they did (responses, questions, uploads, seats) is kept, all of
it. What they want is read strictly: stopped on either side is stopped, a topic muted on either is muted, a consent
withdrawn after it was last given is withdrawn. The contact that stays speaks for its own establishment; responses stay
with the establishment they were sent for.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, literal, select, update

from conversation.records import NoLongerOffered
from db import link_codes, link_offers, seats
from db.audience import best_address
from db.models import (
    address,
    consent,
    contact,
    delivery,
    link_code,
    muted_topic,
    news_wanted,
    question,
    response,
    sign_up,
    speaks_for,
    staff_chat,
    upload,
)

# What happened to a delivery, from what has surely arrived to what surely has not and will not.
_FURTHEST = ("sent", "uncertain", "sending", "pending", "held", "blocked", "failed", "unreachable", "opted_out")


def link_addresses(connection: Connection, address_id: int, other_id: int, code: str, now: datetime) -> None:
    """Make the people of two addresses one, by a code read at the other, or by a yes at both where it is empty.

    Raises NoLongerOffered.
    """
    contacts = contacts_of(connection, (address_id, other_id))
    lock = select(contact.c.id).where(contact.c.id.in_(contacts)).order_by(contact.c.id).with_for_update()
    connection.execute(lock).all()
    if len(contacts) < 2 or contacts_of(connection, (address_id, other_id)) != contacts:
        raise NoLongerOffered
    if code:
        link_codes.use(connection, other_id, code, now)
    else:
        link_offers.use(connection, address_id, other_id)
    older, younger = contacts
    link(connection, older, younger, now)


def contacts_of(connection: Connection, addresses: Collection[int]) -> list[int]:
    """Return whose these addresses are, the oldest contact first."""
    query = select(address.c.contact_id).where(address.c.id.in_(addresses)).distinct()
    return sorted(connection.execute(query).scalars())


def link(connection: Connection, keep: int, join: int, now: datetime) -> None:
    """Give everything of the contact `join` to the contact `keep`, and let `join` be gone; both are locked first."""
    both = contact.c.id.in_([keep, join])
    rows = connection.execute(select(contact).where(both).order_by(contact.c.id).with_for_update())
    held = {row.id: row for row in rows}
    for merge in MERGED.values():
        merge(connection, keep, join, now)
    for table in MOVED:
        _move(connection, table, keep, join)
    values = {name: getattr(held[keep], name) or getattr(held[join], name) for name in _EITHER}
    connection.execute(update(contact).where(contact.c.id == keep).values(**values))
    connection.execute(delete(contact).where(contact.c.id == join))
    link_offers.settle(connection, keep)


def _move(connection: Connection, table: Table, keep: int, join: int) -> None:
    connection.execute(update(table).where(table.c.contact_id == join).values(contact_id=keep))


def _move_but_not_twice(column: ColumnElement[Any]) -> "Merge":
    """Return what moves the rows whose value in a column the other contact has none with; the others are the same."""

    def merge(connection: Connection, keep: int, join: int, now: datetime) -> None:
        table = column.table
        has = select(column).where(table.c.contact_id == keep)
        connection.execute(delete(table).where(table.c.contact_id == join, column.in_(has)))
        _move(connection, table, keep, join)

    return merge


def _merge_consents(connection: Connection, keep: int, join: int, now: datetime) -> None:
    """Move them; one withdrawn after it was last given is withdrawn, wherever that was."""
    _move(connection, consent, keep, join)
    of_keep = consent.c.contact_id == keep
    query = select(consent.c.purpose, func.max(consent.c.withdrawn_at).label("at")).where(of_keep)
    for row in connection.execute(query.group_by(consent.c.purpose)).all():
        if row.at:
            before = of_keep & (consent.c.purpose == row.purpose) & (consent.c.given_at <= row.at)
            standing = update(consent).where(before, consent.c.withdrawn_at.is_(None))
            connection.execute(standing.values(withdrawn_at=row.at))


def _merge_sign_ups(connection: Connection, keep: int, join: int, now: datetime) -> None:
    """Move them; of two in one class that with more names, then more seats, stays: the other's seats are given back."""
    active = select(sign_up).where(sign_up.c.cancelled_at.is_(None)).order_by(sign_up.c.id)
    mine = connection.execute(active.where(sign_up.c.contact_id == keep)).all()
    theirs = connection.execute(active.where(sign_up.c.contact_id == join)).all()
    for class_id in {row.class_id for row in mine} & {row.class_id for row in theirs}:
        rows = [row for row in (*mine, *theirs) if row.class_id == class_id]
        best = max(rows, key=lambda row: (len(row.names), row.seats, -row.id))
        seats.give_back(connection, sign_up.c.id.in_([row.id for row in rows if row.id != best.id]), now)
    _move(connection, sign_up, keep, join)


def _merge_deliveries(connection: Connection, keep: int, join: int, now: datetime) -> None:
    """Move them; of two of one announcement the one that got further stays, so that nobody is sent it twice."""
    of_both = select(delivery.c.id, delivery.c.announcement_id, delivery.c.contact_id, delivery.c.status)
    of_both = of_both.where(delivery.c.contact_id.in_([keep, join])).order_by(delivery.c.id).with_for_update()
    furthest: dict[int, Any] = {}
    surplus = []
    for row in sorted(connection.execute(of_both), key=lambda row: (_FURTHEST.index(row.status), row.contact_id)):
        if furthest.setdefault(row.announcement_id, row) is not row:
            surplus.append(row.id)
    connection.execute(delete(delivery).where(delivery.c.id.in_(surplus)))
    _move(connection, delivery, keep, join)


def _merge_staff_chats(connection: Connection, keep: int, join: int, now: datetime) -> None:
    """Move it, unless this is another member's chat already: one person is one member."""
    tied = select(staff_chat.c.staff_id).where(staff_chat.c.contact_id == keep)
    stays = None if connection.execute(tied).first() else keep
    connection.execute(update(staff_chat).where(staff_chat.c.contact_id == join).values(contact_id=stays))


Merge = Callable[[Connection, int, int, datetime], None]
_EITHER = ("establishment_id", "name", "announcements_stopped", "source")
MOVED: tuple[Table, ...] = (address, response, question, upload)
MERGED: Mapping[Table, Merge] = {
    consent: _merge_consents,
    muted_topic: _move_but_not_twice(muted_topic.c.topic),
    news_wanted: _move_but_not_twice(news_wanted.c.page),
    speaks_for: _move_but_not_twice(speaks_for.c.establishment_id),
    sign_up: _merge_sign_ups,
    delivery: _merge_deliveries,
    staff_chat: _merge_staff_chats,
}


def unlink(connection: Connection, address_id: int, now: datetime) -> None:
    """Give an address a contact of its own, with a copy of the consents and of what it wants no announcements about;
    all else stays. Nothing where it is its person's only one."""
    held = select(contact).join(address).where(address.c.id == address_id).with_for_update(of=contact)
    was = connection.execute(held).one()
    others = select(address.c.id).where(address.c.contact_id == was.id, address.c.id != address_id)
    left = list(connection.execute(others).scalars())
    if not left:
        return
    new = insert(contact).values(announcements_stopped=was.announcements_stopped, created_at=now)
    own = connection.execute(new.returning(contact.c.id)).scalar_one()
    for table in (consent, muted_topic):
        copied = [column for column in table.c if column.name not in {"id", "contact_id"}]
        rows = select(literal(own), *copied).where(table.c.contact_id == was.id)
        connection.execute(insert(table).from_select(["contact_id", *(column.name for column in copied)], rows))
    connection.execute(update(address).where(address.c.id == address_id).values(contact_id=own))
    connection.execute(delete(link_code).where(link_code.c.address_id == address_id))
    link_offers.refuse(connection, address_id, left[0])
    _send_elsewhere(connection, address_id, was.id)


def _send_elsewhere(connection: Connection, address_id: int, contact_id: int) -> None:
    """Let what waits to be sent to a person go to another of their addresses than the one that left them."""
    best = best_address()
    query = select(best.table.c.id, best.table.c.channel).select_from(contact).join(best.table, best.on)
    found = connection.execute(query.where(contact.c.id == contact_id)).first()
    waiting = (delivery.c.contact_id == contact_id) & (delivery.c.address_id == address_id)
    rows = update(delivery).where(waiting, delivery.c.status.in_(["pending", "held"]))
    if found:
        connection.execute(rows.values(address_id=found.id, channel=found.channel))
    else:
        connection.execute(rows.values(status="unreachable", address_id=None, channel=""))
