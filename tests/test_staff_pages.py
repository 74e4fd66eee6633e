"""Pages that staff write, as rows: kept, approved by another, live in the next turn of every process."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from content.library import shipped_page, with_pages
from content.page_changes import ADDED, DROPPED, KEPT, changes
from content.page_fields import FieldError, fields_of, in_one_shape, read_typed, text_of
from content.pages import read_page
from content.render import Renderer
from conversation.catalog import Library
from conversation.page import Figure
from db import pages
from db.engine import Database
from db.pages import Draft, PageRefused
from db.shelf import Shelf
from tests.office import NOW
from tests.pages import CAVEAT, FILE
from tests.receiving import Person, a_receiver
from tests.test_pages import PAGES, POLICIES

HOSTILE_TEXTS = (
    "a: b # c",
    "---\ntitle: khác\n---\n## what\nkhác",
    "- một\n- hai",
    "'\"{}[]&*!|>%@`",
    "true",
    "2026-01-01",
    "null",
    "\x00\x07\u2028\u202e\ufeff",
    "<script>alert(1)</script>",
    "{bao_bi.percent}",
    "!!python/object/apply:os.system ['true']",
)
BRAND = shipped_page("brand")
WRITTEN = FILE.replace("Hỗ trợ bao bì", "Thương hiệu, bao bì")


def published(connection: Connection, page_id: str, source: str, after: int | None = None) -> int:
    """Write a page, let another approve it, publish it; return its number."""
    number = pages.keep_draft(connection, Draft(page_id, source, "lan", after, shipped_page(page_id)), NOW)
    pages.approve(connection, page_id, number, "minh", NOW)
    pages.publish(connection, page_id, number, NOW)
    return number


def test_every_shipped_page_is_the_same_page_as_fields(library: Library) -> None:
    for page in PAGES:
        text = (POLICIES / f"{page.id}.md").read_text("utf-8")
        shaped = in_one_shape(text)
        assert in_one_shape(shaped) == shaped
        assert read_typed(page.id, fields_of(text)) == (shaped, page)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_whatever_is_typed_into_a_field_stays_in_it(text: str) -> None:
    known = fields_of(FILE)
    for name in known:
        try:
            written, page = read_typed("bao_bi", {**known, name: text})
        except FieldError:
            continue
        again = fields_of(written)
        assert {other: again.get(other) for other in known if other != name} == {
            other: value for other, value in known.items() if other != name
        }
        assert page.title


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "", "Tiêu đề"),
        ("label", "x" * 39, "nhiều nhất là 38"),
        ("group", "12", "từ 1 đến 9"),
        ("sources", "", "bỏ trống"),
        ("what", "", "Là gì"),
        ("what", "Mức {khac.percent}.", "không ứng với số liệu nào"),
        ("money", "Mức.\n## papers\nĐơn.", "dấu #"),
        ("review_by", "mai", "một ngày"),
        ("figure0.percent", "150", "từ 1 đến 100"),
        ("figure0.percent", "nhiều", "số nguyên"),
        ("figure0.amount", "-1", "số nguyên"),
        ("figure0.effective_from", "2026-02-31", "một ngày"),
        ("figure0.effective_to", "2025-01-01", "đứng trước"),
        ("figure0.verified_on", "2026-01-02", "cả hai"),
        ("figure0.document", "", "bỏ trống"),
        ("figure0.caveat", "", "bỏ trống"),
    ],
)
def test_a_mistake_is_told_at_its_field_in_the_words_of_the_form(field: str, typed: str, words: str) -> None:
    with pytest.raises(FieldError) as wrong:
        read_typed("bao_bi", {**fields_of(FILE), field: typed})
    assert words in wrong.value.message
    shown = "published" if (field, typed) == ("what", "") else field
    assert wrong.value.field == shown
    assert "«verified_on»" not in wrong.value.message


def test_an_amount_is_read_as_people_write_it() -> None:
    for typed in ("450000000", "450.000.000", "450_000_000", "450 triệu", "450 triệu đồng"):
        fields = {**fields_of(FILE), "figure0.amount": typed, "money": "Không quá {bao_bi.amount}."}
        assert "Không quá 450 triệu đồng." in read_typed("bao_bi", fields)[1].parts["money"], typed


def test_a_difference_is_told_word_by_word() -> None:
    fields = {**fields_of(FILE), "title": "Hỗ trợ nhãn mác", "figure0.percent": "50", "papers": "Đơn."}
    found = {one.label: one.pieces for one in changes(FILE, text_of(fields))}
    assert "".join(words for what, words in found["Tiêu đề"] if what != ADDED) == "Hỗ trợ bao bì"
    assert "".join(words for what, words in found["Tiêu đề"] if what != DROPPED) == "Hỗ trợ nhãn mác"
    assert found["Tiêu đề"][0] == (KEPT, "Hỗ trợ ")
    assert found["Số liệu «bao_bi»: Phần trăm"] == ((DROPPED, "40"), (ADDED, "50"))
    assert found["Giấy tờ"] == ((ADDED, "Đơn."),)
    assert set(found) == {"Tiêu đề", "Số liệu «bao_bi»: Phần trăm", "Giấy tờ"}
    assert changes(FILE, FILE) == []


async def test_a_draft_is_not_told_and_what_is_published_is_in_the_next_turn_of_every_process(
    database: Database, library: Library, renderer: Renderer
) -> None:
    asked = "in hộp giấy đựng bánh đa nem có được tiền không"
    here, there = (Person(a_receiver(database, library, renderer), name) for name in ("lan", "minh"))
    for person in (here, there):
        await (await person.says("/start")).says(asked)
        assert "Thương hiệu, bao bì" not in person.messages[-1].text
    draft = Draft("brand", WRITTEN, "lan", None, BRAND)
    number = await database.write(lambda connection: pages.keep_draft(connection, draft, NOW))
    await here.says(asked)
    assert "Thương hiệu, bao bì" not in here.messages[-1].text

    def approve_and_publish(connection: Connection) -> None:
        pages.approve(connection, "brand", number, "minh", NOW)
        pages.publish(connection, "brand", number, NOW)

    await database.write(approve_and_publish)
    for person in (here, there):
        await person.says(asked)
        assert person.keys == ["policies/page"]
        assert "Thương hiệu, bao bì\nHỗ trợ cơ sở làm bao bì mới.\n- thiết kế" in person.messages[-1].text
        assert f"Nhiều nhất 40% chi phí một cơ sở.\n{CAVEAT}" in person.messages[-1].text


async def test_a_new_page_stands_in_its_group(database: Database, library: Library, renderer: Renderer) -> None:
    await database.write(lambda connection: published(connection, "ho_tro_bao_bi", FILE))
    person = Person(a_receiver(database, library, renderer))
    await person.says("/chinhsach")
    await person.taps(library.topics[4].label)
    await person.taps("Bao bì, nhãn mác")
    assert person.keys == ["policies/page"]
    await person.taps("Cần giấy tờ gì")
    assert person.keys == ["policies/unchecked"]


async def test_nobody_approves_their_own_without_a_signed_paper(database: Database) -> None:
    def own(connection: Connection) -> None:
        number = pages.keep_draft(connection, Draft("brand", WRITTEN, "lan", None, BRAND), NOW)
        with pytest.raises(PageRefused, match="không tự duyệt"):
            pages.approve(connection, "brand", number, "lan", NOW)
        with pytest.raises(PageRefused, match="chưa được duyệt"):
            pages.publish(connection, "brand", number, NOW)
        signed = pages.keep_draft(
            connection, Draft("brand", WRITTEN + "\n", "lan", number, BRAND, letter="12/TTKC"), NOW
        )
        pages.approve(connection, "brand", signed, "lan", NOW)
        pages.publish(connection, "brand", signed, NOW)
        assert pages.live(connection) == (("brand", signed),)

    await database.write(own)


async def test_only_the_latest_goes_on(database: Database) -> None:
    def both(connection: Connection) -> None:
        first = pages.keep_draft(connection, Draft("brand", WRITTEN, "lan", None, BRAND), NOW)
        with pytest.raises(PageRefused, match="vừa lưu một bản khác"):
            pages.keep_draft(connection, Draft("brand", FILE, "minh", None, BRAND), NOW)
        with pytest.raises(PageRefused, match="Chưa có gì thay đổi"):
            pages.keep_draft(connection, Draft("brand", WRITTEN, "minh", first, BRAND), NOW)
        second = pages.keep_draft(connection, Draft("brand", FILE, "minh", first, BRAND), NOW)
        with pytest.raises(PageRefused, match="vừa được thay"):
            pages.approve(connection, "brand", first, "hoa", NOW)
        with pytest.raises(PageRefused, match="vừa được thay"):
            pages.publish(connection, "brand", first, NOW)
        with pytest.raises(PageRefused, match="vừa được thay"):
            pages.drop(connection, "brand", first)
        assert [one.number for one in pages.waiting(connection).values()] == [second]
        pages.drop(connection, "brand", second)
        assert pages.waiting(connection) == {}
        assert [(one.number, one.state) for one in pages.history(connection, "brand")] == [
            (2, "dropped"),
            (1, "draft"),
            (0, "published"),
        ]
        assert pages.history(connection, "brand")[-1].source == BRAND

    await database.write(both)


@pytest.mark.parametrize(
    "page_id", ["", "x", "Bao_bi", "bao-bi", "1bao", "new", "asked", "a" * 41, "../brand", "bao bi"]
)
async def test_an_id_is_a_word_that_a_link_can_hold(database: Database, page_id: str) -> None:
    with pytest.raises(PageRefused, match="Mã trang"):
        await database.write(lambda connection: pages.keep_draft(connection, Draft(page_id, FILE, "lan"), NOW))


async def test_what_is_withdrawn_is_gone_at_once(database: Database, library: Library, renderer: Renderer) -> None:
    number = await database.write(lambda connection: published(connection, "brand", WRITTEN))
    person = Person(a_receiver(database, library, renderer))
    await person.says("/start")
    bare = "---\ntitle: Thương hiệu\nlabel: Thương hiệu\ngroup: 5\npublished: false\n---\n"
    draft = Draft("brand", bare, "lan", number, BRAND)
    await database.write(lambda connection: pages.withdraw(connection, draft, NOW + timedelta(hours=1)))
    await person.says("in hộp giấy đựng bánh đa nem có được tiền không")
    assert "40%" not in "".join(message.text for message in person.messages)


async def test_a_page_that_cannot_be_read_any_more_says_nothing_but_its_heading(library: Library) -> None:
    remade = with_pages(library, {"overview": "---\ntitle: hỏng", "khac": "hỏng"})
    assert not remade.pages["overview"].published
    assert remade.pages["overview"].parts == {}
    assert "khac" not in remade.pages
    assert library.pages["overview"].published


async def test_a_library_is_made_again_only_when_something_was_published(database: Database, library: Library) -> None:
    shelf = Shelf(with_pages)
    assert await database.read(lambda connection: shelf.over(library, connection, NOW.date())) is library
    await database.write(lambda connection: published(connection, "brand", WRITTEN))
    first = await database.read(lambda connection: shelf.over(library, connection, NOW.date()))
    assert first.pages["brand"] == read_page(POLICIES / "brand.md", WRITTEN)
    assert await database.read(lambda connection: shelf.over(library, connection, NOW.date())) is first
    draft = Draft("brand", FILE, "lan", 1, BRAND)
    await database.write(lambda connection: pages.keep_draft(connection, draft, NOW))
    assert await database.read(lambda connection: shelf.over(library, connection, NOW.date())) is first


async def test_a_figure_no_longer_in_force_is_never_told(database: Database, library: Library) -> None:
    page = library.pages["overview"]
    figure = Figure("ceiling", "cơ sở", "Thông tư", "Điều 5", "…", amount=300_000_000, effective_to=NOW.date())
    dated = replace(library, pages={**library.pages, "overview": replace(page, figures=(figure,))})
    shelf, next_day = Shelf(with_pages), NOW.date() + timedelta(days=1)
    today = await database.read(lambda connection: shelf.over(dated, connection, NOW.date()))
    later = await database.read(lambda connection: shelf.over(dated, connection, next_day))
    assert today.pages["overview"].parts == page.parts
    assert (later.pages["overview"].published, later.pages["overview"].parts) == (False, {})
