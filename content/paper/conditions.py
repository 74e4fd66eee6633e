"""A formula of a form in words, where it is simple: "câu 7 chọn «Máy móc»"."""

from collections.abc import Mapping
from decimal import Decimal

from elementpath.xpath_tokens import XPathToken

from conversation.answers import money_in_words, number_in_words
from conversation.expressions.grammar import parse, spine, unrolled
from conversation.form import Form, Question

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_COMPARED = {
    "=": "là {}",
    "!=": "khác {}",
    "<": "nhỏ hơn {}",
    ">": "lớn hơn {}",
    "<=": "từ {} trở xuống",
    ">=": "từ {} trở lên",
}
_NUMBERS = {"integer", "decimal", "range"}


def in_words(form: Form, numbers: Mapping[str, int], formula: str) -> str:
    """Return a condition in words; empty where it is more than choices and numbers joined by one "và" or "hoặc".

    `numbers` says which number each question has on the page.
    """
    return _Words(form, numbers).of(parse(formula), holds=True)


class _Words:
    """The words of a formula's parts, each as it `holds` or does not; empty where there are none."""

    def __init__(self, form: Form, numbers: Mapping[str, int]) -> None:
        self.form = form
        self.numbers = numbers

    def of(self, token: XPathToken, *, holds: bool) -> str:
        if token.symbol == "(" and len(token) == 1:
            return self.of(token[0], holds=holds)
        if token.symbol == "not" and len(token) == 1:
            return self.of(token[0], holds=not holds)
        if token.symbol in {"and", "or"}:
            return self._joined(token, holds=holds)
        if token.symbol == "selected" and len(token) == 2:
            return self._compared(token[0], "=" if holds else "!=", token[1])
        if token.symbol in _COMPARED:
            turned = token[0].symbol in _LITERALS
            symbol = _TURNED.get(token.symbol, token.symbol) if turned else token.symbol
            left, right = (token[1], token[0]) if turned else (token[0], token[1])
            return self._compared(left, symbol if holds else _OPPOSITE[symbol], right)
        return ""

    def _joined(self, token: XPathToken, *, holds: bool) -> str:
        first, links = spine(token, frozenset({token.symbol}))
        parts = [first, *(link[1] for link in links)]
        words = [self.of(part, holds=holds) for part in parts]
        if not all(words) or any(_joins(part) for part in parts):
            return ""
        return (" và " if (token.symbol == "and") is holds else " hoặc ").join(words)

    def _compared(self, asked: XPathToken, symbol: str, literal: XPathToken) -> str:
        question = self._question(asked)
        if question is None or literal.symbol not in _LITERALS:
            return ""
        value, name = str(literal.value), f"câu {self.numbers[question.name]}"
        if not value and symbol in {"=", "!="}:
            return f"{name} để trống" if symbol == "=" else f"{name} có trả lời"
        if question.options:
            option = question.option(value)
            chosen = {"=": "chọn", "!=": "không chọn"}.get(symbol)
            return f"{name} {chosen} «{option.label}»" if option and chosen and "${" not in option.label else ""
        if question.kind in _NUMBERS and literal.symbol != "(string)":
            return f"{name} {_COMPARED[symbol].format(_amount(question, value))}"
        return ""

    def _question(self, token: XPathToken) -> Question | None:
        """Return the question on the page that an absolute path names."""
        if token.symbol != "/":
            return None
        first, links = unrolled(token)
        if first is not None or any(part.symbol != "(name)" for _, part in links):
            return None
        question = self.form.by_name.get(str(links[-1][1].value))
        return question if question and question.name in self.numbers else None


_LITERALS = {"(string)", "(integer)", "(decimal)", "(float)"}


def _joins(token: XPathToken) -> bool:
    """Whether a part is itself joined: "và" beside "hoặc" can be read in two ways."""
    while token.symbol in {"(", "not"} and len(token) == 1:
        token = token[0]
    return token.symbol in {"and", "or"}


def _amount(question: Question, value: str) -> str:
    if "kc-year" in question.appearance:
        return value
    if "kc-money" in question.appearance and Decimal(value) == int(Decimal(value)):
        return money_in_words(int(Decimal(value)))
    return number_in_words(value)
