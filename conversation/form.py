"""A questionnaire as data, whichever workbook it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a list; `columns` are the further columns of its row, for choice filters."""

    value: str
    label: str
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions asked together; `path` ends in the group's own name."""

    path: tuple[str, ...]
    label: str = ""
    relevant: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the survey sheet.

    `kind` is XLSForm's type (`text integer decimal select_one select_multiple date note calculate …`). `path` names
    the groups it stands in. Expressions are XPath 1.0 with every `${name}` already a path from the root; labels and
    messages keep `${name}`. `short` (our own column `kc_short`) are the few words for it in a list. An empty string is
    an absent cell.
    """

    name: str
    kind: str
    label: str = ""
    short: str = ""
    hint: str = ""
    path: tuple[str, ...] = ()
    required: bool = False
    required_message: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    calculation: str = ""
    default: str = ""
    choice_filter: str = ""
    appearance: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()
    row: int = 0

    @property
    def asked(self) -> bool:
        """Whether a person answers it, rather than the form itself."""
        return self.kind not in {"note", "calculate", "hidden", "start", "end", "today"}

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True)
class Form:
    """A whole questionnaire; `sha` names this very version, `prefix` starts its receipt codes (`NC`)."""

    name: str
    title: str
    version: str
    sha: str
    questions: tuple[Question, ...]
    groups: tuple[Group, ...] = ()
    prefix: str = "PH"

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        return {question.name: question for question in self.questions}
