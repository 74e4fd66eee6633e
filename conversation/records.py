"""What happened in a turn and must be kept, in the past tense."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from conversation.area_records import AreaRecord


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """The person agreed to one purpose, having been shown this version of its text."""

    purpose: str
    version: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    purpose: str


@dataclass(frozen=True, slots=True)
class AnnouncementsStopped:
    """The person wants no announcement any more (THÔI TIN)."""


@dataclass(frozen=True, slots=True)
class AnnouncementsResumed:
    """The person wants announcements again."""


@dataclass(frozen=True, slots=True)
class TopicMuted:
    """The person wants no announcements about a topic."""

    topic: str


@dataclass(frozen=True, slots=True)
class TopicFollowed:
    """The person wants announcements about a topic again."""

    topic: str


@dataclass(frozen=True, slots=True)
class StaffTied:
    """The person typed a member's one-time code: this is the member's own chat."""

    code: str


@dataclass(frozen=True, slots=True)
class StaffUntied:
    """This is no member's chat any more."""


@dataclass(frozen=True, slots=True)
class AnnouncementKept:
    """A member wrote an announcement that waits to be sent, in the place of the one of that number, 0 for a new one.

    May be refused: Overtaken.
    """

    title: str
    text: str
    audience: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class AnnouncementApproved:
    """A member approved an announcement as its fingerprint says they read it; it is held so long before it is sent.

    With `second` it is not theirs. May be refused: Overtaken.
    """

    number: int
    fingerprint: str
    holding: timedelta
    second: bool


@dataclass(frozen=True, slots=True)
class AnnouncementSteered:
    """A member stopped an announcement or let it go on: `to` is cancel, pause or resume. May be refused: Overtaken."""

    number: int
    to: str


@dataclass(frozen=True, slots=True)
class ResponseSubmitted:
    """A form was sent: `answers` by question name as ODK writes them, `typed` as the person wrote what was read.

    A repeat is a list of such mappings under its own name, a turn each. `round` is the round it answers, 0 for none.
    May be refused: AlreadyAnswered, where the establishment has an answer in that round.
    """

    code: str
    form: str
    form_sha: str
    answers: Mapping[str, Any]
    typed: Mapping[str, str]
    round: int = 0


@dataclass(frozen=True, slots=True)
class ResponseChanged:
    """A form that was sent is now this; what it was before is kept as an earlier version."""

    code: str
    form_sha: str
    answers: Mapping[str, Any]
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """Facts about the establishment, by question name (`business_name legal_form trade workers commune phone`)."""

    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SignUpRequested:
    """Seats in a class; `names` as the certificate prints them, the rest told later. May be refused: ClassFull."""

    code: str
    class_code: str
    seats: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignUpCancelled:
    code: str


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question a person has to answer; `about` is what it was asked on, as a link, `file` what came with it."""

    text: str
    about: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class NothingFound:
    """A question that no page answers; kept to be counted, not with who asked."""

    text: str


@dataclass(frozen=True, slots=True)
class NewsWanted:
    """The person asked to be told when this page is published."""

    page: str


@dataclass(frozen=True, slots=True)
class CameFrom:
    """What brought the person here: a word of `sources.SOURCES`; the first one known stays."""

    source: str


@dataclass(frozen=True, slots=True)
class LinkCodeGiven:
    """A code to be typed on another address, so that both are known as one person's. May be refused: CodeTaken."""

    code: str


@dataclass(frozen=True, slots=True)
class LinkCodeMissed:
    """The person typed a code that is none, or none any more."""


@dataclass(frozen=True, slots=True)
class PhoneConfirmed:
    """The channel vouches that this telephone number is the person's."""

    phone: str


@dataclass(frozen=True, slots=True)
class LinkAgreed:
    """The person says that who has the same telephone number at another address is they; that one is asked now."""

    address: int


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """The person says that who has the same telephone number at another address is somebody else."""

    address: int


@dataclass(frozen=True, slots=True)
class AddressesLinked:
    """The person writes from another address too: by the code read there, or by the telephone number of both.

    May be refused: NoLongerOffered.
    """

    address: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class AddressUnlinked:
    """One of the person's addresses is to be somebody of its own; 0 is the one they write from."""

    address: int


@dataclass(frozen=True, slots=True)
class DataErased:
    """The person asked that everything about them be deleted."""


Record = (
    ConsentGiven
    | ConsentWithdrawn
    | AnnouncementsStopped
    | AnnouncementsResumed
    | TopicMuted
    | TopicFollowed
    | StaffTied
    | StaffUntied
    | AnnouncementKept
    | AnnouncementApproved
    | AnnouncementSteered
    | ResponseSubmitted
    | ResponseChanged
    | ProfileChanged
    | SignUpRequested
    | SignUpCancelled
    | QuestionAsked
    | NothingFound
    | NewsWanted
    | CameFrom
    | LinkCodeGiven
    | LinkCodeMissed
    | PhoneConfirmed
    | LinkAgreed
    | LinkRefused
    | AddressesLinked
    | AddressUnlinked
    | DataErased
    | AreaRecord
)


class RecordRefused(Exception):
    """The facts changed between deciding and writing; the turn is run once more on fresh ones."""


class ClassFull(RecordRefused):
    """Somebody took the last seat first."""


class CodeTaken(RecordRefused):
    """The receipt code drawn is another's already."""


class AlreadyAnswered(RecordRefused):
    """Somebody else of the same establishment answered the round first."""


class NoLongerOffered(RecordRefused):
    """The code was used or ran out, or the other address is somebody else's by now."""


class Overtaken(RecordRefused):
    """Somebody was first with what a member of staff did, or the member may not any more."""
