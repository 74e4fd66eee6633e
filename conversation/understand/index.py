"""Which terms the documents hold, and how much each of them says about which."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from conversation.understand.documents import Document
from conversation.understand.reading import spell
from conversation.understand.shorthand import FILLERS

PAIR, FILLER, TEXT = 0.5, 0.4, 0.25
SATURATION, LENGTH = 0.5, 0.5


def terms(syllables: Sequence[str]) -> list[str]:
    """Return the syllables and the pairs of neighbours."""
    return [*syllables, *map(" ".join, pairwise(syllables))]


@dataclass(frozen=True, slots=True)
class Ask:
    """One way of asking: its terms, and what they weigh together."""

    terms: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it is searched: how much it is about each of its terms, from 0 to 1, and the ways of asking."""

    document: Document
    about: Mapping[str, float]
    asks: tuple[Ask, ...]


class Index:
    """The documents by their terms; a term weighs the more, the fewer of them hold it."""

    def __init__(self, documents: Iterable[Document]) -> None:
        documents = tuple(documents)
        asks = [[spell(line) for line in (document.title, *document.asks)] for document in documents]
        texts = [[spell(line) for line in document.text.splitlines()] for document in documents]
        counts = [_count(*lines) for lines in zip(asks, texts, strict=True)]
        held = Counter(term for count in counts for term in count)
        self.syllables = frozenset(term for term in held if " " not in term)
        self._weights = {term: _weigh(term, len(documents), holders) for term, holders in held.items()}
        self.unseen = _weigh("", len(documents), 0)
        sizes = [sum(count.values()) for count in counts]
        average = sum(sizes) / len(sizes) if any(sizes) else 1.0
        self.entries = tuple(
            Entry(document, _about(count, size / average), tuple(map(self._ask, lines)))
            for document, lines, count, size in zip(documents, asks, counts, sizes, strict=True)
        )
        self.holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for term, about in entry.about.items():
                self.holders[term].append((number, about))

    def weight(self, term: str) -> float:
        """Return what a term says; one that no document holds is as rare as can be, a pair of them nothing."""
        known = self._weights.get(term)
        if known is not None:
            return known
        if " " in term:
            return 0.0
        return FILLER if term in FILLERS or term.isdigit() else self.unseen

    def _ask(self, line: Sequence[str]) -> Ask:
        held = frozenset(terms(line))
        return Ask(held, sum(self._weights[term] for term in held))


def _count(asks: Sequence[Sequence[str]], text: Sequence[Sequence[str]]) -> dict[str, float]:
    count: dict[str, float] = defaultdict(float)
    for lines, worth in ((asks, 1.0), (text, TEXT)):
        for line in lines:
            for term in terms(line):
                count[term] += worth
    return count


def _about(count: Mapping[str, float], length: float) -> dict[str, float]:
    """Return BM25's saturated frequencies, from 0 to 1; `length` is the document's as a multiple of the average."""
    full = SATURATION * (1 - LENGTH + LENGTH * length)
    return {term: times / (times + full) for term, times in count.items()}


def _weigh(term: str, documents: int, holders: int) -> float:
    """Return BM25's inverse document frequency, less for a pair and for what is only filler."""
    syllables = term.split()
    rarity = log(1 + (documents - holders + 0.5) / (holders + 0.5))
    pair = PAIR if len(syllables) > 1 else 1.0
    filler = FILLER if syllables and FILLERS.issuperset(syllables) else 1.0
    return rarity * pair * filler
