"""A text message of 160 characters, without tones, so that it costs one message on any telephone."""

import re
import unicodedata
from collections.abc import Iterator

from content.outreach.subject import OutreachRefused, Subject
from content.render import Renderer
from conversation.catalog import Organisation
from conversation.reply import Reply

LIMIT = 160
FEWEST_WORDS = 3
LONGEST_NUMBER = 11
CHAT = "chat"
# The letters of GSM 03.38 that cost one character each and that no tone mark hides in.
GSM = frozenset("@$_ !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\n")
_SIGNS = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "’": "'", "‘": "'"})


def toneless(text: str) -> str:
    """Return a text in GSM's letters, on one line; signs it has none for are left out.

    Raises OutreachRefused for a letter or figure it has none for, which nobody may leave out.
    """
    marked = unicodedata.normalize("NFD", text.translate(_SIGNS))
    plain = "".join(one for one in marked if not unicodedata.combining(one))
    for one in plain:
        if one.isalnum() and one not in GSM:
            raise OutreachRefused(f"Tin SMS không viết được chữ «{one}». Anh/chị sửa chữ ấy rồi mở lại trang này.")
    return " ".join("".join(one if one in GSM else " " for one in plain).split())


def text_message(renderer: Renderer, subject: Subject, organisation: Organisation) -> str:
    """Return the message: every fact whole, the title's last words left out where there is no room for all.

    Raises OutreachRefused where three words of the title and the facts still do not fit.
    """
    link = subject.link(organisation.public_url, "sms").partition("://")[2]
    figures = re.sub(r"[ .]", "", organisation.hotline)
    hotline = figures if figures.isdecimal() and len(figures) <= LONGEST_NUMBER else organisation.hotline
    text = ""
    for title, way, name in _ways(subject.title, link or CHAT, organisation.name):
        values = {"title": title, "way": way, "name": name, "word": subject.word, "hotline": hotline}
        values |= subject.values
        text = toneless(renderer.words(Reply(f"outreach/{subject.kind}/sms", values)))
        if len(text) <= LIMIT:
            return text
    raise OutreachRefused(
        f"Ngắn nhất vẫn cần {len(text)} ký tự, một tin SMS chỉ có {LIMIT}. "
        "Anh/chị viết gọn lại tên và địa điểm rồi mở lại trang này."
    )


def _ways(title: str, way: str, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield what may be said, the fullest first: the title with its stop, the way besides calling, who speaks."""
    whole = title.rstrip(". ") + "."
    words = title.split()
    yield whole, way, name
    for left in (way, ""):
        yield whole, left, ""
        for count in range(len(words) - 1, FEWEST_WORDS - 1, -1):
            yield " ".join(words[:count]).rstrip(",;:-–(.") + "...", left, ""
