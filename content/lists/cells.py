"""Reading the cells of a list: what a chat would ask back about is settled by what such lists usually mean."""

import re
from collections.abc import Sequence
from datetime import datetime

from content.paper.cells import MESSAGES, PHONE, Unreadable, as_text, read_cell
from conversation.answers import Problem, fold, read_phone
from conversation.form import Form
from conversation.places import Place, Places

LONGEST_TAG = 40
LONGEST_TEXT = 200
MOST_MEANT = 6
_APART = re.compile(r"[;/,|\n]| - | – |\bhoặc\b|\bvà\b")
_RUN = re.compile(r"\+?\d(?:[.\s-]?\d){8,10}(?!\d)")
_TAX = re.compile(r"\d{10}(?:\d{3})?|\d{12}")
_LEGAL: Sequence[tuple[str, str]] = (
    *((word, "cooperative") for word in ("htx", "hop tac xa", "quy tin dung")),
    *((word, "group") for word in ("tht", "to hop tac", "to san xuat", "to doi")),
    *((word, "company") for word in ("cong ty", "cty", "ct", "ctcp", "tnhh", "dntn", "dn", "doanh nghiep", "co phan")),
    *((word, "unregistered") for word in ("chua dang ky", "chua dk", "khong dang ky", "chua dkkd", "chua co")),
    *((word, "household") for word in ("ho", "hkd", "hkdct", "ca the", "ca nhan", "gia dinh", "kinh doanh ca the")),
)


class Cells:
    """Reads cells by the questions of the profile form; the same words are read once."""

    def __init__(self, form: Form, places: Places, now: datetime) -> None:
        self._form, self._places, self._now = form, places, now
        self._found: dict[str, tuple[Place, ...]] = {}
        self._read: dict[tuple[str, str], str | Unreadable] = {}

    def asked(self, name: str, cell: object) -> str:
        """Return a cell as the answer to a question of the form; raises Unreadable."""
        if not isinstance(cell, str):
            return read_cell(self._form.by_name[name], cell, self._now, self._places)
        key = (name, cell)
        if key not in self._read:
            try:
                self._read[key] = read_cell(self._form.by_name[name], cell, self._now, self._places)
            except Unreadable as problem:
                self._read[key] = problem
        read = self._read[key]
        if isinstance(read, Unreadable):
            raise Unreadable(str(read))
        return read

    def people(self, name: str, cell: object) -> str:
        """Return how many people a cell says: "12 người", "10 lao động"; raises Unreadable."""
        found = re.fullmatch(
            r"(?:khoảng\s+|~\s*)?(\d{1,4})\s*(?:người|lao động|lđ|ld|thợ|công nhân)?", as_text(cell).lower()
        )
        return str(int(found[1])) if found else self.asked(name, cell)

    def legal_form(self, cell: object) -> str:
        """Return the kind of business, by its usual short names too; raises Unreadable."""
        said = f"{fold(as_text(cell))} "
        meant = next((value for words, value in _LEGAL if said.startswith(f"{words} ")), "")
        return meant or self.asked("legal_form", cell)

    def trade(self, cell: object) -> tuple[str, str]:
        """Return the trades, or `other` and the words themselves: nobody's trade is a mistake."""
        try:
            return self.asked("trade", cell), ""
        except Unreadable:
            return "other", as_text(cell)[:120]

    def communes(self, text: str, district: str = "") -> tuple[Place, ...]:
        """Return what a text may name, those of a district where that tells them apart."""
        found = self._find(text)
        if len(found) > 1 and district:
            nearer = self._find(f"{text}, {district}")
            return nearer if 0 < len(nearer) < len(found) else found
        return found

    def _find(self, text: str) -> tuple[Place, ...]:
        if text not in self._found:
            self._found[text] = self._places.find(text)
        return self._found[text]


def phones(cell: object) -> tuple[str, ...]:
    """Return the telephone numbers of a cell, with the zeros that Excel lost; raises Unreadable."""
    if isinstance(cell, int | float):
        digits = f"{cell:.0f}"
        return (_phone(digits if digits.startswith("84") and len(digits) > 10 else f"0{digits}"),)
    text = cell if isinstance(cell, str) else as_text(cell)
    parts = [part for part in _APART.split(text) if sum(map(str.isdigit, part)) > 7]
    if len(parts) < 2:
        parts = _RUN.findall(text)
    if len(parts) < 2:
        return (_phone(text),)
    return tuple(dict.fromkeys(map(_phone, parts)))


def _phone(text: str) -> str:
    reading = read_phone(as_text(text))
    if reading.value is None:
        problem = reading.problem or Problem.NOT_A_PHONE
        words = MESSAGES.get(str(problem), f"Cần một số điện thoại, ví dụ: {PHONE}")
        raise Unreadable(words.format_map(dict(reading.details)))
    return str(reading.value)


def tax_code(cell: object) -> str:
    """Return a tax code's digits, with the zero that Excel lost; raises Unreadable."""
    typed = f"{cell:.0f}" if isinstance(cell, int | float) else as_text(cell)
    digits = re.sub(r"[\s.\-–]", "", typed).lstrip("'")
    if digits.isdecimal() and len(digits) in {9, 11}:
        digits = f"0{digits}"
    if not _TAX.fullmatch(digits):
        raise Unreadable("Mã số thuế có 10 chữ số, hoặc 13 chữ số với đơn vị trực thuộc")
    return digits


def tags(cell: object) -> frozenset[str]:
    """Return what a cell calls an establishment by; raises Unreadable."""
    found = {"-".join(tag.lower().split()) for tag in as_text(cell).replace(";", ",").split(",") if tag.strip()}
    if any(len(tag) > LONGEST_TAG for tag in found):
        raise Unreadable(f"Nhãn dài nhất {LONGEST_TAG} chữ; nhiều nhãn thì cách nhau bằng dấu phẩy")
    return frozenset(found)


def words(cell: object) -> str:
    """Return a text; raises Unreadable where it is too long to be one."""
    text = as_text(cell)
    if len(text) > LONGEST_TEXT:
        raise Unreadable(MESSAGES["too_long"].format(limit=LONGEST_TEXT))
    return text


def settled(readings: Sequence[tuple[Place, ...]]) -> str:
    """Return the one commune that all readings of a row allow; raises Unreadable."""
    if not readings:
        raise Unreadable(MESSAGES["no_such_commune"])
    left = list(readings[0])
    for other in readings[1:]:
        codes = {place.code for place in other}
        left = [place for place in left if place.code in codes] or left
    if len(left) > 1:
        meant = "; ".join(dict.fromkeys(place.label for place in left[:MOST_MEANT]))
        raise Unreadable(f"Tên này có thể là: {meant}. Cần ghi rõ một tên")
    if not left[0].sure:
        raise Unreadable(f"Có phải là «{left[0].described}» không? Cần ghi rõ như vậy")
    return left[0].code
