"""What the answers of a form come to, counted in one pass over them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from conversation.form import Form
from db.exports.listing import STREAMED, Filter
from db.exports.responses import narrowed
from db.models import response

MANY = frozenset({"select_multiple", "rank"})
LATEST = 10


@dataclass
class Tally:
    """The answers to one question: `asked` is how many responses there are, or turns of the repeat it stands in.

    `in_repeat` says that it is counted over turns. `counts` counts values, of a question that takes several each by
    itself; `places` adds up where a rank put them.
    """

    in_repeat: bool = False
    asked: int = 0
    answered: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    latest: list[str] = field(default_factory=list)


def tally(connection: Connection, form: Form, wanted: Filter) -> tuple[int, Mapping[str, Tally]]:
    """Return how many responses there are, and the tally of each question of a form by its name."""
    tallies = {question.name: Tally(bool(_repeats(form, question.path))) for question in form.questions}
    query = narrowed(connection, wanted).where(response.c.form == form.name).order_by(response.c.id.desc())
    result = connection.execute(query, execution_options={"stream_results": True, "yield_per": STREAMED})
    number = 0
    for row in result:
        number += 1
        for name, value in _answers(row.answers):
            if name in tallies:
                _count(tallies[name], form.by_name[name].kind, value)
        for name, turns in _turns(form, row.answers):
            tallies[name].asked += turns
    return number, tallies


def _count(tally: Tally, kind: str, value: str) -> None:
    tally.answered += 1
    values = value.split() if kind in MANY else [value]
    tally.counts.update(values)
    if kind == "rank":
        tally.places.update({one: place for place, one in enumerate(values, 1)})
    if kind in {"text", "barcode"} and len(tally.latest) < LATEST:
        tally.latest.append(value)


def _answers(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every answer, those of repeats turn by turn."""
    for name, value in answers.items():
        if isinstance(value, list):
            for turn in value:
                yield from _answers(turn)
        else:
            yield name, value


def _turns(form: Form, answers: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield how often each question could have been answered in one response."""
    counts: dict[tuple[str, ...], int] = {(): 1}
    for path in sorted((group.path for group in form.groups), key=len):
        inside = counts[path[:-1]]
        counts[path] = _size(answers, [p[-1] for p in _repeats(form, path)]) if form.group_at[path].repeat else inside
    yield from ((question.name, counts[question.path]) for question in form.questions)


def _repeats(form: Form, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the repeats on the way to a group, itself included."""
    return [path[:depth] for depth in range(1, len(path) + 1) if form.group_at[path[:depth]].repeat]


def _size(answers: Mapping[str, Any], names: list[str]) -> int:
    turns = answers.get(names[0], [])
    return len(turns) if len(names) == 1 else sum(_size(turn, names[1:]) for turn in turns)
