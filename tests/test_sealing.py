"""Files of announcements: an address holds for a while, for one file, and cannot be made up."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import httpx
import pytest

from bot.app import Parts, assemble
from bot.channels.web import Stored
from bot.settings import Settings
from bot.web.site import site
from content.sealing import holds, sealed
from conversation.calendar import local_day
from conversation.channel import Attachment
from db import attachments

EVENING = datetime(2026, 11, 24, 12, 42, tzinfo=UTC)
TODAY = local_day(EVENING)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
KEY = b"key"


@pytest.fixture
async def parts(sqlite_url: str) -> AsyncIterator[Parts]:
    async with assemble(Settings(database_url=sqlite_url), {"web": Stored()}, lambda: EVENING) as assembled:
        yield assembled


def asked(file: Attachment) -> dict[str, str]:
    return dict(parse_qsl(file.seal.removeprefix("?")))


def test_a_seal_holds_for_its_file_until_its_day_is_over() -> None:
    file = sealed(Attachment("a" * 64, "moi.pdf", "application/pdf"), KEY, TODAY)
    assert holds(file.sha, asked(file), KEY, TODAY)
    assert not holds(file.sha, asked(file), KEY, TODAY + timedelta(days=1))
    assert not holds("b" * 64, asked(file), KEY, TODAY)
    assert not holds(file.sha, asked(file), b"another", TODAY)
    assert not holds(file.sha, {**asked(file), "han": "20991231"}, KEY, TODAY)
    assert not holds(file.sha, {}, KEY, TODAY)


async def test_only_an_address_that_was_given_out_opens_a_file(parts: Parts) -> None:
    sha = await parts.database.write(lambda connection: attachments.keep(connection, "anh.png", PNG, EVENING))
    file = sealed(Attachment(sha, "anh.png", "image/png"), parts.library.link_key, TODAY)
    transport = httpx.ASGITransport(site(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert (await client.get(file.place)).content == PNG
        assert (await client.get(replace(file, seal="").place)).status_code == 404
        assert "hết hạn" in (await client.get(replace(file, seal="?han=20991231&ky=0").place)).text
