"""Answers to select questions: values with spaces between."""

import math

from conversation.expressions.functions.registry import function
from conversation.expressions.values import number_of, text_of


@function("selected", text_of, text_of)
def selected(answer: str, value: str) -> bool:
    return value.strip() in (answer.split() or [""])


@function("selected-at", text_of, number_of)
def selected_at(answer: str, index: float) -> str:
    """From 0; '' where there is none."""
    values = answer.split()
    return values[int(index)] if math.isfinite(index) and 0 <= int(index) < len(values) else ""


@function("count-selected", text_of)
def count_selected(answer: str) -> float:
    return float(len(answer.split()))
