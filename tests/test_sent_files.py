"""Voice messages and pictures that nobody asked for: answered kindly, passed on, removed, forgotten."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.receive import Receiver
from content.render import Renderer
from conversation.catalog import Library
from db import questions, uploads
from db.engine import Database
from db.inbox import Event
from db.models import upload
from tests.receiving import EVENING, Person, a_receiver


class Sender(Person):
    """Somebody who sends files too."""

    async def sends(self, name: str, media_type: str, data: bytes = b"...") -> "Sender":
        file = await self.receiver.keep_file(self.address, name, media_type, data)
        await self._sends(file=asdict(file), text=file.name)
        return self


@pytest.fixture
async def lan(database: Database, library: Library, renderer: Renderer) -> Sender:
    sender = Sender(a_receiver(database, library, renderer))
    await sender.says("/start")
    return sender


async def asked(receiver: Receiver) -> list[questions.Asked]:
    return await receiver.database.read(questions.waiting)


async def kept(receiver: Receiver) -> list[bool]:
    """Whether each file kept belongs to nothing."""
    query = select(upload.c.loose).order_by(upload.c.id)
    return await receiver.database.read(lambda connection: list(connection.execute(query).scalars()))


async def test_a_voice_message_gets_a_kind_word_and_an_offer(lan: Sender) -> None:
    await lan.sends("ghi_am.ogg", "audio/ogg")
    assert lan.keys == ["sent/voice"]
    assert "micro" in lan.messages[-1].text
    assert await asked(lan.receiver) == []
    await lan.taps("Chuyển cho cán bộ")
    assert lan.keys == ["sent/passed_on"]
    (one,) = await asked(lan.receiver)
    assert [(file.name, file.media_type, file.waiting) for file in one.files] == [("ghi_am.ogg", "audio/ogg", False)]
    assert await kept(lan.receiver) == [False]


async def test_what_was_passed_on_once_is_not_passed_on_again(lan: Sender) -> None:
    await lan.sends("anh.jpg", "image/jpeg")
    choices = lan.messages
    await lan.taps("Chuyển cho cán bộ")
    lan.messages = choices
    await lan.taps("Chuyển cho cán bộ")
    assert lan.keys == ["sent/gone"]
    assert len(await asked(lan.receiver)) == 1


async def test_a_picture_goes_with_the_receipt_it_belongs_to(lan: Sender) -> None:
    await lan.says("quan tâm")
    for said in ("đồng ý", "1", "mua máy bào", "Mộc Lan", "1", "12", "Nhân Hà", "bỏ qua", "gửi"):
        await lan.says(said)
    assert "interest/done" in lan.keys
    await lan.sends("anh.jpg", "image/jpeg")
    label = next(choice.label for choice in lan.messages[-1].choices if choice.label.startswith("Kèm vào phiếu HT-"))
    await lan.taps(label)
    (one,) = await asked(lan.receiver)
    assert one.about == f">mine/{label.removeprefix('Kèm vào phiếu ')}"
    assert label.removeprefix("Kèm vào phiếu ") in lan.messages[-1].text


async def test_what_nobody_wants_passed_on_is_forgotten_after_a_day(lan: Sender) -> None:
    await lan.sends("anh.jpg", "image/jpeg")
    await lan.taps("Không, bỏ đi")
    database = lan.receiver.database
    assert await database.write(lambda connection: uploads.forget_loose(connection, EVENING)) == 0
    later = EVENING + timedelta(days=1, seconds=1)
    assert await database.write(lambda connection: uploads.forget_loose(connection, later)) == 1


async def test_a_file_from_nowhere_is_not_passed_on(lan: Sender, database: Database) -> None:
    stranger = replace(lan, name="khach", events=0, seq=0)
    await stranger.says("/start")
    await stranger.sends("anh.jpg", "image/jpeg")
    number = await database.read(lambda connection: connection.execute(select(upload.c.id)).scalar_one())
    await lan.receiver.take([Event("web", "", "x", {"from": "lan", "id": "x", "choice": ">sent/pass_on"}, lan.address)])

    def pass_on(connection: Connection) -> None:
        mine = uploads.find(connection, f"{number}-anh.jpg")
        assert mine is not None
        uploads.pass_on(connection, 1, mine.contact_id + 1, f"{number}-anh.jpg")

    await database.write(pass_on)
    assert await kept(lan.receiver) == [True]


async def test_too_many_files_a_day_are_refused_in_words(lan: Sender, database: Database) -> None:
    for number in range(uploads.MOST_LOOSE):
        await lan.sends(f"anh{number}.jpg", "image/jpeg")
    with pytest.raises(uploads.UploadRefused, match="nhiều tệp"):
        await lan.sends("anh.jpg", "image/jpeg")
    await database.write(lambda connection: connection.execute(update(upload).values(loose=False)))
    await lan.sends("anh.jpg", "image/jpeg")


async def test_a_voice_message_in_a_form_is_answered_with_the_microphone(lan: Sender) -> None:
    await lan.says("quan tâm")
    await lan.says("đồng ý")
    await lan.says("1")
    await lan.sends("ghi_am.ogg", "audio/ogg")
    assert "micro" in lan.messages[0].text
