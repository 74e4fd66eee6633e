"""Files that people sent as answers: rows, so that a backup is one file."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, or_, select, update

from conversation.incoming import File
from db.engine import AnyRow
from db.models import address, question_file, upload

LARGEST = 20 * 1024 * 1024
LONGEST_NAME = 100
# How long after a file arrived each try to fetch it is made: vendors are away at times, and keep files only so long.
TRIED_AFTER = [timedelta(seconds=seconds) for seconds in (0, 10, 60, 600, 3600)]
LOOSE_KEPT = timedelta(days=1)
MOST_LOOSE = 20


class UploadRefused(Exception):
    """A file that cannot be kept; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with what its sender's device said of it; without `data` it is still to be fetched from its channel."""

    id: int
    contact_id: int
    name: str
    media_type: str
    size: int
    sha: str
    data: bytes | None
    channel: str
    reference: str
    attempts: int
    loose: bool
    removed_by: str | None
    removed_at: datetime | None
    created_at: datetime


def keep(connection: Connection, contact_id: int, name: str, media_type: str, data: bytes, now: datetime) -> File:
    """Keep a file and return it with its number. Raises UploadRefused."""
    _refuse_large(len(data))
    _refuse_many(connection, contact_id, now)
    sha = hashlib.sha256(data).hexdigest()
    return _insert(connection, contact_id, File(_clean(name), media_type, len(data)), now, sha=sha, data=data)


def expect(
    connection: Connection, contact_id: int, channel: str, file: File, now: datetime, *, loose: bool = False
) -> File:
    """Note a file that is to be fetched, and return it with its number. Raises UploadRefused."""
    _refuse_large(file.size)
    if loose:
        _refuse_many(connection, contact_id, now)
    named = replace(file, name=_clean(file.name))
    return _insert(connection, contact_id, named, now, sha="", channel=channel, reference=file.reference, loose=loose)


def mark(connection: Connection, upload_id: int, *, loose: bool) -> None:
    """Say whether a file belongs to nothing yet."""
    connection.execute(update(upload).where(upload.c.id == upload_id).values(loose=loose))


def pass_on(connection: Connection, question_id: int, contact_id: int, answer: str) -> None:
    """Put a file of this person's beside a question of theirs."""
    found = find(connection, answer)
    if found and found.contact_id == contact_id:
        connection.execute(insert(question_file).values(question_id=question_id, upload_id=found.id))
        mark(connection, found.id, loose=False)


def sender(connection: Connection, sent: Upload) -> AnyRow | None:
    """Return the address (`id`, `channel`) that a file came from, or where its sender wrote last."""
    theirs = address.c.contact_id == sent.contact_id
    same_channel = case((address.c.channel == sent.channel, 0), else_=1)
    query = select(address.c.id, address.c.channel).where(theirs, address.c.state == "ok")
    return connection.execute(query.order_by(same_channel, address.c.last_seen_at.desc()).limit(1)).first()


def forget_loose(connection: Connection, now: datetime) -> int:
    """Forget files that nobody asked for and nobody wanted passed on; return how many."""
    old = upload.c.loose & (upload.c.created_at < now - LOOSE_KEPT)
    return connection.execute(delete(upload).where(old)).rowcount


def remove(connection: Connection, upload_id: int, by: str, now: datetime) -> bool:
    """Erase what a file holds, but not that there was one; return whether it was still there."""
    there = (upload.c.id == upload_id) & upload.c.removed_at.is_(None)
    emptied = {"data": None, "sha": "", "reference": "", "removed_by": by, "removed_at": now}
    return bool(connection.execute(update(upload).where(there).values(**emptied)).rowcount)


def _refuse_many(connection: Connection, contact_id: int, now: datetime) -> None:
    mine = (upload.c.contact_id == contact_id) & upload.c.loose & (upload.c.created_at > now - LOOSE_KEPT)
    if connection.execute(select(func.count()).select_from(upload).where(mine)).scalar_one() >= MOST_LOOSE:
        raise UploadRefused("Hôm nay anh/chị đã gửi nhiều tệp. Mai anh/chị gửi tiếp giúp em.")


def _refuse_large(size: int) -> None:
    if size > LARGEST:
        raise UploadRefused("Tệp lớn hơn 20 MB. Anh/chị gửi giúp em tệp nhỏ hơn.")


def _insert(connection: Connection, contact_id: int, file: File, now: datetime, **values: Any) -> File:
    described = {"name": file.name, "media_type": file.media_type, "size": file.size, **values}
    row = insert(upload).values(contact_id=contact_id, created_at=now, **described).returning(upload.c.id)
    return replace(file, upload_id=connection.execute(row).scalar_one())


def waiting(connection: Connection, channels: Collection[str], most: int, now: datetime) -> list[Upload]:
    """Return files to be fetched now from these channels, those tried least first; each try waits longer."""
    absent = upload.c.data.is_(None) & upload.c.removed_at.is_(None) & upload.c.channel.in_(sorted(channels))
    due = (
        (upload.c.attempts == tried) & (upload.c.created_at <= now - after) for tried, after in enumerate(TRIED_AFTER)
    )
    query = select(upload).where(absent, or_(*due)).order_by(upload.c.attempts, upload.c.id).limit(most)
    return [Upload(**row._mapping) for row in connection.execute(query)]


def fetched(connection: Connection, upload_id: int, data: bytes) -> None:
    """Keep what was fetched."""
    sha = hashlib.sha256(data).hexdigest()
    found = update(upload).where(upload.c.id == upload_id).values(data=data, size=len(data), sha=sha)
    connection.execute(found)


def not_fetched(connection: Connection, upload_id: int) -> None:
    """Count an attempt that failed; after five a file is given up."""
    counted = update(upload).where(upload.c.id == upload_id).values(attempts=upload.c.attempts + 1)
    connection.execute(counted)


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
