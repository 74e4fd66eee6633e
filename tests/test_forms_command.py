"""`kcbot forms check` and `kcbot forms walk`, as a program meets them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.commands.terms import Refused

FORMS = Path(__file__).parent / "forms"
WRONG = """| survey |
| | type | name | label | relevant |
| | integre | tho | Mấy thợ? | |
| | text | ten | Tên? | ${khong_co} = 1 |
"""
ROSTER = {
    "ten": "Mộc Lan",
    "so_tho": 2,
    "ten_tho": {"repeat": ["An", "Bình"]},
    "tuoi_tho": {"repeat": ["35", ["10", "16"]]},
    "viec": {"repeat": ["1,3"]},
    "nguoi_giam_ho": {"repeat": [None, "Cường"]},
    "ten_may": {"repeat": ["bào", "cưa"]},
    "gia": {"repeat": [100, 50]},
    "hong_gi": {"repeat": [{"repeat": ["lưỡi", "trục"]}]},
    "chi": {"repeat": [{"repeat": ["40", "20,5"]}]},
}
SUBMITTED = {
    "xuong": {"ten": "Mộc Lan", "so_tho": 2},
    "tho": [
        {"thu_tu": 1, "ten_tho": "An", "tuoi_tho": 35, "viec": "cat son"},
        {"thu_tu": 2, "ten_tho": "Bình", "tuoi_tho": 16, "nguoi_giam_ho": "Cường"},
    ],
    "tong_tuoi": 51,
    "lon_nhat": 35,
    "trung_binh": 25.5,
    "may": [
        {
            "ten_may": "bào",
            "gia": 100,
            "hong": [{"hong_gi": "lưỡi", "chi": 40}, {"hong_gi": "trục", "chi": 20.5}],
            "tong_chi": 60.5,
        },
        {"ten_may": "cưa", "gia": 50, "tong_chi": 0},
    ],
    "so_may": 2,
    "cac_may": "bào, cưa",
    "may_dau": "bào",
}


def kcbot(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_every_mistake_is_a_line_with_its_place(tmp_path: Path) -> None:
    wrong, fine = tmp_path / "sai.md", FORMS / "chon_xa.md"
    wrong.write_text(WRONG, "utf-8")
    checked = kcbot("forms", "check", str(wrong), str(fine))
    assert checked.exit_code == 1
    first, second, third = checked.output.splitlines()
    assert first.startswith(f"{wrong}:survey:2:type: ")
    assert second.startswith(f"{wrong}:survey:3:relevant: ")
    assert third == f"{fine}: dùng được."
    assert kcbot("forms", "check", str(fine)).exit_code == 0


def test_a_walk_ends_in_what_would_be_sent(tmp_path: Path) -> None:
    answers = tmp_path / "tra_loi.json"
    answers.write_text(json.dumps(ROSTER), "utf-8")
    walked = kcbot("forms", "walk", str(FORMS / "ho_gia_dinh.md"), "--answers", str(answers), "--json")
    assert walked.exit_code == 0, walked.output
    lines = [json.loads(line) for line in walked.output.splitlines()]
    assert lines[-1] == SUBMITTED
    assert {"key", "text", "choices", "files"} <= lines[0].keys()


@pytest.mark.parametrize(
    ("answers", "named"),
    [({}, "«ten»"), ({"ten": "Mộc Lan", "so_tho": ["nhiều", "5"]}, "«so_tho»"), ({"la": "1"}, "la"), ([], "JSON")],
)
def test_a_walk_that_is_stuck_names_the_question(tmp_path: Path, answers: object, named: str) -> None:
    file = tmp_path / "tra_loi.json"
    file.write_text(json.dumps(answers), "utf-8")
    walked = kcbot("forms", "walk", str(FORMS / "ho_gia_dinh.md"), "--answers", str(file))
    assert isinstance(walked.exception, Refused)
    assert named in str(walked.exception)
