"""The numbers in a text, in figures, in words or in both: "12", "mười hai", "3 trăm triệu", "hai tỷ ba", "1tr2"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from conversation.answers.figures import figure, has_thousands, may_be_thousands, tokens
from conversation.answers.words import NO_WORD, Vocabulary, Word, vocabulary, word

_UNITS = Vocabulary(
    {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
)
_ONLY_AFTER_TENS = Vocabulary({"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5})
_SCALES = Vocabulary(
    {
        "nghìn": 10**3,
        "ngàn": 10**3,
        "k": 10**3,
        "triệu": 10**6,
        "tr": 10**6,
        "củ": 10**6,
        "tỷ": 10**9,
        "tỉ": 10**9,
    }
)
_TEN, _TENS, _DOZEN, _HUNDRED = vocabulary("mười"), vocabulary("mươi"), vocabulary("chục"), vocabulary("trăm")
_ODD, _HALF, _HALF_OF, _ZERO, _YEAR = (
    vocabulary("linh lẻ"),
    vocabulary("rưỡi rưởi"),
    vocabulary("nửa"),
    vocabulary("không"),
    vocabulary("năm"),
)
_MULTIPLIERS = vocabulary("mươi trăm chục nghìn ngàn triệu tr tỷ tỉ rưỡi")
_VAGUE = {"mấy", "vài", "dăm", "nửa", "phần", "tá"}
_VAGUE_BESIDE_A_NUMBER = {"may", "vai", "dam"}
_CLOSING = vocabulary("đồng đ vnd vnđ ạ nhé nha thôi")
_NOT_NUMBERS_BEFORE = {
    "bay": {"gio"},
    "sau": {"tet", "khi", "nay", "do", "dich"},
    "nam": {"nay", "ngoai", "truoc", "sau", "toi", "kia", "vua"},
}
_NOT_NUMBERS_AFTER = {
    "bay": {"trung"},
    "nam": {"moi", "quanh", "ca", "hang", "trong", "tu", "tung", "viet", "ha"},
    "tam": {"trung"},
}


@dataclass(frozen=True, slots=True)
class Amount:
    """One number: whether it can hardly mean another, is said in words, names thousands or more."""

    value: Decimal
    sure: bool
    spelled: bool
    scaled: bool


@dataclass(frozen=True, slots=True)
class Amounts:
    """Every number of a text, the words around them, and whether something like "mấy" makes them vague."""

    found: tuple[Amount, ...]
    rest: tuple[Word, ...]
    vague: bool


def amounts(text: str) -> Amounts:
    """Find the numbers of a text."""
    return _Finder([word(token) for token in tokens(text)]).find()


class _Finder:
    """Walks over the words once; `i` is the word it has come to."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.i = 0
        self.vague = False
        self.sure = True
        self.hundreds_named = False

    def find(self) -> Amounts:
        found: list[Amount] = []
        rest: list[Word] = []
        end_of_amount = -1
        while self.i < len(self.words):
            start = self.i
            amount = self._amount()
            if amount:
                found.append(amount)
                end_of_amount = self.i
            else:
                self.i = start
                self.vague = self.vague or self._makes_vague(follows_number=start == end_of_amount)
                rest.append(self.words[start])
                self.i += 1
        return Amounts(tuple(found), tuple(rest), self.vague)

    def _at(self, offset: int) -> Word:
        place = self.i + offset
        return self.words[place] if 0 <= place < len(self.words) else NO_WORD

    def _take(self, vocabulary: Vocabulary[bool]) -> bool:
        taken = self._at(0) in vocabulary
        self.i += taken
        return taken

    def _closes(self, offset: int = 0) -> bool:
        """Whether the number ends there, rather than counting what follows: "2 tỷ 3", not "2 tỷ 3 máy"."""
        following = self._at(offset)
        return following is NO_WORD or following in _CLOSING

    def _makes_vague(self, follows_number: bool) -> bool:
        """Whether a word outside any number turns one into a guess; without its marks "may" is mostly "máy"."""
        here, after, before = self._at(0), self._at(1), self._at(-1)
        if _is_figure(here):
            return True
        if here in _MULTIPLIERS:
            return before.plain != "cong"
        beside_number = (follows_number and not _is_figure(before)) or after in _MULTIPLIERS or after in _UNITS
        return here.typed in _VAGUE or (beside_number and here.typed in _VAGUE_BESIDE_A_NUMBER)

    def _amount(self) -> Amount | None:
        start, self.sure = self.i, True
        total: Decimal | None = None
        named = 0
        while True:
            mark = self.i
            odd = named == 10**3 and self._take(_ODD)
            part = self._part(first=total is None)
            if part is None:
                self.i = mark
                break
            scale = self._scale()
            if scale and (not named or scale < named) and not odd:
                total = (total or Decimal(0)) + part * scale
                named = scale
                if self._take(_HALF):
                    total += Decimal(scale) / 2
                    break
                continue
            if total is None:
                total = part + (Decimal("0.5") if self._take(_HALF) else 0)
                break
            tail = part if odd else self._tail(part, named)
            if tail is None:
                self.i = mark
                break
            total += tail
            break
        if total is None:
            return None
        spelled = not any(_is_figure(one) for one in self.words[start : self.i])
        return Amount(total, self.sure, spelled, scaled=named > 0)

    def _scale(self) -> int:
        """Take "nghìn", "triệu", "tỷ"; "k" only behind a figure, else it is "không". "1.200 triệu" is odd."""
        here, before = self._at(0), self._at(-1)
        scale = _SCALES.get(here) or 0
        if not scale or (here.plain == "k" and not _is_figure(before)):
            return 0
        self.sure = self.sure and not has_thousands(before.typed)
        self.i += 1
        return scale

    def _tail(self, part: Decimal, scale: int) -> Decimal | None:
        """Return what the end of "2 tỷ 3" or "2 tỷ 300" adds; "2 tỷ 25" may mean two things."""
        if part != int(part):
            return None
        if part >= 100:
            return part * scale / 1000
        if self.hundreds_named or part >= 10:
            return part if scale == 10**3 else None
        return part * scale / 10 if self._closes() else None

    def _part(self, first: bool) -> Decimal | None:
        """Take a number below a thousand in words, or any figure."""
        self.hundreds_named = False
        here, after = self._at(0), self._at(1)
        ends_in_unit = (after in _UNITS or after in _ONLY_AFTER_TENS) and self._closes(2)
        if first and here in _SCALES and here.plain != "k" and (after in _HALF or ends_in_unit):
            return Decimal(1)
        if first and here in _HALF_OF and after in _SCALES and after.plain != "k":
            self.i += 1
            self.sure = self.sure and bool(here.marks)
            return Decimal("0.5")
        unit = self._unit(0)
        if unit is None and here in _ZERO:
            unit = 0
        if unit is not None and after in _HUNDRED:
            self._doubt_toneless_eight()
            self.i += 2
            self.hundreds_named = True
            return Decimal(unit * 100 + self._after_hundred())
        if here in _HUNDRED and (after in _HALF or after in _SCALES or ends_in_unit):
            self.i += 1
            self.sure, self.hundreds_named = False, True
            return Decimal(100 + self._after_hundred())
        tens = self._tens() if first else self._tens() or self._last_one()
        return self._figure() if tens is None else Decimal(tens)

    def _after_hundred(self) -> int:
        if self._take(_HALF):
            return 50
        if self._at(0) in _ODD and (unit := self._unit(1)):
            self.i += 2
            return unit
        if re.fullmatch(r"[1-9]\d", self._at(0).typed):
            self.i += 1
            return int(self._at(-1).typed)
        mark = self.i
        value = self._tens()
        if value is None and (value := self._unit(0)):
            self.i += 1
        value = value or self._last_one()
        if value is None or value >= 10:
            return value or 0
        if not self._closes():
            self.i = mark
            return 0
        self.sure = False
        self.vague = self.vague or self._at(-1) in _YEAR
        return value * 10

    def _tens(self) -> int | None:
        here, after = self._at(0), self._at(1)
        if here in _TEN and here.typed != "mươi":
            self.i += 1
            return 10 + self._ones()
        unit = self._unit(0)
        if unit and (after in _TENS or after in _DOZEN):
            self._doubt_toneless_eight()
            self.i += 2
            return unit * 10 + (5 if self._take(_HALF) else self._ones())
        if unit and not _is_figure(here):
            ones = _ONLY_AFTER_TENS.get(after)
            self.i += 2 if ones else 1
            self.sure = self.sure and (not ones or bool(after.marks))
            return unit * 10 + ones if ones else unit
        if here in _DOZEN:
            self.i += 1
            self.sure = False
            return 15 if self._take(_HALF) else 10
        return None

    def _last_one(self) -> int | None:
        """Take the "tư" of "1 tỷ tư"."""
        ones = _ONLY_AFTER_TENS.get(self._at(0)) if self._closes(1) else None
        self.i += ones is not None
        return ones

    def _ones(self) -> int:
        """Take the last digit behind the tens; "mười năm" may be fifteen or ten years."""
        here, after = self._at(0), self._at(1)
        ones = _ONLY_AFTER_TENS.get(here) or (None if _is_figure(here) else self._unit(0))
        if not ones or after in _TENS or after in _HUNDRED or after in _DOZEN:
            return 0
        self.vague = self.vague or here.typed in {"năm", "nam"}
        self.i += 1
        return ones

    def _unit(self, offset: int) -> int | None:
        """Return the digit 1 to 9 that stands there, unless its neighbours make it another word."""
        here, before, after = self._at(offset), self._at(offset - 1), self._at(offset + 1)
        if re.fullmatch("[1-9]", here.typed):
            return int(here.typed)
        if after.plain in _NOT_NUMBERS_BEFORE.get(here.plain, ()):
            return None
        if before.plain in _NOT_NUMBERS_AFTER.get(here.plain, ()):
            return None
        if here in _YEAR and (_is_figure(before) or re.fullmatch(r"\d{4}", after.typed)):
            return None
        if here.typed == "tam" and (_is_figure(after) or after in _UNITS):
            return None
        return _UNITS.get(here)

    def _doubt_toneless_eight(self) -> None:
        """Doubt "tam": "tam tram" is eight hundred, or about a hundred."""
        if self._at(0).typed == "tam":
            self.sure = False

    def _figure(self) -> Decimal | None:
        token = self._at(0).typed
        value = figure(token) if _is_figure(self._at(0)) else None
        if value is None:
            return None
        self.i += 1
        if may_be_thousands(token):
            self.sure = False
            self.vague = self.vague or token.endswith("0")
        return value


def _is_figure(one: Word) -> bool:
    return one.typed[-1:].isdecimal()
