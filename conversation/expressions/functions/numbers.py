"""Numbers: XPath 1.0's functions and those ODK took from XPath 3.0; what has no result is NaN."""

import math
import operator
from collections.abc import Callable
from functools import reduce

from conversation.expressions.functions.registry import function
from conversation.expressions.scope import Focus
from conversation.expressions.values import Value, as_it_is, number_of, numbers_of

_MOST_DECIMALS = 30


@function("number", as_it_is, least=0, focused=True)
def number(focus: Focus, value: Value | None = None) -> float:
    """Dates and date-times give days since 1 January 1970 UTC."""
    return number_of([focus.node] if value is None else value)


@function("int", number_of)
def whole(value: float) -> float:
    return float(math.trunc(value)) if math.isfinite(value) else value


@function("floor", number_of)
def floor(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


@function("ceiling", number_of)
def ceiling(value: float) -> float:
    return float(math.ceil(value)) if math.isfinite(value) else value


@function("round", number_of, number_of, least=1)
def rounded(value: float, decimals: float = 0.0) -> float:
    """Halves go up, as XPath 1.0 says: -2.5 gives -2. Negative decimals round to tens and hundreds."""
    if not abs(decimals) <= _MOST_DECIMALS:
        return math.nan
    scale = 10.0 ** abs(int(decimals))
    scaled = value * scale if decimals >= 0 else value / scale
    if not math.isfinite(scaled):
        return value
    below = math.floor(scaled)
    nearest = float(below + (scaled - below >= 0.5))
    return nearest / scale if decimals >= 0 else nearest * scale


@function("sum", as_it_is)
def total(values: Value) -> float:
    """Of no node 0; of a node that is no number NaN."""
    return reduce(operator.add, numbers_of(values), 0.0)


@function("max", more=as_it_is)
def largest(*values: Value) -> float:
    return _furthest(max, values)


@function("min", more=as_it_is)
def smallest(*values: Value) -> float:
    return _furthest(min, values)


def _furthest(choose: Callable[[list[float]], float], values: tuple[Value, ...]) -> float:
    numbers = numbers_of(*values)
    return choose(numbers) if numbers and not any(map(math.isnan, numbers)) else math.nan


@function("pow", number_of, number_of)
def power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        return math.inf
    return _or_nan(math.pow, base, exponent)


@function("log", number_of)
def log(value: float) -> float:
    return -math.inf if value == 0 else _or_nan(math.log, value)


@function("log10", number_of)
def log10(value: float) -> float:
    return -math.inf if value == 0 else _or_nan(math.log10, value)


@function("exp10", number_of)
def exp10(value: float) -> float:
    return _or_nan(math.pow, 10.0, value)


@function("pi")
def pi() -> float:
    return math.pi


def _or_nan(run: Callable[..., float], *values: float) -> float:
    """Compute; what is outside the function's domain is NaN, what is too large is infinite."""
    try:
        return float(run(*values))
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf


def _enter(name: str, run: Callable[..., float], arguments: int) -> None:
    @function(name, *[number_of] * arguments)
    def calculated(*values: float) -> float:
        return _or_nan(run, *values)


for _name in ("exp", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan"):
    _enter(_name, getattr(math, _name), 1)
_enter("abs", math.fabs, 1)
_enter("atan2", math.atan2, 2)
