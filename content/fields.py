"""A YAML mapping whose every entry knows its line, so that a mistake can be pointed at."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from content.errors import ContentError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fields:
    """The entries of one mapping of `file`: name → (line, value).

    A mapping inside it is Fields again, a sequence a tuple. Each reader below raises ContentError when the entry is
    missing or of another kind; one with a `default` may be missing or empty.
    """

    file: Path
    line: int
    entries: dict[str, tuple[int, Any]]

    def text(self, name: str, default: str | None = None) -> str:
        text = self._typed(name, str, "một dòng chữ", default)
        if not text.strip() and default is None:
            raise self.error(f"mục «{name}» đang bỏ trống", name)
        return text.strip()

    def flag(self, name: str) -> bool:
        return self._typed(name, bool, "true hoặc false")

    def number(self, name: str) -> int:
        return self._typed(name, int, "một số nguyên")

    def number_or_none(self, name: str) -> int | None:
        return self.number(name) if self._given(name) else None

    def day_or_none(self, name: str) -> date | None:
        return self._typed(name, date, "một ngày, ví dụ 2018-05-11") if self._given(name) else None

    def texts(self, name: str) -> tuple[str, ...]:
        items = self._typed(name, tuple, "một danh sách", ())
        if not all(isinstance(item, str) and item.strip() for item in items):
            raise self.error(f"mỗi dòng của «{name}» phải là chữ", name)
        return tuple(item.strip() for item in items)

    def each(self, name: str, known: frozenset[str]) -> tuple["Fields", ...]:
        """Return the mappings listed under `name`, each with `known` entries only."""
        items = self._typed(name, tuple, "một danh sách", ())
        if not all(isinstance(item, Fields) for item in items):
            raise self.error(f"mỗi dòng của «{name}» phải gồm các mục có tên", name)
        return tuple(item.only(known) for item in items)

    def only(self, known: frozenset[str]) -> "Fields":
        """Return these fields, or raise ContentError when one has a name that is not in `known`."""
        for name in self.entries:
            if name not in known:
                raise self.error(f"không có mục nào tên «{name}»; các mục: {', '.join(sorted(known))}", name)
        return self

    def error(self, message: str, name: str = "") -> ContentError:
        """Return the error to raise, at the line of the entry `name` if there is one."""
        line, _ = self.entries.get(name, (self.line, None))
        return ContentError(self.file, line, message)

    def _given(self, name: str) -> bool:
        _, value = self.entries.get(name, (0, None))
        return value is not None

    def _typed(self, name: str, kind: type[T], words: str, default: T | None = None) -> T:
        if not self._given(name):
            if default is None:
                raise self.error(f"thiếu mục «{name}»", name)
            return default
        _, value = self.entries[name]
        # True is an int to Python, never to a person.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.error(f"mục «{name}» phải là {words}", name)
        return value


def read_fields(file: Path, text: str, first_line: int = 1) -> Fields:
    """Read a YAML text whose outermost level is a mapping; `first_line` is where the text begins in `file`."""
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise ContentError(file, first_line, "cần các mục có tên, mỗi mục một dòng «tên: nội dung»")
        return _mapping(file, loader, node, first_line)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise ContentError(file, first_line + line, f"YAML viết sai: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        raise ContentError(file, first_line + line, "có ký tự điều khiển không đọc được") from error


def _mapping(file: Path, loader: yaml.SafeLoader, node: yaml.MappingNode, first_line: int) -> Fields:
    entries: dict[str, tuple[int, Any]] = {}
    for key, value in node.value:
        line = first_line + key.start_mark.line
        name = str(key.value)
        if name in entries:
            raise ContentError(file, line, f"mục «{name}» viết hai lần")
        entries[name] = (line, _value(file, loader, value, first_line))
    return Fields(file, first_line + node.start_mark.line, entries)


def _value(file: Path, loader: yaml.SafeLoader, node: yaml.Node, first_line: int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(file, loader, node, first_line)
    if isinstance(node, yaml.SequenceNode):
        return tuple(_value(file, loader, item, first_line) for item in node.value)
    try:
        return loader.construct_object(node)
    except ValueError as error:
        raise ContentError(file, first_line + node.start_mark.line, f"không đọc được «{node.value}»") from error
