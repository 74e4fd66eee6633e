"""The table of functions, filled by the modules beside this one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from conversation.expressions.values import Value

Conversion = Callable[[Value], Any]
Implementation = TypeVar("Implementation", bound=Callable[..., Value])


@dataclass(frozen=True, slots=True)
class Function:
    """How to call a function: a conversion for each argument, and for each further one where any number may follow.

    `focused` ones are given the Focus first. `check` is given the arguments written as literals (None for the others)
    when the expression is parsed, and raises ExpressionError for what could never work.
    """

    run: Callable[..., Value]
    takes: tuple[Conversion, ...]
    least: int
    more: Conversion | None
    focused: bool
    check: Callable[..., None] | None

    @property
    def arity(self) -> str:
        """How many arguments it takes, in words."""
        if self.more is not None:
            return f"cần ít nhất {self.least} giá trị trong ngoặc"
        if not self.takes:
            return "không cần gì trong ngoặc"
        most = len(self.takes)
        return f"cần {most if self.least == most else f'{self.least} đến {most}'} giá trị trong ngoặc"

    def conversions(self, count: int) -> list[Conversion] | None:
        """Return a conversion for each of so many arguments; none where it does not take so many."""
        further = count - len(self.takes)
        if count < self.least or (further > 0 and self.more is None):
            return None
        return [*self.takes[:count], *([self.more] * further if self.more is not None else [])]


FUNCTIONS: dict[str, Function] = {}


def function(
    name: str,
    *takes: Conversion,
    least: int | None = None,
    more: Conversion | None = None,
    focused: bool = False,
    check: Callable[..., None] | None = None,
) -> Callable[[Implementation], Implementation]:
    """Enter what is decorated into the table; all arguments are required unless `least` says fewer."""

    def enter(run: Implementation) -> Implementation:
        FUNCTIONS[name] = Function(run, takes, len(takes) if least is None else least, more, focused, check)
        return run

    return enter
