"""The answers of one form as columns, over every version of it that was answered."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row, func, select

from conversation.form import Form
from db.exports.listing import Column, Source, Value
from db.exports.values import column_of, reader_of
from db.models import response


class Answers:
    """The columns are those of the version in force, in its order, then what only earlier ones asked.

    An answer stands in the column of its question's name, so that none is shifted, in the words of its own version.
    """

    def __init__(self, source: Source, name: str, *, codes: bool = False) -> None:
        self.name = name
        self._source = source
        self._codes = codes
        self._current = source.library.forms.get(name)
        versions = self._read_versions()
        newest_first = [form for form in (self._current, *versions.values()) if form]
        self.title = newest_first[0].title if newest_first else name
        columns: dict[str, Column] = {}
        for question in (question for form in newest_first for question in form.questions if question.kind != "note"):
            columns.setdefault(question.name, column_of(question))
        self.columns = tuple(columns.values())
        self._latest = self._readers_of(self._current)
        self._readers = {sha: self._readers_of(form) if form else self._latest for sha, form in versions.items()}

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

    def _readers_of(self, form: Form | None) -> Mapping[str, Callable[[str], Value]]:
        places = self._source.library.places
        questions = form.questions if form else ()
        return {question.name: reader_of(question, places, codes=self._codes) for question in questions}

    def read(self, row: Row[Any]) -> dict[str, Value]:
        """Return the answers of a row (`form_sha`, `answers`) by question name."""
        readers = self._readers.get(row.form_sha, self._latest)
        return {name: readers[name](answer) if name in readers else answer for name, answer in row.answers.items()}
