"""Reads a message as words, each with everything it may have been meant to be."""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from conversation.answers import fold
from conversation.understand.shorthand import FILLERS, SHORT_FORMS

RESPELLED, TYPO = 0.95, 0.5
LONGEST_SYLLABLE = 7
MOST_GLUED = 5

_DIGIT = re.compile(r"[0-9]")
_REPEATED = re.compile(r"(.)\1+")
_LONE_W = re.compile(r"(?<![aou])w")
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
_NEVER_AFTER_A_VOWEL = re.compile(r"[dfjrswxz]")
_SAME_SOUND = {"hi": "hy", "ki": "ky", "li": "ly", "mi": "my", "qui": "quy", "si": "sy", "ti": "ty"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a word may mean, in folded syllables, and how far that is to be trusted, 1 as typed."""

    syllables: tuple[str, ...]
    trust: float = 1.0


Word = tuple[Reading, ...]  # all that one word may mean, the likeliest first


def says_something(word: Word) -> bool:
    """Whether a word may be more than filler."""
    return any(not FILLERS.issuperset(reading.syllables) for reading in word)


def spell(text: str) -> tuple[str, ...]:
    """Return the folded syllables of a text written with care, short forms written out."""
    return tuple(syllable for token in fold(text).split() for syllable in _written_out(token)[0])


def without_keys(token: str) -> str:
    """Return a folded token without left-over Telex and VNI keys and stretched letters.

    A Vietnamese syllable has none of Telex's letters for tones behind its first vowel, and hardly ever a letter twice
    in a row, so both can go: "ddawngs", "d9ang81" and "dangggg" become "dang".
    """
    letters = _LONE_W.sub("u", _DIGIT.sub("", token))
    rhyme = letters.lstrip(_CONSONANTS)
    return _REPEATED.sub(r"\1", letters.removesuffix(rhyme) + _NEVER_AFTER_A_VOWEL.sub("", rhyme))


def _written_out(token: str) -> tuple[tuple[str, ...], ...]:
    return SHORT_FORMS.get(token) or ((_SAME_SOUND.get(token, token),),)


class Reader:
    """Reads messages against the syllables which the documents use."""

    def __init__(self, known: Set[str]) -> None:
        self._known = known
        self._correctable = sorted(syllable for syllable in known if len(syllable) >= 3)

    def read(self, tokens: Iterable[str]) -> tuple[Word, ...]:
        """Return the words of a message, given its folded tokens."""
        return tuple(self._word(token) for token in tokens)

    def _word(self, token: str) -> Word:
        """Return what a token may mean: itself if the documents use it, else the first repair that they use."""
        plain = without_keys(token)
        return (
            self._readings(token)
            or self._respelled(token, plain)
            or self._corrected(plain)
            or (Reading(_written_out(token)[0]),)
        )

    def _readings(self, token: str) -> Word:
        readings = _written_out(token)
        return tuple(Reading(one) for one in readings if any(syllable in self._known for syllable in one))

    def _respelled(self, token: str, plain: str) -> Word:
        """Return what a token means without left-over keys, or taken apart where two words were typed as one."""
        if len(plain) > 1 and (readings := self._readings(plain)):
            return tuple(Reading(one.syllables, RESPELLED) for one in readings)
        syllables = self._split(token) or self._split(plain)
        return (Reading(syllables, RESPELLED),) if syllables else ()

    def _split(self, token: str) -> tuple[str, ...]:
        """Return the fewest known syllables which a token was glued from, nothing where there are none."""
        if not token.isalpha() or not 5 <= len(token) <= MOST_GLUED * LONGEST_SYLLABLE:
            return ()
        splits: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(2, len(token) + 1):
            starts = range(max(0, end - LONGEST_SYLLABLE), end - 1)
            ways = [(*splits[i], token[i:end]) for i in starts if i in splits and token[i:end] in self._known]
            if ways:
                splits[end] = min(ways, key=len)
        found = splits.get(len(token), ())
        return found if len(found) <= MOST_GLUED else ()

    def _corrected(self, token: str) -> Word:
        """Return the known syllables at most one letter away, two letters swapped counting as one."""
        if not 4 <= len(token) <= LONGEST_SYLLABLE + 1:
            return ()
        close = process.extract(token, self._correctable, scorer=OSA.distance, score_cutoff=1, limit=3)
        return tuple(Reading((syllable,), TYPO) for syllable, _, _ in close)
