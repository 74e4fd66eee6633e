"""Reading a filled-in workbook back: the answers of each row, or what is wrong with its cells."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from content.paper.cells import Unreadable, as_text, is_ticked, ranked, read_cell
from content.paper.checking import checked
from content.paper.columns import MAIN, in_columns, sheets_of
from content.paper.filled import Answered, CellMistake, Filled, Origin, WorkbookRefused
from content.paper.opened import Line, Table, lost, open_filled, origin_of, tables_of
from conversation.expressions import ExpressionError
from conversation.form import Form, Path, Question
from conversation.instance import Turns, key_of
from conversation.places import Places
from conversation.plan import plan_of
from conversation.walk import Walk

OTHER_FORM = "Tệp này của phiếu «{theirs}», không phải phiếu «{ours}»"
OTHER_VERSION = "Tệp này của bản {theirs} của phiếu; cần chép câu trả lời sang tệp mẫu của bản {ours}"


def read_origin(source: bytes) -> Origin:
    """Return which version of which form a workbook is of; raises WorkbookRefused."""
    book = open_filled(source)
    try:
        return origin_of(book)
    finally:
        book.close()


def read_workbook(form: Form, source: bytes, places: Places, now: datetime) -> Filled:
    """Read a filled-in workbook of this very version of a form; raises WorkbookRefused."""
    book = open_filled(source)
    try:
        origin = origin_of(book)
        if origin.form != form.name:
            raise WorkbookRefused(OTHER_FORM.format(theirs=origin.form, ours=form.name))
        if origin.sha != form.sha:
            raise WorkbookRefused(OTHER_VERSION.format(theirs=origin.sha[:8], ours=form.sha[:8]))
        tables = tables_of(book, sheets_of(form))
    finally:
        book.close()
    seed = hashlib.sha256(source).digest()
    rows = [_Row(form, tables, places, now, line).answered(seed) for line in tables[MAIN].lines]
    return Filled(tuple(rows), tuple(lost(tables)))


class _Row:
    """One row of the form's sheet and the rows of repeats that belong to it, being read."""

    def __init__(self, form: Form, tables: Mapping[str, Table], places: Places, now: datetime, line: Line) -> None:
        self.form = form
        self.line = line
        self.answers: dict[str, str] = {}
        self.typed: dict[str, str] = {}
        self.empty: list[str] = []
        self.repeats: dict[str, int] = {}
        self.mistakes: dict[str, CellMistake] = {}
        self._tables = tables
        self._places = places
        self._now = now
        self._where: dict[str, tuple[str, str]] = {}
        self._unread: list[Path] = []
        self._take(tables[MAIN], line, ())

    def _take(self, table: Table, line: Line, turns: Turns) -> None:
        """Read a row, then the rows of the sheets below that belong to it, a turn each."""
        columns: dict[str, list[str]] = {}
        for column in table.sheet.columns:
            columns.setdefault(column.question.name, []).append(column.name)
        for name, names in columns.items():
            self._read(table, line, self.form.by_name[name], names, turns)
        for below in self._tables.values():
            if below.sheet.parent == table.sheet.title:
                inner = below.belonging.get(line.row, ())
                self.repeats[key_of(below.sheet.path[-1], turns)] = len(inner)
                for turn, one in enumerate(inner, 1):
                    self._take(below, one, (*turns, turn))

    def _read(self, table: Table, line: Line, question: Question, columns: list[str], turns: Turns) -> None:
        key = key_of(question.name, turns)
        self._where[key] = table.sheet.title, table.cell(line, columns[0])
        cells = {column: line.cells.get(column) for column in columns}
        try:
            value = self._value(question, cells)
        except _InCell as error:
            self.mistakes[key] = CellMistake(table.sheet.title, table.cell(line, error.column), str(error))
            self._unread.append(question.place)
            return
        if value:
            self.answers[key] = value
            self.typed[key] = _typed(question, cells, value)
        else:
            self.empty.append(key)

    def _value(self, question: Question, cells: Mapping[str, object]) -> str:
        """Return the value of a question's cells; raises _InCell."""
        options = {column.partition("/")[2]: column for column in cells}
        column = next(iter(cells))
        try:
            if not in_columns(question):
                return read_cell(question, cells[column], self._now, self._places)
            if question.kind == "rank":
                return ranked(question, {value: cells[of] for value, of in options.items()})
            ticked = []
            for value, column in options.items():
                ticked += [value] if is_ticked(cells[column]) else []
            return " ".join(ticked)
        except Unreadable as error:
            raise _InCell(column, str(error)) from error

    def answered(self, seed: bytes) -> Answered:
        """Return the row as the form's own rules see it; what depends on a cell that was not read is not judged."""
        try:
            walk = self._walk(seed + str(self.line.row).encode())
            problems = [one for one in checked(walk) if not self._hangs_on_unread(one[0])]
        except ExpressionError as error:
            problems = [("", str(error))]
        mistakes = {**self.mistakes, **{key: CellMistake(*self._at(key), message) for key, message in problems}}
        in_order = [mistakes.pop(key) for key in self._where if key in mistakes]
        answers = {} if in_order or mistakes else walk.submission
        return Answered(self.line.row, answers, self.typed, (*in_order, *mistakes.values()))

    def _walk(self, seed: bytes) -> Walk:
        """Return the form with these answers; a cell left empty stays so, whatever the form's default."""
        kept = dict.fromkeys(self.empty, "")
        walk = Walk(self.form, self.answers, self._now, seed, kept=kept, repeats=self.repeats)
        names = {key.partition("#")[0] for key in self.answers}
        triggered = {key: value for name in names for key, value in walk.triggered(name).items()}
        if not triggered:
            return walk
        return Walk(self.form, self.answers, self._now, seed, kept=kept | triggered, repeats=self.repeats)

    def _hangs_on_unread(self, key: str) -> bool:
        if not self._unread:
            return False
        plan = plan_of(self.form)
        question = self.form.by_name[key.partition("#")[0]]
        moved = set(plan.moved_by(self._unread))
        rules = filter(None, (question.constraint, question.required, question.choice_filter))
        return question.place in moved or any(
            place in moved for rule in rules for place in plan.named(rule, question.place)
        )

    def _at(self, key: str) -> tuple[str, str]:
        """Return the cell of an answer; where a turn has no row, the row's own first cell."""
        return self._where.get(key, (MAIN, f"A{self.line.row}"))


class _InCell(Exception):
    """A cell that was not understood, by the name of its column."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def _typed(question: Question, cells: Mapping[str, object], value: str) -> str:
    """Return what the cells of an answer say: the labels of what they tick."""
    if not in_columns(question):
        return "; ".join(as_text(cell) for cell in cells.values())
    labels = {option.value: option.label for option in question.options}
    return "; ".join(labels[one] for one in question.values(value))
