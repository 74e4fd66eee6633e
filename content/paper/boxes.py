"""What a pen fills in: lines, boxes for single figures, boxes to tick. Sizes are in points."""

from collections.abc import Sequence
from typing import Any

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Table

from content.paper.fonts import REGULAR, markup, width_of

INDENT = 8 * mm
INK = HexColor("#5F6B76")
SIZE = 10
TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=SIZE, leading=14)
_LINE_HEIGHT = 8 * mm
_BOX = 3.4 * mm
_TICK = 6.5 * mm
_FIGURE = 6 * mm
_BETWEEN = 4 * mm
_NO_PADDING = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]


def lines(width: float, count: int = 1, behind: str = "") -> Any:
    """Return dotted lines to write on; `behind` stands at the end of each, as a unit does."""
    beside = width_of(behind, SIZE) + 2 * mm if behind else 0
    style = [
        *_NO_PADDING,
        ("LINEBELOW", (1, 0), (1, -1), 0.6, INK, "round", (0.5, 2)),
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
        ("LEFTPADDING", (2, 0), (2, -1), 2 * mm),
    ]
    rows = [["", "", _text(behind)] for _ in range(count)]
    return _table(rows, [INDENT, width - INDENT - beside, beside], style, height=_LINE_HEIGHT)


def figures(*parts: int | str) -> Any:
    """Return a row of boxes for single figures: `figures(4, 3, 3)`; a word stands between boxes as it is."""
    cells: list[Any] = [""]
    widths: list[float] = [INDENT]
    style: list[Any] = [*_NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    for place, part in enumerate(parts):
        if isinstance(part, str):
            cells.append(_text(part))
            widths.append(width_of(part, SIZE) + 2 * mm)
            style.append(("LEFTPADDING", (len(cells) - 1, 0), (len(cells) - 1, 0), mm))
            continue
        if place and not isinstance(parts[place - 1], str):
            cells.append("")
            widths.append(_BETWEEN)
        style.append(("GRID", (len(cells), 0), (len(cells) + part - 1, 0), 0.6, INK))
        cells += [""] * part
        widths += [_FIGURE] * part
    return _table([cells], widths, style, height=7.5 * mm)


def ticks(labels: Sequence[str], width: float, *, in_a_row: bool = False) -> Any:
    """Return a box before each label, in two columns where all labels are short; they are read downwards."""
    left = width - INDENT
    short = all(width_of(label, SIZE) <= left / 2 - _TICK - 2 * mm for label in labels)
    columns = len(labels) if in_a_row else 2 if short and len(labels) > 2 else 1
    down = -(-len(labels) // columns)
    rows: list[list[Any]] = []
    for row in range(down):
        cells: list[Any] = [""]
        for place in range(row, down * columns, down):
            cells += [_box(), _text(labels[place])] if place < len(labels) else ["", ""]
        rows.append(cells)
    style = [*_NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.2 * mm)]
    for column in range(columns):
        style.append(("TOPPADDING", (1 + 2 * column, 0), (1 + 2 * column, -1), 1 * mm))
    return _table(rows, [INDENT, *[_TICK, left / columns - _TICK] * columns], style)


def grid(headings: Sequence[Any], rows: int, width: float) -> Any:
    """Return an empty table to fill in, its headings on every page it goes over, its rows numbered."""
    beside = 8 * mm
    column = (width - beside) / len(headings)
    return Table(
        [["", *headings], *([_text(str(row)), *[""] * len(headings)] for row in range(1, rows + 1))],
        colWidths=[beside, *[column] * len(headings)],
        rowHeights=[None, *[10 * mm] * rows],
        repeatRows=1,
        style=[("GRID", (0, 0), (-1, -1), 0.6, INK), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
        spaceAfter=3 * mm,
    )


def _table(rows: list[list[Any]], widths: Sequence[float], style: Sequence[Any], height: float | None = None) -> Any:
    return Table(rows, colWidths=widths, rowHeights=height, style=style, hAlign="LEFT", spaceAfter=1 * mm)


def _text(text: str) -> Any:
    return Paragraph(markup(text), TEXT) if text else ""


def _box() -> Any:
    drawing = Drawing(_BOX, _BOX)
    drawing.add(Rect(0, 0, _BOX, _BOX, strokeColor=INK, strokeWidth=0.8, fillColor=None))
    return drawing
