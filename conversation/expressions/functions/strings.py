"""Text: XPath 1.0's functions, ODK's, and digests."""

import base64
import hashlib
import math
import re
import uuid
from collections.abc import Callable

from conversation.expressions.errors import ExpressionError
from conversation.expressions.functions.registry import function
from conversation.expressions.scope import Focus
from conversation.expressions.values import Value, as_it_is, number_of, singles, text_of

_SPACES = re.compile(r"[ \t\r\n]+")
_DIGESTS = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}
_LONGEST_UUID = 1000


@function("string", as_it_is, least=0, focused=True)
def string(focus: Focus, value: Value | None = None) -> str:
    return str(text_of([focus.node] if value is None else value))


@function("concat", more=as_it_is)
def concat(*values: Value) -> str:
    """Every node of a node-set counts."""
    return "".join(map(text_of, singles(values)))


@function("join", text_of, more=as_it_is)
def join(separator: str, *values: Value) -> str:
    return separator.join(map(text_of, singles(values)))


@function("substr", text_of, number_of, number_of, least=2)
def substr(text: str, start: float, end: float = math.inf) -> str:
    """From 0, up to but without `end`; a negative place counts from the end of the text."""
    if math.isnan(start) or math.isnan(end):
        return ""
    return text[_place(start, len(text)) : _place(end, len(text))]


def _place(number: float, length: int) -> int:
    place = int(max(-length, min(number, length)))
    return place + length if place < 0 else place


@function("substring", text_of, number_of, number_of, least=2)
def substring(text: str, start: float, length: float = math.inf) -> str:
    """XPath 1.0's own: from 1, so many characters."""
    first, end = _nearest(start), _nearest(start) + _nearest(length)
    first, end = max(first, 1.0), min(end, len(text) + 1.0)
    return text[int(first) - 1 : int(end) - 1] if first < end else ""


def _nearest(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


@function("substring-before", text_of, text_of)
def substring_before(text: str, mark: str) -> str:
    return text.partition(mark)[0] if mark and mark in text else ""


@function("substring-after", text_of, text_of)
def substring_after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


@function("translate", text_of, text_of, text_of)
def translate(text: str, old: str, new: str) -> str:
    table: dict[int, str] = {}
    for index, letter in enumerate(old):
        table.setdefault(ord(letter), new[index : index + 1])
    return text.translate(table)


@function("string-length", text_of, least=0, focused=True)
def string_length(focus: Focus, text: str | None = None) -> float:
    return float(len(text_of([focus.node]) if text is None else text))


@function("normalize-space", text_of, least=0, focused=True)
def normalize_space(focus: Focus, text: str | None = None) -> str:
    return _SPACES.sub(" ", text_of([focus.node]) if text is None else text).strip(" ")


@function("contains", text_of, text_of)
def contains(text: str, part: str) -> bool:
    return part in text


@function("starts-with", text_of, text_of)
def starts_with(text: str, start: str) -> bool:
    return text.startswith(start)


@function("ends-with", text_of, text_of)
def ends_with(text: str, end: str) -> bool:
    return text.endswith(end)


@function("uuid", number_of, least=0, focused=True)
def make_uuid(focus: Focus, length: float = math.nan) -> str:
    """A version 4 UUID decided by the seed; with a length, that many characters of such."""
    if length > _LONGEST_UUID:
        raise ExpressionError(f"uuid() cho dài nhất {_LONGEST_UUID} ký tự.")
    wanted = 36 if math.isnan(length) else max(int(length), 0)
    text = ""
    while len(text) < wanted:
        text += str(uuid.UUID(bytes=focus.evaluation.draw()[:16], version=4))
    return text[:wanted]


def _known_digest(text: str | None, algorithm: str | None, encoding: str | None = None) -> None:
    if algorithm is not None:
        _algorithm(algorithm)
    if encoding is not None:
        _encoder(encoding)


def _algorithm(name: str) -> str:
    known = _DIGESTS.get(name.lower().replace("-", ""))
    if known is None:
        raise ExpressionError(f"digest() không biết cách băm “{name}”: dùng MD5, SHA-1, SHA-256, SHA-384 hoặc SHA-512.")
    return known


def _encoder(name: str) -> Callable[[bytes], str]:
    if name.lower() == "hex":
        return bytes.hex
    if name.lower() == "base64":
        return lambda data: base64.b64encode(data).decode("ascii")
    raise ExpressionError(f"digest() không biết cách viết “{name}”: dùng base64 hoặc hex.")


@function("digest", text_of, text_of, text_of, least=2, check=_known_digest)
def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    data = text.encode("utf-8", "replace")
    return _encoder(encoding)(hashlib.new(_algorithm(algorithm), data, usedforsecurity=False).digest())


@function("base64-decode", text_of)
def base64_decode(text: str) -> str:
    """What is not base64 gives ''."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""
