"""Wording reminders: what a class or a round that draws near becomes as an announcement."""

from collections.abc import Mapping
from typing import Any

from content.render import Renderer
from conversation.reply import Reply


def remind_of_class(renderer: Renderer, of_class: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title and the text of the reminder of a class, from its row."""
    return _titled(renderer.words(Reply("reminders/class", dict(of_class))))


def remind_of_round(renderer: Renderer, of_round: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title and the text of the reminder of a round, from its row."""
    return _titled(renderer.words(Reply("reminders/round", dict(of_round))))


def _titled(words: str) -> tuple[str, str]:
    title, _, text = words.partition("\n")
    return title, text
