"""What is made known, a class or a policy page, and where each way of making it known leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversation.page import Page
from conversation.training_class import TrainingClass


class OutreachRefused(ValueError):
    """Something that cannot be made known so; says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A class or a page as the kit speaks of it.

    `kind` names its templates (`class`, `page`), `place` is its address on the site, `word` is what one types in the
    chat to open it, `values` are what its templates may say.
    """

    kind: str
    place: str
    word: str
    title: str
    values: Mapping[str, Any]

    def link(self, site: str, source: str) -> str:
        """Return its public address with a source word; empty where there is no site."""
        return f"{site}{self.place}?tu={source}" if site else ""

    def start(self, source: str) -> str:
        """Return what Telegram's deep link carries: letters, digits, `_` and `-` only."""
        kind = "class" if self.kind == "class" else "policies"
        return f"{kind}-{self.place.rpartition('/')[2]}-{source}"


def of_class(offered: TrainingClass) -> Subject:
    """Return a class as the kit speaks of it."""
    return Subject("class", f"/lop/{offered.code}", offered.code, offered.title, {"offered": offered})


def of_page(page: Page) -> Subject:
    """Return a page as the kit speaks of it, quoting what it is about and no amount of money.

    Raises OutreachRefused for a page that is not published. A paragraph that rests on a figure nobody verified is not
    quoted: printed paper cannot be called back.
    """
    if not page.published:
        raise OutreachRefused(f"Trang «{page.title}» chưa công bố nên chưa tuyên truyền được.")
    about = page.parts["what"]
    unsure = any(not figure.verified and figure.caveat in about for figure in page.figures)
    return Subject("page", f"/p/{page.id}", page.title, page.title, {"about": "" if unsure else about})
