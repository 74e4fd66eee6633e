"""Vietnamese typed for the fonts of before Unicode (.VnTime: TCVN3; VNI-Times: VNI), told apart and put right.

Such text is Latin letters and signs that look Vietnamese in their own font only: "C¬ së" for "Cơ sở". Which one a cell
is in shows in what becomes of its words: only the right reading makes Vietnamese syllables of them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Literal
from unicodedata import normalize

Encoding = Literal["", "tcvn3", "vni"]
NAMES: Mapping[Encoding, str] = {"tcvn3": "TCVN3 (phông .VnTime)", "vni": "VNI-Windows (phông VNI-Times)"}

# TCVN 5712:1993, VN3: one byte a letter, shown here as Windows-1252 shows it; the capitals with tones are the font's.
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
# VNI for Windows: a letter, then the sign of what is above or below it.
_VNI_SIGNS = {
    "a": ("ùøûõïêéèúüëâáàåãä", "áàảãạăắằẳẵặâấầẩẫậ"),
    "e": ("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ"),
    "o": ("ùøûõïâáàåãä", "óòỏõọôốồổỗộ"),
    "ô": ("ùøûõï", "ớờởỡợ"),
    "u": ("ùøûõï", "úùủũụ"),
    "ö": ("ùøûõï", "ứừửữự"),
    "y": ("ùøûõ", "ýỳỷỹ"),
}
_VNI = {
    letter + sign: made
    for letter, (signs, all_made) in _VNI_SIGNS.items()
    for sign, made in zip(signs, all_made, strict=True)
}
_VNI |= dict(zip("ôöæóòîñ", "ơưỉĩịỵđ", strict=True))
_VNI |= {one.upper(): made.upper() for one, made in _VNI.items()}
_VNI |= {one.capitalize(): made.upper() for one, made in _VNI.items() if len(one) > 1}
_VNI_PART = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

# What no font of before Unicode has: ă đ ơ ư and all letters that carry two marks.
_UNICODE = re.compile("[\u0100-\u01ff\u0300-\u036f\u1ea0-\u1eff]")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\s\d.,;:/()\"'“”‘’?!&+\-–_\[\]]+")
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu êng i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan "
    "oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi om on ong op ot oc ooc oong ô ôc ôi ôm ôn ông "
    "ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uênh uêch ui um un ung uơ up ut uy uya uych uyên uyêt uynh "
    "uyt uyu uôc uôi uôm uôn uông uôp uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên "
    "yêng yêt yêu"
).replace(" ", "|")
_SYLLABLE = re.compile(rf"(?:ngh|gh|gi|kh|ng|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?(?:{_RIMES})")
# A cell of which this share of its foreign-looking words becomes Vietnamese is in that encoding.
_SURE = 0.8


def from_tcvn3(text: str) -> str:
    """Return text typed for .VnTime or .VnTimeH in Unicode; a word whose plain letters are capitals is in capitals."""
    return _WORD.sub(lambda found: _capital(found[0]), text)


def _capital(word: str) -> str:
    read = [_TCVN3.get(letter, letter) for letter in word]
    sure = [new for old, new in zip(word, read, strict=True) if new.isupper() or (old.isascii() and old.isalpha())]
    whole = "".join(read)
    return whole.upper() if len(sure) > 1 and all(letter.isupper() for letter in sure) else whole


def from_vni(text: str) -> str:
    """Return text typed for VNI-Times in Unicode."""
    return _VNI_PART.sub(lambda found: _VNI[found[0]], text)


_READERS: Mapping[Encoding, Callable[[str], str]] = {"tcvn3": from_tcvn3, "vni": from_vni}


def converted(text: str, encoding: Encoding) -> str:
    """Return text in Unicode."""
    return _READERS[encoding](text) if encoding else text


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word is built as Vietnamese syllables are."""
    toneless, tones = _TONES.subn("", normalize("NFD", word.lower()))
    return tones < 2 and bool(_SYLLABLE.fullmatch(normalize("NFC", toneless)))


def share(text: str) -> float:
    """Return how many of the words that are not ASCII are Vietnamese syllables: 0 to 1; 1 where there are none."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


@lru_cache(maxsize=20_000)
def encoding_of(text: str) -> Encoding | None:
    """Return what a cell's text is surely in, "" being Unicode; None where it may be either."""
    if text.isascii():
        return None
    if _UNICODE.search(text):
        return ""
    scores: list[tuple[float, Encoding]] = sorted((share(converted(text, one)), one) for one in _READERS)
    best, encoding = scores[-1]
    as_it_is = share(text)
    if as_it_is >= _SURE or best == scores[0][0] >= _SURE:
        return None  # "Vò" is a word, and "Vũ" in .VnTime; "Tæ" is "Tổ" in .VnTime and "Tỉ" in VNI
    return encoding if best >= _SURE and best > as_it_is else None


class Column:
    """What the cells of a column are in, as most of those say that say anything."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.votes: Counter[Encoding] = Counter(one for one in map(encoding_of, texts) if one is not None)

    def encoding(self, otherwise: Encoding) -> Encoding:
        return self.votes.most_common(1)[0][0] if self.votes else otherwise


def put_right(text: str, otherwise: Encoding) -> str:
    """Return a cell's text in Unicode; what may be in any encoding is in that of its column."""
    if text.isascii():
        return text
    own = encoding_of(text)
    return normalize("NFC", converted(text, otherwise if own is None else own))
