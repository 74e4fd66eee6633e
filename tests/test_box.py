"""The box for the centre's own site: off until sites are named, framed by these alone, its conversations its own."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import ValidationError

from bot.app import Parts, assemble
from bot.channels.web import Stored
from bot.settings import Settings
from bot.web.site import site

EVENING = datetime(2026, 11, 24, 12, 42, tzinfo=UTC)
BOT = "https://bot.khuyencong.example"
CENTRE = "https://khuyencong.example"
SITES = f"{CENTRE}, https://socongthuong.example:8443"


@pytest.fixture(params=[BOT, "http://127.0.0.1:8000"])
def address(request: pytest.FixtureRequest) -> str:
    """Where the bot is: on the net, or on the machine of somebody who tries it."""
    where: str = request.param
    return where


@pytest.fixture
def sites() -> str:
    return SITES


@pytest.fixture
async def parts(sqlite_url: str, address: str, sites: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Parts]:
    monkeypatch.setenv("KCBOT_BOX_ORIGINS", sites)
    settings = Settings(database_url=sqlite_url, public_url=address if address == BOT else "")
    async with assemble(settings, {"web": Stored()}, lambda: EVENING) as assembled:
        yield assembled


@pytest.fixture
async def browser(parts: Parts, address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site(parts)), base_url=address) as client:
        yield client


def ancestors(answer: httpx.Response) -> str:
    return answer.headers["content-security-policy"].rpartition("frame-ancestors ")[2]


@pytest.mark.parametrize("sites", [""])
async def test_without_sites_the_box_is_off_and_says_so(browser: httpx.AsyncClient) -> None:
    for path in ("/hop", "/hop-chat.js"):
        answer = await browser.get(path)
        assert answer.status_code == 404
        assert "Hộp trò chuyện chưa mở" in answer.text
        assert ancestors(answer) == "'none'"
    assert (await browser.post("/hop", data={"id": "1", "text": "menu"})).status_code == 404
    assert (await browser.get("/hop/stream")).status_code == 404


async def test_only_the_named_sites_may_frame_the_box_and_nothing_else(browser: httpx.AsyncClient) -> None:
    assert ancestors(await browser.get("/hop")) == "https://khuyencong.example https://socongthuong.example:8443"
    assert ancestors(await browser.post("/hop", data={"id": "1", "text": "a" * 5001})).startswith(CENTRE)
    for path in ("/", "/chat", "/hop-chat.js", "/hop/", "/p/", "/console/sign-in", "/static/box.js", "/khong-co"):
        assert ancestors(await browser.get(path)) == "'none'", path


async def test_the_frame_talks_to_its_own_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/hop", data={"id": "1", "choice": ">classes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/hop#cuoi")
    page = (await browser.get("/hop")).text
    assert "QT1" in page
    assert set(re.findall(r'action="([^"]*)"', page)) == {"/hop#cuoi"}
    assert "<header" not in page


async def test_the_cookie_of_the_frame_is_sent_there_and_nowhere_else(browser: httpx.AsyncClient, address: str) -> None:
    answer = await browser.post("/hop", data={"id": "1", "text": "menu"})
    (cookie,) = answer.headers.get_list("set-cookie")
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    kept = {"httponly", "max-age=31536000", "path=/hop"}
    https = {"samesite=none", "secure", "partitioned"}
    assert words == kept | (https if address == BOT else {"samesite=lax"})


async def test_the_box_and_the_page_are_two_conversations(browser: httpx.AsyncClient) -> None:
    await browser.post("/hop", data={"id": "1", "choice": ">classes"})
    assert "QT1" not in (await browser.get("/chat")).text
    await browser.post("/chat", data={"id": "1", "text": "/chinhsach"})
    assert "QT1" in (await browser.get("/hop")).text
    assert browser.cookies["kcbot_hop"] != browser.cookies["kcbot_chat"]


@pytest.mark.parametrize(
    "headers", [{"origin": CENTRE}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "cross-site"}]
)
async def test_the_site_around_it_may_not_speak_for_the_visitor(
    browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    refused = await browser.post("/hop", data={"id": "1", "text": "menu"}, headers=headers)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_what_is_no_name_of_ours_is_not_taken_for_one(browser: httpx.AsyncClient) -> None:
    forged = {"cookie": 'kcbot_hop="a; b"'}
    assert (await browser.get("/hop/stream", headers=forged)).status_code == 204
    answer = await browser.post("/hop", data={"id": "1", "text": "menu"}, headers={"cookie": f"kcbot_hop={'a' * 65}"})
    name = re.findall("kcbot_hop=([^;]*)", answer.headers["set-cookie"])
    assert [len(one) for one in name] == [22]


async def test_a_browser_that_keeps_no_cookie_in_frames_is_shown_the_page(browser: httpx.AsyncClient) -> None:
    """The frame shows messages already, yet it brings no cookie: each message would begin a conversation anew."""
    said = {"id": "2", "text": "câu thứ hai", "after": "3"}
    refused = await browser.post("/hop", data=said, headers={"accept": "text/fragment"})
    assert refused.status_code == 403
    assert 'href="/chat" target="_blank"' in refused.text
    assert "set-cookie" not in refused.headers
    assert (await browser.post("/chat", data=said)).status_code == 303


async def test_the_script_is_given_out_as_one(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/hop-chat.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.findall(r"https?://", answer.text) == []


async def test_a_file_may_be_sent_at_any_time(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/hop")).text
    assert page.count('type="file"') == 1
    picture = {"file": ("may.jpg", b"\xff\xd8\xff", "image/jpeg")}
    assert (await browser.post("/hop", data={"id": "1"}, files=picture)).status_code == 303
    page = (await browser.get("/hop")).text
    assert "may.jpg" in page
    assert page.count('type="file"') == 1


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.example",
        "khuyencong.example",
        "https://a.example/trang",
        "https://a.example;script-src",
        "'self'",
    ],
)
def test_a_setting_that_lets_in_more_than_an_origin_stops_the_start(origin: str) -> None:
    with pytest.raises(ValidationError, match="KCBOT_BOX_ORIGINS"):
        Settings(box_origins=(CENTRE, origin))
