"""Questions that wait for a person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, Select, func, insert, select, update

from db import uploads
from db.models import address, contact, establishment, question, question_file, upload
from db.scope import Scope, within

SENT_WHILE_TALKING = "(Gửi khi cán bộ đang nhắn với người này.)"


@dataclass(frozen=True, slots=True)
class File:
    """What came with a question; `answer` is how it is named in addresses."""

    answer: str
    name: str
    media_type: str
    removed_by: str | None
    waiting: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with whom to answer: `channel` is where it was asked, `phone` what the person left, if any."""

    id: int
    text: str
    about: str
    asked_at: datetime
    promised_for: date
    answered_at: datetime | None
    answered_by: str | None
    channel: str | None
    name: str
    business: str | None
    phone: str | None
    commune: str | None
    files: tuple[File, ...] = ()

    def is_overdue(self, today: date) -> bool:
        """Whether an answer was promised for a day that is over."""
        return self.answered_at is None and self.promised_for < today


_QUESTIONS: Select[tuple[object, ...]] = (
    select(
        question.c.id,
        question.c.text,
        question.c.about,
        question.c.asked_at,
        question.c.promised_for,
        question.c.answered_at,
        question.c.answered_by,
        address.c.channel,
        contact.c.name,
        establishment.c.name.label("business"),
        establishment.c.phone,
        establishment.c.commune,
    )
    .join(contact, contact.c.id == question.c.contact_id)
    .outerjoin(address, address.c.id == question.c.address_id)
    .outerjoin(establishment, establishment.c.id == contact.c.establishment_id)
)


def waiting(connection: Connection, most: int = 100, scope: Scope = None) -> list[Asked]:
    """Return the questions nobody has answered, the most urgent first."""
    query = _QUESTIONS.where(question.c.answered_at.is_(None), *within(scope))
    rows = connection.execute(query.order_by(question.c.promised_for, question.c.id).limit(most))
    return _with_files(connection, [Asked(**row._mapping) for row in rows])


def answered(connection: Connection, most: int = 100, scope: Scope = None) -> list[Asked]:
    """Return the questions answered last."""
    query = _QUESTIONS.where(question.c.answered_at.is_not(None), *within(scope))
    rows = connection.execute(query.order_by(question.c.answered_at.desc(), question.c.id.desc()).limit(most))
    return _with_files(connection, [Asked(**row._mapping) for row in rows])


def _with_files(connection: Connection, questions: Sequence[Asked]) -> list[Asked]:
    query = (
        select(
            question_file.c.question_id,
            upload.c.id,
            upload.c.name,
            upload.c.media_type,
            upload.c.removed_by,
            upload.c.sha == "",
        )
        .join(upload, upload.c.id == question_file.c.upload_id)
        .where(question_file.c.question_id.in_([one.id for one in questions]))
        .order_by(upload.c.id)
    )
    files = defaultdict(list)
    for question_id, upload_id, name, media_type, removed_by, waits in connection.execute(query):
        files[question_id].append(File(f"{upload_id}-{name}", name, media_type, removed_by, waits))
    return [replace(one, files=tuple(files[one.id])) for one in questions]


def put_beside(
    connection: Connection, contact_id: int, address_id: int, answer: str, now: datetime, promised_for: date
) -> None:
    """Put a file that came while an officer talked with a person beside their latest question that waits, or beside a
    new one."""
    open_ones = (question.c.contact_id == contact_id) & question.c.answered_at.is_(None)
    question_id = connection.execute(select(func.max(question.c.id)).where(open_ones)).scalar()
    if question_id is None:
        row = insert(question).values(contact_id=contact_id, address_id=address_id, text=SENT_WHILE_TALKING)
        row = row.values(asked_at=now, promised_for=promised_for)
        question_id = connection.execute(row.returning(question.c.id)).scalar_one()
    uploads.pass_on(connection, question_id, contact_id, answer)


def count_waiting(connection: Connection, today: date, scope: Scope = None) -> tuple[int, int]:
    """Return how many questions wait, and how many of them are overdue."""
    open_ones = question.c.answered_at.is_(None)
    overdue = func.count().filter(question.c.promised_for < today)
    query = select(func.count(), overdue).select_from(question).where(open_ones)
    if scope is not None:
        theirs = contact.join(establishment, establishment.c.id == contact.c.establishment_id)
        query = query.join(theirs, contact.c.id == question.c.contact_id).where(*within(scope))
    row = connection.execute(query).one()
    return row[0], row[1]


def mark_answered(connection: Connection, question_id: int, by: str, now: datetime) -> bool:
    """Note who answered a question; return whether it was still waiting."""
    row = (question.c.id == question_id) & question.c.answered_at.is_(None)
    return bool(connection.execute(update(question).where(row).values(answered_at=now, answered_by=by)).rowcount)


def open_at(connection: Connection, address_id: int) -> list[Asked]:
    """Return what was asked at an address and nobody answered, the oldest first."""
    here = (question.c.address_id == address_id) & question.c.answered_at.is_(None)
    rows = connection.execute(_QUESTIONS.where(here).order_by(question.c.id))
    return _with_files(connection, [Asked(**row._mapping) for row in rows])


def without_address(connection: Connection) -> int:
    """Return how many questions wait that were asked at no address: on paper, say."""
    nowhere = question.c.address_id.is_(None) & question.c.answered_at.is_(None)
    return connection.execute(select(func.count()).select_from(question).where(nowhere)).scalar_one()
