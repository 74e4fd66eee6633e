"""Policy in the conversation: every page on every channel, and nothing that is not checked."""

import re

import pytest

from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import CAPABILITIES
from tests.actors import Owner
from tests.test_pages import HIDDEN

LONGEST = 700


def said(owner: Owner, channel: str) -> str:
    """What the bot says of policy on a channel, without the choices it lists."""
    shown = owner.renderer.render(owner.replies, CAPABILITIES[channel], 1)
    listed = {f"{choice.n}. {choice.label}" for message in shown for choice in message.choices}
    lines = [line for message in shown for line in message.text.splitlines()]
    return "\n".join(line for line in lines if line not in listed)


@pytest.mark.parametrize("channel", CAPABILITIES)
def test_nothing_hidden_is_said_on_any_channel(
    owner: Owner, library: Library, renderer: Renderer, channel: str
) -> None:
    owner.says("/start")
    links = [f">policies/{topic.number}" for topic in library.topics]
    for page in library.pages.values():
        links += [
            f">policies/{page.id}",
            *(f">policies/{page.id}/{part}" for part in ("who", "money", "papers", "apply")),
        ]
    for link in links:
        text = said(owner.taps_token(link), channel)
        named = library.pages.get(link.split("/")[1])
        if named and not named.published:
            text = text.replace(named.title, "")
            assert owner.replies[-1].key == "policies/unchecked", link
        for what, pattern in HIDDEN.items():
            assert not re.search(pattern, text, re.IGNORECASE), (what, link, text)
        assert len(text) <= LONGEST, (link, len(text))


def test_a_ceiling_never_comes_without_its_caveat_and_its_document(owner: Owner, library: Library) -> None:
    owner.says("/start")
    for page in library.pages.values():
        if page.figures:
            text = said(owner.taps_token(f">policies/{page.id}"), "web")
            assert "mức trần trung ương" in text, page.id
            assert "cán bộ sẽ xác nhận" in text, page.id
            assert f"Theo {page.sources}" in text, page.id


def test_the_nine_groups_lead_to_every_page(owner: Owner, library: Library) -> None:
    reached = set()
    for topic in library.topics:
        owner.taps_token(f">policies/{topic.number}").sees_last("policies/topic")
        reached |= {choice.value.removeprefix(">policies/") for choice in owner.replies[-1].choices}
    assert {page.id for page in library.pages.values() if page.group} <= reached


def test_an_unknown_page_leads_to_the_groups(owner: Owner) -> None:
    owner.says("/start").taps_token(">policies/khong_co").sees("policies/topics")
    owner.taps_token(">news/khong_co").sees("policies/topics")
