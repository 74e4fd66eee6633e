"""How well what was typed fits a label: whole, in part, abbreviated, with a typo."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from conversation.answers.text import normalise
from conversation.answers.words import Word, vocabulary, word, words_of
from conversation.answers.yes_no import read_yes_no

_SIGNS = str.maketrans({"<": " dưới ", ">": " trên ", "&": " và ", "%": " phần trăm "})
_SHORT = {
    "kd": "kinh doanh",
    "hkd": "hộ kinh doanh",
    "cty": "công ty",
    "htx": "hợp tác xã",
    "tht": "tổ hợp tác",
    "dn": "doanh nghiệp",
    "dntn": "doanh nghiệp tư nhân",
    "sx": "sản xuất",
    "tb": "thiết bị",
    "đk": "đăng ký",
    "dk": "đăng ký",
    "lđ": "lao động",
    "ko": "không",
    "k": "không",
    "đc": "được",
    "dc": "được",
}
SEPARATOR = re.compile(r"\s*(?:[,;+&/|]|(?<!\d)\.|\.(?!\d)|(?<!\w)(?:và|va|với|voi|cùng|cung)(?!\w))\s*")
_HEAD = re.compile(r"[,;:(/–—]")
_I_FOR_Y = re.compile(r"(?<=[^aeiou])y$")
_NEGATIONS = vocabulary("không chưa chẳng đừng")
_AFFIRMATIONS = vocabulary("có đã rồi đúng được muốn cần đồng")
_LETTERS_FOR_A_TYPO = 4
_LETTERS_OF_A_BEGINNING = 3
_LETTERS_OF_A_NAME = 4
_WORDS_FOR_A_GUESS = 2


class Fit(IntEnum):
    """How what was typed fits a label; a guess has no word as it is, or one too many."""

    NONE = 0
    GUESS = 1
    CLOSE = 2
    EXACT = 3


@dataclass(frozen=True, slots=True)
class Label:
    """A label made ready for comparing.

    `folded` are its words without tones; `squeezed` and `head` all of it and what stands before its first comma or
    bracket, folded and without spaces; `parts` what it lists; `pieces` how many items it looks like in a list; `says`
    whether it is a yes or a no.
    """

    written: str
    words: tuple[Word, ...]
    folded: frozenset[str]
    squeezed: str
    head: str
    parts: tuple[tuple[Word, ...], ...]
    pieces: int
    says: bool | None

    @property
    def leans(self) -> bool | None:
        """Whether it begins as a yes or a no does: "Đã đăng ký", "Chưa có"; None where it begins as neither."""
        if self.says is not None or not self.words:
            return self.says
        return False if self.words[0] in _NEGATIONS else True if self.words[0] in _AFFIRMATIONS else None

    def begins_with(self, typed: Word) -> bool:
        """Whether its first word is the typed one."""
        return bool(self.words) and typed.may_mean(self.words[0])

    def contradicts(self, typed: Sequence[Word]) -> bool:
        """Whether a typed word is its own word in the same place, but for marks that are not its own."""
        return any(
            one.plain == own.plain and not one.may_mean(own) for one, own in zip(typed, self.words, strict=False)
        )

    def fit(self, typed: Sequence[Word]) -> Fit:
        """Return how the typed words fit, each with a slip at most; the last may be the beginning of a word."""
        exact = strange = 0
        for one in typed:
            if self._has(one):
                exact += 1
            elif one in _NEGATIONS:
                return Fit.NONE
            elif not self._has_like(one, last=one is typed[-1]):
                strange += 1
                if strange > 1:
                    return Fit.NONE
        if strange:
            return Fit.GUESS if exact >= _WORDS_FOR_A_GUESS else Fit.NONE
        return Fit.EXACT if exact == len(typed) else Fit.CLOSE if exact else Fit.GUESS

    def is_named_in(self, typed: Sequence[Word]) -> bool:
        """Whether the whole label, or a part it lists, stands somewhere in the typed words."""
        said = {one.plain for one in typed}
        parts = (part for part in (self.words, *self.parts) if part and part[0].plain in said)
        return any(_stands_in(part, typed) for part in parts)

    def _has(self, typed: Word) -> bool:
        return typed.plain in self.folded and any(typed.may_mean(own) for own in self.words)

    def _has_like(self, typed: Word, *, last: bool) -> bool:
        """Whether a word differs in its tones alone, by one slip of the thumb, or is only begun."""
        text = typed.plain
        if text in self.folded:
            return True
        if last and len(text) >= _LETTERS_OF_A_BEGINNING and any(own.startswith(text) for own in self.folded):
            return True
        if len(text) < _LETTERS_FOR_A_TYPO or not text.isalpha():
            return False
        return any(
            OSA.distance(text, own, score_cutoff=1) <= 1 for own in self.folded if len(own) >= _LETTERS_FOR_A_TYPO
        )


@lru_cache(maxsize=16384)
def label_of(text: str) -> Label:
    """Return a label made ready for comparing."""
    parts = [part for part in _HEAD.split(text) if part.strip()]
    words, listed = expanded(text), tuple(expanded(part) for part in parts)
    return Label(
        written=normalise(text).lower(),
        words=words,
        folded=frozenset(one.plain for one in words),
        squeezed=squeezed(words),
        head=squeezed(listed[0]) if listed else "",
        parts=listed,
        pieces=len(SEPARATOR.findall(text)) + 1,
        says=read_yes_no(parts[0]) if parts else None,
    )


def expanded(text: str) -> tuple[Word, ...]:
    """Return the words of a text with signs and usual abbreviations written out, and "lí" as "lý"."""
    words = [one for typed in words_of(text.translate(_SIGNS)) for one in _written_out(typed)]
    return tuple(map(_with_i, words))


@lru_cache(maxsize=8192)
def _with_i(one: Word) -> Word:
    return one._replace(plain=_I_FOR_Y.sub("i", one.plain))


def denies(words: Iterable[Word]) -> bool:
    """Whether "không" or "chưa" is among the words."""
    return any(one in _NEGATIONS for one in words)


def squeezed(words: Sequence[Word]) -> str:
    """Return words folded and without spaces: "hokinhdoanh"."""
    return "".join(one.plain for one in words)


def _written_out(typed: Word) -> list[Word]:
    return [word(part) for part in _SHORT[typed.typed].split()] if typed.typed in _SHORT else [typed]


def _stands_in(part: Sequence[Word], typed: Sequence[Word]) -> bool:
    if len(part) == 1 and len(part[0].plain) < _LETTERS_OF_A_NAME:
        return False
    starts = [at for at, one in enumerate(typed) if one.plain == part[0].plain]
    return any(
        all(map(Word.may_mean, typed[at : at + len(part)], part)) for at in starts if at + len(part) <= len(typed)
    )
