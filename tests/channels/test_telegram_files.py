"""Telegram: pictures and files go with their words, are uploaded once, and never half told."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram import LONGEST_PAUSE, PAUSES, Telegram
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
)
from tests.doubles.telegram import TOKEN, TelegramDouble

PICTURE = Attachment("a1", "máy bào.png", "image/png", b"\x89PNG\r\n")
PAPER = Attachment("b2", "Công văn 12.pdf", "application/pdf", b"%PDF-1.7")
BUTTONS = (Shown(1, ">class/QT1", "Xem lớp học"),)
LONGEST = "🌾" * 512  # two UTF-16 units each
TOO_LONG = LONGEST + "."


def message(attachment: Attachment, text: str = "Mời anh/chị xem.") -> Message:
    return Message("announcement", text, BUTTONS, buttons=True, attachment=attachment)


def labels(sent: dict[str, object]) -> str:
    return str(sent.get("reply_markup", ""))


def methods(double: TelegramDouble) -> list[str]:
    return [method for method, _ in double.calls if method.startswith("send")]


class Pauses(list[float]):
    """Takes down how long it was to be waited, and does not wait."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def patient(double: TelegramDouble, pauses: Pauses) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, double.base_url, pause=pauses)
    yield channel
    await channel.close()


@pytest.mark.parametrize(
    ("attachment", "method", "kind"), [(PICTURE, "sendPhoto", "photo"), (PAPER, "sendDocument", "document")]
)
@pytest.mark.parametrize("text", ["Mời anh/chị xem.", LONGEST])
async def test_short_words_are_the_caption(
    telegram: Telegram, double: TelegramDouble, attachment: Attachment, method: str, kind: str, text: str
) -> None:
    number = await telegram.send("7", message(attachment, text))
    (sent,) = double.sent[7]
    assert (sent["caption"], str(sent["message_id"])) == (text, number)
    assert kind in sent
    assert ">class/QT1" in labels(sent)
    assert methods(double) == [method]
    (file,) = double.uploads.values()
    assert (file.name, file.media_type, file.data) == (attachment.name, attachment.media_type, attachment.data)


@pytest.mark.parametrize("attachment", [PICTURE, PAPER])
async def test_long_words_follow_the_file_with_the_buttons(
    telegram: Telegram, double: TelegramDouble, attachment: Attachment
) -> None:
    number = await telegram.send("7", message(attachment, TOO_LONG))
    file, words = double.sent[7]
    assert "caption" not in file
    assert not labels(file)
    assert (words["text"], str(words["message_id"])) == (TOO_LONG, number)
    assert ">class/QT1" in labels(words)


async def test_a_file_is_uploaded_once_however_many_get_it(telegram: Telegram, double: TelegramDouble) -> None:
    async with asyncio.TaskGroup() as tasks:
        for chat in range(20):
            tasks.create_task(telegram.send(str(chat), message(PICTURE)))
    await telegram.send("99", message(PAPER))
    assert len(double.uploads) == 2
    assert all(len(double.sent[chat]) == 1 for chat in (*range(20), 99))


async def test_an_upload_that_failed_is_made_for_the_next(telegram: Telegram, double: TelegramDouble) -> None:
    double.fails("sendPhoto", "429:3")
    with pytest.raises(Throttled):
        await telegram.send("7", message(PICTURE))
    await telegram.send("8", message(PICTURE))
    assert len(double.uploads) == len(double.sent[8]) == 1


async def test_somebody_s_block_does_not_cost_the_others_the_file(telegram: Telegram, double: TelegramDouble) -> None:
    double.blocked.add(7)
    with pytest.raises(Stopped):
        await telegram.send("7", message(PICTURE))
    await telegram.send("8", message(PICTURE))
    assert len(double.sent[8]) == 1


async def test_a_file_whose_bytes_are_gone_goes_out_while_telegram_has_it(
    telegram: Telegram, double: TelegramDouble
) -> None:
    bare = Attachment(PICTURE.sha, PICTURE.name, PICTURE.media_type)
    with pytest.raises(Rejected):
        await telegram.send("7", message(bare))
    await telegram.send("7", message(PICTURE))
    await telegram.send("8", message(bare))
    assert len(double.sent[8]) == 1


async def test_words_are_waited_for_once_their_file_has_arrived(
    patient: Telegram, double: TelegramDouble, pauses: Pauses
) -> None:
    double.fails("sendMessage", "429:7", "firewall", f"429:{10 * LONGEST_PAUSE:.0f}")
    await patient.send("7", message(PICTURE, TOO_LONG))
    assert pauses == [7, PAUSES[1], LONGEST_PAUSE]
    assert methods(double) == ["sendPhoto", *["sendMessage"] * 4]
    assert [sent.get("text") for sent in double.sent[7]] == [None, TOO_LONG]


@pytest.mark.parametrize(
    ("faults", "told"), [(["429:1"] * 4, "wait 1 s"), (["500"], "HTTP 500"), (["cut"], "ClientPayloadError")]
)
async def test_a_file_without_its_words_is_told_as_uncertain(
    patient: Telegram, double: TelegramDouble, faults: list[str], told: str
) -> None:
    double.fails("sendMessage", *faults)
    with pytest.raises(Uncertain, match=f"tệp đính kèm đã đến.*{told}"):
        await patient.send("7", message(PICTURE, TOO_LONG))
    assert [name for name in methods(double) if name == "sendPhoto"] == ["sendPhoto"]


async def test_words_that_are_refused_after_their_file_are_uncertain(patient: Telegram, double: TelegramDouble) -> None:
    with pytest.raises(Uncertain, match=r"tệp đính kèm đã đến.*too long"):
        await patient.send("7", message(PICTURE, "a" * 4097))


@pytest.mark.parametrize(
    ("fault", "failure"), [("500", Uncertain), ("cut", Uncertain), ("429:2", Throttled), ("proxy", Uncertain)]
)
async def test_what_fails_with_the_file_fails_as_any_message(
    patient: Telegram, double: TelegramDouble, fault: str, failure: type[Failure]
) -> None:
    double.fails("sendPhoto", fault)
    with pytest.raises(failure) as failed:
        await patient.send("7", message(PICTURE, TOO_LONG))
    assert "tệp" not in str(failed.value)
    assert methods(double) == ["sendPhoto"]


async def test_a_revoked_token_and_a_file(patient: Telegram, double: TelegramDouble) -> None:
    double.revoke()
    with pytest.raises(TokenRevoked):
        await patient.send("7", message(PICTURE, TOO_LONG))
