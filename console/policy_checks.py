"""What has to be verified before owners are let in: ceilings, papers, ways and dates, by activity."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from content.figures import in_words
from content.page_fields import LABELS
from conversation.catalog import Library
from conversation.page import Figure, Page

PARTS = ("who", "money", "papers", "apply")


@dataclass(frozen=True, slots=True)
class Unchecked:
    """One thing that nobody has verified: on which page, what, what the page says of it, and where that is from."""

    page: Page
    what: str
    says: str
    document: str = ""
    article: str = ""
    since: date | None = None
    until: date | None = None


def unchecked(library: Library) -> list[Unchecked]:
    """Return everything that is to be verified, page by page in the order of the nine groups."""
    return [one for page in library.pages.values() for one in unchecked_on(page)]


def unchecked_on(page: Page) -> Iterator[Unchecked]:
    """Return what is to be verified on one page."""
    if not page.published:
        yield Unchecked(page, "Cả trang", "chỉ có tiêu đề", page.sources)
        return
    for figure in page.figures:
        if not figure.verified:
            yield _figure(page, "Mức hỗ trợ", figure)
        elif not figure.effective_from:
            yield _figure(page, "Ngày hiệu lực", figure)
    if page.group:
        yield from (Unchecked(page, LABELS[part], "chưa có") for part in PARTS if part not in page.parts)


def _figure(page: Page, what: str, figure: Figure) -> Unchecked:
    return Unchecked(
        page,
        what,
        in_words(figure),
        figure.document,
        figure.article,
        figure.effective_from,
        figure.effective_to,
    )
