"""Reading which of the offered choices is meant: by number, by label, by a part of a label."""

from collections.abc import Mapping

from conversation.answers.offer import Offer, Options
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import fold, normalise

MAX_TEXT = 300

_ALL = {"tat ca", "het", "ca", "tat", "toan bo", "ca hai", "het ca"}


def read_choice(text: str, options: Options, numbers: Mapping[int, str] | None = None) -> Reading:
    """Read one choice of (value, label) pairs; `numbers` says which value a typed number means, else 1 is the first."""
    if len(text) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    found = Offer(options, numbers).find(text)
    if not found.values:
        return refused(Problem.NO_SUCH_CHOICE, typed=normalise(text))
    if len(found.values) > 1:
        return refused(Problem.AMBIGUOUS, found.values)
    return understood(text, found.values[0], dict(options)[found.values[0]], sure=found.sure)


def read_choices(text: str, options: Options, numbers: Mapping[int, str] | None = None) -> Reading:
    """Read several choices, in the list's order: "1,3", "1 3", "mua may va lop quan ly"; "1-3" is asked about."""
    if len(text) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    offer = Offer(options, numbers)
    if fold(text) in _ALL:
        return refused(Problem.AMBIGUOUS, tuple(value for value, _ in options))
    picked: set[str] = set()
    sure = True
    for part, found in offer.find_each(text):
        if not found.values:
            return refused(Problem.NO_SUCH_CHOICE, typed=part)
        if len(found.values) > 1 and not found.together:
            return refused(Problem.AMBIGUOUS, found.values)
        picked |= set(found.values)
        sure = sure and found.sure
    if not picked:
        return refused(Problem.NO_SUCH_CHOICE, typed=normalise(text))
    chosen = {value: label for value, label in options if value in picked}
    return understood(text, " ".join(chosen), "; ".join(chosen.values()), sure=sure)
