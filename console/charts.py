"""Charts of answers: what to draw for each kind of question, from its tally."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from statistics import median

from console.pages import number
from conversation.answers import money_in_words
from conversation.form import FILES, Question
from conversation.form_reading import in_words
from conversation.places import Places
from db.summaries import Tally

_REFERENCE = re.compile(r"\$\{[^{}]*\}")
MOST_BARS = 10
NICE = (1, 2, 5)
NUMBERS = frozenset({"integer", "decimal", "range"})


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `share` is its part of those who answered, `length` of the longest bar, both in percent."""

    label: str
    count: int
    share: int
    length: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart of one question; `facts` are figures beside it, `said` the last answers in people's own words."""

    name: str
    label: str
    answered: int
    asked: int
    bars: tuple[Bar, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()
    note: str = ""


def chart(question: Question, tally: Tally, places: Places) -> Chart:
    """Return the chart of a question: bars in the form's order, a histogram, months, communes, or the last texts."""
    facts: tuple[tuple[str, str], ...] = ()
    said: tuple[str, ...] = ()
    notes = ["tính trên từng mục của phần lặp"] if tally.in_repeat else []
    counts: Sequence[tuple[str, int]] = ()
    if question.options:
        counts = [(option.label, tally.counts[option.value]) for option in question.options]
        facts = _mean_places(question, tally) if question.kind == "rank" else ()
        notes += ["một người chọn được nhiều mục"] if question.kind == "select_multiple" else []
    elif "kc-commune" in question.appearance:
        counts = _most([(in_words(question, code, places), count) for code, count in tally.counts.most_common()])
    elif question.kind in NUMBERS:
        numbers = _numbers(tally.counts)
        money = "kc-money" in question.appearance
        counts = histogram(numbers, whole=question.kind == "integer", money=money)
        facts = _figures(numbers, money=money)
    elif question.kind in {"date", "dateTime"}:
        counts = _months(tally.counts)
    elif question.kind not in FILES:
        said = tuple(tally.latest)
    return Chart(
        question.name,
        _REFERENCE.sub("…", question.short or question.label),
        tally.answered,
        max(tally.asked, tally.answered),
        tuple(bars(counts, tally.answered)),
        facts,
        said,
        "; ".join(notes),
    )


def bars(counts: Sequence[tuple[str, int]], answered: int) -> Iterator[Bar]:
    """Yield a bar for each count, each as a part of those who answered and of the longest."""
    longest = max((count for _, count in counts), default=0)
    for label, count in counts:
        yield Bar(label, count, round(100 * count / answered) if answered else 0, round(100 * count / max(1, longest)))


def _most(counts: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    rest = sum(count for _, count in counts[MOST_BARS:])
    return [*counts[:MOST_BARS], *([("Nơi khác", rest)] if rest else [])]


def _mean_places(question: Question, tally: Tally) -> tuple[tuple[str, str], ...]:
    ranked = [(option.label, tally.places[option.value], tally.counts[option.value]) for option in question.options]
    means = [(label, round(Decimal(places) / count, 1)) for label, places, count in ranked if count]
    return tuple((f"Hạng trung bình: {label}", number(mean)) for label, mean in means)


def _numbers(counts: Counter[str]) -> Counter[Decimal]:
    found: Counter[Decimal] = Counter()
    for text, count in counts.items():
        try:
            found[Decimal(text)] += count
        except InvalidOperation:
            continue
    return found


def histogram(numbers: Mapping[Decimal, int], *, whole: bool, money: bool = False) -> list[tuple[str, int]]:
    """Return at most ten bins of a round width, each with how many numbers fall into it."""
    if not numbers:
        return []
    least, most = min(numbers), max(numbers)
    words = _sum_in_words if money else number
    if whole and most - least < MOST_BARS:
        return [(words(value), numbers.get(value, 0)) for value in map(Decimal, range(int(least), int(most) + 1))]
    if least == most:
        return [(words(least), numbers[least])]
    width = _nice((most - least) / MOST_BARS)
    start = least // width * width
    edges = [start + width * place for place in range(int((most - start) // width) + 2)]
    bins = [(low, high, sum(n for value, n in numbers.items() if low <= value < high)) for low, high in pairwise(edges)]
    return [(f"{words(low)} đến dưới {words(high)}", count) for low, high, count in bins]


def _nice(width: Decimal) -> Decimal:
    """Return the next larger of 1, 2, 5, 10, 20, 50 …"""
    power = Decimal(10) ** width.adjusted()
    return next((power * step for step in NICE if power * step >= width), power * 10)


def _figures(numbers: Counter[Decimal], *, money: bool) -> tuple[tuple[str, str], ...]:
    if not numbers:
        return ()
    every = sorted(numbers.elements())
    words = _sum_in_words if money else number
    middle = Decimal(median(every))
    figures = [("Ít nhất", every[0]), ("Giữa", middle), ("Nhiều nhất", every[-1]), ("Tổng", sum(every, Decimal(0)))]
    return tuple((name, words(value)) for name, value in figures)


def _sum_in_words(value: Decimal) -> str:
    return money_in_words(round(value))


def _months(counts: Counter[str]) -> list[tuple[str, int]]:
    months: Counter[str] = Counter()
    for day, count in counts.items():
        months[day[:7]] += count
    return [(f"{month[5:]}/{month[:4]}", months[month]) for month in sorted(months)]
