"""A message ready to be compared with documents: its parts, all they may mean, and what each weighs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from conversation.understand.index import Entry, Index, terms
from conversation.understand.reading import Word

LONGEST = 7


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a part may mean: its words, how far to trust it, its terms with their weights, and their sum."""

    words: str
    trust: float
    terms: tuple[tuple[str, float], ...]
    weight: float

    def explained_by(self, entry: Entry) -> float:
        """Return how much of it a document is about, from 0 to 1."""
        return self.trust * sum([weight * entry.about.get(term, 0.0) for term, weight in self.terms]) / self.weight


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or two neighbours as a pair: what it weighs, and everything it may mean."""

    weight: float
    meanings: tuple[Meaning, ...]

    def explained_by(self, entry: Entry) -> float:
        """Return how much of its weight a document explains, at best."""
        return self.weight * max([meaning.explained_by(entry) for meaning in self.meanings])

    def read_as(self, entry: Entry) -> str:
        """Return the words it means if a document is meant: those which say most about it."""
        return max(self.meanings, key=lambda meaning: meaning.explained_by(entry) * meaning.weight).words


class Question:
    """A message as its parts; `terms` are theirs with what each weighs, `weight` what the whole message weighs.

    A message weighs at most what `LONGEST` unheard-of words do: the rest of a story speaks against no document.
    """

    def __init__(self, words: Sequence[Word], index: Index) -> None:
        self._words = [_part(_of_word(index, word)) for word in words]
        pairs = [_part(meanings) for one, other in pairwise(words) if (meanings := _of_pair(index, one, other))]
        parts = self._words + pairs
        self._ambiguous = [part for part in parts if len(part.meanings) > 1]
        self._plain: dict[str, float] = {}
        self.weight = min(sum(part.weight for part in parts), LONGEST * index.unseen)
        self.terms: dict[str, float] = {}
        for part in parts:
            for meaning in part.meanings:
                for term, weight in meaning.terms:
                    self.terms[term] = max(self.terms.get(term, 0.0), weight * meaning.trust)
                    if len(part.meanings) == 1:
                        self._plain[term] = self._plain.get(term, 0.0) + weight * meaning.trust
        self._held = frozenset(self.terms)

    def share(self, entry: Entry) -> float:
        """Return how much of the message a document is about, from 0 to 1."""
        plain = sum([weight * entry.about[term] for term, weight in self._plain.items() if term in entry.about])
        explained = plain + sum([part.explained_by(entry) for part in self._ambiguous])
        return min(explained / self.weight, 1.0)

    def likeness(self, entry: Entry) -> float:
        """Return how alike the message and the nearest way of asking are, from 0 to 1: Dice's coefficient by weight."""
        alike = 0.0
        for ask in entry.asks:
            common = sum([self.terms[term] for term in self._held & ask.terms])
            alike = max(alike, 2 * common / (self.weight + ask.weight))
        return min(alike, 1.0)

    def deciding(self, entry: Entry) -> tuple[str, ...]:
        """Return the words that speak for a document, those which say most first."""
        explained = [(part.explained_by(entry), part.read_as(entry)) for part in self._words]
        return tuple(dict.fromkeys(words for share, words in sorted(explained, reverse=True) if share))


def _part(meanings: Sequence[Meaning]) -> Part:
    return Part(min(meaning.weight for meaning in meanings), tuple(meanings))


def _of_word(index: Index, word: Word) -> list[Meaning]:
    return [_meaning(index, " ".join(one.syllables), one.trust, terms(one.syllables)) for one in word]


def _of_pair(index: Index, before: Word, after: Word) -> list[Meaning]:
    """Return what two neighbours mean together, where a document has them side by side."""
    return [
        _meaning(index, pair, one.trust * other.trust, [pair])
        for one, other in product(before, after)
        if (pair := f"{one.syllables[-1]} {other.syllables[0]}") in index.holders
    ]


def _meaning(index: Index, words: str, trust: float, held: Iterable[str]) -> Meaning:
    weighed = tuple((term, index.weight(term)) for term in held)
    return Meaning(words, trust, weighed, sum(weight for _, weight in weighed))
