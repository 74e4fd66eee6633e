"""Who is expected in a class, a row a person, with a column for each time it meets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from conversation.calendar import VIETNAM
from db import rosters
from db.exports.listing import NUMBER, Column, Filter, Listing, Source, Value
from db.exports.people import BUSINESS, COMMUNE, PHONE, Describing
from db.models import sign_up

CAME, STAYED_AWAY = "x", "vắng"
PUPIL = Column("pupil", "Họ và tên", "text", 26)
SIGNED_UP_AS = Column("code", "Mã đăng ký", "text", 12)


@dataclass(frozen=True)
class Gathered(Listing):
    """A table whose rows are at hand."""

    given: tuple[list[Value], ...] = ()

    def count(self, connection: Connection, most: int | None = None) -> int:
        return len(self.given)

    def stream(self, connection: Connection, start: int = 0, most: int | None = None) -> Iterator[Any]:
        return iter(self.given[start : None if most is None else start + most])


def roster(source: Source, wanted: Filter) -> Listing:
    """The pupils of the class of a code word, and which times they came."""
    describing = Describing(source, codes=wanted.codes)
    meets = rosters.sessions(source.connection, wanted.class_code)
    taken = [one for one in meets if one.taken_by]
    rows: list[list[Value]] = [
        [
            one.name,
            one.business,
            describing.word("commune", one.commune),
            one.phone,
            one.code,
            *(CAME if session.id in one.came else STAYED_AWAY for session in taken),
            len(one.came),
        ]
        for one in rosters.pupils(source.connection, wanted.class_code)
    ]
    when = [
        Column(f"session_{number}", f"{one.starts_at.astimezone(VIETNAM):%d/%m %H:%M}", "text", 10)
        for number, one in enumerate(taken, 1)
    ]
    columns = (NUMBER, PUPIL, BUSINESS, COMMUNE, PHONE, SIGNED_UP_AS, *when, Column("came", "Số buổi", "number", 8))
    title = f"Lớp {wanted.class_code}"
    return Gathered("roster", title, columns, select(sign_up.c.id), (), list, wanted.codes, given=tuple(rows))
