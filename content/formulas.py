"""A form's formulas as its workbook writes them: names become paths, and everything named must be there."""

import re
from collections.abc import Collection, Mapping

from pyxform import aliases

from content.workbook import Line, Mistake
from conversation.expressions import ExpressionError, expression, resolve_references

ROOT = "/data"
ITEM = "/item"
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]*)['\"]\s*\)")
_LOOK_UP = re.compile(r"pulldata\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]")


class Formulas:
    """Reads formulas over the questions at `paths` and the tables there are; tells every mistake it finds.

    `tables` gives the columns of each table by its name; `used` gathers those that some formula reads.
    """

    def __init__(
        self, paths: Mapping[str, str], tables: Mapping[str, Collection[str]], mistakes: list[Mistake]
    ) -> None:
        self.used: set[str] = set()
        self._paths = paths
        self._places = {"/", ROOT, *paths.values()}
        self._tables = tables
        self._mistakes = mistakes

    def read(self, line: Line, column: str, here: str = ROOT, columns: Collection[str] = ()) -> str:
        """Return a cell's formula with absolute paths, having read it once and looked for all it names.

        `columns` are those of a list's rows, which a choice filter may name besides questions.
        """
        source = aliases.BINDING_CONVERSIONS.get(line[column], line[column])
        if not source:
            return ""
        if "${last-saved#" in source.replace(" ", ""):
            self._refuse(line, column, "last-saved chưa dùng được trong hội thoại")
            return ""
        try:
            resolved = resolve_references(source, self._paths).strip()
            named = expression(resolved).references_from(ITEM if columns else here)
        except ExpressionError as error:
            self._refuse(line, column, str(error))
            return ""
        for unknown in sorted(named - self._places - {f"{ITEM}/{one}" for one in columns}):
            where = f"danh sách đáp án không có cột «{unknown.removeprefix(f'{ITEM}/')}»"
            self._refuse(line, column, where if columns else f"không có câu hỏi nào ở «{unknown}»")
        self._look_for_tables(line, column, resolved)
        return resolved

    def words(self, line: Line, column: str) -> str:
        """Return a cell's words, having looked for the questions they quote."""
        try:
            resolve_references(line[column], self._paths)
        except ExpressionError as error:
            self._refuse(line, column, str(error))
        return line[column]

    def yes_or_formula(self, line: Line, column: str, here: str) -> str:
        """Return "true()" for a yes, nothing for a no, else the formula."""
        answer = aliases.yes_no.get(line[column])
        return self.read(line, column, here) if answer is None else "true()" if answer else ""

    def names(self, line: Line, column: str) -> tuple[str, ...]:
        """Return the questions that a cell lists as `${a}, ${b}`."""
        named = tuple(name.strip() for name in re.findall(r"\$\{([^{}]*)\}", line[column]))
        if line[column] and not named:
            self._refuse(line, column, "cần tên câu hỏi, ví dụ: ${so_tho}")
        for name in named:
            if name not in self._paths:
                self._refuse(line, column, f"Không có câu hỏi nào tên “{name}”")
        return named

    def _look_for_tables(self, line: Line, column: str, formula: str) -> None:
        for name in _INSTANCE.findall(formula):
            self._look_for(line, column, name, ())
        for table, *columns in _LOOK_UP.findall(formula):
            self._look_for(line, column, table.removesuffix(".csv"), columns)

    def _look_for(self, line: Line, column: str, table: str, columns: Collection[str]) -> None:
        if table not in self._tables:
            self._refuse(line, column, f"không có danh sách hay tệp «{table}»")
            return
        self.used.add(table)
        for missing in sorted(set(columns) - set(self._tables[table])):
            self._refuse(line, column, f"tệp «{table}.csv» không có cột «{missing}»")

    def _refuse(self, line: Line, column: str, message: str) -> None:
        self._mistakes.append(line.mistake(column, message))
