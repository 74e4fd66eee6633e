"""How fast a channel may be sent to: a bucket that fills at a steady rate, of which replies may take all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock

BURST_SECONDS = 0.2
LEAST_BURST = 4.0
KEPT_FOR_REPLIES = 0.5


@dataclass
class _Bucket:
    filled: float
    at: datetime
    held_until: datetime


class Limiter:
    """Paces each channel by its own bucket, and holds a channel whose vendor asks to wait.

    Announcements leave half of the bucket, so that a reply never waits behind them.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self.per_second = per_second
        self._clock = clock
        self._burst = max(LEAST_BURST, per_second * BURST_SECONDS)
        self._buckets: dict[str, _Bucket] = {}

    @property
    def interval(self) -> float:
        """Seconds until a used-up bucket holds another send."""
        return 1 / self.per_second

    def for_replies(self, channel: str) -> int:
        """Return how many replies may be sent now."""
        return self._left(channel, 0)

    def for_announcements(self, channel: str) -> int:
        """Return how many announcements may be sent now."""
        return self._left(channel, self._burst * KEPT_FOR_REPLIES)

    def spend(self, channel: str, sends: int) -> None:
        """Count sends that are about to go."""
        self._bucket(channel).filled -= sends

    def hold(self, channel: str, seconds: float) -> None:
        """Let nothing more through for so long."""
        bucket = self._bucket(channel)
        bucket.held_until = max(bucket.held_until, bucket.at + timedelta(seconds=seconds))

    def _left(self, channel: str, kept: float) -> int:
        bucket = self._bucket(channel)
        return 0 if bucket.at < bucket.held_until else max(0, int(bucket.filled - kept))

    def _bucket(self, channel: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(channel, _Bucket(self._burst, now, now))
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.filled = min(self._burst, bucket.filled + passed * self.per_second)
        bucket.at = now
        return bucket
