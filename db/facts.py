"""The facts a turn may look at, read in the turn's own transaction when it looks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, func, select

from conversation.case import CaseState
from conversation.catalog import Announcement, Library, OpenForm, Sent
from conversation.contact import GivenConsent, Receipt, SignUp
from conversation.form import Form
from conversation.training_class import TrainingClass
from db import published, responses, rounds, staff_chats
from db.areas import StoredArea
from db.forms import ReadForm
from db.links import StoredLinks
from db.models import (
    announcement,
    case_,
    consent,
    contact,
    delivery,
    establishment,
    form,
    muted_topic,
    question,
    response,
    sign_up,
    training_class,
)
from db.staff_announcements import StoredDesk
from db.staff_chats import TiedMember

SHOWN_ANNOUNCEMENTS = 5


@dataclass(frozen=True)
class StoredContact:
    """What the database knows of the person of a turn."""

    connection: Connection
    contact_id: int
    address_id: int
    library: Library

    @property
    def links(self) -> StoredLinks:
        return StoredLinks(self.connection, self.contact_id, self.address_id)

    @cached_property
    def consents(self) -> Mapping[str, GivenConsent]:
        query = (
            select(consent.c.purpose, consent.c.given_at)
            .where(consent.c.contact_id == self.contact_id, consent.c.withdrawn_at.is_(None))
            .order_by(consent.c.id)
        )
        return {row.purpose: GivenConsent(row.purpose, row.given_at) for row in self.connection.execute(query)}

    @cached_property
    def announcements_stopped(self) -> bool:
        query = select(contact.c.announcements_stopped).where(contact.c.id == self.contact_id)
        return bool(self.connection.execute(query).scalar_one())

    @cached_property
    def muted_topics(self) -> frozenset[str]:
        query = select(muted_topic.c.topic).where(muted_topic.c.contact_id == self.contact_id)
        return frozenset(self.connection.execute(query).scalars())

    @cached_property
    def staff_name(self) -> str:
        return self._member.name if self._member else ""

    @cached_property
    def staff_role(self) -> str:
        return self._member.role if self._member else ""

    @cached_property
    def _member(self) -> TiedMember | None:
        return staff_chats.member_of(self.connection, self.contact_id)

    @cached_property
    def profile(self) -> Mapping[str, str]:
        query = select(establishment.c.facts).join(contact).where(contact.c.id == self.contact_id)
        return self.connection.execute(query).scalar_one_or_none() or {}

    @cached_property
    def receipts(self) -> tuple[Receipt, ...]:
        query = (
            select(
                *(response.c[name] for name in ("code", "form", "submitted_at")),
                form.c.title,
                *(case_.c[name] for name in ("status", "moved_at", "reason")),
            )
            .outerjoin(form, form.c.name == response.c.form)
            .outerjoin(case_, case_.c.response_id == response.c.id)
            .where(response.c.contact_id == self.contact_id)
            .order_by(response.c.id.desc())
        )
        forms = self.library.forms
        return tuple(
            Receipt(
                row.code,
                row.form,
                forms[row.form].title if row.form in forms else row.title or row.form,
                row.submitted_at,
                CaseState(row.status, row.moved_at, row.reason) if row.status else None,
            )
            for row in self.connection.execute(query)
        )

    @cached_property
    def sign_ups(self) -> tuple[SignUp, ...]:
        query = (
            select(sign_up.c.code, training_class.c.code.label("class_code"), sign_up.c.seats, sign_up.c.names)
            .join(training_class)
            .where(sign_up.c.contact_id == self.contact_id, sign_up.c.cancelled_at.is_(None))
            .order_by(sign_up.c.id.desc())
        )
        rows = self.connection.execute(query)
        return tuple(SignUp(row.code, row.class_code, row.seats, tuple(row.names)) for row in rows)

    @cached_property
    def open_questions(self) -> int:
        waiting = (question.c.contact_id == self.contact_id) & question.c.answered_at.is_(None)
        return self.connection.execute(select(func.count()).select_from(question).where(waiting)).scalar_one()


@dataclass(frozen=True)
class StoredCatalog:
    """What is on offer to the person of a turn."""

    connection: Connection
    contact_id: int
    library: Library
    now: datetime
    read_form: ReadForm

    @cached_property
    def classes(self) -> Sequence[TrainingClass]:
        """The classes that are not over, the next one first."""
        columns = [column for column in training_class.c if column.name not in {"id", "created_at"}]
        query = select(*columns).where(training_class.c.ends_at > self.now).order_by(training_class.c.starts_at)
        return [TrainingClass(**row._mapping) for row in self.connection.execute(query)]

    @cached_property
    def announcements(self) -> Sequence[Announcement]:
        """The last announcements sent to everyone or to this person, the newest first."""
        got = select(delivery.c.announcement_id).where(delivery.c.contact_id == self.contact_id)
        public = announcement.c.audience == ""
        query = (
            select(announcement.c.id, announcement.c.title, announcement.c.text, announcement.c.started_at)
            .where(announcement.c.started_at.is_not(None), public | announcement.c.id.in_(got))
            .order_by(announcement.c.id.desc())
            .limit(SHOWN_ANNOUNCEMENTS)
        )
        rows = self.connection.execute(query)
        return [Announcement(row.id, row.title, row.text, row.started_at) for row in rows]

    @cached_property
    def open_forms(self) -> Sequence[OpenForm]:
        """The forms that staff published and that take answers, then the rounds this person is asked in."""
        return [*self._published(), *self._rounds()]

    def _published(self) -> Iterator[OpenForm]:
        query = select(form).where(published.taking_answers(self.now)).order_by(form.c.published_at.desc(), form.c.name)
        for row in self.connection.execute(query).all():
            live = self.form_version(row.live_sha)
            if live:
                yield OpenForm(f">form/{row.name}", live, live.title, closes_at=row.closes_at)

    def _rounds(self) -> Iterator[OpenForm]:
        for row in rounds.asked_of(self.connection, self.contact_id, self.now):
            asked = self._current(row.form)
            if asked:
                yield OpenForm(f">round/{row.id}", asked, row.title, row.id, row.letter, row.closes_at)

    def _current(self, name: str) -> Form | None:
        """Return the form of a name as it is asked today."""
        if name in self.library.forms:
            return self.library.forms[name]
        found = published.find(self.connection, name)
        return self.form_version(found.live_sha) if found and found.live_sha else None

    @cached_property
    def desk(self) -> StoredDesk:
        return StoredDesk(self.connection, self.contact_id, self.library, self.now)

    @cached_property
    def area(self) -> StoredArea:
        return StoredArea(self.connection, self.contact_id, self.library, self.now, self._current)

    def sent(self, code: str) -> Sent | None:
        return self._sent(response.c.code == code)

    def sent_in(self, round_id: int) -> Sent | None:
        return self._sent(response.c.round_id == round_id)

    def member_of_code(self, code: str) -> str:
        return staff_chats.member_of_code(self.connection, code, self.now)

    def _sent(self, which: ColumnElement[bool]) -> Sent | None:
        row = responses.sent_by(self.connection, self.contact_id, which, self.now)
        return Sent(row.code, row.form_sha, row.answers, row.typed, row.round_id or 0, row.open) if row else None

    def form_version(self, sha: str) -> Form | None:
        shipped = next((one for one in self.library.forms.values() if one.sha == sha), None)
        return shipped or self.read_form(self.connection, sha)
