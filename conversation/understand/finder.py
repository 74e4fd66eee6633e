"""Finds the page or flow a message asks for, by its words alone."""

from collections.abc import Iterable, Sequence
from heapq import nlargest
from operator import itemgetter

from conversation.answers import fold
from conversation.understand.documents import Document, Found, Kind, Understanding
from conversation.understand.index import Entry, Index
from conversation.understand.question import Question
from conversation.understand.reading import Reader, says_something
from conversation.understand.shorthand import FILLERS

SURE, AHEAD, UNSURE, NEAR = 0.52, 0.1, 0.27, 0.6
MOST_FOUND, MOST_DECIDING = 3, 4
MOST_WORDS = 120
MOST_LOOKED_AT, CANDIDATES = 1000, 10


class Finder:
    """Finds which of the documents a message asks for.

    Half of a document's score is the share of the message, by weight, that the document is about; the other half is
    how alike the message and the nearest way of asking for the document are. The best is sure from `SURE` on if it is
    `AHEAD` of the next; else those from `UNSURE` on, and `NEAR` the best, are offered. All four are measured.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._index = Index(documents)
        self._reader = Reader(self._index.syllables | FILLERS)

    def understand(self, text: str) -> Understanding:
        """Find what a message asks for; one of more than `MOST_WORDS` words is a letter, for a person to read."""
        tokens = fold(text).split()
        words = self._reader.read(tokens) if len(tokens) <= MOST_WORDS else ()
        if not any(map(says_something, words)):
            return Understanding((), "lost")
        question = Question(words, self._index)
        scored = [(_score(question, entry), entry) for entry in self._candidates(question)]
        best = nlargest(MOST_FOUND, scored, key=itemgetter(0))
        found = tuple(
            Found(entry.document, score, question.deciding(entry)[:MOST_DECIDING])
            for score, entry in best
            if score >= max(UNSURE, NEAR * best[0][0])
        )
        return Understanding(found, _kind(found))

    def _candidates(self, question: Question) -> list[Entry]:
        """Return the documents which the weightiest terms of the message point to most."""
        scores = [0.0] * len(self._index.entries)
        looked_at = 0
        for term, weight in sorted(question.terms.items(), key=itemgetter(1), reverse=True):
            holders = self._index.holders.get(term, ())
            looked_at += len(holders)
            if looked_at > MOST_LOOKED_AT and any(scores):
                break
            for number, about in holders:
                scores[number] += weight * about
        best = nlargest(CANDIDATES, range(len(scores)), key=scores.__getitem__)
        return [self._index.entries[number] for number in best if scores[number]]


def _score(question: Question, entry: Entry) -> float:
    return round((question.share(entry) + question.likeness(entry)) / 2, 4)


def _kind(found: Sequence[Found]) -> Kind:
    if not found:
        return "lost"
    second = found[1].score if len(found) > 1 else 0.0
    return "sure" if found[0].score >= max(SURE, second + AHEAD) else "unsure"
