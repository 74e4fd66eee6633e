"""What to show, not yet worded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """One way on.

    `value` is a short code, or a link when it starts with `>` (`>policies/brand`). `number` is what a person may
    type for it; it stays the same over the pages of one question. A `quiet` choice may be typed but is not shown.
    """

    value: str
    label: str
    number: int = 0
    quiet: bool = False

    @property
    def is_link(self) -> bool:
        return self.value.startswith(">")


@dataclass(frozen=True, slots=True)
class Reply:
    """One message: which (`key`), worded by which template, the values it needs, and the choices it offers.

    `template` is the key itself where it is left empty. `pick_many` says that several choices may be taken at once;
    `wants` that a file is asked for: `image audio video file`. `pictures` are shown with it: an address on the public
    site, and what it shows. `instead` says that it is the message before it, changed: a choice was ticked. `typed` says
    that its answer is typed, a number too, so that what it offers besides is typed as words, never as a number.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    template: str = ""
    pick_many: bool = False
    wants: str = ""
    pictures: tuple[tuple[str, str], ...] = ()
    instead: bool = False
    typed: bool = False

    @property
    def worded_by(self) -> str:
        return self.template or self.key


def numbered(choices: Iterable[Choice], start: int = 1) -> tuple[Choice, ...]:
    """Return the choices numbered in their order, from `start`."""
    return tuple(Choice(one.value, one.label, number, one.quiet) for number, one in enumerate(choices, start))
