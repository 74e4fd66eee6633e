"""The answers of one form as columns, over every version of it that was answered."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, func, select

from conversation.form import Form, Question
from db.exports.listing import Column, Source, Value
from db.exports.values import column_of, value_of
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
        self._versions = self._read_versions()
        newest_first = [form for form in (self._current, *self._versions.values()) if form]
        self.title = newest_first[0].title if newest_first else name
        columns: dict[str, Column] = {}
        for question in (question for form in newest_first for question in form.questions if question.kind != "note"):
            columns.setdefault(question.name, column_of(question))
        self.columns = tuple(columns.values())

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

    def read(self, row: Row[Any]) -> dict[str, Value]:
        """Return the answers of a row (`form_sha`, `answers`) by question name."""
        form = self._versions.get(row.form_sha) or self._current
        questions = form.by_name if form else {}
        places = self._source.library.places
        return {
            name: value_of(questions.get(name) or Question(name, "text"), answer, places, codes=self._codes)
            for name, answer in row.answers.items()
        }
