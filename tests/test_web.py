"""The site over a real database: one turn a POST, nothing stored for looking, limits, guards, streams."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Connection, Table, func, select
from starlette.applications import Starlette

from bot.app import Parts, assemble
from bot.channels.web import Stored
from bot.settings import Settings
from bot.web.limits import Limit, Limits
from bot.web.site import site
from conversation.channel import Message
from conversation.incoming import Address
from db import conversations
from db.models import address, message

EVENING = datetime(2026, 11, 24, 12, 42, tzinfo=UTC)


@pytest.fixture
async def parts(sqlite_url: str) -> AsyncIterator[Parts]:
    settings = Settings(database_url=sqlite_url, public_url="https://khuyencong.example")
    async with assemble(settings, {"web": Stored()}, lambda: EVENING) as assembled:
        yield assembled


@pytest.fixture
def app(parts: Parts) -> Starlette:
    return site(parts)


@pytest.fixture
async def browser(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://khuyencong.example") as client:
        yield client


async def count(parts: Parts, table: Table) -> int:
    def query(connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()

    return await parts.database.read(query)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


async def test_looking_stores_nothing(browser: httpx.AsyncClient, parts: Parts) -> None:
    page = await browser.get("/chat")
    assert "trợ lý tự động" in page.text
    assert "Gửi nhu cầu của xưởng" in page.text
    assert "set-cookie" not in page.headers
    assert await count(parts, address) == 0


async def test_the_first_message_makes_the_contact_and_the_cookie(browser: httpx.AsyncClient, parts: Parts) -> None:
    answer = await browser.post("/chat", data={"id": "1", "choice": ">classes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat#cuoi")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "secure" in cookie
    assert "samesite=lax" in cookie
    assert await count(parts, address) == 1
    page = (await browser.get("/chat")).text
    assert "Lớp học sắp mở" in page
    assert "QT1" in page


async def test_a_form_sent_twice_is_one_turn(browser: httpx.AsyncClient, parts: Parts) -> None:
    await browser.post("/chat", data={"id": "1", "text": "/start"})
    page = (await browser.get("/chat")).text
    said = {"id": field(page, "id"), "text": "/lop"}
    before = await count(parts, message)
    for _ in range(3):
        await browser.post("/chat", data=said)
    assert await count(parts, message) == before + 2


async def test_boxes_ticked_together_are_one_answer(browser: httpx.AsyncClient) -> None:
    for said in ({"text": "/phieu"}, {"choice": ">needs"}):
        await browser.post("/chat", data={"id": str(said), **said})
    page = (await browser.get("/chat")).text
    agree = next(token for token in re.findall(r'value="(\d+:agree)"', page))
    await browser.post("/chat", data={"id": "agree", "choice": agree})
    boxes = re.findall(r'name="pick" value="(\d+:\w+)"', (await browser.get("/chat")).text)
    done = boxes[0].partition(":")[0] + ":done"
    await browser.post("/chat", data={"id": "done", "pick": [boxes[0], boxes[3]], "choice": done})
    page = (await browser.get("/chat")).text
    assert "Mua máy; Hội chợ, bán hàng" in page
    assert "Câu 2/10" in page


async def test_what_was_typed_is_kept_when_there_is_too_much_of_it(
    browser: httpx.AsyncClient, app: Starlette, parts: Parts
) -> None:
    app.state.limits = Limits(conversation=Limit(2, timedelta(minutes=1)))
    for n in range(2):
        assert (await browser.post("/chat", data={"id": str(n), "text": "menu"})).status_code == 303
    refused = await browser.post("/chat", data={"id": "3", "text": "câu quan trọng"})
    assert refused.status_code == 429
    assert "nhắn hơi nhanh" in refused.text
    assert "câu quan trọng" in refused.text


async def test_newcomers_of_one_network_are_limited(browser: httpx.AsyncClient, app: Starlette, parts: Parts) -> None:
    app.state.limits = Limits(newcomers=Limit(1, timedelta(hours=1)))
    assert (await browser.post("/chat", data={"id": "1", "text": "menu"})).status_code == 303
    browser.cookies.clear()
    assert (await browser.post("/chat", data={"id": "2", "text": "menu"})).status_code == 429
    assert await count(parts, address) == 1


async def test_a_message_too_long_is_refused_and_kept(browser: httpx.AsyncClient, parts: Parts) -> None:
    refused = await browser.post("/chat", data={"id": "1", "text": "a" * 5001})
    assert refused.status_code == 413
    assert "a" * 5001 in refused.text
    assert await count(parts, address) == 0


async def test_every_answer_carries_the_guards(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/chat", "/p/", "/console/sign-in", "/no-such-page", "/static/site.css"):
        headers = (await browser.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path


async def test_a_foreign_name_and_a_foreign_form_are_refused(browser: httpx.AsyncClient, parts: Parts) -> None:
    assert (await browser.get("/chat", headers={"host": "evil.example"})).status_code == 421
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        refused = await browser.post("/chat", data={"id": "1", "text": "menu"}, headers=headers)
        assert refused.status_code == 403
    assert await count(parts, address) == 0


async def test_a_page_not_checked_yet_has_its_heading_only(browser: httpx.AsyncClient, parts: Parts) -> None:
    for page in parts.library.pages.values():
        answer = await browser.get(f"/p/{page.id}")
        assert page.title in answer.text.replace("&#39;", "'"), page.id
        assert ("đang kiểm tra văn bản hiện hành" in answer.text) is not page.published, page.id


async def test_a_class_page_says_that_it_is_a_sample(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/lop/qt1")).text
    assert "LỚP MẪU" in page
    assert 'property="og:title"' in page
    assert (await browser.get("/lop/XX9")).status_code == 404


async def test_a_printed_code_opens_its_class_without_storing(browser: httpx.AsyncClient, parts: Parts) -> None:
    page = (await browser.get("/chat?start=class-QT1")).text
    assert "&gt;class/QT1" in page
    assert await count(parts, address) == 0


async def test_it_says_whether_it_lives_and_is_ready(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/healthz")).text == "ok"
    assert (await browser.get("/readyz")).text == "ok"


async def test_the_stream_resumes_after_the_last_message_seen(
    browser: httpx.AsyncClient, app: Starlette, parts: Parts
) -> None:
    await browser.post("/chat", data={"id": "1", "text": "/start"})
    name = browser.cookies["kcbot_chat"]
    row = await parts.database.read(lambda connection: conversations.find_address(connection, Address("web", name)))
    assert row is not None
    told = Message("announcements/pushed", "Lớp QT1 đổi chỗ học").to_json()
    push = lambda connection: conversations.push(connection, row.id, told, ">announcements", "sent", EVENING)  # noqa: E731
    await parts.database.write(push)
    app.state.stopping.set()
    missed = await browser.get("/chat/stream", headers={"last-event-id": str(row.last_seq)})
    assert missed.headers["content-type"].startswith("text/event-stream")
    assert f"id: {row.last_seq + 1}\n" in missed.text
    assert re.findall(r"<p>(.*)</p>", missed.text) == ["Lớp QT1 đổi chỗ học"]
    nothing_new = await browser.get("/chat/stream", headers={"last-event-id": str(row.last_seq + 1)})
    assert "id:" not in nothing_new.text


async def test_a_browser_without_a_conversation_has_no_stream(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/chat/stream")).status_code == 204
