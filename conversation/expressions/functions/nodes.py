"""Node-sets: counting, places, secondary instances, shuffling."""

import hashlib
import math
from collections.abc import Sequence
from typing import TypeVar
from xml.etree.ElementTree import Element

from conversation.expressions.functions.registry import function
from conversation.expressions.scope import Focus
from conversation.expressions.values import Value, as_it_is, nodes_of, number_of, string_value, text_of

_PRIME = 2**31 - 1
_STEP = 16807
_LARGEST = 2**63 - 1
Item = TypeVar("Item")


@function("count", nodes_of)
def count(nodes: list[Element]) -> float:
    return float(len(nodes))


@function("count-non-empty", nodes_of)
def count_non_empty(nodes: list[Element]) -> float:
    return float(sum(string_value(node) != "" for node in nodes))


@function("last", focused=True)
def last(focus: Focus) -> float:
    return float(focus.size)


@function("position", nodes_of, least=0, focused=True)
def position(focus: Focus, nodes: list[Element] | None = None) -> float:
    """The place in a predicate; or of a node among the nodes of its name, of several the one that is one's own."""
    if nodes is None:
        return float(focus.position)
    if not nodes:
        return math.nan
    own = focus.evaluation.own
    node = next((node for node in nodes if node in own), nodes[0])
    parent = focus.evaluation.parent(node)
    return 1.0 if parent is None else 1.0 + parent.findall(node.tag).index(node)


@function("current", focused=True)
def current(focus: Focus) -> Value:
    return [focus.evaluation.current]


@function("instance", text_of, focused=True)
def instance(focus: Focus, name: str) -> Value:
    """What holds the instance's `<root>`; nothing where there is no such instance."""
    root = focus.evaluation.scope.instances.get(name)
    if root is None:
        return []
    if root.tag == "instance":
        return [root]
    holder = Element("instance")
    holder.append(root)
    return [holder]


@function("pulldata", text_of, text_of, text_of, text_of, focused=True)
def pulldata(focus: Focus, table: str, column: str, key_column: str, key: str) -> str:
    """The cell of `column` in the first row of a table whose key column is `key`; '' where there is none."""
    root = focus.evaluation.scope.instances.get(table.removesuffix(".csv"))
    rows = root.iter("item") if root is not None else ()
    found = next((row for row in rows if row.findtext(key_column, "") == key), None)
    return "" if found is None else found.findtext(column, "")


@function("random", focused=True)
def random(focus: Focus) -> float:
    return (int.from_bytes(focus.evaluation.draw()[:7], "big") >> 3) / 2**53


@function("randomize", nodes_of, as_it_is, least=1, focused=True)
def randomize(focus: Focus, nodes: list[Element], seed: Value | None = None) -> Value:
    if seed is None:
        seed = float(int.from_bytes(focus.evaluation.draw()[:4], "big"))
    number = number_of(seed)
    return shuffled(nodes, text_of(seed) if math.isnan(number) else number)


def shuffled(items: Sequence[Item], seed: float | str) -> list[Item]:
    """Return the items in the order ODK gives them for a seed, a number or else a text.

    Inside-out Fisher-Yates over Park and Miller's generator, as the XForms specification says of randomize().
    """
    whole = _whole(seed)
    state = abs(whole) % _PRIME
    state = state if whole > 0 and state else _PRIME - 1 - state
    result: list[Item] = []
    for index, item in enumerate(items):
        state = state * _STEP % _PRIME
        place = int((state - 1) / (_PRIME - 1) * (index + 1))
        result.append(item)
        result[index], result[place] = result[place], item
    return result


def _whole(seed: float | str) -> int:
    """A text that is no number stands for the first eight bytes of its SHA-256; an empty one, like NaN, for 0."""
    if isinstance(seed, str):
        digest = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
        return int.from_bytes(digest[:8], "big", signed=True) if seed else 0
    if math.isinf(seed):
        return _LARGEST if seed > 0 else -_LARGEST - 1
    return 0 if math.isnan(seed) else int(seed)
