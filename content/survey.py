"""One pass over a form's sheets: questions and groups on one side, mistakes on the other."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from pyxform import aliases
from pyxform.parsing.expression import is_xml_tag
from pyxform.utils import default_is_dynamic
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

from content.formulas import ROOT, Formulas
from content.kinds import NOT_IN_A_CHAT, TABLE, kind_of, why_not
from content.options import read_lists, read_rows, read_table
from content.others import asks_which_other, select_of, which_other, with_others
from content.workbook import Line, Mistake, Workbook
from conversation.form import OTHER, Group, Option, Question

PREFIX = "PH"
# What ODK fills in by itself when a form is opened.
FILLED_IN = {"today": "today()", "start": "now()"}
# ODK's only answer to a question of this type.
ACKNOWLEDGED = Option("OK", "Đồng ý")
RANGE = {"start": "1", "end": "10", "step": "1"}
# The longest words a channel shows whole, in characters.
LONGEST = {"label": 1000, "hint": 500, "guidance_hint": 1000, "kc_short": 60, "constraint_message": 500}

_PARAMETER = re.compile(r"([\w-]+) *= *([^\s,;]+)")


class Survey:
    """Reads the sheets in the words of one language."""

    def __init__(self, workbook: Workbook, files: Mapping[str, bytes]) -> None:
        self.questions: list[Question] = []
        self.groups: list[Group] = []
        self.mistakes: list[Mistake] = []
        self._workbook = workbook
        self._files = files
        self._paths: dict[str, str] = {}
        self._rows: dict[str, int] = {}
        self._declared: set[str] = set()
        self._listed: dict[tuple[str, str, str], tuple[Option, ...]] = {}
        selects = map(select_of, workbook.survey)
        wanted = {select["list_name"] for select in selects if select}
        self._lists = with_others(read_lists(workbook.choices, wanted, self.mistakes), workbook.survey)
        self._name_paths()
        self._tables: dict[str, Collection[str]] = {name: _columns(options) for name, options in self._lists.items()}
        self._tables |= {name.removesuffix(".csv"): read_rows(table)[0] for name, table in self._named_files().items()}
        self._formulas = Formulas(self._paths, self._tables, self.mistakes)
        self._read()

    @property
    def tables(self) -> dict[str, tuple[Mapping[str, str], ...]]:
        """The tables that some formula reads, row by row."""
        lists = {name: self._lists[name] for name in self._formulas.used & self._lists.keys()}
        files = {name: f"{name}.csv" for name in self._formulas.used - self._lists.keys()}
        rows = {name: tuple(_row(option) for option in options) for name, options in lists.items()}
        return rows | {name: read_rows(self._files[file])[1] for name, file in files.items()}

    @property
    def files(self) -> dict[str, bytes]:
        """The attached files that the form asks for: tables and pictures."""
        pictures = {question.image for question in self.questions} | {
            o.image for q in self.questions for o in q.options
        }
        tables = {name for name, *_ in self._listed} | {f"{name}.csv" for name in self._formulas.used | self._declared}
        return {name: self._files[name] for name in sorted(pictures | tables) if name in self._files}

    def _named_files(self) -> dict[str, bytes]:
        return {name: table for name, table in self._files.items() if name.lower().endswith(".csv")}

    def _refuse(self, line: Line, column: str, message: str) -> None:
        self.mistakes.append(line.mistake(column, message))

    def _name_paths(self) -> None:
        """Find every name's absolute path first, as a formula may look ahead; see that groups open and close."""
        opened: list[tuple[Line, str]] = []
        for line in self._workbook.survey:
            begins, ends = RE_BEGIN_CONTROL.search(line["type"]), RE_END_CONTROL.search(line["type"])
            if ends:
                if not opened or opened.pop()[1] != aliases.control[ends["type"]]:
                    self._refuse(line, "type", f"«{line['type']}» không khớp với nhóm nào đang mở")
                continue
            path = [group["name"] for group, _ in opened]
            self._place(line, name_of(line), path)
            if asks_which_other(line):
                self._place(line, f"{line['name']}_{OTHER}", path)
            if begins:
                opened.append((line, aliases.control[begins["type"]]))
                if opened[-1][1] == "loop":
                    self._refuse(line, "type", f"loop {NOT_IN_A_CHAT}; có thể dùng repeat")
        for group, _ in opened:
            self._refuse(group, "type", f"nhóm «{group['name']}» chưa đóng, cần một dòng «end group»")

    def _place(self, line: Line, name: str, path: Sequence[str]) -> None:
        if line["type"] == TABLE:
            return
        if not is_xml_tag(name) or ":" in name:
            self._refuse(line, "name", f"tên «{name}» phải bắt đầu bằng chữ, không có dấu cách, ví dụ: so_tho")
        elif name in self._paths:
            self._refuse(line, "name", f"tên «{name}» đã dùng ở dòng {self._rows[name]}")
        self._rows.setdefault(name, line.row)
        self._paths[name] = "/".join((ROOT, *path, name))

    def _read(self) -> None:
        for line in self._workbook.choices:
            self._formulas.words(line, "label")
            self._image(line)
            self._check_words(line)
        path: tuple[str, ...] = ()
        for line in self._workbook.survey:
            begins = RE_BEGIN_CONTROL.search(line["type"])
            if begins:
                path = (*path, line["name"])
                self.groups.append(self._group(line, path, repeats=aliases.control[begins["type"]] == "repeat"))
                self._check_words(line)
            elif RE_END_CONTROL.search(line["type"]):
                path = path[:-1]
            elif line["type"] == TABLE:
                self._look_for_table(line)
            else:
                self._read_question(line, path)
        if not any(question.asked for question in self.questions) and not self.mistakes:
            self._refuse(Line("survey", 1, {}, ""), "type", "phiếu chưa có câu hỏi nào")

    def _group(self, line: Line, path: tuple[str, ...], *, repeats: bool) -> Group:
        here = "/".join((ROOT, *path))
        return Group(
            path,
            self._formulas.words(line, "label"),
            self._formulas.read(line, "relevant", here),
            repeats,
            self._formulas.read(line, "repeat_count", here) if repeats else "",
            frozenset(line["appearance"].split()),
            line.row,
        )

    def _look_for_table(self, line: Line) -> None:
        self._declared.add(line["name"])
        if f"{line['name']}.csv" not in self._files:
            self._refuse(line, "name", f"thiếu tệp kèm theo «{line['name']}.csv»")

    def _read_question(self, line: Line, path: tuple[str, ...]) -> None:
        kind, select = kind_of(line["type"]), select_of(line)
        if kind is None or (select and "${" in select["list_name"]):
            reason = f"{NOT_IN_A_CHAT}: đáp án lấy từ nhóm lặp" if kind else why_not(line["type"])
            self._refuse(line, "type", f"loại câu «{line['type']}» {reason}")
            return
        options = self._options(line, select) if select else (ACKNOWLEDGED,) if kind == "acknowledge" else ()
        words, here = self._formulas.words, self._paths[name_of(line)]
        question = Question(
            name=name_of(line),
            kind=kind,
            label=words(line, "label"),
            short=words(line, "kc_short"),
            hint=words(line, "hint"),
            guidance=words(line, "guidance_hint"),
            path=path,
            required=self._formulas.yes_or_formula(line, "required", here),
            required_message=words(line, "required_message"),
            relevant=self._formulas.read(line, "relevant", here),
            constraint=self._formulas.read(line, "constraint", here),
            constraint_message=words(line, "constraint_message"),
            calculation=self._formulas.read(line, "calculation", here),
            trigger=self._formulas.names(line, "trigger"),
            default=self._default(line, kind, here),
            read_only=self._formulas.yes_or_formula(line, "read_only", here),
            choice_filter=self._formulas.read(line, "choice_filter", here, _columns(options)) if options else "",
            appearance=frozenset(line["appearance"].split()),
            parameters=self._parameters(line, kind),
            options=options,
            image=self._image(line),
            row=line.row,
        )
        self._check(line, question)
        self.questions.append(question)
        if asks_which_other(line):
            self.questions.append(which_other(question, here))

    def _default(self, line: Line, kind: str, here: str) -> str:
        source = line["default"]
        if not source:
            return FILLED_IN.get(kind, "")
        return self._formulas.read(line, "default", here) if default_is_dynamic(source, kind) else _quoted(source)

    def _parameters(self, line: Line, kind: str) -> dict[str, str]:
        given = {name.lower(): value for name, value in _PARAMETER.findall(line["parameters"])}
        if "seed" in given:
            seed = line.with_cell("parameters", given["seed"])
            given["seed"] = self._formulas.read(seed, "parameters")
        if kind != "range":
            return given
        try:
            start, end, step = _limits(RANGE | given)
        except InvalidOperation:
            self._refuse(line, "parameters", "start, end, step phải là số, ví dụ: start=1 end=10 step=1")
            return RANGE
        if step <= 0 or end <= start:
            self._refuse(line, "parameters", "end phải lớn hơn start, step phải lớn hơn 0")
        return RANGE | given

    def _image(self, line: Line) -> str:
        name = line["image"]
        if name and name not in self._files:
            self._refuse(line, "image", f"thiếu tệp kèm theo «{name}»")
        return name

    def _check(self, line: Line, question: Question) -> None:
        """Refuse what would be understood wrongly if it were let through."""
        needs_words = question.asked or question.kind == "note"
        if needs_words and not question.label and not question.calculation:
            self._refuse(line, "label", "câu hỏi cần có lời")
        if question.kind == "calculate" and not question.calculation and not question.default:
            self._refuse(line, "calculation", "câu tính cần có công thức")
        if question.trigger and not question.calculation:
            self._refuse(line, "calculation", "câu có trigger cần có công thức")
        if "search(" in line["appearance"]:
            self._refuse(line, "appearance", f"search() {NOT_IN_A_CHAT}; có thể dùng choice_filter")
        if line["save_to"]:
            self._refuse(line, "save_to", f"thực thể (entities) {NOT_IN_A_CHAT}")
        self._check_words(line)

    def _check_words(self, line: Line) -> None:
        for column in ("big-image", "audio", "video"):
            if line[column]:
                self._refuse(line, column, f"cột «{column}» {NOT_IN_A_CHAT}; chỉ kèm được hình (image)")
        for column, most in LONGEST.items():
            if len(line[column]) > most:
                self._refuse(line, column, f"lời dài {len(line[column])} chữ, nhiều nhất {most} để vừa một tin nhắn")

    def _options(self, line: Line, select: re.Match[str]) -> tuple[Option, ...]:
        name, other = select["list_name"], asks_which_other(line)
        if select["select_command"] in aliases.select_from_file:
            if other:
                self._refuse(line, "type", f"or_other không dùng với tệp; thêm dòng «{OTHER}» vào tệp «{name}»")
            return self._table(line, name)
        if name not in self._lists:
            self._refuse(line, "type", f"không có danh sách đáp án «{name}» trong trang choices")
            return ()
        if other and line["choice_filter"]:
            self._refuse(line, "choice_filter", "or_other không dùng cùng choice_filter")
        return self._lists[name]

    def _table(self, line: Line, name: str) -> tuple[Option, ...]:
        """Return the options of an attached table, which is read once however many questions ask for it."""
        if name not in self._files:
            self._refuse(line, "type", f"thiếu tệp kèm theo «{name}»")
            return ()
        named = dict(_PARAMETER.findall(line["parameters"]))
        columns = named.get("value", "name"), named.get("label", "label")
        if (name, *columns) not in self._listed:
            self._listed[name, *columns] = read_table(name, self._files[name], self.mistakes, *columns)
        return self._listed[name, *columns]


def _limits(parameters: Mapping[str, str]) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(parameters["start"]), Decimal(parameters["end"]), Decimal(parameters["step"])


def name_of(line: Line) -> str:
    """Return a row's name; pyxform names a note that has none."""
    return line["name"] or (f"generated_note_name_{line.row}" if line["type"] == "note" else "")


def _columns(options: Sequence[Option]) -> frozenset[str]:
    return frozenset({"name", "label"}.union(*(option.columns for option in options)))


def _row(option: Option) -> dict[str, str]:
    return {"name": option.value, "label": option.label, **option.columns}


def _quoted(text: str) -> str:
    """Return a text as a formula that gives it; XPath 1.0 has no escapes."""
    if "'" not in text:
        return f"'{text}'"
    return "concat('" + text.replace("'", "', \"'\", '") + "')"
