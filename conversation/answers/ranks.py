"""Reading an order of all the offered choices."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from conversation.answers.offer import Found, Offer, Options, numbers_in
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import normalise

MAX_TEXT = 300

_ONE_RUN = re.compile(r"\d{2,9}")
_COUNTED = re.compile(r"(?<!\w)(\d)\s*[.):]\s*(?=[^\W\d])")
_ARROW = re.compile(r"\s*(?:[-–]?>|→)\s*")
_THEN = re.compile(r"\s*\b(?:rồi|roi|sau đó|sau do|tiếp theo|tiep theo)(?: (?:đến|den|tới|toi|là|la))?\b\s*")


def read_rank(text: str, options: Options, numbers: Mapping[int, str] | None = None) -> Reading:
    """Read an order of all (value, label) pairs: "2,1,3", "2 1 3", "moc, may, dan"; the first named comes first.

    `numbers` says which value a typed number means, else 1 is the first.
    """
    if len(text) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    offer = Offer(options, numbers)
    order: list[str] = []
    sure = True
    for part in offer.cut(_with_commas(text, offer)):
        found = _in_order(part, offer)
        if not found.values:
            return refused(Problem.NO_SUCH_CHOICE, typed=part)
        if not found.together and len(found.values) > 1:
            return refused(Problem.AMBIGUOUS, found.values)
        order += found.values
        sure = sure and found.sure
    labels, times = dict(options), Counter(order)
    missing = "; ".join(label for value, label in options if not times[value])
    twice = "; ".join(labels[value] for value in times if times[value] > 1)
    if missing or twice or not order:
        return refused(Problem.RANK_ALL, missing=missing, twice=twice)
    return understood(text, " ".join(order), "; ".join(labels[value] for value in order), sure=sure)


def _with_commas(text: str, offer: Offer) -> str:
    """Return a text with a comma for "rồi đến", for an arrow, and for each number of "1. may 2. moc".

    What stands in a label stays.
    """
    typed = normalise(text).lower()
    counted = [int(number) for number in _COUNTED.findall(typed)]
    if len(counted) > 1 and counted == list(range(1, len(counted) + 1)):
        return _COUNTED.sub(", ", typed)
    for then in (_ARROW, _THEN):
        if not any(then.search(label.written) for _, label in offer.labels):
            typed = then.sub(", ", typed)
    return typed


def _in_order(part: str, offer: Offer) -> Found:
    """Find the values that numbers or labels side by side name, in their order and as often as they are named."""
    numbers = () if offer.labelled(part) else numbers_in(part)
    run = _ONE_RUN.fullmatch(part)
    if run and numbers and numbers[0] not in offer.numbers and max(offer.numbers, default=0) < 10:
        numbers = tuple(int(digit) for digit in part)
    if numbers:
        known = all(number in offer.numbers for number in numbers)
        return Found(tuple(offer.of(numbers)), sure=not run or len(numbers) == 1, together=True) if known else Found()
    words = part.split()
    if len(side_by_side := _side_by_side(words, offer)) > 1:
        return Found(side_by_side, together=True)
    word_by_word = [offer.find(word).values for word in words]
    if len(words) == len(offer.labels) > 1 and all(len(values) == 1 for values in word_by_word):
        return Found(tuple(values[0] for values in word_by_word), sure=False, together=True)
    return replace(offer.find(part), together=False)


def _side_by_side(words: list[str], offer: Offer) -> tuple[str, ...]:
    """Return the values of whole labels that make up all the words: "moc may dan"; nothing where a word is left."""
    if not words:
        return ()
    for last in range(len(words), 0, -1):
        named = offer.labelled(" ".join(words[:last]))
        if len(named) == 1:
            rest = _side_by_side(words[last:], offer)
            if rest or last == len(words):
                return (named[0], *rest)
    return ()
