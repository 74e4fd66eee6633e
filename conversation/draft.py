"""A form being filled in: what was answered, what is being asked; the draft of a frame, typed."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
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
    """The answers so far by the key of each question, what was typed for them, and where the person is.

    `order` lists the questions as they were answered, for going back; `editing` is the question reopened; `picked`
    are the ticks of a question that takes several, in the order they were made, and `ticking` says that one was made
    since the question was asked, so that these are not only its earlier answer; `page` is which part of a long list is
    shown; `argument` is the rest of the link that opened the form. `kept` is what the form itself put in, `repeats` how
    many turns each open repeat has, `language` the one chosen, `seed` (hex) what random() and uuid() are drawn from.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    editing: str = ""
    pending: Pending | None = None
    picked: tuple[str, ...] = ()
    ticking: bool = False
    page: int = 0
    argument: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    repeats: Mapping[str, int] = field(default_factory=dict)
    language: str = ""
    seed: str = ""

    def answered(self, key: str, value: str, typed: str) -> "Draft":
        """Return the draft with one question answered and nothing left open."""
        return replace(
            self,
            answers={**self.answers, key: value},
            typed={**self.typed, key: typed},
            skipped=tuple(one for one in self.skipped if one != key),
            order=(*(one for one in self.order if one != key), key),
        ).settled()

    def passed_over(self, key: str) -> "Draft":
        """Return the draft with one question left unanswered on purpose, what the form had put in taken out."""
        skipped = (*(one for one in self.skipped if one != key), key)
        order = (*(one for one in self.order if one != key), key)
        kept = {**self.kept, key: ""} if key in self.kept else self.kept
        return replace(self.without({key}), kept=kept, skipped=skipped, order=order)

    def reopened(self, key: str) -> "Draft":
        """Return the draft with one question asked again; its answer stays until it is replaced."""
        return replace(self.settled(), editing=key, order=tuple(one for one in self.order if one != key))

    def without(self, keys: Collection[str]) -> "Draft":
        """Return the draft with some questions never answered."""
        return replace(
            self,
            answers={key: value for key, value in self.answers.items() if key not in keys},
            typed={key: value for key, value in self.typed.items() if key not in keys},
            skipped=tuple(one for one in self.skipped if one not in keys),
            order=tuple(one for one in self.order if one not in keys),
        ).settled()

    def one_more(self, repeat: str) -> "Draft":
        """Return the draft with one more turn of an open repeat."""
        return replace(self, repeats={**self.repeats, repeat: self.repeats.get(repeat, 0) + 1}).settled()

    def one_less(self, repeat: str, keys: Collection[str]) -> "Draft":
        """Return the draft without the last turn of an open repeat, whose answers have these keys."""
        left = max(0, self.repeats.get(repeat, 0) - 1)
        kept = {key: value for key, value in self.kept.items() if key not in keys}
        return replace(self.without(keys), kept=kept, repeats={**self.repeats, repeat: left})

    def settled(self) -> "Draft":
        return replace(self, editing="", pending=None, picked=(), ticking=False, page=0)

    def to_json(self) -> dict[str, Any]:
        written = {part.name: getattr(self, part.name) for part in fields(self)}
        return written | {"pending": asdict(self.pending) if self.pending else None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Draft":
        pending = data.get("pending")
        lists = {name: tuple(data[name]) for name in ("skipped", "order", "picked") if name in data}
        return cls(**{**data, **lists, "pending": _pending(pending) if pending else None})


def _pending(data: Mapping[str, Any]) -> Pending:
    return Pending(**{**data, "options": tuple((value, label) for value, label in data["options"])})
