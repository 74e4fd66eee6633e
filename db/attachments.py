"""Pictures and files that go with messages, each kept once."""

import hashlib
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import Connection, select

from conversation.channel import Attachment
from db import export_chats
from db.inbox import insert_ignoring
from db.models import attachment

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 80
# What each begins with, so that a file is what its name says.
MEDIA_TYPES = {
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".pdf": ("application/pdf", b"%PDF-"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
}


class AttachmentRefused(Exception):
    """A file that cannot go with an announcement; the message says why, in Vietnamese."""


def keep(connection: Connection, name: str, data: bytes, now: datetime) -> str:
    """Keep a file and return its SHA-256. Raises AttachmentRefused."""
    name, media_type = checked(name, data)
    sha = hashlib.sha256(data).hexdigest()
    values = {"sha": sha, "name": name, "media_type": media_type, "data": data}
    connection.execute(insert_ignoring(connection, attachment).values(**values, created_at=now))
    return sha


def checked(name: str, data: bytes) -> tuple[str, str]:
    """Return the name and the kind of a file as it is kept; raises AttachmentRefused where it is too large, or of no
    kind that is taken."""
    name = PurePosixPath(name.replace("\\", "/")).name.strip()
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise AttachmentRefused("Chỉ gửi được ảnh .jpg, .png hoặc tệp .pdf, .docx, .xlsx.")
    media_type, beginning = MEDIA_TYPES[suffix]
    if not data.startswith(beginning):
        raise AttachmentRefused(f"Tệp «{name}» không phải {suffix} như tên của nó.")
    if len(data) > LARGEST:
        raise AttachmentRefused(f"Tệp lớn hơn {LARGEST // 1024 // 1024} MB. Ảnh nên thu nhỏ lại trước khi gửi.")
    return stem[:LONGEST_NAME] + suffix, media_type


def find(connection: Connection, sha: str) -> Attachment | None:
    """Return a file with its bytes: one of announcements, or a table that a member of staff was sent."""
    columns = (attachment.c.sha, attachment.c.name, attachment.c.media_type, attachment.c.data)
    row = connection.execute(select(*columns).where(attachment.c.sha == sha)).first()
    return Attachment(*row) if row else export_chats.find(connection, sha)


def described(connection: Connection, sha: str) -> Attachment | None:
    """Return a file without its bytes."""
    columns = (attachment.c.sha, attachment.c.name, attachment.c.media_type)
    row = connection.execute(select(*columns).where(attachment.c.sha == sha)).first()
    return Attachment(*row) if row else None
