"""Telling a question from an answer."""

import re

from conversation.answers.text import fold

_ENDS = re.compile(
    r"\b(?:bao nhieu|bnhieu)\b"
    r"|\b(?:khong|ko|(?<!\d )k|hong|chua|dau|gi|j|nao|sao|bn)(?: (?:a|ad|vay|the|ha|nhi|em|anh|chi|roi|tien|day|nua))*$"
)


def asks(text: str) -> bool:
    """Whether a text ends as questions do: "... được không ạ", "bao nhiêu tiền", "...?"."""
    return "?" in text or _ENDS.search(fold(text)) is not None
