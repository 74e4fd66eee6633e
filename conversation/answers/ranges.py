"""Reading a number on a scale that the form sets."""

from decimal import Decimal

from conversation.answers.figures import grouped
from conversation.answers.numbers import read_decimal
from conversation.answers.reading import Problem, Reading, refused


def read_range(text: str, start: str, end: str, step: str) -> Reading:
    """Read a number from `start` to `end`, so many `step`s from it, all three as the form writes them."""
    reading = read_decimal(text)
    if reading.value is None:
        return reading
    first, last, stride = Decimal(start), Decimal(end), abs(Decimal(step))
    value = Decimal(reading.value)
    within = min(first, last) <= value <= max(first, last)
    if within and (not stride or (value - first) % stride == 0):
        return reading
    return refused(Problem.OUT_OF_RANGE, start=grouped(first), end=grouped(last), step=grouped(stride))
