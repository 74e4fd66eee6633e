"""The functions that look at their arguments before these are evaluated."""

import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from elementpath.xpath_tokens import XPathToken

from conversation.expressions import paths
from conversation.expressions.grammar import refused
from conversation.expressions.scope import Focus
from conversation.expressions.values import Value, number_of, text_of, truth_of

if TYPE_CHECKING:
    from conversation.expressions.compiler import Compiler

Special = Callable[["Compiler", XPathToken, list[XPathToken], str | None], Callable[[Focus], Value]]


def _if(
    compiler: "Compiler", token: XPathToken, arguments: list[XPathToken], base: str | None
) -> Callable[[Focus], Value]:
    """Only the value chosen is evaluated."""
    if len(arguments) != 3:
        raise refused(token, "Hàm if() cần 3 giá trị trong ngoặc: điều kiện, nếu đúng, nếu sai")
    condition, then, otherwise = (compiler.value(part, base) for part in arguments)
    return lambda focus: then(focus) if truth_of(condition(focus)) else otherwise(focus)


def _choice_name(
    compiler: "Compiler", token: XPathToken, arguments: list[XPathToken], base: str | None
) -> Callable[[Focus], Value]:
    """The second argument is a path in quotes: the question whose choices are meant."""
    if len(arguments) != 2 or arguments[1].symbol != "(string)":
        raise refused(token, "Hàm jr:choice-name() cần một giá trị và tên câu hỏi trong dấu nháy")
    answer = compiler.value(arguments[0], base)
    path = str(arguments[1].value).strip()
    compiler.name(base and posixpath.join(base, path))
    question = posixpath.basename(path)

    def choice_name(focus: Focus) -> str:
        text = text_of(answer(focus))
        return focus.evaluation.scope.label_of(question, text) if text else ""

    return choice_name


def _indexed_repeat(
    compiler: "Compiler", token: XPathToken, arguments: list[XPathToken], base: str | None
) -> Callable[[Focus], Value]:
    """The question in given turns of its repeats; where none is given, in the turn the asking question stands in."""
    if len(arguments) < 3 or len(arguments) % 2 == 0:
        raise refused(token, "Hàm indexed-repeat() cần câu hỏi, rồi từng cặp nhóm lặp và số thứ tự")
    target, *repeats = (_plain_path(compiler, part, base) for part in (arguments[0], *arguments[1::2]))
    indexes = [compiler.value(part, base) for part in arguments[2::2]]

    def indexed_repeat(focus: Focus) -> list[Element]:
        place = focus.evaluation.place
        turns = {
            posixpath.normpath(posixpath.join(place, repeat)): number_of(index(focus))
            for repeat, index in zip(repeats, indexes, strict=True)
        }
        return paths.in_turns(focus, posixpath.normpath(posixpath.join(place, target)), turns)

    return indexed_repeat


def _plain_path(compiler: "Compiler", token: XPathToken, base: str | None) -> str:
    path = compiler.nodes(token, base)[1]
    if path is None:
        raise refused(token, "Hàm indexed-repeat() cần đường dẫn không kèm điều kiện")
    return path


SPECIAL: dict[str, Special] = {"if": _if, "indexed-repeat": _indexed_repeat, "jr:choice-name": _choice_name}
