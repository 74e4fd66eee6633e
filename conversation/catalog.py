"""Read-only facts for a turn: what the bot says and asks, and what is on offer today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from conversation.form import Form
from conversation.page import Page, Topic
from conversation.places import Places
from conversation.training_class import TrainingClass
from conversation.understand import Finder


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who speaks: the centre's own particulars, from its settings."""

    name: str
    hotline: str
    address: str
    check_page: str
    public_url: str = ""
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Library:
    """Everything shipped or published that a turn may quote; `labels` are the words on choices by `flow/value`.

    `notices` are the versions of the texts that ask for consent, by purpose.
    """

    organisation: Organisation
    labels: Mapping[str, str]
    topics: tuple[Topic, ...]
    pages: Mapping[str, Page]
    forms: Mapping[str, Form]
    places: Places
    finder: Finder
    notices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement already sent, as owners read it again."""

    id: int
    title: str
    text: str
    at: datetime


class Catalog(Protocol):
    """The facts of this turn, read in its own transaction when a decision looks at them."""

    @property
    def library(self) -> Library: ...
    @property
    def classes(self) -> Sequence[TrainingClass]: ...
    @property
    def announcements(self) -> Sequence[Announcement]: ...
    def form_version(self, sha: str) -> Form | None: ...


@dataclass(frozen=True)
class FixedCatalog:
    """A catalog whose facts are at hand."""

    library: Library
    classes: Sequence[TrainingClass] = ()
    announcements: Sequence[Announcement] = field(default_factory=tuple)

    def form_version(self, sha: str) -> Form | None:
        return next((form for form in self.library.forms.values() if form.sha == sha), None)
