"""The words of a form where nobody answers back: numbers of its questions, what quotes another, when to answer."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from content.paper.conditions import in_words
from conversation.form import Form, Group, Question

# A longer list is written out, not ticked.
LONGEST_LIST = 30
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


@dataclass(frozen=True)
class Wording:
    """A form's words; its questions are numbered from 1 in the order of the sheet."""

    form: Form

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of every question a person answers, by name."""
        asked = (question.name for question in self.form.questions if question.asked)
        return {name: number for number, name in enumerate(asked, 1)}

    def plain(self, text: str) -> str:
        """Return a label with `${name}` as "[câu 3]", and as "…" where that is not asked."""
        return unicodedata.normalize("NFC", _REFERENCE.sub(self._reference, text)).strip()

    def _reference(self, match: re.Match[str]) -> str:
        number = self.numbers.get(match[1])
        return f"[câu {number}]" if number else "…"

    def when(self, member: Question | Group) -> str:
        """Return when a question or group is to be answered at all; empty for always."""
        if member.relevant in {"", "true()"}:
            return ""
        words = in_words(self.form, self.numbers, member.relevant)
        return f"Chỉ trả lời nếu {words}." if words else "Chỉ trả lời nếu phù hợp."

    def always_when(self, question: Question) -> list[str]:
        """Return all that must hold for a question to be answered, that of its groups first."""
        above = (self.form.group_at[question.path[:depth]] for depth in range(1, len(question.path) + 1))
        members: list[Question | Group] = [*above, question]
        return [words for member in members if (words := self.when(member))]


def unquoted(text: str) -> str:
    """Return a label with "…" for each `${name}`."""
    return unicodedata.normalize("NFC", _REFERENCE.sub("…", text)).strip()


def is_long(question: Question) -> bool:
    """Whether a question has more options than are ticked one by one."""
    return len(question.options) > LONGEST_LIST


def short_sha(form: Form) -> str:
    """Return the few signs that name a form's version on paper."""
    return form.sha[:8]
