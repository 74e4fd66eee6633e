"""Where our engine means to differ from ODK's: docs/xlsform.md says so, and here both are asked."""

from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from content.xlsform import read_form
from conversation.expressions.functions import FUNCTIONS
from conversation.expressions.special import SPECIAL
from conversation.walk import Walk
from tests.actors import TUESDAY_EVENING
from tests.oracle.odk import Engine

DOCS = (Path(__file__).parents[2] / "docs" / "xlsform.md").read_text("utf-8")
HEAD = "| survey |\n| | type | name | label | calculation | repeat_count |\n| | integer | so | S? | | |\n"
REPEAT = "| | begin repeat | lap | L | | 0 |\n| | integer | a | A? | | |\n| | end repeat | | | | |\n"


def both(engine: Engine, formula: str) -> tuple[str, str]:
    """Return what ODK's engine and ours make of a formula."""
    sheet = f"{HEAD}{REPEAT}| | calculate | x | | {formula} | |\n"
    engine.now(TUESDAY_EVENING)
    theirs = engine.load(convert(sheet, file_type=".md", form_name="data").xform).node("/data/x").value
    form = read_form("thu", sheet.encode(), ".md")
    return theirs, Walk(form, {}, TUESDAY_EVENING).submission.get("x", "")


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("formula", "theirs", "ours"),
    [
        ("sum(/data/lap/a)", "", "0"),
        ("round(-2.5)", "-3", "-2"),
        ("date('x')", "Invalid Date", ""),
        ("number('2026-11-24')", "20780", "20780.708333333332"),
    ],
)
def test_a_difference_is_as_the_page_says(engine: Engine, formula: str, theirs: str, ours: str) -> None:
    assert both(engine, formula) == (theirs, ours)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "formula", ["date('2026-11-24') + 1", "round(2.345, 2)", "max(/data/lap/a)", "1 div 3", "7 mod 3"]
)
def test_the_rest_is_the_same(engine: Engine, formula: str) -> None:
    theirs, ours = both(engine, formula)
    assert theirs == ours


def test_the_page_lists_every_function() -> None:
    missing = [name for name in (*FUNCTIONS, *SPECIAL) if f"`{name}`" not in DOCS]
    assert missing == []
