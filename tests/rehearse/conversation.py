"""What stands on the screen of somebody's phone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Raw = dict[str, Any]


@dataclass(frozen=True)
class Button:
    """Something to press in a message; `press` says which, in the words of its messenger."""

    label: str
    press: str


@dataclass(frozen=True)
class Shown:
    """A picture, recording or file, at its address on the stage."""

    name: str
    media_type: str
    place: str

    @property
    def kind(self) -> str:
        """`image`, `audio`, or `file`."""
        kind = self.media_type.partition("/")[0]
        return kind if kind in {"image", "audio"} else "file"


@dataclass(frozen=True)
class Line:
    """A message, of whom `kind` says: `mine`, `theirs` (the bot's), `officer`; or a `note` of what was done."""

    kind: str
    text: str = ""
    buttons: tuple[Button, ...] = ()
    file: Shown | None = None


@dataclass
class Conversation:
    """What one person and the bot said to each other, in order.

    What the bot said stays as its vendor has it, and is read anew each time: on some messengers it is edited.
    """

    entries: list[Line | tuple[Callable[[Raw], Line], Raw]] = field(default_factory=list)
    _taken: dict[str, int] = field(default_factory=dict)

    def say(self, line: Line) -> None:
        self.entries.append(line)

    def hear(self, source: str, messages: Sequence[Raw], read: Callable[[Raw], Line]) -> None:
        """Take what a source holds beyond what was taken from it before."""
        self.entries += [(read, message) for message in messages[self._taken.get(source, 0) :]]
        self._taken[source] = len(messages)

    def lines(self) -> list[Line]:
        """Return everything as it stands now."""
        return [one if isinstance(one, Line) else one[0](one[1]) for one in self.entries]
