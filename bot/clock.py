"""The one place that looks at the clock; everything else is told the time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import time_ns

Clock = Callable[[], datetime]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return _EPOCH + timedelta(microseconds=time_ns() // 1000)
