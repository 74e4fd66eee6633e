"""What a member of staff may know of announcements from their own chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from conversation.links import Door

WAITING, QUEUED, SENDING, PAUSED = "waiting", "queued", "sending", "paused"
UNDER_WAY = frozenset({WAITING, QUEUED, SENDING, PAUSED})


class Unfit(Exception):
    """Words or a query that cannot be taken; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Written:
    """An announcement as staff see it, by its number.

    `state` is waiting (for approval) queued sending paused done cancelled; `fingerprint` stands for what would be
    approved. `plain` says that it is words only, sent once approved, so that a chat shows all there is to approve.
    `goes_at` is when it is due, None for at once; `sent` and `total` count its recipients.
    """

    number: int
    title: str
    text: str
    audience: str
    author: str
    state: str = WAITING
    fingerprint: str = ""
    plain: bool = True
    goes_at: datetime | None = None
    sent: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a query reaches now: of `people` so many by each channel and `later` once they write; of the known
    establishments so many by a message."""

    people: int
    by_channel: Mapping[str, int] = field(default_factory=dict)
    later: int = 0
    establishments: int = 0
    by_message: int = 0


@dataclass(frozen=True, slots=True)
class SavedAudience:
    """A query that staff named."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active member of staff who tied a chat, and where that is."""

    name: str
    role: str
    door: Door


class Desk(Protocol):
    """The facts of the member whose chat it is."""

    @property
    def saved_audiences(self) -> Sequence[SavedAudience]: ...
    @property
    def colleagues(self) -> Sequence[Colleague]:
        """Return everybody who tied a chat, the member of this chat too."""
        ...

    @property
    def under_way(self) -> Sequence[Written]:
        """Return the latest announcements that are not over, the newest first."""
        ...

    def announcement(self, number: int) -> Written | None: ...
    def kept(self, title: str, text: str, audience: str) -> Written | None:
        """Return the member's own announcement that waits and says exactly this, and nothing besides."""
        ...

    def checked(self, title: str, text: str) -> tuple[str, str]:
        """Return a title and a text as they are kept; raises Unfit."""
        ...

    def reached(self, query: str) -> Reached:
        """Return whom a query reaches now; raises Unfit."""
        ...


@dataclass(frozen=True)
class KnownDesk:
    """A desk whose facts are at hand; `reach` is what each query reaches."""

    saved_audiences: Sequence[SavedAudience] = ()
    colleagues: Sequence[Colleague] = ()
    announcements: Sequence[Written] = ()
    reach: Mapping[str, Reached] = field(default_factory=dict)

    @property
    def under_way(self) -> Sequence[Written]:
        return [one for one in self.announcements if one.state in UNDER_WAY]

    def announcement(self, number: int) -> Written | None:
        return next((one for one in self.announcements if one.number == number), None)

    def kept(self, title: str, text: str, audience: str) -> Written | None:
        says = (title, text, audience)
        found = [one for one in self.under_way if (one.title, one.text, one.audience) == says and one.state == WAITING]
        return found[0] if found else None

    def checked(self, title: str, text: str) -> tuple[str, str]:
        if not title.strip() or not text.strip():
            raise Unfit("Thông báo cần cả tiêu đề và nội dung.")
        return title.strip(), text.strip()

    def reached(self, query: str) -> Reached:
        if query not in self.reach:
            raise Unfit(f"«{query}»: không đọc được")
        return self.reach[query]
