"""A poster of one A4 page, to be read from two steps away: what, when, where, and how to get in."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import segno
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from content.outreach.door import Door
from content.outreach.subject import Subject
from content.paper.fonts import BOLD, REGULAR, letters, markup
from content.render import clock, day, long_day
from conversation.catalog import Organisation

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN
BAND = 26 * mm
GREEN = HexColor("#0B5C4A")
INK = HexColor("#1D2320")
SOFT = HexColor("#4A5550")
QR_SIDE = 68 * mm
FOOT = 14 * mm
WAYS_TOP = FOOT + 14 * mm + QR_SIDE
# The quiet zone of ISO/IEC 18004, in modules.
QUIET = 4
SIZES = tuple(range(100, 15, -5))


def poster(subject: Subject, organisation: Organisation, door: Door, file: BinaryIO) -> None:
    """Write the poster as a PDF whose QR leads through a door; the same gives the same bytes."""
    letters()
    page = Canvas(file, pagesize=A4, invariant=1, lang="vi")
    page.setTitle(f"{subject.title} · áp phích")
    page.setAuthor(organisation.name)
    _head(page, organisation)
    _what(page, subject)
    _ways(page, subject, organisation, door)
    page.showPage()
    page.save()


def qr_code(address: str, side: float) -> Any:
    """Return an address as a QR code, its quiet zone within a square of `side` points."""
    code = segno.make(address, error="m", micro=False)
    rows = list(code.matrix_iter(border=QUIET))
    module = side / len(rows)
    drawing = Drawing(side, side)
    drawing.add(Rect(0, 0, side, side, fillColor=white, strokeColor=None))
    for down, row in enumerate(rows, 1):
        for across, dark in enumerate(row):
            if dark:
                place = (across * module, side - down * module, module, module)
                drawing.add(Rect(*place, fillColor=black, strokeColor=None))
    return drawing


def _head(page: Any, organisation: Organisation) -> None:
    page.setFillColor(GREEN)
    page.rect(0, A4[1] - BAND, A4[0], BAND, stroke=0, fill=1)
    name = _fitting([(organisation.name, "name")], BAND - 8 * mm)
    _draw(page, name, A4[1] - (BAND - _height(name)) / 2)


def _what(page: Any, subject: Subject) -> None:
    """Draw the title and the facts, as large as the room between the head and the ways in allows."""
    room = A4[1] - BAND - WAYS_TOP - 22 * mm
    _draw(page, _fitting(list(_told(subject)), room), A4[1] - BAND - 10 * mm)


def _told(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield what the poster says, each with its style."""
    if subject.kind == "page":
        yield "Chính sách khuyến công", "kicker"
        yield subject.title, "title"
        yield subject.values["about"], "about"
        return
    offered = subject.values["offered"]
    whole = f"{clock(offered.starts_at)} {long_day(offered.starts_at)}/{offered.starts_at.year}"
    until = "" if day(offered.starts_at) == day(offered.ends_at) else f" {long_day(offered.ends_at)}"
    yield "LỚP MẪU để chạy thử" if offered.sample else "Lớp học, mời đăng ký", "kicker"
    yield offered.title, "title"
    yield "Thời gian", "label"
    yield offered.schedule[:1].upper() + offered.schedule[1:] or f"{whole} đến {clock(offered.ends_at)}{until}", "fact"
    yield "Nơi học", "label"
    yield offered.place, "fact"
    if offered.fee:
        yield "Học phí (theo thông báo lớp)", "label"
        yield offered.fee, "fact"
    yield "Nhận đăng ký", "label"
    yield f"đến hết {long_day(offered.deadline)}/{offered.deadline.year}, lớp có {offered.seats} chỗ", "fact"


def _ways(page: Any, subject: Subject, organisation: Organisation, door: Door) -> None:
    """Draw the QR, and beside it the code word and how to reach a person."""
    link = door.link
    page.setFillColor(GREEN)
    page.rect(MARGIN, WAYS_TOP + 5 * mm, WIDTH, 1.2, stroke=0, fill=1)
    bottom = WAYS_TOP - QR_SIDE
    renderPDF.draw(qr_code(link, QR_SIDE), page, MARGIN, bottom)
    page.linkURL(link, (MARGIN, bottom, MARGIN + QR_SIDE, WAYS_TOP))
    left = MARGIN + QR_SIDE + 8 * mm
    beside = [
        (door.hint, "way"),
        ("Gõ" if door.types_word else "Hoặc nhắn cho Trung tâm", "label"),
        (subject.word, "word" if subject.kind == "class" else "phrase"),
        ("Gặp cán bộ", "label"),
        (organisation.hotline, "phone"),
        (organisation.address, "way"),
    ]
    _draw(page, _fitting(beside, QR_SIDE, A4[0] - MARGIN - left), WAYS_TOP, left)
    small = (
        f"{link.partition('://')[2]}\nKiểm tra thật giả tại {organisation.check_page}. Không thu tiền qua tin nhắn, "
    )
    small += "không hỏi số căn cước, tài khoản hay mã OTP."
    _draw(page, _fitting([(small, "small")], FOOT + 4 * mm), FOOT + 8 * mm)


def _fitting(told: list[tuple[str, str]], room: float, width: float = WIDTH) -> list[Any]:
    """Return paragraphs of the largest size that fits into a room, the smallest where none does."""
    paragraphs: list[Any] = []
    for percent in SIZES:
        paragraphs = [_paragraph(text, style, percent / 100) for text, style in told if text]
        for one in paragraphs:
            one.wrap(width, room)
        widest = max((one.minWidth() for one in paragraphs), default=0)
        if _height(paragraphs) <= room and widest <= width:
            break
    return paragraphs


def _paragraph(text: str, style: str, scale: float) -> Any:
    """Return a paragraph; a title gives way first, all else follows once it is small."""
    font, size, ink, before = _STYLES[style]
    scale = scale if style == "title" else min(1, 1.6 * scale)
    size *= scale
    named = ParagraphStyle(
        style, fontName=font, fontSize=size, leading=size * 1.25, textColor=ink, spaceBefore=before * scale
    )
    return Paragraph(markup(text), named)


_STYLES: dict[str, tuple[str, float, Any, float]] = {
    "name": (BOLD, 22, white, 0),
    "kicker": (BOLD, 20, GREEN, 0),
    "title": (BOLD, 54, INK, 6),
    "label": (REGULAR, 15, SOFT, 12),
    "fact": (BOLD, 24, INK, 1),
    "about": (REGULAR, 21, INK, 10),
    "way": (REGULAR, 13, INK, 3),
    "word": (BOLD, 64, GREEN, 0),
    "phrase": (BOLD, 22, GREEN, 2),
    "phone": (BOLD, 26, INK, 0),
    "small": (REGULAR, 10.5, SOFT, 0),
}


def _height(paragraphs: list[Any]) -> float:
    return float(sum(one.height + (one.getSpaceBefore() if place else 0) for place, one in enumerate(paragraphs)))


def _draw(page: Any, paragraphs: list[Any], top: float, left: float = MARGIN) -> None:
    """Draw paragraphs below one another, the first at `top`."""
    for place, one in enumerate(paragraphs):
        top -= one.height + (one.getSpaceBefore() if place else 0)
        one.drawOn(page, left, top)
