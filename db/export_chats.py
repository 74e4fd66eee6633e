"""Files that members of staff asked for in their own chats: sent there once they are made."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from conversation.channel import Attachment
from db import export_jobs
from db.export_jobs import DONE, FAILED, Job
from db.models import address, export_chat, export_job, export_part

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_DUE = export_job.c.state.in_([DONE, FAILED]) & ~export_chat.c.told


@dataclass(frozen=True, slots=True)
class Due:
    """A file that is made, or cannot be, with where it was asked for."""

    job: Job
    address_id: int
    contact_id: int
    channel: str


def remember(connection: Connection, job_id: int, address_id: int) -> None:
    """Note that a file is to be sent to an address."""
    known = select(export_chat.c.job_id).where(export_chat.c.job_id == job_id)
    if connection.execute(known).first() is None:
        connection.execute(insert(export_chat).values(job_id=job_id, address_id=address_id))


def is_any_due(connection: Connection) -> bool:
    """Whether somebody is to be told of a file."""
    query = select(export_chat.c.job_id).join(export_job, export_job.c.id == export_chat.c.job_id)
    return connection.execute(query.where(_DUE).limit(1)).first() is not None


def due(connection: Connection) -> list[Due]:
    """Return what nobody has been told of yet; locked, so that no two processes tell it."""
    query = (
        select(export_chat, address.c.contact_id, address.c.channel)
        .join(export_job, export_job.c.id == export_chat.c.job_id)
        .join(address, address.c.id == export_chat.c.address_id)
        .where(_DUE)
        .order_by(export_chat.c.job_id)
        .with_for_update(of=export_chat, skip_locked=True)
    )
    rows = connection.execute(query).all()
    return [Due(export_jobs.read(connection, row.job_id), row.address_id, row.contact_id, row.channel) for row in rows]


def attach(connection: Connection, job: Job) -> Attachment:
    """Return a file as it goes with a message, by its SHA-256, without its bytes."""
    sha = hashlib.sha256(_bytes(connection, job.id)).hexdigest()
    connection.execute(update(export_chat).where(export_chat.c.job_id == job.id).values(sha=sha))
    return Attachment(sha, job.file_name, MEDIA_TYPE)


def told(connection: Connection, job_id: int) -> None:
    """Note that its member was told."""
    connection.execute(update(export_chat).where(export_chat.c.job_id == job_id).values(told=True))


def drop(connection: Connection, job_id: int) -> None:
    """Send a file to nobody."""
    connection.execute(delete(export_chat).where(export_chat.c.job_id == job_id))


def find(connection: Connection, sha: str) -> Attachment | None:
    """Return a file that was sent to a chat, with its bytes, while it is kept."""
    query = select(export_job.c.id, export_job.c.file_name).join(export_chat, export_chat.c.job_id == export_job.c.id)
    row = connection.execute(query.where(export_chat.c.sha == sha).limit(1)).first() if sha else None
    return Attachment(sha, row.file_name, MEDIA_TYPE, _bytes(connection, row.id)) if row else None


def _bytes(connection: Connection, job_id: int) -> bytes:
    parts = select(export_part.c.data).where(export_part.c.job_id == job_id).order_by(export_part.c.number)
    return b"".join(connection.execute(parts).scalars())
