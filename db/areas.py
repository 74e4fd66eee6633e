"""What a member of staff may know of establishments in their own chat, read when a decision looks at it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from conversation.area import PAGE, Answered, Asking, Figures, Known, Shown, Standing
from conversation.calendar import VIETNAM, local_day
from conversation.catalog import Library
from conversation.form import Form
from db import export_jobs, overview, questions, rounds, staff_chats
from db.models import establishment, form, response
from db.rounds import Round
from db.scope import Scope, within
from db.staff_chats import TiedMember

WEEK = timedelta(days=7)
MOST_COMMUNES = 20


@dataclass(frozen=True)
class StoredArea:
    """The facts; `current` gives the form of a name as it is asked today."""

    connection: Connection
    contact_id: int
    library: Library
    now: datetime
    current: Callable[[str], Form | None]

    @cached_property
    def _member(self) -> TiedMember | None:
        return staff_chats.member_of(self.connection, self.contact_id)

    @cached_property
    def communes(self) -> Scope:
        return self._member.scope if self._member else frozenset()

    @cached_property
    def standing(self) -> Standing:
        midnight = self.now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
        today = overview.counts(self.connection, midnight, self.communes)
        week = overview.counts(self.connection, self.now - WEEK, self.communes)
        waiting, overdue = questions.count_waiting(self.connection, local_day(self.now), self.communes)
        came = [Figures(one.interests, one.responses, one.sign_ups) for one in (today, week)]
        return Standing(came[0], came[1], waiting, overdue, today.establishments)

    @cached_property
    def most_in(self) -> Sequence[tuple[str, int]]:
        many, commune = func.count(), establishment.c.commune
        query = select(commune, many).where(commune != "", *within(self.communes)).group_by(commune)
        rows = self.connection.execute(query.order_by(many.desc(), commune).limit(MOST_COMMUNES))
        return [(code, count) for code, count in rows if code in self.library.places.by_code]

    @cached_property
    def rounds(self) -> Sequence[Asking]:
        return [
            Asking(
                one.id, one.title, one.letter, one.closes_at, rounds.count_missing(self.connection, one, self.communes)
            )
            for one in self._open
        ]

    @cached_property
    def _open(self) -> list[Round]:
        return rounds.open_ones(self.connection, self.now)

    def _round(self, number: int) -> Round | None:
        return next((one for one in self._open if one.id == number), None)

    @cached_property
    def files_under_way(self) -> int:
        mine = export_jobs.of_member(self.connection, self._member.name) if self._member else []
        return sum(one.under_way for one in mine)

    def establishments(self, search: str = "", commune: str = "", start: int = 0) -> Shown:
        found = within(self.communes)
        if search:
            found.append(_holding(search))
        if commune:
            found.append(establishment.c.commune == commune)
        total = self.connection.execute(select(func.count()).select_from(establishment).where(*found)).scalar_one()
        query = _known().where(*found).order_by(establishment.c.folded_name, establishment.c.id)
        return Shown(total, [_read(row) for row in self.connection.execute(query.offset(start).limit(PAGE))])

    def establishment(self, number: int) -> Known | None:
        return self._one(establishment.c.id == number)

    def having_phone(self, phone: str) -> Known | None:
        return self._one(establishment.c.phone == phone)

    def _one(self, which: ColumnElement[bool]) -> Known | None:
        query = _known().where(which, *within(self.communes)).order_by(establishment.c.id).limit(1)
        row = self.connection.execute(query).first()
        return _read(row, self._last(row.id)) if row else None

    def _last(self, number: int) -> Answered | None:
        columns = (response.c.form, response.c.code, response.c.submitted_at, response.c.entered_by, form.c.title)
        query = select(*columns).outerjoin(form, form.c.name == response.c.form)
        latest = query.where(response.c.establishment_id == number).order_by(response.c.id.desc()).limit(1)
        row = self.connection.execute(latest).first()
        if row is None:
            return None
        shipped = self.library.forms.get(row.form)
        title = shipped.title if shipped else row.title or row.form
        return Answered(title, row.code, row.submitted_at, row.entered_by)

    def missing(self, round_number: int, start: int = 0) -> Shown:
        found = self._round(round_number)
        if found is None:
            return Shown(0, ())
        some = rounds.not_answered(self.connection, found, PAGE, start, self.communes)
        total = next((one.missing for one in self.rounds if one.number == round_number), 0)
        return Shown(
            total,
            [
                Known(one.establishment_id, {"business_name": one.name, "commune": one.commune, "phone": one.phone})
                for one in some
            ],
        )

    def answered(self, round_number: int, number: int) -> bool:
        return rounds.has_answered(self.connection, round_number, number)

    def form_of(self, round_number: int) -> Form | None:
        found = self._round(round_number)
        return self.current(found.form) if found else None


def _known() -> Select[Any]:
    columns = (establishment.c.id, establishment.c.name, establishment.c.commune, establishment.c.phone)
    return select(*columns, establishment.c.facts)


def _read(row: Row[Any], last: Answered | None = None) -> Known:
    return Known(row.id, {**row.facts, "business_name": row.name, "commune": row.commune, "phone": row.phone}, last)


def _holding(search: str) -> ColumnElement[bool]:
    """Return the condition that a name, or a telephone number where there are digits only, holds what is searched."""
    named = establishment.c.folded_name.contains(search, autoescape=True)
    digits = search.replace(" ", "")
    return or_(named, establishment.c.phone.contains(digits, autoescape=True)) if digits.isdecimal() else named
