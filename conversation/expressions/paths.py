"""Walking from nodes to nodes: the steps of a path."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element

from conversation.expressions.scope import Evaluation, Focus
from conversation.expressions.values import Value, truth_of

Step: TypeAlias = Callable[[Focus, list[Element]], list[Element]]
Predicate: TypeAlias = Callable[[Focus], Value]
Axis: TypeAlias = Callable[[Evaluation, Element], Iterable[Element]]


def _siblings(evaluation: Evaluation, node: Element) -> list[Element]:
    parent = evaluation.parent(node)
    return [node] if parent is None else list(parent)


def _before(evaluation: Evaluation, node: Element) -> list[Element]:
    siblings = _siblings(evaluation, node)
    return siblings[: siblings.index(node)][::-1]


def _after(evaluation: Evaluation, node: Element) -> list[Element]:
    siblings = _siblings(evaluation, node)
    return siblings[siblings.index(node) + 1 :]


AXES: dict[str, Axis] = {
    "self": lambda evaluation, node: [node],
    "child": lambda evaluation, node: node,
    "parent": lambda evaluation, node: evaluation.lineage(node)[-2:-1],
    "ancestor": lambda evaluation, node: evaluation.lineage(node)[-2::-1],
    "ancestor-or-self": lambda evaluation, node: evaluation.lineage(node)[::-1],
    "descendant": lambda evaluation, node: [below for below in node.iter() if below is not node],
    "descendant-or-self": lambda evaluation, node: node.iter(),
    "preceding-sibling": _before,
    "following-sibling": _after,
}
BACKWARDS = frozenset({"ancestor", "ancestor-or-self", "preceding-sibling"})


def unique(nodes: Iterable[Element]) -> list[Element]:
    """Return the nodes, each once, in the order they came."""
    return list(dict.fromkeys(nodes))


def in_document_order(evaluation: Evaluation, nodes: list[Element]) -> list[Element]:
    """Return nodes as they stand in the instance; those of other trees after them, as they came."""
    wanted = dict.fromkeys(nodes)
    return unique([*(node for node in evaluation.scope.root.iter() if node in wanted), *wanted])


def children(name: str) -> Step:
    """Return the step to the children of a name."""

    def step(focus: Focus, nodes: list[Element]) -> list[Element]:
        if len(nodes) == 1:
            return nodes[0].findall(name)
        return [child for node in nodes for child in node.findall(name)]

    return step


def own_children(name: str) -> Step:
    """Return the step to the children of a name, or of several to the one that the question itself stands in.

    XForms reads `/data/repeat/question`, written inside that repeat, as the question of the same turn.
    """
    step = children(name)

    def own_step(focus: Focus, nodes: list[Element]) -> list[Element]:
        found = step(focus, nodes)
        if len(found) < 2:
            return found
        own = focus.evaluation.own
        return [node for node in found if node in own] or found

    return own_step


def parents(focus: Focus, nodes: list[Element]) -> list[Element]:
    """The step to the parents."""
    found = map(focus.evaluation.parent, nodes)
    return unique(parent for parent in found if parent is not None)


def themselves(focus: Focus, nodes: list[Element]) -> list[Element]:
    """The step that stays."""
    return nodes


def all_below(focus: Focus, nodes: list[Element]) -> list[Element]:
    """The step to the nodes and everything in them."""
    return unique(below for node in nodes for below in node.iter())


def along(axis: str, name: str | None) -> Step:
    """Return the step along an axis to the nodes of a name, or to all."""
    walk = AXES[axis]

    def step(focus: Focus, nodes: list[Element]) -> list[Element]:
        found = (other for node in nodes for other in walk(focus.evaluation, node))
        return unique(other for other in found if name is None or other.tag == name)

    return step


def filtered(step: Step, predicates: list[Predicate], backwards: bool) -> Step:
    """Return a step whose nodes pass predicates, which count places from each starting node for itself."""

    def filtered_step(focus: Focus, nodes: list[Element]) -> list[Element]:
        found: list[Element] = []
        for node in nodes:
            kept = passing(focus, step(focus, [node]), predicates)
            found += reversed(kept) if backwards else kept
        return unique(found)

    return filtered_step


def passing(focus: Focus, nodes: list[Element], predicates: list[Predicate]) -> list[Element]:
    """Return the nodes for which every predicate holds, each seeing the places the one before it left."""
    for predicate in predicates:
        inner = Focus(focus.evaluation, focus.node, size=len(nodes))
        kept = []
        for place, node in enumerate(nodes, 1):
            inner.position, inner.node = place, node
            value = predicate(inner)
            if value == place if isinstance(value, float) else truth_of(value):
                kept.append(node)
        nodes = kept
    return nodes


def in_turns(focus: Focus, path: str, turns: Mapping[str, float]) -> list[Element]:
    """Return the nodes at an absolute path, in the given turn (from 1) of each repeat named by its own path."""
    names = path.split("/")[1:]
    root = focus.evaluation.scope.root
    nodes = [root] if names[0] == root.tag else []
    for depth in range(2, len(names) + 1):
        turn = turns.get("/" + "/".join(names[:depth]))
        if turn is None:
            nodes = own_children(names[depth - 1])(focus, nodes)
        else:
            found = children(names[depth - 1])(focus, nodes)
            nodes = [node for place, node in enumerate(found, 1) if place == turn]
    return nodes
