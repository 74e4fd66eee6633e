"""Pairs of tokens that replace themselves, and who is about to ask for the next pair."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from db.inbox import insert_ignoring
from db.models import vendor_token


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token that is good until a moment, empty before the first, and the refresh token of its successor."""

    access_token: str
    refresh_token: str
    good_until: datetime


_PAIR = (vendor_token.c.access_token, vendor_token.c.refresh_token, vendor_token.c.good_until)


def begin(connection: Connection, channel: str, refresh_token: str, now: datetime) -> None:
    """Keep the refresh token that the first pair is asked for with; a channel that has a pair keeps it."""
    first = {"channel": channel, "access_token": "", "refresh_token": refresh_token, "good_until": now}
    connection.execute(insert_ignoring(connection, vendor_token).values(first))


def find(connection: Connection, channel: str) -> Pair | None:
    """Return the pair of a channel."""
    row = connection.execute(select(*_PAIR).where(vendor_token.c.channel == channel)).first()
    return Pair(*row) if row else None


def claim(connection: Connection, channel: str, stale: str, now: datetime, until: datetime) -> Pair | None:
    """Take the right to renew the pair whose access token is `stale`, until a moment.

    None where another has it, or the pair has been renewed.
    """
    free = or_(vendor_token.c.renewing_until.is_(None), vendor_token.c.renewing_until <= now)
    mine = update(vendor_token).where(vendor_token.c.channel == channel, vendor_token.c.access_token == stale, free)
    row = connection.execute(mine.values(renewing_until=until).returning(*_PAIR)).first()
    return Pair(*row) if row else None


def release(connection: Connection, channel: str, until: datetime) -> None:
    """Give back the right that was taken until a moment: nothing came of it."""
    mine = (vendor_token.c.channel == channel) & (vendor_token.c.renewing_until == until)
    connection.execute(update(vendor_token).where(mine).values(renewing_until=None))


def keep(connection: Connection, channel: str, replaced: str, pair: Pair, now: datetime) -> None:
    """Keep the pair that follows the one whose refresh token is `replaced`, unless another has followed it.

    It is kept even by one whose right has run out: nobody else was given it.
    """
    same = (vendor_token.c.channel == channel) & (vendor_token.c.refresh_token == replaced)
    values = {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "good_until": pair.good_until,
        "renewing_until": None,
        "renewed_at": now,
    }
    connection.execute(update(vendor_token).where(same).values(values))
