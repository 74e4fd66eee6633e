"""What a formula gives, seen from how it is written: what it gives at one moment may be empty."""

from collections.abc import Iterable
from dataclasses import dataclass

from elementpath.xpath_tokens import XPathToken

from conversation.expressions.functions import FUNCTIONS
from conversation.expressions.grammar import unrolled, without_predicates
from conversation.expressions.operators import ARITHMETIC

_NUMBERS = frozenset({"(integer)", "(decimal)", "(float)"})
# The arguments of which these functions give one as it is.
_HANDED_ON = {"if": slice(1, 3), "coalesce": slice(0, 2), "once": slice(0, 1), "indexed-repeat": slice(0, 1)}


@dataclass(frozen=True, slots=True)
class Result:
    """Whether a formula may give a number that it works out, and the names of questions that it may hand on."""

    number: bool = False
    names: frozenset[str] = frozenset()


def result_of(token: XPathToken) -> Result:
    """Return what the formula of a tree may give."""
    symbol = token.symbol
    if symbol in _NUMBERS or symbol in ARITHMETIC:
        return Result(number=symbol != "*" or len(token) == 2)
    if symbol == "(" and len(token) == 1:
        return result_of(token[0])
    if symbol in _HANDED_ON:
        return _any_of(token[_HANDED_ON[symbol]])
    if token.label == "function":
        return Result(symbol in FUNCTIONS and FUNCTIONS[symbol].run.__annotations__["return"] is float)
    return Result(names=frozenset(_named(token)))


def _any_of(tokens: Iterable[XPathToken]) -> Result:
    results = [result_of(token) for token in tokens]
    return Result(any(one.number for one in results), frozenset().union(*(one.names for one in results)))


def _named(token: XPathToken) -> Iterable[str]:
    """Yield the name that a path ends in, but for a path into a table."""
    first, links = unrolled(token)
    start = without_predicates(first)[0] if first is not None else None
    end = without_predicates(links[-1][1] if links else token)[0]
    if end.symbol == "(name)" and (start is None or start.symbol != "instance"):
        yield str(end.value)
