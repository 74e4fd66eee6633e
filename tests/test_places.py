"""Communes as owners type them: new names, old ones, districts, slips of the thumb."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.library import CONTENT
from content.tables import read_places
from conversation.answers import fold
from conversation.places import Commune, OldUnit, Places

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
        ("XUÂN KHÊ", ["Xã Nhân Hà (Xuân Khê cũ)"]),
        ("xuankhe", ["Xã Nhân Hà (Xuân Khê cũ)"]),
        ("Nhân Hà (trước là Xuân Khê)", ["Xã Nhân Hà"]),
        ("hòa mạc nay là duy tân", ["Phường Duy Tân"]),
        ("thi tran vinh tru", ["Xã Vĩnh Trụ (Vĩnh Trụ cũ)"]),
        ("p. duy ha", ["Phường Duy Hà"]),
        ("Thôn Ngọc Động, Hoàng Đông", ["Phường Duy Hà (Hoàng Đông cũ)", "Phường Hà Nam (Hoàng Đông cũ)"]),
        ("hòa mạc", ["Phường Duy Tiên (Hòa Mạc cũ)", "Phường Duy Tân (Hòa Mạc cũ)"]),
        ("hoà mạc", ["Phường Duy Tiên (Hòa Mạc cũ)", "Phường Duy Tân (Hòa Mạc cũ)"]),
        ("Xuân Khê, huyện Lý Nhân", ["Xã Nhân Hà (Xuân Khê cũ)"]),
        ("xa nhan my ly nhan ha nam", ["Xã Nhân Hà (Nhân Mỹ cũ)"]),
        ("nguyen uy", ["Phường Nguyễn Uý"]),
        ("thuỵ lôi", ["Phường Tam Chúc (Thụy Lôi cũ)"]),
        ("nhat tuu", ["Phường Kim Thanh (Nhật Tựu cũ)"]),
        ("xa mộc nam", ["Phường Duy Tân (Mộc Nam cũ)"]),
        ("Châu Sơn", ["Phường Châu Sơn"]),
        ("đồng văn", ["Phường Đồng Văn"]),
        ("phuong que", ["Phường Kim Bảng (Quế cũ)"]),
        ("quế", ["Phường Kim Bảng (Quế cũ)"]),
        ("xã Lý Nhân", ["Xã Lý Nhân"]),
        ("xã Lý Nhân, huyện Lý Nhân", ["Xã Lý Nhân"]),
        ("phường hà nam", ["Phường Hà Nam"]),
        ("P.Hà Nam", ["Phường Hà Nam"]),
        ("phường Duy Tiên hay Duy Tân", ["Phường Duy Tiên", "Phường Duy Tân"]),
        ("nhan ha hay vinh tru", ["Xã Nhân Hà", "Xã Vĩnh Trụ"]),
        ("Hà Nam", []),
        ("tỉnh Hà Nam", []),
        ("ha nam hay", []),
        ("hà nan", []),
        ("HN", []),
        ("tỉnh Ninh Bình", []),
        ("ở quê", []),
        ("xưởng em ở gần chợ", []),
    ],
)
def test_a_name_is_found(typed: str, labels: list[str]) -> None:
    assert found(typed) == labels


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("trac vam", ["Phường Duy Tiên (Trác Văn cũ)"]),
        ("xuna khe", ["Xã Nhân Hà (Xuân Khê cũ)"]),
        ("phuong ly thuong kjet", ["Phường Lý Thường Kiệt"]),
        ("o xa nhan khamg nhe", ["Xã Vĩnh Trụ (Nhân Khang cũ)"]),
        ("nhan mi, huyen ly nhan", ["Xã Nhân Hà (Nhân Mỹ cũ)"]),
        ("Nhân Hậu", ["Xã Nhân Hà"]),
    ],
)
def test_one_slip_is_put_right_but_asked_back(typed: str, labels: list[str]) -> None:
    assert found(typed) == labels
    assert not any(place.sure for place in PLACES.find(typed))


@pytest.mark.parametrize(
    "typed",
    ["khuyến công là gì", "thanh lap doanh nghiep moi", "làm hồ sơ 2 năm rồi", "đăng ký nhãn hiệu cho lụa nhà em"],
)
def test_a_question_is_no_misspelt_name(typed: str) -> None:
    assert found(typed) == []


@pytest.mark.parametrize(
    ("typed", "labels", "sure"),
    [
        ("nhan my thon quang trung", ["Xã Nhân Hà (Nhân Mỹ cũ)"], True),
        ("Nhân Hà gần Vĩnh Trụ", ["Xã Nhân Hà"], True),
        ("đường Lê Hồng Phong, Châu Sơn", ["Phường Châu Sơn"], True),
        ("KCN Đồng Văn", ["Phường Đồng Văn"], False),
        ("số 5 đường Lý Thường Kiệt", [], True),
        ("duong ly thuong kjet", [], True),
    ],
)
def test_what_lies_beside_gives_way_and_streets_name_nothing(typed: str, labels: list[str], sure: bool) -> None:
    assert found(typed) == labels
    assert all(place.sure == sure for place in PLACES.find(typed))


@pytest.mark.parametrize("typed", ["huyện Lý Nhân", "lý nhân", "ly nhna", "Lý Nhân, Hà Nam"])
def test_a_district_stands_for_its_seven_communes(typed: str) -> None:
    assert len(found(typed)) == 7
    assert found(typed)[0] == "Xã Lý Nhân"


@pytest.mark.parametrize("typed", ["tp phủ lý", "T.P Phủ Lý", "thanh pho phu ly cu", "phủ lý"])
def test_a_town_of_before_is_not_the_ward_of_its_name_alone(typed: str) -> None:
    assert sorted(place.commune.name for place in PLACES.find(typed)) == [
        "Châu Sơn",
        "Hà Nam",
        "Liêm Tuyền",
        "Phù Vân",
        "Phủ Lý",
    ]


def test_of_two_old_units_of_one_name_the_district_decides() -> None:
    communes = [Commune("1", "Một", "xã"), Commune("2", "Hai", "xã")]
    old = [OldUnit("Tân An", "xã", "Huyện Lý Nhân", ("1",)), OldUnit("Tân An", "xã", "Huyện Bình Lục", ("2",))]
    places = Places(communes, old)
    assert [place.code for place in places.find("tan an")] == ["1", "2"]
    assert [place.code for place in places.find("tan an, binh luc")] == ["2"]


def test_an_old_name_is_read_back_with_the_new_one() -> None:
    (place,) = PLACES.find("xuân khê")
    assert place.described == "Xã Xuân Khê cũ (huyện Lý Nhân), nay là xã Nhân Hà"
    assert PLACES.find("thi tran kien khe")[0].described == (
        "Thị trấn Kiện Khê cũ (huyện Thanh Liêm), nay là phường Châu Sơn"
    )
    assert PLACES.find("nhan ha")[0].described == PLACES.name_of("13609") == "Xã Nhân Hà"


def test_a_split_unit_is_read_back_as_split() -> None:
    both = PLACES.find("hoa mac")
    assert [place.split for place in both] == [True, True]
    assert both[0].described == "Phường Hòa Mạc cũ (thị xã Duy Tiên), nay chia về hai nơi"
    assert not PLACES.find("xuân khê")[0].split


def rows(name: str) -> list[dict[str, str]]:
    with (CONTENT / "places" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", rows("communes.csv"), ids=lambda row: row["name"])
def test_every_new_name_is_found_toneless(row: dict[str, str]) -> None:
    assert found(fold(f"{row['type']} {row['name']}")) == [PLACES.name_of(row["code"])]
    if row["name"] != "Hà Nam":
        assert PLACES.find(fold(row["name"]))[0].code == row["code"]


@pytest.mark.parametrize("row", rows("old_units.csv"), ids=lambda row: f"{row['name']} {row['code']}")
def test_every_old_name_is_found_toneless(row: dict[str, str]) -> None:
    for typed in (row["name"], f"{row['type']} {row['name']}", f"{row['name']}, {row['type']}, {row['district']}"):
        assert row["code"] in {place.code for place in PLACES.find(fold(typed))}, typed


OLD_NAMES = [fold(row["name"]) for row in rows("old_units.csv")]
WORDS = st.sampled_from([*OLD_NAMES, "hà", "nam", "xã", "phường", "hay", "đường", "p", "t", "x"])


@given(st.text(max_size=200) | st.lists(WORDS | st.text(max_size=8), max_size=12).map(" ".join))
def test_any_text_is_read_without_harm(text: str) -> None:
    places = PLACES.find(text)
    assert all(PLACES.by_code[place.code] == place.commune for place in places)
    assert len({place.code for place in places}) == len(places)


def test_the_table_is_whole() -> None:
    assert len(PLACES.by_code) == 33
    names = {(row["name"], row["district"]) for row in rows("old_units.csv")}
    assert len(names) == 98 + 4
    assert sum(row["extent"] == "part" for row in rows("old_units.csv")) == 10


def test_nothing_but_facts_is_shipped() -> None:
    tables = [rows("communes.csv"), rows("old_units.csv")]
    assert {column for table in tables for column in table[0]} == {"code", "name", "type", "district", "extent"}
    words = [cell for table in tables for row in table for cell in row.values()]
    assert [cell for cell in words if not re.fullmatch(r"\d{5}|whole|part|[^\W\d_]+( [^\W\d_]+){0,4}", cell)] == []
