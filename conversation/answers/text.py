"""One spelling for what can be typed in several."""

import re
import unicodedata

# Controls, what Unicode calls default-ignorable, lone surrogates (no database takes them), a digit's keycap.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20e3\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_DIGIT = re.compile(r"[^\D0-9]")
_MARK = re.compile("[\u0300-\u036f]")
_VIETNAMESE_MARK = re.compile("[\u0300-\u0303\u0306\u0309\u031b\u0323đ]")
_WORD = re.compile(r"[^\W_]+")
_D = str.maketrans("đðɖ", "ddd")


def normalise(text: str) -> str:
    """Return the text in NFC on one line, without invisible characters, every decimal digit an ASCII one."""
    spaced = " ".join(text.split()).replace("🔟", "10")
    ascii_digits = _DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), spaced)
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", ascii_digits)).split())


def fold(text: str) -> str:
    """Return the text for comparing: lower case, no diacritics, no punctuation ("Cơ sở Mộc" → "co so moc")."""
    decomposed = unicodedata.normalize("NFKD", normalise(text)).lower()
    return " ".join(_WORD.findall(_MARK.sub("", decomposed).translate(_D)))


def has_tones(text: str) -> bool:
    """Whether any Vietnamese diacritic, or đ, is there."""
    return bool(marks(normalise(text)))


def marks(text: str) -> frozenset[str]:
    """Return the Vietnamese diacritics a text carries, wherever they stand; đ counts as one."""
    return frozenset(_VIETNAMESE_MARK.findall(unicodedata.normalize("NFD", text.lower())))
