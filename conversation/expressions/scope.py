"""What an expression may look at while it is evaluated."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from xml.etree.ElementTree import Element


def _the_value_itself(name: str, value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class Scope:
    """The facts of one evaluation; the same facts always give the same value.

    `root` is the element `<data>`; `node` is what "." means; `now` is aware. `seed` decides random(), uuid() and
    randomize(), together with the expression and the place of the node. `label_of` is (question name, value) → label.
    `instances` are the `<root>` elements, or the `<instance>` elements around them, for `instance('id')/root/…`.
    `current` is the question that asks, where that is not `node`: in a choice filter `node` is an `<item>`. `parents`
    gives each element of the instance the one it stands in, where the caller knows: else it is found out each time.
    """

    root: Element
    node: Element
    now: datetime
    seed: bytes = b""
    label_of: Callable[[str, str], str] = _the_value_itself
    instances: Mapping[str, Element] = field(default_factory=dict)
    current: Element | None = None
    parents: Mapping[Element, Element] | None = None


class Evaluation:
    """One evaluation of one expression: its scope, and what ElementTree does not tell about the trees."""

    def __init__(self, scope: Scope, source: str) -> None:
        self.scope = scope
        self.current = scope.node if scope.current is None else scope.current
        self._source = source
        self._draws = 0

    @cached_property
    def _parents(self) -> Mapping[Element, Element]:
        if self.scope.parents is not None:
            return self.scope.parents
        return {child: parent for parent in self.scope.root.iter() for child in parent}

    @cached_property
    def _parents_elsewhere(self) -> dict[Element, Element]:
        trees = self.scope.instances.values()
        return {child: parent for tree in trees for parent in tree.iter() for child in parent}

    def parent(self, node: Element) -> Element | None:
        """Return the element a node stands in, in whichever tree; none for a root."""
        if node is self.scope.root:
            return None
        parent = self._parents.get(node)
        return self._parents_elsewhere.get(node) if parent is None else parent

    def lineage(self, node: Element) -> list[Element]:
        """Return a node and the elements it stands in, the root first."""
        line = [node]
        while (parent := self.parent(line[-1])) is not None:
            line.append(parent)
        return line[::-1]

    @cached_property
    def own(self) -> frozenset[Element]:
        """The current question and all it stands in: of a repeat, the instance that is its own."""
        return frozenset(self.lineage(self.current))

    @cached_property
    def place(self) -> str:
        """The current question's path, without its turns in repeats."""
        return "/" + "/".join(node.tag for node in self.lineage(self.current))

    def draw(self) -> bytes:
        """Return 32 bytes decided by the seed, the expression, the question's place and how many were drawn before."""
        self._draws += 1
        line = self.lineage(self.current)
        turns = [list(parent).index(child) for parent, child in pairwise(line)]
        message = f"{self._source}\n{self.place}\n{turns}\n{self._draws}"
        return hmac.digest(self.scope.seed, message.encode("utf-8", "replace"), "sha256")


class Focus:
    """Where in an evaluation one stands: a node and its place among its fellows, counted from 1."""

    __slots__ = ("evaluation", "node", "position", "size")

    def __init__(self, evaluation: Evaluation, node: Element, position: int = 1, size: int = 1) -> None:
        self.evaluation = evaluation
        self.node = node
        self.position = position
        self.size = size
