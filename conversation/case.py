"""Where a wish for support stands on its way through the centre: a case."""

from dataclasses import dataclass
from datetime import datetime

RECEIVED, SURVEYED, APPRAISED, SUBMITTED, APPROVED, SETTLED, DECLINED = STATUSES = (
    "received",
    "surveyed",
    "appraised",
    "submitted",
    "approved",
    "settled",
    "declined",
)
# The way of a wish that is granted.
STEPS = STATUSES[:-1]
ENDED = frozenset({SETTLED, DECLINED})


@dataclass(frozen=True, slots=True)
class CaseState:
    """Which of `STATUSES` a case has since when; `reason` says why one was declined."""

    status: str
    since: datetime
    reason: str = ""


def next_step(status: str) -> str:
    """Return what a case is to become next, "" where it has ended."""
    return "" if status in ENDED else STEPS[STEPS.index(status) + 1]
