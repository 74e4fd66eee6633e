"""Communes as owners type them: new names, old ones, districts, slips of the thumb."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.library import CONTENT
from content.tables import read_places
from conversation.answers import fold
from conversation.places import Places

PLACES = read_places(CONTENT / "places")


def found(text: str) -> list[str]:
    return [place.label for place in PLACES.find(text)]


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("nhan ha", ["Xã Nhân Hà"]),
        ("Xã Nhân Hà", ["Xã Nhân Hà"]),
        ("xuan khe", ["Xã Nhân Hà (Xuân Khê cũ)"]),
        ("xuong o thon 5 xa nhan my", ["Xã Nhân Hà (Nhân Mỹ cũ)"]),
        ("thi tran vinh tru", ["Xã Vĩnh Trụ (Vĩnh Trụ cũ)"]),
        ("p. duy ha", ["Phường Duy Hà"]),
        ("Thôn Ngọc Động, Hoàng Đông", ["Phường Duy Hà (Hoàng Đông cũ)", "Phường Hà Nam (Hoàng Đông cũ)"]),
        ("hòa mạc", ["Phường Duy Tiên (Hòa Mạc cũ)", "Phường Duy Tân (Hòa Mạc cũ)"]),
        ("hoà mạc", ["Phường Duy Tiên (Hòa Mạc cũ)", "Phường Duy Tân (Hòa Mạc cũ)"]),
        ("Xuân Khê, huyện Lý Nhân", ["Xã Nhân Hà (Xuân Khê cũ)"]),
        ("xa mộc nam", ["Phường Duy Tân (Mộc Nam cũ)"]),
        ("trac vam", ["Phường Duy Tiên (Trác Văn cũ)"]),
        ("xã Lý Nhân", ["Xã Lý Nhân"]),
        ("phường hà nam", ["Phường Hà Nam"]),
        ("Hà Nam", []),
        ("tỉnh Hà Nam", []),
        ("HN", []),
        ("xưởng em ở gần chợ", []),
    ],
)
def test_a_name_is_found(typed: str, labels: list[str]) -> None:
    assert found(typed) == labels


@pytest.mark.parametrize("typed", ["huyện Lý Nhân", "lý nhân"])
def test_a_district_stands_for_its_seven_communes(typed: str) -> None:
    assert len(found(typed)) == 7
    assert found(typed)[0] == "Xã Lý Nhân"


def test_an_old_name_is_read_back_with_the_new_one() -> None:
    (place,) = PLACES.find("xuân khê")
    assert place.described == "Xã Xuân Khê cũ (huyện Lý Nhân), nay là xã Nhân Hà"
    assert PLACES.find("hoa mac")[0].described == "Phường Hòa Mạc cũ (thị xã Duy Tiên), nay chia về hai nơi"


def rows(name: str) -> list[dict[str, str]]:
    with (CONTENT / "places" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", rows("communes.csv"), ids=lambda row: row["name"])
def test_every_new_name_is_found_toneless(row: dict[str, str]) -> None:
    assert PLACES.find(fold(f"{row['type']} {row['name']}"))[0].code == row["code"]


@pytest.mark.parametrize("row", rows("old_units.csv"), ids=lambda row: f"{row['name']} {row['code']}")
def test_every_old_name_is_found_toneless(row: dict[str, str]) -> None:
    assert row["code"] in {place.code for place in PLACES.find(fold(f"{row['type']} {row['name']}"))}


@given(st.text(max_size=200))
def test_any_text_is_read_without_harm(text: str) -> None:
    assert all(place.code in PLACES.by_code for place in PLACES.find(text))


def test_the_table_is_whole() -> None:
    assert len(PLACES.by_code) == 33
    names = {(row["name"], row["district"]) for row in rows("old_units.csv")}
    assert len(names) == 98 + 4
    assert sum(row["extent"] == "part" for row in rows("old_units.csv")) == 10


def test_nothing_but_facts_is_shipped() -> None:
    columns = {column for file in Path(CONTENT / "places").glob("*.csv") for column in rows(file.name)[0]}
    assert columns == {"code", "name", "type", "district", "extent"}
    assert Places([], []).find("Nhân Hà") == ()
