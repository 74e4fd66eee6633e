"""Sessions, and the messages of a conversation in the order both sides saw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from conversation.incoming import Address
from db.engine import AnyRow
from db.models import address, consent, contact, conversation, message, news_wanted, question, response, staff_chat

IDLE_WITHOUT_CONSENT = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn leaves behind in its conversation: the session, and the messages in and out, as JSON or dataclasses.

    `status` is what the outgoing ones begin as: `queued` to be sent, `sent` where being stored is being delivered.
    `in_form` says that a form is open.
    """

    address_id: int
    session: Any
    last_seq: int
    incoming: Mapping[str, Any] | None
    outgoing: Sequence[Any]
    status: str
    in_form: bool = False


_SAVE = (
    update(conversation)
    .where(conversation.c.address_id == bindparam("row"))
    .values(session=bindparam("session"), last_seq=bindparam("last_seq"), pushed="", updated_at=bindparam("now"))
    .values(in_form=bindparam("in_form"))
)
_SEEN = update(address).where(address.c.id == bindparam("row")).values(last_seen_at=bindparam("now"), state="ok")


def save(connection: Connection, turns: Sequence[Turned], now: datetime) -> None:
    """Save sessions and messages of many turns at once; always in one order, so that no two who save wait for each
    other."""
    rows, states = [], []
    for turn in sorted(turns, key=lambda turn: turn.address_id):
        seq = turn.last_seq
        told = [("in", turn.incoming, "received")] if turn.incoming else []
        told += [("out", payload, turn.status) for payload in turn.outgoing]
        for direction, payload, status in told:
            seq += 1
            rows.append(
                {
                    "address_id": turn.address_id,
                    "seq": seq,
                    "direction": direction,
                    "payload": payload,
                    "at": now,
                    "status": status,
                }
            )
        state = {"row": turn.address_id, "session": turn.session, "last_seq": seq, "in_form": turn.in_form}
        states.append({**state, "now": now})
    if rows:
        connection.execute(insert(message), rows)
    connection.execute(_SAVE, states)
    connection.execute(_SEEN, [{"row": state["row"], "now": now} for state in states])


def find_address(connection: Connection, wanted: Address) -> AnyRow | None:
    """Return the row of an address with its conversation, None before its first message."""
    query = (
        select(address.c.id, address.c.contact_id, conversation.c.last_seq, conversation.c.session)
        .join(conversation)
        .where(address.c.channel == wanted.channel, address.c.external_id == wanted.id)
    )
    return connection.execute(query).first()


def messages_after(connection: Connection, address_id: int, seq: int = 0, most: int = 200) -> list[AnyRow]:
    """Return the latest messages of a conversation after `seq`, oldest first."""
    latest = (
        select(message.c.seq, message.c.direction, message.c.payload, message.c.at)
        .where(message.c.address_id == address_id, message.c.seq > seq)
        .order_by(message.c.seq.desc())
        .limit(most)
    )
    return list(reversed(connection.execute(latest).all()))


def push(
    connection: Connection, address_id: int, payload: Mapping[str, Any], link: str, status: str, now: datetime
) -> int:
    """Add a message the bot sends first, remembering its link until the person writes; return the message's id."""
    numbered = (
        update(conversation)
        .where(conversation.c.address_id == address_id)
        .values(last_seq=conversation.c.last_seq + 1, pushed=link)
        .returning(conversation.c.last_seq)
    )
    seq = connection.execute(numbered).scalar_one()
    values = {"address_id": address_id, "seq": seq, "direction": "out", "payload": payload, "at": now, "status": status}
    row: int = connection.execute(insert(message).values(**values).returning(message.c.id)).scalar_one()
    return row


def push_to_many(
    connection: Connection, addresses: Sequence[int], payload: Mapping[str, Any], link: str, now: datetime
) -> None:
    """Show the same message, sent already, in many conversations, each address once."""
    connection.execute(_LOCK, {"addresses": addresses})
    rows = connection.execute(_NUMBER, {"addresses": addresses, "link": link}).all()
    said = {"direction": "out", "payload": payload, "at": now, "status": "sent"}
    connection.execute(insert(message), [{"address_id": row.address_id, "seq": row.last_seq, **said} for row in rows])


_LOCK = (
    select(conversation.c.address_id)
    .where(conversation.c.address_id.in_(bindparam("addresses", expanding=True)))
    .order_by(conversation.c.address_id)
    .with_for_update()
)
_NUMBER = (
    update(conversation)
    .where(conversation.c.address_id.in_(bindparam("addresses", expanding=True)))
    .values(last_seq=conversation.c.last_seq + 1, pushed=bindparam("link"))
    .returning(conversation.c.address_id, conversation.c.last_seq)
)


def erase_idle(connection: Connection, now: datetime) -> int:
    """Erase who never agreed to anything, asked for nothing and has been silent for 72 hours; return how many.

    A question that waits for a person, or a page somebody wants to be told of, is kept until it is answered; so is who
    answered on paper, where they agreed with a pen, and a member of staff's own chat.
    """
    agreed = exists().where(consent.c.contact_id == contact.c.id)
    waiting = exists().where(question.c.contact_id == contact.c.id, question.c.answered_at.is_(None))
    answered = exists().where(response.c.contact_id == contact.c.id)
    hoping = exists().where(news_wanted.c.contact_id == contact.c.id)
    tied = exists().where(staff_chat.c.contact_id == contact.c.id)
    seen = select(func.max(address.c.last_seen_at)).where(address.c.contact_id == contact.c.id).scalar_subquery()
    result = connection.execute(
        delete(contact).where(~agreed, ~waiting, ~answered, ~hoping, ~tied, seen < now - IDLE_WITHOUT_CONSENT)
    )
    return result.rowcount
