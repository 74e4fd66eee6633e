"""Points on the map."""

import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.answers import geopoint_in_words, read_geopoint
from tests.answers.any_text import ANY_TEXT
from tests.answers.examples import Form, outcome

HERE = "20.5411 105.9139 0 0"
POINTS = [
    ("20.5411, 105.9139", HERE),
    ("20.5411,105.9139", HERE),
    ("20.5411 105.9139", HERE),
    ("(20.5411, 105.9139)", HERE),
    ("20,5411 105,9139", HERE),
    ("20,5411, 105,9139", HERE),
    ("20.5411 105.9139 12.5 4.0", HERE),
    ("lat 20.5411 lon 105.9139", HERE),
    ("vĩ độ 20,5411 kinh độ 105,9139", HERE),
    ("20.5411° N, 105.9139° E", HERE),
    ("20.5411N 105.9139E", HERE),
    ("20°30'N 105°54'E", "20.5 105.9 0 0"),
    ("N20°30' E105°54'", "20.5 105.9 0 0"),
    ("20°32'28\"N 105°54'50\"E", "20.5411111 105.9138889 0 0"),
    ("20° 32′ 28″ B, 105° 54′ 50″ Đ", "20.5411111 105.9138889 0 0"),
    ("20 độ 30 phút bắc, 105 độ 54 phút đông", "20.5 105.9 0 0"),
    ("20 do 30 phut 105 do 54 phut", "20.5 105.9 0 0"),
    ("https://www.google.com/maps/@20.5411,105.9139,17z", HERE),
    ("https://maps.google.com/?q=20.5411,105.9139", HERE),
    ("https://www.google.com/maps?q=20.5411%2C105.9139", HERE),
    ("Xưởng em đây https://maps.google.com/maps?ll=20.5411,105.9139&z=15", HERE),
    ("https://www.google.com/maps/place/X/@20.5,105.9,17z/data=!3m1!4b1!3d20.5411!4d105.9139", HERE),
    ("https://www.google.com/maps/search/20.5411,+105.9139", HERE),
    ("https://www.openstreetmap.org/?mlat=20.5411&mlon=105.9139#map=17/20.5/105.9", HERE),
    ("geo:20.5411,105.9139", HERE),
    # to be confirmed: not in Vietnam
    ("-33.8688, 151.2093", "-33.8688 151.2093 0 0?"),
    ("33.8688S 151.2093E", "-33.8688 151.2093 0 0?"),
    ("1,5 2,5", "1.5 2.5 0 0?"),
    # no point
    ("105.9139, 20.5411", "not_a_place"),
    ("95.1, 105.2", "not_a_place"),
    ("20.5, 185.2", "not_a_place"),
    ("20°70'N 105°54'E", "not_a_place"),
    ("20°30'N", "not_a_place"),
    ("20, 105", "not_a_place"),
    ("20/11/2026", "not_a_place"),
    ("0912 345 678", "not_a_place"),
    ("https://maps.app.goo.gl/abc", "not_a_place"),
    ("thôn 5, Nhân Mỹ", "not_a_place"),
    ("", "not_a_place"),
    ("20.5411, 105.9139" * 200, "too_long"),
]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("typed", "expected"), POINTS)
def test_points(typed: str, expected: str, form: Form) -> None:
    assert outcome(read_geopoint(unicodedata.normalize(form, typed))) == expected


def test_points_in_words() -> None:
    assert geopoint_in_words(HERE) == "20.5411, 105.9139"
    assert geopoint_in_words("x") == "x"


@given(st.decimals(-90, 90, places=4), st.decimals(-180, 180, places=4))
@settings(deadline=None)
def test_points_read_back_the_same(latitude: Decimal, longitude: Decimal) -> None:
    value = read_geopoint(f"{latitude:f}, {longitude:f}").value
    assert value is not None
    assert [Decimal(part) for part in value.split()] == [latitude, longitude, 0, 0]
    assert read_geopoint(f"{latitude:f} {longitude:f}".replace(".", ",")).value == value


@given(
    st.one_of(
        ANY_TEXT, st.lists(st.sampled_from(["20.5", "°", "'", "q=", "@", ",", " ", "105,9", "độ", "n"])).map("".join)
    )
)
@settings(deadline=None)
def test_a_point_read_is_one_as_odk_writes_it(text: str) -> None:
    value = read_geopoint(text).value
    assert value is None or re.fullmatch(r"-?\d{1,2}(\.\d{1,7})? -?\d{1,3}(\.\d{1,7})? 0 0", value)
