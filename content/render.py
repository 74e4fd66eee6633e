"""Wording a reply for one channel: pure, and done before anything is committed."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from content.parts import length, split
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
            Shown(choice.number, _token(choice, prompt), nfc(choice.label))
            for choice in reply.choices
            if not choice.quiet
        )
        pressed = bool(shown) and can_press(shown, can)
        text = self.words(reply, pressed=pressed)
        if reply.pictures and not can.pictures and self._public_url:
            links = (f"{label}: {self._public_url}{quote(place)}" for place, label in reply.pictures)
            text = nfc("\n".join([text, *links]))
        listed = [] if pressed else _listed(shown, text, typed=reply.typed)
        *first, last = _laid_out(text, "\n".join(listed), can)
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

    def words(self, reply: Reply, *, pressed: bool = False) -> str:
        """Return the words of a reply, without its choices; `pressed` says that these are buttons."""
        text = self.templates.get_template(f"{reply.worded_by}.j2").render({"pressed": pressed, **reply.values})
        lines = [line.rstrip() for line in nfc(text).split("\n")]
        return "\n".join(line for line in lines if line)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The templates there are."""
        return frozenset(name.removesuffix(".j2") for name in self.templates.list_templates(extensions=["j2"]))


def _token(choice: Choice, prompt: int) -> str:
    return choice.value if choice.is_link else f"{prompt}:{choice.value}"


def nfc(text: str) -> str:
    """Return a text with each letter and its marks as one sign: what vendors count, and what looks the same is."""
    return unicodedata.normalize("NFC", text)


def can_press(shown: Collection[Shown], can: Capabilities) -> bool:
    """Whether a channel can show all of these as buttons: so many, labels as long, and what each sends back."""
    return len(shown) <= can.buttons and all(
        (not can.button_label_limit or length(one.label, can.unit) <= can.button_label_limit)
        and (not can.token_limit or len(one.token.encode()) <= can.token_limit)
        for one in shown
    )


def _listed(shown: Sequence[Shown], text: str, *, typed: bool) -> list[str]:
    """Return the lines that say what to type: the numbers, or, where a number is an answer, the words not yet said."""
    if not typed:
        return [f"{choice.n}. {choice.label}" for choice in shown]
    said = text.lower()
    words = [
        one.label.upper() for one in shown if not any(f"{how} {one.label.lower()}" in said for how in ("gõ", "để"))
    ]
    return [f"Hoặc gõ {' hay '.join(words)}."] if words else []


def _laid_out(text: str, listed: str, can: Capabilities) -> list[str]:
    """Return a text and its choices as messages; the choices stay together, with the words before them that fit."""
    whole = f"{text}\n{listed}" if listed else text
    if not listed or length(whole, can.unit) <= can.text_limit:
        return split(whole, can.text_limit, can.unit)
    lines = text.split("\n")
    end = listed
    while lines and length(f"{lines[-1]}\n{end}", can.unit) <= can.text_limit:
        end = f"{lines.pop()}\n{end}"
    before = split("\n".join(lines), can.text_limit, can.unit) if lines else []
    return [*before, *split(end, can.text_limit, can.unit)]


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
