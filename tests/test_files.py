"""Files that people send as answers: kept with the event, or noted and fetched after the turn."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select

from bot.app import Parts, assemble
from bot.channels.telegram import Telegram
from bot.channels.web import Stored
from bot.fetcher import Fetcher
from bot.settings import Settings
from bot.web.site import site
from content.xlsform import read_form
from db import published, uploads
from db.forms import Version
from db.models import response, upload
from tests.doubles.telegram import TOKEN, TelegramDouble, running_double
from tests.sending import HandClock
from tests.test_web import EVENING, field

SOURCE = b"""| survey |
| | type | name | label | required |
| | image | anh | Anh xuong? | yes |
| | text | ten | Ten xuong? | yes |
"""
CHAT = 7


@pytest.fixture
def double() -> Iterator[TelegramDouble]:
    with running_double() as running:
        yield running


async def publish(parts: Parts) -> None:
    form = read_form("anh_xuong", SOURCE, ".md")

    def live(connection: Connection) -> None:
        version = Version(form.sha, form.name, ".md", SOURCE, {})
        published.keep_draft(connection, version, form.title, parts.library.forms, "ngoc", EVENING)
        published.publish(connection, form.name, form.sha, "ngoc", EVENING)

    await parts.database.write(live)


def kept(connection: Connection) -> uploads.Upload | None:
    row = connection.execute(select(response.c.answers)).scalar_one()
    return uploads.find(connection, row["anh"])


async def test_a_picture_sent_from_the_page_is_kept_with_the_answer(sqlite_url: str) -> None:
    settings = Settings(database_url=sqlite_url, public_url="https://khuyencong.example")
    async with assemble(settings, {"web": Stored()}, lambda: EVENING) as parts:
        await publish(parts)
        transport = httpx.ASGITransport(site(parts))
        async with httpx.AsyncClient(transport=transport, base_url="https://khuyencong.example") as browser:
            await browser.post("/chat", data={"id": "1", "choice": ">form/anh_xuong", "text": ""})
            await browser.post("/chat", data={"id": "2", "text": "đồng ý"})
            page = (await browser.get("/chat")).text
            assert 'accept="image/*"' in page
            wrong = {"file": ("a.txt", b"x", "text/plain")}
            await browser.post("/chat", data={"id": field(page, "id")}, files=wrong)
            assert "không phải loại ấy" in (await browser.get("/chat")).text
            picture = {"file": ("Xưởng 1.jpg", b"jpeg", "image/jpeg")}
            await browser.post("/chat", data={"id": "4"}, files=picture)
            await browser.post("/chat", data={"id": "5", "text": "Mộc Lan"})
            await browser.post("/chat", data={"id": "6", "text": "gửi"})
        found = await parts.database.read(kept)
    assert found is not None
    assert (found.name, found.media_type, found.data) == ("Xưởng_1.jpg", "image/jpeg", b"jpeg")


async def test_a_file_too_large_is_refused_and_nothing_is_lost(sqlite_url: str) -> None:
    settings = Settings(database_url=sqlite_url)
    async with assemble(settings, {"web": Stored()}, lambda: EVENING) as parts:
        transport = httpx.ASGITransport(site(parts))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
            large = {"file": ("a.mp4", bytes(uploads.LARGEST + 1), "video/mp4")}
            answer = await browser.post("/chat", data={"id": "1"}, files=large)
        assert answer.status_code == 413
        assert "20 MB" in answer.text


async def test_a_picture_from_telegram_is_noted_in_the_turn_and_fetched_after_it(
    sqlite_url: str, double: TelegramDouble
) -> None:
    telegram = Telegram(TOKEN, double.base_url, file_url=double.file_url)
    settings = Settings(database_url=sqlite_url)
    async with assemble(settings, {"telegram": telegram}, lambda: EVENING) as parts:
        await publish(parts)
        said: list[dict[str, Any]] = [{"text": "/phieu"}, {"text": "1"}, {"text": "đồng ý"}]
        said += [{"photo": [{"file_id": "l", "file_size": 4}]}, {"text": "Mộc Lan"}, {"text": "gửi"}]
        person = {"id": CHAT, "is_bot": False, "first_name": "Lan"}
        for number, content in enumerate(said, 1):
            message = {"message_id": number, "from": person, "chat": {"id": CHAT, "type": "private"}, "date": 1}
            event = telegram.event({"update_id": number, "message": {**message, **content}}, EVENING)
            assert event is not None
            await parts.receiver.take([event])
        clock = HandClock(EVENING)
        fetcher = Fetcher(parts.database, {"telegram": telegram}, parts.receiver.changed, clock)
        assert await fetcher.fetch_waiting() == 1
        failed = await parts.database.read(kept)
        double.files["l"] = b"jpeg"
        assert await fetcher.fetch_waiting() == 0
        clock.pass_by(seconds=10)
        assert await fetcher.fetch_waiting() == 1
        assert await fetcher.fetch_waiting() == 0
        found = await parts.database.read(kept)
        await telegram.close()
    assert failed is not None
    assert (failed.data, failed.attempts) == (None, 1)
    assert found is not None
    assert (found.name, found.data) == ("anh.jpg", b"jpeg")


async def test_a_file_that_no_form_asks_for_belongs_to_nothing(sqlite_url: str, double: TelegramDouble) -> None:
    telegram = Telegram(TOKEN, double.base_url, file_url=double.file_url)
    async with assemble(Settings(database_url=sqlite_url), {"telegram": telegram}, lambda: EVENING) as parts:
        await publish(parts)
        message = {"message_id": 1, "from": {"id": 7, "first_name": "Lan"}, "chat": {"id": 7, "type": "private"}}
        event = telegram.event({"update_id": 1, "message": {**message, "voice": {"file_id": "v"}}}, EVENING)
        assert event is not None
        await parts.receiver.take([event])
        waiting = await parts.database.read(lambda connection: connection.execute(select(upload.c.loose)).all())
        await telegram.close()
    assert [row.loose for row in waiting] == [True]


async def test_a_question_shows_its_picture(sqlite_url: str) -> None:
    source = b"| survey |\n| | type | name | label | media::image |\n| | text | may | May nao? | may.png |\n"
    form = read_form("hinh", source, ".md", {"may.png": b"png"})
    async with assemble(Settings(database_url=sqlite_url), {"web": Stored()}, lambda: EVENING) as parts:

        def live(connection: Connection) -> None:
            version = Version(form.sha, form.name, ".md", source, {"may.png": b"png"})
            published.keep_draft(connection, version, form.title, parts.library.forms, "ngoc", EVENING)
            published.publish(connection, form.name, form.sha, "ngoc", EVENING)

        await parts.database.write(live)
        transport = httpx.ASGITransport(site(parts))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
            await browser.post("/chat", data={"id": "1", "choice": ">form/hinh", "text": ""})
            await browser.post("/chat", data={"id": "2", "text": "đồng ý"})
            page = (await browser.get("/chat")).text
            place = f"/hinh/{form.sha}/may.png"
            assert f'<img src="{place}" alt="May nao?"' in page
            shown = await browser.get(place)
            assert (shown.content, shown.headers["content-type"]) == (b"png", "image/png")
            assert (await browser.get(f"/hinh/{form.sha}/khac.png")).status_code == 404
