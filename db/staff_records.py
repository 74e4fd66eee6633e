"""Writing down what members of staff do in their own chats."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from conversation.records import (
    AnnouncementApproved,
    AnnouncementKept,
    AnnouncementSteered,
    Overtaken,
    StaffTied,
    StaffUntied,
)
from conversation.roles import may_approve, may_write
from db import announcements, audit, staff_chats
from db.announcements import AnnouncementRefused, Draft
from db.audience import AudienceError
from db.staff_announcements import same
from db.staff_chats import TiedMember

AnnouncementRecord: TypeAlias = AnnouncementKept | AnnouncementApproved | AnnouncementSteered
StaffRecord: TypeAlias = StaffTied | StaffUntied | AnnouncementRecord

_STEER: Mapping[str, tuple[Callable[[Connection, int], None], str]] = {
    "cancel": (announcements.cancel, "cancelled"),
    "pause": (announcements.pause, "paused"),
    "resume": (announcements.resume, "resumed"),
}


def write(connection: Connection, record: StaffRecord, contact_id: int, now: datetime) -> None:
    """Write one record of a contact. Raises Overtaken."""
    match record:
        case StaffTied(code):
            staff_chats.tie(connection, code, contact_id, now)
        case StaffUntied():
            staff_chats.untie(connection, contact_id)
        case _:
            _announce(connection, record, contact_id, now)


def _announce(connection: Connection, record: AnnouncementRecord, contact_id: int, now: datetime) -> None:
    """Write what a member did to an announcement, in the name of whose chat it is."""
    member = staff_chats.member_of(connection, contact_id)
    if member is None or not may_write(member.role):
        raise Overtaken
    try:
        match record:
            case AnnouncementKept():
                number = _keep(connection, record, member.name, now)
                done = "changed" if record.number else "written"
            case AnnouncementApproved(number):
                _approve(connection, record, member, now)
                done = "queued"
            case AnnouncementSteered(number, to):
                steer, done = _STEER[to]
                steer(connection, number)
        audit.note(connection, member.name, f"announcement.{done}", f"announcement:{number}", now)
    except (AnnouncementRefused, AudienceError):
        raise Overtaken from None


def _keep(connection: Connection, record: AnnouncementKept, author: str, now: datetime) -> int:
    """Keep what was written and return its number; what says the same already is the same announcement."""
    draft = Draft(record.title, record.text, record.audience)
    if record.number:
        announcements.change(connection, record.number, draft)
        return record.number
    written = same(connection, record.title, record.text, record.audience, author)
    return written or announcements.create(connection, draft, author, now)


def _approve(connection: Connection, record: AnnouncementApproved, member: TiedMember, now: datetime) -> None:
    found = announcements.find(connection, record.number)
    own = found is not None and found.author == member.name
    if not may_approve(member.role, own=own, second=record.second, signed=bool(found and found.letter)):
        raise Overtaken
    announcements.approve(
        connection,
        record.number,
        member.name,
        now,
        record.fingerprint,
        holding=record.holding,
        second=record.second,
    )
