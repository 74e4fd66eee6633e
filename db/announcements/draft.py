"""An announcement as it is written."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from conversation.answers import normalise
from conversation.topics import TOPICS
from db import audience
from db.models import attachment, vendor_template

MAX_TITLE = 120
MAX_TEXT = 2000
MAX_BUTTONS = 3
MAX_LABEL = 40
MAX_LETTER = 100
NEWS, CORRECTION, REMINDER = "news", "correction", "reminder"


class AnnouncementRefused(Exception):
    """An announcement that cannot be kept, approved or changed; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Button:
    """What a recipient can tap; `link` is where it leads: `>class/QT1`, a page's, `>form/NAME`, `>round/3`."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An announcement as it is written.

    `attachment` is the SHA-256 of a kept file, `audience` a query, `letter` the number of the signed paper, `send_at`
    when it is to go, None for once it is approved. `template` is the paid one that goes to those whose window has
    closed, "" for none.
    """

    title: str
    text: str
    audience: str = ""
    send_at: datetime | None = None
    topic: str = ""
    buttons: tuple[Button, ...] = ()
    attachment: str | None = None
    letter: str = ""
    paid: bool = False
    kind: str = NEWS
    template: str = ""


def clean(title: str, text: str) -> tuple[str, str]:
    """Return a title on one line and a text with its lines kept, both without what cannot be seen.

    Raises AnnouncementRefused where one is missing or too long.
    """
    title = normalise(title)
    text = "\n".join(normalise(line) for line in text.splitlines()).strip()
    if not title or not text:
        raise AnnouncementRefused("Thông báo cần cả tiêu đề và nội dung.")
    if len(title) > MAX_TITLE:
        raise AnnouncementRefused(f"Tiêu đề dài {len(title)} ký tự; nhiều nhất là {MAX_TITLE}.")
    if len(text) > MAX_TEXT:
        raise AnnouncementRefused(f"Nội dung dài {len(text)} ký tự; nhiều nhất là {MAX_TEXT}.")
    return title, text


def values_of(connection: Connection, draft: Draft) -> dict[str, Any]:
    """Return what a draft says as values of a row; raises AnnouncementRefused or AudienceError."""
    title, text = clean(draft.title, draft.text)
    audience.read(connection, draft.audience)
    if draft.topic and draft.topic not in TOPICS:
        raise AnnouncementRefused(f"Không có chủ đề «{draft.topic}».")
    if len(draft.letter) > MAX_LETTER:
        raise AnnouncementRefused(f"Số công văn dài {len(draft.letter)} ký tự; nhiều nhất là {MAX_LETTER}.")
    if len(draft.buttons) > MAX_BUTTONS:
        raise AnnouncementRefused(f"Nhiều nhất {MAX_BUTTONS} nút.")
    for button in draft.buttons:
        if not button.label.strip() or len(button.label) > MAX_LABEL:
            raise AnnouncementRefused(f"Chữ trên nút cần có và dài nhất {MAX_LABEL} ký tự: «{button.label}».")
    known = select(attachment.c.sha).where(attachment.c.sha == draft.attachment)
    if draft.attachment and connection.execute(known).first() is None:
        raise AnnouncementRefused("Tệp kèm theo không còn. Anh/chị chọn lại tệp.")
    if draft.template:
        refuse_template_off(connection, draft.template)
    return {
        "title": title,
        "text": text,
        "attachment": draft.attachment,
        "buttons": [asdict(button) for button in draft.buttons],
        "topic": draft.topic,
        "audience": " ".join(draft.audience.split()),
        "send_at": draft.send_at,
        "letter": normalise(draft.letter),
        "paid": draft.paid,
        "template": draft.template,
    }


def refuse_template_off(connection: Connection, template: str) -> None:
    """Raise AnnouncementRefused where a paid template is not in use."""
    on = select(vendor_template.c.id).where(vendor_template.c.id == template, vendor_template.c.active)
    if connection.execute(on).first() is None:
        raise AnnouncementRefused(
            f"Mẫu tin trả phí «{template}» đang tắt. Anh/chị bỏ mẫu này, hoặc nhờ quản trị bật lại."
        )
