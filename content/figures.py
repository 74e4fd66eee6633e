"""Numbers of a policy page: read once from its front matter, put into words wherever a paragraph names them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from content.errors import ContentError
from content.fields import Fields
from content.plain import plain
from conversation.page import Figure

FIELDS = frozenset(
    {"name", "unit", "document", "article", "caveat", "amount", "percent"}
    | {"effective_from", "effective_to", "verified_on", "verified_by"}
)
PLACEHOLDER = re.compile(r"\{(?P<figure>\w+)\.(?P<field>amount|percent|unit)\}")


def read_figures(fields: Fields) -> dict[str, Figure]:
    """Return the figures of a page by name. Raises ContentError."""
    figures: dict[str, Figure] = {}
    for item in fields.each("figures", FIELDS):
        figure = _figure(item)
        if figure.name in figures:
            raise item.error(f"số liệu «{figure.name}» viết hai lần", "name")
        figures[figure.name] = figure
    return figures


def _figure(fields: Fields) -> Figure:
    figure = Figure(
        name=fields.text("name"),
        unit=fields.text("unit"),
        document=fields.text("document"),
        article=fields.text("article"),
        caveat=fields.text("caveat"),
        amount=fields.number_or_none("amount"),
        percent=fields.number_or_none("percent"),
        effective_from=fields.day_or_none("effective_from"),
        verified_on=fields.day_or_none("verified_on"),
        verified_by=fields.text("verified_by", ""),
        effective_to=fields.day_or_none("effective_to"),
    )
    if figure.amount is None and figure.percent is None:
        raise fields.error(f"số liệu «{figure.name}» chưa có «amount» hay «percent»")
    if figure.percent is not None and not 0 < figure.percent <= 100:
        raise fields.error("«percent» là số từ 1 đến 100", "percent")
    if figure.amount is not None and figure.amount <= 0:
        raise fields.error("«amount» phải lớn hơn 0", "amount")
    if figure.effective_from and figure.effective_to and figure.effective_to < figure.effective_from:
        raise fields.error("«effective_to» đứng trước «effective_from»", "effective_to")
    if (figure.verified_on is not None) != bool(figure.verified_by):
        raise fields.error("«verified_on» và «verified_by» phải ghi cả hai, hoặc để trống cả hai", "verified_on")
    return figure


def fill(file: Path, lines: Sequence[tuple[int, str]], figures: Mapping[str, Figure]) -> str:
    """Return numbered lines of Markdown as a text for any chat: figures in words, caveats of the unverified below.

    Raises ContentError when a placeholder names no figure.
    """
    caveats: dict[str, None] = {}

    def words(match: re.Match[str]) -> str:
        figure = figures.get(match["figure"])
        value = _words(figure, match["field"]) if figure else ""
        if figure is None or not value:
            raise ContentError(file, number, f"{match[0]} không ứng với số liệu nào ở đầu trang")
        if not figure.verified:
            caveats[figure.caveat] = None
        return value

    filled = []
    for number, line in lines:
        paragraph = plain(PLACEHOLDER.sub(words, line))
        if "{" in paragraph or "}" in paragraph:
            raise ContentError(file, number, "chỗ điền số viết là {tên.percent}, {tên.amount} hoặc {tên.unit}")
        filled.append(paragraph)
    return "\n".join([*filled, *caveats])


def in_words(figure: Figure) -> str:
    """Return a figure as staff read it: `50%, 300 triệu đồng (cơ sở)`."""
    values = ", ".join(value for field in ("percent", "amount") if (value := _words(figure, field)))
    return f"{values} ({figure.unit})"


def _words(figure: Figure, field: str) -> str:
    """Return one value of a figure as it is read: `50%`, `300 triệu đồng`; empty when the figure has none."""
    if field == "unit":
        return figure.unit
    if field == "percent":
        return "" if figure.percent is None else f"{figure.percent}%"
    return "" if figure.amount is None else _dong(figure.amount)


def _dong(amount: int) -> str:
    """Return an amount of money in its largest whole unit: `1,5 tỷ đồng`, `300 triệu đồng`, `2.500 đồng`."""
    for size, name in ((1_000_000_000, " tỷ"), (1_000_000, " triệu")):
        if amount >= size:
            whole, rest = divmod(amount, size)
            fraction = f"{rest:0{len(str(size)) - 1}}".rstrip("0")
            return f"{_grouped(whole)}{',' + fraction if fraction else ''}{name} đồng"
    return f"{_grouped(amount)} đồng"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
