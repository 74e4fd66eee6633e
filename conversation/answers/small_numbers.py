"""Numbers below sixty as a clock and a calendar say them: "mười một", "hai mươi lăm", "ba lăm"."""

from conversation.answers.text import fold
from conversation.answers.words import one_of

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_TENS = {20: ("hai mươi", "hai"), 30: ("ba mươi", "ba"), 40: ("bốn mươi", "bốn"), 50: ("năm mươi", "năm")}
_ONES = {1: ("mốt",), 4: ("tư", "bốn"), 5: ("lăm", "nhăm")} | {ones: (_DIGITS[ones],) for ones in (2, 3, 6, 7, 8, 9)}


def _spellings() -> dict[str, int]:
    spelled = {digit: number for number, digit in enumerate(_DIGITS)} | {"mười": 10, "mười một": 11}
    for ones, words in _ONES.items():
        if ones != 1:
            spelled |= {f"mười {word}": 10 + ones for word in words if word != "tư"}
        for tens, ways in _TENS.items():
            spelled |= {f"{way} {word}": tens + ones for way in ways for word in words}
    return spelled | {ways[0]: tens for tens, ways in _TENS.items()}


_SPELLED = _spellings()
_FOLDED = {fold(spelling): number for spelling, number in _SPELLED.items()}

# A regular expression for such a number, in figures or in words, marks left out or not; "bây" is never "bẩy". It is
# atomic: no "hai" in "hai mươi".
SMALL_NUMBER = rf"(?>\d{{1,2}}|(?:{one_of('|'.join(_SPELLED))}|bẩy)(?![^\W\d_]))"


def small_number(written: str) -> int:
    """Return what a text that SMALL_NUMBER matches says."""
    return int(written) if written.isdecimal() else _FOLDED[fold(written)]
