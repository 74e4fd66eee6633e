"""A form's formulas as its workbook writes them: names become paths, and everything named must be there."""

import re
from collections.abc import Callable, Collection, Mapping

from pyxform import aliases

from content.mistakes import Mistake
from content.plain import plain
from content.workbook import Line
from conversation.expressions import ExpressionError, expression, resolve_references

ROOT = "/data"
ITEM = "/item"
_NAMED = re.compile(r"\$\{([^{}]*)\}")
_TEXT = r"\s*(?:'([^']*)'|\"([^\"]*)\")\s*"
# A call that reads a table, up to the name in quotes that it has to begin with.
_CALL = re.compile(rf"(?<![\w.-])(instance|pulldata)\s*\((?:{_TEXT}(?:,{_TEXT},{_TEXT})?)?")

# The columns of a table; None where there is no such table.
ColumnsOf = Callable[[str], Collection[str] | None]


class Formulas:
    """Reads formulas over the questions at `paths` and the tables there are; tells every mistake it finds.

    `used` gathers the tables that some formula reads.
    """

    def __init__(self, paths: Mapping[str, str], columns_of: ColumnsOf, mistakes: list[Mistake]) -> None:
        self.used: set[str] = set()
        self._paths = paths
        self._places = {"/", ROOT, *paths.values()}
        self._columns_of = columns_of
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
            resolved = self._resolved(source).strip()
            named = expression(resolved).references_from(ITEM if columns else here)
        except ExpressionError as error:
            self._refuse(line, column, str(error))
            return ""
        for unknown in sorted(named - self._places - {f"{ITEM}/{one}" for one in columns}):
            self._refuse(line, column, _unknown(unknown, ITEM if columns else here))
        for function, *texts in _CALL.findall(resolved):
            self._look_up(line, column, function, [one or other for one, other in zip(*[iter(texts)] * 2, strict=True)])
        return resolved

    def words(self, line: Line, column: str) -> str:
        """Return a cell's words without marks of style, having looked for the questions they quote."""
        try:
            self._resolved(line[column])
        except ExpressionError as error:
            self._refuse(line, column, str(error))
        return plain(line[column])

    def _resolved(self, source: str) -> str:
        for name in _NAMED.findall(source):
            if name.strip() in self._paths and name != name.strip():
                raise ExpressionError(f"Viết “${{{name.strip()}}}” liền nhau, không có dấu cách")
        return resolve_references(source, self._paths)

    def yes_or_formula(self, line: Line, column: str, here: str) -> str:
        """Return "true()" for a yes, nothing for a no, else the formula."""
        answer = aliases.yes_no.get(line[column])
        return self.read(line, column, here) if answer is None else "true()" if answer else ""

    def names(self, line: Line, column: str) -> tuple[str, ...]:
        """Return the questions that a cell lists as `${a}, ${b}`."""
        named = tuple(name.strip() for name in _NAMED.findall(line[column]))
        if _NAMED.sub("", line[column]).replace(",", "").strip() or (line[column] and not named):
            self._refuse(line, column, "cần tên câu hỏi, ví dụ: ${so_tho}, ${so_may}")
        for name in named:
            if name not in self._paths:
                self._refuse(line, column, f"Không có câu hỏi nào tên “{name}”")
        return named

    def _look_up(self, line: Line, column: str, function: str, named: list[str]) -> None:
        """Note the table that a call reads; `named` are its name and, of pulldata(), two of its columns."""
        table = named[0].removesuffix(".csv") if function == "pulldata" else named[0]
        known = self._columns_of(table)
        if not table:
            self._refuse(line, column, f"{function}() cần tên danh sách hay tệp trong dấu nháy")
        elif known is None:
            self._refuse(line, column, f"không có danh sách hay tệp «{table}»")
        else:
            self.used.add(table)
            for missing in sorted({name for name in named[1:] if name} - set(known)):
                self._refuse(line, column, f"tệp «{table}.csv» không có cột «{missing}»")

    def _refuse(self, line: Line, column: str, message: str) -> None:
        self._mistakes.append(line.mistake(column, message))


def _unknown(path: str, here: str) -> str:
    """Say what an unknown path is: a bare word stands for a column of a list, or for a question within this one."""
    word = path.removeprefix(f"{here}/")
    if here == ITEM:
        return f"danh sách đáp án không có cột «{word}»"
    if word != path:
        return f"không hiểu «{word}»: tên câu hỏi viết ${{{word}}}, chữ viết trong dấu nháy '{word}'"
    return f"không có câu hỏi nào ở «{path}»"
