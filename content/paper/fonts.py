"""The font of what is printed, which has every Vietnamese letter, and text made fit for it."""

import unicodedata
from functools import lru_cache
from xml.sax.saxutils import escape

import fontpkg
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FAMILY = "Be Vietnam Pro"
REGULAR, BOLD, ITALIC = "BeVietnamPro", "BeVietnamPro-Bold", "BeVietnamPro-Italic"


@lru_cache(maxsize=1)
def letters() -> frozenset[int]:
    """Make the font known to reportlab; return the code points it has."""
    for name, weight, style in ((REGULAR, 400, "normal"), (BOLD, 700, "normal"), (ITALIC, 400, "italic")):
        pdfmetrics.registerFont(TTFont(name, str(fontpkg.path(FAMILY, weight=weight, style=style))))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def printable(text: str) -> str:
    """Return a text without the signs the font lacks (emoji); a letter it lacks stays, as an empty box."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(one for one in composed if ord(one) in letters() or one.isspace() or one.isalnum())


def markup(text: str) -> str:
    """Return a text as reportlab's paragraphs take it, its line breaks kept."""
    return "<br/>".join(escape(line) for line in printable(text).splitlines())


def width_of(text: str, size: float) -> float:
    """Return how wide a text is on one line, in points."""
    return float(pdfmetrics.stringWidth(printable(text), REGULAR, size))
