"""A cell's formula as words, numbers and signs; and what words may stand for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from conversation.answers.text import fold
from conversation.form import OTHER

_TOKEN = re.compile(
    r"(?P<quoted>\"[^\"]*\"|'[^']*'|«[^»]*»|“[^”]*”|‘[^’]*’)"
    r"|(?P<date>\d{1,2}/\d{1,2}/\d{4}\b|\d{4}-\d{1,2}-\d{1,2}\b(?: 00:00:00)?)"
    r"|(?P<quantity>\d+(?:[.,]\d+)*(?:k|tr|triệu|trieu|nghìn|nghin|ngàn|ngan|tỷ|tỉ|ty|ti)\b)"
    r"|(?P<number>\d+(?:[.,]\d+)*(?!\w))"
    r"|(?P<word>\w+)"
    r"|(?P<sign><=|>=|!=|<>|==|=<|=>|[^\s?!;,…])",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")
_DECIMAL = re.compile(r"\d+([.,]\d+)?")
_UNCLEAR = re.compile(r"[1-9]\d{0,2},\d{3}")
Phrases = Mapping[str, tuple[str, ...]]


class NotUnderstood(Exception):
    """A formula in words that cannot be read; `str()` says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Token:
    """`words` are a word's or a number's folded words, as labels and names are compared by them."""

    kind: str
    text: str
    start: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a formula may name; `options` are codes by folded code and label, None where not known."""

    name: str
    kind: str = "text"
    options: Phrases | None = None

    @property
    def chosen(self) -> bool:
        return self.kind == "select_one" or self.several

    @property
    def several(self) -> bool:
        return self.kind in {"select_multiple", "rank"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The questions of a form by name, and what words stand for them: their names, short names or labels."""

    questions: Mapping[str, Asked]
    phrases: Phrases


def tokens_of(source: str) -> Sequence[Token]:
    return [
        Token(str(one.lastgroup), one[0], one.start(), () if one.lastgroup == "quoted" else tuple(fold(one[0]).split()))
        for one in _TOKEN.finditer(source)
    ]


def phrases_of(*named: Iterable[tuple[str, str]]) -> Phrases:
    """Return what folded words stand for, from pairs of words and name; what comes first goes before the rest."""
    phrases: dict[str, tuple[str, ...]] = {}
    for pairs in named:
        found: dict[str, tuple[str, ...]] = {}
        for words, name in pairs:
            folded = fold(words)
            if folded and name not in found.get(folded, ()):
                found[folded] = (*found.get(folded, ()), name)
        phrases = found | phrases
    return phrases


def options_of(rows: Iterable[tuple[str, str]], *, other: bool) -> Phrases:
    """Return what stands for the options of a list, from its codes and labels."""
    options = [*rows, *([(OTHER, "Khác")] if other else [])]
    return phrases_of(((code, code) for code, _ in options), ((label, code) for code, label in options))


def match(tokens: Sequence[Token], at: int, phrases: Phrases) -> tuple[int, tuple[str, ...]]:
    """Return where the longest phrase that begins at a token ends, and what it stands for; nothing where none does."""
    best: tuple[int, tuple[str, ...]] = (at, ())
    longest = max((len(phrase.split()) for phrase in phrases), default=0)
    words: tuple[str, ...] = ()
    for end in range(at, len(tokens)):
        words += tokens[end].words
        if not words or len(words) > longest or tokens[end].kind == "quoted":
            break
        if tokens[end].words and " ".join(words) in phrases:
            best = end + 1, phrases[" ".join(words)]
    end, meant = best
    texts = [token.text for token in tokens[at:end]]
    if texts.count("(") > texts.count(")") and end < len(tokens) and tokens[end].text == ")":
        end += 1
    return end, meant


def number_in(text: str) -> Decimal:
    """Return a number as it is written in Vietnam ("5.000", "1,5", "1.234,5"); raises NotUnderstood."""
    if _UNCLEAR.fullmatch(text):
        raise NotUnderstood(f"số «{text}» chưa rõ; hàng nghìn viết liền hoặc dùng dấu chấm, ví dụ: 5000 hoặc 5.000")
    if _THOUSANDS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _DECIMAL.fullmatch(text):
        return Decimal(text.replace(",", "."))
    raise NotUnderstood(f"không đọc được số «{text}», ví dụ: 5000 hoặc 1,5")
