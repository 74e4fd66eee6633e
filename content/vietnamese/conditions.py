"""Formulas in Vietnamese words, read into XLSForm's XPath.

    either     = both { "hoặc" both }
    both       = one { "và" one }
    one        = [ "không" | "không phải" ] "(" either ")"  |  [ subject ] predicate  |  option
    predicate  = [ "phải" ] ( empty  |  [ "không" ] "có" option  |  "có" comparison  |  [ "dài" ] comparison )
    empty      = [ "không" ] "trống"
    comparison = "từ" sum "đến" sum  |  sign ( option | sum [ "mục" ] )
    sum        = product { ( "+" | "-" ) product }
    product    = factor { ( "*" | "/" ) factor }
    factor     = number  |  date  |  "text"  |  question  |  "hôm nay"  |  "năm nay"  |  "(" sum ")"
               | "nếu" either "thì" sum "không thì" sum

A subject left out is that of the condition before, else the question itself; an option alone goes on with the
condition before ("nhu_cau có mua_may hoặc dao_tao").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from content.vietnamese.amounts import Amounts, literal
from content.vietnamese.signs import AMONG, COMPARING, COUNTED, LENGTH, LETTERS, PICKED, SIGNS
from content.vietnamese.words import Asked, NotUnderstood, Phrases, Vocabulary, match
from conversation.answers.text import fold

_CALL = re.compile(r"(?<![\w-])(?!(?:khong|va|hoac|and|or)\s*\()[a-z][a-z0-9:-]*\(")


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a predicate is about; `asked` where it is one question, and nothing computed of it."""

    xpath: str
    asked: Asked | None = None


def is_xpath(source: str) -> bool:
    """Whether a formula is written in XPath already: it has a reference to a question, or calls a function."""
    return "${" in source or bool(_CALL.search(source))


def condition(source: str, vocabulary: Vocabulary, here: Asked | None = None, columns: Phrases | None = None) -> str:
    """Return a condition as XPath; raises NotUnderstood.

    `here` is the question whose own answer it is about where no other is named, `columns` those of a choice filter.
    """
    if is_xpath(source):
        return source
    reader = _Reader(source, vocabulary, here, columns or {})
    return reader.whole(reader.either)


def amount(source: str, vocabulary: Vocabulary) -> str:
    """Return a calculation as XPath; raises NotUnderstood."""
    if is_xpath(source):
        return source
    reader = _Reader(source, vocabulary, None, {})
    return reader.whole(reader.sum)


class _Reader(Amounts):
    def __init__(self, source: str, vocabulary: Vocabulary, here: Asked | None, columns: Phrases) -> None:
        super().__init__(source, vocabulary, columns)
        self._here = here
        self._subject = _Subject(".", here) if here else None
        # The sign of the condition before, where an option alone may go on with it.
        self._going_on = ""

    def whole(self, read: Callable[[], str]) -> str:
        xpath = read()
        if self._at < len(self._tokens):
            raise NotUnderstood(f"không hiểu «{self._rest()}»")
        return xpath

    def either(self) -> str:
        parts = [self._both()]
        while self._take("hoac", "or"):
            parts.append(self._both())
        return " or ".join(parts)

    def _both(self) -> str:
        parts = [self._one()]
        while self._take("va", "and"):
            if self._going_on == "=" and self._option_alone():
                raise NotUnderstood("câu chọn một chỉ có một đáp án; giữa hai đáp án cần «hoặc»")
            parts.append(self._one())
        return " and ".join(parts)

    def _one(self) -> str:
        start = self._at
        negated = self._take("khong phai", "khong", "not")
        if self._sign("("):
            inner = self._inside(self.either)
            return f"not({inner})" if negated else f"({inner})"
        self._at = start
        if self._going_on and self._option_alone():
            return self._about_option(self._subject_before(), self._going_on)
        return self._predicate(self._subject_named() or self._subject_before())

    # Subjects

    def _subject_named(self) -> _Subject | None:
        if self._sign("."):
            if not self._here:
                raise NotUnderstood("dấu «.» chỉ dùng ở cột «điều kiện»")
            return _Subject(".", self._here)
        if self._starts_predicate():
            return None
        start = self._at
        column = self._matched(self._columns)
        if column:
            return _Subject(column)
        asked = self._question()
        if asked and not self._any_sign("+-*/×÷:"):
            return _Subject(f"${{{asked.name}}}", asked)
        self._at = start
        return _Subject(self.sum())

    def _subject_before(self) -> _Subject:
        if self._subject is None:
            raise NotUnderstood(f"«{self._rest() or self._source}» chưa nói về câu nào")
        return self._subject

    def _starts_predicate(self) -> bool:
        start = self._at
        words = ("trong", "khong", "phai", "dai", "tu", *LENGTH, *AMONG, *COMPARING)
        starts = bool(self._comparing()) or self._take(*words)
        self._at = start
        return starts and not match(self._tokens, start, self._vocabulary.phrases)[1]

    # Predicates

    def _predicate(self, subject: _Subject) -> str:
        self._subject, self._going_on = subject, ""
        self._take("phai")
        if self._take("khong trong", "da tra loi", "co tra loi"):
            return f"{subject.xpath} != ''"
        if self._take("trong", "chua tra loi", "khong tra loi"):
            return f"{subject.xpath} = ''"
        for words, among in AMONG.items():
            if self._take(words):
                if among and self._counts(subject):
                    return self._compared(subject)
                return self._about_option(subject, "has" if among else "lacks")
        length = _Subject(f"string-length({subject.xpath})")
        for words, sign in LENGTH.items():
            if self._take(words):
                return self._letters(f"{length.xpath} {sign} {self.sum()}")
        return self._letters(self._compared(length)) if self._take("dai") else self._compared(subject)

    def _letters(self, xpath: str) -> str:
        self._take(*LETTERS)
        return xpath

    def _counts(self, subject: _Subject) -> bool:
        """Whether what follows says how many were picked ("có ít nhất 2 mục"), rather than which."""
        if not (subject.asked and subject.asked.several) or match(self._tokens, self._at, self._options_before())[1]:
            return False
        start = self._at
        counts = bool(self._comparing()) or self._take("tu")
        self._at = start
        return counts

    def _compared(self, subject: _Subject) -> str:
        asked = subject.asked
        if self._take("tu"):
            low = self.sum()
            counted = self._counted(subject)
            if self._take("tro len", "tro di"):
                return f"{counted} >= {low}"
            if not self._take("den", "toi"):
                raise NotUnderstood("sau «từ …» cần «đến …», ví dụ: từ 1 đến 20")
            high = self.sum()
            self._counted(subject)
            return f"{counted} >= {low} and {counted} <= {high}"
        sign = self._comparing()
        if not sign:
            raise NotUnderstood(f"không hiểu «{self._rest()}»" if self._rest() else "điều kiện còn thiếu vế sau")
        if asked and asked.chosen and sign in {"=", "!="} and not self._number_next():
            if asked.kind != "select_one":
                raise NotUnderstood(f"câu chọn nhiều thì viết «{_shown(asked)} có …» hoặc «{_shown(asked)} không có …»")
            return self._about_option(subject, sign)
        value = self.sum()
        return f"{self._counted(subject)} {sign} {value}"

    def _counted(self, subject: _Subject) -> str:
        """Return what a number is compared with: of several answers, how many there are."""
        several = bool(subject.asked and subject.asked.several)
        if self._take(*PICKED) and not several:
            raise NotUnderstood("chỉ câu chọn nhiều mới đếm được số mục")
        self._take(*COUNTED)
        return f"count-selected({subject.xpath})" if several else subject.xpath

    def _about_option(self, subject: _Subject, sign: str) -> str:
        options = subject.asked.options if subject.asked and subject.asked.chosen else None
        if subject.asked and not subject.asked.chosen and sign in {"has", "lacks"}:
            raise NotUnderstood(f"«{_shown(subject.asked)}» không phải câu chọn, không dùng được «có»")
        value = self._option(subject, options)
        self._going_on = sign
        if sign == "has":
            return f"selected({subject.xpath}, {value})"
        if sign == "lacks":
            return f"not(selected({subject.xpath}, {value}))"
        return f"{subject.xpath} {sign} {value}"

    def _option(self, subject: _Subject, options: Phrases | None) -> str:
        token = self._token()
        if token is None:
            raise NotUnderstood("điều kiện còn thiếu đáp án")
        if token.kind == "quoted":
            self._at += 1
            text = token.text[1:-1].strip()
            return literal(text if options is None else self._sure(options.get(fold(text), ()), text))
        if options is not None:
            value = self._matched(options)
            if value:
                return literal(value)
            known = ", ".join(dict.fromkeys(code for codes in options.values() for code in codes))
            raise NotUnderstood(f"câu «{_shown(subject.asked)}» không có đáp án «{self._rest()}»; có: {known[:200]}")
        asked = self._question()
        if asked:
            return f"${{{asked.name}}}"
        self._at += 1
        return literal(token.text)

    def _option_alone(self) -> bool:
        """Whether what follows is one more option for the condition before, rather than a condition of its own."""
        end = match(self._tokens, self._at, self._options_before())[0]
        alone = end > self._at and self._closes(end)
        if alone and self._going_on in {"lacks", "!="}:
            raise NotUnderstood(
                "sau «không có», «khác» cần viết đủ từng vế, ví dụ: nhu_cau không có a và nhu_cau không có b"
            )
        return alone

    def _options_before(self) -> Phrases:
        asked = self._subject.asked if self._subject else None
        return (asked.options if asked else None) or {}

    def _closes(self, at: int) -> bool:
        following = self._tokens[at] if at < len(self._tokens) else None
        return following is None or following.text == ")" or following.words in {("va",), ("hoac",), ("and",), ("or",)}

    def _number_next(self) -> bool:
        """Whether a number comes that stands for no option, as in "đúng 3 mục"."""
        token = self._token()
        asked = self._subject.asked if self._subject else None
        is_option = bool(match(self._tokens, self._at, self._options_before())[1])
        return bool(token and token.kind == "number" and not is_option and asked and asked.kind != "select_one")

    def _comparing(self) -> str:
        token = self._token()
        if token and token.text in SIGNS:
            self._at += 1
            return SIGNS[token.text]
        return next((sign for words, sign in COMPARING.items() if self._take(words)), "")


def _shown(asked: Asked | None) -> str:
    return asked.name if asked else ""
