"""Reading XPath 1.0 with ODK's function names; elementpath does the reading, nothing is evaluated here."""

from typing import Any, ClassVar

from elementpath import ElementPathError, XPath1Parser
from elementpath.xpath_tokens import XPathToken

from conversation.expressions.errors import ExpressionError
from conversation.expressions.functions import FUNCTIONS

LONGEST_SOURCE = 20_000
TOO_DEEP = "Công thức lồng quá nhiều lớp: hãy tách ra thành các câu tính trung gian"
_JAVAROSA = "http://openrosa.org/javarosa"
_SEEN_BY_COMPILER = ("if", "indexed-repeat")
_REFUSED = {
    "search": "Hàm search() không dùng được ở đây: hãy dùng select_one_from_file với choice_filter",
    "area": "Hàm area() không dùng được ở đây: hội thoại không vẽ vùng trên bản đồ",
    "distance": "Hàm distance() không dùng được ở đây: hội thoại không đo đường trên bản đồ",
    "geofence": "Hàm geofence() không dùng được ở đây: hội thoại không vẽ vùng trên bản đồ",
    "itext": "Hàm jr:itext() không dùng được ở đây: hãy viết lời trong cột nhãn",
}


class _Parser(XPath1Parser):
    """XPath 1.0 whose functions are ODK's.

    elementpath allows one parser class in a module, and registers a token class under a symbol once only: a built-in's
    must be taken out of this class's own table first. Any number of arguments is read; the compiler counts them.
    """

    DEFAULT_NAMESPACES: ClassVar[dict[str, str]] = {**XPath1Parser.DEFAULT_NAMESPACES, "jr": _JAVAROSA}
    PATH_STEP_LABELS = (*XPath1Parser.PATH_STEP_LABELS, "function")
    PATH_STEP_SYMBOLS = XPath1Parser.PATH_STEP_SYMBOLS | {"("}

    def parse(self, source: str) -> XPathToken:
        """Parse without the base class's trial evaluation, which raises on what ODK allows (`'a' > 3`)."""
        return super(XPath1Parser, self).parse(source)


for _name in [name for name, token in _Parser.symbol_table.items() if token.label == "function"]:
    _Parser.unregister(_name)
for _name in (*FUNCTIONS, *_SEEN_BY_COMPILER):
    _Parser.function(_name, nargs=(0, None))
_Parser.function("choice-name", prefix="jr", nargs=(0, None))
for _symbol, _binding in {"=": 28, "!=": 28, "<": 30, "<=": 30, ">": 30, ">=": 30}.items():
    _Parser.unregister(_symbol)  # the base class binds all alike and refuses `a = b = c`
    _Parser.infix(_symbol, bp=_binding)


def parse(source: str) -> XPathToken:
    """Return the tree of an expression; ExpressionError says in words what could not be read, and where."""
    if not source.strip():
        raise ExpressionError("Công thức để trống.")
    if len(source) > LONGEST_SOURCE:
        raise ExpressionError(f"Công thức dài quá {LONGEST_SOURCE} ký tự.")
    if "${" in source:
        raise ExpressionError("Tên câu hỏi “${…}” chưa được thay bằng đường dẫn", source.index("${"))
    try:
        return _Parser().parse(source)
    except ElementPathError as error:
        raise _explained(source, error.token) from error
    except ValueError as error:
        raise ExpressionError("Công thức có số quá dài.") from error


def _explained(source: str, token: Any) -> ExpressionError:
    if token is None or token.symbol == "(end)":
        return ExpressionError("Công thức còn dở dang ở cuối", len(source))
    start, end = token.span
    if token.symbol == "(name)" and source[end:].lstrip().startswith("("):
        return ExpressionError(_REFUSED.get(token.value, f"Không có hàm {token.value}()"), start)
    return ExpressionError(f"Không hiểu chỗ “{source[start : start + 20].strip()}”", start)


def refused(token: XPathToken, message: str) -> ExpressionError:
    """Return the error that says what is wrong at a token."""
    return ExpressionError(message, int(token.span[0]))


def spine(token: XPathToken, symbols: frozenset[str]) -> tuple[XPathToken, list[XPathToken]]:
    """Unroll a chain of operators (`a + b + c` is a tree that leans left): its first operand, then the operators."""
    links: list[XPathToken] = []
    while token.symbol in symbols and len(token) == 2:
        links.append(token)
        token = token[0]
    return token, links[::-1]


def unrolled(token: XPathToken) -> tuple[XPathToken | None, list[tuple[str, XPathToken]]]:
    """Return what a path starts with, none for the root, and its further steps with what separates them."""
    links: list[tuple[str, XPathToken]] = []
    while token.symbol in {"/", "//"}:
        if len(token) < 2:
            return None, [*((token.symbol, part) for part in token), *links[::-1]]
        links.append((token.symbol, token[1]))
        token = token[0]
    return token, links[::-1]


def without_predicates(token: XPathToken) -> tuple[XPathToken, list[XPathToken]]:
    """Return a step without its predicates, and the predicates."""
    conditions: list[XPathToken] = []
    while token.symbol == "[":
        conditions.append(token[1])
        token = token[0]
    return token, conditions[::-1]
