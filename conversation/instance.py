"""The elements that a form's formulas see: one for each question and group in each of its turns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from conversation.form import Form, Group, Path, Question

Turns = tuple[int, ...]


def key_of(name: str, turns: Turns) -> str:
    """Return the key of an answer: the question's name, and in repeats the turns, the outermost first (`toy#2.1`)."""
    return f"{name}#{'.'.join(map(str, turns))}" if turns else name


@dataclass(frozen=True, slots=True)
class Slot:
    """A question in one turn of each repeat it stands in; turns count from 1."""

    question: Question = field(compare=False)
    turns: Turns = ()
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", key_of(self.question.name, self.turns))


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a group, or one turn of a repeat, begins."""

    group: Group
    turns: Turns = ()


# What stands in a question: a form of hundreds would have as many empty mappings.
_NOTHING: dict[str, list["Node"]] = {}


class Node:
    """A question (`slot`) or group (`heading`) in one turn; the form itself is neither."""

    __slots__ = ("element", "inside", "parent", "passage", "relevant", "turns")

    def __init__(self, passage: Slot | Heading | None, turns: Turns, parent: "Node | None", element: Element) -> None:
        self.passage = passage
        self.turns = turns
        self.parent = parent
        self.element = element
        self.relevant = True
        self.inside: dict[str, list[Node]] = _NOTHING if isinstance(passage, Slot) else {}

    @property
    def text(self) -> str:
        return self.element.text or ""


class Instance:
    """All nodes of a form: by place (`at`), questions also by key (`slots`); `parents` is what formulas climb by."""

    def __init__(self, form: Form, places: Iterable[Path]) -> None:
        self._form = form
        self.root = Node(None, (), None, Element("data"))
        self.parents: dict[Element, Element] = {}
        self.at: dict[Path, list[Node]] = {(): [self.root], **{place: [] for place in places}}
        self.slots: dict[str, Node] = {}

    def fill(self, path: Path, parent: Node) -> Iterator[tuple[Group, Node]]:
        """Add what stands in a group, and yield each repeat in it with the node that holds it."""
        for place, member in self._form.places[path]:
            if isinstance(member, Question):
                self._add(place, parent, Slot(member, parent.turns))
            elif member.repeat:
                yield member, parent
            else:
                self._add(place, parent, Heading(member, parent.turns))
                yield from self.fill(place, self.at[place][-1])

    def grow(self, group: Group, turns: Turns, parent: Node) -> Iterator[tuple[Group, Node]]:
        """Add a turn to a repeat, behind its earlier ones; yield the repeats that came with it."""
        node = self._add(group.path, parent, Heading(group, turns), self._place(group, parent))
        yield from self.fill(group.path, node)

    def _add(self, place: Path, parent: Node, passage: Slot | Heading, at: int | None = None) -> Node:
        name = place[-1]
        element = Element(name)
        node = Node(passage, passage.turns, parent, element)
        if at is None:
            parent.element.append(element)
        else:
            parent.element.insert(at, element)
        parent.inside.setdefault(name, []).append(node)
        self.parents[element] = parent.element
        self.at[place].append(node)
        if isinstance(passage, Slot):
            self.slots[passage.key] = node
        return node

    def _place(self, group: Group, parent: Node) -> int:
        """Return where a further turn stands among its parent's elements, in the order of the sheet."""
        path = parent.passage.group.path if isinstance(parent.passage, Heading) else ()
        members = self._form.members[path]
        earlier = members[: members.index(group) + 1]
        return sum(len(parent.inside.get(one.name, ())) for one in earlier)

    def shrink(self, node: Node) -> None:
        """Take away one turn of a repeat with all in it."""
        for inner in [one for fellows in node.inside.values() for one in fellows]:
            self.shrink(inner)
        passage, parent = node.passage, node.parent
        if isinstance(passage, Slot):
            self.at[passage.question.place].remove(node)
            del self.slots[passage.key]
        elif passage and parent:
            self.at[passage.group.path].remove(node)
        if parent and isinstance(passage, Heading):
            parent.inside[passage.group.name].remove(node)
            parent.element.remove(node.element)

    def keys_in(self, path: Path, turns: Turns) -> set[str]:
        """Return the keys of the questions in a group, within these turns."""
        slots = (node.passage for node in self.slots.values() if node.turns[: len(turns)] == turns)
        return {slot.key for slot in slots if isinstance(slot, Slot) and slot.question.path[: len(path)] == path}
