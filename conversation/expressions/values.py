"""What an expression can give, how each kind converts to another, and how two compare."""

import math
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeAlias
from xml.etree.ElementTree import Element

from conversation.expressions import moments
from conversation.expressions.errors import ExpressionError

_NUMBER = re.compile(r"[ \t\r\n]*-?(?:\d+\.?\d*|\.\d+)[ \t\r\n]*", re.ASCII)
_WHOLE_UNTIL = 1e16


class Moment(str):
    """A date or date-time that a function gave: it reads as ISO text and compares as days."""

    __slots__ = ()


Value: TypeAlias = str | float | bool | list[Element]


def string_value(node: Element) -> str:
    """Return the text of a node and all within it."""
    return "".join(node.itertext()) if len(node) else node.text or ""


def text_of(value: Value) -> str:
    """Return a value as text: of nodes the first, of a number its decimal digits, of no number nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return string_value(value[0]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if abs(value) < _WHOLE_UNTIL and value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def number_of(value: Value) -> float:
    """Return a value as a number: an ISO date or date-time as days since 1970, anything else unreadable as NaN."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return float(value)
    text = text_of(value)
    if _NUMBER.fullmatch(text):
        return float(text)
    moment = moments.read(text)
    return math.nan if moment is None else moments.days(moment)


def truth_of(value: Value) -> bool:
    """Return a value as a truth: any nodes (even empty ones), any text, any number but 0 and NaN."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def nodes_of(value: Value) -> list[Element]:
    """Return the nodes a value consists of; ExpressionError when it is something else."""
    if isinstance(value, list):
        return value
    raise ExpressionError("Chỗ này cần một câu hỏi hay một nhóm, không phải một giá trị.")


def as_it_is(value: Value) -> Value:
    """Return the value itself: the conversion of arguments that take any kind."""
    return value


def singles(values: Iterable[Value]) -> Iterator[str | float | bool]:
    """Return the values one by one, every node of a node-set for itself as its text."""
    for value in values:
        if isinstance(value, list):
            yield from map(string_value, value)
        else:
            yield value


def numbers_of(*values: Value) -> list[float]:
    """Return the numbers of several values, every node of a node-set for itself."""
    return [number_of(single) for single in singles(values)]
