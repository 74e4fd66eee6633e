"""What changed between two revisions of a page, field by field, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from content.page_fields import FIGURE, HEAD, MOST_FIGURES, fields_of, label_of
from content.pages import PARTS

KEPT, ADDED, DROPPED = "kept", "added", "dropped"
_WORDS = re.compile(r"\n|[^\S\n]+|\S+")
_ANSWERS = {"true": "có", "false": "không"}


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that is not what it was: its pieces in order, each with what became of it (`kept added dropped`)."""

    label: str
    pieces: tuple[tuple[str, str], ...]


def changes(before: str, after: str) -> list[Changed]:
    """Return what changed from one page's file to another; raises ContentError where one of them is none."""
    old, new = _by_label(before), _by_label(after)
    return [
        Changed(label, tuple(_pieces(old.get(label, ""), new.get(label, ""))))
        for label in dict.fromkeys([*new, *old])
        if old.get(label, "") != new.get(label, "")
    ]


def _by_label(text: str) -> dict[str, str]:
    """Return the fields as staff call them; a figure is called by its name, wherever it stands."""
    fields = fields_of(text) if text else {}
    shown = {label_of(name): fields.get(name, "") for name in (*HEAD, *PARTS, "asks")}
    shown[label_of("published")] = _ANSWERS.get(fields.get("published", ""), "")
    for number in range(MOST_FIGURES):
        if called := fields.get(f"figure{number}.name"):
            for name in FIGURE[1:]:
                label = label_of(f"figure{number}.{name}").partition(": ")[2]
                shown[f"Số liệu «{called}»: {label}"] = fields[f"figure{number}.{name}"]
    return shown


def _pieces(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    for what, start, end, from_, to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield KEPT, "".join(old[start:end])
            continue
        if end > start:
            yield DROPPED, "".join(old[start:end])
        if to > from_:
            yield ADDED, "".join(new[from_:to])
