"""Pages to pass on: what a link shows before it is opened, and that it remembers where it was found."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote

import httpx
import pytest
from sqlalchemy import select

from bot.app import Parts, assemble
from bot.channels.web import Stored
from bot.settings import Settings
from bot.web.site import site
from db.models import contact

EVENING = datetime(2026, 11, 24, 12, 42, tzinfo=UTC)
HOST = "https://khuyencong.example"


@pytest.fixture(params=[HOST, ""])
def public_url(request: pytest.FixtureRequest) -> str:
    url: str = request.param
    return url


@pytest.fixture
async def parts(sqlite_url: str, public_url: str) -> AsyncIterator[Parts]:
    settings = Settings(database_url=sqlite_url, public_url=public_url)
    async with assemble(settings, {"web": Stored()}, lambda: EVENING) as assembled:
        yield assembled


@pytest.fixture
async def browser(parts: Parts, public_url: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site(parts))
    async with httpx.AsyncClient(transport=transport, base_url=public_url or "http://127.0.0.1") as client:
        yield client


def told(page: str, name: str) -> list[str]:
    """Return what a page tells those who show its link."""
    return [unescape(one) for one in re.findall(rf'<meta (?:property|name)="{name}" content="([^"]*)">', page)]


async def sources(parts: Parts) -> list[str]:
    query = select(contact.c.source).order_by(contact.c.id)
    return await parts.database.read(lambda connection: list(connection.execute(query).scalars()))


async def test_a_link_shows_what_it_leads_to_before_it_is_opened(
    browser: httpx.AsyncClient, parts: Parts, public_url: str
) -> None:
    page = (await browser.get("/lop/QT1?tu=apphich")).text
    (title,), (gist,) = told(page, "og:title"), told(page, "og:description")
    assert title == "Quản trị, điều hành xưởng nhỏ (LỚP MẪU)"
    assert "nhắn QT1" in gist
    own = [f"{HOST}/lop/QT1"] if public_url else []
    assert told(page, "og:url") == own
    assert re.findall(r'rel="canonical" href="([^"]*)"', page) == own
    page = (await browser.get("/p/overview")).text
    assert told(page, "og:title") == ["Khuyến công là gì"]
    assert told(page, "og:description") == [parts.library.pages["overview"].parts["what"].split("\n")[0]]


async def test_a_page_can_be_passed_on_without_where_it_was_found(browser: httpx.AsyncClient, public_url: str) -> None:
    page = (await browser.get("/lop/QT1?tu=apphich")).text
    shared = re.findall(r"<textarea readonly[^>]*>([^<]*)</textarea>", page)
    assert len(shared) == 1
    assert (f"Xem: {HOST}/lop/QT1" in shared[0]) is bool(public_url)
    assert "apphich" not in shared[0]
    (body,) = re.findall(r'href="sms:\?body=([^"]*)"', page)
    assert unquote(body) == unescape(shared[0])


async def test_the_way_into_the_chat_keeps_where_it_was_found(browser: httpx.AsyncClient, parts: Parts) -> None:
    for path, start in (("/lop/QT1", "class-QT1"), ("/p/overview", "policies-overview")):
        page = (await browser.get(f"{path}?tu=apphich")).text
        assert f'href="/chat?start={start}&amp;tu=apphich"' in page
        assert 'href="/chat?tu=apphich"' in page
        assert "tu=" not in (await browser.get(f"{path}?tu=%22khac")).text
    page = (await browser.get("/chat?start=class-QT1&tu=apphich")).text
    forms = re.findall(r'<form [^>]*method="post".*?</form>', page, re.DOTALL)
    assert forms
    assert all('name="tu" value="apphich"' in form for form in forms)
    assert await sources(parts) == []


@pytest.mark.parametrize("said", [{"choice": ">class/QT1"}, {"text": "xin chào"}])
async def test_the_first_message_carries_where_they_came_from(
    browser: httpx.AsyncClient, parts: Parts, said: dict[str, str]
) -> None:
    await browser.post("/chat", data={"id": "1", "tu": "apphich", **said})
    assert await sources(parts) == ["apphich"]
    await browser.post("/chat", data={"id": "2", "tu": "sms", "text": "QT1 LOA"})
    assert await sources(parts) == ["apphich"]
    assert 'name="tu"' not in (await browser.get("/chat")).text


async def test_a_word_we_do_not_know_is_no_source(browser: httpx.AsyncClient, parts: Parts) -> None:
    await browser.post("/chat", data={"id": "1", "tu": "banghieu", "text": "QT1 BANGHIEU"})
    assert await sources(parts) == [""]
    assert "Quản trị, điều hành xưởng nhỏ" in (await browser.get("/chat")).text


async def test_a_long_page_is_five_lines_and_the_rest_on_request(browser: httpx.AsyncClient, parts: Parts) -> None:
    lines = [f"Dòng thứ {n} của trang dài." for n in range(1, 13)]
    short = parts.library.pages["overview"]
    assert "<details" not in (await browser.get("/p/overview")).text.replace('<details class="share', "")
    pages = {**parts.library.pages, "overview": replace(short, parts={"what": "\n".join(lines)})}
    longer = site(replace(parts, library=replace(parts.library, pages=pages)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(longer), base_url="http://127.0.0.1") as other:
        page = (await other.get("/p/overview")).text
    shown, _, rest = page.partition('<details class="rest">')
    assert [line in shown for line in lines] == [True] * 5 + [False] * 7
    assert all(line in rest for line in lines[5:])
