"""In which order a form's formulas are worked out, and which of them an answer moves."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import heapify, heappop, heappush

from conversation.expressions import Expression, expression
from conversation.form import NUMBERS, Form, Group, Path, Question

ROOT = "/data"
# Without one of these, a group is named for how many turns it has: what is answered in it does not matter.
_WILDCARD = re.compile(r"/\s*\*|//|::|node\s*\(")
# The kind of the question whether a repeat has one more turn.
MORE = "more"


@dataclass(frozen=True)
class Plan:
    """What depends on what among the questions and groups of a form, each named by its place."""

    form: Form

    @cached_property
    def members(self) -> Mapping[Path, Question | Group]:
        """Every question and group by its place, in the order of the sheet, a group before what it holds."""
        return dict(self._below(()))

    def _below(self, path: Path) -> Iterator[tuple[Path, Question | Group]]:
        for member in self.form.members[path]:
            yield place_of(member), member
            if isinstance(member, Group):
                yield from self._below(member.path)

    @cached_property
    def needs(self) -> Mapping[Path, frozenset[Path]]:
        """What each of them has to wait for: what its formulas name, and the group it stands in."""
        return {place: frozenset(self._needs(place, member)) for place, member in self.members.items()}

    def _needs(self, place: Path, member: Question | Group) -> Iterator[Path]:
        if place[:-1]:
            yield place[:-1]
        for formula in moving(member):
            yield from self.named(formula, place)
        if isinstance(member, Question) and member.choice_filter:
            yield from self.named(member.choice_filter, place)

    def named(self, formula: str, place: Path) -> Iterator[Path]:
        """Yield the places that a formula names, read from a place; with a wildcard a group stands for all it holds.

        Names of columns in a choice filter look like questions beside the list's own: they name nothing.
        """
        for path in expression(formula).references_from("/".join((ROOT, *place))):
            if path == "/" or path == ROOT:
                yield from (other for other in self.members if other != place)
                continue
            named = tuple(path.removeprefix(f"{ROOT}/").split("/"))
            if named in self.members and named != place:
                yield named
            if named in self.form.members and place[: len(named)] != named and _WILDCARD.search(formula):
                yield from (other for other in self.members if other[: len(named)] == named and other != named)

    @cached_property
    def order(self) -> tuple[Path, ...]:
        """All places so that each comes after what it needs, else in the order of the sheet."""
        positions = {place: number for number, place in enumerate(self.members)}
        places = list(self.members)
        waiting = {place: set(needed) for place, needed in self.needs.items()}
        ready = [positions[place] for place, needed in waiting.items() if not needed]
        heapify(ready)
        ordered: dict[Path, None] = {}
        while ready:
            done = places[heappop(ready)]
            ordered[done] = None
            for other in self._needed_by.get(done, ()):
                waiting[other].discard(done)
                if not waiting[other] and other not in ordered:
                    heappush(ready, positions[other])
        return (*ordered, *(place for place in places if place not in ordered))

    @cached_property
    def _needed_by(self) -> Mapping[Path, list[Path]]:
        found: dict[Path, list[Path]] = {}
        for place, needed in self.needs.items():
            for one in needed:
                found.setdefault(one, []).append(place)
        return found

    def moved_by(self, places: Iterable[Path]) -> tuple[Path, ...]:
        """Return what has to be worked out anew when these change, themselves included, in order."""
        moved: set[Path] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place not in moved:
                moved.add(place)
                waiting += self._needed_by.get(place, ())
        return tuple(place for place in self.order if place in moved)

    @cached_property
    def by_the_clock(self) -> tuple[Path, ...]:
        """The places where some formula looks at the clock, and those that are filled in when the form is sent."""
        return tuple(
            place
            for place, member in self.members.items()
            if any("now(" in formula or "today(" in formula for formula in (*moving(member), _constraint(member)))
            or (isinstance(member, Question) and member.kind == "end")
        )

    @cached_property
    def may_lock(self) -> bool:
        """Whether some question is only to be read while a formula says so."""
        return any(question.read_only not in {"", "true()"} for question in self.form.questions)

    @cached_property
    def judged_by(self) -> Mapping[Path, tuple[Path, ...]]:
        """The questions whose constraint names a place."""
        found: dict[Path, list[Path]] = {}
        for place, member in self.members.items():
            if _constraint(member):
                for named in set(self.named(_constraint(member), place)):
                    found.setdefault(named, []).append(place)
        return {place: tuple(judged) for place, judged in found.items()}

    @cached_property
    def triggered_by(self) -> Mapping[str, tuple[Question, ...]]:
        """The questions whose calculation runs when the question of a name changes."""
        names = {name for question in self.form.questions for name in question.trigger}
        return {name: tuple(q for q in self.form.questions if name in q.trigger) for name in names}

    @cached_property
    def formulas(self) -> Mapping[str, Expression]:
        """The formulas that decide relevance, counts and values, read once."""
        return {formula: expression(formula) for member in self.members.values() for formula in moving(member)}

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The names of the questions whose value is a number: one that is asked for, or one that is worked out."""
        found = {question.name for question in self.form.questions if question.kind in NUMBERS}
        unasked = [question for question in self.form.questions if not question.asked and question.name not in found]
        results = {q.name: expression(q.calculation or q.default).result for q in unasked if q.calculation or q.default}
        while more := {name for name, one in results.items() if one.number or one.names & found} - found:
            found |= more
        return frozenset(found)

    @cached_property
    def quoting(self) -> frozenset[str]:
        """The names of the questions with an option whose label quotes an answer."""
        return frozenset(q.name for q in self.form.questions if any("${" in option.label for option in q.options))

    @cached_property
    def more(self) -> Mapping[Path, Question]:
        """The question whether there is one more, for each repeat that is open."""
        return {
            group.path: Question(f"{group.name}+", MORE, group.label, path=group.path[:-1], required="true()")
            for group in self.form.groups
            if group.repeat and not group.count
        }


@lru_cache(maxsize=512)
def plan_of(form: Form) -> Plan:
    """Return the plan of a form, made once."""
    return Plan(form)


def place_of(member: Question | Group) -> Path:
    return member.path if isinstance(member, Group) else member.place


def moving(member: Question | Group) -> list[str]:
    """Return the formulas by which answers elsewhere move a question or group."""
    if isinstance(member, Group):
        return [formula for formula in (member.relevant, member.count) if formula]
    calculation = "" if member.trigger else member.calculation
    return [formula for formula in (member.relevant, calculation) if formula]


def _constraint(member: Question | Group) -> str:
    return member.constraint if isinstance(member, Question) else ""
