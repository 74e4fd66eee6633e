"""Questions whose value depends on itself through others: such a form has no answer to what it shows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from content.formulas import ROOT
from content.mistakes import Mistake
from conversation.expressions import expression
from conversation.form import Group, Path, Question

_ONCE = re.compile(r"(?<![\w.-])once\s*\(")
# A bracket, or a text in quotes with all the brackets in it.
_SIGN = re.compile(r"""[()]|'[^']*'|"[^"]*["]""")
# What each place waits for, and the column that says so; "" for the group it stands in.
_Needs = dict[Path, str]


def find_circles(questions: Sequence[Question], groups: Sequence[Group]) -> Iterator[Mistake]:
    """Yield a mistake for each circle of relevances, counts, calculations and locks, at the first of its rows."""
    members = {group.path: group for group in groups} | {question.place: question for question in questions}
    graph = {place: _needs(place, member, members) for place, member in members.items()}
    for place, needs in graph.items():
        if place in needs:
            yield _itself(members[place].row, needs.pop(place), place[-1])
    while circle := _circle(graph):
        by_formula = (place for place in circle if graph[place][_after(circle, place)])
        first = min(by_formula, key=lambda place: members[place].row)
        start = circle.index(first)
        way = (*circle[start:], *circle[:start], first)
        names = " → ".join(place[-1] for place in way)
        column = graph[first][way[1]]
        yield Mistake("survey", members[first].row, column, f"các công thức vòng lại chính mình: {names}")
        for place, needed in pairwise(way):
            del graph[place][needed]


def _needs(place: Path, member: Question | Group, members: Mapping[Path, object]) -> _Needs:
    here = "/".join((ROOT, *place))
    needs = {place[:-1]: ""} if place[:-1] else {}
    for column, formula in _formulas(member):
        for named in sorted(expression(formula).references_from(here)):
            other = tuple(named.removeprefix(f"{ROOT}/").split("/"))
            if other == place and here not in expression(_without_once(formula)).references_from(here):
                continue
            if other in members and other not in needs:
                needs[other] = column
    return needs


def _formulas(member: Question | Group) -> Iterator[tuple[str, str]]:
    """Yield the formulas by which others move a question or group, with their columns.

    A triggered calculation runs when an answer is given, not when what it names changes.
    """
    written = {"relevant": member.relevant}
    if isinstance(member, Group):
        written["repeat_count"] = member.count
    else:
        written["calculation"] = "" if member.trigger else member.calculation
        written["read_only"] = member.read_only
    yield from ((column, formula) for column, formula in written.items() if formula)


def _without_once(formula: str) -> str:
    """Return a formula with '' for every once(…), which may look at the value it keeps."""
    begun = _ONCE.search(formula)
    if not begun:
        return formula
    depth, end = 1, begun.end()
    while depth and (sign := _SIGN.search(formula, end)):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        end = sign.end()
    return _without_once(f"{formula[: begun.start()]}''{formula[end:]}")


def _circle(graph: Mapping[Path, _Needs]) -> list[Path]:
    """Return places of which each needs the next, and the last the first; nothing where there are none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[Path] = error.args[1]
        return found[:0:-1]
    return []


def _after(circle: Sequence[Path], place: Path) -> Path:
    return circle[(circle.index(place) + 1) % len(circle)]


def _itself(row: int, column: str, name: str) -> Mistake:
    if column == "calculation":
        message = "công thức gọi chính câu này, chỉ làm được vậy trong once(…)"
    else:
        message = f"công thức vòng lại chính mình: {name} → {name}"
    return Mistake("survey", row, column, message)
