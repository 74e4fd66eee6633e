"""Sums in Vietnamese words, read into XPath: numbers, days, texts and questions, and what is computed of them."""

import re
from abc import abstractmethod
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from content.vietnamese.cursor import Cursor
from content.vietnamese.signs import NOW, UNITS
from content.vietnamese.words import Asked, NotUnderstood, Phrases, Token, Vocabulary, number_in
from conversation.answers.text import fold

_DEEPEST = 20


class Amounts(Cursor):
    """Reads sums over a form's questions and the columns of a list."""

    def __init__(self, source: str, vocabulary: Vocabulary, columns: Phrases) -> None:
        super().__init__(source)
        self._vocabulary = vocabulary
        self._columns = columns
        self._depth = 0

    @abstractmethod
    def either(self) -> str:
        """Read a condition, which stands between "nếu" and "thì"."""

    def sum(self) -> str:
        xpath = self._product()
        while sign := self._any_sign("+-"):
            self._at += 1
            xpath = f"{xpath} {sign} {self._product()}"
        return xpath

    def _product(self) -> str:
        xpath = self._factor()
        while sign := self._any_sign("*×/÷:"):
            self._at += 1
            xpath = f"{xpath} {'*' if sign in '*×' else 'div'} {self._factor()}"
        return xpath

    def _factor(self) -> str:
        if self._sign("("):
            return f"({self._inside(self.sum)})"
        if self._sign("-"):
            if self._any_sign("-"):
                raise NotUnderstood("hai dấu trừ liền nhau")
            return f"-{self._factor()}"
        for words, xpath in NOW.items():
            if self._take(words):
                return xpath
        if self._take("neu"):
            return self._if()
        token = self._token()
        if token is None:
            raise NotUnderstood("còn thiếu một số hoặc tên câu hỏi ở cuối")
        readers = (("number", self._number), ("quantity", _quantity), ("date", _date), ("quoted", _unquoted))
        for kind, written in readers:
            if token.kind == kind:
                self._at += 1
                return written(token.text)
        asked = self._question()
        if asked:
            return f"${{{asked.name}}}"
        column = self._matched(self._columns)
        if column:
            return column
        raise NotUnderstood(self._unknown(token))

    def _if(self) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotUnderstood(f"nhiều nhất {_DEEPEST} lớp «nếu»")
        when = self.either()
        if not self._take("thi"):
            raise NotUnderstood("sau «nếu …» cần «thì …»")
        then = self.sum()
        if not self._take("neu khong thi", "con khong thi", "khong thi"):
            raise NotUnderstood("sau «nếu … thì …» cần «không thì …»")
        self._depth -= 1
        return f"if({when}, {then}, {self.sum()})"

    def _number(self, text: str) -> str:
        number = number_in(text)
        unit = next(filter(self._take, UNITS), "")
        return _plain(number * UNITS.get(unit, 1))

    def _question(self) -> Asked | None:
        name = self._matched(self._vocabulary.phrases)
        return self._vocabulary.questions[name] if name else None

    def _inside(self, read: Callable[[], str]) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotUnderstood(f"nhiều nhất {_DEEPEST} lớp ngoặc")
        inner = read()
        if not self._sign(")"):
            raise NotUnderstood("thiếu dấu «)» đóng ngoặc")
        self._depth -= 1
        return inner

    def _unknown(self, token: Token) -> str:
        close = get_close_matches(" ".join(token.words), self._vocabulary.phrases, 1, 0.7)
        ask = f"; có phải «{self._vocabulary.phrases[close[0]][0]}»" if close else ""
        return f"không có câu hỏi nào tên «{token.text}»{ask}"


def literal(text: str) -> str:
    """Return a text as XPath writes it, which has no escapes; raises NotUnderstood where it has both quotes."""
    if "'" in text and '"' in text:
        raise NotUnderstood(f"lời «{text}» có cả hai loại dấu nháy")
    return f'"{text}"' if "'" in text else f"'{text}'"


def _unquoted(text: str) -> str:
    return literal(text[1:-1])


def _quantity(text: str) -> str:
    """Return a number with its unit at its end ("500tr")."""
    figures = text.rstrip("".join(filter(str.isalpha, text)))
    unit = fold(text[len(figures) :])
    if unit not in UNITS:
        raise NotUnderstood(f"không đọc được số «{text}», ví dụ: 500tr")
    return _plain(number_in(figures) * UNITS[unit])


def _plain(number: Decimal) -> str:
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _date(text: str) -> str:
    """Return a day that is written as in Vietnam, or as a spreadsheet hands over a cell with a date."""
    parts = [int(part) for part in re.findall(r"\d+", text)[:3]]
    year, month, day = parts if "-" in text else reversed(parts)
    try:
        return f"date('{date(year, month, day).isoformat()}')"
    except ValueError as error:
        raise NotUnderstood(f"không có ngày «{text}», ví dụ: 20/11/2026") from error
