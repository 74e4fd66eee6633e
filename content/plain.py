"""Words of a form without the marks of style that ODK knows: a chat shows letters only."""

import re

_TAG = re.compile(r"</?(?:span|font|div|p|b|i|u|em|strong|h[1-6])(?:\s[^<>]*)?>", re.IGNORECASE)
_NEW_LINE = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()]+)\)")
# A mark stands right before the first letter and right after the last; within a word or a name (so_tho) it is none.
_STRESSED = re.compile(r"(?<![\w{/])(\*{1,3}|_{1,3})(?=[\w$«“])([^*\n]+?)(?<=[\w}.,:!?%»”])\1(?![\w}/])")


def plain(words: str) -> str:
    """Return words without tags, stars and underscores of stress and heading marks; a link as its words and address."""
    if not any(mark in words for mark in "<*_#["):
        return words
    lines = _TAG.sub("", _NEW_LINE.sub("\n", words))
    return _STRESSED.sub(r"\2", _LINK.sub(r"\1 (\2)", _HEADING.sub("", lines))).strip()
