"""Telling the rows of a list apart: establishments, sections that name a place, totals, what stands below a list."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from content.lists.fields import ADDRESS, COMMUNE, DISTRICT, NAME, OLD_COMMUNE, ORDINAL, PERSON, PHONE
from content.lists.legacy import Encoding
from content.lists.opening import MOST_COLUMNS, Sheet, encoding_of, text_of
from content.lists.recognising import Layout
from conversation.answers import fold

# "I. Huyện Lý Nhân", "1) Xã Bắc Lý (12 cơ sở)"
_PLACE = re.compile(
    r"(?:(?:[IVXLC]+|[A-Z]|\d{1,3})(?:\s*[.)/:-]\s*|\s+))?"
    r"((?P<district>huyện|thành phố|thị xã|quận|tp\.?|tx\.?)|xã|phường|thị trấn|p\.|tt\.?)\s+(?!viên)(?P<name>\S.*)",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\s*[(:–-]\s*\(?\s*\d+\s*(?:cơ sở|hộ|doanh nghiệp|đơn vị|csknt)?\s*\)?\s*$", re.IGNORECASE)
_TOTAL = re.compile(r"(?:tổng\s*cộng|cộng|tổng\s*số|tổng)(?!\s*công)(?![^\W\d_])", re.IGNORECASE)
_TOTALS = frozenset({"cong", "tong", "tong cong", "tong so"})
_NUMBER = re.compile(r"[\d.,\s]+")
_SECTION_NUMBER = re.compile(r"(?:[IVXLC]+|[A-Z])\.?")
_OF_PLACES = frozenset({ADDRESS, COMMUNE, DISTRICT, OLD_COMMUNE})
WHY: Mapping[str, str] = {
    "section": "tên địa bàn, dùng cho các dòng dưới",
    "heading": "tiêu đề nhóm",
    "total": "dòng cộng",
    "numbering": "dòng đánh số cột",
    "repeated": "dòng tên cột lặp lại",
    "below": "phần ký, ghi chú dưới bảng",
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no establishment, and what it was taken for (of `WHY`)."""

    row: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list, numbered from 1: its cells by column; `texts` are in Unicode. `commune` and `district` are those
    of the section it stands in; `more` are the rows that go on with the same establishment."""

    row: int
    cells: Mapping[int, object]
    texts: Mapping[int, str]
    commune: str = ""
    district: str = ""
    more: tuple["Line", ...] = ()


@dataclass
class Sorter:
    """Goes down a sheet below its header; `skipped` is what was passed over."""

    sheet: Sheet
    layout: Layout
    skipped: list[Skipped] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        """Yield the establishments in their order."""
        commune = district = ""
        held: Line | None = None
        every = list(self._every())
        last = self._last_numbered(every)
        for line in every:
            texts = {place: text for place, text in line.texts.items() if place in self._shown(line)}
            if not texts:
                continue
            if held and self._goes_on(line):
                held = replace(held, more=(*held.more, line))
                continue
            place = self._place(texts)
            if place is not None:
                is_district, name = place
                commune, district = ("", name) if is_district else (name, district)
                self._skip(line, texts, "section")
            elif why := self._no_establishment(line, texts, last):
                self._skip(line, texts, why)
            else:
                if held:
                    yield held
                held = replace(line, commune=commune, district=district)
        if held:
            yield held

    def _skip(self, line: Line, texts: Mapping[int, str], why: str) -> None:
        self.skipped.append(Skipped(line.row, " ".join(dict.fromkeys(texts.values()))[:120], why))

    def _every(self) -> Iterator[Line]:
        """Yield the rows with what merged cells show in them."""
        encodings = self._encodings()
        down = self._down()
        for at in range(self.layout.header, len(self.sheet.rows)):
            row = self.sheet.rows[at]
            cells = {place: cell for place, cell in enumerate(row) if cell not in (None, "")}
            cells |= {place: cell for place, cell in down.get(at, {}).items() if place not in cells}
            texts = {place: text_of(cell, encodings.get(place, "")) for place, cell in cells.items()}
            yield Line(at + 1, cells, {place: text for place, text in texts.items() if text})

    def _encodings(self) -> Mapping[int, Encoding]:
        rows = self.sheet.rows[self.layout.header :]
        width = max((len(row) for row in rows), default=0)
        columns = ((place, [row[place] for row in rows if place < len(row)]) for place in range(width))
        return {place: encoding_of(cells, self.layout.encoding) for place, cells in columns}

    def _down(self) -> Mapping[int, Mapping[int, object]]:
        """Return, by row and column, what a cell merged with those below it shows there."""
        shown: dict[int, dict[int, object]] = {}
        for (row, place), (top, left) in self.sheet.merged.items():
            if row > top and place == left and top >= self.layout.header:
                above = self.sheet.rows[top]
                if left < len(above):
                    shown.setdefault(row, {})[place] = above[left]
        return shown

    def _shown(self, line: Line) -> set[int]:
        """Return the columns that count: those of a range merged sideways once."""
        merged = self.sheet.merged
        return {place for place in line.texts if merged.get((line.row - 1, place), (0, place))[1] == place}

    def _of(self, name: str) -> int:
        return next((place for place, one in self.layout.fields.items() if one == name), -1)

    def _goes_on(self, line: Line) -> bool:
        """Whether a row is of the establishment above: its name is merged with the one there."""
        place = self._of(NAME) if self._of(NAME) >= 0 else self._of(PERSON)
        top, _ = self.sheet.merged.get((line.row - 1, place), (line.row - 1, place))
        return place >= 0 and top < line.row - 1 and bool(line.texts.get(place))

    def _place(self, texts: Mapping[int, str]) -> tuple[bool, str] | None:
        """Return the place a row names, and whether it is a district: one text beside numbers only.

        A numbered row with nothing but its commune, where that belongs, is an establishment that was not filled in.
        """
        words = [(place, text) for place, text in texts.items() if not _NUMBER.fullmatch(text)]
        if len(words) > 1 and _SECTION_NUMBER.fullmatch(words[0][1]):
            words = words[1:]
        found = _PLACE.fullmatch(words[0][1]) if len(words) == 1 else None
        numbered = texts.get(self._of(ORDINAL), "").isdecimal()
        if found is None or (numbered and self.layout.fields.get(words[0][0]) in _OF_PLACES):
            return None
        name = _COUNT.sub("", f"{found[1]} {found['name']}").strip()
        return bool(found["district"]), name

    def _no_establishment(self, line: Line, texts: Mapping[int, str], last: int) -> str:
        """Return what a row is that is no establishment (of `WHY`), "" where it is one."""
        ordinal = texts.get(self._of(ORDINAL), "")
        values = [text for place, text in texts.items() if place != self._of(ORDINAL)]
        numbered = bool(re.fullmatch(r"\d+", ordinal))
        if _counts_up([text.strip("()[] ") for text in texts.values()]):
            return "numbering"
        if self._repeats(texts):
            return "repeated"
        first = next(iter(values or texts.values()))
        if not numbered and (_TOTAL.match(first) or fold(first) in _TOTALS):
            return "total"
        if self._of(ORDINAL) < 0 or numbered:
            return ""
        if line.row > last and len(values) < 3 and not texts.get(self._of(PHONE)):
            return "below"
        return "heading" if len(values) == 1 and (ordinal or self._of(NAME) not in texts) else ""

    def _repeats(self, texts: Mapping[int, str]) -> bool:
        same = [place for place, text in texts.items() if fold(text) and fold(text) in fold(self._heading(place))]
        return len(texts) > 2 and len(same) >= len(texts) - 1

    def _heading(self, place: int) -> str:
        return self.layout.headings.get(place, "")

    def _last_numbered(self, lines: Sequence[Line]) -> int:
        """Return the last row that has a number of its own, MOST where the rows of this list are not numbered."""
        place = self._of(ORDINAL)
        numbered = [line.row for line in lines if re.fullmatch(r"\d+", line.texts.get(place, ""))]
        return max(numbered, default=len(self.sheet.rows) + MOST_COLUMNS)


def _counts_up(texts: Sequence[str]) -> bool:
    """Whether texts are 1, 2, 3 … as columns are numbered below a header."""
    return (
        len(texts) > 2 and texts[0] in {"0", "1"} and list(texts) == [str(int(texts[0]) + n) for n in range(len(texts))]
    )
