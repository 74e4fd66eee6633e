"""Members of staff as people who chat: tied by a one-time code, so that they can be sent what everybody will be."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, select, update

from conversation.roles import COLLABORATOR
from db.audience import best_address
from db.engine import AnyRow
from db.inbox import insert_ignoring
from db.models import address, staff, staff_chat
from db.scope import Scope, communes_of

CODE_DIGITS = 8
GOOD_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class StaffChat:
    """Where a member of staff is reached: the address they wrote from last."""

    name: str
    role: str
    address_id: int
    channel: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class TiedMember:
    """Whose own chat a contact is, and whose records they see."""

    name: str
    role: str
    scope: Scope = None


def new_code(connection: Connection, staff_id: int, now: datetime) -> str:
    """Give a member a code of eight digits, good for ten minutes; the chat tied before stays until it is typed."""
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    connection.execute(insert_ignoring(connection, staff_chat).values(staff_id=staff_id))
    row = update(staff_chat).where(staff_chat.c.staff_id == staff_id)
    connection.execute(row.values(code=code, code_until=now + GOOD_FOR))
    return code


def member_of_code(connection: Connection, code: str, now: datetime) -> str:
    """Return the name of the member who was given a code that is still good, "" where it is none."""
    query = (
        select(staff.c.name)
        .join(staff_chat)
        .where(staff_chat.c.code == code, staff_chat.c.code_until > now, staff.c.active)
    )
    return connection.execute(query).scalar() or ""


def tie(connection: Connection, code: str, contact_id: int, now: datetime) -> None:
    """Tie a contact to the member of a code, which is used up."""
    untie(connection, contact_id)
    row = update(staff_chat).where(staff_chat.c.code == code, staff_chat.c.code_until > now)
    connection.execute(row.values(contact_id=contact_id, code=None, code_until=None))


def untie(connection: Connection, contact_id: int) -> None:
    """Let a contact be nobody's own chat any more."""
    connection.execute(update(staff_chat).where(staff_chat.c.contact_id == contact_id).values(contact_id=None))


def member_of(connection: Connection, contact_id: int) -> TiedMember | None:
    """Return the active member whose own chat a contact is, None for everybody else."""
    query = select(staff.c.id, staff.c.name, staff.c.role).join(staff_chat)
    row = connection.execute(query.where(staff_chat.c.contact_id == contact_id, staff.c.active)).first()
    if row is None:
        return None
    return TiedMember(row.name, row.role, communes_of(connection, row.id) if row.role == COLLABORATOR else None)


def name_of(connection: Connection, contact_id: int) -> str:
    """Return the name of the active member whose own chat a contact is, "" for everybody else."""
    member = member_of(connection, contact_id)
    return member.name if member else ""


def contacts(connection: Connection) -> list[StaffChat]:
    """Return where each active member is reached who tied a chat."""
    return [_chat(row) for row in connection.execute(_reached().order_by(staff.c.name))]


def addresses_on(connection: Connection, channel: str) -> dict[str, str]:
    """Return the external ids that the tied chats of active members have on a channel, where they take messages, with
    the member's role."""
    tied = select(address.c.external_id, staff.c.role).join(staff_chat, staff_chat.c.contact_id == address.c.contact_id)
    query = tied.join(staff).where(staff.c.active, address.c.channel == channel, address.c.state == "ok")
    return {row.external_id: row.role for row in connection.execute(query)}


def of_member(connection: Connection, staff_id: int) -> StaffChat | None:
    """Return where one member is reached, None where they tied no chat."""
    row = connection.execute(_reached().where(staff.c.id == staff_id)).first()
    return _chat(row) if row else None


def _chat(row: AnyRow) -> StaffChat:
    return StaffChat(row.name, row.role, row.id, row.channel, row.last_seen_at)


def _reached() -> Select[tuple[str, str, int, str, datetime]]:
    best = best_address(of=staff_chat.c.contact_id)
    return (
        select(staff.c.name, staff.c.role, best.table.c.id, best.table.c.channel, best.table.c.last_seen_at)
        .join(staff_chat, staff_chat.c.staff_id == staff.c.id)
        .join(best.table, best.on)
        .where(staff.c.active)
    )
