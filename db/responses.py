"""One response with whom it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from db.models import establishment, response


@dataclass(frozen=True, slots=True)
class Kept:
    """A response as it was kept: `answers` as ODK writes them, `typed` as the person wrote what was read."""

    code: str
    form: str
    form_sha: str
    contact_id: int
    channel: str
    answers: Mapping[str, str]
    typed: Mapping[str, str]
    submitted_at: datetime
    business: str | None


_RESPONSES = select(
    *(response.c[name] for name in Kept.__slots__ if name != "business"), establishment.c.name.label("business")
).outerjoin(establishment, establishment.c.id == response.c.establishment_id)


def find(connection: Connection, code: str) -> Kept | None:
    """Return the response of a receipt code."""
    row = connection.execute(_RESPONSES.where(response.c.code == code)).first()
    return Kept(**row._mapping) if row else None


def of_same_person(connection: Connection, kept: Kept) -> list[Kept]:
    """Return the other responses of the person who sent one, the latest first."""
    others = (response.c.contact_id == kept.contact_id) & (response.c.code != kept.code)
    query = _RESPONSES.where(others).order_by(response.c.id.desc()).limit(20)
    return [Kept(**row._mapping) for row in connection.execute(query)]


def latest(connection: Connection, form: str, most: int) -> list[Kept]:
    """Return the responses of one form that came last."""
    query = _RESPONSES.where(response.c.form == form).order_by(response.c.id.desc()).limit(most)
    return [Kept(**row._mapping) for row in connection.execute(query)]
