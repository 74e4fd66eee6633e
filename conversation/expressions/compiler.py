"""From the tree of an expression to a function that evaluates it on ElementTree's nodes.

elementpath's own evaluator first copies the whole instance into nodes of its own (0.1 ms for 26 questions, 9 ms for a
list of 3,000 rows) and gives operators XPath's meaning, not ODK's; what is compiled here walks the elements themselves.
"""

import operator
import posixpath
from collections.abc import Callable
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element

from elementpath.xpath_tokens import XPathToken

from conversation.expressions import paths
from conversation.expressions.errors import ExpressionError
from conversation.expressions.functions import FUNCTIONS
from conversation.expressions.grammar import TOO_DEEP, refused, spine, unrolled, without_predicates
from conversation.expressions.operators import ARITHMETIC, COMPARISONS
from conversation.expressions.scope import Focus
from conversation.expressions.special import SPECIAL
from conversation.expressions.values import Value, nodes_of, number_of, truth_of

Evaluator: TypeAlias = Callable[[Focus], Value]
NodesEvaluator: TypeAlias = Callable[[Focus], list[Element]]

MAX_DEPTH = 100
_LITERALS = frozenset({"(string)", "(integer)", "(decimal)", "(float)"})
_NODE_SYMBOLS = frozenset({"(name)", "/", "//", ".", "..", "[", "|"})
_NODE_FUNCTIONS = frozenset({"instance", "current", "randomize", "indexed-repeat", "if"})


class Compiler:
    """Compiles one expression; `named` gathers the paths it names, absolute or from the question ("../x").

    `base` is the path that "." stands for where a part of the expression is read: "." at the top, none where unknown.
    """

    def __init__(self) -> None:
        self.named: set[str] = set()
        self._depth = 0

    def value(self, token: XPathToken, base: str | None = ".") -> Evaluator:
        """Compile what may give any kind of value."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise refused(token, TOO_DEEP)
        compiled = self._value(token, base)
        self._depth -= 1
        return compiled

    def _value(self, token: XPathToken, base: str | None) -> Evaluator:
        symbol = token.symbol
        if symbol in _LITERALS:
            return _constant(token)
        if symbol in {"or", "and"}:
            return self._logical(token, base)
        if symbol in COMPARISONS:
            return self._comparison(token, base)
        if symbol in {"+", "-"} and len(token) == 1:
            return self._signed(token, base)
        if symbol in ARITHMETIC and len(token) == 2:
            return self._arithmetic(token, base)
        if symbol == "(":
            return self.value(token[0], base)
        if token.label == "function" or symbol == ":":
            return self._call(token, base)
        return self.nodes(token, base)[0]

    def _logical(self, token: XPathToken, base: str | None) -> Evaluator:
        first, links = spine(token, frozenset({token.symbol}))
        terms = [self.value(part, base) for part in (first, *(link[1] for link in links))]
        decided = token.symbol == "or"

        def logical(focus: Focus) -> bool:
            for term in terms:
                if truth_of(term(focus)) is decided:
                    return decided
            return not decided

        return logical

    def _comparison(self, token: XPathToken, base: str | None) -> Evaluator:
        compare = COMPARISONS[token.symbol]
        left, right = self.value(token[0], base), self.value(token[1], base)
        return lambda focus: compare(left(focus), right(focus))

    def _signed(self, token: XPathToken, base: str | None) -> Evaluator:
        sign = operator.neg if token.symbol == "-" else operator.pos
        operand = self.value(token[0], base)
        return lambda focus: float(sign(number_of(operand(focus))))

    def _arithmetic(self, token: XPathToken, base: str | None) -> Evaluator:
        start, links = spine(token, frozenset(ARITHMETIC))
        first = self.value(start, base)
        rest = [(ARITHMETIC[link.symbol], self.value(link[1], base)) for link in links]

        def arithmetic(focus: Focus) -> float:
            result = number_of(first(focus))
            for operate, operand in rest:
                result = operate(result, number_of(operand(focus)))
            return result

        return arithmetic

    def _call(self, token: XPathToken, base: str | None) -> Evaluator:
        name = str(token.value) if token.symbol == ":" else token.symbol
        arguments = list(token[1] if token.symbol == ":" else token)
        if name in SPECIAL:
            return SPECIAL[name](self, token, arguments, base)
        function = FUNCTIONS.get(name)
        if function is None:
            raise refused(token, f"Không hiểu “{name}”")
        conversions = function.conversions(len(arguments))
        if conversions is None:
            raise refused(token, f"Hàm {name}() {function.arity}")
        self._check(token, function.check, arguments)
        run = function.run
        pairs = [
            (convert, self.nodes(part, base)[0] if convert is nodes_of else self.value(part, base))
            for convert, part in zip(conversions, arguments, strict=True)
        ]
        if function.focused:
            return lambda focus: run(focus, *[convert(part(focus)) for convert, part in pairs])
        return lambda focus: run(*[convert(part(focus)) for convert, part in pairs])

    @staticmethod
    def _check(token: XPathToken, check: Callable[..., None] | None, arguments: list[XPathToken]) -> None:
        if check is None:
            return
        try:
            check(*[str(part.value) if part.symbol in _LITERALS else None for part in arguments])
        except ExpressionError as error:
            raise refused(token, str(error).removesuffix(".")) from error

    def nodes(self, token: XPathToken, base: str | None = ".") -> tuple[NodesEvaluator, str | None]:
        """Compile what must give nodes; with the path of those nodes, where it is plain."""
        symbol = token.symbol
        if symbol == "(" and len(token) == 1:
            return self.nodes(token[0], base)
        if symbol in _NODE_FUNCTIONS:
            found = self.value(token, base)
            return lambda focus: nodes_of(found(focus)), "." if symbol == "current" else None
        if symbol == "|":
            return self._union(token, base), None
        if symbol not in _NODE_SYMBOLS and token.label not in {"axis", "kind test"} and (symbol != "*" or len(token)):
            raise refused(token, "Chỗ này cần một câu hỏi hay một nhóm, không phải một giá trị")
        return self._path(token, base)

    def _union(self, token: XPathToken, base: str | None) -> NodesEvaluator:
        first, links = spine(token, frozenset({"|"}))
        parts = [self.nodes(part, base)[0] for part in (first, *(link[1] for link in links))]
        return lambda focus: paths.in_document_order(focus.evaluation, [node for part in parts for node in part(focus)])

    def _path(self, token: XPathToken, base: str | None) -> tuple[NodesEvaluator, str | None]:
        first, links = unrolled(token)
        if first is None and not links:
            raise refused(token, "Sau dấu “/” thiếu tên")
        start: NodesEvaluator = _root if first is None else _here
        path = "/" if first is None else base
        if first is not None:
            if _is_primary(first):
                start, path = self._primary(first, base)
            else:
                links = [("/", first), *links]
        steps: list[paths.Step] = []
        own = first is None
        for link, (separator, part) in enumerate(links):
            if separator == "//":
                self.name(path)
                steps.append(paths.all_below)
                path, own = None, False
            own = own and part.symbol == "(name)" and link < len(links) - 1
            step, path = self._step(part, path, own)
            steps.append(step)
        self.name(path)

        def walk(focus: Focus) -> list[Element]:
            nodes = start(focus)
            for step in steps:
                nodes = step(focus, nodes)
            return nodes

        return walk, path and posixpath.normpath(path)

    def _primary(self, token: XPathToken, base: str | None) -> tuple[NodesEvaluator, str | None]:
        """Compile what a path may start with besides a step, `current()` or `(…)`, with predicates on all of it."""
        bare, conditions = without_predicates(token)
        found, path = self.nodes(bare, base)
        predicates = [self.value(condition, path) for condition in conditions]
        return lambda focus: paths.passing(focus, found(focus), predicates), path

    def _step(self, token: XPathToken, path: str | None, own: bool) -> tuple[paths.Step, str | None]:
        bare, conditions = without_predicates(token)
        backwards = False
        if bare.symbol == "(name)":
            name = str(bare.value)
            step = paths.own_children(name) if own else paths.children(name)
            path = path and posixpath.join(path, name)
        elif bare.symbol == ".":
            step = paths.themselves
        elif bare.symbol == "..":
            step = paths.parents
            path = path and posixpath.join(path, "..")
        else:
            self.name(path)
            step, path = _axis(bare), None
            backwards = bare.symbol in paths.BACKWARDS
        predicates = [self.value(condition, path) for condition in conditions]
        return paths.filtered(step, predicates, backwards) if predicates or backwards else step, path

    def name(self, path: str | None) -> None:
        """Note a path that the expression names."""
        if path is not None:
            self.named.add(posixpath.normpath(path))


def _constant(token: XPathToken) -> Evaluator:
    value: Any = token.value
    constant = value if isinstance(value, str) else float(str(value))
    return lambda focus: constant


def _root(focus: Focus) -> list[Element]:
    """What holds the instance: a document, to which `/data` is a child."""
    holder = Element("instance")
    holder.append(focus.evaluation.scope.root)
    return [holder]


def _here(focus: Focus) -> list[Element]:
    return [focus.node]


def _is_primary(token: XPathToken) -> bool:
    bare, _ = without_predicates(token)
    return bare.symbol == "(" or bare.label == "function"


def _axis(token: XPathToken) -> paths.Step:
    if token.symbol == "node" or (token.symbol == "*" and not len(token)):
        return paths.along("child", None)
    if token.symbol in paths.AXES and token[0].symbol in {"(name)", "*", "node"}:
        return paths.along(token.symbol, str(token[0].value) if token[0].symbol == "(name)" else None)
    raise refused(token, "Đường dẫn chỉ gồm tên câu hỏi, tên nhóm, “.”, “..” và điều kiện trong “[…]”")
