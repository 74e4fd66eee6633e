"""One spelling for what can be typed in several."""

import unicodedata

import pytest
from hypothesis import given, settings

from conversation.answers import fold, has_tones, normalise
from tests.answers.any_text import ANY_TEXT


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  xin\tchào \n anh ", "xin chào anh"),
        (unicodedata.normalize("NFD", "Cơ sở Mộc"), "Cơ sở Mộc"),
        ("co\u0323", "cọ"),
        ("1️⃣ và 🔟", "1 và 10"),
        ("０９１２ ٣", "0912 3"),
        ("m\u200bộ\u00adc\ufeff\x00", "mộc"),
        ("\ud800x", "x"),
        ("9 m²", "9 m²"),
    ],
)
def test_normalised_text_has_one_spelling(typed: str, normal: str) -> None:
    assert normalise(typed) == normal


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Cơ sở Mộc", "co so moc"),
        (unicodedata.normalize("NFD", "Cơ sở Mộc"), "co so moc"),
        ("HÒA MẠC", "hoa mac"),
        ("Hoà Mạc", "hoa mac"),
        ("Đồng Văn – Ðồng Hóa", "dong van dong hoa"),
        ("Mẫu mã/bao bì (nhãn)...", "mau ma bao bi nhan"),
        ("...", ""),
    ],
)
def test_folded_text_compares(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("text", "tones"),
    [("Trần Văn Thịnh", True), ("tran van thinh", False), ("di đi", True), ("ơ", True), ("café", True), ("12", False)],
)
def test_tones_are_seen(text: str, tones: bool) -> None:
    assert has_tones(text) is tones
    assert has_tones(unicodedata.normalize("NFD", text)) is tones


@given(ANY_TEXT)
@settings(deadline=None)
def test_any_text_has_one_spelling(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text) == fold(normalise(text))
    assert normalise(text).encode().decode() == normalise(text)
