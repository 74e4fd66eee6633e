"""A questionnaire as data, whichever workbook it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element, SubElement

OTHER = "other"
Path = tuple[str, ...]

# What the form fills in by itself, with nobody asked.
METADATA = frozenset({"start", "end", "today", "username", "phonenumber", "email", "deviceid", "audit"})
NUMBERS = frozenset({"integer", "decimal", "range"})
MANY = frozenset({"select_multiple", "rank"})
FILES = frozenset({"image", "audio", "video", "file"})
UNASKED = frozenset({"note", "calculate", "hidden"}) | METADATA


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a list; `columns` are the further columns of its row, for choice filters.

    `image` names an attached file.
    """

    value: str
    label: str
    columns: Mapping[str, str] = field(default_factory=dict)
    image: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together; `path` ends in the group's own name.

    A `repeat` is gone through any number of turns, or as many as the formula `count` says. The appearance
    `field-list` asks for all its questions in one message.
    """

    path: Path
    label: str = ""
    relevant: str = ""
    repeat: bool = False
    count: str = ""
    appearance: frozenset[str] = frozenset()
    row: int = 0

    @property
    def name(self) -> str:
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the survey sheet.

    `kind` is XLSForm's type (`text integer decimal range select_one select_multiple rank date time dateTime note
    calculate image geopoint …`). `path` names the groups it stands in. Formulas are XPath 1.0 with every `${name}`
    already a path from the root; `required` and `read_only` are formulas too ("true()" for a plain yes). Labels and
    messages keep `${name}`. `short` (our own column `kc_short`) are the few words for it in a list. `trigger` names the
    questions on whose change alone the calculation runs. An empty string is an absent cell.
    """

    name: str
    kind: str
    label: str = ""
    short: str = ""
    hint: str = ""
    guidance: str = ""
    path: Path = ()
    required: str = ""
    required_message: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    calculation: str = ""
    trigger: tuple[str, ...] = ()
    default: str = ""
    read_only: str = ""
    choice_filter: str = ""
    appearance: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    image: str = ""
    row: int = 0

    @property
    def asked(self) -> bool:
        """Whether a person answers it, rather than the form itself."""
        return self.kind not in UNASKED and self.read_only != "true()"

    @property
    def place(self) -> Path:
        """The groups it stands in, then its own name."""
        return (*self.path, self.name)

    def values(self, answer: str) -> list[str]:
        """Return the values of an answer to a question with options: a single one may have spaces in it."""
        return answer.split() if self.kind in MANY else [answer] if answer else []

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True, eq=False)
class Form:
    """A whole questionnaire; `sha` names this very version, `prefix` starts its receipt codes (`NC`).

    `questions` and `groups` stand in the order of the sheet. `tables` are what `instance('…')` reads: the lists and
    attached tables by name. `language` names the language of its words; `translations` is the same form in each of its
    languages, this one included, where it has several.
    """

    name: str
    title: str
    version: str
    sha: str
    questions: tuple[Question, ...]
    groups: tuple[Group, ...] = ()
    prefix: str = "PH"
    tables: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    language: str = ""
    translations: Mapping[str, "Form"] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        return {question.name: question for question in self.questions}

    @cached_property
    def group_at(self) -> Mapping[Path, Group]:
        return {group.path: group for group in self.groups}

    @cached_property
    def members(self) -> Mapping[Path, tuple[Question | Group, ...]]:
        """What stands directly in each group, in the order of the sheet; `()` is the form itself."""
        inside: dict[Path, list[Question | Group]] = {(): [], **{group.path: [] for group in self.groups}}
        placed: set[Path] = set()
        for question in self.questions:
            for depth in range(1, len(question.path) + 1):
                path = question.path[:depth]
                if path not in placed:
                    placed.add(path)
                    inside[path[:-1]].append(self.group_at[path])
            inside[question.path].append(question)
        return {path: tuple(members) for path, members in inside.items()}

    @cached_property
    def places(self) -> Mapping[Path, tuple[tuple[Path, Question | Group], ...]]:
        """What stands directly in each group, with its own place: worked out once, as every turn goes through it."""
        return {
            path: tuple((one.path if isinstance(one, Group) else one.place, one) for one in members)
            for path, members in self.members.items()
        }

    @cached_property
    def instances(self) -> Mapping[str, Element]:
        """The tables as the elements that `instance('…')/root/item` walks."""
        return {name: _as_instance(rows) for name, rows in self.tables.items()}

    def label_of(self, name: str, value: str) -> str:
        """Return the words of an answer: labels for choices, the value itself otherwise."""
        question = self.by_name.get(name)
        if question is None or not question.options:
            return value
        labels = {option.value: option.label for option in question.options}
        return "; ".join(labels.get(one, one) for one in question.values(value))

    def in_language(self, language: str) -> "Form":
        """Return the form in another of its languages; itself where it has no such one."""
        return self.translations.get(language, self)


def _as_instance(rows: tuple[Mapping[str, str], ...]) -> Element:
    root = Element("root")
    for row in rows:
        item = SubElement(root, "item")
        for column, text in row.items():
            SubElement(item, column).text = text
    return root
