"""Tables sent to members of staff in their own chats: written by a process of its own, carried by the channel."""

import html
import io
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import openpyxl
import pytest
from sqlalchemy import Connection, select

from bot.app import assemble
from bot.changed import Changed
from bot.channels.base import Channel
from bot.channels.telegram import Telegram
from bot.channels.web import Stored
from bot.files_for_chats import LARGEST, FilesForChats
from bot.limiter import Limiter
from bot.sender import Sender
from bot.settings import Settings
from bot.web.site import site
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import CAPABILITIES, Attachment, Message
from db import attachments, conversations, export_chats, export_jobs, scope, staff
from db.engine import Database
from db.exports import Filter
from db.models import address
from tests.doubles.telegram import TOKEN, TelegramDouble, running_double
from tests.office import LAN, NOW, a_person
from tests.receiving import EVENING
from tests.sending import Vendor
from tests.test_announcing_from_chat import Member, Staffed
from tests.test_export_jobs import program_of
from tests.test_linking_turns import receiver

HERE, THERE = "13285", "13627"
XLSX = b"PK\x03\x04 a workbook"


@pytest.fixture
def double() -> Iterator[TelegramDouble]:
    with running_double() as running:
        yield running


@pytest.fixture
async def telegram(double: TelegramDouble) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, double.base_url)
    await channel.open()
    yield channel
    await channel.close()


@pytest.fixture
async def town(database: Database, library: Library, renderer: Renderer) -> Staffed:
    """An establishment in each of two communes."""

    def arrive(connection: Connection) -> None:
        a_person(connection, "lan").agreed().runs(LAN)
        a_person(connection, "ren").agreed().runs({**LAN, "business_name": "Bí Mật Rèn", "commune": THERE})

    await database.write(arrive)
    return Staffed(receiver(database, library, renderer), database)


async def collaborator(town: Staffed, channel: str = "telegram") -> Member:
    who = await town.member("7", "collaborator", channel)
    await town.database.write(lambda connection: scope.give(connection, 1, frozenset({HERE})))
    return who


def files(town: Staffed, *channels: Channel, site: str = "") -> FilesForChats:
    named = {channel.name: channel for channel in channels}
    organisation = replace(town.bot.library.organisation, public_url=site)
    return FilesForChats(town.database, town.bot.renderer, organisation, named, Changed(), lambda: EVENING)


async def is_made(town: Staffed, data: bytes = XLSX, size: int = 0) -> None:
    """Let the file that was asked for be made."""

    def make(connection: Connection) -> None:
        job = export_jobs.claim(connection, EVENING)
        assert job is not None
        export_jobs.add_part(connection, job.id, 0, data)
        export_jobs.finish(connection, job.id, 27, size or len(data), EVENING)

    await town.database.write(make)


async def heard(town: Staffed, name: str = "7") -> list[Message]:
    """Return what the bot said first, after the answer to what was asked for."""

    def read(connection: Connection) -> list[Message]:
        number = connection.execute(select(address.c.id).where(address.c.external_id == name)).scalar_one()
        rows = conversations.messages_after(connection, number)
        said = [Message.from_json(row.payload) for row in rows if row.direction == "out"]
        return [message for message in said if message.key in {"files/ready", "files/link", "files/failed"}]

    return await town.database.read(read)


async def test_a_member_gets_the_table_of_their_communes_as_a_document(
    town: Staffed, telegram: Telegram, double: TelegramDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    minh = await collaborator(town)
    await minh.follows(">files/establishments")
    assert minh.keys == ["files/asked"]
    assert await program_of(town.database, monkeypatch).step()
    await files(town, telegram).step()
    sender = Sender(town.database, {"telegram": telegram}, Limiter(25), Changed(), lambda: EVENING)
    await sender.send_due()
    (sent,) = double.sent[7]
    assert sent["document"]["file_name"] == "co-so-2026-11-24.xlsx"
    assert "co-so-2026-11-24.xlsx, 1 dòng" in sent["caption"]
    (file,) = double.uploads.values()
    assert file.media_type == export_chats.MEDIA_TYPE
    sheet = openpyxl.load_workbook(io.BytesIO(file.data)).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == ["Tên cơ sở", "Cơ sở mộc Lan"]
    await files(town, telegram).step()
    await sender.send_due()
    assert len(double.sent[7]) == 1


@pytest.mark.parametrize("channel", ["zalo_bot", "zalo_oa"])
@pytest.mark.parametrize("url", ["", "https://kc.example"])
async def test_where_no_file_is_carried_there_is_an_address_that_asks_who_one_is(
    town: Staffed, channel: str, url: str
) -> None:
    minh = await collaborator(town, "zalo_bot")
    await minh.follows(">files/contacts")
    await is_made(town)
    await files(town, Vendor("zalo_bot", capabilities=CAPABILITIES[channel]), site=url).step()
    (said,) = await heard(town)
    assert (said.key, said.attachment) == ("files/link", None)
    assert ("https://kc.example/console/exports/1" in said.text) == bool(url)


async def test_a_file_too_large_to_send_is_fetched_from_the_console(town: Staffed) -> None:
    minh = await collaborator(town)
    await minh.follows(">files/contacts")
    await is_made(town, size=LARGEST + 1)
    await files(town, Vendor()).step()
    (said,) = await heard(town)
    assert (said.key, said.attachment) == ("files/link", None)
    assert "Tệp lớn quá" in said.text


async def test_a_file_that_cannot_be_made_says_so(town: Staffed) -> None:
    minh = await collaborator(town)
    await minh.follows(">files/contacts")
    await town.database.write(lambda connection: export_jobs.fail(connection, 1, EVENING))
    await files(town, Vendor()).step()
    assert [message.key for message in await heard(town)] == ["files/failed"]


def closed(connection: Connection) -> None:
    staff.add(connection, "quan", "administrator", "hash", NOW)
    staff.disable(connection, "7")


def given_less(connection: Connection) -> None:
    scope.give(connection, 1, frozenset({THERE}))


@pytest.mark.parametrize("meanwhile", [closed, given_less])
async def test_who_lost_the_right_meanwhile_gets_nothing(town: Staffed, meanwhile: object) -> None:
    assert callable(meanwhile)
    minh = await collaborator(town)
    await minh.follows(">files/establishments")
    await is_made(town)
    await town.database.write(meanwhile)
    program = files(town, Vendor())
    await program.step()
    assert await heard(town) == []
    assert not await town.database.read(export_chats.is_any_due)


async def test_who_untied_the_chat_gets_nothing(town: Staffed) -> None:
    minh = await collaborator(town)
    await minh.follows(">files/establishments")
    await minh.follows(">staff/untie")
    await is_made(town)
    await files(town, Vendor()).step()
    assert await heard(town) == []


async def test_the_same_asked_for_twice_comes_once(town: Staffed) -> None:
    minh = await collaborator(town)
    await minh.follows(">files/contacts")
    await minh.follows(">files/contacts")
    await is_made(town)
    await files(town, Vendor()).step()
    assert len(await heard(town)) == 1


async def test_a_file_is_found_by_what_it_is_and_forgotten_with_its_job(town: Staffed) -> None:
    minh = await collaborator(town)
    await minh.follows(">files/contacts")
    await is_made(town)
    await files(town, Vendor()).step()
    (said,) = await heard(town)
    assert said.attachment is not None
    sha = said.attachment.sha
    found = await town.database.read(lambda connection: attachments.find(connection, sha))
    assert found == Attachment(sha, said.attachment.name, export_chats.MEDIA_TYPE, XLSX)
    assert await town.database.read(lambda connection: attachments.find(connection, "")) is None
    await town.database.write(lambda connection: export_jobs.forget_old(connection, EVENING + timedelta(days=8)))
    assert await town.database.read(lambda connection: attachments.find(connection, sha)) is None


async def test_what_the_console_was_asked_for_is_sent_to_no_chat(town: Staffed) -> None:
    await collaborator(town)
    await town.database.write(
        lambda connection: export_jobs.ask(connection, "contacts", "a.xlsx", ".xlsx", Filter(), 1, "7", EVENING)
    )
    await is_made(town)
    await files(town, Vendor()).step()
    assert await heard(town) == []


async def test_in_the_web_chat_the_file_has_an_address_that_cannot_be_made_up(sqlite_url: str) -> None:
    settings = Settings(database_url=sqlite_url, demo_data=False)
    async with assemble(settings, {"web": Stored()}, lambda: EVENING) as parts:
        town = Staffed(parts.receiver, parts.database)
        minh = await collaborator(town, "web")
        await minh.follows(">files/contacts")
        await is_made(town)
        await files(town, Stored()).step()
        cookies = {"kcbot_chat": "7"}
        transport = httpx.ASGITransport(site(parts))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies) as client:
            place = re.search(r'href="(/tep/[^"]+)"', (await client.get("/chat")).text)
            assert place is not None
            whole = html.unescape(place[1])
            assert (await client.get(whole)).content == XLSX
            assert (await client.get(whole.partition("?")[0])).status_code == 404
