"""A member's own chat on its page."""

import re

import pytest

from content.render import Renderer
from tests.office import NOW
from tests.receiving import Person, a_receiver
from tests.test_console import Office, office, said

__all__ = ["office"]


@pytest.mark.parametrize("role", ["viewer", "collaborator", "administrator"])
async def test_the_code_of_the_page_ties_the_web_chat(office: Office, renderer: Renderer, role: str) -> None:
    browser = await office.member(role, "ngoc")
    assert "Chat web" not in said(await browser.get("/console/me"))
    typed = re.search(r"\d{4} \d{4}", said(await browser.send("/console/me")))
    assert typed is not None
    phone = Person(a_receiver(office.database, office.library, renderer, at=NOW))
    assert (await phone.says(f"/canbo {typed[0]}")).keys[-1] == "staff/tied"
    assert "Chat web" in said(await browser.get("/console/me"))
    stranger = Person(phone.receiver, "stranger")
    assert (await stranger.says(f"/canbo {typed[0]}")).keys[-1] == "staff/wrong_code"


async def test_unsigned_and_forged_requests_get_no_code(office: Office) -> None:
    assert (await office.stranger().get("/console/me")).status_code == 303
    browser = await office.member("editor", "ngoc")
    assert (await browser.client.post("/console/me", data={"csrf": "x"})).status_code == 403
