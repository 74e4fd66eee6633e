"""Words as a thumb types them: some marks left out, none wrong."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import combinations
from typing import Generic, NamedTuple, TypeVar

from conversation.answers.text import fold, marks, normalise

Meaning = TypeVar("Meaning")
_ALPHANUMERIC = re.compile(r"[^\W_]+")


class Word(NamedTuple):
    """One typed word: as typed in lower case, folded, and the marks it carries."""

    typed: str
    plain: str
    marks: frozenset[str]

    def may_mean(self, other: "Word") -> bool:
        """Whether it is the other word, perhaps with marks left out: "muoi" may mean "mười", "tầm" never "tám"."""
        return self.plain == other.plain and self.marks <= other.marks


NO_WORD = Word("", "", frozenset())


@lru_cache(maxsize=8192)
def word(typed: str) -> Word:
    """Return one word from its text in lower case."""
    return Word(typed, typed, frozenset()) if typed.isascii() else Word(typed, fold(typed), marks(typed))


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text, without its punctuation."""
    return tuple(word(typed) for typed in _ALPHANUMERIC.findall(normalise(text).lower()))


class Vocabulary(Generic[Meaning]):
    """Words and what they mean; of several that a typed word may mean, the first."""

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        self._entries: dict[str, list[tuple[Word, Meaning]]] = {}
        for spelling, meaning in meanings.items():
            known = word(spelling)
            self._entries.setdefault(known.plain, []).append((known, meaning))

    def get(self, typed: Word) -> Meaning | None:
        """Return what a typed word means, None when it is not one of these."""
        for known, meaning in self._entries.get(typed.plain, ()):
            if typed.may_mean(known):
                return meaning
        return None

    def __contains__(self, typed: Word) -> bool:
        return any(typed.may_mean(known) for known, _ in self._entries.get(typed.plain, ()))


def vocabulary(words: str) -> Vocabulary[bool]:
    """Return a vocabulary of words written one after another."""
    return Vocabulary(dict.fromkeys(words.split(), True))


def loose(phrase: str) -> str:
    """Return a regular expression for words of which some marks may be left out: "muoi" for "mười", never "mưới"."""
    return r"\s+".join("".join(map(_with_fewer_marks, typed)) for typed in phrase.split())


def one_of(phrases: str) -> str:
    """Return a regular expression for any of the phrases between bars, marks left out or not, the longest first."""
    listed = sorted((phrase.strip() for phrase in phrases.split("|")), key=len, reverse=True)
    return f"(?:{'|'.join(map(loose, listed))})"


@cache
def _with_fewer_marks(letter: str) -> str:
    if letter == "đ":
        return "[dđ]"
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks_on_it = decomposed[0], decomposed[1:]
    fewer = (kept for count in range(len(marks_on_it) + 1) for kept in combinations(marks_on_it, count))
    spellings = {unicodedata.normalize("NFC", base + "".join(kept)) for kept in fewer}
    return f"[{''.join(sorted(spellings))}]" if marks_on_it else re.escape(letter)
