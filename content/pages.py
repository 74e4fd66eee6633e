"""Reads the policy pages and the nine groups of support, and refuses what an owner must not be shown."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from content.errors import ContentError
from content.fields import Fields, read_fields
from content.figures import fill, read_figures
from conversation.page import Figure, Page, Topic

PARTS = ("what", "who", "money", "papers", "apply")
LABEL_LENGTH = 38

PAGE_FIELDS = frozenset({"title", "label", "group", "published", "sources", "figures", "asks", "review_by"})
TOPIC_FIELDS = frozenset({"number", "title", "label", "text"})


def read_pages(folder: Path) -> tuple[Page, ...]:
    """Read every `*.md` of the folder; by group, the published pages first. Raises ContentError."""
    return in_order(read_page(file, file.read_text(encoding="utf-8")) for file in folder.glob("*.md"))


def in_order(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Return pages as they are listed: by group, the published ones first."""
    return tuple(sorted(pages, key=lambda page: (page.group, not page.published, page.id)))


def read_topics(folder: Path) -> tuple[Topic, ...]:
    """Read the nine groups of support from `topics.yaml`, in the order of their numbers. Raises ContentError."""
    file = folder / "topics.yaml"
    fields = read_fields(file, file.read_text(encoding="utf-8")).only(frozenset({"sources", "topics"}))
    sources = fields.text("sources")
    topics = [
        Topic(item.number("number"), item.text("title"), _label(item), item.text("text"), sources)
        for item in fields.each("topics", TOPIC_FIELDS)
    ]
    topics.sort(key=lambda topic: topic.number)
    if [topic.number for topic in topics] != list(range(1, 10)):
        raise fields.error("cần đủ chín nhóm, mỗi nhóm một số từ 1 đến 9", "topics")
    return tuple(topics)


def read_page(file: Path, text: str) -> Page:
    """Read one page, called after its file; its paragraphs come back with their figures filled in.

    A paragraph that names an unverified figure ends with the figure's caveat. Raises ContentError.
    """
    if "\0" in text:
        raise ContentError(file, 1 + text.count("\n", 0, text.index("\0")), "có ký tự điều khiển không đọc được")
    head, body, body_line = split_page(file, text)
    fields = read_fields(file, head, first_line=2).only(PAGE_FIELDS)
    published = fields.flag("published")
    group = fields.number("group")
    if not 0 <= group <= 9:
        raise fields.error("«group» là số của nhóm, từ 1 đến 9, hoặc 0 cho trang chung", "group")
    figures = read_figures(fields)
    parts = _parts(file, body, body_line, figures)
    if published and "what" not in parts:
        raise fields.error("trang đã công bố phải có phần «## what»", "published")
    if parts and not published:
        raise fields.error("trang chưa công bố thì không được có phần nào", "published")
    for name in figures:
        if f"{{{name}." not in body:
            raise fields.error(f"số liệu «{name}» không dùng ở đâu trong trang", "figures")
    return Page(
        id=file.stem,
        title=fields.text("title"),
        label=_label(fields),
        group=group,
        published=published,
        sources=fields.text("sources", None if published else ""),
        parts=parts,
        figures=tuple(figures.values()),
        asks=fields.texts("asks"),
        review_by=fields.day_or_none("review_by"),
    )


def split_page(file: Path, text: str) -> tuple[str, str, int]:
    """Return the front matter, the body, and the line where the body begins."""
    match = re.match(r"---\n(?P<head>.*?\n)---\n", text, re.DOTALL)
    if match is None:
        raise ContentError(file, 1, "trang phải mở đầu bằng các mục đặt giữa hai dòng ---")
    return match["head"], text[match.end() :], 1 + match[0].count("\n")


def _label(fields: Fields) -> str:
    label = fields.text("label")
    if len(label) > LABEL_LENGTH:
        raise fields.error(f"nhãn dài {len(label)} chữ, nhiều nhất là {LABEL_LENGTH}", "label")
    return label


def _parts(file: Path, body: str, first_line: int, figures: Mapping[str, Figure]) -> dict[str, str]:
    sections = sections_of(file, body, first_line)
    return {name: fill(file, sections[name], figures) for name in PARTS if name in sections}


def sections_of(file: Path, body: str, first_line: int) -> dict[str, list[tuple[int, str]]]:
    """Return the numbered lines under each `## heading`, without the blank ones."""
    sections: dict[str, list[tuple[int, str]]] = {}
    headings: dict[str, int] = {}
    lines = [(number, line.strip()) for number, line in enumerate(body.splitlines(), first_line) if line.strip()]
    current = ""
    for number, line in lines:
        if line.startswith("#"):
            current = line.removeprefix("## ")
            if current not in PARTS:
                raise ContentError(file, number, f"không có phần «{line}»; các phần: {', '.join(PARTS)}")
            if current in sections:
                raise ContentError(file, number, f"phần «{current}» viết hai lần")
            sections[current], headings[current] = [], number
        elif current:
            sections[current].append((number, line))
        else:
            raise ContentError(file, number, "đoạn này chưa thuộc phần nào, phía trên cần một dòng như «## what»")
    for name, paragraphs in sections.items():
        if not paragraphs:
            raise ContentError(file, headings[name], f"phần «{name}» đang bỏ trống")
    return sections
