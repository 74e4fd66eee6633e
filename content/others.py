"""What XLSForm's `or_other` adds: one more option, and the question which other."""

import re
from collections.abc import Mapping

from pyxform.constants import OR_OTHER_CHOICE
from pyxform.xls2json import RE_SELECT

from content.workbook import Line, Workbook
from conversation.form import OTHER, Option, Question


def select_of(line: Line) -> re.Match[str] | None:
    """Return the parts of a type that names a list of answers; None of any other."""
    found: re.Match[str] | None = RE_SELECT.search(line["type"])
    return found


def asks_which_other(line: Line) -> bool:
    """Whether a row ends in `or_other`."""
    select = select_of(line)
    return bool(select and select["specify_other"])


def with_others(lists: Mapping[str, tuple[Option, ...]], workbook: Workbook) -> Mapping[str, tuple[Option, ...]]:
    """Add "other" to the lists that some question uses with `or_other`: to the list itself, as XLSForm does."""
    selects = map(select_of, workbook.survey)
    asking = {select["list_name"] for select in selects if select and select["specify_other"]}
    lacking = {name for name in asking & lists.keys() if all(option.value != OTHER for option in lists[name])}
    other = Option(OTHER, "Khác" if workbook.vietnamese else OR_OTHER_CHOICE["label"])
    return {name: (*options, other) if name in lacking else options for name, options in lists.items()}


def which_other(question: Question, path: str, *, vietnamese: bool) -> Question:
    """Return the question that XLSForm's `or_other` adds, in Vietnamese or else in XLSForm's own words."""
    return Question(
        name=f"{question.name}_{OTHER}",
        kind="text",
        label="Mục khác đó là gì? Anh/chị ghi vài chữ giúp em." if vietnamese else "Specify other.",
        short=f"{question.short or question.label} ({'mục khác' if vietnamese else 'other'})",
        path=question.path,
        relevant=f"selected({path}, '{OTHER}')",
        row=question.row,
    )
