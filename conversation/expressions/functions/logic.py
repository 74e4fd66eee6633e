"""Truths, and values chosen by them."""

from conversation.expressions.errors import ExpressionError
from conversation.expressions.functions.registry import function
from conversation.expressions.scope import Focus
from conversation.expressions.values import Value, as_it_is, number_of, string_value, text_of, truth_of


@function("true")
def true() -> bool:
    return True


@function("false")
def false() -> bool:
    return False


@function("boolean", truth_of)
def boolean(value: bool) -> bool:
    return value


@function("boolean-from-string", text_of)
def boolean_from_string(text: str) -> bool:
    return text in {"true", "1"}


@function("not", truth_of)
def negation(value: bool) -> bool:
    return not value


@function("coalesce", text_of, text_of)
def coalesce(first: str, second: str) -> str:
    return first or second


@function("once", text_of, focused=True)
def once(focus: Focus, text: str) -> str:
    """What the question holds already stays."""
    return text_of([focus.node]) or text


@function("checklist", number_of, number_of, more=as_it_is)
def checklist(least: float, most: float, *values: Value) -> bool:
    """Whether so many of the values are true, every node for itself; -1 for no limit."""
    return _within(least, most, float(sum(truth for value in values for truth in _truths(value))))


def _check_pairs(*arguments: str | None) -> None:
    if len(arguments) % 2:
        raise ExpressionError("weighted-checklist() cần giá trị và trọng số đi từng cặp.")


@function("weighted-checklist", number_of, number_of, more=as_it_is, check=_check_pairs)
def weighted_checklist(least: float, most: float, *values: Value) -> bool:
    """Like checklist(), each value being followed by its weight; two node-sets are paired off."""
    weights = 0.0
    for value, weight in zip(values[::2], values[1::2], strict=True):
        each = [string_value(node) for node in weight] if isinstance(weight, list) else [weight]
        weights += sum(number_of(one) for truth, one in zip(_truths(value), each, strict=False) if truth)
    return _within(least, most, weights)


def _truths(value: Value) -> list[bool]:
    return [bool(string_value(node).strip()) for node in value] if isinstance(value, list) else [truth_of(value)]


def _within(least: float, most: float, found: float) -> bool:
    return (least == -1 or found >= least) and (most == -1 or found <= most)
