"""Wording for a channel: nothing lost, nothing cut inside a letter, every choice within reach, every number steady."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.announcing import Announced, word
from content.library import MESSAGES
from content.options import LONGEST_VALUE
from content.parts import graphemes, length, split
from content.render import Renderer
from conversation.catalog import Library, OpenForm
from conversation.channel import CAPABILITIES, Capabilities, Message
from conversation.form import Form, Option, Question
from conversation.reply import Choice, Reply, numbered
from tests.actors import TUESDAY_EVENING, Owner
from tests.conftest import a_class

CHANNELS = sorted(CAPABILITIES)
UNITS = ("characters", "utf16")
YES = "true()"

# A family, a flag, a heart in colour, a hand with a skin tone, the flag of a part of a country, a keycap.
EMOJI = ("👨‍👩‍👧‍👦", "🇻🇳", "❤️", "👍🏽", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "1️⃣")
WORDS = ("Xưởng", "mộc", "thợ", "nghề", "Phủ Lý.", "Duy Tiên;", "rồi!", "\n", "\n\n", "  ", *EMOJI)
DECOMPOSED = [unicodedata.normalize("NFD", one) for one in WORDS]
vietnamese = st.lists(st.sampled_from([*WORDS, *DECOMPOSED]), max_size=80).map(" ".join)
anything = st.one_of(vietnamese, st.text(max_size=300), st.text("aộ🇻👍\u0301\u200d \n", max_size=300))


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(text=anything, limit=st.integers(40, 200), unit=st.sampled_from(UNITS))
def test_parts_fit_and_lose_nothing_but_space(text: str, limit: int, unit: str) -> None:
    parts = split(text, limit, unit)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(length(part, unit) <= limit for part in parts)
    assert all(part.strip() for part in parts) or len(parts) == 1


@given(text=vietnamese, limit=st.integers(40, 100), unit=st.sampled_from(UNITS))
def test_no_letter_is_cut(text: str, limit: int, unit: str) -> None:
    """What people count as one letter, marks and joined emoji included, stands whole in one part, in the same order."""
    whole = [letter for letter in graphemes(text) if not letter.isspace()]
    pieces = [letter for part in split(text, limit, unit) for letter in graphemes(part) if not letter.isspace()]
    assert pieces == whole


@pytest.mark.parametrize("letter", [*EMOJI, unicodedata.normalize("NFD", "ộ"), "\u1ed9\u0336"])
def test_a_letter_of_many_signs_is_one(letter: str) -> None:
    assert graphemes(f"{letter}{letter}a") == [letter, letter, "a"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("letter", ["a", "ộ", unicodedata.normalize("NFD", "ộ"), "👍🏽", "🇻🇳"])
def test_a_word_of_ten_thousand_letters_is_cut_between_letters(letter: str, unit: str) -> None:
    parts = split(letter * 10_000, 2000, unit)
    assert "".join(parts) == letter * 10_000
    assert all(length(part, unit) <= 2000 and set(graphemes(part)) == {letter} for part in parts)
    assert len(parts) == -(-10_000 // (2000 // length(letter, unit)))


def test_a_letter_longer_than_a_message_is_cut_all_the_same() -> None:
    parts = split("a" + "\u0301" * 5000, 2000, "utf16")
    assert [len(part) for part in parts] == [2000, 2000, 1001]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Một hai ba.\nBốn năm sáu bảy tám", ["Một hai ba.", "Bốn năm sáu bảy tám"]),
        ("Một hai ba bốn. Năm sáu bảy tám", ["Một hai ba bốn.", "Năm sáu bảy tám"]),
        ("Một\nhai ba bốn năm sáu bảy tám", ["Một\nhai ba bốn năm", "sáu bảy tám"]),
        ("Một hai ba bốn năm sáu bảy", ["Một hai ba bốn năm", "sáu bảy"]),
        ("Một hai ba bốn năm s", ["Một hai ba bốn năm s"]),
    ],
)
def test_a_part_ends_with_a_line_a_sentence_or_a_word(text: str, parts: list[str]) -> None:
    assert split(text, 20, "characters") == parts


def test_an_emoji_counts_as_its_vendor_counts_it() -> None:
    assert [length("👍ộ", unit) for unit in UNITS] == [2, 3]


class Worded:
    """Words a reply whose text is at hand."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer

    def __call__(self, text: str, can: Capabilities, *choices: Choice) -> tuple[Message, ...]:
        reply = Reply("policies/topic", {"topic": {"title": "Nhóm", "text": text}}, numbered(choices))
        return self.renderer.render([reply], can, 7)


@pytest.fixture(scope="module")
def worded(renderer: Renderer) -> Worded:
    return Worded(renderer)


def choices_of(count: int, label: str = "Mục") -> list[Choice]:
    return [Choice(f"m{number}", f"{label} {number}") for number in range(1, count + 1)]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("letters", [1900, 1980, 3900, 4050, 9000])
def test_choices_stay_together_at_the_end(worded: Worded, channel: str, letters: int) -> None:
    can = CAPABILITIES[channel]
    text = "Cơ sở mộc. " * (letters // 11) + "\nAnh/chị chọn một việc giúp em?"
    *before, last = worded(text, can, *choices_of(8))
    assert all(length(message.text, can.unit) <= can.text_limit for message in (*before, last))
    assert not any(message.choices for message in before)
    assert len(last.choices) == 8
    if not last.buttons:
        assert last.text.endswith("việc giúp em?\n" + "\n".join(f"{n}. Mục {n}" for n in range(1, 9)))
    assert squeezed(text) in squeezed("".join(message.text for message in (*before, last)))


@pytest.mark.parametrize("channel", CHANNELS)
def test_choices_that_fit_into_no_message_are_cut_at_lines(worded: Worded, channel: str) -> None:
    can = replace(CAPABILITIES[channel], buttons=0)
    shown = worded("Chọn một mục.", can, *choices_of(120, "Máy bào bốn mặt của xưởng, thứ"))
    said = [line for message in shown for line in message.text.splitlines()]
    assert [line for line in said if line[0].isdecimal()] == [
        f"{n}. Máy bào bốn mặt của xưởng, thứ {n}" for n in range(1, 121)
    ]
    assert all(length(message.text, can.unit) <= can.text_limit for message in shown)


@pytest.mark.parametrize("count", [1, 5, 6, 12])
def test_an_official_account_has_five_buttons_or_numbers(worded: Worded, count: int) -> None:
    (message,) = worded("Chọn một việc.", CAPABILITIES["zalo_oa"], *choices_of(count))
    assert message.buttons is (count <= 5)
    assert [f"{one.n}. {one.label}" in message.text for one in message.choices] == [count > 5] * count


@pytest.mark.parametrize(("channel", "most"), [("telegram", 64), ("zalo_oa", 100)])
def test_a_label_too_long_for_a_button_is_numbered(worded: Worded, channel: str, most: int) -> None:
    fits, wide = (worded("Chọn.", CAPABILITIES[channel], Choice("a", "ộ" * size)) for size in (most, most + 1))
    assert fits[0].buttons
    assert not wide[0].buttons
    assert wide[0].text.endswith("\n1. " + "ộ" * (most + 1))


def test_labels_lines_and_links_are_measured_composed(library: Library) -> None:
    """A label with loose marks is as long as people see it, and a link's own letters stay what the site knows."""
    organisation = replace(library.organisation, public_url="https://thu.gov.vn")
    loose = unicodedata.normalize("NFD", "Máy bào bốn mặt " * 3 + "đã dùng")
    reply = Reply(
        "form/first",
        choices=(Choice("a", loose, 1),),
        pictures=(("/hinh/sha/ảnh máy.jpg", unicodedata.normalize("NFD", "Máy bào")),),
    )
    renderer = Renderer(MESSAGES, organisation)
    for channel in CHANNELS:
        (message,) = renderer.render([reply], CAPABILITIES[channel], 1)
        assert message.choices[0].label == unicodedata.normalize("NFC", loose)
        assert message.text == unicodedata.normalize("NFC", message.text)
        shown = "Máy bào: https://thu.gov.vn/hinh/sha/%E1%BA%A3nh%20m%C3%A1y.jpg" in message.text
        assert shown is not CAPABILITIES[channel].pictures
    assert renderer.render([reply], CAPABILITIES["telegram"], 1)[0].buttons


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_button_sends_back_more_than_its_vendor_carries(worded: Worded, channel: str) -> None:
    """Telegram carries 64 bytes: what is longer is numbered, and its number is as good."""
    can = CAPABILITIES[channel]
    for size in (40, 61, 62, 63, 64, 200):
        (message,) = worded("Chọn.", can, Choice(">" + "x" * size, "Mở"), Choice("ộ" * (size // 3), "Mục"))
        assert (
            not message.buttons
            or not can.token_limit
            or all(len(one.token.encode()) <= can.token_limit for one in message.choices)
        )
        assert message.buttons or "1. Mở\n2. Mục" in message.text


def test_every_link_and_option_shipped_can_be_pressed(library: Library) -> None:
    """With room for the number of the hundred-thousandth prompt."""
    places = [place.code for place in library.places.find("Lý Nhân")]
    options = {option.value for form in library.forms.values() for one in form.questions for option in one.options}
    links = [f">policies/{page}/papers" for page in library.pages] + [f">interest/{page}" for page in library.pages]
    assert max(len(f"100000:{value}".encode()) for value in {*options, *places, "x" * LONGEST_VALUE}) <= 64
    assert max(len(link.encode()) for link in [*links, *library.labels]) <= 64


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_form_of_staff_with_a_name_too_long_for_a_button_opens_by_its_number(
    library: Library, renderer: Renderer, channel: str
) -> None:
    form = Form("khao_sat_" * 8, "Khảo sát", "1", "sha", (Question("ten", "text", "Tên xưởng?", required=YES),))
    owner = Owner(library, renderer, channel=channel, open_forms=(OpenForm(f">form/{form.name}", form, form.title),))
    owner.says("/phieu").says("1").sees_last("consent/answers")
    owner.says("đồng ý").sees_last(f"{form.name}/ten").says("Mộc Lan").says("dừng").says("tiếp")
    assert owner.replies[-1].key == f"{form.name}/review"


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_announced_link_too_long_for_a_button_is_named_by_a_word(
    renderer: Renderer, library: Library, channel: str
) -> None:
    link = ">form/" + "khao_sat_" * 8
    can = CAPABILITIES[channel]
    announced = Announced("news", "Khảo sát", "Mời anh/chị trả lời.", TUESDAY_EVENING, [("Trả lời", link)])
    message = word(renderer, library, announced, can)
    assert message.buttons is (channel in {"web", "zalo_oa"})
    assert message.buttons or "Trả lời: gõ KHAO_SAT_" in message.text


OPTIONS = tuple(Option(f"m{number}", f"Nghề thứ {number:03}") for number in range(1, 101))
LONG = Question("nghe", "select_one", "Nghề nào?", options=OPTIONS)


@pytest.fixture
def asked(library: Library, renderer: Renderer) -> Callable[..., Owner]:
    def asked(channel: str, *questions: Question) -> Owner:
        form = Form("to_khai", "Tờ khai", "1", "sha", questions)
        offered = OpenForm(">form/to_khai", form, form.title)
        owner = Owner(library, renderer, channel=channel, open_forms=(offered,))
        return owner.taps_token(">form/to_khai").says("đồng ý")

    return asked


def numbers(owner: Owner) -> dict[str, int]:
    """Return the numbers of what is shown."""
    return {choice.label: choice.n for message in owner.messages for choice in message.choices}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("pages", [0, 1, 5, 12, 13])
def test_a_number_means_the_same_on_every_page(asked: Callable[..., Owner], channel: str, pages: int) -> None:
    """Turned by its own number, too; after the last page comes the first."""
    owner = asked(channel, LONG)
    seen: dict[str, int] = {}
    for _ in range(pages):
        seen |= numbers(owner)
        owner.says(str(numbers(owner)["Xem tiếp"])).sees("to_khai/nghe")
    shown = numbers(owner)
    assert {label: n for label, n in seen.items() if label in shown and shown[label] != n} == {}
    assert [label for label in shown if label.startswith("Nghề")] == [
        option.label for option in OPTIONS[pages % 13 * 8 :][:8]
    ]
    label, number = next(iter(shown.items()))
    owner.says(str(number)).sees("to_khai/review").reads(label)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("number", [1, 9, 100])
def test_the_number_of_another_page_still_counts(asked: Callable[..., Owner], channel: str, number: int) -> None:
    asked(channel, LONG).says("xem tiếp").says(str(number)).sees("to_khai/review").reads(f"Nghề thứ {number:03}")


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_number_of_a_way_past_a_list_is_that_way(asked: Callable[..., Owner], channel: str) -> None:
    owner = asked(channel, LONG).says("xem tiếp")
    owner.says(str(numbers(owner)["Bỏ qua"])).sees("to_khai/review").reads("(bỏ qua)")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("said", ["Nghề thứ 010", "nghe thu 010", "10", "số 10", "10.", "Nghề thứ 010".upper()])
def test_number_label_and_toneless_label_are_one(asked: Callable[..., Owner], channel: str, said: str) -> None:
    asked(channel, LONG).says(said).sees("to_khai/review").reads("Nghề thứ 010")


FIVE = Question("can", "select_multiple", "Cần gì?", options=OPTIONS[:5], required=YES)
WITH_BUTTONS = [channel for channel in CHANNELS if CAPABILITIES[channel].buttons]


@pytest.mark.parametrize("channel", WITH_BUTTONS)
def test_ticks_that_need_a_sixth_button_go_on_as_numbers(asked: Callable[..., Owner], channel: str) -> None:
    """An Official Account's five options become a list when "Chọn xong" joins them: a number ticks as a press did."""
    owner = asked(channel, FIVE).taps("Nghề thứ 001")
    assert owner.messages[-1].buttons is (CAPABILITIES[channel].buttons > 5)
    owner.reads("1. ✓ Nghề thứ 001", "Đã chọn: Nghề thứ 001.", "Đủ rồi anh/chị gõ 6", "6. Chọn xong")
    owner.says("3").sees("to_khai/can").says("4").reads("Đã chọn: Nghề thứ 001; Nghề thứ 003; Nghề thứ 004.")
    owner.says("nghe thu 004").sees("to_khai/can").says("thứ 005").says("9").sees("to_khai/can.invalid")
    owner.says("6").sees("to_khai/review").reads("Nghề thứ 001; Nghề thứ 003; Nghề thứ 005\n")


@pytest.mark.parametrize("channel", WITH_BUTTONS)
def test_several_numbers_at_once_are_all_there_are(asked: Callable[..., Owner], channel: str) -> None:
    asked(channel, FIVE).taps("Nghề thứ 001").says("2,3").sees("to_khai/review").reads("Nghề thứ 002; Nghề thứ 003\n")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("again", ["1", "quay lại"])
def test_asked_anew_a_number_is_the_whole_answer(asked: Callable[..., Owner], channel: str, again: str) -> None:
    """What was ticked then is shown, and is no tick of now, until one is made by pressing."""
    owner = asked(channel, FIVE).says("1,3").sees("to_khai/review")
    owner.says(again).sees("to_khai/can").reads("1. ✓ Nghề thứ 001", "ví dụ gõ: 1,3")
    assert "Đã chọn" not in owner.heard
    owner.says("2").sees("to_khai/review").reads("Nghề thứ 002\n")


def test_a_tick_that_was_guessed_joins_the_others_once_agreed(asked: Callable[..., Owner]) -> None:
    owner = asked("zalo_oa", replace(FIVE, options=(*FIVE.options[:4], Option("von", "Vay vốn"))))
    owner.taps("Nghề thứ 001").says("muốn vay vốn ngân hàng").sees("to_khai/can.confirm").says("1")
    owner.sees("to_khai/can").reads("Đã chọn: Nghề thứ 001; Vay vốn.")


def test_after_all_is_unticked_a_number_is_an_answer(asked: Callable[..., Owner]) -> None:
    owner = asked("zalo_oa", FIVE).taps("Nghề thứ 001").says("1").sees("to_khai/can").reads("ví dụ gõ: 1,3")
    owner.says("2").sees("to_khai/review").reads("Nghề thứ 002\n")


def test_a_rank_goes_on_as_numbers_too(asked: Callable[..., Owner]) -> None:
    owner = asked("zalo_oa", replace(FIVE, kind="rank")).taps("Nghề thứ 004").reads("4. (1) Nghề thứ 004")
    owner.says("2").reads("Đã xếp: Nghề thứ 004; Nghề thứ 002.", "2. (2) Nghề thứ 002")
    owner.says("6").sees("to_khai/can.invalid").says("1").says("3").says("5").says("6").sees("to_khai/review")
    owner.reads("Nghề thứ 004; Nghề thứ 002; Nghề thứ 001; Nghề thứ 003; Nghề thứ 005\n")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    "question",
    [
        Question("a", "integer", "Thuê thêm mấy thợ?"),
        Question("a", "text", "Ở thôn, tổ nào?"),
        Question("a", "decimal", "Mấy mét vuông?"),
        Question("a", "range", "Mấy điểm?", parameters={"start": "0", "end": "10", "step": "1"}),
    ],
    ids=lambda question: str(question.kind),
)
def test_where_a_number_is_an_answer_no_way_on_has_one(
    asked: Callable[..., Owner], channel: str, question: Question
) -> None:
    owner = asked(channel, question)
    shown = owner.messages[-1]
    assert shown.buttons or "gõ BỎ QUA" in shown.text
    assert "1. Bỏ qua" not in shown.text
    owner.says("1").sees("to_khai/review")
    assert "(bỏ qua)" not in owner.heard
    asked(channel, question).says("BỎ QUA").sees("to_khai/review").reads("(bỏ qua)")


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_way_past_a_number_is_typed_as_its_words(asked: Callable[..., Owner], channel: str) -> None:
    owner = asked(channel, Question("a", "integer", "Mấy thợ?", required=YES))
    owner.says("đông lắm").says("nhiều").says("vô kể").sees("to_khai/a.invalid")
    owner.says("chuyển cho cán bộ").sees("handoff/ask")


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_numbers_of_what_is_asked_back_are_its_choices(library: Library, renderer: Renderer, channel: str) -> None:
    """Of a split commune, of several of one name, of a name without tones, of a guess."""
    owner = Owner(library, renderer, channel=channel).says("/quantam").says("1").says("3").says("x").says("moc lan")
    owner.says("1").sees_last("interest/trade").says("1").says("5").says("hoa mac").sees("interest/commune.hamlet")
    owner.says(str(numbers(owner)["Không nhớ"])).sees("interest/phone")
    assert owner.session["stack"][-1]["draft"]["typed"]["commune"] == "hoa mac"
    owner.says("quay lại").says("lý nhân").sees("interest/commune.place")
    owner.says(str(numbers(owner)["Không, để tôi gõ lại"])).sees("interest/commune")
    owner.says("xuan khe").sees("interest/commune.confirm").says("2").sees("interest/commune")
    owner.says("xuan khe").says("1").sees("interest/phone")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("opened", ["menu", "/chinhsach", "/lop", "/phieu", "/dulieu"])
def test_every_number_of_a_list_opens_what_stands_beside_it(
    library: Library, renderer: Renderer, channel: str, opened: str
) -> None:
    def listed() -> Owner:
        classes = [a_class(f"QT{number}", seats=12) for number in range(1, 13)]
        return Owner(library, renderer, classes, channel=channel).says("menu").says(opened)

    for choice in listed().messages[-1].choices:
        typed, pressed = listed().says(str(choice.n)), listed().taps_token(choice.token)
        assert [one.key for one in typed.replies] == [one.key for one in pressed.replies]
        assert typed.heard == pressed.heard
