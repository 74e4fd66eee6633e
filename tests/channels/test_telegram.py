"""Telegram: payloads in, requests out, refusals told apart."""

import json
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import Caller, TokenRefused
from bot.channels.telegram import Telegram
from conversation.channel import Message, Rejected, Shown, Stopped, Throttled, TokenRevoked, Uncertain, Unreachable
from conversation.incoming import Address, ContactCard, File, Incoming, Notice
from tests.doubles.telegram import TOKEN, TelegramDouble

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
LAN = {"id": 7, "is_bot": False, "first_name": "Lan", "last_name": "Trần"}
PRIVATE = {"id": 7, "type": "private"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 1, "from": LAN, "chat": PRIVATE, "date": 1, **content}


KEYBOARD = {"inline_keyboard": [[{"text": "Đồng ý", "callback_data": "3:agree"}]]}


@pytest.mark.parametrize(
    ("update", "text", "choice", "unsupported"),
    [
        ({"message": message(text="/start")}, "/start", "", False),
        ({"message": message(text="toi muon mua may")}, "toi muon mua may", "", False),
        ({"message": message(sticker={"file_id": "x"})}, "", "", True),
        (
            {"callback_query": {"id": "9", "from": LAN, "data": "3:agree", "message": message(reply_markup=KEYBOARD)}},
            "Đồng ý",
            "3:agree",
            False,
        ),
        (
            {"callback_query": {"id": "9", "from": LAN, "data": ">menu", "message": message(text="cũ")}},
            "",
            ">menu",
            False,
        ),
    ],
)
def test_what_people_send_is_read(update: dict[str, Any], text: str, choice: str, unsupported: bool) -> None:
    incoming = Telegram(TOKEN, "http://127.0.0.1/bot").parse({"update_id": 5, **update}, NOON)
    assert isinstance(incoming, Incoming)
    assert (incoming.address, incoming.event_id) == (Address("telegram", "7"), "5")
    assert (incoming.text, incoming.choice, incoming.unsupported) == (text, choice, unsupported)


@pytest.mark.parametrize(("user_id", "own"), [(7, True), (8, False), (None, False)])
def test_a_shared_telephone_number_may_be_somebody_else_s(user_id: int | None, own: bool) -> None:
    contact = {"phone_number": "84912345678", "user_id": user_id}
    incoming = Telegram(TOKEN, "http://127.0.0.1/bot").parse(
        {"update_id": 5, "message": message(contact=contact)}, NOON
    )
    assert isinstance(incoming, Incoming)
    assert incoming.contact_card == ContactCard("84912345678", own)


@pytest.mark.parametrize(
    "update",
    [
        {"edited_message": message(text="sửa")},
        {"channel_post": message(text="kênh")},
        {"message": message(text="nhóm") | {"chat": {"id": -5, "type": "group"}}},
        {"my_chat_member": {"chat": PRIVATE, "new_chat_member": {"status": "administrator"}}},
        {"my_chat_member": {"chat": {"id": -5, "type": "group"}, "new_chat_member": {"status": "left"}}},
    ],
)
def test_what_is_not_ours_is_left(update: dict[str, Any]) -> None:
    assert Telegram(TOKEN, "http://127.0.0.1/bot").event({"update_id": 5, **update}, NOON) is None


@pytest.mark.parametrize(("status", "kind"), [("kicked", "left"), ("left", "left"), ("member", "back")])
def test_who_blocks_us_or_comes_back_is_noticed(status: str, kind: str) -> None:
    update = {"update_id": 5, "my_chat_member": {"chat": PRIVATE, "new_chat_member": {"status": status}}}
    noticed = Telegram(TOKEN, "http://127.0.0.1/bot").parse(update, NOON)
    assert noticed == Notice(Address("telegram", "7"), "5", NOON, kind)


def test_only_who_knows_the_secret_is_telegram() -> None:
    telegram = Telegram(TOKEN, "http://127.0.0.1/bot", secret="bí mật")
    header = "x-telegram-bot-api-secret-token"
    assert telegram.caller({header: "bí mật"}, b"{}") is Caller.vendor
    for headers in ({}, {header: ""}, {header: "khác"}):
        assert telegram.caller(headers, b"{}") is Caller.stranger
    assert Telegram(TOKEN, "http://127.0.0.1/bot").caller({header: ""}, b"{}") is Caller.stranger


async def test_a_message_goes_out_with_its_buttons(telegram: Telegram, double: TelegramDouble) -> None:
    choices = (Shown(1, "3:agree", "Đồng ý"), Shown(2, "3:decline", "Không đồng ý"))
    await telegram.send("7", Message("consent/answers", "Anh/chị có đồng ý không?", choices, buttons=True))
    sent = double.sent[7][0]
    assert sent["text"] == "Anh/chị có đồng ý không?"
    rows = sent["reply_markup"]["inline_keyboard"]
    assert [(row[0]["text"], row[0]["callback_data"]) for row in rows] == [
        ("Đồng ý", "3:agree"),
        ("Không đồng ý", "3:decline"),
    ]


async def test_the_menu_of_commands_is_vietnamese(telegram: Telegram, double: TelegramDouble) -> None:
    commands = next(values["commands"] for method, values in double.calls if method == "setMyCommands")
    assert {one["command"]: one["description"] for one in json.loads(commands)}["lop"] == "Lớp học sắp mở"


async def test_somebody_else_s_refusal_is_not_the_person_s(telegram: Telegram, double: TelegramDouble) -> None:
    double.fails("sendMessage", "firewall")
    with pytest.raises(Unreachable):
        await telegram.send("7", Message("k", "chào"))


async def test_a_token_that_was_revoked_is_nobody_s_refusal(telegram: Telegram, double: TelegramDouble) -> None:
    double.revoke()
    for send in (telegram.send("7", Message("k", "chào")), telegram.edit("7", "1", Message("k", "chào"))):
        with pytest.raises(TokenRevoked):
            await send


async def test_somebody_pays_only_for_what_is_marked(telegram: Telegram, double: TelegramDouble) -> None:
    double.per_second = 2
    for _ in range(2):
        await telegram.send("7", Message("k", "chào"))
    with pytest.raises(Throttled):
        await telegram.send("7", Message("k", "chào"))
    await telegram.send("8", Message("k", "chào", paid=True))
    assert (double.paid, double.throttled) == ([8], 1)


@pytest.mark.parametrize("fault", ["500", "cut", "proxy"])
async def test_what_may_have_arrived_is_uncertain(telegram: Telegram, double: TelegramDouble, fault: str) -> None:
    double.fails("sendMessage", fault)
    with pytest.raises(Uncertain):
        await telegram.send("7", Message("k", "chào"))
    assert len(double.sent[7]) == (fault == "cut")


async def test_the_wait_that_telegram_asks_for_is_told(telegram: Telegram, double: TelegramDouble) -> None:
    double.fails("sendMessage", "429:7")
    with pytest.raises(Throttled) as failed:
        await telegram.send("7", Message("k", "chào"))
    assert failed.value.seconds == 7


async def test_refusals_are_told_apart(telegram: Telegram, double: TelegramDouble) -> None:
    double.blocked.add(1)
    double.unknown.add(2)
    for chat in ("1", "2"):
        with pytest.raises(Stopped):
            await telegram.send(chat, Message("k", "chào"))
    too_long = Message("k", "🌾" * 2049)  # two UTF-16 units each
    too_much_data = Message("k", "chào", (Shown(1, "3:" + "ở" * 21, "Ở đâu"),), buttons=True)
    half_a_letter = Message("k", "chào \ud83c")
    for message in (too_long, too_much_data, half_a_letter):
        with pytest.raises(Rejected):
            await telegram.send("7", message)
    assert not double.sent[7]


async def test_no_connection_is_surely_not_sent() -> None:
    telegram = Telegram(TOKEN, "http://127.0.0.1:1/bot")
    with pytest.raises(Unreachable) as failed:
        await telegram.send("7", Message("k", "chào"))
    assert TOKEN not in str(failed.value)
    await telegram.close()


async def test_a_wrong_token_is_refused(double: TelegramDouble) -> None:
    stranger = Telegram("42:wrong", double.base_url)
    with pytest.raises(TokenRefused) as refused:
        await stranger.open()
    assert "42:wrong" not in "".join(traceback.format_exception(refused.value))
    await stranger.close()


async def test_a_token_withdrawn_later_is_refused_too(telegram: Telegram, double: TelegramDouble) -> None:
    double.token = "42:new"
    with pytest.raises(TokenRefused):
        await telegram.updates(0, 0)


@pytest.mark.parametrize(
    ("content", "file"),
    [
        (
            {"photo": [{"file_id": "s", "file_size": 9}, {"file_id": "l", "file_size": 900}], "caption": "máy bào"},
            File("anh.jpg", "image/jpeg", 900, reference="l"),
        ),
        (
            {"document": {"file_id": "d", "file_name": "báo giá.pdf", "mime_type": "application/pdf", "file_size": 5}},
            File("báo giá.pdf", "application/pdf", 5, reference="d"),
        ),
        ({"voice": {"file_id": "v", "mime_type": "audio/ogg"}}, File("ghi_am.ogg", "audio/ogg", 0, reference="v")),
        ({"video": {"file_id": "v"}}, File("phim.mp4", "video/mp4", 0, reference="v")),
    ],
)
def test_a_file_is_named_by_what_telegram_gives_it_out_for(content: dict[str, Any], file: File) -> None:
    channel = Telegram(TOKEN, "http://127.0.0.1:1/bot")
    incoming = channel.parse({"update_id": 1, "message": message(**content)}, NOON)
    assert isinstance(incoming, Incoming)
    assert incoming.file == file


async def test_a_file_is_fetched(telegram: Telegram, double: TelegramDouble) -> None:
    double.files["l"] = b"jpeg"
    assert await telegram.fetch("l") == b"jpeg"
    with pytest.raises(Rejected):
        await telegram.fetch("gone")


async def test_an_answer_of_somebody_else_is_trouble_on_the_way(telegram: Telegram, double: TelegramDouble) -> None:
    double.fails("getUpdates", "proxy")
    with pytest.raises(Unreachable):
        await telegram.updates(0, 0)
    for method in ("getMe", "setMyCommands"):
        double.fails(method, "proxy")
        newcomer = Telegram(TOKEN, double.base_url)
        with pytest.raises(Unreachable):
            await newcomer.open()
        await newcomer.close()


async def test_a_message_is_put_in_the_place_of_another(telegram: Telegram, double: TelegramDouble) -> None:
    before = Message("q", "Chọn?", (Shown(1, "3:may", "May"),), buttons=True)
    after = Message("q", "Chọn?", (Shown(1, "4:may", "✓ May"),), buttons=True)
    number = await telegram.send("7", before)
    await telegram.edit("7", number, after)
    await telegram.edit("7", number, after)
    (shown,) = double.sent[7]
    assert shown["reply_markup"]["inline_keyboard"][0][0]["text"] == "✓ May"
    with pytest.raises(Rejected):
        await telegram.edit("7", "99", after)
