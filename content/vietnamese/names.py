"""Names that programs read, made of words."""

from collections.abc import Container

from pyxform.parsing.expression import is_xml_tag

from conversation.answers.text import fold

LONGEST = 40


def as_name(words: str) -> str:
    """Return words as a name ("Số thợ" → "so_tho"); what is a name without diacritics already stays as it is."""
    if words.isascii() and is_xml_tag(words) and ":" not in words:
        return words
    name = _cut("_".join(fold(words).split()))
    return name if not name or name[0].isalpha() else f"c_{name}"


def as_code(words: str) -> str:
    """Return words as the code of an option, which may begin with a figure."""
    return _cut("_".join(fold(words).split()))


def unlike(name: str, taken: Container[str]) -> str:
    """Return the name, with a number where it is taken."""
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST + 1].rpartition("_")[0] or name[:LONGEST]
