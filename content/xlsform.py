"""Reads a workbook in XLSForm's layout, and the tables it asks for, into a form.

pyxform reads every kind of workbook and is the last to judge; it stops at its first mistake and names no row for some,
so every row is looked at here first and all mistakes are told at once.
"""

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

from conversation.expressions import ExpressionError, expression, resolve_references
from conversation.form import OTHER, Form, Group, Option, Question

ROOT = "/data"
TYPES = {"text", "integer", "decimal", "note", "calculate", "hidden", "date", "acknowledge", "today", "start", "end"}
SELECTS = {"select_one", "select_multiple", "select_one_from_file", "select_multiple_from_file"}
FORMULAS = ("relevant", "constraint", "calculation", "choice_filter", "default")
YES = {"yes", "true", "true()", "1"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_ROW = re.compile(r"\[row : (\d+)\]\s*")
_DYNAMIC = re.compile(r"\$\{|\(|\+")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a workbook; the row is the spreadsheet's, whose header is row 1."""

    sheet: str
    row: int
    column: str
    message: str


class FormError(Exception):
    """A workbook that cannot be used; `str()` is a line `file:sheet:row:column: message` for each mistake."""

    def __init__(self, name: str, mistakes: Sequence[Mistake]) -> None:
        super().__init__(name, mistakes)
        self.name = name
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(f"{self.name}:{m.sheet}:{m.row}:{m.column}: {m.message}" for m in self.mistakes)


def read_form(name: str, source: bytes, suffix: str, files: Mapping[str, bytes] | None = None) -> Form:
    """Read a form from a workbook's bytes (`.xlsx .xls .csv .md`) and its attached CSV tables; raises FormError."""
    attached = dict(files or {})
    try:
        workbook = get_xlsform(xlsform=source, file_type=suffix)
    except (PyXFormError, ValueError, KeyError, UnicodeDecodeError) as error:
        raise FormError(name, [Mistake("survey", 1, "", f"không đọc được tệp: {error}")]) from error
    reading = _Reading(workbook.survey or [], workbook.choices or [], attached)
    reading.read()
    if not reading.mistakes:
        _let_pyxform_judge(source, suffix, reading.mistakes)
    if reading.mistakes:
        raise FormError(name, reading.mistakes)
    settings = (workbook.settings or [{}])[0]
    parts = [source, *(b"\0".join((key.encode(), attached[key])) for key in sorted(attached))]
    return Form(
        name=name,
        title=settings.get("form_title", name),
        version=str(settings.get("version", "")),
        sha=hashlib.sha256(b"\0".join(parts)).hexdigest(),
        questions=tuple(reading.questions),
        groups=tuple(reading.groups),
        prefix=settings.get("kc_prefix", "PH"),
    )


def _let_pyxform_judge(source: bytes, suffix: str, mistakes: list[Mistake]) -> None:
    try:
        convert(source, file_type=suffix, form_name="data")
    except PyXFormError as error:
        named = _ROW.search(str(error))
        mistakes.append(Mistake("survey", int(named[1]) if named else 1, "", _ROW.sub("", str(error)).strip()))


class _Reading:
    """One pass over the survey sheet: questions and groups on one side, mistakes on the other."""

    def __init__(self, survey: Sequence[Row], choices: Sequence[Row], files: Mapping[str, bytes]) -> None:
        self.survey = survey
        self.files = files
        self.lists: dict[str, list[Option]] = {}
        self.questions: list[Question] = []
        self.groups: list[Group] = []
        self.mistakes: list[Mistake] = []
        self._paths: dict[str, str] = {}
        self._read_choices(choices)

    def read(self) -> None:
        self._name_paths()
        path: tuple[str, ...] = ()
        for number, row in enumerate(self.survey, 2):
            kind, _, argument = row.get("type", "").strip().partition(" ")
            if row.get("type", "").strip().replace("_", " ") == "begin group":
                path = (*path, row.get("name", ""))
                self.groups.append(Group(path, _worded(row, "label"), self._formula(row, "relevant", number)))
            elif row.get("type", "").strip().replace("_", " ") == "end group":
                path = path[:-1]
            elif kind in TYPES | SELECTS:
                self._read_question(row, number, kind, argument.split(), path)
            else:
                self._mistake(number, "type", f"loại câu «{row.get('type', '')}» chưa dùng được trong hội thoại")

    def _mistake(self, row: int, column: str, message: str, sheet: str = "survey") -> None:
        self.mistakes.append(Mistake(sheet, row, column, message))

    def _name_paths(self) -> None:
        """Find every name's absolute path first: a formula may look ahead."""
        path: tuple[str, ...] = ()
        for number, row in enumerate(self.survey, 2):
            kind = row.get("type", "").strip().replace("_", " ")
            if kind == "end group":
                path = path[:-1]
                continue
            name = row.get("name", "").strip()
            if not _NAME.fullmatch(name):
                self._mistake(number, "name", f"tên «{name}» phải bắt đầu bằng chữ không dấu, không có dấu cách")
            elif name in self._paths:
                self._mistake(number, "name", f"tên «{name}» đã dùng ở trên")
            self._paths[name] = "/".join((ROOT, *path, name))
            if kind == "begin group":
                path = (*path, name)
            if "or_other" in kind or kind.endswith("or other"):
                self._paths[f"{name}_{OTHER}"] = "/".join((ROOT, *path, f"{name}_{OTHER}"))

    def _formula(self, row: Row, column: str, number: int) -> str:
        """Return a formula with absolute paths, having read it once; a mistake in it is told with its place."""
        source = str(row.get(column, "")).strip()
        if not source:
            return ""
        if column == "default" and not _DYNAMIC.search(source):
            return f"'{source}'"
        try:
            resolved = resolve_references(source, self._paths)
            expression(resolved)
        except ExpressionError as error:
            self._mistake(number, column, str(error))
            return ""
        return resolved

    def _read_question(self, row: Row, number: int, kind: str, arguments: list[str], path: tuple[str, ...]) -> None:
        formulas = {column: self._formula(row, column, number) for column in FORMULAS}
        name, label = row.get("name", "").strip(), _worded(row, "label")
        if not label and kind in SELECTS | {"text", "integer", "decimal", "date", "note", "acknowledge"}:
            self._mistake(number, "label", "câu hỏi cần có lời")
        options = self._options(kind, arguments, number) if kind in SELECTS else ()
        if kind == "calculate" and not formulas["calculation"]:
            self._mistake(number, "calculation", "câu tính cần có công thức")
        question = Question(
            name=name,
            kind=kind.removesuffix("_from_file"),
            label=label,
            short=_worded(row, "kc_short"),
            hint=_worded(row, "hint"),
            path=path,
            required=str(row.get("required", "")).strip().lower() in YES,
            required_message=_worded(row, "required_message"),
            constraint_message=_worded(row, "constraint_message"),
            appearance=frozenset(row.get("appearance", "").split()),
            options=options,
            row=number,
            **formulas,
        )
        self.questions.append(question)
        if "or_other" in arguments:
            self._ask_which_other(question)

    def _ask_which_other(self, question: Question) -> None:
        relevant = f"selected({self._paths[question.name]}, '{OTHER}')"
        which = Question(
            name=f"{question.name}_{OTHER}",
            kind="text",
            label="Anh/chị ghi rõ giúp em?",
            short=f"{question.short or question.label} (khác)",
            path=question.path,
            relevant=relevant,
            row=question.row,
        )
        self.questions.append(which)

    def _options(self, kind: str, arguments: list[str], number: int) -> tuple[Option, ...]:
        name = arguments[0] if arguments else ""
        if kind.endswith("_from_file"):
            if name not in self.files:
                self._mistake(number, "type", f"thiếu tệp kèm theo «{name}»")
                return ()
            options = _read_table(self.files[name])
        elif name in self.lists:
            options = list(self.lists[name])
        else:
            self._mistake(number, "type", f"không có danh sách đáp án «{name}» trong trang choices")
            return ()
        if "or_other" in arguments:
            options.append(Option(OTHER, "Khác"))
        return tuple(options)

    def _read_choices(self, choices: Sequence[Row]) -> None:
        for number, row in enumerate(choices, 2):
            listed, value = row.get("list_name", "").strip(), str(row.get("name", "")).strip()
            if not value or " " in value:
                self._mistake(number, "name", f"mã đáp án «{value}» không được trống hoặc có dấu cách", "choices")
            if any(option.value == value for option in self.lists.get(listed, ())):
                self._mistake(number, "name", f"mã đáp án «{value}» đã có trong danh sách «{listed}»", "choices")
            columns = {
                key: text for key, text in row.items() if key not in {"list_name", "name"} and "label" not in key
            }
            self.lists.setdefault(listed, []).append(Option(value, _worded(row, "label"), columns))


def _read_table(table: bytes) -> list[Option]:
    rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    return [
        Option(row["name"], row["label"], {key: text for key, text in row.items() if key not in {"name", "label"}})
        for row in rows
    ]


def _worded(row: Row, column: str) -> str:
    """Return a cell in the form's first language, Vietnamese where there are several."""
    if row.get(column):
        return str(row[column]).strip()
    worded = {key: text for key, text in row.items() if key.startswith(f"{column}::")}
    vietnamese = next((text for key, text in worded.items() if "(vi)" in key), "")
    return str(vietnamese or next(iter(worded.values()), "")).strip()
