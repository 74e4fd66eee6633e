"""Yes and no."""

import unicodedata

import pytest
from hypothesis import given, settings

from conversation.answers import read_yes_no
from tests.answers.any_text import ANY_TEXT
from tests.answers.examples import Form

YES = """có|ừa|uk|co|CÓ Ạ|đúng|dung|đúng rồi|Đúng ạ|ok|OK em|uh|ừ|vâng|vang|dạ|da vang|đồng ý|dong y|ok dong y
đồng ý cho lưu
được|dc|đc|phải|chính xác|dạ em đồng ý ạ|ừ muốn"""
NO = """không|hông|hổng|kh|chua|ko|k|hong|kg|khong a|thôi|thoi|da thoi|chưa|chưa đúng|sai rồi|không đồng ý|ko dong y
Không, không đồng ý
dạ không ạ|thôi không cần|thoi khoi|không muốn|không được|từ chối"""
NEITHER = """|?|12|có không|được không|đồng ý không|dong y ko|đúng chưa|có?|thôi được rồi|không phải là không đồng ý
cô ạ|cần|dừng|dùng|đừng|có, 2 người|có mất tiền không|không biết|vàng|cảm ơn|được thì báo tôi"""


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (typed, meant)
        for meant, listed in ((True, YES), (False, NO), (None, NEITHER))
        for typed in listed.replace("\n", "|").split("|")
    ],
)
def test_yes_and_no(typed: str, meant: bool | None, form: Form) -> None:
    assert read_yes_no(unicodedata.normalize(form, typed)) is meant


@given(ANY_TEXT)
@settings(deadline=None)
def test_any_text_is_a_yes_a_no_or_neither(text: str) -> None:
    assert read_yes_no(text) in {True, False, None}
    assert read_yes_no(f"{text}?") is None
