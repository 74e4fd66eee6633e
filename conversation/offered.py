"""Which options of a list a choice filter leaves."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

from conversation.expressions import Scope, expression
from conversation.form import Form, Option, Question

_COLUMN_IS_ANSWER = re.compile(r"\s*([\w.-]+)\s*=\s*(/[\w./-]+)\s*")


def offered(form: Form, question: Question, scope_of: Callable[[Element], Scope]) -> tuple[Option, ...]:
    """Return the options for which the filter holds; `scope_of` gives the scope in which a row is looked at.

    A list of thousands is filtered by one column as a rule: such a filter looks the rows up instead of trying each.
    """
    if not question.choice_filter:
        return question.options
    plain = _COLUMN_IS_ANSWER.fullmatch(question.choice_filter)
    if plain:
        answer = expression(plain[2]).text(scope_of(Element("item")))
        return _by_column(form, question.name, plain[1]).get(answer, ())
    keeps = expression(question.choice_filter)
    return once_each(option for option, item in _rows(form, question.name) if keeps.true(scope_of(item)))


def once_each(options: Iterable[Option]) -> tuple[Option, ...]:
    """Return options without the further rows of one that stands in several."""
    first: dict[str, Option] = {}
    for option in options:
        first.setdefault(option.value, option)
    return tuple(first.values())


@lru_cache(maxsize=1024)
def _by_column(form: Form, name: str, column: str) -> Mapping[str, tuple[Option, ...]]:
    found: dict[str, list[Option]] = {}
    for option in form.by_name[name].options:
        found.setdefault(_cells(option).get(column, ""), []).append(option)
    return {cell: once_each(options) for cell, options in found.items()}


@lru_cache(maxsize=256)
def _rows(form: Form, name: str) -> tuple[tuple[Option, Element], ...]:
    return tuple((option, _as_item(option)) for option in form.by_name[name].options)


def _cells(option: Option) -> Mapping[str, str]:
    return {"name": option.value, "label": option.label, **option.columns}


def _as_item(option: Option) -> Element:
    item = Element("item")
    for name, text in _cells(option).items():
        SubElement(item, name).text = text
    return item
