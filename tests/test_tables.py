"""A mistake in the tables of places and trades stops the start, naming file and line."""

from pathlib import Path

import pytest

from content.errors import ContentError
from content.library import CONTENT, read_asks, read_labels
from content.tables import read_places, read_trades

COMMUNES = (CONTENT / "places" / "communes.csv").read_text("utf-8")
OLD = "name,type,district,extent,code\nXuân Khê,xã,Huyện Lý Nhân,whole,13609\n"


def write(folder: Path, communes: str, old: str) -> Path:
    (folder / "communes.csv").write_text(communes, "utf-8")
    (folder / "old_units.csv").write_text(old, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("13609,Khác,xã", "bị trùng"),
        ("abc,Khác,xã", "không phải số"),
        ("13610,,xã", "cần tên"),
        ("13610,Tên,huyện", "loại"),
        ("13610,Nha\u0302n,xã", "NFC"),
        ("13610, Nhân,xã", "dấu cách"),
        ("13610,Tên", "3 cột"),
        ("13610,Tên,xã,ghi chú", "3 cột"),
        ("13610,Thừa,xã", "có 34 xã, phường; phải đủ 33"),
    ],
)
def test_a_mistake_in_the_communes_is_named(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(ContentError, match=rf"communes\.csv:35: .*{why}"):
        read_places(write(tmp_path, f"{COMMUNES}{row}\n", OLD))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["Khác,xã,Huyện Lý Nhân,whole,99"], "không có trong communes.csv"),
        (["Khác,xã,Huyện Lý Nhân,half,13609"], "whole hoặc part"),
        (["Khác,huyện,Huyện Lý Nhân,whole,13609"], "phường hoặc thị trấn"),
        (["Xuân Khê,xã,Huyện Lý Nhân,whole,13609"], "«Xuân Khê»"),
        (["Xuân Khê,xã,Huyện Lý Nhân,part,13597"], "«Xuân Khê»"),
        (["Khác,xã,Huyện Lý Nhân,part,13609"], "«Khác»"),
        (["Khác,xã,Huyện Lý Nhân,part,13609", "Khác,xã,Huyện Lý Nhân,part,13609"], "«Khác»"),
    ],
)
def test_a_mistake_in_the_old_units_is_named(tmp_path: Path, rows: list[str], why: str) -> None:
    with pytest.raises(ContentError, match=rf"old_units\.csv:{2 + len(rows)}: .*{why}"):
        read_places(write(tmp_path, COMMUNES, OLD + "\n".join(rows)))


def test_the_first_line_of_a_table_names_its_columns(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"communes\.csv:1: .*code,name,type"):
        read_places(write(tmp_path, "code,name\n", OLD))


def test_an_old_unit_keeps_every_unit_it_went_to(tmp_path: Path) -> None:
    split = "Khác,xã,Huyện Lý Nhân,part,13609\nKhác,xã,Huyện Lý Nhân,part,13597\n"
    found = read_places(write(tmp_path, COMMUNES, OLD + split)).find("xã Khác")
    assert [(place.code, place.split) for place in found] == [("13609", True), ("13597", True)]


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
