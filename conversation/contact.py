"""The person of a turn, and what is already known of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from conversation.case import CaseState
from conversation.links import KnownLinks, Links

ANSWERS = "answers"
ANNOUNCEMENTS = "announcements"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A form somebody sent: its code, which form, when, and where what it asks for stands, if it asks for support."""

    code: str
    form: str
    title: str
    at: datetime
    standing: CaseState | None = None


@dataclass(frozen=True, slots=True)
class SignUp:
    """Seats somebody holds in a class; names may still be missing."""

    code: str
    class_code: str
    seats: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A purpose agreed to, and when."""

    purpose: str
    at: datetime


class Contact(Protocol):
    """Facts about the person, read only when a decision looks at them."""

    @property
    def consents(self) -> Mapping[str, GivenConsent]: ...
    @property
    def announcements_stopped(self) -> bool: ...
    @property
    def muted_topics(self) -> frozenset[str]: ...
    @property
    def staff_name(self) -> str:
        """The name of the member of staff whose chat this is, "" for everybody else."""
        ...

    @property
    def staff_role(self) -> str:
        """The role of that member, "" for everybody else."""
        ...

    @property
    def profile(self) -> Mapping[str, str]: ...
    @property
    def receipts(self) -> tuple[Receipt, ...]: ...
    @property
    def sign_ups(self) -> tuple[SignUp, ...]: ...
    @property
    def open_questions(self) -> int: ...
    @property
    def links(self) -> Links: ...


@dataclass(frozen=True)
class KnownContact:
    """A contact whose facts are at hand."""

    consents: Mapping[str, GivenConsent] = field(default_factory=dict)
    announcements_stopped: bool = False
    muted_topics: frozenset[str] = frozenset()
    staff_name: str = ""
    staff_role: str = ""
    profile: Mapping[str, str] = field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    sign_ups: tuple[SignUp, ...] = ()
    open_questions: int = 0
    links: Links = field(default_factory=KnownLinks)
