"""A spreadsheet in XLSForm's layout as rows under XLSForm's own column names.

pyxform opens every kind of workbook and knows every spelling of a column that ODK and KoboToolbox accept.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from pyxform import aliases
from pyxform.errors import PyXFormError
from pyxform.parsing.sheet_headers import dealias_and_group_headers
from pyxform.question import MultipleChoiceQuestion, Option
from pyxform.survey import Survey
from pyxform.xls2json_backends import DefinitionData
from pyxform.xls2xform import convert

from content.mistakes import FormError, Mistake
from content.repeated import repeated_columns
from content.verdict import mistake_of
from content.vietnamese.sheets import read_sheets
from content.vietnamese.wording import Wording

__all__ = ["FormError", "Line", "Mistake", "Workbook", "open_workbook"]

_COLUMNS = {
    "survey": (aliases.survey_header, {*MultipleChoiceQuestion.get_slot_names(), "kc_short"}),
    "choices": (aliases.list_header, {*Option.get_slot_names()}),
    "settings": (aliases.settings_header, {*Survey.get_slot_names(), "kc_prefix"}),
}
_VIETNAMESE = re.compile(r"\(vi\)|^vi$|tiếng việt|vietnamese", re.IGNORECASE)
# The languages of words in a column that names none: the house's own, unless another column is in it.
_OURS, _ANOTHER = "Tiếng Việt", "Ngôn ngữ khác"
_ALIKE = re.compile(r"for sheet: '(\w+)'\. .* were found: '(.*)', '(.*)'\. Rename")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet; `cells` is named and nested as pyxform does: bind → relevant, label → language → words."""

    sheet: str
    row: int
    cells: Mapping[str, Any]
    language: str = ""
    fallback: str = ""

    def __getitem__(self, column: str) -> str:
        """Return a cell without the space around it; of several languages the line's own, else its fallback's."""
        path = aliases.survey_header.get(column, column)
        outer, inner = (path, None) if isinstance(path, str) else path
        found: Any = self.cells.get(outer)
        if inner is not None:
            found = found.get(inner) if isinstance(found, dict) else None
        if not found:
            return ""
        if isinstance(found, dict):
            words = (found.get(language) for language in (self.language, self.fallback, *found))
            found = next(filter(None, words), "")
        return str(found).strip()

    def with_cell(self, column: str, text: str) -> "Line":
        """Return the line with another text in a cell."""
        return replace(self, cells={**self.cells, column: text})

    def mistake(self, column: str, message: str) -> Mistake:
        return Mistake(self.sheet, self.row, column, message)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a form, without the rows that are empty, switched off or only a remark.

    `columns` are those of the choices sheet.
    """

    survey: tuple[Line, ...]
    choices: tuple[Line, ...]
    settings: Line
    columns: frozenset[str]
    languages: tuple[str, ...]
    language: str
    data: DefinitionData
    _wording: Wording

    @property
    def vietnamese(self) -> bool:
        """Whether its words are in Vietnamese, as those of no language are taken to be."""
        return not self.languages or bool(_VIETNAMESE.search(self.language))

    def told(self, mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
        """Return mistakes by sheet and row, with the places named as the workbook names them, and those of its words.

        Words that could not be read are told first, as they have left their cells empty.
        """
        every = (*self._wording.mistakes, *mistakes)
        return tuple(map(self._wording.told, sorted(every, key=lambda mistake: (mistake.sheet, mistake.row))))

    def in_language(self, language: str) -> "Workbook":
        """Return the workbook in the words of one of its languages; where there are none, in those it is in now."""
        fallback = self.language or language
        survey = tuple(replace(line, language=language, fallback=fallback) for line in self.survey)
        choices = tuple(replace(line, language=language, fallback=fallback) for line in self.choices)
        return replace(self, survey=survey, choices=choices, language=language)

    def as_xform(self) -> str:
        """Return the XForm that pyxform makes of it."""
        sheets = {part.name: _copied(getattr(self.data, part.name)) for part in fields(self.data)}
        xform: str = convert(sheets, form_name="data").xform
        return xform

    def lacking(self) -> Iterator[Mistake]:
        """Yield the sheets and columns without which nothing can be read."""
        if not self.data.survey_header:
            yield Mistake("survey", 1, "", "tệp cần một trang tên là «survey», dòng đầu là tên các cột")
        if self.survey and not any(line["type"] for line in self.survey):
            yield Mistake("survey", 1, "type", "thiếu cột «type», hoặc cột này để trống")
        for column, written in (("list name", "list_name"), ("name", "name")):
            if self.choices and column not in self.columns:
                yield Mistake("choices", 1, written, f"thiếu cột «{written}», hoặc cột này để trống")

    def judged(self) -> tuple[Mistake, ...]:
        """Return what pyxform itself has against it: at most one mistake."""
        try:
            self.as_xform()
        except PyXFormError as error:
            return (mistake_of(str(error)),)
        except Exception:  # what it stumbles over, as `or_other` with a choice that has no label, it does not judge
            return ()
        return ()


def open_workbook(name: str, source: bytes, suffix: str) -> Workbook:
    """Open a workbook's bytes (`.xlsx .xls .csv .md`); raises FormError under the form's name."""
    try:
        data, wording = read_sheets(source.removeprefix(BOM_UTF8), suffix.lower())
        settings = next(iter(_lines(data, "settings", "default")), Line("settings", 2, {}))
        default = settings["default_language"] or _unnamed(data)
        survey = tuple(line for line in _lines(data, "survey", default) if _counts(line))
        choices = _lines(data, "choices", default)
    except Exception as error:  # what opens a broken workbook may raise anything
        raise FormError(name, list(_unreadable(error, source, suffix.lower()))) from error
    languages = tuple(dict.fromkeys(one for line in (*survey, *choices) for one in _languages(line)))
    columns = frozenset(column for line in choices for column in line.cells)
    workbook = Workbook(survey, choices, settings, columns, languages, "", data, wording)
    return workbook.in_language(_preferred(languages, settings["default_language"]))


def _copied(rows: Any) -> Any:
    """Return a sheet whose rows pyxform may change."""
    return [dict(row) if isinstance(row, dict) else row for row in rows] if isinstance(rows, list) else rows


def _unreadable(error: Exception, source: bytes, suffix: str) -> Iterator[Mistake]:
    """Yield what keeps a workbook from being opened, in words."""
    words = str(error) if isinstance(error, PyXFormError) else ""
    if words.startswith("Duplicate column header"):
        yield from repeated_columns(source, suffix)
    elif alike := _ALIKE.search(words):
        yield Mistake(alike[1], 1, alike[3], f"cột «{alike[2]}» và «{alike[3]}» là một")
    else:
        what = "cần một bảng tính .xlsx, .xls, .csv hay .md, mỗi trang có dòng đầu là tên các cột"
        yield Mistake("survey", 1, "", f"không đọc được tệp: {what}")


def _languages(line: Line) -> Iterable[str]:
    """Return the languages a line's label is written in."""
    label = line.cells.get("label")
    return filter(None, label) if isinstance(label, dict) else ()


def _unnamed(data: DefinitionData) -> str:
    """Return what to call the language of words whose column names none."""
    columns = [column for header in (data.survey_header, data.choices_header) for column in (header or [{}])[0]]
    return _ANOTHER if any(_VIETNAMESE.search(column.rpartition("::")[2]) for column in columns) else _OURS


def _preferred(languages: Sequence[str], default: str) -> str:
    """Return the language to begin in: the one the form's settings name, else Vietnamese, else its first."""
    vietnamese = (language for language in languages if _VIETNAMESE.search(language))
    return default if default in languages else next(vietnamese, next(iter(languages), default))


def _lines(data: DefinitionData, sheet: str, language: str) -> tuple[Line, ...]:
    spellings, known = _COLUMNS[sheet]
    named = dealias_and_group_headers(
        sheet_name=sheet,
        sheet_data=getattr(data, sheet) or (),
        sheet_header=getattr(data, f"{sheet}_header") or (),
        header_aliases=spellings,
        header_columns=known,
        default_language=language,
        strip_whitespace=sheet == "survey",
    )
    return tuple(Line(sheet, number, cells) for number, cells in enumerate(named.data, 2) if cells)


def _counts(line: Line) -> bool:
    return not aliases.yes_no.get(line["disabled"]) and any(line[column] for column in ("type", "name", "label"))
