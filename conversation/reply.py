"""What to show, not yet worded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """One way on.

    `value` is a short code, or a link when it starts with `>` (`>policies/brand`). `number` is what a person may
    type for it; it stays the same over the pages of one question.
    """

    value: str
    label: str
    number: int = 0

    @property
    def is_link(self) -> bool:
        return self.value.startswith(">")


@dataclass(frozen=True, slots=True)
class Reply:
    """One message: the key of a template (`interest/done`), the values it needs, and the choices it offers.

    `open` says that the message asks: its choices become the open prompt. A message without it leaves the open
    prompt as it was.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    open: bool = True


def numbered(choices: Sequence[Choice], start: int = 1) -> tuple[Choice, ...]:
    """Return the choices numbered in their order, from `start`."""
    return tuple(Choice(choice.value, choice.label, number) for number, choice in enumerate(choices, start))
