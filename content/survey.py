"""One pass over a form's sheets: questions and groups on one side, mistakes on the other."""

import re
from collections.abc import Collection, Iterator

from pyxform import aliases
from pyxform.constants import REPEAT
from pyxform.utils import default_is_dynamic
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

from content.attached import Attached, Row
from content.formulas import ROOT, Formulas
from content.kinds import NOT_IN_A_CHAT, TABLE, constraint_of, kind_of, why_not
from content.mistakes import Mistake
from content.options import Rules, columns_of, read_lists, read_options
from content.others import asks_which_other, select_of, which_other, with_others
from content.outline import Outline, name_of
from content.parameters import read_parameters
from content.workbook import Line, Workbook
from conversation.form import MANY, OTHER, Group, Option, Question
from conversation.offered import once_each

# What ODK fills in by itself when a form is opened.
FILLED_IN = {"today": "today()", "start": "now()"}
# ODK's only answer to a question of this type.
ACKNOWLEDGED = Option("OK", "Đồng ý")
# The longest words a channel shows whole, in characters.
LONGEST = {
    "label": 1000,
    "hint": 500,
    "guidance_hint": 1000,
    "kc_short": 60,
    "required_message": 500,
    "constraint_message": 500,
}
_HEARD_OR_SEEN = ("big-image", "audio", "video")


class Survey:
    """Reads the sheets in the words of one language."""

    def __init__(self, workbook: Workbook, attached: Attached) -> None:
        self.questions: list[Question] = []
        self.groups: list[Group] = []
        self.mistakes: list[Mistake] = []
        self._workbook = workbook
        self._attached = attached
        self._tables: dict[tuple[str, str, str, Rules], tuple[Option, ...]] = {}
        wanted = _wanted(workbook)
        self._lists = with_others(read_lists(workbook.choices, wanted, self.mistakes), workbook)
        self._unfiltered = {name: once_each(options) for name, options in self._lists.items()}
        self._columns = columns_of(workbook.columns)
        self._paths = Outline(workbook.survey, self.mistakes).paths
        self._formulas = Formulas(self._paths, self._columns_of, self.mistakes)
        self._read_choices(wanted)
        self._read()

    @property
    def tables(self) -> dict[str, tuple[Row, ...]]:
        """The tables that some formula reads, row by row."""
        return {name: tuple(self._rows(name)) for name in sorted(self._formulas.used)}

    def _rows(self, name: str) -> Iterator[Row]:
        if name in self._lists:
            yield from ({"name": one.value, "label": one.label, **one.columns} for one in self._lists[name])
        else:
            yield from (row for row in self._attached.table(f"{name}.csv").rows if any(row.values()))

    def _columns_of(self, table: str) -> Collection[str] | None:
        if table in self._lists:
            return self._columns
        return self._attached.table(f"{table}.csv").columns if self._attached.use(f"{table}.csv") else None

    def _refuse(self, line: Line, column: str, message: str) -> None:
        self.mistakes.append(line.mistake(column, message))

    def _read_choices(self, wanted: Collection[str]) -> None:
        for line in self._workbook.choices:
            if line["list name"] in wanted:
                self._formulas.words(line, "label")
                self._image(line)
                self._check_media(line)

    def _read(self) -> None:
        path: tuple[str, ...] = ()
        for line in self._workbook.survey:
            begins = RE_BEGIN_CONTROL.search(line["type"])
            if begins:
                path = (*path, line["name"])
                self._read_group(line, path, repeats=aliases.control[begins["type"]] == REPEAT)
            elif RE_END_CONTROL.search(line["type"]):
                path = path[:-1]
            elif line["type"] == TABLE:
                self._look_for_table(line)
            else:
                self._read_question(line, path)
        for question in self.questions:
            self._check_trigger(question)
        self._formulas.words(self._workbook.settings, "instance_name")
        if not any(question.asked for question in self.questions) and not self.mistakes:
            self._refuse(Line("survey", 1, {}), "type", "phiếu chưa có câu hỏi nào")

    def _read_group(self, line: Line, path: tuple[str, ...], *, repeats: bool) -> None:
        here = "/".join((ROOT, *path))
        relevant = self._formulas.read(line, "relevant", here)
        count = self._formulas.read(line, "repeat_count", here) if repeats else ""
        appearance = frozenset(line["appearance"].split())
        label = self._formulas.words(line, "label")
        self.groups.append(Group(path, label, relevant, repeats, count, appearance, line.row))
        self._check_words(line)
        if line["image"]:
            self._refuse(line, "image", "hình chỉ kèm được ở câu hỏi và đáp án, không ở nhóm")

    def _look_for_table(self, line: Line) -> None:
        file = f"{line['name'].removesuffix('.csv')}.csv"
        if not self._attached.use(file):
            self._refuse(line, "name", f"thiếu tệp kèm theo «{file}»")

    def _read_question(self, line: Line, path: tuple[str, ...]) -> None:
        kind, select = kind_of(line["type"]), select_of(line)
        if kind is None or (select and "${" in select["list_name"]):
            reason = f"{NOT_IN_A_CHAT}: đáp án lấy từ nhóm lặp" if kind else why_not(line["type"])
            self._refuse(line, "type", f"loại câu «{line['type']}» {reason}")
            return
        options, columns = self._options(line, select) if select else ((), ())
        words, read, here = self._formulas.words, self._formulas.read, self._paths[name_of(line)]
        label, hint = words(line, "label"), words(line, "hint")
        question = Question(
            name=name_of(line),
            kind="calculate" if _only_calculates(line) else kind,
            label=label or hint or (line["name"] if line["image"] else ""),
            short=words(line, "kc_short"),
            hint=hint if label else "",
            guidance=words(line, "guidance_hint"),
            path=path,
            required=self._formulas.yes_or_formula(line, "required", here),
            required_message=words(line, "required_message"),
            relevant=read(line, "relevant", here),
            constraint=read(line, "constraint", here) or constraint_of(line["type"]),
            constraint_message=words(line, "constraint_message"),
            calculation=read(line, "calculation", here),
            trigger=self._formulas.names(line, "trigger"),
            default=self._default(line, kind, here),
            read_only=self._formulas.yes_or_formula(line, "read_only", here),
            choice_filter=read(line, "choice_filter", here, columns) if options else "",
            appearance=frozenset(line["appearance"].split()),
            parameters=self._parameters(line, kind, here),
            options=(ACKNOWLEDGED,) if kind == "acknowledge" else options,
            image=self._image(line),
            row=line.row,
        )
        self._check(line, question)
        self.questions.append(question)
        if asks_which_other(line):
            self.questions.append(which_other(question, here, vietnamese=self._workbook.vietnamese))

    def _default(self, line: Line, kind: str, here: str) -> str:
        source = line["default"]
        if not source:
            return FILLED_IN.get(kind, "")
        return self._formulas.read(line, "default", here) if default_is_dynamic(source, kind) else _quoted(source)

    def _parameters(self, line: Line, kind: str, here: str) -> dict[str, str]:
        given = read_parameters(line, kind, self.mistakes)
        if "${" in given.get("seed", ""):
            given["seed"] = self._formulas.read(line.with_cell("parameters", given["seed"]), "parameters", here)
        return given

    def _image(self, line: Line) -> str:
        name = line["image"]
        if name and not self._attached.use(name):
            self._refuse(line, "image", f"thiếu tệp kèm theo «{name}»")
        return name

    def _check(self, line: Line, question: Question) -> None:
        """Refuse what would be understood wrongly if it were let through."""
        needs_words = question.asked or question.kind == "note"
        if needs_words and not question.label:
            self._refuse(line, "label", "câu hỏi cần có lời")
        worked_out = line["calculation"] or default_is_dynamic(line["default"], question.kind)
        if line["type"] == "calculate" and not worked_out:
            self._refuse(line, "calculation", "câu tính cần có công thức")
        if "search(" in line["appearance"]:
            self._refuse(line, "appearance", f"search() {NOT_IN_A_CHAT}; có thể dùng choice_filter")
        if line["save_to"]:
            self._refuse(line, "save_to", f"thực thể (entities) {NOT_IN_A_CHAT}")
        self._check_words(line)

    def _check_trigger(self, question: Question) -> None:
        """Refuse a trigger that nobody answers: its calculation would never run."""
        asked = {other.name for other in self.questions if other.asked or other.kind == "note"}
        unasked = [name for name in question.trigger if name in self._paths and name not in asked]
        self.mistakes += (
            Mistake("survey", question.row, "trigger", f"«{name}» không phải câu người trả lời điền")
            for name in unasked
        )

    def _check_words(self, line: Line) -> None:
        for column, most in LONGEST.items():
            if len(line[column]) > most:
                self._refuse(line, column, f"lời dài {len(line[column])} chữ, nhiều nhất {most} để vừa một tin nhắn")
        self._check_media(line)

    def _check_media(self, line: Line) -> None:
        for column in _HEARD_OR_SEEN:
            if line[column]:
                self._refuse(line, column, f"cột «{column}» {NOT_IN_A_CHAT}; chỉ kèm được hình (image)")

    def _options(self, line: Line, select: re.Match[str]) -> tuple[tuple[Option, ...], Collection[str]]:
        """Return the options of a question, and the columns that its filter may name."""
        name, other = select["list_name"], asks_which_other(line)
        if select["select_command"] in aliases.select_from_file:
            if other:
                self._refuse(line, "type", f"or_other không dùng với tệp; thêm dòng «{OTHER}» vào tệp «{name}»")
            return self._from_file(line, name)
        if name not in self._lists:
            self._refuse(line, "type", f"không có danh sách đáp án «{name}» trong trang choices")
            return (), ()
        if other and line["choice_filter"]:
            self._refuse(line, "choice_filter", "or_other không dùng cùng choice_filter")
        return (self._lists if line["choice_filter"] else self._unfiltered)[name], self._columns

    def _from_file(self, line: Line, name: str) -> tuple[tuple[Option, ...], Collection[str]]:
        if not name.endswith(".csv"):
            self._refuse(line, "type", f"tệp «{name}» {NOT_IN_A_CHAT}; cần một tệp .csv")
            return (), ()
        if not self._attached.use(name):
            self._refuse(line, "type", f"thiếu tệp kèm theo «{name}»")
            return (), ()
        named = read_parameters(line, "", [])
        columns = named.get("value", "name"), named.get("label", "label")
        table = self._attached.table(name)
        rules = Rules(spaced=kind_of(line["type"]) not in MANY, twice=bool(line["choice_filter"]))
        if (name, *columns, rules) not in self._tables:
            self._tables[name, *columns, rules] = read_options(name, table, self.mistakes, rules, *columns)
        return self._tables[name, *columns, rules], {*table.columns, "name", "label"}


def _wanted(workbook: Workbook) -> dict[str, Rules]:
    """Return the lists that some question asks for; an answer of several choices has spaces between them."""
    selects = [(select["list_name"], kind_of(line["type"])) for line in workbook.survey if (select := select_of(line))]
    many = {name for name, kind in selects if kind in MANY}
    twice = bool(aliases.yes_no.get(workbook.settings["allow_choice_duplicates"]))
    return {name: Rules(spaced=name not in many, twice=twice) for name, _ in selects}


def _only_calculates(line: Line) -> bool:
    """Whether a question of any type is not asked, as XLSForm has it: worked out, and without words."""
    return bool(line["calculation"] or line["trigger"]) and not (line["label"] or line["hint"])


def _quoted(text: str) -> str:
    """Return a text as a formula that gives it; XPath 1.0 has no escapes."""
    if "'" not in text:
        return f"'{text}'"
    return "concat('" + text.replace("'", "', \"'\", '") + "')"
