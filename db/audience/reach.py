"""Where people can be reached, and how many of an audience that is."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, literal, select

from db.audience.condition import REHEARSAL, condition, condition_on_establishment, rehearses
from db.audience.query import Asked, Audience, AudienceError, parse
from db.audience.windows import OUTSIDE, is_deserted, is_open, place_in_window
from db.models import address, contact, establishment, round_


@dataclass(frozen=True, slots=True)
class Reach:
    """How many contacts an audience has, how many of them each channel reaches, and how many none does.

    `windows` says of each channel that has one how many of its people are inside the window while it is free, then
    while it is charged, and outside of it, by those names.
    """

    total: int
    by_channel: Mapping[str, int]
    unreachable: int
    windows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def outside(self) -> int:
        """How many are sent nothing, unless they write first or are sent a paid template."""
        return sum(places.get(OUTSIDE, 0) for places in self.windows.values())


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


def best_address(
    channels: Collection[str] = (),
    of: ColumnElement[int] = contact.c.id,
    now: datetime | None = None,
    besides: ColumnElement[int] | None = None,
) -> BestAddress:
    """Return where a contact is reached: of the addresses that still take messages, the one they wrote from last; only
    those of `channels` where any are given, and another than `besides`. With `now`, one whose window is open goes
    before one whose is not, and where nobody has come by for long goes last.

    It is looked up contact by contact: SQLite would join a table of all the best without an index.
    """
    best, one = address.alias("best"), address.alias("one")
    taking = (one.c.contact_id == of) & (one.c.state == "ok") & (one.c.channel != REHEARSAL)
    if channels:
        taking &= one.c.channel.in_(sorted(channels))
    if besides is not None:
        taking &= one.c.id != besides
    open_first = [is_deserted(one, now), is_open(one, now).desc()] if now else []
    latest = select(one.c.id).where(taking).order_by(*open_first, one.c.last_seen_at.desc(), one.c.id.desc()).limit(1)
    return BestAddress(best, best.c.id == latest.correlate_except(one).scalar_subquery())


def reach(
    connection: Connection, audience: Audience, channels: Collection[str] = (), now: datetime | None = None
) -> Reach:
    """Count whom an audience has right now, by the channel that would carry a message to them; only `channels` carry
    any, where they are given. Without `now` no windows are looked at."""
    best = best_address(channels, now=now)
    place = place_in_window(best.table, now) if now else literal("")
    query = (
        select(best.table.c.channel, place.label("place"), func.count())
        .select_from(contact)
        .outerjoin(best.table, best.on)
        .where(condition(audience))
        .group_by(best.table.c.channel, "place")
    )
    counts: Counter[str] = Counter()
    windows: dict[str, dict[str, int]] = defaultdict(dict)
    for channel, where, count in connection.execute(query):
        counts[channel or ""] += count
        if channel and where:
            windows[channel][where] = count
    unreachable = counts.pop("", 0)
    return Reach(counts.total() + unreachable, dict(sorted(counts.items())), unreachable, windows)


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
