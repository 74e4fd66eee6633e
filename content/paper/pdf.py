"""A form as an A4 PDF, to be filled in with a pen."""

import io
from typing import Any, BinaryIO

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from content.paper.boxes import INK, TEXT
from content.paper.fonts import BOLD, REGULAR, letters, markup, printable
from content.paper.story import Story
from content.paper.wording import short_sha
from conversation.catalog import Organisation
from conversation.form import Form

MARGIN = 18 * mm
# What reportlab leaves free within a page's frame.
PADDING = 6
WIDTH = A4[0] - 2 * MARGIN
LONGEST_FOOTER = 70
ASKER = ParagraphStyle("asker", TEXT, fontName=BOLD)
REACHED = ParagraphStyle("reached", TEXT, fontSize=9, leading=12, alignment=TA_RIGHT)
TITLE = ParagraphStyle(
    "title", TEXT, fontName=BOLD, fontSize=16, leading=21, alignment=TA_CENTER, spaceBefore=5 * mm, spaceAfter=3 * mm
)
SMALL = ParagraphStyle("small", TEXT, fontSize=9, leading=12, spaceBefore=2 * mm)
HOW = "Đánh dấu x vào ô được chọn, viết rõ từng chữ. Câu có dấu * cần có câu trả lời."
DOTS = "." * 24


def paper_form(form: Form, organisation: Organisation, file: BinaryIO) -> None:
    """Write a form as an A4 PDF; the same form gives the same bytes."""
    pages = _build(form, organisation, io.BytesIO(), 0)
    _build(form, organisation, file, pages)


def _build(form: Form, organisation: Organisation, file: BinaryIO, pages: int) -> int:
    """Write the document, each page saying of how many; return how many there are."""
    letters()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=15 * mm,
        bottomMargin=18 * mm,
        title=form.title,
        author=organisation.name,
        lang="vi",
        invariant=1,
    )
    foot = f"{printable(form.title)[:LONGEST_FOOTER]} · bản {short_sha(form)}"

    def below(canvas: Any, page: Any) -> None:
        canvas.setFont(REGULAR, 8)
        canvas.setFillColor(INK)
        canvas.drawString(MARGIN, 10 * mm, foot)
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, f"trang {page.page}/{pages}")

    document.build([*_head(form, organisation), *Story(form, WIDTH).told()], onFirstPage=below, onLaterPages=below)
    return int(document.page)


def _head(form: Form, organisation: Organisation) -> list[Any]:
    """Who asks, how to reach them, the title, and what the office writes."""
    reached = [f"Điện thoại: {organisation.hotline}", organisation.address, organisation.check_page]
    who = Paragraph(markup(organisation.name), ASKER)
    how = Paragraph(markup("\n".join(filter(None, reached))), REACHED)
    code = f"Mã phiếu (cán bộ ghi): {form.prefix}-{DOTS}"
    return [
        _row([who, how], [0.55, 0.45]),
        Paragraph(markup(form.title), TITLE),
        _row([Paragraph(code, TEXT), Paragraph(f"Ngày ghi: {'.' * 8}/{'.' * 8}/20{'.' * 6}", TEXT)], [0.58, 0.42]),
        Paragraph(HOW, SMALL),
    ]


def _row(cells: list[Any], shares: list[float]) -> Any:
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, 0), 0),
        ("RIGHTPADDING", (-1, 0), (-1, 0), 0),
    ]
    return Table([cells], colWidths=[share * WIDTH for share in shares], style=style)
