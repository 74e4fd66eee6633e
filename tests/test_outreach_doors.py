"""Posters that open a messenger: where their codes lead, and that what they lead to is understood."""

import io
from dataclasses import replace
from typing import Any

import pypdf

from content.library import MESSAGES
from content.outreach.door import LONGEST_START, doors
from content.outreach.poster import poster
from content.outreach.subject import Subject, of_class, of_page
from content.render import Renderer
from conversation.catalog import Library
from conversation.records import CameFrom
from tests.actors import Owner
from tests.conftest import ORGANISATION, a_class

CENTRE = replace(ORGANISATION, telegram_name="khuyencong_bot", zalo_page="https://zalo.me/1234567890")
SITE = "https://kc.example"
QT1 = a_class("QT1", seats=12)


def printed(subject: Subject, name: str) -> tuple[str, list[str]]:
    """Return the words of a poster, and where a tap on it leads."""
    door = {one.name: one for one in doors(subject, CENTRE, SITE)}[name]
    file = io.BytesIO()
    poster(subject, CENTRE, door, file)
    (page,) = pypdf.PdfReader(file).pages
    notes: Any = page["/Annots"]
    return " ".join(page.extract_text().split()), [note.get_object()["/A"]["/URI"] for note in notes]


def test_a_centre_without_messengers_has_one_poster() -> None:
    assert [door.name for door in doors(of_class(QT1), ORGANISATION, SITE)] == ["web"]


def test_the_poster_for_telegram_opens_the_class_there(library: Library) -> None:
    words, (link,) = printed(of_class(QT1), "telegram")
    assert link == "https://t.me/khuyencong_bot?start=class-QT1-apphich"
    assert "Telegram" in words
    owner = Owner(library, Renderer(MESSAGES, CENTRE), classes=[QT1]).says(f"/start {link.partition('=')[2]}")
    assert owner.replies[-1].values["offered"].code == "QT1"
    assert CameFrom("apphich") in owner.records


def test_the_poster_for_zalo_says_what_to_type() -> None:
    words, (link,) = printed(of_class(QT1), "zalo")
    assert link == "https://zalo.me/1234567890"
    assert "Gõ QT1" in words


def test_every_published_page_opens_in_telegram(library: Library) -> None:
    for page in (page for page in library.pages.values() if page.published):
        (link,) = [door.link for door in doors(of_page(page), CENTRE, SITE) if door.name == "telegram"]
        start = link.partition("=")[2]
        assert len(start) <= LONGEST_START
        owner = Owner(library, Renderer(MESSAGES, CENTRE)).says(f"/start {start}")
        assert owner.replies[-1].values["page"] == page
