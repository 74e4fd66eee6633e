"""Where people can be reached, and how many of an audience that is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, select

from db.audience.condition import REHEARSAL, condition, condition_on_establishment, rehearses
from db.audience.query import Asked, Audience, AudienceError, parse
from db.models import address, contact, establishment, round_


@dataclass(frozen=True, slots=True)
class Reach:
    """How many contacts an audience has, how many of them each channel reaches, and how many none does."""

    total: int
    by_channel: Mapping[str, int]
    unreachable: int


def read(connection: Connection, text: str) -> Audience:
    """Read a query, and look up whom the rounds in it asked. Raises AudienceError."""
    audience = parse(text)
    return replace(audience, rounds=tuple(_asked(connection, one.round) for one in audience.rounds))


def _asked(connection: Connection, round_id: int) -> Asked:
    wanted: str | None = connection.execute(select(round_.c.audience).where(round_.c.id == round_id)).scalar()
    if wanted is None:
        raise AudienceError(f"«round:{round_id}»: không có đợt số {round_id}")
    return Asked(round_id, parse(wanted))


@dataclass(frozen=True, slots=True)
class BestAddress:
    """An address to be joined to the contact it is the best of, by `on`."""

    table: FromClause
    on: ColumnElement[bool]


def best_address(channels: Collection[str] = (), of: ColumnElement[int] = contact.c.id) -> BestAddress:
    """Return where a contact is reached: of the addresses that still take messages, the one they wrote from last; only
    those of `channels` where any are given.

    It is looked up contact by contact: SQLite would join a table of all the best without an index.
    """
    best, one = address.alias("best"), address.alias("one")
    taking = (one.c.contact_id == of) & (one.c.state == "ok") & (one.c.channel != REHEARSAL)
    if channels:
        taking &= one.c.channel.in_(sorted(channels))
    latest = select(one.c.id).where(taking).order_by(one.c.last_seen_at.desc(), one.c.id.desc()).limit(1)
    return BestAddress(best, best.c.id == latest.correlate_except(one).scalar_subquery())


def reach(connection: Connection, audience: Audience, channels: Collection[str] = ()) -> Reach:
    """Count whom an audience has right now, by the channel that would carry a message to them; only `channels` carry
    any, where they are given."""
    best = best_address(channels)
    query = (
        select(best.table.c.channel, func.count())
        .select_from(contact)
        .outerjoin(best.table, best.on)
        .where(condition(audience))
        .group_by(best.table.c.channel)
    )
    counts = {channel or "": count for channel, count in connection.execute(query)}
    unreachable = counts.pop("", 0)
    return Reach(sum(counts.values()) + unreachable, dict(sorted(counts.items())), unreachable)


def establishments(connection: Connection, audience: Audience, channels: Collection[str] = ()) -> tuple[int, int]:
    """Count the known establishments of an audience, and those of them that a message reaches; the others are for the
    telephone."""
    best = best_address(channels)
    reached = (
        select(contact.c.id)
        .select_from(contact)
        .join(best.table, best.on)
        .where(contact.c.establishment_id == establishment.c.id, condition(Audience()))
        .correlate(establishment)
        .exists()
    )
    wanted = and_(condition_on_establishment(audience), ~rehearses())
    query = select(func.count(), func.count().filter(reached)).select_from(establishment).where(wanted)
    known, by_message = connection.execute(query).one()
    return known, by_message
