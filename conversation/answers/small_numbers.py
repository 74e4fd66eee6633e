"""Numbers below sixty as a clock and a calendar say them: "mười một", "hai mươi lăm", "ba lăm"."""

from conversation.answers.text import fold
from conversation.answers.words import loose, one_of

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_LAST = "hai|ba|tư|bốn|lăm|nhăm|sáu|bảy|tám|chín"
_TENS = one_of("hai|ba|bốn|năm")
_WORTH = {fold(digit): number for number, digit in enumerate(_DIGITS)} | {"tu": 4, "lam": 5, "nham": 5}

# A regular expression for such a number, in figures or in words, marks left out or not. It is atomic: no "hai" in
# "hai mươi". "bây" is never "bẩy"; "hai ba" is two or three.
SMALL_NUMBER = (
    rf"(?>\d{{1,2}}|(?:{_TENS}\s+{loose('mươi')}\s+{one_of(f'mốt|{_LAST}')}|{_TENS}\s+{loose('mươi')}"
    rf"|{_TENS}\s+{one_of('mốt|tư|lăm|nhăm|bảy|tám|chín')}|{loose('mười')}\s+{one_of(f'một|{_LAST}')}|{loose('mười')}"
    rf"|{one_of('|'.join(_DIGITS))}|bẩy)(?![^\W\d_]))"
)


def small_number(written: str) -> int:
    """Return what a text that SMALL_NUMBER matches says."""
    if written.isdecimal():
        return int(written)
    *tens, last = fold(written).split()
    if last == "muoi":
        return 10 * (_WORTH[tens[0]] if tens else 1)
    return (10 * _WORTH.get(tens[0], 1) if tens else 0) + _WORTH[last]
