"""A messenger: what a person can do on it, and what they see."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from itertools import count
from typing import ClassVar

from starlette.types import ASGIApp

from tests.rehearse.conversation import Conversation, Line, Shown
from tests.rehearse.people import Person
from tests.rehearse.vendor import Post, Vendor

SLOW_SECONDS = 5.0


class Condition(StrEnum):
    """How a vendor is."""

    fine = "fine"
    slow = "slow"
    away = "away"
    revoked = "revoked"


class Messenger(ABC):
    """One messenger and all who are on it.

    What it says of itself: what stands in a conversation before the first message, and the buttons of the first
    contact, of leaving, of coming back and of sharing one's telephone number, empty where it has none.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    hint: ClassVar[str]
    beginning: ClassVar[str] = ""
    leaving: ClassVar[str] = ""
    coming_back: ClassVar[str] = ""
    sharing: ClassVar[str] = ""
    has_officers: ClassVar[bool] = False

    def __init__(self, double: ASGIApp, post: Post) -> None:
        self.vendor = Vendor(double, post)
        self.condition = Condition.fine
        self.gone: set[int] = set()
        self._conversations: dict[int, Conversation] = defaultdict(Conversation)
        self._kept: dict[str, tuple[str, str, bytes]] = {}
        self._numbers = count(1)

    # What a person does.

    def says(self, person: Person, text: str) -> None:
        self._notes(person, Line("mine", text))
        self._says(person, text)

    def begins(self, person: Person) -> None:
        """Press the button of the first contact."""
        self.says(person, "/start")

    def presses(self, person: Person, press: str) -> None:
        """Press a button of a message; one that is not shown does nothing."""
        if any(one.press == press for line in self.lines(person) for one in line.buttons):
            self._presses(person, press)

    def sends(self, person: Person, name: str, media_type: str, data: bytes) -> None:
        """Send a picture or a recording."""
        number = f"k{next(self._numbers)}"
        self._kept[number] = (name, media_type, data)
        self._notes(person, Line("mine", file=self._shown(number, name, media_type)))
        self._sends(person, media_type, data)

    def shares_phone(self, person: Person) -> None:
        self._notes(person, Line("mine", f"Đã gửi số điện thoại {person.phone}"))
        self._shares_phone(person)

    def leaves(self, person: Person) -> None:
        self.gone.add(person.number)
        self._notes(person, Line("note", f"{person.name} đã bấm “{self.leaving}”."))
        self._leaves(person)

    def comes_back(self, person: Person) -> None:
        self.gone.discard(person.number)
        self._notes(person, Line("note", f"{person.name} đã bấm “{self.coming_back}”."))
        self._comes_back(person)

    # What they see.

    def lines(self, person: Person) -> list[Line]:
        """Return the conversation as it stands on the screen now."""
        conversation = self._conversations[person.number]
        self._hears(conversation, person)
        return conversation.lines()

    def menu(self, person: Person) -> Mapping[str, str]:
        """Return the commands that a menu beside the box offers, each with what it is for."""
        return {}

    def media(self, number: str) -> tuple[str, str, bytes] | None:
        """Return name, type and bytes of what somebody or the bot sent."""
        return self._kept.get(number) or self._uploaded(number)

    def _notes(self, person: Person, line: Line) -> None:
        """Put a line below all that was heard so far."""
        conversation = self._conversations[person.number]
        self._hears(conversation, person)
        conversation.say(line)

    def _shown(self, number: str, name: str, media_type: str) -> Shown:
        return Shown(name, media_type, f"/media/{self.name}/{number}")

    # How the vendor is.

    def becomes(self, condition: Condition) -> None:
        """Let the vendor be so from now on; returns once it is."""
        if condition is self.condition:
            return
        if self.condition is Condition.revoked:
            self._grant()
        self._be_slow(SLOW_SECONDS if condition is Condition.slow else 0)
        if condition is Condition.away:
            self.vendor.cut()
        else:
            self.vendor.open()
        if condition is Condition.revoked:
            self._revoke()
        self.condition = condition

    # What each does in its own way.

    @abstractmethod
    def settings(self, program: str) -> Mapping[str, str]:
        """Return what the program at an address must be told of this vendor, which serves already."""

    @abstractmethod
    def _says(self, person: Person, text: str) -> None: ...

    @abstractmethod
    def _sends(self, person: Person, media_type: str, data: bytes) -> None: ...

    @abstractmethod
    def _hears(self, conversation: Conversation, person: Person) -> None: ...

    @abstractmethod
    def _uploaded(self, number: str) -> tuple[str, str, bytes] | None: ...

    @abstractmethod
    def _be_slow(self, seconds: float) -> None: ...

    @abstractmethod
    def _revoke(self) -> None: ...

    @abstractmethod
    def _grant(self) -> None:
        """Take the revoking back."""

    # What some do, as what they say of themselves tells; asked of others it is a mistake of the page.

    def _presses(self, person: Person, press: str) -> None:
        raise NotImplementedError

    def _shares_phone(self, person: Person) -> None:
        raise NotImplementedError

    def _leaves(self, person: Person) -> None:
        raise NotImplementedError

    def _comes_back(self, person: Person) -> None:
        raise NotImplementedError
