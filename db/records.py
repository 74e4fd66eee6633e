"""Writing down what happened in a turn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import singledispatch
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from conversation.answers import fold
from conversation.area_records import AreaRecord
from conversation.records import (
    AddressesLinked,
    AddressUnlinked,
    AnnouncementsResumed,
    AnnouncementsStopped,
    CameFrom,
    ClassFull,
    ConsentGiven,
    ConsentWithdrawn,
    DataErased,
    LinkAgreed,
    LinkCodeGiven,
    LinkCodeMissed,
    LinkRefused,
    NewsWanted,
    NothingFound,
    PhoneConfirmed,
    ProfileChanged,
    QuestionAsked,
    Record,
    ResponseChanged,
    ResponseSubmitted,
    SignUpCancelled,
    SignUpRequested,
    TopicFollowed,
    TopicMuted,
)
from db import area_records, erasing, journal, link_records, responses, seats, staff_records, unanswered, uploads
from db.inbox import insert_ignoring
from db.models import (
    consent,
    contact,
    establishment,
    muted_topic,
    news_wanted,
    question,
    response,
    response_version,
    sign_up,
    training_class,
)
from db.responses import Sender, insert_code
from db.staff_records import StaffRecord


@dataclass(frozen=True, slots=True)
class Writing:
    """Where and for whom records are written; `promised_for` is the day staff will have answered a question.

    `entered_by` is who types in what the person wrote on paper or said.
    """

    connection: Connection
    contact_id: int
    address_id: int
    channel: str
    now: datetime
    promised_for: date
    entered_by: str = ""


def write(records: Iterable[Record], writing: Writing) -> None:
    """Write the records of one turn, or none of them.

    Raises a RecordRefused where the facts changed since the turn was decided.
    """
    with writing.connection.begin_nested():
        for record in records:
            _write(record, writing)


@singledispatch
def _write(record: Any, writing: Writing) -> None:
    raise TypeError(record)


@_write.register
def _consent_given(record: ConsentGiven, writing: Writing) -> None:
    values = {"purpose": record.purpose, "version": record.version, "channel": writing.channel}
    row = insert(consent).values(contact_id=writing.contact_id, given_at=writing.now, **values)
    writing.connection.execute(row)


@_write.register
def _consent_withdrawn(record: ConsentWithdrawn, writing: Writing) -> None:
    standing = (consent.c.contact_id == writing.contact_id) & consent.c.withdrawn_at.is_(None)
    withdrawn = update(consent).where(standing, consent.c.purpose == record.purpose).values(withdrawn_at=writing.now)
    writing.connection.execute(withdrawn)
    _left(writing, journal.WITHDRAWN, record.purpose)


@_write.register
def _stopped_or_resumed(record: AnnouncementsStopped | AnnouncementsResumed, writing: Writing) -> None:
    stopped = isinstance(record, AnnouncementsStopped)
    row = update(contact).where(contact.c.id == writing.contact_id).values(announcements_stopped=stopped)
    writing.connection.execute(row)
    if stopped:
        _left(writing, journal.STOPPED)


def _left(writing: Writing, kind: str, about: str = "") -> None:
    journal.note(writing.connection, writing.contact_id, kind, about, writing.now)


@_write.register
def _topic_muted(record: TopicMuted, writing: Writing) -> None:
    row = insert_ignoring(writing.connection, muted_topic)
    writing.connection.execute(row.values(contact_id=writing.contact_id, topic=record.topic))
    _left(writing, journal.MUTED, record.topic)


@_write.register
def _topic_followed(record: TopicFollowed, writing: Writing) -> None:
    muted = (muted_topic.c.contact_id == writing.contact_id) & (muted_topic.c.topic == record.topic)
    writing.connection.execute(delete(muted_topic).where(muted))


@_write.register
def _response_submitted(record: ResponseSubmitted, writing: Writing) -> None:
    sender = Sender(writing.contact_id, writing.channel, writing.entered_by)
    responses.keep(writing.connection, record, sender, establishment_of(writing), writing.now)


@_write.register
def _response_changed(record: ResponseChanged, writing: Writing) -> None:
    """Keep what the response was, then what it is; nothing where it is not theirs or may not be changed any more."""
    lock = select(response.c.id).where(response.c.code == record.code).with_for_update()
    writing.connection.execute(lock)
    was = responses.sent_by(writing.connection, writing.contact_id, response.c.code == record.code, writing.now)
    if was is None or not was.open:
        return
    copied = {name: getattr(was, name) for name in ("number", "form_sha", "answers", "typed", "channel", "entered_by")}
    kept = insert(response_version).values(response_id=was.id, sent_at=was.changed_at or was.submitted_at, **copied)
    writing.connection.execute(kept)
    now = (
        update(response)
        .where(response.c.id == was.id)
        .values(
            number=was.number + 1,
            form_sha=record.form_sha,
            answers=record.answers,
            typed=record.typed,
            channel=writing.channel,
            entered_by=writing.entered_by,
            changed_at=writing.now,
        )
    )
    writing.connection.execute(now)


@_write.register
def _profile_changed(record: ProfileChanged, writing: Writing) -> None:
    row_id = establishment_of(writing)
    held = select(establishment.c.facts).where(establishment.c.id == row_id)
    before = writing.connection.execute(held).scalar_one()
    facts = {name: value for name, value in {**before, **record.facts}.items() if value}
    columns = {name: facts.get(name, "") for name in ("legal_form", "trade", "commune", "phone")}
    name = facts.get("business_name", "")
    values = {"name": name, "folded_name": fold(name), "facts": facts, "updated_at": writing.now, **columns}
    writing.connection.execute(update(establishment).where(establishment.c.id == row_id).values(**values))


def establishment_of(writing: Writing) -> int:
    """Return the establishment the contact speaks for, made where there is none yet."""
    held = select(contact.c.establishment_id).where(contact.c.id == writing.contact_id)
    row_id: int | None = writing.connection.execute(held).scalar_one()
    if row_id is None:
        new = insert(establishment).values(facts={}, created_at=writing.now, updated_at=writing.now)
        row_id = writing.connection.execute(new.returning(establishment.c.id)).scalar_one()
        link = update(contact).where(contact.c.id == writing.contact_id).values(establishment_id=row_id)
        writing.connection.execute(link)
    return row_id


@_write.register
def _sign_up_requested(record: SignUpRequested, writing: Writing) -> None:
    """Take the seats in one statement that a full class refuses, so that no two people get the last one."""
    takes = (
        update(training_class)
        .where(training_class.c.code == record.class_code, training_class.c.open)
        .where(training_class.c.taken + record.seats <= training_class.c.seats)
        .values(taken=training_class.c.taken + record.seats, next_number=training_class.c.next_number + 1)
        .returning(training_class.c.id)
    )
    class_id = writing.connection.execute(takes).scalar_one_or_none()
    if class_id is None:
        raise ClassFull
    row = insert(sign_up).values(
        code=record.code,
        class_id=class_id,
        contact_id=writing.contact_id,
        seats=record.seats,
        names=list(record.names),
        channel=writing.channel,
        signed_up_at=writing.now,
    )
    insert_code(writing.connection, row)


@_write.register
def _sign_up_cancelled(record: SignUpCancelled, writing: Writing) -> None:
    mine = (sign_up.c.code == record.code) & (sign_up.c.contact_id == writing.contact_id)
    seats.give_back(writing.connection, mine, writing.now)


@_write.register
def _question_asked(record: QuestionAsked, writing: Writing) -> None:
    row = insert(question).values(
        contact_id=writing.contact_id,
        address_id=writing.address_id,
        text=record.text,
        about=record.about,
        asked_at=writing.now,
        promised_for=writing.promised_for,
    )
    question_id = writing.connection.execute(row.returning(question.c.id)).scalar_one()
    if record.file:
        uploads.pass_on(writing.connection, question_id, writing.contact_id, record.file)


@_write.register
def _nothing_found(record: NothingFound, writing: Writing) -> None:
    unanswered.keep(writing.connection, record.text, writing.now)


@_write.register
def _news_wanted(record: NewsWanted, writing: Writing) -> None:
    values = {"contact_id": writing.contact_id, "page": record.page, "asked_at": writing.now}
    writing.connection.execute(insert_ignoring(writing.connection, news_wanted).values(**values))


@_write.register
def _of_staff(record: StaffRecord, writing: Writing) -> None:
    staff_records.write(writing.connection, record, writing.contact_id, writing.now)


@_write.register
def _of_area(record: AreaRecord, writing: Writing) -> None:
    area_records.write(writing.connection, record, writing.contact_id, writing.address_id, writing.now)


@_write.register
def _came_from(record: CameFrom, writing: Writing) -> None:
    unknown = (contact.c.id == writing.contact_id) & (contact.c.source == "")
    writing.connection.execute(update(contact).where(unknown).values(source=record.source))


@_write.register
def _of_links(
    record: LinkCodeGiven
    | LinkCodeMissed
    | PhoneConfirmed
    | LinkAgreed
    | LinkRefused
    | AddressesLinked
    | AddressUnlinked,
    writing: Writing,
) -> None:
    link_records.write(writing.connection, record, writing.contact_id, writing.address_id, writing.now)


@_write.register
def _data_erased(_: DataErased, writing: Writing) -> None:
    _left(writing, journal.ERASED)
    erasing.erase(writing.connection, writing.contact_id, writing.now)
