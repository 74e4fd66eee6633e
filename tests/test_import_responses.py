"""`kcbot import responses`: a filled-in workbook becomes responses, by the same rules as a chat."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.commands.terms import Refused
from content.library import PLACES, shipped_forms
from content.paper.workbook import fill_in_workbook
from content.tables import read_places

NEEDS = next(source for source in shipped_forms() if source.name == "needs").read()
GOOD: Mapping[str, object] = {
    "needs": {"management": "x"},
    "workers": 8,
    "seasonal_workers": 0,
    "commune": "Nhân Hà",
    "business_name": "Mộc Lan",
    "legal_form": "Hộ kinh doanh",
    "phone": "0912 345 678",
}


def filled_in(folder: Path, *rows: Mapping[str, Any]) -> Path:
    """Write the workbook of the needs form with these rows, by question name."""
    empty = io.BytesIO()
    fill_in_workbook(NEEDS, read_places(PLACES), empty)
    book = openpyxl.load_workbook(empty)
    sheet = book["Phiếu"]
    names = [cell.value for cell in sheet[2]]
    for number, row in enumerate(rows, 3):
        for name, answer in row.items():
            cells = (
                {f"{name}/{value}": tick for value, tick in answer.items()}
                if isinstance(answer, dict)
                else {name: answer}
            )
            for column, value in cells.items():
                sheet.cell(number, names.index(column) + 1, value)
    file = folder / "phieu.xlsx"
    book.save(file)
    return file


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    said: str


@pytest.fixture
def kcbot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Runs commands on a database of their own."""
    monkeypatch.setenv("KCBOT_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/kcbot.db")
    monkeypatch.setenv("KCBOT_DEMO_DATA", "false")

    def run(*arguments: str) -> Done:
        result = CliRunner().invoke(app, arguments)
        refusal = str(result.exception) if isinstance(result.exception, Refused) else ""
        assert refusal or not result.exception, result.exception
        return Done(1 if refusal else 0, result.output + refusal)

    return run


def exported(kcbot: Callable[..., Done], folder: Path) -> str:
    out = folder / "ra.csv"
    assert kcbot("export", "responses", "--form", "needs", "--out", str(out)).code == 0
    return out.read_text("utf-8-sig")


def test_a_workbook_becomes_responses(kcbot: Callable[..., Done], tmp_path: Path) -> None:
    file = filled_in(tmp_path, GOOD, {**GOOD, "business_name": "Mộc Thịnh Phát", "phone": "0987 654 321"})
    trial = kcbot("import", "responses", str(file), "--dry-run")
    assert (trial.code, "2 phiếu" in trial.said) == (0, True), trial
    assert "Mộc Lan" not in exported(kcbot, tmp_path)
    done = kcbot("import", "responses", str(file))
    assert (done.code, "Đã nhập 2 phiếu" in done.said) == (0, True), done
    table = exported(kcbot, tmp_path)
    assert "Mộc Lan" in table
    assert "Mộc Thịnh Phát" in table


@pytest.mark.parametrize(("partial", "kept"), [(False, False), (True, True)])
def test_a_wrong_cell_is_named_and_keeps_all_back_unless_asked(
    kcbot: Callable[..., Done], tmp_path: Path, partial: bool, kept: bool
) -> None:
    file = filled_in(tmp_path, GOOD, {**GOOD, "business_name": "Mộc Sai", "workers": "nhiều"})
    done = kcbot("import", "responses", str(file), *(["--partial"] if partial else []))
    assert "Phiếu!" in done.said
    assert done.code == (0 if partial else 1)
    table = exported(kcbot, tmp_path)
    assert ("Mộc Lan" in table) is kept
    assert "Mộc Sai" not in table


def test_a_workbook_of_something_else_is_refused(kcbot: Callable[..., Done], tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "khac.xlsx")
    refused = kcbot("import", "responses", str(tmp_path / "khac.xlsx"))
    assert refused.code == 1
    assert "khac.xlsx" in refused.said
