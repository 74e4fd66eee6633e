"""Paid templates: off until an administrator chooses one, costed before they are sent, sent once, counted after."""

import csv
import io
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.announcer import Announcer
from bot.changed import Changed
from bot.channels.paid import PaidDoor
from bot.channels.web import Stored
from bot.channels.zalo_oa import ZaloOA
from bot.limiter import Limiter
from content.announcing import Announced, facts
from conversation.catalog import Library
from conversation.channel import CAPABILITIES
from conversation.vendor_template import SOURCES, WHOSE_NAME_IS_UNKNOWN, Blank, BlankRefused, fill
from db import announcements, classes, deliveries, vendor_templates
from db.announcements import AnnouncementRefused, Button, Draft
from db.classes import Arranged
from db.engine import Database
from db.exports import Filter, Source, export
from db.models import contact, delivery, training_class
from db.unit_of_work import Unit
from db.vendor_templates import Spent, Template, TemplateRefused
from tests.announcing import QUIET, Office
from tests.conftest import ORGANISATION, a_class
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, SECRET_KEY, ZaloOADouble, running_double
from tests.office import NOW, a_person
from tests.sending import HandClock, Vendor
from tests.test_console import ANNOUNCEMENT, Browser, said
from tests.test_console import Office as Pages
from tests.test_console import office as pages
from tests.test_console_announcements import approved, found, kept
from tests.test_windows import someone, writes

__all__ = ["pages"]
SITE = "https://kc.example"
BLANKS = (
    Blank("tieu_de", "title", 60),
    Blank("ma_lop", "class_code", 6),
    Blank("ngay_hoc", "class_day", 10),
    Blank("ten", "name", 20),
    Blank("duong_dan", "link", 60),
)
OPENING = Template("345", "Báo mở lớp", 300, BLANKS, active=True)
PLAIN = Template("900", "Tin ngắn", 250, (Blank("dong_dau", "first_line", 40),), active=True)
TEMPLATE = "/v3.0/oa/message/template"
DRAFT = Draft("Mở lớp quản trị", "Gõ QT1 để đăng ký.", template="345")


@pytest.fixture
def library(library: Library) -> Library:
    return replace(library, organisation=replace(ORGANISATION, public_url=SITE))


def add(connection: Connection, *templates: Template) -> None:
    for one in templates:
        vendor_templates.add(connection, one, "quan.tri", NOW)


def arrange(connection: Connection) -> None:
    starts = NOW + timedelta(days=16, hours=1)
    days = (starts, starts + timedelta(hours=8), "Hội trường", 20, starts.date() - timedelta(days=6))
    classes.create(connection, Arranged("QT1", "Quản trị xưởng nhỏ", *days), NOW)


# What a template is.


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": "3 4"}, "Mã mẫu"),
        ({"id": ""}, "Mã mẫu"),
        ({"name": " "}, "cần có tên"),
        ({"name": "d" * 61}, "cần có tên"),
        ({"price": 0}, "Giá một tin"),
        ({"price": 100_001}, "Giá một tin"),
        ({"blanks": ()}, "từ 1 đến 8 chỗ trống"),
        ({"blanks": (Blank("a", "title", 9),) * 2}, "mỗi tên một lần"),
        ({"blanks": (Blank("tên", "title", 9),)}, "viết đúng tên"),
        ({"blanks": (Blank("a", "price", 9),)}, "chọn điền bằng gì"),
        ({"blanks": (Blank("a", "title", 0),)}, "số ký tự từ 1"),
        ({"blanks": (Blank("a", "name", 6),)}, "số ký tự từ 7"),
    ],
)
async def test_a_template_that_cannot_be_used_is_not_kept(
    database: Database, changed: Mapping[str, Any], words: str
) -> None:
    with pytest.raises(TemplateRefused, match=words):
        await database.write(lambda connection: add(connection, replace(OPENING, **changed)))
    assert await database.read(vendor_templates.listed) == []


async def test_templates_are_kept_changed_and_off_by_default(database: Database) -> None:
    off = Template("12", "Chưa dùng", 200, PLAIN.blanks)
    await database.write(lambda connection: add(connection, OPENING, off))
    assert await database.read(vendor_templates.listed) == [OPENING, off]
    assert await database.read(vendor_templates.active) == [OPENING]
    with pytest.raises(TemplateRefused, match="Đã có mẫu"):
        await database.write(lambda connection: add(connection, OPENING))
    with pytest.raises(TemplateRefused, match="Không có mẫu"):
        await database.write(lambda connection: vendor_templates.change(connection, PLAIN, "quan.tri", NOW))
    dearer = replace(OPENING, price=330)
    await database.write(lambda connection: vendor_templates.change(connection, dearer, "quan.tri", NOW))
    assert await database.read(lambda connection: vendor_templates.find(connection, "345")) == dearer


async def test_what_an_announcement_counts_on_does_not_change_under_it(database: Database) -> None:
    def prepared(connection: Connection) -> int:
        add(connection, OPENING)
        return announcements.create(connection, DRAFT, "quan.tri", NOW)

    number = await database.write(prepared)

    def change(changed: Template) -> Unit[None]:
        return lambda connection: vendor_templates.change(connection, changed, "quan.tri", NOW)

    for changed in (replace(OPENING, price=900), replace(OPENING, blanks=BLANKS[:1])):
        with pytest.raises(TemplateRefused, match=f"Thông báo số {number} đang dùng mẫu này"):
            await database.write(change(changed))
    await database.write(change(replace(OPENING, name="Tên khác", active=False)))
    await database.write(lambda connection: announcements.cancel(connection, number))
    await database.write(change(replace(OPENING, price=900)))


async def test_one_that_is_off_is_neither_written_with_nor_approved(database: Database) -> None:
    def prepared(connection: Connection) -> int:
        add(connection, OPENING)
        number = announcements.create(connection, DRAFT, "quan.tri", NOW)
        vendor_templates.change(connection, replace(OPENING, active=False), "quan.tri", NOW)
        return number

    number = await database.write(prepared)
    with pytest.raises(AnnouncementRefused, match="đang tắt"):
        await database.write(lambda connection: announcements.create(connection, DRAFT, "quan.tri", NOW))
    with pytest.raises(AnnouncementRefused, match="đang tắt"):
        await database.write(lambda connection: announcements.approve(connection, number, "quan.tri", NOW))


async def test_the_template_is_part_of_what_is_approved(database: Database) -> None:
    def fingerprints(connection: Connection) -> list[str]:
        add(connection, OPENING, PLAIN)
        drafts = [replace(DRAFT, template=one) for one in ("", "345", "900")]
        numbers = [announcements.create(connection, one, "quan.tri", NOW) for one in drafts]
        return [one.fingerprint for one in announcements.listed(connection) if one.id in numbers]

    assert len(set(await database.write(fingerprints))) == 3


# Filling its blanks.


def test_every_source_fills_its_blank(library: Library) -> None:
    announced = Announced("news", "Mở lớp", "Dòng một.\nDòng hai.", NOW)
    blanks = [Blank(source, source, 60) for source in SOURCES]
    assert fill(blanks, facts(library, announced, a_class("QT1", seats=12)), "Lan") == {
        "title": "Mở lớp",
        "first_line": "Dòng một.",
        "class_code": "QT1",
        "class_day": "10/12/2026",
        "link": f"{SITE}/lop/QT1",
        "name": "Lan",
    }
    assert facts(library, announced, None)["link"] == f"{SITE}/chat"


@pytest.mark.parametrize(
    ("blank", "words"),
    [
        (Blank("a", "title", 5), "nhiều nhất 5 ký tự, tiêu đề dài 6: «Mở lớp»"),
        (Blank("a", "class_code", 9), "không nêu lớp nào đang nhận đăng ký"),
        (Blank("a", "link", 9), "nhiều nhất 9 ký tự"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(library: Library, blank: Blank, words: str) -> None:
    with pytest.raises(BlankRefused, match=words):
        fill([blank], facts(library, Announced("news", "Mở lớp", "Lời.", NOW), None))


def test_without_a_site_there_is_no_link(library: Library) -> None:
    nowhere = replace(library, organisation=ORGANISATION)
    with pytest.raises(BlankRefused, match="chưa đặt địa chỉ trang công khai"):
        fill([Blank("a", "link", 9)], facts(nowhere, Announced("news", "Mở lớp", "Lời.", NOW), None))


@pytest.mark.parametrize(("name", "value"), [("", "anh/chị"), ("Lan", "Lan"), ("L" * 21, WHOSE_NAME_IS_UNKNOWN)])
def test_a_name_that_is_not_known_or_does_not_fit_is_a_polite_word(name: str, value: str) -> None:
    assert fill([Blank("ten", "name", 20)], {}, name) == {"ten": value}


# Sending by it.


class Purse:
    """The double's own access token."""

    async def access(self) -> str:
        return "access-0"

    async def renew(self, stale: str) -> str:
        return stale


@dataclass
class Account:
    """An office whose Zalo is the double."""

    office: Office
    double: ZaloOADouble

    async def has(self, *people: str, days: float = 30, name: str = "") -> None:
        """Let people have written so many days ago."""

        def come(connection: Connection) -> None:
            for one in people:
                contact_id = someone(connection, one, [("zalo_oa", days)], self.office.clock())
                connection.execute(update(contact).where(contact.c.id == contact_id).values(name=name))

        await self.office.database.write(come)
        for one in people:
            self.double.interacted[f"{one}.zalo_oa"] = self.office.clock() - timedelta(days=days)

    async def announces(self, draft: Draft = DRAFT) -> int:
        now = self.office.clock()

        def write(connection: Connection) -> int:
            number = announcements.create(connection, draft, "quan.tri", now)
            announcements.approve(connection, number, "quan.tri", now)
            return number

        return await self.office.database.write(write)

    async def steps(self) -> None:
        for _ in range(3):
            await self.office.announcer.step()

    async def spent(self, number: int) -> Spent:
        return await self.office.database.read(lambda connection: vendor_templates.spent(connection, number))


@pytest.fixture
def double() -> Iterator[ZaloOADouble]:
    with running_double() as running:
        running.templates = {"345": {one.name for one in BLANKS}, "900": {"dong_dau"}}
        yield running


@pytest.fixture
async def account(announcing: Office, double: ZaloOADouble) -> AsyncIterator[Account]:
    double.clock = announcing.clock
    door = ZaloOA(APP_ID, APP_SECRET, SECRET_KEY, double.base_url, Purse(), announcing.clock)
    use(announcing, door)

    def prepare(connection: Connection) -> None:
        add(connection, OPENING, PLAIN)
        arrange(connection)

    await announcing.database.write(prepare)
    yield Account(announcing, double)
    await door.close()


def use(office: Office, door: Any) -> None:
    """Let the announcer send through a door, and into the web chat."""
    channels = {"web": Stored(), door.name: door}
    rate = Limiter(1000)
    office.announcer = Announcer(
        office.database, office.renderer, office.library, channels, rate, Changed(), office.clock, QUIET
    )


async def test_the_door_of_an_official_account_is_one_for_templates() -> None:
    door = ZaloOA(APP_ID, APP_SECRET, SECRET_KEY, "http://127.0.0.1:9", Purse(), HandClock())
    assert isinstance(door, PaidDoor)
    assert not isinstance(Stored(), PaidDoor)
    await door.close()


async def test_who_is_outside_gets_the_template_and_nobody_else_does(account: Account) -> None:
    await account.has("lan", days=30, name="Nguyễn Thị Lan")
    await account.has("hung", days=8)
    await account.has("mai", days=1)

    def by_web(connection: Connection) -> None:
        someone(connection, "chat", [("zalo_oa", 30), ("web", 20)])

    await account.office.database.write(by_web)
    number = await account.announces()
    await account.steps()
    assert await account.office.status(number) == {"state": "done", "sent": 4}
    values = {"tieu_de": DRAFT.title, "ma_lop": "QT1", "ngay_hoc": "10/12/2026", "duong_dan": f"{SITE}/lop/QT1"}
    assert sorted(account.double.filled, key=str) == [
        ("hung.zalo_oa", "345", {**values, "ten": "anh/chị"}),
        ("lan.zalo_oa", "345", {**values, "ten": "Nguyễn Thị Lan"}),
    ]
    assert [to for to, messages in account.double.sent.items() if messages] == ["mai.zalo_oa"]
    assert len(await account.office.told("chat.web")) == 1
    assert await account.spent(number) == Spent(2, 600)
    await account.steps()
    assert account.double.charged == {"template": 2}


async def test_the_table_of_deliveries_tells_what_each_cost(account: Account, library: Library) -> None:
    """Only who was sent the template: who reads it in the web chat, and who was refused, cost nothing."""
    await account.has("lan", "mai")
    await account.office.subscribed("chat", channel="web")
    account.double.fails(TEMPLATE, "-109")
    await account.announces()
    await account.steps()

    def table(connection: Connection) -> list[dict[str, str]]:
        held = io.BytesIO()
        export(Source(connection, library, lambda *_: None), "deliveries", Filter(codes=True), ".csv", held)
        return list(csv.DictReader(io.StringIO(held.getvalue().decode("utf-8-sig"))))

    rows = await account.office.database.read(table)
    assert sorted((row["channel"], row["outcome"], row["price"]) for row in rows) == [
        ("web", "sent", ""),
        ("zalo_oa", "failed", ""),
        ("zalo_oa", "sent", "300"),
    ]


async def test_without_a_template_nothing_is_charged(account: Account) -> None:
    await account.has("lan")
    number = await account.announces(replace(DRAFT, template=""))
    await account.steps()
    assert await account.office.status(number) == {"state": "done", "held": 1}
    assert (account.double.calls, await account.spent(number)) == ([], Spent())


async def test_switched_off_after_it_was_approved_it_is_not_sent_by(account: Account) -> None:
    await account.has("lan", "hung")
    number = await account.announces()

    def off(connection: Connection) -> None:
        deliveries.queue(connection, number, ["zalo_oa"], NOW)
        vendor_templates.change(connection, replace(OPENING, active=False), "quan.tri", NOW)

    await account.office.database.write(off)
    await account.steps()
    assert await account.office.status(number) == {"state": "done", "held": 2}
    assert account.double.calls == []


async def test_who_writes_before_their_turn_gets_it_for_nothing(account: Account) -> None:
    await account.has("lan")
    number = await account.announces()

    def meanwhile(connection: Connection) -> None:
        deliveries.queue(connection, number, ["zalo_oa"], NOW)
        writes(connection, "lan.zalo_oa", NOW)

    account.double.says("lan.zalo_oa", "alo")
    await account.office.database.write(meanwhile)
    await account.steps()
    assert await account.office.status(number) == {"state": "done", "sent": 1}
    assert (account.double.filled, await account.spent(number)) == ([], Spent())


@pytest.mark.parametrize(
    ("fault", "status", "spent", "charged"),
    [
        ("cut", "uncertain", Spent(uncertain=1, uncertain_cost=300), 1),
        ("500", "uncertain", Spent(uncertain=1, uncertain_cost=300), 0),
        ("-109", "failed", Spent(), 0),
        ("-213", "blocked", Spent(), 0),
        ("-320", "held", Spent(), 0),
    ],
)
async def test_each_refusal_has_its_outcome_and_is_not_repeated(
    account: Account, fault: str, status: str, spent: Spent, charged: int
) -> None:
    await account.has("lan")
    account.double.fails(TEMPLATE, fault)
    number = await account.announces()
    for _ in range(3):
        await account.steps()
        account.office.clock.pass_by(minutes=10)
    assert await account.office.status(number) == {"state": "done", status: 1}
    assert await account.spent(number) == spent
    assert (account.double.charged["template"], len(account.double.filled)) == (charged, charged)
    prices = select(delivery.c.price)
    kept = await account.office.database.read(lambda connection: connection.execute(prices).scalar_one())
    assert kept == (300 if status == "uncertain" else None)


async def test_a_busy_zalo_is_waited_for_and_charges_once(account: Account) -> None:
    await account.has("lan")
    account.double.fails(TEMPLATE, "-32", "-32")
    number = await account.announces()
    for _ in range(4):
        await account.steps()
        account.office.clock.pass_by(seconds=16)
    assert await account.office.status(number) == {"state": "done", "sent": 1}
    assert (account.double.charged["template"], await account.spent(number)) == (1, Spent(1, 300))


async def test_a_class_that_is_gone_by_then_fails_in_words_and_costs_nothing(account: Account) -> None:
    await account.has("lan")
    number = await account.announces()
    closed = update(training_class).values(open=False)
    await account.office.database.write(lambda connection: connection.execute(closed).close())
    await account.steps()
    status, why = (await account.office.outcomes())["lan.zalo_oa"]
    assert (status, "không nêu lớp nào" in (why or "")) == ("failed", True)
    assert account.double.calls == []
    assert await account.spent(number) == Spent()


async def test_the_class_of_a_button_goes_before_one_that_is_named(account: Account) -> None:
    await account.has("lan")

    def second(connection: Connection) -> None:
        known = classes.find(connection, "QT1")
        assert known is not None
        arranged = Arranged("MM2", "Dạy may", known.starts_at, known.ends_at, "xã", 9, known.deadline)
        classes.create(connection, arranged, NOW)

    await account.office.database.write(second)
    await account.announces(replace(DRAFT, buttons=(Button("Đăng ký", ">class/MM2"),)))
    await account.steps()
    [(_, _, values)] = account.double.filled
    assert (values["ma_lop"], values["duong_dan"]) == ("MM2", f"{SITE}/lop/MM2")


async def test_a_door_that_takes_no_templates_holds_it(account: Account) -> None:
    await account.has("lan")
    vendor = Vendor("zalo_oa", capabilities=CAPABILITIES["zalo_oa"])
    use(account.office, vendor)
    number = await account.announces()
    await account.steps()
    assert await account.office.status(number) == {"state": "done", "held": 1}
    assert vendor.tried == []


# Choosing it in the console.

ADDRESS = "/console/paid-templates"
FORM = {
    "id": "345",
    "name": "Báo mở lớp",
    "price": "1.300",
    "blank0": "tieu_de",
    "source0": "title",
    "longest0": "20",
    "blank1": "ten",
    "source1": "name",
    "longest1": "30",
}


async def town(pages: Pages, template: Template | None = None) -> None:
    """Let two people be outside the window, one inside it while it is free, one while it is charged."""

    def fill_in(connection: Connection) -> None:
        for name, days in (("lan", 8), ("hung", 90), ("mai", 1), ("cuc", 4)):
            someone(connection, name, [("zalo_oa", days)], pages.now)
        a_person(connection, "web", "web").agreed()
        if template:
            add(connection, template)

    await pages.database.write(fill_in)


async def test_templates_are_for_administrators(pages: Pages) -> None:
    editor = await pages.member()
    assert (await editor.get(ADDRESS)).status_code == 403
    assert (await editor.send(ADDRESS, FORM)).status_code == 403
    assert "Mẫu tin trả phí" not in said(await editor.get("/console/announcements"))
    assert await pages.database.read(vendor_templates.listed) == []


async def test_a_template_is_written_switched_on_and_changed(pages: Pages) -> None:
    browser = await pages.member("administrator")
    assert "Chưa có mẫu nào" in said(await browser.get(ADDRESS))
    answer = await browser.send(ADDRESS, FORM)
    assert answer.status_code == 303, said(answer)
    blanks = (Blank("tieu_de", "title", 20), Blank("ten", "name", 30))
    [one] = await pages.database.read(vendor_templates.listed)
    assert one == Template("345", "Báo mở lớp", 1300, blanks)
    page = await browser.get(ADDRESS)
    assert "1.300 đồng" in said(page)
    assert "Đang tắt" in said(page)
    assert 'value="1300"' in (await browser.get(f"{ADDRESS}/345")).text
    await browser.send(f"{ADDRESS}/345", {**FORM, "id": "9", "price": "900", "active": "yes", "blank1": ""})
    [one] = await pages.database.read(vendor_templates.listed)
    assert one == Template("345", "Báo mở lớp", 900, blanks[:1], active=True)
    assert (await browser.get(f"{ADDRESS}/346")).status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"price": "ba trăm"}, "Giá một tin là một con số"),
        ({"price": "9" * 5000}, "Giá một tin là một con số"),
        ({"price": "²"}, "Giá một tin là một con số"),
        ({"longest0": ""}, "số ký tự là một con số"),
        ({"id": "Báo mở lớp"}, "Mã mẫu"),
        ({"source0": "price"}, "chọn điền bằng gì"),
    ],
)
async def test_a_slip_keeps_what_was_typed(pages: Pages, changed: Mapping[str, str], words: str) -> None:
    page = await (await pages.member("administrator")).send(ADDRESS, {**FORM, **changed})
    assert page.status_code == 422
    assert words in said(page)
    assert 'value="tieu_de"' in page.text


async def test_the_count_says_who_is_inside_the_window_and_who_is_not(pages: Pages) -> None:
    await town(pages)
    words = said(await (await pages.member()).get("/console/audiences/count?query="))
    assert "5 người · Chat web 1 · Zalo OA 4" in words
    assert "1 người trong 48 giờ từ khi họ nhắn (miễn phí)" in words
    assert "1 người quá 48 giờ, chưa quá 7 ngày (kênh tính phí)" in words
    assert "2 người ngoài thời gian cho nhắn: chờ họ nhắn lại, tối đa 7 ngày." in words


COST = "cho 2 người ngoài cửa sổ: 2 × 300 = 600 đồng"
SHORT = replace(OPENING, blanks=(Blank("tieu_de", "title", 12), Blank("ten", "name", 20)))


async def chosen(browser: Browser) -> str:
    return await kept(browser, template="345")


async def test_an_administrator_chooses_one_seeing_the_cost_and_it_is_off_by_default(pages: Pages) -> None:
    await town(pages, SHORT)
    editor, administrator = await pages.member(), await pages.member("administrator", name="quan.tri")
    composer = await administrator.get("/console/announcements/new")
    assert f"Gửi mẫu tin trả phí «Báo mở lớp» {COST}" in said(composer)
    assert 'name="template" value="" checked' in composer.text
    assert "Gửi mẫu tin" not in said(await editor.get("/console/announcements/new"))
    await chosen(editor)
    assert (await found(pages)).template == ""
    path = await kept(administrator, template="345", title="Tin khác")
    assert (await found(pages, 2)).template == "345"
    page = said(await administrator.get(path))
    assert f"«Báo mở lớp» {COST}" in page
    assert "tieu_de: Tin khác" in page
    assert 'value="345" checked' in (await administrator.get(f"{path}/edit")).text
    assert await approved(editor, path) == 409
    assert await approved(await pages.member("approver", name="van.minh"), path) == 303
    assert (await found(pages, 2)).approved_hash == (await found(pages, 2)).fingerprint


async def test_one_that_is_off_is_not_offered(pages: Pages) -> None:
    await town(pages, replace(SHORT, active=False))
    administrator = await pages.member("administrator")
    assert "Gửi mẫu tin" not in said(await administrator.get("/console/announcements/new"))
    page = await administrator.send("/console/announcements/new", {**ANNOUNCEMENT, "template": "345"})
    assert page.status_code == 422
    assert "đang tắt" in said(page) or "Không có mẫu" in said(page)


async def test_where_nobody_is_outside_there_is_nothing_to_choose(pages: Pages) -> None:
    def prepare(connection: Connection) -> None:
        a_person(connection, "web", "web").agreed()
        add(connection, SHORT)

    await pages.database.write(prepare)
    page = await (await pages.member("administrator")).get("/console/announcements/new")
    assert "data-templates hidden" in page.text


async def test_what_does_not_fit_a_blank_is_refused_before_it_is_kept(pages: Pages) -> None:
    await town(pages, SHORT)
    browser = await pages.member("administrator")
    fields = {**ANNOUNCEMENT, "title": "Một tiêu đề quá dài", "template": "345"}
    page = await browser.send("/console/announcements/new", fields)
    assert page.status_code == 422
    assert "Chỗ trống «tieu_de» của mẫu tin chứa nhiều nhất 12 ký tự, tiêu đề dài 19" in said(page)
    assert await pages.database.read(announcements.listed) == []


async def test_what_no_longer_fits_is_not_approved(pages: Pages) -> None:
    def prepare(connection: Connection) -> None:
        add(connection, replace(SHORT, blanks=(Blank("ma", "class_code", 6),)))
        arrange(connection)

    await pages.database.write(prepare)
    browser = await pages.member("administrator")
    path = await kept(browser, text="Gõ QT1 để đăng ký.", template="345")
    closed = update(training_class).values(open=False)
    await pages.database.write(lambda connection: connection.execute(closed).close())
    assert await approved(browser, path) == 409
    assert (await found(pages)).state == "waiting"


async def test_the_report_says_how_many_it_went_to_and_what_it_cost(pages: Pages) -> None:
    await town(pages, SHORT)
    browser = await pages.member("administrator")
    path = await chosen(browser)
    await approved(browser, path)

    def sent(connection: Connection) -> None:
        deliveries.queue(connection, 1, ["zalo_oa"], NOW)
        claimed = deliveries.claim(connection, 1, "zalo_oa", 9, NOW)
        assert sorted(one.price or 0 for one in claimed) == [0, 0, 300, 300]
        ids = [one.id for one in claimed if one.price]
        for one, status in zip(ids, ("sent", "uncertain"), strict=True):
            connection.execute(update(delivery).where(delivery.c.id == one).values(status=status))

    await pages.database.write(sent)
    words = said(await browser.get(path))
    assert "đã gửi 1 người, hết 300 đồng" in words
    assert "1 người chưa rõ đã đến chưa, có thể thêm 300 đồng" in words
