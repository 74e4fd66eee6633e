"""A workbook's bytes as sheets of rows, every row at the number a spreadsheet gives it."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from unicodedata import normalize

from pyxform import aliases
from pyxform.xls2json_backends import DefinitionData, get_xlsform

_MARKDOWN_ROW = re.compile(r"\s*\|(.*)\|\s*")
_RULE = re.compile(r"[|-]+")
_BAR = re.compile(r"(?<!\\)\|")
# Columns of KoboToolbox's own copies of a form, which its XLSForms leave out: the list beside the type, a name it made.
_KOBO_LIST, _KOBO_OTHER, _KOBO_NAME = "select_from_list_name", "_or_other", "$autoname"

_SHEETS = ("survey", "choices", "settings")
# The sheet a row begins, if it does, and whether there is anything else in it.
_Line = tuple[str, bool]


def open_sheets(source: bytes, suffix: str) -> DefinitionData:
    """Open a workbook's bytes (`.xlsx .xlsm .xls .csv .md`); raises whatever pyxform and what it opens them with do.

    pyxform leaves out the empty rows of .csv and .md, which are put back here. Letters are put together with their
    marks (NFC), as programs on a Mac write them apart.
    """
    kind = suffix.lower()
    data = get_xlsform(source.removeprefix(BOM_UTF8), file_type=kind)
    if kind in _LINES:
        numbers = _row_numbers(_LINES[kind](source.decode("utf-8-sig")))
        for sheet in _SHEETS:
            filled = next(iter(numbers.values())) if len(numbers) == 1 else numbers.get(sheet, ())
            setattr(data, sheet, _put_back(getattr(data, sheet), filled))
    for sheet in _SHEETS:
        header, rows = getattr(data, f"{sheet}_header"), getattr(data, sheet)
        if header:
            setattr(data, f"{sheet}_header", [_composed(header[0])])
            setattr(data, sheet, [_plain_first(_composed(row)) for row in rows or ()])
    if data.survey_header and {_KOBO_LIST, _KOBO_NAME} & data.survey_header[0].keys():
        data.survey_header[0].setdefault("name")
        data.survey = [_as_xlsform(row) for row in data.survey or ()]
    return data


def _put_back(rows: Sequence[dict[str, str]] | None, filled: Sequence[int]) -> list[dict[str, str]] | None:
    """Return rows with the empty ones among them; `filled` numbers those that are not, the header's first."""
    if not rows:
        return None
    whole: list[dict[str, str]] = [{} for _ in range(filled[-1] - filled[0])]
    for number, row in zip(filled[1:], rows, strict=False):
        whole[number - filled[0] - 1] = row
    return whole


def _row_numbers(lines: Iterator[_Line]) -> Mapping[str, list[int]]:
    """Return the numbers of the rows of each sheet that are not empty."""
    sheets: dict[str, list[int]] = {}
    rows: list[int] = []
    for number, (begun, filled) in enumerate(lines):
        if begun:
            rows = sheets[begun.lower()] = []
        if filled:
            rows.append(number)
    return sheets


def _csv_lines(text: str) -> Iterator[_Line]:
    for row in csv.reader(io.StringIO(text, newline="")):
        first, *cells = row or ("",)
        yield first.strip(), any(cell.strip() for cell in cells)


def _markdown_lines(text: str) -> Iterator[_Line]:
    for line in text.split("\n"):
        row = None if line.lstrip().startswith("#") else _MARKDOWN_ROW.match(line)
        if row and not _RULE.fullmatch(row[1]):
            first, *cells = (cell.strip() for cell in _BAR.split(row[1]))
            yield first, any(cells)


_LINES: Mapping[str, Callable[[str], Iterator[_Line]]] = {".csv": _csv_lines, ".md": _markdown_lines}


def _composed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {normalize("NFC", column): cell and normalize("NFC", cell) for column, cell in row.items()}


def _plain_first(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with `label` before `label::English`: pyxform would take it for all there is."""
    return dict(sorted(row.items(), key=lambda cell: ":" in cell[0]))


def _as_xlsform(row: dict[str, str]) -> dict[str, str]:
    """Return a row with its list beside its type, and the name that KoboToolbox made where it has no other."""
    kind, name = row.get("type", ""), row.get("name") or row.get(_KOBO_NAME, "")
    if row.get(_KOBO_LIST) and " " not in kind.strip():
        other = " or_other" if aliases.yes_no.get(row.get(_KOBO_OTHER, "")) else ""
        kind = f"{kind} {row[_KOBO_LIST]}{other}"
    named = {"type": kind, "name": name}
    return row | {column: cell for column, cell in named.items() if cell}
