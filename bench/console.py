"""The staff pages over a province, and over one ten times as large: every page that a link of another leads to."""

import asyncio
import re
import tempfile
import time
from collections.abc import Mapping
from statistics import median

import httpx
from sqlalchemy import Connection, update
from starlette.routing import Match, Route

from bench.figure import Figure, note
from bot.app import Parts, assemble
from bot.settings import Settings
from bot.web.site import site
from console.app import ROUTES
from console.visit import COOKIE
from db import staff
from db.models import staff as staff_table
from tests.province import Province

HOST = "http://localhost"
PAGE_MS, GROWTH = 200, 1.5
TIMES = 5
PAGES = [route for route in ROUTES if isinstance(route, Route)]
_LINK = re.compile(r'href="(/console/[^"#]*)"')
_FILES = (".xlsx", ".csv", ".pdf", ".ics")


async def _measured(url: str, scale: float) -> Mapping[str, float]:
    """Return the median milliseconds of each kind of page."""
    settings = Settings(database_url=url, demo_data=False, secret_key="bench")  # type: ignore[arg-type]
    async with assemble(settings, {}) as parts:
        await parts.database.write(Province(parts.library, parts.clock(), scale).fill)
        transport = httpx.ASGITransport(site(parts))
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as browser:
            browser.cookies.set(COOKIE, await _signed_in(parts))
            return await _walk(browser)


async def _signed_in(parts: Parts) -> str:
    def sign_in(connection: Connection) -> str:
        staff.add(connection, "bench", staff.ADMINISTRATOR, "hash", parts.clock())
        member = (
            update(staff_table).where(staff_table.c.name == "bench").values(one_time=False).returning(staff_table.c.id)
        )
        return staff.sign_in(connection, connection.execute(member).scalar_one(), parts.clock())

    return await parts.database.write(sign_in)


async def _walk(browser: httpx.AsyncClient) -> Mapping[str, float]:
    """Open each kind of page once to find its links, and then some more times."""
    found: dict[str, float] = {}
    waiting = {"/": "/console/"}
    while waiting:
        kind, address = waiting.popitem()
        first, links = await _open(browser, address)
        found[kind] = median([first, *[(await _open(browser, address))[0] for _ in range(TIMES - 1)]])
        for link in links:
            path = link.partition("?")[0]
            kind = _kind(path.removeprefix("/console"))
            if kind and kind not in found and not path.endswith(_FILES):
                waiting.setdefault(kind, path)
    return found


def _kind(path: str) -> str:
    """Return the route of an address, so that one page of each kind is measured."""
    scope = {"type": "http", "method": "GET", "path": path}
    return next((route.path for route in PAGES if route.matches(scope)[0] is Match.FULL), "")


async def _open(browser: httpx.AsyncClient, address: str) -> tuple[float, list[str]]:
    began = time.perf_counter()
    page = await browser.get(address)
    took = (time.perf_counter() - began) * 1000
    if page.status_code >= 500:
        note(f"{address} answered {page.status_code}")
    return took, _LINK.findall(page.text) if "text/html" in page.headers.get("content-type", "") else []


def measure() -> list[Figure]:
    """Return how slow the slowest page is, and how much slower a page gets in a province ten times as large."""
    with tempfile.TemporaryDirectory() as folder:
        usual = asyncio.run(_measured(f"sqlite+aiosqlite:///{folder}/usual.db", 1))
        large = asyncio.run(_measured(f"sqlite+aiosqlite:///{folder}/large.db", 10))
    grown = {kind: large[kind] / usual[kind] for kind in usual if kind in large}
    for kind, ms in sorted(usual.items(), key=lambda item: -item[1])[:10]:
        note(f"{ms:6.0f} ms  {large.get(kind, 0):6.0f} ms  {kind}")
    worst = max(grown, key=lambda kind: grown[kind])
    slowest = max(usual, key=lambda kind: usual[kind])
    return [
        Figure("H1", f"slowest of {len(usual)} staff pages, {slowest}", usual[slowest], PAGE_MS, " ms", at_least=False),
        Figure("H1", f"the same with ten times the data, {worst}", grown[worst], GROWTH, at_least=False),
    ]
