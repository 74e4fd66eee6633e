"""What was offered, and which of it a text may mean."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from conversation.answers.amounts import amounts
from conversation.answers.labels import SEPARATOR, Fit, denies, expanded, label_of, squeezed
from conversation.answers.questions import asks
from conversation.answers.text import fold, normalise
from conversation.answers.words import Word, vocabulary, word, words_of
from conversation.answers.yes_no import read_yes_no

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

_DONE, _AROUND_DONE = vocabulary("rồi đã"), vocabulary("dạ vâng có xong ạ nhé em anh chị")

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """The values a text may mean; `together` when it names them side by side."""

    values: tuple[str, ...] = ()
    sure: bool = True
    together: bool = False


class Offer:
    """The choices a text is compared with."""

    def __init__(self, options: Options, numbers: Mapping[int, str] | None) -> None:
        self.labels = [(value, label_of(label)) for value, label in options]
        self.most_pieces = max((label.pieces for _, label in self.labels), default=1)
        values = [value for value, _ in options]
        counted = dict(enumerate(values, 1)) if numbers is None else numbers
        offered = set(values)
        self.numbers = {number: value for number, value in counted.items() if value in offered}

    def find(self, text: str) -> Found:
        """Find what a text means, from the strictest way of reading it to the loosest."""
        labelled, numbered = self.labelled(text), numbers_in(text)
        either = _EITHER.search(fold(text)) is not None
        if labelled or numbered:
            missing = not labelled and any(number not in self.numbers for number in numbered)
            values = _once([*labelled, *self.of(numbered)])
            return (
                replace(self._fitting(text), sure=False)
                if missing
                else Found(values, together=not labelled and not either)
            )
        if (item := _ITEM.match(text)) and (named := self.labelled(text[item.end() :])):
            return Found(_once([*named, *self.of([int(item[1])])]))
        agrees = True if _says_done(text) else read_yes_no(text)
        if agrees is not None and (saying := self._saying(agrees, expanded(text))):
            return Found(saying)
        found = self._fitting(text)
        return found if agrees is None else replace(found, sure=False)

    def find_each(self, text: str) -> Iterable[tuple[str, Found]]:
        """Find what each part of a list means."""
        return ((part, self._part(part)) for part in self.cut(text))

    def cut(self, text: str) -> Iterable[str]:
        """Cut a list into its parts; a label that holds a comma itself is one part."""
        typed = normalise(text)
        cuts = [*SEPARATOR.finditer(typed)]
        starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(typed)]
        first = 0
        while first < len(starts):
            last = self._longest_label(typed, starts, ends, first)
            part = typed[starts[first] : ends[last]]
            if part:
                yield part
            first = last + 1

    def _longest_label(self, typed: str, starts: list[int], ends: list[int], first: int) -> int:
        """Return the last of the parts from `first` on that make up one whole label."""
        furthest = min(first + self.most_pieces, len(starts)) - 1
        labels = (last for last in range(furthest, first, -1) if self.labelled(typed[starts[first] : ends[last]]))
        return next(labels, first)

    def _part(self, part: str) -> Found:
        numbers = numbers_in(part)
        if len(numbers) == 2 and _RANGE.search(part):
            between = [number for number in self.numbers if min(numbers) <= number <= max(numbers)]
            return Found(tuple(self.of(between)), sure=False)
        found = self.find(part)
        digits = re.fullmatch(r"\d{2,9}", part)
        if not found.values and digits and len(set(part)) == len(part) and max(self.numbers, default=0) < 10:
            values = self.of(int(digit) for digit in part)
            return Found(tuple(values), sure=False, together=True) if len(values) == len(part) else Found()
        return found

    def of(self, numbers: Iterable[int]) -> list[str]:
        """Return the values that numbers stand for."""
        return [self.numbers[number] for number in numbers if number in self.numbers]

    def labelled(self, text: str) -> list[str]:
        """Return the values whose whole label was typed, else those whose label begins so up to a comma or bracket.

        Where the typed marks are another word's, labels with that word are meant as well: "mây" is no "May".
        """
        written = normalise(text).lower()
        exact = [value for value, label in self.labels if label.written == written]
        if exact:
            return exact
        words = expanded(text)
        typed = squeezed(words)
        if not typed:
            return []
        whole = [(value, label) for value, label in self.labels if label.squeezed == typed]
        named = whole or [(value, label) for value, label in self.labels if label.head == typed]
        if named and all(label.contradicts(words) for _, label in named):
            named += [(value, label) for value, label in self.labels if label.fit(words) is Fit.EXACT]
        return list(_once(value for value, _ in named))

    def _saying(self, agrees: bool, typed: Sequence[Word]) -> tuple[str, ...]:
        """Return the values of the labels that are a yes, or a no; "chưa" alone is also the beginning of "Chưa rõ"."""
        saying = [value for value, label in self.labels if label.says is agrees]
        if not saying and all(label.leans is not None for _, label in self.labels):
            return tuple(value for value, label in self.labels if label.leans is agrees)
        begun = [value for value, label in self.labels if len(typed) == 1 and label.begins_with(typed[0])]
        return _once([*saying, *begun]) if saying else ()

    def _fitting(self, text: str) -> Found:
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
            return Found(values, sure=best is not Fit.GUESS and (denies(typed) or not denied))
        if asks(text) or denies(typed) or len(typed) > MOST_WORDS_AROUND_A_LABEL:
            return Found()
        named = tuple(value for value, label in labels if label.says is None and label.is_named_in(typed))
        return Found(named, sure=False, together=True)


def _says_done(text: str) -> bool:
    """Whether a text says that it is done: "rồi", "đã xong rồi ạ"."""
    words = words_of(text)
    return any(one in _DONE for one in words) and all(one in _DONE or one in _AROUND_DONE for one in words)


def numbers_in(text: str) -> tuple[int, ...]:
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
