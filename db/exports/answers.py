"""The answers of one form as columns, over every version of it that was answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select

from conversation.form import Form, Group, Path
from db import published
from db.exports.listing import Column, Filter, Source, Value
from db.exports.values import Field, field_of, heading_of
from db.models import response

Names = tuple[str, ...]


@dataclass
class Section:
    """The columns of what is asked once, or in each turn of a repeat; `path` names the groups down to the repeat."""

    path: str
    columns: dict[str, Column] = field(default_factory=dict)


@dataclass
class _Reading:
    """How one version reads what is asked once, or in each turn of a repeat: its questions, the repeats in it."""

    fields: dict[str, Field] = field(default_factory=dict)
    repeats: "dict[str, _Reading]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GivenTurn:
    """The answers of one turn of the repeat of these `names`; `numbers` say which turn of each of them."""

    names: Names
    numbers: tuple[int, ...]
    values: Mapping[str, Value]


class Answers:
    """What a form asked, as tables: `sections` by the names of the repeats down to each, the form itself first.

    The columns are those of the version in force, in its order, then what only earlier ones asked. An answer stands in
    the column of its question's name, so that none is shifted, in the words of its own version.
    """

    def __init__(self, source: Source, name: str, wanted: Filter | None = None) -> None:
        self.name = name
        self._source = source
        self._wanted = wanted or Filter()
        self._current = self._in_force()
        versions = self._read_versions()
        newest_first = [form for form in (self._current, *versions.values()) if form]
        self.title = newest_first[0].title if newest_first else name
        self.sections: dict[Names, Section] = {(): Section("")}
        readings = {form.sha: self._read_form(form) for form in newest_first}
        self._latest = readings[newest_first[0].sha] if newest_first else _Reading()
        self._readings = {sha: readings[form.sha] if form else self._latest for sha, form in versions.items()}

    def _in_force(self) -> Form | None:
        if self.name in self._source.library.forms:
            return self._source.library.forms[self.name]
        found = published.find(self._source.connection, self.name)
        return self._source.read_form(self._source.connection, found.live_sha) if found and found.live_sha else None

    def _read_versions(self) -> Mapping[str, Form | None]:
        """Return the versions that were answered, the latest first; None for one that is no longer kept."""
        latest = func.max(response.c.id)
        query = (
            select(response.c.form_sha)
            .where(response.c.form == self.name)
            .group_by(response.c.form_sha)
            .order_by(latest.desc())
        )
        shas = self._source.connection.execute(query).scalars().all()
        return {sha: self._version(sha) for sha in shas}

    def _version(self, sha: str) -> Form | None:
        if self._current and self._current.sha == sha:
            return self._current
        return self._source.read_form(self._source.connection, sha)

    def _read_form(self, form: Form) -> _Reading:
        """Return how to read a version, having given every answer of it a column."""
        root = _Reading()
        self._read_group(form, (), root, (), "")
        return root

    def _read_group(self, form: Form, path: Path, reading: _Reading, names: Names, within: str) -> None:
        """Read what stands in a group; `within` names it from the table's beginning, ending in a `/`."""
        section = self.sections[names]
        for member in form.members[path]:
            if isinstance(member, Group) and member.repeat:
                inner, here = _Reading(), (*names, member.name)
                repeat = self.sections.setdefault(here, Section(f"{within}{member.name}"))
                if not names and not self._wanted.codes:
                    heading = f"{heading_of(member.label) or member.name} (số lượt)"
                    section.columns.setdefault(member.name, Column(repeat.path, heading, "number", 10))
                reading.repeats[member.name] = inner
                self._read_group(form, member.path, inner, here, f"{repeat.path}/")
            elif isinstance(member, Group):
                self._read_group(form, member.path, reading, names, f"{within}{member.name}/")
            elif member.kind != "note":
                asked = field_of(member, within, self._source.library.places, self._wanted)
                reading.fields[member.name] = asked
                for name, column in asked.columns.items():
                    section.columns.setdefault(name, column)

    def read(self, row: Row[Any]) -> dict[str, Value]:
        """Return the answers of a row (`form_sha`, `answers`) but those in repeats, by the names of the columns.

        In words a repeat that stands in no other has a column too: how many turns.
        """
        reading = self._readings.get(row.form_sha, self._latest)
        counts = (
            {} if self._wanted.codes else {name: len(_given(row.answers, name)) or None for name in reading.repeats}
        )
        return counts | _cells(reading, row.answers)

    def turns(self, row: Row[Any]) -> Iterator[GivenTurn]:
        """Yield the turns of the repeats in a row, each before those of the repeats in it."""
        yield from _turns(self._readings.get(row.form_sha, self._latest), row.answers, (), ())


def _turns(
    reading: _Reading, answers: Mapping[str, Any], names: Names, numbers: tuple[int, ...]
) -> Iterator[GivenTurn]:
    for name, inner in reading.repeats.items():
        for number, turn in enumerate(_given(answers, name), 1):
            here, places = (*names, name), (*numbers, number)
            yield GivenTurn(here, places, _cells(inner, turn))
            yield from _turns(inner, turn, here, places)


def _given(answers: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    given = answers.get(name)
    return given if isinstance(given, list) else ()


def _cells(reading: _Reading, answers: Mapping[str, Any]) -> dict[str, Value]:
    cells: dict[str, Value] = {}
    for name, answer in answers.items():
        asked = reading.fields.get(name)
        if not isinstance(answer, str):
            continue
        if asked is None:
            cells[name] = answer
            continue
        cells[name] = asked.read(answer)
        if asked.more:
            cells.update(asked.more(answer))
    return cells
