"""Reads and checks what is shipped; a mistake stops the start, naming file and line."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from content.errors import ContentError
from content.pages import in_order, read_page, read_pages, read_topics
from content.tables import read_places, read_trades
from content.xlsform import read_form
from conversation.catalog import Library, Organisation
from conversation.contact import ANNOUNCEMENTS, ANSWERS
from conversation.form import Form
from conversation.page import Page
from conversation.understand import Document, Finder

CONTENT = Path(__file__).parent
MESSAGES = CONTENT / "messages"
PLACES = CONTENT / "places"


@dataclass(frozen=True)
class FormSource:
    """A form as it was written: its bytes, how to read them, and the tables it asks for."""

    name: str
    suffix: str
    source: bytes
    files: Mapping[str, bytes]

    def read(self) -> Form:
        return read_form(self.name, self.source, self.suffix, self.files)


def shipped_forms() -> tuple[FormSource, ...]:
    """Return the forms in `content/forms`, with the tables they may ask for, which are checked first."""
    tables = shipped_tables()
    return tuple(
        FormSource(file.stem, file.suffix, file.read_bytes(), _asked_for(file, tables))
        for file in sorted((CONTENT / "forms").glob("*.md"))
    )


def shipped_tables() -> Mapping[str, bytes]:
    """Return the tables that any form may ask for, by the names of their files."""
    trades = CONTENT / "trades" / "trades.csv"
    read_trades(trades)
    return {trades.name: trades.read_bytes()}


def _asked_for(file: Path, tables: Mapping[str, bytes]) -> dict[str, bytes]:
    text = file.read_text("utf-8")
    return {name: table for name, table in tables.items() if name in text}


def read_library(organisation: Organisation, forms: Mapping[str, Form]) -> Library:
    """Read everything shipped but the forms, which the caller read; raises ContentError at the first mistake."""
    pages = {page.id: page for page in read_pages(CONTENT / "policies")}
    return Library(
        organisation=organisation,
        labels=read_labels(MESSAGES / "labels.yaml"),
        topics=read_topics(CONTENT / "policies"),
        pages=pages,
        forms=forms,
        places=read_places(PLACES),
        finder=_finder(pages.values()),
        notices={purpose: _version(purpose) for purpose in (ANSWERS, ANNOUNCEMENTS)},
    )


def with_pages(library: Library, files: Mapping[str, str]) -> Library:
    """Return a library with these pages, by their ids, in the place of its own; it finds what they say.

    A file that cannot be read, though it could when it was published, stops nothing: the page has its heading only.
    """
    pages = dict(library.pages)
    for page_id, text in files.items():
        try:
            pages[page_id] = read_page(Path(f"{page_id}.md"), text)
        except ContentError:
            if page_id in pages:
                pages[page_id] = replace(pages[page_id], published=False, parts={}, figures=(), sources="")
    ordered = {page.id: page for page in in_order(pages.values())}
    return replace(library, pages=ordered, finder=_finder(ordered.values()))


def shipped_page(page_id: str) -> str:
    """Return a page's file as it comes with the program, "" where it has none."""
    file = CONTENT / "policies" / f"{page_id}.md"
    return file.read_text("utf-8") if re.fullmatch(r"\w+", page_id) and file.is_file() else ""


def _finder(pages: Iterable[Page]) -> Finder:
    return Finder([*map(_as_document, pages), *read_asks(CONTENT / "asks.yaml")])


def read_labels(file: Path) -> Mapping[str, str]:
    """Read the words on choices: one flat table of texts."""
    labels = yaml.safe_load(file.read_text("utf-8"))
    for key, label in labels.items():
        if not isinstance(label, str) or not label.strip():
            raise ContentError(file, 1, f"nhãn {key} phải là chữ")
    return dict(labels)


def read_asks(file: Path) -> tuple[Document, ...]:
    """Read how people ask for what is not a page: `classes`, `mine`, `privacy` …"""
    flows = yaml.safe_load(file.read_text("utf-8"))
    return tuple(Document(link, entry["title"], tuple(entry["asks"])) for link, entry in flows.items())


def _as_document(page: Page) -> Document:
    return Document(f"policies/{page.id}", page.title, page.asks, " ".join(page.parts.values()))


def _version(purpose: str) -> str:
    """Return the version of the text that asks for consent: what it says, the full notice included."""
    words = [(MESSAGES / "consent" / f"{name}.j2").read_bytes() for name in (purpose, "full")]
    return hashlib.sha256(b"\n".join(words)).hexdigest()[:12]
