"""Announcements as they stand, with how many recipients have each outcome."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from db.announcements.draft import AnnouncementRefused, Button
from db.models import announcement, delivery

WAITING, QUEUED, SENDING, PAUSED, DONE, CANCELLED = "waiting", "queued", "sending", "paused", "done", "cancelled"


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
    """An announcement as it stands.

    `held_until` is the end of its holding time; `missed_at` is when its time was found to have gone by unsent.
    """

    id: int
    kind: str
    title: str
    text: str
    attachment: str | None
    buttons: tuple[Button, ...]
    topic: str
    audience: str
    state: str
    urgent: bool
    paid: bool
    template: str
    author: str
    created_at: datetime
    send_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    approved_hash: str | None
    letter: str
    held_until: datetime | None
    started_at: datetime | None
    missed_at: datetime | None
    status: Status

    @property
    def fingerprint(self) -> str:
        """Stands for what is sent, to whom and when: what was read is what is approved."""
        what = (self.title, self.text, self.attachment, self.buttons, self.paid, self.template)
        frozen = repr((*what, self.topic, self.audience, self.send_at))
        return hashlib.sha256(frozen.encode()).hexdigest()[:16]

    def is_held(self, now: datetime) -> bool:
        """Whether it is approved and waits for its holding time to pass."""
        return self.state == QUEUED and self.held_until is not None and now < self.held_until


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
    query = select(announcement).where(wanted).order_by(announcement.c.id.desc()).limit(most)
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
    buttons = tuple(Button(**button) for button in row.buttons)
    return Listed(**{**row._mapping, "buttons": buttons}, status=Status(row.id, row.state, **counts))
