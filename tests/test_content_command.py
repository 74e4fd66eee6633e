"""`kcbot content`: pages out to files and back in, as drafts only; a real program tells what came of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner, Result

from bot.app import Parts, assemble
from bot.channels.web import Stored
from bot.cli import app
from bot.commands.terms import Refused
from bot.settings import Settings
from bot.web.site import site
from content.library import shipped_page
from db import pages
from db.engine import open_database
from db.migrate import migrate
from db.pages import Draft
from tests.office import NOW
from tests.pages import CAVEAT, FILE
from tests.test_pages import POLICIES


def publish(connection: Connection) -> None:
    """Write two pages, one new and one in the place of a shipped one, and publish them."""
    for page_id, source in (("bao_bi", FILE), ("brand", FILE.replace("Hỗ trợ bao bì", "Thương hiệu mới"))):
        number = pages.keep_draft(connection, Draft(page_id, source, "lan", None, shipped_page(page_id)), NOW)
        pages.approve(connection, page_id, number, "minh", NOW)
        pages.publish(connection, page_id, number, NOW)


@pytest.fixture
def url(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A migrated database that the commands find, with two published pages."""
    monkeypatch.setenv("KCBOT_DATABASE_URL", sqlite_url)
    monkeypatch.chdir(tmp_path)

    async def fill() -> None:
        async with open_database(sqlite_url) as database:
            await database.write(migrate)
            await database.write(publish)

    asyncio.run(fill())
    return sqlite_url


def content(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["content", *map(str, arguments)])


def drafts(url: str) -> dict[str, tuple[str, str]]:
    """Return who wrote what waits, and its file, by page."""

    async def read() -> dict[str, tuple[str, str]]:
        async with open_database(url) as database:
            waiting = await database.read(pages.waiting)
            return {page_id: (one.by, one.source) for page_id, one in waiting.items()}

    return asyncio.run(read())


def test_what_is_pulled_is_pushed_back_as_no_change(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "trang"
    assert content("pull", folder).exit_code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["bao_bi.md", "brand.md"]
    assert (folder / "bao_bi.md").read_text("utf-8") == FILE
    assert "0 trang chép ra, 2 trang đã giống" in content("pull", folder).output
    assert "0 trang khác, 2 trang đã giống" in content("push", folder).output
    assert drafts(url) == {}


def test_all_of_it_is_what_owners_read(url: str, tmp_path: Path) -> None:
    content("pull", tmp_path / "trang", "--all")
    names = {file.name for file in (tmp_path / "trang").iterdir()}
    assert names == {file.name for file in POLICIES.glob("*.md")} | {"bao_bi.md"}
    assert "Thương hiệu mới" in (tmp_path / "trang" / "brand.md").read_text("utf-8")
    assert "0 trang khác" in content("push", tmp_path / "trang").output
    assert drafts(url) == {}


def test_what_differs_becomes_a_draft_and_is_never_published(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "trang"
    content("pull", folder)
    changed = FILE.replace("percent: 40", "percent: 60").replace("\n", "\r\n")
    (folder / "bao_bi.md").write_text(changed, "utf-8")
    (folder / "papers.md").write_text(shipped_page("papers").replace("Cần giấy tờ gì", "Giấy tờ gì"), "utf-8")
    (folder / "brand.md").write_text(
        (folder / "brand.md").read_text("utf-8").replace("percent: 40", "percent:   40"), "utf-8"
    )
    said = content("push", folder, "--by", "Chị Hoa")
    assert said.exit_code == 0
    assert "2 trang khác, 1 trang đã giống" in said.output
    waiting = drafts(url)
    assert {page_id: by for page_id, (by, _) in waiting.items()} == {"bao_bi": "Chị Hoa", "papers": "Chị Hoa"}
    assert waiting["bao_bi"][1] == FILE.replace("percent: 40", "percent: 60")
    assert "0 trang khác, 3 trang đã giống" in content("push", folder).output
    content("pull", tmp_path / "lai")
    assert "percent: 40" in (tmp_path / "lai" / "bao_bi.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("bao_bi.md", FILE.replace("group: 5", "group: 12"), "bao_bi.md:4: «group»"),
        ("bao_bi.md", FILE.replace("## money", "## tien"), "bao_bi.md:26: không có phần"),
        ("bao_bi.md", FILE + "\0", "bao_bi.md:28: có ký tự"),
        ("bao_bi.md", "chữ", "bao_bi.md:1: trang phải mở đầu"),
        ("Bao-Bì.md", FILE, "Bao-Bì.md:1: Mã trang"),
        (
            "bao_bi.md",
            FILE.replace("verified_on: null", "verified_on: 2999-01-01").replace('by: ""', "by: Hoa"),
            "bao_bi.md:1: «Số liệu 1: Ngày kiểm tra»: ngày kiểm tra không thể ở sau hôm nay",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_nothing_is_kept(
    url: str, tmp_path: Path, name: str, text: str, line: str
) -> None:
    folder = tmp_path / "trang"
    folder.mkdir()
    (folder / name).write_text(text, "utf-8")
    (folder / "a_dung.md").write_text(FILE, "utf-8")
    refused = content("push", folder)
    assert isinstance(refused.exception, Refused)
    assert line in str(refused.exception)
    assert drafts(url) == {}


def test_a_folder_that_is_not_there_is_refused(url: str, tmp_path: Path) -> None:
    assert isinstance(content("push", tmp_path / "khong_co").exception, Refused)
    assert drafts(url) == {}


@pytest.fixture
async def parts(sqlite_url: str) -> AsyncIterator[Parts]:
    async with assemble(Settings(database_url=sqlite_url), {"web": Stored()}, lambda: NOW) as assembled:
        yield assembled


async def test_the_public_page_is_what_is_published(parts: Parts) -> None:
    transport = httpx.ASGITransport(site(parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert (await client.get("/p/bao_bi")).status_code == 404
        await parts.database.write(publish)
        page = (await client.get("/p/bao_bi")).text
        assert "Nhiều nhất 40% chi phí một cơ sở." in page
        assert CAVEAT in page
        assert "Thương hiệu mới" in (await client.get("/p/")).text
