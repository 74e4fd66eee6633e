"""What can be asked for, and what was found."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["sure", "unsure", "lost"]


@dataclass(frozen=True, slots=True)
class Document:
    """A page or a flow that can be asked for.

    `id` is a link without its ">", `title` what a choice would say, `asks` other ways people ask for it, written by
    hand; `text` is what the page says, which counts for less.
    """

    id: str
    title: str
    asks: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A document that may be meant, how well it fits from 0 to 1, and the words which decided, weightiest first."""

    document: Document
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """The documents that may be meant, best first, at most three; none where the message is lost."""

    found: tuple[Found, ...]
    kind: Kind
