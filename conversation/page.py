"""A policy page: what one support activity is, as far as a person has checked it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a page, with the text it comes from.

    `amount` is in VND, `percent` in per cent; either may be absent. It is in force from `effective_from` until
    `effective_to`, as far as these are known. Until a person fills `verified_on` and `verified_by`, the page shows
    `caveat` beside it.
    """

    name: str
    unit: str
    document: str
    article: str
    caveat: str
    amount: int | None = None
    percent: int | None = None
    effective_from: date | None = None
    verified_on: date | None = None
    verified_by: str = ""
    effective_to: date | None = None

    @property
    def verified(self) -> bool:
        return self.verified_on is not None and bool(self.verified_by)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of policy; `parts` are its paragraphs by name (`what who money papers apply`), figures filled in.

    `group` is the number of its Topic, 0 for a page about khuyến công as a whole. `sources` is the citation shown
    below it. A page that is not `published` has a title and no parts: the text in force is still being checked.
    `asks` are other ways people ask for it, in their own words. By `review_by` somebody is to read it again.
    """

    id: str
    title: str
    label: str
    group: int
    published: bool
    sources: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    asks: tuple[str, ...] = ()
    review_by: date | None = None

    def in_force(self, today: date) -> "Page":
        """Return the page as it may be told: its heading only where a figure of it is no longer in force."""
        if all(figure.effective_to is None or figure.effective_to >= today for figure in self.figures):
            return self
        return replace(self, published=False, parts={}, sources="")

    @property
    def due(self) -> date | None:
        """The first day that it has to be looked at again: its own, or the last day of a figure; None for no day."""
        days = [self.review_by, *(figure.effective_to for figure in self.figures)]
        return min((day for day in days if day), default=None)


@dataclass(frozen=True, slots=True)
class Topic:
    """One of the nine groups of support of Điều 4, Nghị định 45/2012/NĐ-CP."""

    number: int
    title: str
    label: str
    text: str
    sources: str = ""
