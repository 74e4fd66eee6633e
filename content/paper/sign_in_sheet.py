"""The sheet that pupils sign when they come to a class, on A4."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from content.paper.boxes import INK, TEXT
from content.paper.fonts import BOLD, REGULAR, letters, markup, printable
from content.render import clock, day
from conversation.roster import Pupil, Session
from conversation.training_class import TrainingClass

# Sessions that find room for a signature side by side.
TOGETHER = 4
BLANK_LINES = 5
_MARGIN = 12 * mm
_LINE = 10 * mm
_WIDTHS = (9 * mm, 48 * mm, 48 * mm, 30 * mm, 25 * mm)
_CENTRE = ParagraphStyle("centre", TEXT, alignment=TA_CENTER, fontSize=9, leading=12)
_TITLE = ParagraphStyle("title", _CENTRE, fontName=BOLD, fontSize=14, leading=19, spaceAfter=1 * mm)
_UNDER = ParagraphStyle("under", _CENTRE, fontSize=10, leading=14, spaceAfter=3 * mm)
_CELL = ParagraphStyle("cell", TEXT, fontSize=9, leading=11)
_HEADING = ParagraphStyle("heading", _CENTRE, fontName=BOLD, fontSize=8.5, leading=10.5)


def sign_in_sheet(
    shown: TrainingClass, sessions: Sequence[Session], pupils: Sequence[Pupil], organisation: str, file: BinaryIO
) -> None:
    """Write the sheet: a line for each who is expected and a few blank ones, a box to sign for each session."""
    letters()
    size = landscape(A4)
    document = SimpleDocTemplate(
        file,
        pagesize=size,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=14 * mm,
        title=f"Danh sách ký tên lớp {shown.code}",
        author=organisation,
        lang="vi",
        invariant=1,
    )

    def below(canvas: Any, page: Any) -> None:
        canvas.setFont(REGULAR, 8)
        canvas.setFillColor(INK)
        canvas.drawString(_MARGIN, 8 * mm, printable(f"{organisation} · lớp {shown.code}"))
        canvas.drawRightString(size[0] - _MARGIN, 8 * mm, f"trang {page.page}")

    together = [sessions[start : start + TOGETHER] for start in range(0, len(sessions), TOGETHER)] or [()]
    story: list[Any] = []
    for some in together:
        story += [PageBreak()] if story else []
        story += _part(shown, some, pupils, organisation, size[0] - 2 * _MARGIN - 12)
    document.build(story, onFirstPage=below, onLaterPages=below)


def _part(
    shown: TrainingClass, sessions: Sequence[Session], pupils: Sequence[Pupil], organisation: str, width: float
) -> list[Any]:
    when = f"{day(shown.starts_at)} – {day(shown.ends_at)}"
    boxes = [_session(one) for one in sessions] or ["Ký tên"]
    room = (width - sum(_WIDTHS)) / len(boxes)
    heading = [Paragraph(words, _HEADING) for words in ("STT", "Họ và tên", "Cơ sở", "Mã", "Điện thoại", *boxes)]
    lines = [_line(number, one) + [""] * len(boxes) for number, one in enumerate(pupils, 1)]
    blank = [[str(len(pupils) + number), "", "", "", ""] + [""] * len(boxes) for number in range(1, BLANK_LINES + 1)]
    style = [
        ("GRID", (0, 0), (-1, -1), 0.5, INK),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("ALIGN", (0, 1), (0, -1), "CENTER"),
        ("FONT", (0, 1), (0, -1), REGULAR, 9),
    ]
    table = Table(
        [heading, *lines, *blank],
        colWidths=[*_WIDTHS, *[room] * len(boxes)],
        rowHeights=[None, *[_LINE] * (len(lines) + len(blank))],
        repeatRows=1,
        style=style,
    )
    return [
        Paragraph(markup(organisation), _CENTRE),
        Paragraph("DANH SÁCH HỌC VIÊN KÝ TÊN", _TITLE),
        Paragraph(markup(f"Lớp {shown.code}: {shown.title}. {when}. {shown.place}"), _UNDER),
        table,
    ]


def _line(number: int, pupil: Pupil) -> list[Any]:
    words = (pupil.name, pupil.business, pupil.code, pupil.phone)
    return [str(number), *(Paragraph(markup(word), _CELL) for word in words)]


def _session(session: Session) -> str:
    return f"{day(session.starts_at)[:5]}<br/>{clock(session.starts_at)}–{clock(session.ends_at)}"
