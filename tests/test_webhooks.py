"""Webhooks: what the vendor posts is kept before it is answered, everybody else is refused, nothing raises."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from bot.app import Parts, assemble
from bot.channels.telegram import Telegram
from bot.settings import Settings
from bot.web.site import site
from bot.web.webhooks import LARGEST_EVENT
from db.models import inbox, message
from tests.browser.conftest import free_port
from tests.doubles.telegram import TOKEN, TelegramDouble, running_double
from tests.mortal import Mortal, environment

EVENING = datetime(2026, 11, 24, 12, 42, tzinfo=UTC)
SECRET = "mot-bi-mat"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
PLACE = "/webhooks/telegram"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture
async def parts(sqlite_url: str) -> AsyncIterator[Parts]:
    telegram = Telegram(TOKEN, "http://127.0.0.1:1/bot", secret=SECRET)
    async with assemble(Settings(database_url=sqlite_url), {"telegram": telegram}, lambda: EVENING) as assembled:
        yield assembled


@pytest.fixture
async def vendor(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=HEADERS) as client:
        yield client


def update(number: int = 1, **content: Any) -> dict[str, Any]:
    person = {"id": 7, "is_bot": False, "first_name": "Lan"}
    said = {"message_id": 1, "from": person, "chat": {"id": 7, "type": "private"}, "date": 1, **content}
    return {"update_id": number, "message": said}


async def kept(parts: Parts) -> list[str]:
    query = select(inbox.c.event_id).order_by(inbox.c.id)
    return await parts.database.read(lambda connection: list(connection.execute(query).scalars()))


async def test_what_is_posted_is_kept_and_handled_once(vendor: httpx.AsyncClient, parts: Parts) -> None:
    for _ in range(2):
        assert (await vendor.post(PLACE, json=update(text="/start"))).status_code == 200
    assert await kept(parts) == ["1"]
    await parts.receiver.handle_all()

    def answers(connection: Connection) -> int:
        out = select(func.count()).select_from(message).where(message.c.direction == "out")
        return connection.execute(out).scalar_one()

    assert await parts.database.read(answers) == 1


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"X-Telegram-Bot-Api-Secret-Token": "khac"}, b'{"update_id": 1}', 403),
        ({"X-Telegram-Bot-Api-Secret-Token": ""}, b"{}", 403),
        (HEADERS, b"", 400),
        (HEADERS, b"\xff\xfe", 400),
        (HEADERS, b"[" * 5000, 400),
        (HEADERS, b'{"update_id": 1, "message": ' + b'{"a":' * 600 + b"1" + b"}" * 601, 400),
        (HEADERS, b'"' + b"a" * LARGEST_EVENT + b'"', 413),
        (HEADERS, orjson.dumps(update(text="x", chat={"id": "9" * 300, "type": "private"})), 400),
    ],
)
async def test_what_is_no_event_is_refused(
    vendor: httpx.AsyncClient, parts: Parts, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = await vendor.post(PLACE, content=body, headers=headers)
    assert answer.status_code == status
    assert await kept(parts) == []


async def test_a_channel_that_is_off_has_no_webhook(vendor: httpx.AsyncClient) -> None:
    assert (await vendor.post("/webhooks/zalo-bot", json={})).status_code == 404


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(raw=JSON, inside=st.sampled_from(["", "message", "callback_query", "my_chat_member"]))
async def test_nothing_that_is_posted_breaks_anything(
    vendor: httpx.AsyncClient, parts: Parts, raw: Any, inside: str
) -> None:
    body = {"update_id": 5, inside: raw} if inside else raw
    try:
        content = orjson.dumps(body)
    except TypeError:  # an integer larger than JSON is usually read
        content = repr(body).encode()
    assert (await vendor.post(PLACE, content=content)).status_code in {200, 400}
    await parts.receiver.handle_all()


@pytest.fixture
def double() -> Iterator[TelegramDouble]:
    with running_double() as running:
        yield running


def test_with_a_public_address_telegram_posts(double: TelegramDouble, sqlite_url: str) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    program = Mortal(environment(sqlite_url, double, public_url=address), port)
    try:
        program.lives()
        double.waits_for(lambda: double.webhook == f"{address}{PLACE}")
        assert len(double.secret) >= 32
        double.says(7, "/start")
        double.waits_for(lambda: bool(double.sent[7]))
        assert "trợ lý tự động" in double.sent[7][0]["text"]
    finally:
        program.dies()
    assert "getUpdates" not in {method for method, _ in double.calls}


def test_where_telegram_will_not_post_it_is_asked(double: TelegramDouble, sqlite_url: str) -> None:
    program = Mortal(environment(sqlite_url, double, public_url="http://khuyencong.example"), arguments=[])
    try:
        program.port = free_port()
        program.lives()
        double.says(7, "/start")
        double.waits_for(lambda: bool(double.sent[7]))
    finally:
        program.dies()
    assert double.webhook == ""
