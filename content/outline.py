"""Where every name of a form stands: groups opened and closed in order, no name twice."""

from collections.abc import Mapping, Sequence

from pyxform import aliases
from pyxform.constants import META, REPEAT
from pyxform.parsing.expression import is_xml_tag
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL

from content.formulas import ROOT
from content.kinds import NOT_IN_A_CHAT, TABLE, kind_of
from content.mistakes import Mistake
from content.others import asks_which_other
from content.workbook import Line
from conversation.form import OTHER

AUDIT = "audit"
# No form is as deep; whatever goes through groups in groups may count on it.
DEEPEST = 20


def name_of(line: Line) -> str:
    """Return a row's name; XLSForm names a note that has none, and the one audit."""
    made = {"note": f"generated_note_name_{line.row}", AUDIT: AUDIT}
    return line["name"] or made.get(line["type"], "")


class Outline:
    """Goes over the rows once, before any formula is read, as a formula may look ahead; `paths` are absolute."""

    def __init__(self, survey: Sequence[Line], mistakes: list[Mistake]) -> None:
        self._paths: dict[str, str] = {}
        self._rows: dict[str, int] = {}
        self._opened: list[tuple[Line, str]] = []
        self._mistakes = mistakes
        for line in survey:
            self._go_over(line)
        for group, _ in self._opened:
            self._refuse(group, "type", f"nhóm «{group['name']}» chưa đóng, cần một dòng «end group»")

    @property
    def paths(self) -> Mapping[str, str]:
        return self._paths

    def _go_over(self, line: Line) -> None:
        begins, ends = RE_BEGIN_CONTROL.search(line["type"]), RE_END_CONTROL.search(line["type"])
        if ends:
            if not self._opened or self._opened.pop()[1] != aliases.control[ends["type"]]:
                self._refuse(line, "type", f"«{line['type']}» không khớp với nhóm nào đang mở")
            return
        control = aliases.control[begins["type"]] if begins else ""
        if begins or kind_of(line["type"]) or line["name"]:
            self._place(line, name_of(line), repeats=control == REPEAT)
        if asks_which_other(line):
            self._place(line, f"{line['name']}_{OTHER}")
        if begins:
            self._opened.append((line, control))
            if len(self._opened) == DEEPEST + 1:
                self._refuse(line, "type", f"nhóm lồng nhau quá {DEEPEST} lớp")
        if control == "loop":
            self._refuse(line, "type", f"loop {NOT_IN_A_CHAT}; có thể dùng repeat")

    def _place(self, line: Line, name: str, *, repeats: bool = False) -> None:
        if line["type"] == TABLE:
            return
        if not name:
            self._refuse(line, "name", "chưa có tên, ví dụ: so_tho")
        elif not is_xml_tag(name) or ":" in name:
            self._refuse(line, "name", f"tên «{name}» phải bắt đầu bằng chữ, không có dấu cách, ví dụ: so_tho")
        elif name == META or (repeats and f"/{name}" == ROOT):
            self._refuse(line, "name", f"tên «{name}» đã dành cho XLSForm, cần tên khác")
        elif name in self._paths:
            self._refuse(line, "name", f"tên «{name}» đã dùng ở dòng {self._rows[name]}")
        self._rows.setdefault(name, line.row)
        self._paths[name] = "/".join((ROOT, *(_step(group["name"]) for group, _ in self._opened), _step(name)))

    def _refuse(self, line: Line, column: str, message: str) -> None:
        self._mistakes.append(line.mistake(column, message))


def _step(name: str) -> str:
    """Return a name as a step of a path; a wrong one, told as such, must not make formulas look wrong too."""
    return name if is_xml_tag(name) else "_"
