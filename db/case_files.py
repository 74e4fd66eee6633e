"""The papers of a case: what staff put to it, and what its owner sent in the chat."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from db import attachments, cases
from db.models import case_file, upload


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of a case; `answer` names one that came through the chat."""

    id: int
    name: str
    media_type: str
    size: int
    by: str
    at: datetime
    answer: str = ""


def of_staff(connection: Connection, case_id: int) -> list[Paper]:
    """Return what staff put to a case, the latest first."""
    columns = (case_file.c[name] for name in ("id", "name", "media_type", "size", "by", "at"))
    query = select(*columns).where(case_file.c.case_id == case_id).order_by(case_file.c.id.desc())
    return [Paper(**row._mapping) for row in connection.execute(query)]


def of_owner(connection: Connection, contact_id: int) -> list[Paper]:
    """Return what the owner sent in the chat and staff did not remove, the latest first."""
    theirs = (upload.c.contact_id == contact_id) & ~upload.c.loose & upload.c.removed_at.is_(None)
    columns = (upload.c[name] for name in ("id", "name", "media_type", "size", "channel", "created_at"))
    rows = connection.execute(select(*columns).where(theirs).order_by(upload.c.id.desc()).limit(50))
    return [
        Paper(row.id, row.name, row.media_type, row.size, row.channel, row.created_at, f"{row.id}-{row.name}")
        for row in rows
    ]


def add(connection: Connection, case_id: int, name: str, data: bytes, by: str, now: datetime) -> None:
    """Put a file to a case. Raises AttachmentRefused."""
    name, media_type = attachments.checked(name, data)
    values = {"name": name, "media_type": media_type, "size": len(data), "data": data, "by": by, "at": now}
    connection.execute(insert(case_file).values(case_id=case_id, **values))
    cases.note(connection, case_id, "file", name, "", by, now)


def read(connection: Connection, case_id: int, file_id: int) -> tuple[str, str, bytes] | None:
    """Return the name, the kind and the bytes of a file of a case."""
    one = (case_file.c.case_id == case_id) & (case_file.c.id == file_id)
    row = connection.execute(select(case_file.c.name, case_file.c.media_type, case_file.c.data).where(one)).first()
    return (row.name, row.media_type, row.data) if row else None


def remove(connection: Connection, case_id: int, file_id: int, by: str, now: datetime) -> bool:
    """Take a file away from a case; return whether it was there."""
    one = (case_file.c.case_id == case_id) & (case_file.c.id == file_id)
    name = connection.execute(delete(case_file).where(one).returning(case_file.c.name)).scalar()
    if name is not None:
        cases.note(connection, case_id, "unfiled", name, "", by, now)
    return name is not None
