"""How long a text is for a vendor, and where it may be cut."""

import unicodedata

JOINERS = "\u200c\u200d"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_LETTERS = range(0x1F1E6, 0x1F200)
TAGS = range(0xE0020, 0xE0080)
SENTENCE_ENDS = tuple(".!?…;")


def length(text: str, unit: str) -> int:
    """Return how long a text is in the unit its vendor counts: `characters`, or `utf16` code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 if unit == "utf16" else len(text)


def graphemes(text: str) -> list[str]:
    """Return what a reader takes for single letters, after UAX #29 as far as Vietnamese and emoji need it.

    A letter keeps its marks; an emoji its colour, its variation and what it is joined with; a flag both its letters.
    """
    letters: list[str] = []
    for sign in text:
        if letters and _belongs_to(letters[-1], sign):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def split(text: str, limit: int, unit: str) -> list[str]:
    """Cut a text into parts within a limit; nothing but white space at the cuts is lost.

    A part ends with a line where that leaves it half full at least, else with a sentence, else with a word, else
    with a letter as people count them.
    """
    if length(text, unit) <= limit:
        return [text]
    letters = [piece for letter in graphemes(text) for piece in _within(letter, limit, unit)]
    parts, start = [], _skip_space(letters, 0)
    while start < len(letters):
        end = _fitting(letters, start, limit, unit)
        if end < len(letters):
            end = _best_cut(letters, start, end)
        parts.append("".join(letters[start:end]).rstrip())
        start = _skip_space(letters, end)
    return parts or [""]


def _belongs_to(before: str, sign: str) -> bool:
    code = ord(sign)
    if unicodedata.category(sign) in {"Mn", "Me", "Mc"} or sign in JOINERS or code in SKIN_TONES or code in TAGS:
        return before not in "\r\n"
    return before.endswith("\u200d") or (code in FLAG_LETTERS and len(before) == 1 and ord(before) in FLAG_LETTERS)


def _within(letter: str, limit: int, unit: str) -> list[str]:
    """Return a letter as it is; one with more marks than a whole message holds sign by sign."""
    return [letter] if length(letter, unit) <= limit else list(letter)


def _fitting(letters: list[str], start: int, limit: int, unit: str) -> int:
    """Return up to which letter a part from `start` fits."""
    used = 0
    for end in range(start, len(letters)):
        used += length(letters[end], unit)
        if used > limit:
            return end
    return len(letters)


def _best_cut(letters: list[str], start: int, end: int) -> int:
    """Return where a part that has to end by `end` ends best."""
    half = (start + end) // 2
    spaces = [at for at in range(end, start, -1) if letters[at].isspace()]
    lines = (at for at in spaces if at > half and letters[at] == "\n")
    sentences = (at for at in spaces if at > half and letters[at - 1].endswith(SENTENCE_ENDS))
    return next(lines, 0) or next(sentences, 0) or next(iter(spaces), end)


def _skip_space(letters: list[str], at: int) -> int:
    while at < len(letters) and letters[at].isspace():
        at += 1
    return at
