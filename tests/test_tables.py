"""A mistake in the tables of places and trades stops the start, naming file and line."""

from pathlib import Path

import pytest

from content.errors import ContentError
from content.library import CONTENT, read_asks, read_labels
from content.tables import read_places, read_trades

COMMUNES = "code,name,type\n13609,Nhân Hà,xã\n"
OLD = "name,type,district,extent,code\nXuân Khê,xã,Huyện Lý Nhân,whole,13609\n"


def write(folder: Path, communes: str = COMMUNES, old: str = OLD) -> Path:
    (folder / "communes.csv").write_text(communes, "utf-8")
    (folder / "old_units.csv").write_text(old, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("communes", "old", "where"),
    [
        ("code,name\n", OLD, "communes.csv:1"),
        (COMMUNES + "13609,Khác,xã\n", OLD, "communes.csv:3"),
        (COMMUNES + "13610,,xã\n", OLD, "communes.csv:3"),
        (COMMUNES + "13610,Tên,huyện\n", OLD, "communes.csv:3"),
        (COMMUNES + "13610,Nha\u0302n,xã\n", OLD, "communes.csv:3"),
        (COMMUNES + "13610,Tên\n", OLD, "communes.csv:3"),
        (COMMUNES, OLD + "Khác,xã,Huyện Lý Nhân,whole,99\n", "old_units.csv:3"),
        (COMMUNES, OLD + "Khác,xã,Huyện Lý Nhân,half,13609\n", "old_units.csv:3"),
        (COMMUNES, OLD + "Xuân Khê,xã,Huyện Lý Nhân,whole,13609\n", "old_units.csv:3"),
    ],
)
def test_a_mistake_in_the_places_is_named(tmp_path: Path, communes: str, old: str, where: str) -> None:
    with pytest.raises(ContentError) as refused:
        read_places(write(tmp_path, communes, old))
    assert where in str(refused.value)


@pytest.mark.parametrize("row", ["hai từ,May,,", "may,,,", f"may,{'a' * 50},,", "may,May,2025,", "garment,May,,"])
def test_a_mistake_in_the_trades_is_named(tmp_path: Path, row: str) -> None:
    file = tmp_path / "trades.csv"
    file.write_text(f"name,label,vsic_version,vsic_code\ngarment,May mặc,2025,14100\n{row}\n", "utf-8")
    with pytest.raises(ContentError, match=r"trades\.csv:3"):
        read_trades(file)


def test_the_shipped_trades_are_read() -> None:
    trades = read_trades(CONTENT / "trades" / "trades.csv")
    assert trades[0].label == "May mặc"
    assert (trades[0].vsic_version, trades[0].vsic_code) == ("2025", "14100")
    assert len({trade.label for trade in trades}) == len(trades) == 51


def test_a_label_must_be_words(tmp_path: Path) -> None:
    file = tmp_path / "labels.yaml"
    file.write_text("menu/one: Một\nmenu/two: 2\n", "utf-8")
    with pytest.raises(ContentError, match="menu/two"):
        read_labels(file)


def test_what_can_be_asked_for_has_several_ways() -> None:
    assert all(len(document.asks) >= 3 for document in read_asks(CONTENT / "asks.yaml"))
