"""People: named, found by what they speak for, speaking for several; the tables narrowed by an audience's query."""

from sqlalchemy import Connection, select

from conversation.records import DataErased
from db import linking, merging, people, scope
from db.models import contact, establishment_tag, speaks_for
from tests.office import LAN, NOW, a_person
from tests.test_console import HOSTILE, Browser, Office, office, said

__all__ = ["office"]
ADDRESS = "/console/people/1"


def two_workshops(connection: Connection) -> None:
    a_person(connection, "lan", "zalo_oa").agreed().runs(LAN).asked("Lớp này có mất tiền không?")
    a_person(connection, "hoa").agreed().runs({**LAN, "business_name": "Dệt Hòa", "trade": "food", "workers": "3"})


async def opened(office: Office, role: str = "editor") -> Browser:
    await office.database.write(two_workshops)
    return await office.member(role)


async def spoken_for(office: Office) -> tuple[int | None, list[int]]:
    def read(connection: Connection) -> tuple[int | None, list[int]]:
        first = connection.execute(select(contact.c.establishment_id).where(contact.c.id == 1)).scalar()
        also = select(speaks_for.c.establishment_id).where(speaks_for.c.contact_id == 1)
        return first, list(connection.execute(also).scalars())

    return await office.database.read(read)


async def test_a_person_is_shown_and_named(office: Office) -> None:
    browser = await opened(office)
    await browser.send(f"{ADDRESS}/name", {"name": "Trần Thị Lan"})
    page = await browser.get(ADDRESS)
    for expected in ("Trần Thị Lan", "Cơ sở mộc Lan", "Zalo OA", "nhận thông báo", "Lớp này có mất tiền không?"):
        assert expected in said(page)
    await browser.send(f"{ADDRESS}/name", {"name": HOSTILE})
    assert HOSTILE not in (await browser.get(ADDRESS)).text
    assert 'href="/console/people/1"' in (await browser.get("/console/tables/contacts")).text
    assert 'href="/console/establishments/1"' in (await browser.get("/console/tables/establishments")).text
    assert (await browser.get("/console/people/99")).status_code == 404


async def test_one_person_speaks_for_several(office: Office) -> None:
    browser = await opened(office)
    found = said(await browser.get(f"{ADDRESS}?find=det+hoa"))
    assert "Dệt Hòa" in found
    await browser.send(f"{ADDRESS}/establishments", {"how": "add", "establishment": "2"})
    await browser.send(f"{ADDRESS}/establishments", {"how": "add", "establishment": "99"})
    assert await spoken_for(office) == (1, [2])
    assert "zalo oa" in said(await browser.get("/console/establishments/2")).lower()
    await browser.send(f"{ADDRESS}/establishments", {"how": "first", "establishment": "2"})
    assert await spoken_for(office) == (2, [1])
    await browser.send(f"{ADDRESS}/establishments", {"how": "drop", "establishment": "1"})
    assert await spoken_for(office) == (2, [])
    assert (await browser.send(f"{ADDRESS}/establishments", {"how": "burn", "establishment": "1"})).status_code == 404


async def test_a_collaborator_sees_those_of_their_communes(office: Office) -> None:
    browser = await opened(office, "collaborator")
    await office.database.write(lambda connection: scope.give(connection, 1, frozenset({"13336"})))
    assert (await browser.get(ADDRESS)).status_code == 404
    await office.database.write(lambda connection: scope.give(connection, 1, frozenset({"13285"})))
    assert (await browser.get(ADDRESS)).status_code == 200


async def test_what_is_spoken_for_goes_where_people_and_establishments_go(office: Office) -> None:
    await opened(office)

    def act(connection: Connection) -> None:
        people.speak_for(connection, 1, 2)
        merged = merging.merge(connection, 1, 2, LAN, "lan", NOW)
        assert people.find(connection, 1, None)
        merging.undo(connection, merged, "lan", NOW)
        linking.link(connection, 1, 2, NOW)

    await office.database.write(act)
    assert await spoken_for(office) == (1, [2])
    await office.database.write(lambda connection: a_person(connection, "lan", "zalo_oa").did(DataErased()))
    assert await spoken_for(office) == (None, [])


async def test_tables_are_narrowed_by_the_query_of_an_audience(office: Office) -> None:
    browser = await opened(office)
    for table in ("establishments", "contacts"):
        words = said(await browser.get(f"/console/tables/{table}?audience=size>=10"))
        assert "1 dòng theo bộ lọc" in words
        assert "Dệt Hòa" not in words
    for wrong in ("size>ten", "round:99"):
        page = await browser.get("/console/tables/establishments", params={"audience": wrong})
        assert page.status_code == 200
        assert 'role="alert"' in page.text
    exported = await browser.get("/console/tables/establishments/export.csv?audience=trade=food")
    assert "Dệt Hòa" in exported.text
    assert "mộc Lan" not in exported.text


async def test_a_whole_table_is_tagged_at_once(office: Office) -> None:
    browser = await opened(office)
    await browser.send("/console/tables/establishments/tags", {"tag": "làng nghề", "audience": "size>=10"})
    rows = await office.database.read(lambda c: c.execute(select(establishment_tag)).all())
    assert [(row.establishment_id, row.tag) for row in rows] == [(1, "làng-nghề")]
    words = said(await browser.get("/console/tables/establishments?audience=tag=làng-nghề"))
    assert "1 dòng" in words
