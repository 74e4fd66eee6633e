"""Wording a reply for one channel: pure, and done before anything is committed."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from conversation.calendar import VIETNAM, local_day
from conversation.catalog import Organisation
from conversation.channel import Capabilities, Message, Shown
from conversation.reply import Choice, Reply

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class Renderer:
    """Words replies from the templates of a folder; a value that a template lacks is an error, never an empty word."""

    def __init__(self, folder: Path, organisation: Organisation) -> None:
        self.templates = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=False,
            auto_reload=False,
            autoescape=False,  # noqa: S701 - plain text; pages escape what they show
        )
        self.templates.filters.update(_FILTERS)
        self.templates.globals["org"] = organisation
        self._public_url = organisation.public_url

    def render(self, replies: Sequence[Reply], capabilities: Capabilities, prompt: int) -> tuple[Message, ...]:
        """Return the messages a channel is to show; the last one's choices answer the open prompt of that number."""
        return tuple(message for reply in replies for message in self._messages(reply, capabilities, prompt))

    def _messages(self, reply: Reply, can: Capabilities, prompt: int) -> tuple[Message, ...]:
        shown = tuple(
            Shown(choice.number, _token(choice, prompt), choice.label) for choice in reply.choices if not choice.quiet
        )
        text = self.words(reply)
        pressed = bool(shown) and len(shown) <= can.buttons
        if pressed and can.button_label_limit:
            pressed = all(length(choice.label, can.unit) <= can.button_label_limit for choice in shown)
        if shown and not pressed:
            text = "\n".join([text, *(f"{choice.n}. {choice.label}" for choice in shown)])
        if reply.pictures and not can.pictures and self._public_url:
            text = "\n".join([text, *(f"{label}: {self._public_url}{place}" for place, label in reply.pictures)])
        *first, last = split(text, can.text_limit, can.unit)
        return (
            *(Message(reply.key, part) for part in first),
            Message(
                reply.key,
                last,
                shown,
                pressed,
                reply.pick_many,
                reply.wants,
                reply.pictures,
                reply.instead and not first,
            ),
        )

    def words(self, reply: Reply) -> str:
        """Return the words of a reply, without its choices."""
        text = self.templates.get_template(f"{reply.worded_by}.j2").render(reply.values)
        lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n")]
        return "\n".join(line for line in lines if line)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The templates there are."""
        return frozenset(name.removesuffix(".j2") for name in self.templates.list_templates(extensions=["j2"]))


def _token(choice: Choice, prompt: int) -> str:
    return choice.value if choice.is_link else f"{prompt}:{choice.value}"


def length(text: str, unit: str) -> int:
    """Return how long a text is in the unit its vendor counts: `characters`, or `utf16` code units."""
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text)


def split(text: str, limit: int, unit: str) -> list[str]:
    """Cut a text into parts within a limit, at a line's end where there is one, else at a space; nothing is lost."""
    parts = []
    while length(text, unit) > limit:
        cut = limit if unit == "characters" else _fitting(text, limit)
        at = max(text.rfind("\n", 0, cut), 0) or max(text.rfind(" ", 0, cut), 0) or cut
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*parts, text]


def _fitting(text: str, limit: int) -> int:
    """Return how many characters fit into a number of UTF-16 units; never half of one."""
    used = 0
    for count, letter in enumerate(text):
        used += 2 if ord(letter) > 0xFFFF else 1
        if used > limit:
            return count
    return len(text)


def _day_of(moment: date | datetime) -> date:
    return local_day(moment) if isinstance(moment, datetime) else moment


def day(moment: date | datetime) -> str:
    """`24/11/2026`."""
    return _day_of(moment).strftime("%d/%m/%Y")


def short_day(moment: date | datetime) -> str:
    """`24/11`."""
    return _day_of(moment).strftime("%d/%m")


def long_day(moment: date | datetime) -> str:
    """`thứ Ba 24/11`."""
    return f"{WEEKDAYS[_day_of(moment).weekday()]} {short_day(moment)}"


def clock(moment: datetime) -> str:
    """`19:58`, in Vietnam."""
    return moment.astimezone(VIETNAM).strftime("%H:%M")


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


_FILTERS: Mapping[str, Any] = {
    "day": day,
    "short_day": short_day,
    "long_day": long_day,
    "clock": clock,
    "lower_first": lower_first,
}
