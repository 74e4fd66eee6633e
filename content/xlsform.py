"""Reads a form from a workbook in XLSForm's layout and the tables attached to it.

pyxform is the last to judge a workbook, as it stops at its first mistake; every row is looked at here before, and all
mistakes are told at once.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence

from pyxform import aliases
from pyxform.parsing.expression import is_xml_tag
from pyxform.utils import default_is_dynamic
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL, RE_SELECT

from content.options import read_lists, read_table
from content.workbook import FormError, Line, Mistake, Workbook, open_workbook
from conversation.expressions import ExpressionError, expression, resolve_references
from conversation.form import OTHER, Form, Group, Option, Question

__all__ = ["FormError", "read_form"]

ROOT = "/data"
ITEM = "/item"
PREFIX = "PH"
SELECTS = {"select one": "select_one", "select all that apply": "select_multiple"}
PLAIN = ("text", "integer", "decimal", "date", "acknowledge", "note", "calculate", "hidden", "today", "start", "end")
TYPES = {kind: kind for kind in PLAIN} | {"string": "text", "int": "integer"}
# What ODK fills in by itself when a form is opened or sent.
FILLED_IN = {"today": "today()", "start": "now()", "end": "now()"}
NOT_IN_A_CHAT = "chưa dùng được trong hội thoại"
NOT_YET = ("trigger", "save_to", "image", "big-image", "audio", "video")
# ODK's only answer to a question of this type.
ACKNOWLEDGED = Option("OK", "Đồng ý")

_PARAMETER = re.compile(r"(\w+) *= *([^\s,;]+)")


def read_form(name: str, source: bytes, suffix: str, files: Mapping[str, bytes] | None = None) -> Form:
    """Read a form from a workbook's bytes (`.xlsx .xls .csv .md`) and its attached CSV tables; raises FormError."""
    attached = dict(files or {})
    workbook = open_workbook(name, source, suffix)
    reading = _Reading(workbook, attached)
    reading.read()
    mistakes = reading.mistakes or workbook.judged()
    if mistakes:
        raise FormError(name, sorted(mistakes, key=lambda mistake: (mistake.sheet, mistake.row)))
    settings = workbook.settings
    parts = [source, *(b"\0".join((key.encode(), attached[key])) for key in sorted(attached))]
    return Form(
        name=name,
        title=settings["title"] or settings["id_string"] or name,
        version=settings["version"],
        sha=hashlib.sha256(b"\0".join(parts)).hexdigest(),
        questions=tuple(reading.questions),
        groups=tuple(reading.groups),
        prefix=settings["kc_prefix"] or PREFIX,
    )


class _Reading:
    """One pass over the sheets: questions and groups on one side, mistakes on the other."""

    def __init__(self, workbook: Workbook, files: Mapping[str, bytes]) -> None:
        self.workbook = workbook
        self.files = files
        self.questions: list[Question] = []
        self.groups: list[Group] = []
        self.mistakes: list[Mistake] = []
        self._paths: dict[str, str] = {}
        self._tables: dict[tuple[str, str, str], tuple[Option, ...]] = {}
        selects = (RE_SELECT.search(line["type"]) for line in workbook.survey)
        wanted = {select["list_name"] for select in selects if select}
        self._lists = read_lists(workbook.choices, wanted, self.mistakes)

    def read(self) -> None:
        survey, settings = self.workbook.survey, self.workbook.settings
        if not re.fullmatch("[A-Z]{2}", settings["kc_prefix"] or PREFIX):
            self._refuse(settings, "kc_prefix", "cần hai chữ hoa không dấu, ví dụ: NC")
        self._name_paths()
        for line in self.workbook.choices:
            self._words(line, "label")
            self._refuse_columns(line)
        path: tuple[str, ...] = ()
        for line in survey:
            if RE_BEGIN_CONTROL.search(line["type"]):
                path = (*path, line["name"])
                self.groups.append(Group(path, self._words(line, "label"), self._formula(line, "relevant")))
                self._refuse_columns(line)
            elif RE_END_CONTROL.search(line["type"]):
                path = path[:-1]
            else:
                self._read_question(line, path)
        if not any(question.asked for question in self.questions) and not self.mistakes:
            self._refuse(Line("survey", 1, {}, ""), "type", "phiếu chưa có câu hỏi nào")

    def _refuse(self, line: Line, column: str, message: str) -> None:
        self.mistakes.append(line.mistake(column, message))

    def _name_paths(self) -> None:
        """Find every name's absolute path first, as a formula may look ahead; see that groups open and close."""
        opened: list[tuple[Line, str]] = []
        for line in self.workbook.survey:
            begins, ends = RE_BEGIN_CONTROL.search(line["type"]), RE_END_CONTROL.search(line["type"])
            if ends:
                if not opened or opened.pop()[1] != aliases.control[ends["type"]]:
                    self._refuse(line, "type", f"«{line['type']}» không khớp với nhóm nào đang mở")
                continue
            path = [group["name"] for group, _ in opened]
            self._place(line, _name(line), path)
            if _asks_which_other(line):
                self._place(line, f"{line['name']}_{OTHER}", path)
            if begins:
                opened.append((line, aliases.control[begins["type"]]))
                if opened[-1][1] != "group":
                    self._refuse(line, "type", f"nhóm hỏi lặp lại (repeat) {NOT_IN_A_CHAT}")
        for group, _ in opened:
            self._refuse(group, "type", f"nhóm «{group['name']}» chưa đóng, cần một dòng «end group»")

    def _place(self, line: Line, name: str, path: Sequence[str]) -> None:
        if not is_xml_tag(name) or ":" in name:
            self._refuse(line, "name", f"tên «{name}» phải bắt đầu bằng chữ, không có dấu cách, ví dụ: so_tho")
        elif name in self._paths:
            self._refuse(line, "name", f"tên «{name}» đã dùng ở trên")
        self._paths[name] = "/".join((ROOT, *path, name))

    def _words(self, line: Line, column: str) -> str:
        """Return a cell's words, having looked for the questions they quote."""
        try:
            resolve_references(line[column], self._paths)
        except ExpressionError as error:
            self._refuse(line, column, str(error))
        return line[column]

    def _formula(self, line: Line, column: str, lists: Collection[str] = ()) -> str:
        """Return a formula with absolute paths, having read it once and looked for all it names.

        `lists` are the columns a choice filter may name besides questions.
        """
        source = aliases.BINDING_CONVERSIONS.get(line[column], line[column])
        if not source:
            return ""
        here = ITEM if lists else self._paths.get(_name(line), ROOT)
        try:
            resolved = resolve_references(source, self._paths).strip()
            named = expression(resolved).references_from(here)
        except ExpressionError as error:
            self._refuse(line, column, str(error))
            return ""
        for unknown in sorted(named - {"/", ROOT, *self._paths.values()} - {f"{ITEM}/{one}" for one in lists}):
            where = f"danh sách đáp án không có cột «{unknown.removeprefix(f'{ITEM}/')}»"
            self._refuse(line, column, where if lists else f"không có câu hỏi nào ở «{unknown}»")
        return resolved

    def _default(self, line: Line, kind: str) -> str:
        source = line["default"]
        if not source:
            return FILLED_IN.get(kind, "")
        return self._formula(line, "default") if default_is_dynamic(source, kind) else _quoted(source)

    def _read_question(self, line: Line, path: tuple[str, ...]) -> None:
        select = RE_SELECT.search(line["type"])
        written = line["type"]
        kind = SELECTS.get(aliases.select[select["select_command"]]) if select else TYPES.get(written)
        if kind is None:
            wrong = "cần kèm tên danh sách, ví dụ: select_one co_khong" if written in aliases.select else NOT_IN_A_CHAT
            self._refuse(line, "type", f"loại câu «{written}» {wrong}")
            return
        options = self._options(line, select) if select else (ACKNOWLEDGED,) if kind == "acknowledge" else ()
        columns = {"name", "label"}.union(*(option.columns for option in options))
        question = Question(
            name=_name(line),
            kind=kind,
            label=self._words(line, "label"),
            short=self._words(line, "kc_short"),
            hint=self._words(line, "hint"),
            path=path,
            required="true()" if aliases.yes_no.get(line["required"], False) else "",
            required_message=self._words(line, "required_message"),
            relevant=self._formula(line, "relevant"),
            constraint=self._formula(line, "constraint"),
            constraint_message=self._words(line, "constraint_message"),
            calculation=self._formula(line, "calculation"),
            default=self._default(line, kind),
            choice_filter=self._formula(line, "choice_filter", columns) if options else "",
            appearance=frozenset(line["appearance"].split()),
            options=options,
            row=line.row,
        )
        self._check(line, question)
        self.questions.append(question)
        if _asks_which_other(line):
            self.questions.append(_which_other(question, self._paths[question.name]))

    def _check(self, line: Line, question: Question) -> None:
        """Refuse what would be understood wrongly if it were let through."""
        if not question.label and (question.asked or question.kind == "note"):
            self._refuse(line, "label", "câu hỏi cần có lời")
        if line["required"] and line["required"] not in aliases.yes_no:
            self._refuse(line, "required", "chỉ ghi yes hoặc no; công thức ở cột này chưa dùng được")
        if question.kind == "calculate" and not question.calculation and not question.default:
            self._refuse(line, "calculation", "câu tính cần có công thức")
        if question.asked and line["calculation"]:
            self._refuse(line, "calculation", "câu để hỏi thì không tự tính; cần tách ra một câu loại calculate")
        if question.asked and aliases.yes_no.get(line["read_only"]):
            self._refuse(line, "read_only", "câu chỉ để đọc thì ghi loại note")
        if "search(" in line["appearance"]:
            self._refuse(line, "appearance", f"search() {NOT_IN_A_CHAT}; có thể dùng choice_filter")
        self._refuse_columns(line)

    def _refuse_columns(self, line: Line) -> None:
        for column in NOT_YET:
            if line[column]:
                self._refuse(line, column, f"cột «{column}» {NOT_IN_A_CHAT}")

    def _options(self, line: Line, select: re.Match[str]) -> tuple[Option, ...]:
        name, other = select["list_name"], _asks_which_other(line)
        if select["select_command"] in aliases.select_from_file:
            if other:
                self._refuse(line, "type", f"or_other không dùng với tệp; thêm dòng «{OTHER}» vào tệp «{name}»")
            return self._table(line, name)
        if name not in self._lists:
            self._refuse(line, "type", f"không có danh sách đáp án «{name}» trong trang choices")
            return ()
        if other and line["choice_filter"]:
            self._refuse(line, "choice_filter", "or_other không dùng cùng choice_filter")
        options = self._lists[name]
        listed = any(option.value == OTHER for option in options)
        return (*options, Option(OTHER, "Khác")) if other and not listed else options

    def _table(self, line: Line, name: str) -> tuple[Option, ...]:
        """Return the options of an attached table, which is read once however many questions ask for it."""
        if name not in self.files:
            self._refuse(line, "type", f"thiếu tệp kèm theo «{name}»")
            return ()
        named = dict(_PARAMETER.findall(line["parameters"]))
        columns = named.get("value", "name"), named.get("label", "label")
        if (name, *columns) not in self._tables:
            self._tables[name, *columns] = read_table(name, self.files[name], self.mistakes, *columns)
        return self._tables[name, *columns]


def _name(line: Line) -> str:
    """Return a row's name; pyxform names a note that has none."""
    return line["name"] or (f"generated_note_name_{line.row}" if line["type"] == "note" else "")


def _asks_which_other(line: Line) -> bool:
    select = RE_SELECT.search(line["type"])
    return bool(select and select["specify_other"])


def _which_other(question: Question, path: str) -> Question:
    """Return the question that XLSForm's `or_other` adds."""
    return Question(
        name=f"{question.name}_{OTHER}",
        kind="text",
        label="Mục khác đó là gì? Anh/chị ghi vài chữ giúp em.",
        short=f"{question.short or question.label} (mục khác)",
        path=question.path,
        relevant=f"selected({path}, '{OTHER}')",
        row=question.row,
    )


def _quoted(text: str) -> str:
    """Return a text as a formula that gives it; XPath 1.0 has no escapes."""
    if "'" not in text:
        return f"'{text}'"
    return "concat('" + text.replace("'", "', \"'\", '") + "')"
