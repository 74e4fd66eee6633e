"""`kcbot import responses`: a filled-in workbook becomes responses, by the same rules as a chat."""

import io
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

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


def kcbot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"KCBOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/kcbot.db", "KCBOT_DEMO_DATA": "false"}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def exported(folder: Path) -> str:
    out = folder / "ra.csv"
    assert kcbot(folder, "export", "responses", "--form", "needs", "--out", str(out)).returncode == 0
    return out.read_text("utf-8-sig")


def test_a_workbook_becomes_responses(tmp_path: Path) -> None:
    file = filled_in(tmp_path, GOOD, {**GOOD, "business_name": "Mộc Thịnh Phát", "phone": "0987 654 321"})
    trial = kcbot(tmp_path, "import", "responses", str(file), "--dry-run")
    assert (trial.returncode, "2 phiếu" in trial.stdout) == (0, True), trial
    assert "Mộc Lan" not in exported(tmp_path)
    done = kcbot(tmp_path, "import", "responses", str(file))
    assert (done.returncode, "Đã nhập 2 phiếu" in done.stdout) == (0, True), done
    table = exported(tmp_path)
    assert "Mộc Lan" in table
    assert "Mộc Thịnh Phát" in table


@pytest.mark.parametrize(("partial", "kept"), [(False, False), (True, True)])
def test_a_wrong_cell_is_named_and_keeps_all_back_unless_asked(tmp_path: Path, partial: bool, kept: bool) -> None:
    file = filled_in(tmp_path, GOOD, {**GOOD, "business_name": "Mộc Sai", "workers": "nhiều"})
    done = kcbot(tmp_path, "import", "responses", str(file), *(["--partial"] if partial else []))
    assert "Phiếu!" in done.stdout
    assert done.returncode == (0 if partial else 1)
    table = exported(tmp_path)
    assert ("Mộc Lan" in table) is kept
    assert "Mộc Sai" not in table


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "khac.xlsx")
    refused = kcbot(tmp_path, "import", "responses", str(tmp_path / "khac.xlsx"))
    assert refused.returncode == 1
    assert "khac.xlsx" in refused.stderr
