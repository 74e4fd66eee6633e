"""A form being filled in: what was answered, what is being asked; the draft of a frame, typed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Pending:
    """An answer understood but not yet counted: the person confirms it or takes one of `options` (value, label).

    `kind` is the template that asks: `confirm`, `tones`, `place` or `hamlet`.
    """

    kind: str
    value: str
    echo: str
    typed: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers so far by question name, what was typed for them, and where the person is.

    `order` lists the questions as they were answered, for going back; `editing` is the question reopened; `picked`
    are the ticks of a question that takes several; `page` is which part of a long list is shown; `argument` is the
    rest of the link that opened the form.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    editing: str = ""
    pending: Pending | None = None
    picked: tuple[str, ...] = ()
    page: int = 0
    argument: str = ""

    def answered(self, name: str, value: str, typed: str) -> "Draft":
        """Return the draft with one question answered and nothing left open."""
        return replace(
            self,
            answers={**self.answers, name: value},
            typed={**self.typed, name: typed},
            skipped=tuple(one for one in self.skipped if one != name),
            order=(*(one for one in self.order if one != name), name),
        ).settled()

    def passed_over(self, name: str) -> "Draft":
        """Return the draft with one question left unanswered on purpose."""
        without = {key: value for key, value in self.answers.items() if key != name}
        skipped = (*(one for one in self.skipped if one != name), name)
        order = (*(one for one in self.order if one != name), name)
        return replace(self, answers=without, skipped=skipped, order=order).settled()

    def reopened(self, name: str) -> "Draft":
        """Return the draft with one question asked again; its answer stays until it is replaced."""
        return replace(self.settled(), editing=name, order=tuple(one for one in self.order if one != name))

    def settled(self) -> "Draft":
        return replace(self, editing="", pending=None, picked=(), page=0)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Draft":
        pending = data.get("pending")
        return cls(
            answers=data.get("answers", {}),
            typed=data.get("typed", {}),
            skipped=tuple(data.get("skipped", ())),
            order=tuple(data.get("order", ())),
            editing=data.get("editing", ""),
            pending=_pending(pending) if pending else None,
            picked=tuple(data.get("picked", ())),
            page=data.get("page", 0),
            argument=data.get("argument", ""),
        )


def _pending(data: Mapping[str, Any]) -> Pending:
    return Pending(**{**data, "options": tuple((value, label) for value, label in data["options"])})
