"""Wording an announcement for a channel: its text, what can be tapped or typed, its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from content.parts import length
from content.render import Renderer, can_press, day, nfc
from conversation.catalog import Library
from conversation.channel import CAPABILITIES, Attachment, Capabilities, Message, Shown
from conversation.reply import Reply
from conversation.training_class import TrainingClass

KEYS = {
    "news": "announcements/pushed",
    "correction": "announcements/correction",
    "reminder": "announcements/reminder",
}
# Flows that a word opens in any chat.
_WORDS = {">needs": "NHU CẦU", ">needs_full": "KHẢO SÁT", ">interest": "QUAN TÂM", ">classes": "LỚP"}


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement as it is sent; `buttons` are (label, link), `at` is when its sending began."""

    kind: str
    title: str
    text: str
    at: datetime
    buttons: Sequence[tuple[str, str]] = ()
    attachment: Attachment | None = None
    paid: bool = False


def word(renderer: Renderer, library: Library, announced: Announced, can: Capabilities) -> Message:
    """Return the one message an announcement is on a channel.

    Where nothing can be pressed each button becomes a line that says what to type: a code word, never a number, which
    only ever answers the open question. A file that the channel does not carry becomes its public address.
    """
    key = KEYS[announced.kind]
    lines = []
    choices = tuple(Shown(0, link, nfc(label)) for label, link in announced.buttons)
    pressed = can_press(choices, can)
    if not pressed:
        lines += [f"{label}: gõ {code_word(library, link)}" for label, link in announced.buttons]
    file = announced.attachment
    if file and not can.files and library.organisation.public_url:
        lines.append(f"{'Ảnh' if file.is_picture else 'Tệp'}: {library.organisation.public_url}{file.place}")
    values = {"title": announced.title, "text": announced.text, "at": announced.at, "lines": lines}
    return Message(
        key,
        renderer.words(Reply(key, values)),
        choices if pressed else (),
        buttons=bool(choices) and pressed,
        attachment=file if can.files else None,
        paid=announced.paid,
    )


def too_long(renderer: Renderer, library: Library, announced: Announced) -> str:
    """Return a sentence that says by how much an announcement is too long for some channel, "" where it fits all."""
    over = 0
    for can in CAPABILITIES.values():
        words = word(renderer, library, announced, can).text
        over = max(over, length(words, can.unit) - can.text_limit)
    if not over:
        return ""
    return f"Cả lời chào, tên tệp và dòng cuối, tin này dài hơn mức Zalo cho gửi {over} ký tự. Anh/chị viết gọn lại."


def code_word(library: Library, link: str) -> str:
    """Return what to type to follow a link."""
    kind, _, argument = link.removeprefix(">").partition("/")
    if link in _WORDS:
        return _WORDS[link]
    if kind == "class":
        return argument
    if kind == "round":
        return f"DT{argument}"
    page = library.pages.get(argument)
    return f"«{page.title}»" if page else argument.upper()


def facts(library: Library, announced: Announced, about: TrainingClass | None) -> dict[str, str]:
    """Return what of an announcement may fill the blanks of a paid template, by its source, "" where there is nothing;
    `about` is the class it is about."""
    site = library.organisation.public_url
    return {
        "title": nfc(announced.title),
        "first_line": nfc(announced.text.partition("\n")[0]),
        "class_code": about.code if about else "",
        "class_day": day(about.starts_at) if about else "",
        "link": f"{site}/lop/{about.code}" if site and about else f"{site}/chat" if site else "",
    }
