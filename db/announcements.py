"""Announcements: written, approved, cancelled, and how far each has got."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from conversation.answers import normalise
from db import audience
from db.models import announcement, delivery

MAX_TITLE = 120
MAX_TEXT = 2000
WAITING, QUEUED, SENDING, PAUSED, DONE, CANCELLED = "waiting", "queued", "sending", "paused", "done", "cancelled"


class AnnouncementRefused(Exception):
    """An announcement that cannot be kept, approved or cancelled; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Status:
    """One announcement's state and how many recipients have each outcome."""

    id: int
    state: str
    pending: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    blocked: int = 0
    unreachable: int = 0
    opted_out: int = 0
    uncertain: int = 0
    held: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def counts(self) -> dict[str, int]:
        """The counts by outcome, in the order they are shown."""
        return {name: count for name, count in asdict(self).items() if name not in {"id", "state"}}

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Listed:
    """An announcement as it stands in the list."""

    id: int
    title: str
    text: str
    audience: str
    state: str
    author: str
    created_at: datetime
    started_at: datetime | None
    send_at: datetime | None
    status: Status

    @property
    def fingerprint(self) -> str:
        """Stands for what is sent, to whom and when: what was read is what is approved."""
        wording = repr((self.title, self.text, self.audience, self.send_at))
        return hashlib.sha256(wording.encode()).hexdigest()[:16]


def clean(title: str, text: str) -> tuple[str, str]:
    """Return a title on one line and a text with its lines kept, both without what cannot be seen.

    Raises AnnouncementRefused where one is missing or too long.
    """
    title = normalise(title)
    text = "\n".join(normalise(line) for line in text.splitlines()).strip()
    if not title or not text:
        raise AnnouncementRefused("Thông báo cần cả tiêu đề và nội dung.")
    if len(title) > MAX_TITLE:
        raise AnnouncementRefused(f"Tiêu đề dài {len(title)} ký tự; nhiều nhất là {MAX_TITLE}.")
    if len(text) > MAX_TEXT:
        raise AnnouncementRefused(f"Nội dung dài {len(text)} ký tự; nhiều nhất là {MAX_TEXT}.")
    return title, text


def create(
    connection: Connection,
    title: str,
    text: str,
    audience_text: str,
    author: str,
    now: datetime,
    send_at: datetime | None = None,
) -> int:
    """Keep an announcement that waits for approval; return its id.

    Raises AnnouncementRefused or AudienceError.
    """
    title, text = clean(title, text)
    audience.parse(audience_text)
    values = {"title": title, "text": text, "audience": " ".join(audience_text.split()), "author": author}
    row = insert(announcement).values(**values, state=WAITING, created_at=now, send_at=send_at)
    announcement_id: int = connection.execute(row.returning(announcement.c.id)).scalar_one()
    return announcement_id


def just_written(connection: Connection, title: str, text: str, author: str, since: datetime) -> int | None:
    """Return the same announcement by the same author, waiting since a moment ago: a form sent twice is one."""
    same = (announcement.c.title == title) & (announcement.c.text == text) & (announcement.c.author == author)
    recent = (announcement.c.state == WAITING) & (announcement.c.created_at >= since)
    found: int | None = connection.execute(select(announcement.c.id).where(same, recent)).scalars().first()
    return found


def change(
    connection: Connection, announcement_id: int, title: str, text: str, audience_text: str, send_at: datetime | None
) -> None:
    """Rewrite an announcement that waits for approval; raises AnnouncementRefused or AudienceError."""
    title, text = clean(title, text)
    audience.parse(audience_text)
    values = {"title": title, "text": text, "audience": " ".join(audience_text.split()), "send_at": send_at}
    _move(connection, announcement_id, {WAITING}, WAITING, "đã được duyệt hoặc đã hủy, không sửa được nữa", **values)


def approve(connection: Connection, announcement_id: int, fingerprint: str = "", *, urgent: bool = False) -> None:
    """Queue a waiting announcement: it is sent now, or at its time; an urgent one also in the quiet hours.

    Raises AnnouncementRefused, also where a `fingerprint` is given and what was read has been rewritten since.
    """
    found = find(connection, announcement_id)
    if found and fingerprint and found.fingerprint != fingerprint:
        raise AnnouncementRefused("Thông báo vừa được sửa. Đọc lại rồi hãy gửi.")
    _move(connection, announcement_id, {WAITING}, QUEUED, "đã được duyệt hoặc đã hủy rồi", urgent=urgent)


def cancel(connection: Connection, announcement_id: int) -> None:
    """Cancel an announcement: whoever has not been sent it will not be."""
    _move(connection, announcement_id, {WAITING, QUEUED, SENDING, PAUSED}, CANCELLED, "đã xong hoặc đã hủy rồi")


def _move(
    connection: Connection, announcement_id: int, before: set[str], state: str, otherwise: str, **values: Any
) -> None:
    """Change the state, or raise AnnouncementRefused where it was not one of those `before`."""
    row = announcement.c.id == announcement_id
    moves = update(announcement).where(row, announcement.c.state.in_(before)).values(state=state, **values)
    if not connection.execute(moves).rowcount:
        known = connection.execute(select(announcement.c.id).where(row)).first()
        reason = otherwise if known else "không có"
        raise AnnouncementRefused(f"Thông báo số {announcement_id} {reason}.")


def find(connection: Connection, announcement_id: int) -> Listed | None:
    """Return one announcement with its counts."""
    found = _listed(connection, announcement.c.id == announcement_id, most=1)
    return found[0] if found else None


def status(connection: Connection, announcement_id: int) -> Status:
    """Return how far an announcement has got; raises AnnouncementRefused where there is none of that id."""
    found = find(connection, announcement_id)
    if found is None:
        raise AnnouncementRefused(f"Không có thông báo số {announcement_id}.")
    return found.status


def listed(connection: Connection, states: frozenset[str] = frozenset(), most: int = 200) -> list[Listed]:
    """Return the latest announcements, the newest first; those in `states` where any are given."""
    wanted = announcement.c.state.in_(sorted(states)) if states else announcement.c.id.is_not(None)
    return _listed(connection, wanted, most)


def _listed(connection: Connection, wanted: ColumnElement[bool], most: int) -> list[Listed]:
    columns = [column for column in announcement.c if column.name != "urgent"]
    query = select(*columns).where(wanted).order_by(announcement.c.id.desc()).limit(most)
    rows = connection.execute(query).all()
    counts = _counts(connection, [row.id for row in rows])
    return [_as_listed(row, counts.get(row.id, {})) for row in rows]


def _counts(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    query = (
        select(delivery.c.announcement_id, delivery.c.status, func.count())
        .where(delivery.c.announcement_id.in_(ids))
        .group_by(delivery.c.announcement_id, delivery.c.status)
    )
    counts: dict[int, dict[str, int]] = {}
    for announcement_id, outcome, count in connection.execute(query).all():
        counts.setdefault(announcement_id, {})[outcome] = count
    return counts


def _as_listed(row: Row[Any], counts: Mapping[str, int]) -> Listed:
    return Listed(**row._mapping, status=Status(row.id, row.state, **counts))
