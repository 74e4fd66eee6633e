"""The sheets and columns of a form as staff write them, beside XLSForm's own names; tones and case do not matter."""

from collections.abc import Mapping
from difflib import get_close_matches

from pyxform import aliases

from content.vietnamese.kinds import KINDS
from conversation.answers.text import fold

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
TITLES = {SURVEY: "Câu hỏi", CHOICES: "Đáp án", SETTINGS: "Cài đặt"}
# Our own column: the name of a question's list, or the ends of its scale.
ANSWERS = "kc answers"
COLUMNS: Mapping[str, Mapping[str, str]] = {
    SURVEY: {
        "loại câu": "type",
        "tên": "name",
        "câu hỏi": "label",
        "tên ngắn": "kc_short",
        "gợi ý": "hint",
        "bắt buộc": "required",
        "đáp án": ANSWERS,
        "chỉ hỏi khi": "relevant",
        "điều kiện": "constraint",
        "báo lỗi": "constraint_message",
        "công thức": "calculation",
        "mặc định": "default",
        "lọc đáp án": "choice_filter",
        "số lần lặp": "repeat_count",
    },
    CHOICES: {"danh sách": "list_name", "mã": "name", "đáp án": "label"},
    SETTINGS: {"tên phiếu": "form_title", "mã phiếu": "kc_prefix", "phiên bản": "version"},
}
_XLSFORM = {
    SURVEY: {
        *aliases.survey_header,
        *("type", "name", "label", "kc_short", "hint", "guidance_hint", "default", "choice_filter", "trigger"),
        *("parameters", "disabled"),
    },
    CHOICES: {*aliases.list_header, "name", "label"},
    SETTINGS: {*aliases.settings_header, "title", "id_string", "version", "kc_prefix", "default_language"},
}
_SHEETS = {fold(title): sheet for sheet, title in TITLES.items()}
_FOLDED = {sheet: {fold(heading): name for heading, name in columns.items()} for sheet, columns in COLUMNS.items()}


def sheet_of(title: str) -> str:
    """Return XLSForm's name of a sheet; empty for what has a Vietnamese title of no meaning here, or none."""
    return _SHEETS.get(fold(title), "")


def is_vietnamese(heading: str) -> bool:
    """Whether a heading of the survey sheet is the one that no XLSForm has."""
    return fold(heading) == fold("loại câu")


def column_of(sheet: str, heading: str) -> str:
    """Return XLSForm's name of a column ("câu hỏi::English" → "label::English"); empty for what is none."""
    first, parting, language = heading.partition("::")
    name = _FOLDED[sheet].get(fold(first))
    if name is None:
        written = "_".join(first.split()).lower()
        name = written if written in _XLSFORM[sheet] or ":" in first else ""
    return f"{name}{parting}{language.strip()}" if name else ""


def heading_of(sheet: str, column: str) -> str:
    """Return the Vietnamese heading of one of XLSForm's columns; the column itself where there is none."""
    other = {"title": "form_title", "list name": "list_name"}.get(column, column)
    return next((heading for heading, name in COLUMNS[sheet].items() if name == other), column)


def meant(sheet: str, heading: str) -> str:
    """Return the heading that another was probably meant to be; empty for what looks like none."""
    close = get_close_matches(fold(heading), _FOLDED[sheet], 1, 0.8)
    return next((known for known in COLUMNS[sheet] if close and fold(known) == close[0]), "")


def meant_kind(written: str) -> str:
    """Return the type of question that another word was probably meant to be; empty for what looks like none."""
    folded = {fold(kind): kind for kind in KINDS}
    close = get_close_matches(fold(written), folded, 1, 0.6)
    return folded[close[0]] if close else ""
