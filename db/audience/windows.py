"""How long after a person's last interaction their address may be sent something, as conditions on its row."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal, or_

from conversation.channel import CAPABILITIES
from db.models.base import Moment

FREE, CHARGED, OUTSIDE = "free", "charged", "outside"
EVER = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOWS = {name: can.window for name, can in CAPABILITIES.items() if can.window}
_VISITED = {name: can.visited for name, can in CAPABILITIES.items() if can.visited}
_FREE = {name: can.free_window for name, can in CAPABILITIES.items() if can.free_window}


def opened_since(channel: str, now: datetime) -> datetime:
    """Return the moment since which people must have written by a channel to be sent something now."""
    return now - _WINDOWS[channel] if channel in _WINDOWS else EVER


def was_opened(table: FromClause, since: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether the person of an address of a table wrote since a moment, and its vendor does not say that nothing is
    left."""
    return and_(table.c.last_seen_at >= since, func.coalesce(table.c.quota_left, 1) > 0)


def is_open(table: FromClause, now: datetime) -> ColumnElement[bool]:
    """Whether an address of a table may be sent something now."""
    sinces = [(table.c.channel == name, literal(opened_since(name, now), Moment)) for name in _WINDOWS]
    return was_opened(table, case(*sinces, else_=literal(EVER, Moment)))


def is_deserted(table: FromClause, now: datetime) -> ColumnElement[bool]:
    """Whether messages only wait at an address of a table, and its person has not come by for long."""
    return or_(*(and_(table.c.channel == name, table.c.last_seen_at < now - time) for name, time in _VISITED.items()))


def place_in_window(table: FromClause, now: datetime) -> ColumnElement[str]:
    """Where in its window an address of a table is: "free", "charged" or "outside"; "" where its channel has none."""
    free = [and_(table.c.channel == name, table.c.last_seen_at >= now - window) for name, window in _FREE.items()]
    without = table.c.channel.not_in(sorted(_WINDOWS))
    return case((without, ""), (~is_open(table, now), OUTSIDE), (or_(*free), FREE), else_=CHARGED)
