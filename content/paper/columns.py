"""Where each answer stands in a form's workbook: a sheet for the form and for each repeat, a column for each answer."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from content.paper.wording import is_long, unquoted
from conversation.form import FILES, Form, Option, Path, Question

MAIN, GUIDE, LISTS, ORIGIN = "Phiếu", "Hướng dẫn", "Đáp án", "kcbot"
# Rows of a sheet, from 1: its headings, the hidden names of its columns, the first one filled in.
HEADINGS, NAMES, FIRST = 1, 2, 3
# The name of the column that says to which row of another sheet this one belongs.
LINK = "#row"
_LONGEST_TITLE = 31
_NOT_IN_TITLES = str.maketrans("[]:*?/\\'", "        ")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a question's answer, or one of its options to be ticked or given its place."""

    question: Question
    option: Option | None = None

    @property
    def name(self) -> str:
        return f"{self.question.name}/{self.option.value}" if self.option else self.question.name


@dataclass(frozen=True, slots=True)
class Sheet:
    """The questions of one repeat, or of the form itself (`path` is `()`); `parent` is the sheet its rows belong to."""

    title: str
    path: Path
    parent: str
    columns: tuple[Column, ...]


def sheets_of(form: Form) -> tuple[Sheet, ...]:
    """Return the sheets of a form, its own first; a repeat's after the one it stands in."""
    titles: dict[Path, str] = {(): MAIN}
    for number, group in enumerate((group for group in form.groups if group.repeat), 1):
        words = " ".join((group.label or group.name).translate(_NOT_IN_TITLES).split())
        titles[group.path] = f"{number}. {words}"[:_LONGEST_TITLE].strip()
    return tuple(
        Sheet(title, path, titles[_repeat_of(form, path[:-1])] if path else "", tuple(_columns(form, path)))
        for path, title in titles.items()
    )


def _repeat_of(form: Form, path: Path) -> Path:
    """Return the innermost repeat that groups stand in; `()` for the form itself."""
    repeats = (path[:depth] for depth in range(len(path), 0, -1) if form.group_at[path[:depth]].repeat)
    return next(repeats, ())


def _columns(form: Form, path: Path) -> Iterator[Column]:
    for question in form.questions:
        if question.asked and question.kind not in FILES and _repeat_of(form, question.path) == path:
            if in_columns(question):
                yield from (Column(question, option) for option in question.options)
            else:
                yield Column(question)


def link_heading(sheet: Sheet) -> str:
    """Return the heading of the column that says to which row above a repeat's row belongs."""
    return "Dòng của phiếu" if sheet.parent == MAIN else f"Dòng của trang {sheet.parent}"


def in_columns(question: Question) -> bool:
    """Whether every option has a column of its own."""
    return question.kind == "rank" or (question.kind == "select_multiple" and not is_long(question))


def labels_of(question: Question) -> Mapping[str, str]:
    """Return the words of each option by its value; those of several options carry the value as well."""
    labels = {option.value: unquoted(option.label) for option in question.options}
    times = Counter(labels.values())
    return {value: label if times[label] == 1 else f"{label} [{value}]" for value, label in labels.items()}
