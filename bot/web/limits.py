"""How much one conversation and one address of the network may say; kept in memory, answered politely."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_KEYS = 50_000


@dataclass
class Limit:
    """At most `most` events of one key within a span of time."""

    most: int
    within: timedelta
    _seen: dict[str, deque[datetime]] = field(default_factory=dict)

    def allows(self, key: str, now: datetime) -> bool:
        """Count an event unless there were too many; return whether it was counted."""
        if len(self._seen) >= MOST_KEYS:
            self._forget(now)
        times = self._seen.setdefault(key, deque())
        while times and times[0] <= now - self.within:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True

    def _forget(self, now: datetime) -> None:
        """Drop the keys that are silent; where all speak, everything starts anew."""
        live = {key: times for key, times in self._seen.items() if times and times[-1] > now - self.within}
        self._seen = live if len(live) < MOST_KEYS else {}


@dataclass
class Limits:
    """The limits of the web chat."""

    conversation: Limit = field(default_factory=lambda: Limit(40, timedelta(minutes=1)))
    network: Limit = field(default_factory=lambda: Limit(240, timedelta(minutes=1)))
    newcomers: Limit = field(default_factory=lambda: Limit(60, timedelta(hours=1)))

    def allow(self, conversation: str, network: str, *, is_new: bool, now: datetime) -> bool:
        """Whether one more message may come in."""
        if is_new and not self.newcomers.allows(network, now):
            return False
        return self.network.allows(network, now) and self.conversation.allows(conversation, now)
