"""One establishment's page: what is known is changed, notes and calls are kept, everything that happened in order."""

import re
from datetime import timedelta

from sqlalchemy import Connection, insert, select

from db import scope
from db.models import announcement, delivery, record_read
from db.models import staff as staff_table
from tests.office import LAN, NOW, a_person
from tests.test_console import HOSTILE, Browser, Office, office, said

__all__ = ["office"]
ADDRESS = "/console/establishments/1"


def happened(connection: Connection) -> None:
    lan = a_person(connection, "lan", "zalo_oa", days_ago=3).agreed().runs(LAN).asked("Lớp này có mất tiền không?")
    told = {"id": 1, "title": "Hội chợ", "text": "Lời.", "state": "done", "author": "lan", "created_at": NOW}
    connection.execute(insert(announcement).values(**told))
    got = {"contact_id": lan.contact_id, "status": "sent", "done_at": NOW - timedelta(days=1)}
    connection.execute(insert(delivery).values(announcement_id=1, **got))


async def opened(office: Office, role: str = "editor") -> Browser:
    await office.database.write(happened)
    return await office.member(role)


async def test_everything_that_happened_stands_in_order(office: Office) -> None:
    browser = await opened(office)
    await browser.send(f"{ADDRESS}/notes", {"outcome": "answered", "text": "hẹn thứ Ba"})
    words = said(await browser.get(ADDRESS))
    order = ["Gọi điện: nghe máy", "hẹn thứ Ba", "Hội chợ · ", "Lớp này có mất tiền không?"]
    places = [words.index(part) for part in order]
    assert places == sorted(places)
    for expected in ("Cơ sở mộc Lan", "0912 345 678", "Phường Phủ Lý", "Zalo OA"):
        assert expected in words


async def test_what_is_known_is_changed_and_noted(office: Office) -> None:
    browser = await opened(office)
    form = {"business_name": "Xưởng mộc Lan", "phone": "+84 987 654 321", "commune": "13336", "trade": "wood_furniture"}
    await browser.send(f"{ADDRESS}/edit", {**form, "tax_code": "0700123456", "legal_form": "company"})
    words = said(await browser.get(ADDRESS))
    for expected in ("Xưởng mộc Lan", "0987 654 321", "0700123456", "Công ty, doanh nghiệp tư nhân"):
        assert expected in words
    for wrong in ({"business_name": ""}, {"phone": "12"}, {"commune": "nơi khác"}):
        refused = await browser.send(f"{ADDRESS}/edit", {**form, **wrong})
        assert refused.status_code == 422
    administrator = await office.member("administrator", "quan.tri")
    log = said(await administrator.get("/console/audit?action=establishment.changed"))
    assert "changed: business_name, commune, legal_form, phone, tax_code, trade" in log


async def test_tags_are_put_on_and_taken_off(office: Office) -> None:
    browser = await opened(office)
    await browser.send(f"{ADDRESS}/tags", {"add": "làng nghề"})
    await browser.send(f"{ADDRESS}/tags", {"add": "làng nghề"})
    page = await browser.get(ADDRESS)
    assert re.findall(r'name="drop" value="([^"]+)"', page.text) == ["làng-nghề"]
    assert "1" in said(await browser.get("/console/audiences/count?query=tag=làng-nghề"))
    await browser.send(f"{ADDRESS}/tags", {"drop": "làng-nghề"})
    assert "Chưa có nhãn." in said(await browser.get(ADDRESS))


async def test_what_is_typed_stays_text(office: Office) -> None:
    browser = await opened(office)
    await browser.send(f"{ADDRESS}/notes", {"text": HOSTILE, "outcome": ""})
    await browser.send(f"{ADDRESS}/edit", {"business_name": HOSTILE, "phone": ""})
    assert HOSTILE not in (await browser.get(ADDRESS)).text
    assert HOSTILE in said(await browser.get(ADDRESS)) or "alert(1)" in (await browser.get(ADDRESS)).text


async def test_looking_is_noted_and_shown_to_administrators(office: Office) -> None:
    viewer = await opened(office, "viewer")
    assert (await viewer.get(ADDRESS)).status_code == 200
    assert (await viewer.get(f"{ADDRESS}/edit")).status_code == 403
    assert (await viewer.send(f"{ADDRESS}/notes", {"text": "x"})).status_code == 403
    assert "Ai đã xem" not in said(await viewer.get(ADDRESS))
    administrator = await office.member("administrator", "quan.tri")
    assert "Ai đã xem" in said(await administrator.get(ADDRESS))
    seen = await office.database.read(lambda connection: connection.execute(select(record_read.c.who)).scalars().all())
    assert sorted(seen) == ["quan.tri", "thu.huong"]


async def test_a_collaborator_notes_calls_of_their_communes_only(office: Office) -> None:
    collaborator = await opened(office, "collaborator")
    for path, fields in ((ADDRESS, None), (f"{ADDRESS}/notes", {"outcome": "missed"})):
        answer = await (collaborator.get(path) if fields is None else collaborator.send(path, fields))
        assert answer.status_code == 404, path

    def give(connection: Connection) -> None:
        scope.give(connection, connection.execute(select(staff_table.c.id)).scalar_one(), frozenset({"13285"}))

    await office.database.write(give)
    await collaborator.send(f"{ADDRESS}/notes", {"outcome": "missed"})
    assert "không nghe máy" in said(await collaborator.get(ADDRESS))
    assert (await collaborator.get("/console/establishments/99")).status_code == 404
