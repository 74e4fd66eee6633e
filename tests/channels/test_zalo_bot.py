"""The Zalo Bot Platform: payloads in, words out, refusals told apart, the token told nowhere."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.app import Parts, assemble
from bot.channels.base import Caller, Channel, Hooked, TokenRefused, WebhookRefused
from bot.channels.pool import timeouts
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot_answers import MOST_TRIES, PAUSES, Refused, result_of
from bot.settings import Settings
from bot.web.site import site
from conversation.channel import (
    Attachment,
    Failure,
    Message,
    Rejected,
    Stopped,
    Throttled,
    TokenRevoked,
    Uncertain,
    Unreachable,
)
from conversation.incoming import Address, File, Incoming
from db.inbox import Event
from db.models import inbox
from tests.doubles.zalo_bot import SECRET, TOKEN, ZaloBotDouble, running_double

PAYLOADS = Path(__file__).parent / "payloads" / "zalo_bot"
NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
LAN = Address("zalo_bot", "6ede9afa66b88fe6d6a9")
HEADERS = {"x-bot-api-secret-token": SECRET}
HELLO = Message("k", "Chào anh/chị ạ.")
PICTURE = Attachment("a1", "máy bào.png", "image/png", b"\x89PNG\r\n")


@pytest.fixture
def double() -> Iterator[ZaloBotDouble]:
    with running_double() as running:
        running.known.add("7")
        yield running


@pytest.fixture
async def door(double: ZaloBotDouble) -> AsyncIterator[ZaloBot]:
    opened = ZaloBot(TOKEN, double.base_url, SECRET, media_hosts=("127.0.0.1",))
    yield opened
    await opened.close()


def offline(secret: str = SECRET) -> ZaloBot:
    return ZaloBot(TOKEN, "http://127.0.0.1:9/bot", secret)


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not met():
            await asyncio.sleep(0.01)


def test_it_is_a_door_with_a_webhook() -> None:
    door: Channel = offline()
    assert isinstance(door, Hooked)
    assert (door.name, door.stored, door.capabilities.buttons, door.capabilities.files) == ("zalo_bot", False, 0, False)


def test_the_bot_s_id_is_no_secret_and_its_own() -> None:
    other = ZaloBot("4200:another", "http://127.0.0.1:9/bot", SECRET)
    assert offline().bot_id == offline().bot_id != other.bot_id
    assert offline().bot_id not in TOKEN


# What comes in.


@pytest.mark.parametrize("shape", ["documented", "seen"])
@pytest.mark.parametrize(
    ("kind", "text", "file"),
    [
        ("text", "toi muon mua may", None),
        ("image", "May bao cu", File("anh.jpg", "image/jpeg", 0, reference="https://photo-stal-1.zdn.vn/a.jpg")),
        ("voice", "", File("ghi_am.aac", "audio/aac", 0, reference="https://voice-aac-dl.zdn.vn/b.aac")),
    ],
)
def test_both_shapes_are_read(shape: str, kind: str, text: str, file: File | None) -> None:
    incoming = offline().parse(payload(f"{shape}_{kind}"), NOON)
    assert incoming == Incoming(
        LAN,
        payload(f"seen_{kind}")["message"]["message_id"],
        NOON,
        text,
        display_name="Trần Lan",
        file=file,
    )


@pytest.mark.parametrize("shape", ["documented", "seen"])
@pytest.mark.parametrize("kind", ["sticker", "unsupported"])
def test_what_zalo_keeps_to_itself_is_said_to_be_so(shape: str, kind: str) -> None:
    incoming = offline().parse(payload(f"{shape}_{kind}"), NOON)
    assert incoming
    assert (incoming.address, incoming.text, incoming.unsupported) == (LAN, "", True)


def test_a_polled_event_needs_no_name() -> None:
    incoming = offline().parse(payload("polled_text"), NOON)
    assert incoming
    assert (incoming.address, incoming.text, incoming.event_id) == (LAN, "xin chao", "16f6366b3f02645a3d15")


@pytest.mark.parametrize("name", ["group_text", "bot_text", "no_message"])
def test_what_is_not_ours_is_left(name: str) -> None:
    assert offline().event(payload(name), NOON) is None


def test_a_picture_without_an_address_is_no_file() -> None:
    for link in ("", "file:///etc/passwd", 5, None):
        message = {**payload("seen_image")["message"], "photo_url": link}
        incoming = offline().parse({"event_name": "message.image.received", "message": message}, NOON)
        assert incoming
        assert (incoming.file, incoming.unsupported) == (None, True)


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
def test_what_is_delivered_again_has_the_same_id(name: str) -> None:
    first, again = offline().event(payload(name), NOON), offline().event(payload(name), NOON)
    assert first == again


def test_both_shapes_of_one_message_are_one_event() -> None:
    documented, seen = offline().event(payload("documented_text"), NOON), offline().event(payload("seen_text"), NOON)
    assert documented
    assert seen
    assert documented.event_id == seen.event_id


def test_what_has_no_number_has_an_id_of_its_own() -> None:
    message = {name: one for name, one in payload("seen_text")["message"].items() if name != "message_id"}
    first = offline().event({"message": message}, NOON)
    later = offline().event({"message": {**message, "date": 1795500000001}}, NOON)
    assert first
    assert later
    assert (first.error, later.error) == ("", "")
    assert first.event_id != later.event_id


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "text",
        {"ok": True, "result": []},
        {"message": "text"},
        {"message": {}},
        {"message": {"chat": {"id": ""}}},
        {"message": {"chat": {"id": True}}},
        {"message": {"chat": {"id": "7\0"}}},
        {"message": {"chat": {"id": "7" * 201}}},
        {"message": {"chat": {"id": "7", "chat_type": 1}}},
        {"message": {"chat": {"id": "7"}, "from": "Lan"}},
        {"message": {"chat": {"id": "7"}, "message_id": "1", "text": {"not": "a text"}}},
        {"message": {"chat": {"id": "7"}, "message_id": "1", "photo": "https://[", "text": ""}},
    ],
)
def test_what_cannot_be_read_is_kept_with_its_error(broken: Any) -> None:
    event = offline().event(broken, NOON)
    assert event
    assert event.error
    assert event.address is None
    assert event.payload == broken


@pytest.mark.parametrize("depth", [300, 900])
def test_what_is_nested_without_end_is_kept_without_its_content(depth: int) -> None:
    nested: Any = []
    for _ in range(depth):
        nested = [nested]
    event = offline().event({**payload("seen_text"), "more": nested}, NOON)
    assert event
    assert (event.payload, event.address, event.event_id) == (None, None, "2d758cb5e222177a4e35")
    assert event.error


# Who posts.


@pytest.mark.parametrize(
    ("secret", "body", "caller"),
    [
        (SECRET, json.dumps(payload("seen_text")).encode(), Caller.vendor),
        (SECRET, json.dumps(payload("documented_text")).encode(), Caller.vendor),
        (SECRET, b"", Caller.probe),
        (SECRET, b" \n", Caller.probe),
        (SECRET, b"{}", Caller.probe),
        (SECRET, b"null", Caller.probe),
        (SECRET, b'{"ok": true, "result": {}}', Caller.probe),
        (SECRET, b"[" * 5000, Caller.vendor),
        (SECRET, b"\xff\xfe", Caller.vendor),
        (SECRET + "x", b"", Caller.stranger),
        (SECRET[:-1], json.dumps(payload("seen_text")).encode(), Caller.stranger),
        ("", b"", Caller.stranger),
        ("đ\ud83d", b"{}", Caller.stranger),
    ],
)
def test_zalo_is_known_by_the_secret(secret: str, body: bytes, caller: Caller) -> None:
    assert offline().caller({"x-bot-api-secret-token": secret}, body) is caller


def test_without_a_secret_nobody_is_zalo() -> None:
    assert offline(secret="").caller({}, b"") is Caller.stranger
    assert offline(secret="").caller({"x-bot-api-secret-token": ""}, b"") is Caller.stranger


WORDS = ["event_name", "message", "result", "from", "chat", "id", "text", "photo", "photo_url", "voice_url", "caption"]
NAMES = ["message.text.received", "message.unsupported.received", "PRIVATE", "GROUP", "https://zdn.vn/a", "https://["]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(NAMES)
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=6),
    max_leaves=30,
)
CHAT = st.fixed_dictionaries({"id": st.sampled_from(["7", 7]) | LEAVES}, optional={"chat_type": LEAVES})
PARTS = dict.fromkeys(
    ("from", "message_id", "text", "photo", "photo_url", "voice_url", "caption", "message_type"), NESTED
)
MESSAGES = st.fixed_dictionaries({"chat": CHAT | NESTED}, optional=PARTS)
UPDATES = st.fixed_dictionaries({"message": MESSAGES}, optional={"event_name": NESTED})
EVENTS = NESTED | UPDATES | st.fixed_dictionaries({"ok": LEAVES, "result": UPDATES})


@settings(max_examples=400, deadline=None)
@given(raw=EVENTS)
def test_no_event_is_an_exception(raw: Any) -> None:
    event = offline().event(raw, NOON)
    assert event is None or isinstance(event, Event)
    if event:
        orjson.dumps(event.payload)
        assert bool(event.error) == (event.address is None)


@settings(max_examples=200, deadline=None)
@given(
    body=st.binary(max_size=200) | EVENTS.map(json.dumps).map(str.encode),
    secret=st.text(st.characters(), max_size=80),
)
def test_no_request_is_an_exception(body: bytes, secret: str) -> None:
    assert offline().caller({"x-bot-api-secret-token": secret}, body) is Caller.stranger
    assert offline().caller(HEADERS, body) in (Caller.vendor, Caller.probe)


# The webhook, in the program's own site.


@asynccontextmanager
async def served(url: str, door: ZaloBot) -> AsyncIterator[tuple[Parts, str]]:
    """Serve the site with this door; yields its parts and the webhook's address."""
    async with assemble(Settings(database_url=url), {"zalo_bot": door}, lambda: NOON) as parts:
        config = uvicorn.Config(site(parts), port=0, log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.serve())
            await until(lambda: server.started or serving.done())
            port = server.servers[0].sockets[0].getsockname()[1]
            try:
                yield parts, f"http://127.0.0.1:{port}/webhooks/zalo-bot"
            finally:
                server.should_exit = True


async def kept(parts: Parts) -> list[tuple[str, str]]:
    query = select(inbox.c.event_id, inbox.c.status).order_by(inbox.c.id)
    return await parts.database.read(lambda connection: [tuple(row) for row in connection.execute(query)])


async def test_events_of_both_shapes_come_in_once_each(sqlite_url: str, double: ZaloBotDouble, door: ZaloBot) -> None:
    async with served(sqlite_url, door) as (parts, address):
        await door.set_webhook(address)
        first = double.says("7", "chào")
        double.documented = False
        double.delivers(first)
        second = double.sends_something("7")
        double.delivers(second)
        double.probes()
        await until(lambda: len(double.delivered) == 5)
        assert [status for _, status in double.delivered] == [200] * 5
        await parts.receiver.handle_all()
        numbers = [event["message"]["message_id"] for event in (first, second)]
        assert await kept(parts) == [(number, "done") for number in numbers]


async def test_what_comes_out_of_order_is_kept_as_it_comes(
    sqlite_url: str, double: ZaloBotDouble, door: ZaloBot
) -> None:
    async with served(sqlite_url, door) as (parts, address):
        await door.set_webhook(address)
        double.holding = True
        first, second = double.says("7", "một"), double.says("7", "hai")
        double.released(1, 0, 1)
        await until(lambda: len(double.delivered) == 3)
        assert [number for number, _ in await kept(parts)] == [
            event["message"]["message_id"] for event in (second, first)
        ]


async def test_who_does_not_know_the_secret_leaves_nothing(
    sqlite_url: str, double: ZaloBotDouble, door: ZaloBot
) -> None:
    async with served(sqlite_url, door) as (parts, address):
        await door.set_webhook(address)
        double.secret = "somebody else's"
        double.says("7", "chào")
        await until(lambda: len(double.delivered) == 3)  # Zalo tries again what is not answered 200
        assert {status for _, status in double.delivered} == {403}
        assert await kept(parts) == []


@pytest.mark.parametrize(
    ("body", "status", "left"),
    [
        (b'{"message": ' + b"[" * 600 + b"]" * 600 + b"}", 200, ["dead"]),
        (b'{"message": {"chat": {"id": 7, "chat_type": {}}}}', 200, ["dead"]),
        (b"[" * 5000, 400, []),
        (b"\xff\xfe", 400, []),
        (b"[]", 200, []),
    ],
)
async def test_what_cannot_be_read_is_answered(
    sqlite_url: str, door: ZaloBot, body: bytes, status: int, left: list[str]
) -> None:
    async with served(sqlite_url, door) as (parts, address), httpx.AsyncClient(headers=HEADERS) as client:
        for _ in range(2):
            assert (await client.post(address, content=body)).status_code == status
        assert [status for _, status in await kept(parts)] == left


# Opening.


async def test_a_known_token_opens(double: ZaloBotDouble, door: ZaloBot) -> None:
    await door.open()
    assert [method for method, _ in double.calls] == ["getMe"]


async def test_a_token_that_is_refused_is_told_apart(double: ZaloBotDouble, door: ZaloBot) -> None:
    double.revoke()
    with pytest.raises(TokenRefused):
        await door.open()
    with pytest.raises(TokenRefused):
        await door.set_webhook("https://thu.gov.vn/webhooks/zalo-bot")


@pytest.mark.parametrize("fault", ["500", "proxy", "cut", "400", "408", "429", "503", "1234"])
async def test_what_may_pass_is_asked_again(double: ZaloBotDouble, door: ZaloBot, fault: str) -> None:
    double.fails("getMe", fault)
    with pytest.raises(Unreachable):
        await door.open()
    await door.open()


async def test_a_zalo_that_is_not_there_is_unreachable() -> None:
    door = offline()
    with pytest.raises(Unreachable):
        await door.open()
    with pytest.raises(Unreachable):
        await door.send("7", HELLO)
    await door.close()


async def test_a_webhook_is_set_with_its_secret(double: ZaloBotDouble, door: ZaloBot) -> None:
    await door.set_webhook("https://thu.gov.vn/webhooks/zalo-bot")
    assert (double.webhook, double.secret) == ("https://thu.gov.vn/webhooks/zalo-bot", SECRET)


@pytest.mark.parametrize("secret", ["ngan", "x" * 257, ""])
async def test_a_secret_of_the_wrong_length_is_refused(double: ZaloBotDouble, secret: str) -> None:
    door = ZaloBot(TOKEN, double.base_url, secret)
    with pytest.raises(WebhookRefused, match="secret_token"):
        await door.set_webhook("https://thu.gov.vn/webhooks/zalo-bot")
    await door.close()


async def test_an_address_that_zalo_does_not_take_is_refused(double: ZaloBotDouble, door: ZaloBot) -> None:
    with pytest.raises(WebhookRefused, match="HTTPS"):
        await door.set_webhook("http://thu.gov.vn/webhooks/zalo-bot")
    double.fails("setWebhook", "429")
    with pytest.raises(Unreachable):
        await door.set_webhook("https://thu.gov.vn/webhooks/zalo-bot")


async def test_a_webhook_that_zalo_cannot_reach_is_told(double: ZaloBotDouble, door: ZaloBot) -> None:
    double.reachable = False
    with capture_logs() as told:
        await door.set_webhook("https://thu.gov.vn/webhooks/zalo-bot")
    assert [(line["log_level"], line["hint"]) for line in told] == [
        ("warning", "gọi https://thu.gov.vn/webhooks/zalo-bot")
    ]


# What goes out.


async def test_words_go_out(double: ZaloBotDouble, door: ZaloBot) -> None:
    number = await door.send("7", HELLO)
    assert double.sent["7"] == [{"text": "Chào anh/chị ạ.", "message_id": number}]
    assert double.calls == [("sendMessage", {"chat_id": "7", "text": "Chào anh/chị ạ."})]


async def test_words_are_counted_as_zalo_counts_them(double: ZaloBotDouble, door: ZaloBot) -> None:
    longest = "ạ" * 1998 + "🪵"
    await door.send("7", Message("k", longest))
    assert [one["text"] for one in double.sent["7"]] == [longest]
    for text in (longest + "ạ", "🪵" * 1001, "", " \n", "\ud83d"):
        with pytest.raises(Rejected):
            await door.send("7", Message("k", text))
    assert len(double.calls) == 1


async def test_a_file_is_an_address_in_the_words(double: ZaloBotDouble, door: ZaloBot) -> None:
    words = f"Mời xem.\nẢnh: https://thu.gov.vn{PICTURE.place}"
    await door.send("7", Message("k", words, attachment=PICTURE))
    assert [one["text"] for one in double.sent["7"]] == [words]
    with pytest.raises(Rejected):
        await door.send("7", Message("k", "Mời xem.", attachment=PICTURE))


async def test_nothing_is_edited(door: ZaloBot) -> None:
    with pytest.raises(Rejected):
        await door.edit("7", "out1", HELLO)


@pytest.mark.parametrize("status", [200, 0, 502])
@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("400 Bad Request: invalid chat_id", Stopped),
        ("400 Bad Request: text is too long", Rejected),
        ("401 Unauthorized", TokenRevoked),
        ("403 Forbidden", Throttled),
        ("408 Request timeout", Uncertain),
        ("429 Too Many Requests", Throttled),
        ("500 Internal Server Error", Uncertain),
        ("1234 on purpose", Throttled),
        ("-32 on purpose", Throttled),
    ],
)
async def test_refusals_are_told_apart_whatever_the_status(
    double: ZaloBotDouble, door: ZaloBot, status: int, fault: str, failure: type[Failure]
) -> None:
    double.refusal_status = status
    double.fails("sendMessage", fault)
    with pytest.raises(failure):
        await door.send("7", HELLO)
    assert not double.sent["7"]


@pytest.mark.parametrize(("fault", "arrived"), [("500", 0), ("proxy", 0), ("cut", 1)])
async def test_what_is_not_answered_is_in_doubt(double: ZaloBotDouble, door: ZaloBot, fault: str, arrived: int) -> None:
    double.fails("sendMessage", fault)
    with pytest.raises(Uncertain):
        await door.send("7", HELLO)
    assert len(double.sent["7"]) == arrived


@pytest.mark.parametrize(("code", "read"), [("401", 401), (429, 429), (None, 0), ("many", 0), ([], 0)])
def test_a_refusal_has_a_code_or_none(code: Any, read: int) -> None:
    with pytest.raises(Refused) as told:
        result_of(200, orjson.dumps({"ok": False, "error_code": code}), TOKEN)
    assert told.value.code == read


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b'"ok"', b"{}", b'{"ok": 1}', b'{"ok": "true"}', b'{"ok": null}'])
def test_what_does_not_say_ok_is_nobody_s_answer(body: bytes) -> None:
    with pytest.raises(Uncertain):
        result_of(200, body, TOKEN)


async def test_what_is_answered_too_late_is_in_doubt(
    double: ZaloBotDouble, door: ZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.LIMITS", timeouts(5, 5, 0.2, None))
    double.latency = 2
    with pytest.raises(Uncertain):
        await door.send("7", HELLO)
    assert len(double.sent["7"]) == 1


async def test_who_never_wrote_cannot_be_written_to(double: ZaloBotDouble, door: ZaloBot) -> None:
    with pytest.raises(Stopped, match="chat_id"):
        await door.send("8", HELLO)


async def test_too_many_wait(double: ZaloBotDouble, door: ZaloBot) -> None:
    double.per_second = 2
    for _ in range(2):
        await door.send("7", HELLO)
    with pytest.raises(Throttled):
        await door.send("7", HELLO)


async def refused(door: ZaloBot, text: str = "chào") -> float:
    """Send what is refused for now; return for how many seconds."""
    with pytest.raises(Throttled) as wait:
        await door.send("7", Message("k", text))
    return wait.value.seconds


async def test_each_refusal_waits_longer_until_something_is_sent(double: ZaloBotDouble, door: ZaloBot) -> None:
    double.fails("sendMessage", *["429"] * 9)
    waits = [await refused(door) for _ in range(9)]
    assert waits == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    await door.send("7", HELLO)
    double.fails("sendMessage", "429")
    assert await refused(door) == PAUSES[0]


async def test_what_is_refused_together_waits_once(double: ZaloBotDouble, door: ZaloBot) -> None:
    double.fails("sendMessage", *["429"] * 5)
    assert await asyncio.gather(*(refused(door, f"tin {n}") for n in range(4))) == [PAUSES[0]] * 4
    assert await refused(door) == PAUSES[1]


async def test_an_unknown_refusal_is_tried_again_a_few_times(double: ZaloBotDouble, door: ZaloBot) -> None:
    double.fails("sendMessage", *["1234 lạ"] * MOST_TRIES)
    for _ in range(MOST_TRIES - 1):
        await refused(door, "tin lạ")
    with pytest.raises(Rejected, match="1234 lạ"):
        await door.send("7", Message("k", "tin lạ"))
    await door.send("7", Message("k", "tin lạ"))


async def test_of_unknown_refusals_each_message_has_its_own_count(double: ZaloBotDouble, door: ZaloBot) -> None:
    double.fails("sendMessage", *["1234"] * (2 * MOST_TRIES))
    for _ in range(MOST_TRIES - 1):
        await refused(door, "một")
        await refused(door, "hai")
    for text in ("một", "hai"):
        with pytest.raises(Rejected):
            await door.send("7", Message("k", text))


async def test_counts_are_forgotten_the_oldest_first(
    double: ZaloBotDouble, door: ZaloBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot_answers.MOST_REMEMBERED", 1)
    double.fails("sendMessage", *["1234"] * (2 * MOST_TRIES))
    for _ in range(MOST_TRIES):
        await refused(door, "một")
        await refused(door, "hai")


async def test_the_token_is_told_nowhere(
    double: ZaloBotDouble, door: ZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    away = ZaloBot(TOKEN, "http://127.0.0.1:9/bot", SECRET)
    with capture_logs() as lines:
        for fault in ("400", "401", "403", "408", "429", "500", "502", "proxy", "cut"):
            double.fails("sendMessage", fault)
            with pytest.raises(Failure) as failed:
                await door.send("7", HELLO)
            told.append("".join(traceback.format_exception(failed.value)))
        for fault in ("400", "404"):
            double.fails("setWebhook", fault)
            with pytest.raises((WebhookRefused, Unreachable)) as refusal:
                await door.set_webhook("https://thu.gov.vn/webhooks/zalo-bot")
            told.append("".join(traceback.format_exception(refusal.value)))
        with pytest.raises(Unreachable) as unreachable:
            await away.open()
        told.append("".join(traceback.format_exception(unreachable.value)))
        double.reachable = False
        await door.set_webhook(f"https://thu.gov.vn/{TOKEN}")
    await away.close()
    assert any("on purpose, bot4200:…" in one for one in told)
    secret = TOKEN.partition(":")[2]
    for one in (*told, repr(lines), caplog.text, door.bot_id):
        assert secret not in one


# Files that people send.


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("image", "image/jpeg"), ("voice", "audio/aac"), ("voice", "application/octet-stream")],
)
async def test_what_people_send_is_fetched(double: ZaloBotDouble, door: ZaloBot, kind: str, media_type: str) -> None:
    for documented in (True, False):
        double.documented = documented
        incoming = door.parse(double.sends("7", kind, b"\xff\xd8anh", media_type, "day a"), NOON)
        assert incoming
        assert incoming.file
        assert incoming.text == "day a"
        assert await door.fetch(incoming.file.reference) == b"\xff\xd8anh"


async def test_files_are_fetched_up_to_a_size_and_of_a_kind(double: ZaloBotDouble, door: ZaloBot) -> None:
    twenty = 20 * 1024 * 1024
    double.media["most"] = ("image/jpeg", b"x" * twenty)
    double.media["more"] = ("image/jpeg", b"x" * (twenty + 1))
    double.media["page"] = ("text/html", b"<h1>Sign in</h1>")
    place = f"http://127.0.0.1:{double.port}/media"
    assert len(await door.fetch(f"{place}/most")) == twenty
    for name in ("more", "page", "gone"):
        with pytest.raises(Rejected):
            await door.fetch(f"{place}/{name}")


async def test_files_are_fetched_from_zalo_alone(double: ZaloBotDouble) -> None:
    door = ZaloBot(TOKEN, double.base_url, SECRET, media_hosts=("zdn.vn",))
    double.media["to"] = ("image/jpeg", b"x")
    for reference in (
        f"http://127.0.0.1:{double.port}/media/to",
        f"http://zdn.vn@127.0.0.1:{double.port}/media/to",
        f"http://[::1]:{double.port}/media/to",
        "https://zdn.vn.example.org/a.jpg",
        "https://xzdn.vn/a.jpg",
        "ftp://photo.zdn.vn/a.jpg",
        "file:///etc/passwd",
        "",
        "//[",
    ):
        with pytest.raises(Rejected):
            await door.fetch(reference)
    await door.close()


async def test_a_file_that_has_moved_is_followed_within_zalo(double: ZaloBotDouble, door: ZaloBot) -> None:
    place = f"http://127.0.0.1:{double.port}/media"
    double.media["here"] = ("image/jpeg", b"anh")
    double.media["moved"] = (f"{place}/here", b"")
    double.media["away"] = (f"http://localhost:{double.port}/media/here", b"")
    double.media["nowhere"] = ("http://[", b"")
    double.media["round"] = (f"{place}/round", b"")
    assert await door.fetch(f"{place}/moved") == b"anh"
    for name in ("away", "nowhere", "round"):
        with pytest.raises(Rejected):
            await door.fetch(f"{place}/{name}")


async def test_files_that_cannot_be_had_now_may_be_had_later() -> None:
    door = ZaloBot(TOKEN, "http://127.0.0.1:9/bot", SECRET, media_hosts=("127.0.0.1",))
    with pytest.raises(Unreachable):
        await door.fetch("http://127.0.0.1:9/media/to")
    await door.close()


# The double's own manners.


async def test_the_double_keeps_zalo_s_rules(double: ZaloBotDouble) -> None:
    picture = {"chat_id": "7", "photo": "https://thu.gov.vn/a.jpg", "caption": "Mời xem."}
    async with httpx.AsyncClient(base_url=f"{double.base_url}{TOKEN}/") as client:

        async def code(method: str, **values: Any) -> int:
            told = (await client.post(method, json=values)).json()
            assert told["ok"] is not ("error_code" in told)
            return int(told.get("error_code", 0))

        assert await code("sendPhoto", **picture) == 0
        assert await code("sendPhoto", **{**picture, "photo": "file_id"}) == 400
        assert await code("sendMessage", chat_id="7", text="ạ" * 2000) == 0
        assert await code("sendMessage", chat_id="7", text="ạ" * 2001) == 400
        assert await code("sendMessage", chat_id="7", text="") == 400
        assert await code("getUpdates", timeout="0") == 408
        assert await code("setWebhook", url="https://thu.gov.vn/", secret_token=SECRET) == 0
        assert await code("getUpdates", timeout="0") == 400
        assert await code("deleteWebhook") == 0
        assert (await client.post("getWebhookInfo")).json()["result"]["url"] == ""
        assert await code("answerCallbackQuery") == 404
        double.revoke()
        assert await code("getMe") == 401
