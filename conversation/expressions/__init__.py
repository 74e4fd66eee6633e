"""XLSForm's formulas (relevant, constraint, calculation, choice_filter): XPath 1.0 with ODK's functions and meaning."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from conversation.expressions.compiler import Compiler
from conversation.expressions.errors import ExpressionError
from conversation.expressions.functions.nodes import shuffled
from conversation.expressions.grammar import TOO_DEEP, parse
from conversation.expressions.results import Result, result_of
from conversation.expressions.scope import Evaluation, Focus, Scope
from conversation.expressions.values import Moment, Value, number_of, text_of, truth_of

__all__ = ["Expression", "ExpressionError", "Scope", "expression", "resolve_references", "shuffled"]

_REFERENCE = re.compile(r"\$\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula, read and ready: evaluate it in as many scopes as there are.

    `references` are the absolute paths it names ("/data/group/name"); a group's path stands for all within, "/" for
    everything. `result` says what it may give. Evaluating raises ExpressionError only for what could not be seen
    before: a pattern of regex(), an algorithm of digest(), a length of uuid() that come from answers and cannot be
    used.
    """

    source: str
    references: frozenset[str]
    result: Result
    _named: frozenset[str]
    _run: Callable[[Focus], Value]

    def references_from(self, path: str) -> frozenset[str]:
        """Return the absolute paths it names, relative ones read from the question at `path`."""
        return frozenset(posixpath.normpath(posixpath.join(path, named)) for named in self._named)

    def value(self, scope: Scope) -> str | float | bool:
        """Return what it gives; of nodes the text of the first, of dates ISO text."""
        value = self._evaluated(scope)
        return text_of(value) if isinstance(value, list) else str(value) if isinstance(value, Moment) else value

    def text(self, scope: Scope) -> str:
        """Return what it gives as ODK writes it into an answer: "3", "0.5", "true", "" for what is no number."""
        return str(text_of(self._evaluated(scope)))

    def number(self, scope: Scope) -> float:
        """Return what it gives as a number; NaN for what is none."""
        return number_of(self._evaluated(scope))

    def true(self, scope: Scope) -> bool:
        """Whether it holds."""
        return truth_of(self._evaluated(scope))

    def _evaluated(self, scope: Scope) -> Value:
        return self._run(Focus(Evaluation(scope, self.source), scope.node))


@lru_cache(maxsize=4096)
def expression(source: str) -> Expression:
    """Read a formula; ExpressionError says in words what is wrong with it and where."""
    compiler = Compiler()
    try:
        tree = parse(source)
        run = compiler.value(tree)
        result = result_of(tree)
    except RecursionError as error:
        raise ExpressionError(f"{TOO_DEEP}.") from error
    named = frozenset(compiler.named)
    return Expression(source, frozenset(path for path in named if path.startswith("/")), result, named, run)


def resolve_references(source: str, paths: Mapping[str, str]) -> str:
    """Put paths in the place of `${name}`, also within quotes, with a space on either side as names may end in "-".

    ExpressionError names what is not in `paths`.
    """

    def path_of(reference: re.Match[str]) -> str:
        name = reference[1].strip()
        if name not in paths:
            raise ExpressionError(f"Không có câu hỏi nào tên “{name}”", reference.start())
        return f" {paths[name]} "

    resolved = _REFERENCE.sub(path_of, source)
    if "${" in resolved:
        raise ExpressionError("“${” thiếu dấu “}” đóng lại", source.rindex("${"))
    return resolved
