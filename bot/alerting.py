"""Telling staff, in their own chats, that somebody waits for a person."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from conversation.calendar import local_day
from conversation.catalog import Library
from conversation.flow import Told, reply
from conversation.incoming import Incoming
from conversation.links import Door
from conversation.records import QuestionAsked, Record
from conversation.roles import WRITERS
from db import absences, staff_chats, threads
from db.engine import AnyRow
from db.threads import Thread

# As much of what somebody wrote as a member needs to see what it is about.
SHOWN = 200


def of_questions(
    connection: Connection, row: AnyRow, records: Iterable[Record], library: Library, now: datetime
) -> tuple[Told, ...]:
    """Return what tells staff of the questions that a turn passed on: who took the conversation, or all who answer."""
    asked = [record.text for record in records if isinstance(record, QuestionAsked)]
    if not asked:
        return ()
    return _told(connection, row, "inbox/asked", asked[-1], library, now)


def of_words(
    connection: Connection, row: AnyRow, incoming: Incoming, library: Library, now: datetime
) -> tuple[Told, ...]:
    """Return what tells who took a conversation that its person wrote; once, until they have looked."""
    found = threads.find(connection, row.address_id)
    if found is None or not found.taken_by or found.unread:
        return ()
    return _told(connection, row, "inbox/wrote", incoming.text, library, now)


def _told(
    connection: Connection, row: AnyRow, key: str, text: str, library: Library, now: datetime
) -> tuple[Told, ...]:
    found = threads.find(connection, row.address_id)
    public, day = library.organisation.public_url, library.organisation.working.promised(now)
    link = f"{public}/console/inbox/{row.address_id}" if public else ""
    said = reply(key, text=text[:SHOWN], cut=len(text) > SHOWN, who=_who(found, library), link=link, day=day)
    doors = _doors(connection, found.taken_by if found else "", now)
    return tuple(Told(door, said) for door in doors if door.address != row.address_id)


def _doors(connection: Connection, taken_by: str, now: datetime) -> list[Door]:
    """Return where those are reached who see to what a member took, or, where nobody did, all who answer and are not
    away."""
    away = absences.stand_ins(connection, local_day(now))
    one = absences.seen_to_by(taken_by, away) if taken_by else ""
    return [
        Door(chat.address_id, chat.channel, chat.seen_at)
        for chat in staff_chats.contacts(connection)
        if chat.role in WRITERS and (chat.name == one if one else chat.name not in away)
    ]


def _who(found: Thread | None, library: Library) -> str:
    if found is None or not (found.business or found.name):
        return ""
    commune = f", {library.places.name_of(found.commune)}" if found.commune else ""
    return f"{found.business or found.name}{commune}"
