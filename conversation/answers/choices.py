"""Reading which of the offered choices is meant: by number, by label, by a part of a label."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from conversation.answers.amounts import amounts
from conversation.answers.labels import SEPARATOR, Fit, denies, expanded, label_of, squeezed
from conversation.answers.questions import asks
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import fold, normalise
from conversation.answers.words import vocabulary, word
from conversation.answers.yes_no import read_yes_no

MAX_TEXT = 300
MOST_WORDS_AROUND_A_LABEL = 12

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_RANGE = re.compile(r"\d\s*(?:-|–|—|~|->|→|đến|den|tới|toi)\s*\d")
_EITHER = re.compile(r"\b(?:hoac|hay)\b")
_ITEM = re.compile(r"\W*(\d{1,3})\W+(?=\w)")
_AROUND_NUMBERS = vocabulary(
    "số chọn câu mục ý cái thứ phương đáp án lựa ô và với hoặc hay dạ vâng ạ nhé nha em anh chị tôi mình lấy là đi "
    "từ đến tới"
)
_OPTIONAL = vocabulary(
    "tôi em anh chị mình là ở thì ạ dạ vâng ừ nhé nha chọn lấy muốn xin mục số câu bên nhà xưởng làm nghề ngành đi ơi"
)
_ALL = {"tat ca", "het", "ca", "tat", "toan bo", "ca hai", "het ca"}

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Found:
    """The values a text may mean; `together` when it names them side by side."""

    values: tuple[str, ...] = ()
    sure: bool = True
    together: bool = False


def read_choice(text: str, options: Options, numbers: Mapping[int, str] | None = None) -> Reading:
    """Read one choice of (value, label) pairs; `numbers` says which value a typed number means, else 1 is the first."""
    if len(text) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    found = _Offer(options, numbers).find(text)
    if not found.values:
        return refused(Problem.NO_SUCH_CHOICE, typed=normalise(text))
    if len(found.values) > 1:
        return refused(Problem.AMBIGUOUS, found.values)
    return understood(text, found.values[0], dict(options)[found.values[0]], sure=found.sure)


def read_choices(text: str, options: Options, numbers: Mapping[int, str] | None = None) -> Reading:
    """Read several choices, in the list's order: "1,3", "1 3", "mua may va lop quan ly"; "1-3" is asked about."""
    if len(text) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    offer = _Offer(options, numbers)
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


class _Offer:
    """The choices a text is compared with."""

    def __init__(self, options: Options, numbers: Mapping[int, str] | None) -> None:
        self.labels = [(value, label_of(label)) for value, label in options]
        self.most_pieces = max((label.pieces for _, label in self.labels), default=1)
        values = [value for value, _ in options]
        counted = dict(enumerate(values, 1)) if numbers is None else numbers
        self.numbers = {number: value for number, value in counted.items() if value in values}

    def find(self, text: str) -> _Found:
        """Find what a text means, from the strictest way of reading it to the loosest."""
        labelled, numbered = self._labelled(text), _numbers(text)
        either = _EITHER.search(fold(text)) is not None
        if labelled or numbered:
            missing = not labelled and any(number not in self.numbers for number in numbered)
            values = _once([*labelled, *self._of(numbered)])
            return (
                replace(self._fitting(text), sure=False)
                if missing
                else _Found(values, together=not labelled and not either)
            )
        if (item := _ITEM.match(text)) and (named := self._labelled(text[item.end() :])):
            return _Found(_once([*named, *self._of([int(item[1])])]))
        agrees = read_yes_no(text)
        saying = [value for value, label in self.labels if agrees is not None and label.says is agrees]
        if len(saying) == 1:
            return _Found((saying[0],))
        found = self._fitting(text)
        return found if agrees is None else replace(found, sure=False)

    def find_each(self, text: str) -> Iterable[tuple[str, _Found]]:
        """Find what each part of a list means; a label that holds a comma itself is one part."""
        typed = normalise(text)
        cuts = [*SEPARATOR.finditer(typed)]
        starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(typed)]
        first = 0
        while first < len(starts):
            last = self._longest_label(typed, starts, ends, first)
            part = typed[starts[first] : ends[last]]
            if part:
                yield part, self._part(part)
            first = last + 1

    def _longest_label(self, typed: str, starts: list[int], ends: list[int], first: int) -> int:
        """Return the last of the parts from `first` on that make up one whole label."""
        furthest = min(first + self.most_pieces, len(starts)) - 1
        labels = (last for last in range(furthest, first, -1) if self._labelled(typed[starts[first] : ends[last]]))
        return next(labels, first)

    def _part(self, part: str) -> _Found:
        numbers = _numbers(part)
        if len(numbers) == 2 and _RANGE.search(part):
            between = [number for number in self.numbers if min(numbers) <= number <= max(numbers)]
            return _Found(tuple(self._of(between)), sure=False)
        found = self.find(part)
        digits = re.fullmatch(r"\d{2,9}", part)
        if not found.values and digits and len(set(part)) == len(part) and max(self.numbers, default=0) < 10:
            values = self._of(int(digit) for digit in part)
            return _Found(tuple(values), sure=False, together=True) if len(values) == len(part) else _Found()
        return found

    def _of(self, numbers: Iterable[int]) -> list[str]:
        return [self.numbers[number] for number in numbers if number in self.numbers]

    def _labelled(self, text: str) -> list[str]:
        """Return the values whose whole label was typed, else those whose label begins so up to a comma or bracket."""
        written = normalise(text).lower()
        exact = [value for value, label in self.labels if label.written == written]
        if exact:
            return exact
        typed = squeezed(expanded(text))
        if not typed:
            return []
        whole = [value for value, label in self.labels if label.squeezed == typed]
        return whole or [value for value, label in self.labels if label.head == typed]

    def _fitting(self, text: str) -> _Found:
        """Find labels that hold all that was typed, else labels that stand in it; a mere yes is never guessed."""
        labels = [(value, label) for value, label in self.labels if not (label.says and len(label.parts) == 1)]
        typed = tuple(dict.fromkeys(expanded(text)))
        needed = tuple(one for one in typed if one not in _OPTIONAL) or typed
        best, values = Fit.NONE, tuple[str, ...]()
        for words in dict.fromkeys((typed, needed)) if typed else ():
            fits = {value: label.fit(words) for value, label in labels if len(words) <= len(label.words) + 1}
            closest = max(fits.values(), default=Fit.NONE)
            if closest > best:
                best, values = closest, tuple(value for value, fit in fits.items() if fit is closest)
        if values:
            fitting = [label for value, label in labels if value in values]
            denied = any(label.says is not None or denies(label.words) for label in fitting)
            return _Found(values, sure=best is not Fit.GUESS and (denies(typed) or not denied))
        if asks(text) or denies(typed) or len(typed) > MOST_WORDS_AROUND_A_LABEL:
            return _Found()
        named = tuple(value for value, label in labels if label.says is None and label.is_named_in(typed))
        return _Found(named, sure=False, together=True)


def _numbers(text: str) -> tuple[int, ...]:
    """Return the numbers a text consists of: "1", "số 1", "1 và 3", "một"; nothing where it holds anything else."""
    tokens = _TOKEN.findall(normalise(text).lower())
    tokens = [token for token in tokens if token.isdecimal() or word(token) not in _AROUND_NUMBERS]
    if all(token.isdecimal() for token in tokens):
        return tuple(int(token) for token in tokens)
    if any(token.isdecimal() for token in tokens):
        return ()
    spelled = amounts(" ".join(tokens))
    if spelled.rest or spelled.vague or any(one.value != int(one.value) for one in spelled.found):
        return ()
    return tuple(int(one.value) for one in spelled.found)


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
