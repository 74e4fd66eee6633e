"""How fast is sent: a rate that all processes share, and a pace for each chat of this one."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from db import rate

CHAT_SECONDS = 1.0
CHAT_BURST_SECONDS = 4.0


@dataclass(frozen=True)
class Limiter:
    """So many sends a second on each channel, replies before announcements."""

    per_second: float

    def for_replies(self, connection: Connection, channel: str, now: datetime) -> int:
        """Return how many replies may go now; the channel's row is locked until the transaction ends."""
        return rate.allowed(connection, channel, self.per_second, now)

    def for_announcements(self, connection: Connection, channel: str, now: datetime) -> int:
        """Return how many announcements may go now: half of the burst is left for replies."""
        return rate.allowed(connection, channel, self.per_second, now, rate.HALF)

    def spend(self, connection: Connection, channel: str, sends: int, now: datetime) -> None:
        """Count sends that are about to go."""
        rate.spend(connection, channel, sends, self.per_second, now)

    def hold(self, connection: Connection, channel: str, seconds: float, now: datetime) -> None:
        """Let nothing more through for so long, in any process."""
        rate.hold(connection, channel, seconds, self.per_second, now)


@dataclass
class Spacing:
    """About one message a second into one chat, after a short burst: faster than that its vendor refuses."""

    _due: dict[int, float] = field(default_factory=dict)

    def spend(self, address_id: int, now: datetime) -> None:
        """Count a message to an address."""
        at = now.timestamp()
        self._due[address_id] = max(self._due.get(address_id, at), at) + CHAT_SECONDS

    def waiting(self, now: datetime) -> Collection[int]:
        """Return the addresses that are sent nothing for the moment."""
        at = now.timestamp()
        self._due = {address: due for address, due in self._due.items() if due > at}
        return {address for address, due in self._due.items() if due > at + CHAT_BURST_SECONDS - CHAT_SECONDS}
