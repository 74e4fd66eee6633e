"""What a member of staff may know, in their own chat, of the establishments they look after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from conversation.answers import fold
from conversation.form import Form

PAGE = 10
MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """What came in a span of time: registered interests, other answers, seats asked for."""

    interests: int = 0
    responses: int = 0
    sign_ups: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: what came today (Vietnam's) and in seven days, which questions wait, how many are overdue."""

    today: Figures = Figures()
    week: Figures = Figures()
    waiting: int = 0
    overdue: int = 0
    establishments: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """A form that was sent for an establishment; `by` is who of staff typed it in, "" where the owner did."""

    title: str
    code: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An establishment: its facts by the names of the questions that ask for them, and what it sent last."""

    number: int
    facts: Mapping[str, str]
    last: Answered | None = None

    @property
    def name(self) -> str:
        return self.facts.get("business_name", "")

    @property
    def commune(self) -> str:
        return self.facts.get("commune", "")

    @property
    def phone(self) -> str:
        return self.facts.get("phone", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """Some establishments of a list, and how many there are in all."""

    total: int
    some: Sequence[Known]


@dataclass(frozen=True, slots=True)
class Asking:
    """An open round, and how many establishments of the area it still waits for."""

    number: int
    title: str
    letter: str
    closes_at: datetime
    missing: int


class Area(Protocol):
    """The facts of the member whose chat it is, none of them beyond the communes that are theirs."""

    @property
    def communes(self) -> frozenset[str] | None:
        """Return the codes of the member's communes, None for all there are."""
        ...

    @property
    def standing(self) -> Standing: ...
    @property
    def most_in(self) -> Sequence[tuple[str, int]]:
        """Return the communes where most establishments are known, with how many."""
        ...

    @property
    def rounds(self) -> Sequence[Asking]:
        """Return the open rounds, the one that closes first before."""
        ...

    @property
    def files_under_way(self) -> int:
        """Return how many files that the member asked for are not made yet."""
        ...

    def establishments(self, search: str = "", commune: str = "", start: int = 0) -> Shown:
        """Return a page of those whose name, without tones, or telephone number holds `search`, by name."""
        ...

    def establishment(self, number: int) -> Known | None: ...
    def having_phone(self, phone: str) -> Known | None: ...
    def missing(self, round_number: int, start: int = 0) -> Shown:
        """Return a page of those that have not answered a round, by commune and name."""
        ...

    def answered(self, round_number: int, number: int) -> bool: ...
    def form_of(self, round_number: int) -> Form | None:
        """Return the form of an open round as it is asked today."""
        ...


@dataclass(frozen=True)
class KnownArea:
    """An area whose facts are at hand; `answers` are the rounds and the establishments that answered them."""

    communes: frozenset[str] | None = None
    standing: Standing = Standing()
    every: Sequence[Known] = ()
    rounds: Sequence[Asking] = ()
    forms: Mapping[int, Form] = field(default_factory=dict)
    answers: frozenset[tuple[int, int]] = frozenset()
    files_under_way: int = 0

    @property
    def _mine(self) -> list[Known]:
        return [one for one in self.every if self.communes is None or one.commune in self.communes]

    @property
    def most_in(self) -> Sequence[tuple[str, int]]:
        counts: dict[str, int] = {}
        for one in self._mine:
            counts[one.commune] = counts.get(one.commune, 0) + 1
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    def establishments(self, search: str = "", commune: str = "", start: int = 0) -> Shown:
        found = [one for one in self._mine if search in fold(one.name) or search in one.phone]
        found = [one for one in found if not commune or one.commune == commune]
        return Shown(len(found), found[start : start + PAGE])

    def establishment(self, number: int) -> Known | None:
        return next((one for one in self._mine if one.number == number), None)

    def having_phone(self, phone: str) -> Known | None:
        return next((one for one in self._mine if one.phone == phone), None)

    def missing(self, round_number: int, start: int = 0) -> Shown:
        found = [one for one in self._mine if not self.answered(round_number, one.number)]
        return Shown(len(found), found[start : start + PAGE])

    def answered(self, round_number: int, number: int) -> bool:
        return (round_number, number) in self.answers

    def form_of(self, round_number: int) -> Form | None:
        return self.forms.get(round_number)
