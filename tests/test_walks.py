"""Random turns on every channel: never an exception, never silence, never an unworded reply, always a way on."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.parts import length
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import CAPABILITIES, Message
from tests.actors import Owner
from tests.conftest import a_class

TURNS = 300
UNWORDED = re.compile(r"\{\{|\}\}|\{%|\$\{|\bNone\b|\bUndefined\b|\[\]|<[A-Z]\w+ object")
HINT = re.compile(r"\bgõ\b|Gõ|\?|nhắn|chuyển tiếp", re.IGNORECASE)
SAID = (
    *["/start", "/menu", "/chinhsach", "/quantam", "/phieu", "/lop", "/thongbao", "/dulieu", "/huy", "/canbo"],
    *["/guithongbao", "/khong_co", "1", "2", "1,3", "0", "12", "-5", "9999999999", "mười mấy", "tam 4 tram"],
    *["1,5 tỷ", "đồng ý", "khong", "ok", "dung", "đúng", "dừng", "thôi", "tiếp", "quay lại", "hủy", "bỏ qua", "sau"],
    *["gửi", "menu", "THÔI TIN", "nhận tin", "QT1", "hủy QT1", "chia sẻ QT1", "mã của tôi", "xuan khe", "hòa mạc"],
    *["Lý Nhân", "Hà Nam", "Nhân Hà", "moc lan", "Mộc Thịnh Phát", "0912345678", "0912 34 56", "=1+1", "<b>đậm</b>"],
    *["{{ 7*7 }}", "'; DROP TABLE x; --", "👍👍", "toi mun mua may cat cnc dc ho tro ko", "cách nấu bún cá"],
    *["xoa du lieu", "a" * 5000, "ộ" * 1200, "\u200b", " "],
)


def walk(library: Library, renderer: Renderer, channel: str, seed: int) -> None:
    chance = random.Random(seed)
    owner = Owner(library, renderer, classes=[a_class("QT1", 500), a_class("CL1", 2, 2)])
    for _ in range(TURNS):
        choices = [choice for message in owner.messages for choice in message.choices]
        roll = chance.random()
        if choices and roll < 0.55:
            said = chance.choice(choices).token
            owner.taps_token(said)
        elif roll < 0.6:
            said = f"{chance.randrange(40)}:x"
            owner.taps_token(said)
        else:
            said = chance.choice(SAID)
            owner.says(said)
        shown = renderer.render(owner.replies, CAPABILITIES[channel], owner.session["prompt"]["number"])
        check(shown, channel, said)


def check(shown: tuple[Message, ...], channel: str, said: str) -> None:
    can = CAPABILITIES[channel]
    assert shown, said
    for message in shown:
        assert message.text.strip(), (said, message.key)
        assert not UNWORDED.search(message.text.replace("{{ 7*7 }}", "")), (said, message.text)
        assert length(message.text, can.unit) <= can.text_limit, (said, message.key)
        assert not message.buttons or len(message.choices) <= can.buttons
        for choice in message.choices:
            assert len(choice.token.encode()) <= 64, choice
            assert message.buttons or choice.label.lower() in message.text.lower()
    assert shown[-1].choices or HINT.search(shown[-1].text), (said, shown[-1].text)


@pytest.mark.parametrize("channel", CAPABILITIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_three_hundred_random_turns(library: Library, renderer: Renderer, channel: str, seed: int) -> None:
    walk(library, renderer, channel, seed)


OPEN = ["/start", "/quantam", "đồng ý", "1", "mua máy", "Mộc Lan", "1", "5", "Nhân Hà", "bỏ qua"]


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), asked=st.integers(1, len(OPEN)))
def test_any_text_at_any_question(library: Library, renderer: Renderer, text: str, asked: int) -> None:
    owner = Owner(library, renderer, classes=[a_class("QT1", 12)])
    for said in OPEN[:asked]:
        owner.says(said)
    owner.says(text)
    check(renderer.render(owner.replies, CAPABILITIES["zalo_bot"], 1), "zalo_bot", text)
