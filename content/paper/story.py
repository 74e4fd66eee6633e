"""The questions of a form as they stand on the page: words, then room for the answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph

from content.paper.boxes import INDENT, SIZE, TEXT, figures, grid, lines, ticks
from content.paper.fonts import BOLD, ITALIC, REGULAR, markup
from content.paper.wording import Wording, is_long
from conversation.form import FILES, Form, Group, Question

QUESTION = ParagraphStyle(
    "question",
    TEXT,
    leftIndent=INDENT,
    bulletFontName=REGULAR,
    bulletFontSize=SIZE,
    spaceBefore=3 * mm,
    spaceAfter=0.5 * mm,
)
HINT = ParagraphStyle("hint", TEXT, fontName=ITALIC, fontSize=9, leading=12, leftIndent=INDENT)
NOTE = ParagraphStyle("note", TEXT, spaceBefore=2 * mm)
HEADING = ParagraphStyle("heading", TEXT, fontName=BOLD, fontSize=11.5, leading=15, spaceBefore=5 * mm)
LEAD = ParagraphStyle("lead", HINT, leftIndent=0, spaceBefore=2 * mm)
TURN = ParagraphStyle("turn", HEADING, fontSize=SIZE, spaceBefore=3 * mm)
BESIDE = ParagraphStyle("beside", TEXT, fontSize=9, leading=11)

TURNS = 3
MOST_TURNS = 20
MOST_COLUMNS = 5
LONGEST_HEADING = 60
MOST_ON_A_SCALE = 11
_TYPED = re.compile(r"\b([Gg])õ\b")
_HOW = {"select_one": "chọn một", "select_multiple": "chọn nhiều", "rank": "đánh số 1, 2, 3 … theo thứ tự"}
_IN_A_LINE = {"kc-name", "kc-commune"}
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*<=?\s*(\d+)")
_FITS_A_LINE = 120


@dataclass(frozen=True, slots=True)
class _Part:
    """What stays together on a page; a part that `leads`, as a heading does, with the next one too."""

    flowables: list[Any]
    leads: bool = False


class Story:
    """All of a form as reportlab lays it out, in a column `width` points wide."""

    def __init__(self, form: Form, width: float) -> None:
        self.form = form
        self.wording = Wording(form)
        self.width = width

    def told(self) -> list[Any]:
        """Return what stands on the pages, each question in one piece with the headings right above it."""
        told: list[Any] = []
        above: list[Any] = []
        for part in self._inside(()):
            above += part.flowables
            if not part.leads:
                told.append(KeepTogether(above))
                above = []
        return told + above

    def _inside(self, path: tuple[str, ...]) -> Iterator[_Part]:
        for member in self.form.members[path]:
            if isinstance(member, Group):
                yield from self._group(member)
            elif member.kind == "note" and member.label:
                yield _Part([Paragraph(self._markup(member.label), NOTE), *self._hints(self.wording.when(member))])
            elif member.asked:
                yield _Part(list(self._question(member)))

    def _group(self, group: Group) -> Iterator[_Part]:
        inside = [one for one in self.form.questions if one.path[: len(group.path)] == group.path]
        if not any(one.asked or one.kind == "note" for one in inside):
            return
        label = group.label or ("Mỗi lần ghi một mục" if group.repeat else "")
        if label:
            yield _Part([Paragraph(self._markup(label), HEADING)], leads=True)
        numbers = [self.wording.numbers[one.name] for one in inside if one.asked]
        when = self.wording.when(group)
        if when and len(numbers) > 1:
            when = f"Câu {numbers[0]} đến câu {numbers[-1]}: {when[:1].lower()}{when[1:]}"
        if when:
            yield _Part([Paragraph(self._markup(when), LEAD)], leads=True)
        yield from self._turns(group) if group.repeat else self._inside(group.path)

    def _turns(self, group: Group) -> Iterator[_Part]:
        """Yield a repeat as often as its count says, where that is a plain number."""
        fixed = group.count.isdecimal()
        turns = min(int(group.count), MOST_TURNS) if fixed else TURNS
        columns = self._columns(group)
        if columns:
            yield _Part([grid(columns, turns, self.width)])
        for turn in range(1, turns + 1) if not columns else ():
            yield _Part([Paragraph(f"Mục {turn}", TURN)], leads=True)
            yield from self._inside(group.path)
        if not fixed:
            yield _Part(list(self._hints("Nhiều hơn thì ghi tiếp ra mặt sau.")))

    def _columns(self, group: Group) -> list[Any]:
        """Return the headings of a repeat that fits into a table: a few short questions, none of them ticked."""
        members = [one for one in self.form.members[group.path] if isinstance(one, Group) or one.asked]
        headings = []
        for one in members:
            plain = isinstance(one, Question) and not one.options and one.kind not in FILES and not one.relevant
            if not plain or len(one.label) > LONGEST_HEADING:
                return []
            assert isinstance(one, Question)
            unit = " (đồng)" if "kc-money" in one.appearance else ""
            hint = f"<br/><i>{self._markup(one.hint)}</i>" if one.hint else ""
            headings.append(Paragraph(f"<b>{self._numbered(one)}</b> {self._label(one)}{unit}{hint}", BESIDE))
        return headings if len(headings) <= MOST_COLUMNS else []

    def _question(self, question: Question) -> Iterator[Any]:
        how = "" if is_long(question) else _HOW.get(question.kind, "")
        label = self._label(question) + (f" <i>({how})</i>" if how else "")
        yield Paragraph(label, QUESTION, bulletText=self._numbered(question))
        hints = [self.wording.when(question), question.hint, question.guidance, *_how_to_write(question)]
        yield from self._hints(*hints)
        yield self._room(question)

    def _numbered(self, question: Question) -> str:
        return f"{self.wording.numbers[question.name]}."

    def _label(self, question: Question) -> str:
        star = " <b>*</b>" if question.required == "true()" else ""
        return self._markup(question.label) + star

    def _markup(self, text: str) -> str:
        """Return words as a page takes them; what a chat asks to type, a pen writes."""
        on_paper = _TYPED.sub(lambda typed: "Ghi" if typed[1] == "G" else "ghi", self.wording.plain(text))
        return markup(on_paper)

    def _hints(self, *hints: str) -> Iterator[Any]:
        return (Paragraph(self._markup(hint), HINT) for hint in hints if hint)

    def _room(self, question: Question) -> Any:
        """Return the room for an answer, by the question's kind."""
        if question.options and not is_long(question):
            return ticks([self.wording.plain(option.label) for option in question.options], self.width)
        if question.kind in FILES:
            return ticks(["Có nộp kèm phiếu này"], self.width)
        if question.kind == "range" and (scale := _scale(question)):
            return ticks(scale, self.width, in_a_row=True)
        written = _figures(question)
        if written:
            return figures(*written)
        if question.kind in {"integer", "decimal", "range"}:
            money = "kc-money" in question.appearance
            return lines(self.width * (0.6 if money else 0.35), behind="đồng" if money else "")
        return lines(self.width, _lines(question))


def _lines(question: Question) -> int:
    """Return on how many lines a written answer finds room."""
    if "multiline" in question.appearance:
        return 4
    limit = _LENGTH.search(question.constraint)
    short = question.appearance & _IN_A_LINE or (limit and int(limit[1]) <= _FITS_A_LINE)
    return 2 if is_long(question) or (question.kind == "text" and not short) else 1


def _figures(question: Question) -> tuple[int | str, ...]:
    """Return the boxes for an answer of so many figures; none where their number is open."""
    appearance = question.appearance
    if "kc-phone" in appearance:
        return (4, 3, 4)
    if "kc-year" in appearance or (question.kind == "date" and "year" in appearance):
        return (4,)
    day: tuple[int | str, ...] = ("ngày", 2, "tháng", 2, "năm", 4)
    clock: tuple[int | str, ...] = (2, "giờ", 2, "phút")
    if question.kind == "date":
        return day[2:] if "month-year" in appearance else day
    return {"time": clock, "dateTime": (*clock, *day)}.get(question.kind, ())


def _scale(question: Question) -> list[str]:
    """Return the numbers of a short scale of whole steps."""
    start, end, step = (question.parameters.get(name, "") for name in ("start", "end", "step"))
    if not (start.isdecimal() and end.isdecimal() and step.isdecimal() and int(step)):
        return []
    numbers = [str(number) for number in range(int(start), int(end) + 1, int(step))]
    return numbers if len(numbers) <= MOST_ON_A_SCALE else []


def _how_to_write(question: Question) -> Iterator[str]:
    if is_long(question):
        few = "; ".join(option.label for option in question.options[:2])
        many = "một mục" if question.kind == "select_one" else "một hay nhiều mục"
        yield f"Ghi tên {many}, ví dụ: {few}"
    if question.kind == "range" and not _scale(question):
        start, end = question.parameters.get("start"), question.parameters.get("end")
        yield f"Một số từ {start} đến {end}"
