"""Whom an announcement is for: the query staff type, the condition it stands for, and how many that reaches."""

from db.audience.condition import REHEARSAL, condition, condition_on_establishment, includes, rehearses
from db.audience.query import Asked, Audience, AudienceError, parse, refuse_unknown
from db.audience.reach import Reach, best_address, establishments, reach, read
from db.audience.windows import CHARGED, FREE, OUTSIDE, is_deserted, is_open, opened_since, was_opened

__all__ = [
    "CHARGED",
    "FREE",
    "OUTSIDE",
    "REHEARSAL",
    "Asked",
    "Audience",
    "AudienceError",
    "Reach",
    "best_address",
    "condition",
    "condition_on_establishment",
    "establishments",
    "includes",
    "is_deserted",
    "is_open",
    "opened_since",
    "parse",
    "reach",
    "read",
    "refuse_unknown",
    "rehearses",
    "was_opened",
]
