"""Every address of the staff pages, tried by every role and by a stranger: who is let in, and that nothing leaks."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Connection
from starlette.routing import Route

from console.app import ROUTES
from console.routing import administrators, anyone, readers, scoped, scoped_writers, writers
from db import scope
from db.staff import ROLES, Member
from tests.office import LAN, a_person
from tests.test_console import Office, office

__all__ = ["office"]
OPEN = {"/sign-in", "/sign-in/code"}
GIVEN = {
    "name": "needs",
    "suffix": "csv",
    "code": "QT1",
    "page_id": "overview",
    "sha": "0" * 64,
    "answer": "1-anh.jpg",
    "template_id": "1",
}
PAGES = [route for route in ROUTES if isinstance(route, Route) and route.path not in OPEN]
# Who may come in, by what a page asks: who must not see what it shows is turned away whatever the address holds.
MAY: Mapping[str, set[str]] = {
    "anyone": set(ROLES),
    "readers": set(ROLES) - {"collaborator"},
    "scoped": set(ROLES),
    "writers": {"editor", "approver", "administrator"},
    "scoped_writers": {"editor", "approver", "administrator", "collaborator"},
    "administrators": {"administrator"},
}


def address_of(route: Route) -> str:
    values = {name: GIVEN.get(name, 1) for name in route.param_convertors}
    if route.path.startswith("/tables/{name}"):
        values["name"] = "establishments"
    return f"/console{route.url_path_for(route.name, **values)}"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_each_role_may_is_written_down(role: str) -> None:
    member = Member(1, "lan", role, one_time=False, csrf="")
    asked = {one.__name__: one(member) for one in (anyone, readers, scoped, writers, scoped_writers, administrators)}
    assert asked == {name: role in may for name, may in MAY.items()}


async def test_a_stranger_is_led_to_the_door_everywhere(office: Office) -> None:
    stranger = office.stranger().client
    for route in PAGES:
        for method in (route.methods or set()) - {"HEAD"}:
            answer = await stranger.request(method, address_of(route))
            assert (answer.status_code, answer.headers.get("location", "")[:16]) == (303, "/console/sign-in"), (
                route.path
            )


async def test_every_page_turns_away_whom_it_must(office: Office) -> None:
    """What a page asks is read from the page itself: a page that asks nobody's role fails here."""
    office.console.stopping.set()  # so that no stream goes on
    browsers = {role: await office.member(role, role) for role in ROLES}
    tokens = {role: await browser.csrf() for role, browser in browsers.items()}
    for route in PAGES:
        let_in = set()
        for role, browser in browsers.items():
            if "GET" in (route.methods or set()):
                answer = await browser.get(address_of(route))
            else:
                data = {"csrf": tokens[role] + "x"}
                answer = await browser.client.post(
                    address_of(route), data=data, headers={"Origin": "https://kc.example"}
                )
            turned_away = answer.status_code == 403 and "vai trò" in answer.text.lower()
            if not turned_away:
                let_in.add(role)
        assert let_in in MAY.values(), f"{route.path}: {sorted(let_in)}"


async def test_nothing_is_done_without_the_token_of_the_page(office: Office) -> None:
    administrator = await office.member("administrator")
    for route in PAGES:
        if "POST" in (route.methods or set()):
            answer = await administrator.client.post(address_of(route), data={"csrf": "wrong"})
            assert answer.status_code == 403, route.path


async def test_a_collaborator_sees_nothing_of_other_communes_anywhere(office: Office) -> None:
    def happened(connection: Connection) -> None:
        theirs = (
            a_person(connection, "lan").agreed().runs({**LAN, "business_name": "Bí Mật Lan"}).asked("BÍ MẬT hỏi gì?")
        )
        theirs.sent("HT-4827", office.library.forms["interest"], {**LAN, "activity": "machinery", "wish": "BÍ MẬT"})

    await office.database.write(happened)
    office.console.stopping.set()
    collaborator = await office.member("collaborator")
    await office.database.write(lambda connection: scope.give(connection, 1, frozenset({"13336"})))
    for route in PAGES:
        if "GET" in (route.methods or set()):
            answer = await collaborator.get(address_of(route).replace("QT1", "HT-4827"))
            words = answer.content.decode("utf-8", errors="replace").lower()
            assert "bí mật" not in words, route.path
            assert "ht-4827" not in words or "/responses/" not in words, route.path
