"""What the operators do: arithmetic on numbers, comparisons between any two values."""

import math
import operator
from collections.abc import Callable

from conversation.expressions.values import Moment, Value, number_of, numbers_of, string_value, truth_of


def _divided(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _remainder(left: float, right: float) -> float:
    """The sign is the dividend's."""
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def _equal(left: Value, right: Value) -> bool:
    """Whether some pair of the two is equal, as truths, numbers or texts by XPath 1.0's order of kinds."""
    return _some_pair(left, right, operator.eq)


def _unequal(left: Value, right: Value) -> bool:
    """Whether some pair of the two differs: false, like `_equal`, when a node-set is empty."""
    return _some_pair(left, right, operator.ne)


def _some_pair(left: Value, right: Value, test: Callable[[object, object], bool]) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return test(truth_of(left), truth_of(right))
    if isinstance(left, list):
        return any(_some_pair(string_value(node), right, test) for node in left)
    if isinstance(right, list):
        return any(_some_pair(left, string_value(node), test) for node in right)
    if isinstance(left, float | Moment) or isinstance(right, float | Moment):
        return test(number_of(left), number_of(right))
    return test(left, right)


def _ordered(test: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    """Return the comparison of two values by their numbers; what is no number compares false."""

    def compare(left: Value, right: Value) -> bool:
        rights = numbers_of(right)
        return any(test(one, other) for one in numbers_of(left) for other in rights)

    return compare


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": _divided,
    "mod": _remainder,
}
COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": _equal,
    "!=": _unequal,
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
}
