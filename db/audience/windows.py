"""How long after a person's last interaction their address may be sent something, as conditions on its row."""

from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, case, func, or_

from conversation.channel import CAPABILITIES

FREE, CHARGED, OUTSIDE = "free", "charged", "outside"


def is_open(table: FromClause, now: datetime) -> ColumnElement[bool]:
    """Whether an address of a table may be sent something now: its window, where it has one, and what its vendor says
    is left."""
    closed = [
        and_(table.c.channel == name, table.c.last_seen_at < now - can.window)
        for name, can in CAPABILITIES.items()
        if can.window
    ]
    return and_(~or_(*closed), func.coalesce(table.c.quota_left, 1) > 0)


def place_in_window(table: FromClause, now: datetime) -> ColumnElement[str]:
    """Where in its window an address of a table is: "free", "charged" or "outside"; "" where its channel has none."""
    windows = {name: can.free_window for name, can in CAPABILITIES.items() if can.free_window}
    free = [
        and_(table.c.channel == name, table.c.last_seen_at >= now - free_window)
        for name, free_window in windows.items()
    ]
    without = table.c.channel.not_in(sorted(windows))
    return case((without, ""), (~is_open(table, now), OUTSIDE), (or_(*free), FREE), else_=CHARGED)
