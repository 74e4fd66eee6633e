"""Whom an announcement is for: the query staff type, the condition it stands for, and how many that reaches."""

from db.audience.condition import REHEARSAL, condition, condition_on_establishment, includes, rehearses
from db.audience.query import Asked, Audience, AudienceError, parse, refuse_unknown
from db.audience.reach import Reach, best_address, establishments, reach, read

__all__ = [
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
    "parse",
    "reach",
    "read",
    "refuse_unknown",
    "rehearses",
]
