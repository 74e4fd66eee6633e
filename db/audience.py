"""Whom an announcement is for: a query as staff type it, and the condition it stands for."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)

from conversation.catalog import Library
from conversation.contact import ANNOUNCEMENTS
from db.models import address, consent, contact, establishment, response

REHEARSAL = "terminal"

_TERM = re.compile(r"(?P<not>!?)(?P<name>\w+)(?P<sign>>=|<=|=|:|>|<)(?P<values>\S*)")
_NAMES = "commune=… trade=… size>=… size<=… answered:… !answered:…"
_NOT_YET = {"tag": "nhãn", "topic": "chủ đề"}


class AudienceError(Exception):
    """A query that cannot be read; the message says which word and why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Contacts who satisfy every part; an empty part asks for nothing. `communes` and `trades` are codes,
    `answered` and `not_answered` names of forms; `smallest` and `largest` bound the number of workers."""

    communes: frozenset[str] = frozenset()
    trades: frozenset[str] = frozenset()
    smallest: int | None = None
    largest: int | None = None
    answered: frozenset[str] = frozenset()
    not_answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """How many contacts an audience has, how many of them each channel reaches, and how many none does."""

    total: int
    by_channel: Mapping[str, int]
    unreachable: int


def parse(text: str) -> Audience:
    """Read `commune=13285,13336 trade=garment size>=10 answered:interest !answered:needs`; empty means everyone.

    Raises AudienceError at the first word that cannot be read, or that asks for something not kept yet.
    """
    found: dict[str, set[str]] = {"commune": set(), "trade": set(), "answered": set(), "!answered": set()}
    bounds: dict[str, int] = {}
    for word in text.split():
        name, sign, values = _read(word)
        if name in found:
            if found[name] and sign == "=":
                raise AudienceError(f"«{word}»: {name}= viết hai lần; nhiều giá trị thì cách nhau bằng dấu phẩy")
            found[name] |= values
        else:
            if sign in bounds:
                raise AudienceError(f"«{word}»: {name}{sign} viết hai lần")
            bounds[sign] = _workers(word, values)
    if "=" in bounds:
        if len(bounds) > 1:
            raise AudienceError("size= không đi cùng size>= hoặc size<=")
        bounds = {">=": bounds["="], "<=": bounds["="]}
    smallest, largest = bounds.get(">="), bounds.get("<=")
    if smallest is not None and largest is not None and smallest > largest:
        raise AudienceError(f"size>={smallest} và size<={largest}: không cơ sở nào có số lao động như vậy")
    if both := found["answered"] & found["!answered"]:
        raise AudienceError(f"vừa answered:{min(both)} vừa !answered:{min(both)}: không ai như vậy")
    return Audience(
        communes=frozenset(found["commune"]),
        trades=frozenset(found["trade"]),
        smallest=smallest,
        largest=largest,
        answered=frozenset(found["answered"]),
        not_answered=frozenset(found["!answered"]),
    )


def _read(word: str) -> tuple[str, str, set[str]]:
    """Return the name with its `!`, the sign and the values of one word."""
    term = _TERM.fullmatch(word)
    if term is None:
        raise AudienceError(f"«{word}»: không đọc được; viết như {_NAMES}")
    name, sign = term["not"] + term["name"], term["sign"]
    if term["name"] in _NOT_YET:
        raise AudienceError(f"«{word}»: chưa lọc được theo {_NOT_YET[term['name']]} ({term['name']})")
    allowed = {"commune": {"="}, "trade": {"="}, "answered": {":"}, "!answered": {":"}, "size": {">=", "<=", "="}}
    if name not in allowed:
        raise AudienceError(f"«{word}»: không có bộ lọc tên «{name}»; có {_NAMES}")
    if sign not in allowed[name]:
        signs = " hoặc ".join(f"{name}{one}" for one in sorted(allowed[name], reverse=True))
        raise AudienceError(f"«{word}»: sau {name} phải là dấu khác; viết {signs}")
    values = {value for value in term["values"].split(",") if value}
    if not values:
        raise AudienceError(f"«{word}»: sau {name}{sign} còn thiếu giá trị")
    return name, sign, values


def _workers(word: str, values: Collection[str]) -> int:
    number = "".join(values)
    if len(values) > 1 or not re.fullmatch(r"[0-9]{1,6}", number):
        raise AudienceError(f"«{word}»: size cần một con số, ví dụ size>=10")
    return int(number)


def refuse_unknown(audience: Audience, library: Library, published: Collection[str] = ()) -> None:
    """Raise AudienceError where a commune, trade or form is named that does not exist: it would reach nobody.

    `published` are the names of the forms that staff published.
    """
    trades = {
        option.value
        for form in library.forms.values()
        for q in form.questions
        if q.name == "trade"
        for option in q.options
    }
    kinds = (
        ("commune", "mã xã", audience.communes, set(library.places.by_code)),
        ("trade", "nghề", audience.trades, trades),
        ("answered", "phiếu", audience.answered | audience.not_answered, {*library.forms, *published}),
    )
    for name, words, asked, known in kinds:
        if unknown := sorted(asked - known):
            raise AudienceError(f"«{name}»: không có {words} «{unknown[0]}»")


def condition(audience: Audience) -> ColumnElement[bool]:
    """Return the condition on a row of `contact`: agreed to announcements, not stopped, not only a rehearsal's
    terminal, and whatever the audience asks."""
    standing = (consent.c.purpose == ANNOUNCEMENTS) & consent.c.withdrawn_at.is_(None)
    agreed = _has(consent.c.contact_id == contact.c.id, standing)
    real = _has(address.c.contact_id == contact.c.id, address.c.channel != REHEARSAL)
    parts = [agreed, ~contact.c.announcements_stopped, real]
    if of_establishment := _of_establishment(audience):
        speaks_for = establishment.c.id == contact.c.establishment_id
        parts.append(_has(speaks_for, *of_establishment))
    parts += _answers(audience, response.c.contact_id == contact.c.id, contact)
    return and_(*parts)


def condition_on_establishment(audience: Audience) -> ColumnElement[bool]:
    """Return the condition on a row of `establishment`: whatever the audience asks.

    Whether its people agreed to announcements does not matter: they may be asked by telephone.
    """
    answers = _answers(audience, response.c.establishment_id == establishment.c.id, establishment)
    return and_(true(), *_of_establishment(audience), *answers)


def rehearses() -> ColumnElement[bool]:
    """Return the condition on a row of `establishment` that nobody but a rehearsal's terminal speaks for it."""
    writes = [
        exists()
        .where(contact.c.establishment_id == establishment.c.id, address.c.contact_id == contact.c.id, by)
        .correlate(establishment)
        for by in (address.c.channel == REHEARSAL, address.c.channel != REHEARSAL)
    ]
    return and_(writes[0], not_(writes[1]))


def includes(connection: Connection, audience: Audience, contact_id: int) -> bool:
    """Whether the establishment that a contact speaks for is of an audience; of one that is not known yet nothing
    holds but that it has not answered."""
    query = (
        select(contact.c.establishment_id, condition_on_establishment(audience).label("asked"))
        .select_from(contact)
        .outerjoin(establishment, establishment.c.id == contact.c.establishment_id)
        .where(contact.c.id == contact_id)
    )
    row = connection.execute(query).one()
    return (
        replace(audience, not_answered=frozenset()) == Audience() if row.establishment_id is None else bool(row.asked)
    )


def _of_establishment(audience: Audience) -> list[ColumnElement[bool]]:
    parts = []
    if audience.communes:
        # Where the hamlet of a split unit is not known yet the commune is written "13285|13324": either may be meant.
        parts.append(_among(establishment.c.commune, "|", audience.communes))
    if audience.trades:
        parts.append(_among(establishment.c.trade, " ", audience.trades))
    workers = cast(establishment.c.facts["workers"].as_string(), Integer)
    if audience.smallest is not None:
        parts.append(workers >= audience.smallest)
    if audience.largest is not None:
        parts.append(workers <= audience.largest)
    return parts


def _among(column: ColumnElement[str], separator: str, wanted: Collection[str]) -> ColumnElement[bool]:
    """Whether one of the values that a column joins by a separator is wanted."""
    joined = literal(separator) + column + literal(separator)
    return or_(*(joined.contains(f"{separator}{one}{separator}", autoescape=True) for one in sorted(wanted)))


def _answers(audience: Audience, sent: ColumnElement[bool], sender: Table) -> list[ColumnElement[bool]]:
    """Return the conditions on what was answered; `sent` ties a response to its sender, of the query around."""

    def answered(form: str) -> ColumnElement[bool]:
        return exists().where(sent, response.c.form == form).correlate(sender)

    return [
        *(answered(form) for form in sorted(audience.answered)),
        *(not_(answered(form)) for form in sorted(audience.not_answered)),
    ]


def _has(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the contact of the query around has a row of another table, whatever tables that query joins."""
    return exists().where(*conditions).correlate(contact)


def best_address(channels: Collection[str] = ()) -> Select[tuple[int, int, str]]:
    """Return a query (`contact_id`, `address_id`, `channel`) of where each contact is reached: of the addresses that
    still take messages, the one they wrote from last; only those of `channels` where any are given."""
    latest = func.row_number().over(
        partition_by=address.c.contact_id, order_by=(address.c.last_seen_at.desc(), address.c.id.desc())
    )
    taking = (address.c.state == "ok") & (address.c.channel != REHEARSAL)
    if channels:
        taking &= address.c.channel.in_(sorted(channels))
    usable = (
        select(address.c.contact_id, address.c.id.label("address_id"), address.c.channel, latest.label("rank"))
        .where(taking)
        .subquery()
    )
    return select(usable.c.contact_id, usable.c.address_id, usable.c.channel).where(usable.c.rank == 1)


def reach(connection: Connection, audience: Audience, channels: Collection[str] = ()) -> Reach:
    """Count whom an audience has right now, by the channel that would carry a message to them; only `channels` carry
    any, where they are given."""
    best = best_address(channels).subquery()
    query = (
        select(best.c.channel, func.count())
        .select_from(contact)
        .outerjoin(best, best.c.contact_id == contact.c.id)
        .where(condition(audience))
        .group_by(best.c.channel)
    )
    counts = {channel or "": count for channel, count in connection.execute(query)}
    unreachable = counts.pop("", 0)
    return Reach(sum(counts.values()) + unreachable, dict(sorted(counts.items())), unreachable)
