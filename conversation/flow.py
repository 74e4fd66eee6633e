"""One thing the bot can do, what it may look at, and what it may do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any, Protocol

from conversation.answers import read_choice
from conversation.catalog import Catalog
from conversation.contact import Contact
from conversation.incoming import Incoming
from conversation.links import Door
from conversation.records import Record
from conversation.reply import Choice, Reply, numbered
from conversation.session import Session

BACK_TO_FLOW = "<"


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a decision may look at.

    `text` is what was typed, normalised; `answer` the choice of the open prompt that was tapped or meant; `pushed`
    the link of an announcement that reached the person since their last message; `agreed` the purposes agreed to in
    this very turn; `seed` decides codes drawn at random, the same when the turn is run again; `attempt` counts how
    often a record of it was refused.
    """

    incoming: Incoming
    contact: Contact
    session: Session
    catalog: Catalog
    now: datetime
    seed: bytes
    text: str = ""
    answer: Choice | None = None
    pushed: str = ""
    agreed: frozenset[str] = frozenset()
    attempt: int = 0

    def has_agreed_to(self, purpose: str) -> bool:
        return purpose in self.agreed or purpose in self.contact.consents

    def label(self, key: str) -> str:
        """Return the words of a choice, such as `menu/classes`."""
        return self.catalog.library.labels[key]

    @property
    def meant(self) -> str:
        """Return the value of the open prompt's choice that was tapped or typed; empty where there is none."""
        if self.answer:
            return self.answer.value
        choices = self.session.prompt.choices
        numbers = {choice.number: choice.value for choice in choices if choice.number}
        named = read_choice(self.text, [(choice.value, choice.label) for choice in choices], numbers)
        return named.value or "" if named.sure else ""

    def choice(self, key: str, value: str = "") -> Choice:
        """Return the choice worded under `key`; its value is the last part of the key unless given."""
        return Choice(value or key.rpartition("/")[2], self.label(key))

    def draw(self, prefix: str) -> str:
        """Draw a receipt code (`NC-4827`): the prefix and four digits, one more each time the one drawn was taken."""
        digits = 4 + self.attempt
        return f"{prefix}-{Random(self.seed).randrange(10 ** (digits - 1), 10**digits)}"  # noqa: S311 - no secret


@dataclass(frozen=True, slots=True)
class Told:
    """A message for another address than the one that wrote; its choices are links, shown where they can be pressed."""

    door: Door
    reply: Reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything a decision may do.

    `then` is a link to follow at once, or `BACK_TO_FLOW` to ask again what lies below. `unread` says that the open
    question could not read what was typed, so that it may be tried as something else first. `told` is said elsewhere.
    """

    session: Session
    replies: tuple[Reply, ...] = ()
    records: tuple[Record, ...] = ()
    then: str = ""
    unread: bool = False
    told: tuple[Told, ...] = ()

    def after(self, *replies: Reply) -> "Outcome":
        """Return this outcome with replies put before its own."""
        return replace(self, replies=(*replies, *self.replies))


class Flow(Protocol):
    """One thing the bot can do; `name` is the first part of the links that open it."""

    @property
    def name(self) -> str: ...
    def start(self, turn: Turn, argument: str) -> Outcome:
        """Begin; `argument` is the rest of the link."""
        ...

    def resume(self, turn: Turn) -> Outcome:
        """Take the answer to the open question of this flow's frame, which is on top."""
        ...

    def again(self, turn: Turn) -> Outcome:
        """Ask the open question of this flow's frame, which is on top, once more."""
        ...


@dataclass(frozen=True)
class Flows:
    """The table of contents.

    `commands` (`/lop`) and `anywhere` (folded phrases such as `thoi tin`) are obeyed whatever is open; `phrases`
    only where the open question could not read them. All give links.
    """

    by_name: Mapping[str, Flow]
    commands: Mapping[str, str]
    anywhere: Mapping[str, str]
    phrases: Mapping[str, str]

    def follow(self, turn: Turn, link: str) -> Outcome:
        """Start the flow that a link names; an unknown one leads to the menu."""
        name, _, argument = link.removeprefix(">").partition("/")
        flow = self.by_name.get(name)
        return flow.start(turn, argument) if flow else self.by_name["menu"].start(turn, "")


def reply(key: str, *choices: Choice, template: str = "", **values: Any) -> Reply:
    """Return a reply with its choices numbered, unless they are already."""
    given = choices if any(choice.number for choice in choices) else numbered(choices)
    return Reply(key, values, given, template)
