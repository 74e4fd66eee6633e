"""Read-only facts for a turn: what the bot says and asks, and what is on offer today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from conversation.area import Area, KnownArea
from conversation.calendar import Quiet, WorkingTime
from conversation.desk import Desk, KnownDesk
from conversation.form import Form
from conversation.page import Page, Topic
from conversation.places import Places
from conversation.training_class import TrainingClass
from conversation.understand import Finder


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who speaks: the centre's own particulars, from its settings.

    `telegram_name` is its bot's user name, `zalo_page` the address of its Official Account. Its rules for
    announcements: sent on the `channels` that run (all where none is named), never while it is `quiet`, after a
    `holding` time; with `second_approver` not approved by who wrote them.
    """

    name: str
    hotline: str
    address: str
    check_page: str
    public_url: str = ""
    working: WorkingTime = field(default_factory=WorkingTime)
    telegram_name: str = ""
    zalo_page: str = ""
    channels: tuple[str, ...] = ()
    quiet: Quiet | None = None
    holding: timedelta = timedelta(0)
    second_approver: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """Everything shipped or published that a turn may quote; `labels` are the words on choices by `flow/value`.

    `notices` are the versions of the texts that ask for consent, by purpose; `link_key` signs addresses of files.
    """

    organisation: Organisation
    labels: Mapping[str, str]
    topics: tuple[Topic, ...]
    pages: Mapping[str, Page]
    forms: Mapping[str, Form]
    places: Places
    finder: Finder
    notices: Mapping[str, str]
    link_key: bytes = b""


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement already sent, as owners read it again."""

    id: int
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that can be answered today: one shipped or published, or a round of one (`round` is 0 for none).

    `link` opens it (`>needs`, `>form/to_khai`, `>round/3`); `letter` is the official letter a round goes with.
    """

    link: str
    form: Form
    title: str
    round: int = 0
    letter: str = ""
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A form this person, or another of the establishment, sent: its current answers, and whether it may be changed."""

    code: str
    form_sha: str
    answers: Mapping[str, Any]
    typed: Mapping[str, str]
    round: int
    open: bool


class Catalog(Protocol):
    """The facts of this turn, read in its own transaction when a decision looks at them."""

    @property
    def library(self) -> Library: ...
    @property
    def classes(self) -> Sequence[TrainingClass]: ...
    @property
    def announcements(self) -> Sequence[Announcement]: ...
    @property
    def open_forms(self) -> Sequence[OpenForm]: ...
    @property
    def desk(self) -> Desk: ...
    @property
    def area(self) -> Area: ...
    def form_version(self, sha: str) -> Form | None: ...
    def sent(self, code: str) -> Sent | None:
        """Return a form that was sent, by its receipt code."""
        ...

    def sent_in(self, round_id: int) -> Sent | None:
        """Return the establishment's answer in a round."""
        ...

    def member_of_code(self, code: str) -> str:
        """Return the name of the member of staff who was given a one-time code, "" where it is none."""
        ...


@dataclass(frozen=True)
class FixedCatalog:
    """A catalog whose facts are at hand."""

    library: Library
    classes: Sequence[TrainingClass] = ()
    announcements: Sequence[Announcement] = field(default_factory=tuple)
    open_forms: Sequence[OpenForm] = ()
    responses: Sequence[Sent] = ()
    staff_codes: Mapping[str, str] = field(default_factory=dict)
    desk: Desk = field(default_factory=KnownDesk)
    area: Area = field(default_factory=KnownArea)

    def sent(self, code: str) -> Sent | None:
        return next((sent for sent in self.responses if sent.code == code), None)

    def sent_in(self, round_id: int) -> Sent | None:
        return next((sent for sent in self.responses if sent.round == round_id), None)

    def member_of_code(self, code: str) -> str:
        return self.staff_codes.get(code, "")

    def form_version(self, sha: str) -> Form | None:
        forms = (*self.library.forms.values(), *(offered.form for offered in self.open_forms))
        return next((form for form in forms if form.sha == sha), None)
