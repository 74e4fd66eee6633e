"""Zalo Official Account: payloads in, requests out, signatures, refusals told apart."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.channels.base import Caller, Channel, Hooked
from bot.channels.zalo_oa import FILE_ARRIVED, ZaloOA
from bot.channels.zalo_oa_events import NEAR, OwnSends, payload_of
from conversation.answers import read_geopoint
from conversation.channel import (
    Attachment,
    Failure,
    Message,
    Rejected,
    Shown,
    Stopped,
    Throttled,
    TokenRevoked,
    Uncertain,
    Unreachable,
    WindowClosed,
)
from conversation.incoming import Address, File, Incoming, Notice
from db.inbox import Event
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, SECRET_KEY, Posted, ZaloOADouble, running_double

PAYLOADS = Path(__file__).parent / "payloads" / "zalo_oa"
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
LAN = Address("zalo_oa", "7001")
CS, TEMPLATE = "/v3.0/oa/message/cs", "/v3.0/oa/message/template"
CHOICES = (Shown(1, "3:agree", "Đồng ý"), Shown(2, "3:decline", "Không đồng ý"))
QUESTION = Message("consent/answers", "Anh/chị có đồng ý không?", CHOICES, buttons=True)
PICTURE = Attachment("a1", "máy bào.png", "image/png", b"\x89PNG\r\n")
PAPER = Attachment("b2", "Công văn 12.pdf", "application/pdf", b"%PDF-1.7")
SHEET = Attachment("c3", "Danh sách.xlsx", "application/vnd.ms-excel", b"PK")


@dataclass
class Hand:
    """A clock that somebody sets."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def goes(self, by: timedelta) -> None:
        self.moment += by


@dataclass
class Purse:
    """Tokens as the double has them; one that was refused is replaced by `next_one`."""

    token: str = "access-0"
    next_one: str = "access-0"
    renewals: int = 0

    async def access(self) -> str:
        return self.token

    async def renew(self, stale: str) -> str:
        self.renewals += 1
        self.token = self.next_one
        return self.token


@dataclass
class World:
    """A double, the door that speaks to it, and what both share."""

    double: ZaloOADouble
    door: ZaloOA
    clock: Hand
    purse: Purse
    quota: dict[str, int] = field(default_factory=dict)

    def reads(self, posted: Posted) -> Incoming | Notice | None:
        headers, body = posted
        assert self.door.caller(headers, body) is Caller.vendor
        return self.door.parse(orjson.loads(body), self.clock())


@pytest.fixture
def double() -> Iterator[ZaloOADouble]:
    with running_double() as running:
        yield running


@pytest.fixture
async def world(double: ZaloOADouble) -> AsyncIterator[World]:
    clock, purse, quota = Hand(), Purse(), dict[str, int]()

    async def told(to: str, left: int) -> None:
        quota[to] = left

    double.clock = clock
    keys = (APP_ID, APP_SECRET, SECRET_KEY, double.base_url)
    door = ZaloOA(*keys, purse, clock, media_hosts=("127.0.0.1",), told_quota=told)
    yield World(double, door, clock, purse, quota)
    await door.close()


def offline(clock: Hand | None = None) -> ZaloOA:
    return ZaloOA(APP_ID, APP_SECRET, SECRET_KEY, "http://127.0.0.1:9", Purse(), clock or Hand())


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def test_it_is_a_door_with_a_webhook() -> None:
    door: Channel = offline()
    assert isinstance(door, Hooked)
    assert (door.name, door.stored, door.capabilities.buttons) == ("zalo_oa", False, 5)


# What comes in.


@pytest.mark.parametrize(
    ("name", "text", "choice", "unsupported"),
    [
        ("user_send_text", "toi muon mua may", "", False),
        ("user_send_text_pressed", "Gỗ, mộc", "7:wood", False),
        ("user_send_link", "https://maps.app.goo.gl/abc", "", False),
        ("user_send_sticker", "", "", True),
        ("user_send_business_card", "", "", True),
        ("follow", "/start", "", False),
        ("user_click_chatnow", "", ">again", False),
    ],
)
def test_what_people_do_is_read(name: str, text: str, choice: str, unsupported: bool) -> None:
    incoming = offline().parse(payload(name), NOON)
    assert isinstance(incoming, Incoming)
    assert incoming.address == LAN
    assert (incoming.text, incoming.choice, incoming.unsupported) == (text, choice, unsupported)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("user_send_image", File("anh.jpg", "image/jpeg", 0, reference="https://f20-zpc.zdn.vn/a.jpg")),
        ("user_send_audio", File("ghi_am.m4a", "audio/mp4", 0, reference="https://f20-zpc.zdn.vn/noi.m4a")),
        ("user_send_gif", File("anh.gif", "image/gif", 0, reference="https://f20-zpc.zdn.vn/vui.gif")),
        ("user_send_video", File("phim.mp4", "video/mp4", 0, reference="https://f20-zpc.zdn.vn/xuong.mp4")),
        (
            "user_send_file",
            File(
                "Đơn đề nghị.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                23552,
                reference="https://f20-zpc.zdn.vn/don.docx",
            ),
        ),
    ],
)
def test_files_are_read(name: str, file: File) -> None:
    incoming = offline().parse(payload(name), NOON)
    assert isinstance(incoming, Incoming)
    assert (incoming.address, incoming.file) == (LAN, file)


def test_a_place_is_read_as_an_answer_to_where() -> None:
    incoming = offline().parse(payload("user_send_location"), NOON)
    assert isinstance(incoming, Incoming)
    assert read_geopoint(incoming.text).value == "20.5411 105.9139 0 0"


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("unfollow", "left", ""),
        ("user_submit_info", "phone", "0912345678"),
        ("user_submit_info_number", "phone", "0912345678"),
        ("oa_send_text", "officer", "Chiều nay em gọi lại anh/chị nhé."),
        ("oa_send_image", "officer", "(ảnh)"),
    ],
)
def test_what_else_happens_is_noticed(name: str, kind: str, text: str) -> None:
    notice = offline().parse(payload(name), NOON)
    assert isinstance(notice, Notice)
    assert (notice.address, notice.kind, notice.text) == (LAN, kind, text)


@pytest.mark.parametrize(
    "name",
    [
        "user_seen_message",
        "user_received_message",
        "user_reacted_message",
        "user_send_group_text",
        "oa_send_group_text",
    ],
)
def test_what_is_not_ours_is_left(name: str) -> None:
    assert offline().event(payload(name), NOON) is None


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
def test_what_is_delivered_again_has_the_same_id(name: str) -> None:
    first, again = offline().event(payload(name), NOON), offline().event(payload(name), NOON + timedelta(hours=1))
    assert first == again


def test_what_has_no_message_has_an_id_of_its_own() -> None:
    follow = payload("follow")
    first = offline().event(follow, NOON)
    later = offline().event({**follow, "timestamp": "1795500000001"}, NOON)
    assert first
    assert later
    assert first.event_id != later.event_id


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "text",
        {},
        {"event_name": ["follow"]},
        {"event_name": "follow"},
        {"event_name": "follow", "follower": {"id": ""}},
        {"event_name": "follow", "follower": {"id": True}},
        {"event_name": "user_send_text", "sender": {"id": "7"}, "message": {"text": 5}},
        {"event_name": "user_send_image", "sender": {"id": "7"}, "message": {"attachments": ["x"]}},
        {
            "event_name": "user_send_location",
            "sender": {"id": "7"},
            "message": {"attachments": [{"payload": {"coordinates": {"latitude": "95", "longitude": "1"}}}]},
        },
    ],
)
def test_what_cannot_be_read_is_kept_with_its_error(broken: Any) -> None:
    event = offline().event(broken, NOON)
    assert event
    assert event.error
    assert event.address is None


def test_a_label_may_come_back_in_place_of_the_payload() -> None:
    pressed = offline().parse({**payload("user_send_text"), "message": {"msg_id": "1", "text": "Gỗ, mộc"}}, NOON)
    assert isinstance(pressed, Incoming)
    assert (pressed.text, pressed.choice) == ("Gỗ, mộc", "")


@pytest.mark.parametrize("typed", ["7:wood", ">class/QT1", "#kc", "#kc 7", "#kcn 7:wood", "kc 7:wood", "#QT1"])
def test_what_people_type_is_no_press(typed: str) -> None:
    incoming = offline().parse({**payload("user_send_text"), "message": {"msg_id": "1", "text": typed}}, NOON)
    assert isinstance(incoming, Incoming)
    assert (incoming.text, incoming.choice) == (typed, "")


@given(
    token=st.from_regex(r"(\d{1,4}:|>)[a-z_/?A-Z0-9]{1,30}", fullmatch=True),
    label=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100),
)
def test_a_press_comes_back_as_what_was_shown(token: str, label: str) -> None:
    text = payload_of(Shown(1, token, label))
    incoming = offline().parse({**payload("user_send_text"), "message": {"msg_id": "1", "text": text}}, NOON)
    assert isinstance(incoming, Incoming)
    assert (incoming.choice, incoming.text.strip()) == (token, label.strip())


# Who posts.


@pytest.mark.parametrize("first", ["app", "oa"])
@pytest.mark.parametrize("last", ["secret_key", "app_secret"])
async def test_each_reading_of_the_signature_is_taken(world: World, first: str, last: str) -> None:
    world.double.signed_with = (first, last)
    assert isinstance(world.reads(world.double.says("7", "chào")), Incoming)
    assert isinstance(world.reads(world.double.follows("7")), Incoming)


async def test_the_console_s_check_is_answered_and_a_stranger_is_not(world: World) -> None:
    assert world.door.caller(*world.double.checks()) is Caller.probe
    headers, body = world.double.says("7", "chào")
    assert world.door.caller(headers, body) is Caller.vendor
    assert world.door.caller(headers, body + b" ") is Caller.stranger
    assert world.door.caller({"x-zevent-signature": "mac=" + "0" * 64}, body) is Caller.stranger
    assert world.door.caller({"x-zevent-signature": "mac=đ"}, body) is Caller.stranger


def test_without_a_key_nobody_is_zalo(double: ZaloOADouble) -> None:
    keyless = ZaloOA(APP_ID, "", "", double.base_url, Purse(), Hand())
    assert keyless.caller(*double.says("7", "chào")) is Caller.stranger


async def test_how_zalo_signs_is_told_once(world: World) -> None:
    with capture_logs() as told:
        for text in ("một", "hai"):
            assert isinstance(world.reads(world.double.says("7", text)), Incoming)
    assert [line["variant"] for line in told] == ["app id, OA secret key"]


WORDS = [
    "event_name",
    "sender",
    "recipient",
    "id",
    "message",
    "msg_id",
    "text",
    "attachments",
    "payload",
    "url",
    "info",
]
NAMES = ["user_send_text", "user_send_image", "user_send_location", "follow", "oa_send_text", "user_submit_info", "x"]
LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
NESTED = st.recursive(
    LEAVES | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=6),
    max_leaves=30,
)
EVENTS = st.fixed_dictionaries(
    {"event_name": st.sampled_from(NAMES)},
    optional=dict.fromkeys((*WORDS[1:], "follower", "user_id", "timestamp", "oa_id"), NESTED),
)


@settings(max_examples=200, deadline=None)
@given(raw=NESTED | EVENTS)
def test_no_event_is_an_exception(raw: Any) -> None:
    event = offline().event(raw, NOON)
    assert event is None or isinstance(event, Event)


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=200) | NESTED.map(json.dumps).map(str.encode), signature=st.text(max_size=80))
def test_no_request_is_an_exception(body: bytes, signature: str) -> None:
    given_by = {"x-zevent-signature": signature}
    assert offline().caller(given_by, body) in (Caller.stranger, Caller.probe)


@pytest.mark.parametrize("depth", [100, 500, 5000])
def test_what_is_nested_without_end_is_no_exception(depth: int) -> None:
    body = b"[" * depth + b"]" * depth
    assert offline().caller({"x-zevent-signature": "mac=00"}, body) is Caller.stranger
    nested: Any = []
    for _ in range(depth):
        nested = [nested]
    assert offline().event({"event_name": "follow", "follower": nested}, NOON)


# What goes out.


async def test_a_message_goes_out_with_its_buttons_and_a_press_comes_back(world: World) -> None:
    world.double.follows("7")
    number = await world.door.send("7", QUESTION)
    sent = world.double.sent["7"][0]
    assert (sent["text"], sent["message_id"]) == ("Anh/chị có đồng ý không?", number)
    assert [button["title"] for button in world.double.buttons("7")] == ["Đồng ý", "Không đồng ý"]
    pressed = world.reads(world.double.press("7", 2))
    assert isinstance(pressed, Incoming)
    assert (pressed.text, pressed.choice) == ("Không đồng ý", "3:decline")


async def test_what_is_listed_in_the_words_has_no_buttons(world: World) -> None:
    world.double.says("7", "chào")
    await world.door.send("7", Message("k", "Chọn:\n1. Gỗ\n2. May", CHOICES))
    assert "attachment" not in world.double.sent["7"][0]


async def test_what_is_left_of_a_quota_is_told(world: World) -> None:
    world.double.per_window = 8
    world.double.says("7", "chào")
    await world.door.send("7", Message("k", "chào"))
    assert world.quota == {"7": 7}


async def test_windows_are_free_then_charged_then_closed(world: World) -> None:
    world.double.says("7", "chào")
    await world.door.send("7", Message("k", "ngay"))
    assert not world.double.charged
    world.clock.goes(timedelta(hours=49))
    await world.door.send("7", Message("k", "hôm kia"))
    assert world.double.charged == {"cs": 1}
    world.double.left_outside = 0
    with pytest.raises(WindowClosed, match="-211"):
        await world.door.send("7", Message("k", "hết tiền"))
    world.clock.goes(timedelta(days=6))
    with pytest.raises(WindowClosed, match="-230"):
        await world.door.send("7", Message("k", "tuần trước"))
    world.double.says("7", "em đây")
    await world.door.send("7", Message("k", "chào"))
    assert [one["text"] for one in world.double.sent["7"]] == ["ngay", "hôm kia", "chào"]


async def test_who_left_is_stopped(world: World) -> None:
    world.double.follows("7")
    world.double.unfollows("7")
    with pytest.raises(Stopped):
        await world.door.send("7", Message("k", "chào"))


async def test_too_many_in_a_minute_wait(world: World) -> None:
    world.double.per_minute = 2
    world.double.says("7", "chào")
    for _ in range(2):
        await world.door.send("7", Message("k", "chào"))
    with pytest.raises(Throttled):
        await world.door.send("7", Message("k", "chào"))
    world.clock.goes(timedelta(minutes=1))
    await world.door.send("7", Message("k", "chào"))


async def throttled(door: ZaloOA) -> float:
    """Send what is refused for now; return for how many seconds."""
    with pytest.raises(Throttled) as wait:
        await door.send("7", Message("k", "chào"))
    return wait.value.seconds


async def test_each_refusal_waits_twice_as_long_up_to_a_minute_until_something_is_sent(world: World) -> None:
    world.double.says("7", "chào")
    world.double.fails(CS, *["-32"] * 7)
    assert [await throttled(world.door) for _ in range(7)] == [4, 8, 16, 32, 60, 60, 60]
    await world.door.send("7", Message("k", "chào"))
    world.double.fails(CS, "-32")
    assert await throttled(world.door) == 4


async def test_what_is_refused_together_waits_once(world: World) -> None:
    world.double.says("7", "chào")
    world.double.fails(CS, *["-32"] * 5)
    assert await asyncio.gather(*(throttled(world.door) for _ in range(4))) == [4] * 4
    assert await throttled(world.door) == 8


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("500", Uncertain),
        ("proxy", Uncertain),
        ("cut", Uncertain),
        ("-32", Throttled),
        ("-200", Unreachable),
        ("-213", Stopped),
        ("-227", Stopped),
        ("-230", WindowClosed),
        ("-211", WindowClosed),
        ("-321", WindowClosed),
        ("-201", Rejected),
        ("-99999", Rejected),
    ],
)
async def test_refusals_are_told_apart(world: World, fault: str, failure: type[Failure]) -> None:
    world.double.says("7", "chào")
    world.double.fails(CS, fault)
    with pytest.raises(failure):
        await world.door.send("7", Message("k", "chào"))


async def test_an_unknown_refusal_says_its_code_and_words(world: World) -> None:
    world.double.says("7", "chào")
    world.double.fails(CS, "-99999")
    with pytest.raises(Rejected, match="-99999 on purpose"):
        await world.door.send("7", Message("k", "chào"))


async def test_who_cannot_be_reached_was_surely_not_sent_to() -> None:
    door = offline()
    with pytest.raises(Unreachable):
        await door.send("7", Message("k", "chào"))
    await door.close()


@pytest.mark.parametrize("code", ["-216", "-220", "-124"])
async def test_a_token_that_is_refused_is_renewed_and_the_message_goes(world: World, code: str) -> None:
    world.double.says("7", "chào")
    world.double.fails(CS, code)
    await world.door.send("7", Message("k", "chào"))
    assert (world.purse.renewals, len(world.double.sent["7"])) == (1, 1)


async def test_a_token_that_stays_refused_is_nobody_s_refusal(world: World) -> None:
    world.double.says("7", "chào")
    world.double.revoke()
    with pytest.raises(TokenRevoked):
        await world.door.send("7", Message("k", "chào"))
    assert world.purse.renewals == 1


async def test_texts_that_are_too_long_or_no_text_are_refused(world: World) -> None:
    world.double.says("7", "chào")
    await world.door.send("7", Message("k", "ơ" * 2000))
    for text in ("ơ" * 2001, "\ud83d"):
        with pytest.raises(Rejected):
            await world.door.send("7", Message("k", text))


async def test_nothing_is_edited(world: World) -> None:
    with pytest.raises(Rejected):
        await world.door.edit("7", "out-1", QUESTION)


async def test_a_template_needs_no_window_and_is_charged(world: World) -> None:
    world.double.templates["231"] = {"ten", "lop"}
    world.double.says("7", "chào")
    world.clock.goes(timedelta(days=30))
    number = await world.door.send_template("7", "231", {"ten": "Lan", "lop": "QT1"})
    assert number.startswith("zbs-")
    assert world.double.filled == [("7", "231", {"ten": "Lan", "lop": "QT1"})]
    assert world.double.charged == {"template": 1}
    with pytest.raises(Rejected, match="-1122"):
        await world.door.send_template("7", "231", {"ten": "Lan"})


# Files.


async def test_a_picture_is_uploaded_once_and_goes_with_its_words(world: World) -> None:
    for user in ("7", "8"):
        world.double.says(user, "chào")
        await world.door.send(user, Message("k", "Mời xem.", CHOICES, buttons=True, attachment=PICTURE))
    sent = world.double.sent["8"][0]
    assert sent["text"] == "Mời xem."
    assert sent["attachment"]["payload"]["template_type"] == "media"
    assert len(world.double.buttons("8")) == 2
    assert [(one.name, one.data) for one in world.double.uploads.values()] == [("máy bào.png", b"\x89PNG\r\n")]
    world.clock.goes(timedelta(days=6, hours=12))
    await world.door.send("7", Message("k", "Mời xem.", attachment=PICTURE))
    assert len(world.double.uploads) == 2


async def test_a_document_goes_before_its_words(world: World) -> None:
    world.double.says("7", "chào")
    await world.door.send("7", Message("k", "Mời xem.", attachment=PAPER))
    assert [one.get("attachment", {}).get("type", one.get("text")) for one in world.double.sent["7"]] == [
        "file",
        "Mời xem.",
    ]


async def test_words_that_fail_after_their_document_are_in_doubt(world: World) -> None:
    world.double.says("7", "chào")
    world.double.per_window = 1
    with pytest.raises(Uncertain, match=FILE_ARRIVED):
        await world.door.send("7", Message("k", "Mời xem.", attachment=PAPER))


@pytest.mark.parametrize("file", [SHEET, Attachment("d4", "to.png", "image/png", b"x" * (1024 * 1024 + 1))])
async def test_what_zalo_does_not_take_is_an_address_in_the_words(world: World, file: Attachment) -> None:
    world.double.says("7", "chào")
    words = f"Mời xem.\nTệp: https://thu.gov.vn{file.place}"
    await world.door.send("7", Message("k", words, attachment=file))
    assert [one["text"] for one in world.double.sent["7"]] == [words]
    assert not world.double.uploads
    with pytest.raises(Rejected):
        await world.door.send("7", Message("k", "Mời xem.", attachment=file))


@pytest.mark.parametrize("fault", ["-211", "-210"])
async def test_an_upload_that_is_refused_leaves_the_address(world: World, fault: str) -> None:
    world.double.says("7", "chào")
    world.double.fails("/v2.0/oa/upload/image", fault)
    await world.door.send("7", Message("k", f"Mời xem: https://thu.gov.vn{PICTURE.place}", attachment=PICTURE))
    assert "attachment" not in world.double.sent["7"][0]


async def test_an_upload_without_an_answer_sent_nobody_anything(world: World) -> None:
    world.double.says("7", "chào")
    world.double.fails("/v2.0/oa/upload/image", "cut")
    with pytest.raises(Unreachable):
        await world.door.send("7", Message("k", "Mời xem.", attachment=PICTURE))


async def test_what_people_send_is_fetched(world: World) -> None:
    incoming = world.reads(world.double.sends("7", "image", b"\xff\xd8anh"))
    assert isinstance(incoming, Incoming)
    assert incoming.file
    assert await world.door.fetch(incoming.file.reference) == b"\xff\xd8anh"


async def test_files_are_fetched_up_to_a_size_and_from_zalo_alone(world: World) -> None:
    world.double.media["to"] = ("video/mp4", b"x" * (20 * 1024 * 1024 + 1))
    for reference in (
        f"{world.double.base_url}/media/to",
        f"{world.double.base_url}/media/gone",
        f"http://localhost:{world.double.port}/media/to",
        f"http://127.0.0.1@localhost:{world.double.port}/media/to",
        "https://zdn.vn.example.org/a.jpg",
        "https://xzdn.vn/a.jpg",
        "file:///etc/passwd",
        "//[",
    ):
        with pytest.raises(Rejected):
            await world.door.fetch(reference)


# What officers write, and what comes back of the bot's own.


async def test_the_bot_s_own_messages_do_not_silence_it(world: World) -> None:
    world.double.says("7", "chào")
    await world.door.send("7", Message("k", "chào"))
    assert world.reads(world.double.events[-1]) is None
    world.clock.goes(NEAR * 4)
    assert world.reads(world.double.events[-1]) is None


async def test_an_officer_is_heard_at_once_when_ids_have_come_back(world: World) -> None:
    world.double.says("7", "chào")
    await world.door.send("7", Message("k", "chào"))
    assert world.reads(world.double.events[-1]) is None
    notice = world.reads(world.double.officer_writes("7", "Em là Hoa, cán bộ trung tâm."))
    assert isinstance(notice, Notice)
    assert (notice.kind, notice.text) == ("officer", "Em là Hoa, cán bộ trung tâm.")


async def test_near_a_send_whose_id_nobody_knows_it_may_be_the_bot(world: World) -> None:
    world.double.says("7", "chào")
    world.double.fails(CS, "cut")
    with pytest.raises(Uncertain):
        await world.door.send("7", Message("k", "chào"))
    echo = world.double.events[-1]
    assert world.reads(echo) is None
    assert isinstance(world.reads(world.double.officer_writes("8", "chào")), Notice)
    world.clock.goes(NEAR)
    assert isinstance(world.reads(echo), Notice)


async def test_an_event_may_overtake_the_answer(world: World) -> None:
    world.double.says("7", "chào")
    world.double.latency = 0.3
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(world.door.send("7", Message("k", "chào")))
        await until(lambda: len(world.double.events) == 2)
        assert world.reads(world.double.events[-1]) is None


async def test_what_happened_before_we_began_may_be_ours(world: World) -> None:
    before = world.double.officer_writes("7", "Em là Hoa.")
    world.clock.goes(timedelta(seconds=1))
    restarted = offline(world.clock)
    assert restarted.parse(orjson.loads(before[1]), world.clock()) is None
    after = world.double.officer_writes("7", "Em là Hoa.")
    assert restarted.parse(orjson.loads(after[1]), world.clock())


def test_ids_are_forgotten_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa_events.REMEMBERED", 2)
    own = OwnSends(NOON)
    for number in ("1", "2", "3"):
        with own.sending("7", Hand()) as ids:
            ids.append(number)
    later = NOON + NEAR
    known = [own.include({}, Notice(LAN, number, later, "officer")) for number in ("1", "2", "3")]
    assert known == [False, True, True]


# The double's own manners.


async def until(met: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not met():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def webhook(door: ZaloOA, statuses: list[int]) -> AsyncIterator[tuple[str, list[Event]]]:
    """Serve a webhook that stores each event once and answers these statuses, then 200."""
    stored: dict[str, Event] = {}
    listed: list[Event] = []

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        lowered = {name.lower(): value for name, value in request.headers.items()}
        if door.caller(lowered, body) is Caller.vendor:
            event = door.event(orjson.loads(body), NOON)
            if event and event.event_id not in stored:
                stored[event.event_id] = event
                listed.append(event)
        return web.Response(status=statuses.pop(0) if statuses else 200)

    app = web.Application()
    app.router.add_post("/webhooks/zalo-oa", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/webhooks/zalo-oa", listed
    finally:
        await runner.cleanup()


async def test_what_was_not_answered_comes_again_and_is_one_event(world: World) -> None:
    async with webhook(world.door, [500, 200]) as (address, events):
        world.double.webhook = address
        world.double.says("7", "chào")
        await until(lambda: len(world.double.delivered) == 1)
        world.clock.goes(timedelta(seconds=30))
        await until(lambda: len(world.double.delivered) == 2)
        world.double.again()
        world.double.checks()
        await until(lambda: len(world.double.delivered) == 4)
        assert [status for _, status in world.double.delivered] == [500, 200, 200, 200]
        assert [event.address for event in events] == [Address("zalo_oa", "7")]
