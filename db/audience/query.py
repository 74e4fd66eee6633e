"""A query as staff type it: `commune=13285,13336 trade=garment size>=10 !answered:needs`."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conversation.catalog import Library
from conversation.form import Form
from conversation.topics import TOPICS

_TERM = re.compile(r"(?P<not>!?)(?P<name>\w+)(?P<sign>>=|<=|=|:|>|<)(?P<values>\S*)")
_SETS = {
    "commune": "=",
    "trade": "=",
    "kind": "=",
    "topic": "=",
    "tag": "=",
    "answered": ":",
    "!answered": ":",
    "class": ":",
    "round": ":",
    "received": ":",
}
_SIGNS = {**{name: {sign} for name, sign in _SETS.items()}, "size": {">=", "<=", "="}}
_NAMES = "commune=… trade=… kind=… size>=… size<=… topic=… tag=… answered:… !answered:… class:… round:… received:…"


class AudienceError(Exception):
    """A query that cannot be read; the message says which word and why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Those whom a round asked, its own audience, and who have not answered."""

    round: int
    audience: "Audience | None" = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Contacts who satisfy every part; an empty part asks for nothing.

    `communes`, `trades` and `kinds` (legal forms) are codes, `answered` and `not_answered` names of forms, `classes`
    code words, `received` numbers of announcements; `smallest` and `largest` bound the number of workers.
    """

    communes: frozenset[str] = frozenset()
    trades: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    smallest: int | None = None
    largest: int | None = None
    topics: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    not_answered: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    rounds: tuple[Asked, ...] = ()
    received: frozenset[int] = frozenset()


def parse(text: str) -> Audience:
    """Read a query; empty means everyone.

    Raises AudienceError at the first word that cannot be read. What a round asked for is not looked up.
    """
    found: dict[str, set[str]] = {name: set() for name in _SETS}
    bounds: dict[str, int] = {}
    for word in text.split():
        name, sign, values = _read(word)
        if name in found:
            if found[name] and sign == "=":
                raise AudienceError(f"«{word}»: {name}= viết hai lần; nhiều giá trị thì cách nhau bằng dấu phẩy")
            found[name] |= values
        else:
            if sign in bounds:
                raise AudienceError(f"«{word}»: {name}{sign} viết hai lần")
            bounds[sign] = _number(word, values, "size cần một con số, ví dụ size>=10")
    if both := found["answered"] & found["!answered"]:
        raise AudienceError(f"vừa answered:{min(both)} vừa !answered:{min(both)}: không ai như vậy")
    smallest, largest = _bounds(bounds)
    return Audience(
        communes=frozenset(found["commune"]),
        trades=frozenset(found["trade"]),
        kinds=frozenset(found["kind"]),
        smallest=smallest,
        largest=largest,
        topics=frozenset(found["topic"]),
        tags=frozenset(tag.lower() for tag in found["tag"]),
        answered=frozenset(found["answered"]),
        not_answered=frozenset(found["!answered"]),
        classes=frozenset(code.upper() for code in found["class"]),
        rounds=tuple(Asked(number) for number in _numbers("round", found["round"])),
        received=frozenset(_numbers("received", found["received"])),
    )


def _read(word: str) -> tuple[str, str, set[str]]:
    """Return the name with its `!`, the sign and the values of one word."""
    term = _TERM.fullmatch(word)
    if term is None:
        raise AudienceError(f"«{word}»: không đọc được; viết như {_NAMES}")
    name, sign = term["not"] + term["name"], term["sign"]
    if name not in _SIGNS:
        raise AudienceError(f"«{word}»: không có bộ lọc tên «{name}»; có {_NAMES}")
    if sign not in _SIGNS[name]:
        signs = " hoặc ".join(f"{name}{one}" for one in sorted(_SIGNS[name], reverse=True))
        raise AudienceError(f"«{word}»: sau {name} phải là dấu khác; viết {signs}")
    values = {value for value in term["values"].split(",") if value}
    if not values:
        raise AudienceError(f"«{word}»: sau {name}{sign} còn thiếu giá trị")
    return name, sign, values


def _number(word: str, values: Collection[str], otherwise: str) -> int:
    number = "".join(values)
    if len(values) > 1 or not re.fullmatch(r"[0-9]{1,6}", number):
        raise AudienceError(f"«{word}»: {otherwise}")
    return int(number)


def _numbers(name: str, values: Iterable[str]) -> list[int]:
    return [_number(f"{name}:{one}", [one], f"{name} cần số thứ tự, ví dụ {name}:3") for one in sorted(values)]


def _bounds(bounds: Mapping[str, int]) -> tuple[int | None, int | None]:
    if "=" in bounds:
        if len(bounds) > 1:
            raise AudienceError("size= không đi cùng size>= hoặc size<=")
        return bounds["="], bounds["="]
    smallest, largest = bounds.get(">="), bounds.get("<=")
    if smallest is not None and largest is not None and smallest > largest:
        raise AudienceError(f"size>={smallest} và size<={largest}: không cơ sở nào có số lao động như vậy")
    return smallest, largest


def refuse_unknown(audience: Audience, library: Library, published: Collection[str] = ()) -> None:
    """Raise AudienceError where a commune, trade, kind, topic or form is named that does not exist: it would reach
    nobody.

    `published` are the names of the forms that staff published.
    """
    kinds: tuple[tuple[str, str, Collection[str], Collection[Any]], ...] = (
        ("commune", "mã xã", audience.communes, library.places.by_code),
        ("trade", "nghề", audience.trades, _values(library.forms.values(), "trade")),
        ("kind", "loại hình", audience.kinds, _values(library.forms.values(), "legal_form")),
        ("topic", "chủ đề", audience.topics, TOPICS),
        ("answered", "phiếu", audience.answered | audience.not_answered, {*library.forms, *published}),
    )
    for name, words, asked, known in kinds:
        if unknown := sorted(set(asked) - set(known)):
            raise AudienceError(f"«{name}»: không có {words} «{unknown[0]}»")


def _values(forms: Iterable[Form], name: str) -> set[str]:
    return {option.value for form in forms for q in form.questions if q.name == name for option in q.options}
