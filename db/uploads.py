"""Files that people sent as answers: rows, so that a backup is one file."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from db.models import upload

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 100


class UploadRefused(Exception):
    """A file that cannot be kept; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with what its sender's device said of it."""

    id: int
    contact_id: int
    name: str
    media_type: str
    size: int
    sha: str
    data: bytes
    created_at: datetime


def keep(connection: Connection, contact_id: int, name: str, media_type: str, data: bytes, now: datetime) -> str:
    """Keep a file; return what an answer says of it: `12-anh.jpg`, its id first. Raises UploadRefused."""
    if len(data) > LARGEST:
        raise UploadRefused("Tệp lớn hơn 20 MB. Anh/chị gửi giúp em tệp nhỏ hơn.")
    named = _clean(name)
    sha = hashlib.sha256(data).hexdigest()
    values = {"name": named, "media_type": media_type, "size": len(data), "sha": sha, "data": data}
    row = insert(upload).values(contact_id=contact_id, created_at=now, **values).returning(upload.c.id)
    return f"{connection.execute(row).scalar_one()}-{named}"


def _clean(name: str) -> str:
    """Return the end of a name on one line without folders and blanks, as a file may be called anywhere."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in "_".join(last.split()) if letter.isalnum() or letter in "._-")
    return kept.lstrip(".")[-LONGEST_NAME:] or "tep"


def find(connection: Connection, answer: str) -> Upload | None:
    """Return the file that an answer names."""
    number, _, name = answer.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    row = connection.execute(select(upload).where(upload.c.id == int(number), upload.c.name == name)).first()
    return Upload(**row._mapping) if row else None
