"""Files that come with what people say: noted, to be fetched after the turn."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from conversation.incoming import Incoming
from conversation.session import Session
from db import questions, uploads
from db.engine import AnyRow
from db.uploads import UploadRefused


def noted(connection: Connection, row: AnyRow, incoming: Incoming, session: Session, now: datetime) -> Incoming:
    """Note a file to be fetched; one that no form may ask for is kept a day, unless it is passed on."""
    file = incoming.file
    if not file:
        return incoming
    loose = not (session.top and session.top.form_sha)
    if file.upload_id:
        uploads.mark(connection, file.upload_id, loose=loose)
        return incoming
    try:
        expected = uploads.expect(connection, row.contact_id, row.channel, file, now, loose=loose)
        return replace(incoming, file=expected)
    except UploadRefused:
        return replace(incoming, file=None, unsupported=True)


def keep_for_officer(
    connection: Connection, row: AnyRow, incoming: Incoming, now: datetime, promised_for: date
) -> None:
    """Keep a file that is sent while an officer has the conversation, where staff see it."""
    file = noted(connection, row, incoming, Session.from_json(row.session), now).file
    if file:
        questions.put_beside(connection, row.contact_id, row.address_id, file.answer, now, promised_for)
