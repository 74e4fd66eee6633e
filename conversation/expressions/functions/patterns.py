"""regex(): patterns that staff wrote, tried on what anybody may type."""

import re
import warnings
from functools import lru_cache

from conversation.expressions.errors import ExpressionError
from conversation.expressions.functions.registry import function
from conversation.expressions.values import text_of

LONGEST_TEXT = 2000
LONGEST_PATTERN = 500

_ATOM = r"(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\()\[\]|*+?{}])"
_MAYBE = rf"(?:{_ATOM}(?:[*?]|\{{0?,\d*\}})[?+]?)*"
_VARIABLE = r"(?:[*+]|\{\d*,\d*\})[?+]?"
_MANY_TIMES = r"(?:[*+]|\{\d*,\}|\{\d*,?\d\d+\})"
_REPEATED_REPEAT = re.compile(rf"\((?:\?:)?\^?{_MAYBE}{_ATOM}{_VARIABLE}{_MAYBE}\$?\){_MANY_TIMES}")
_DOLLAR = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    if len(pattern) > LONGEST_PATTERN:
        raise ExpressionError(f"Mẫu của regex() dài quá {LONGEST_PATTERN} ký tự.")
    if _REPEATED_REPEAT.search(pattern):
        raise ExpressionError(f"Mẫu “{pattern}” của regex() lặp một đoạn vốn đã lặp, có thể chạy mãi: cần viết lại.")
    ends_exactly = _DOLLAR.sub(lambda found: r"\Z" if found[0] == "$" else found[0], pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(ends_exactly, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise ExpressionError(f"Mẫu “{pattern}” của regex() viết sai.") from error


def _check(text: str | None, pattern: str | None) -> None:
    if pattern is not None:
        _compiled(pattern)


@function("regex", text_of, text_of, check=_check)
def regex(text: str, pattern: str) -> bool:
    r"""Whether the pattern is found anywhere in the text, `^` and `$` being its very ends and \d, \w ASCII.

    Guarded against patterns that never end: a text of more than 2,000 characters does not match, a pattern may have 500
    characters, and one that repeats what is already repeated, as `(a+)+` or `(\w+ ?)*`, is refused. Rarer slow ones, as
    a repeated choice of two alike, still get through.
    """
    return len(text) <= LONGEST_TEXT and _compiled(pattern).search(text) is not None
