"""Deleting what a person gave, because they asked for it."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from conversation.session import Session
from db import seats, staff_chats
from db.models import (
    address,
    consent,
    contact,
    conversation,
    establishment,
    establishment_merge,
    link_code,
    message,
    muted_topic,
    news_wanted,
    question,
    response,
    sign_up,
    speaks_for,
    upload,
)

_GIVEN = (response, upload, sign_up, question, news_wanted, consent, muted_topic, speaks_for)


def erase(connection: Connection, contact_id: int, now: datetime) -> None:
    """Delete what a person gave, at whichever address; the addresses stay, so that the answer can reach them."""
    seats.give_back(connection, sign_up.c.contact_id == contact_id, now)
    for table in _GIVEN:
        connection.execute(delete(table).where(table.c.contact_id == contact_id))
    staff_chats.untie(connection, contact_id)
    _forget_conversations(connection, contact_id)
    held = connection.execute(select(contact.c.establishment_id).where(contact.c.id == contact_id)).scalar_one()
    values = {"establishment_id": None, "name": "", "source": "", "announcements_stopped": True}
    connection.execute(update(contact).where(contact.c.id == contact_id).values(**values))
    connection.execute(delete(establishment_merge).where(establishment_merge.c.kept_id == held))  # copies of both
    others = select(func.count()).select_from(contact).where(contact.c.establishment_id == held)
    if held is not None and not connection.execute(others).scalar_one():
        connection.execute(delete(establishment).where(establishment.c.id == held))


def _forget_conversations(connection: Connection, contact_id: int) -> None:
    """Forget what was said and begun at each address; prompts are counted on, so that no old button answers a new one.

    The session of the address that asked is saved after this, as the turn left it.
    """
    mine = address.c.contact_id == contact_id
    ids = list(connection.execute(select(address.c.id).where(mine)).scalars())
    connection.execute(delete(message).where(message.c.address_id.in_(ids)))
    connection.execute(delete(link_code).where(link_code.c.address_id.in_(ids)))
    connection.execute(update(address).where(mine).values(phone=""))
    query = select(conversation.c.address_id, conversation.c.session).where(conversation.c.address_id.in_(ids))
    for row in connection.execute(query).all():
        left = Session(prompt=Session.from_json(row.session).prompt, greeted=True).to_json()
        one = update(conversation).where(conversation.c.address_id == row.address_id)
        connection.execute(one.values(session=left, in_form=False))
