"""What a form would send: nested as its groups are, or flat by question name; a repeat is a list of its turns."""

from collections.abc import Callable
from typing import Any

from conversation.form import Form, Path, Question
from conversation.instance import Node

Read = Callable[[Question, Node], Any]


def submitted(form: Form, root: Node, read: Read, *, nested: bool = False) -> dict[str, Any]:
    """Return the values of relevant questions that are not empty, as `read` gives them; notes say nothing.

    A group leaves no trace unless `nested`.
    """
    return _inside(form, (), root, read, nested=nested)


def _inside(form: Form, path: Path, parent: Node, read: Read, *, nested: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for member in form.members[path]:
        nodes = [node for node in parent.inside.get(member.name, ()) if node.relevant]
        if isinstance(member, Question):
            if nodes and nodes[0].text and member.kind != "note":
                found[member.name] = read(member, nodes[0])
        elif member.repeat and nodes:
            found[member.name] = [_inside(form, member.path, node, read, nested=nested) for node in nodes]
        elif nodes:
            inner = _inside(form, member.path, nodes[0], read, nested=nested)
            found |= ({member.name: inner} if inner else {}) if nested else inner
    return found
