"""Reading a list of establishments: one header row, a row each, what is wrong said by cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from openpyxl.utils import get_column_letter

from content.paper.cells import Unreadable, as_text, read_cell
from content.paper.filled import CellMistake, WorkbookRefused
from content.paper.opened import open_filled
from conversation.answers import fold
from conversation.form import Form
from conversation.places import Places

MOST_ROWS = 50_000
LONGEST_TAG = 40
# What offices call their columns, folded; the names are of the profile form's questions, and two of our own.
HEADERS: Mapping[str, str] = {
    **dict.fromkeys(("ten co so", "co so", "ten doanh nghiep", "ten ho kinh doanh", "don vi"), "business_name"),
    **dict.fromkeys(("chu co so", "nguoi dai dien", "chu / nguoi lien he", "nguoi lien he", "ho ten chu"), "person"),
    **dict.fromkeys(("loai hinh", "hinh thuc", "loai hinh dang ky"), "legal_form"),
    **dict.fromkeys(("nghe", "nganh nghe", "nganh, nghe", "linh vuc", "san pham chinh"), "trade"),
    **dict.fromkeys(("xa", "xa, phuong", "xa/phuong", "xa phuong", "xa moi", "phuong, xa", "dia chi"), "commune"),
    **dict.fromkeys(("dien thoai", "so dien thoai", "sdt", "dt", "di dong"), "phone"),
    **dict.fromkeys(("so lao dong", "lao dong", "so nguoi lam", "so lao dong quanh nam"), "workers"),
    **dict.fromkeys(("nhan", "nhom", "ghi nhan"), "tags"),
}
REQUIRED: Mapping[str, str] = {"business_name": "tên cơ sở", "commune": "xã, phường"}


@dataclass(frozen=True, slots=True)
class Known:
    """One row of the list: facts by question name as the profile form keeps them, and tags."""

    row: int
    facts: Mapping[str, str]
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class List:
    """A list that was read: its rows, what is wrong by cell, and the headings of columns that mean nothing to us."""

    rows: tuple[Known, ...]
    mistakes: tuple[CellMistake, ...]
    unknown: tuple[str, ...]


@dataclass
class _Sheet:
    """A sheet whose header says which column is what."""

    title: str
    columns: Mapping[int, str]
    form: Form
    places: Places
    now: datetime
    mistakes: list[CellMistake] = field(default_factory=list)

    def read(self, number: int, cells: tuple[object, ...]) -> Known | None:
        """Return a row, None where something in it is wrong."""
        before = len(self.mistakes)
        facts: dict[str, str] = {}
        tags: frozenset[str] = frozenset()
        for place, name in self.columns.items():
            cell = cells[place] if place < len(cells) else None
            if name == "tags":
                tags = self._tags(number, place, as_text(cell))
            elif as_text(cell):
                facts[name] = self._fact(number, place, name, cell)
        for name, words in REQUIRED.items():
            if name not in facts:
                place = next(place for place, named in self.columns.items() if named == name)
                self._wrong(number, place, f"Cần {words}")
        return Known(number, {n: v for n, v in facts.items() if v}, tags) if len(self.mistakes) == before else None

    def _fact(self, number: int, place: int, name: str, cell: object) -> str:
        if name == "person":
            return as_text(cell)
        if name == "phone" and isinstance(cell, int | float):
            cell = f"0{int(cell)}"  # Excel made a number of it, and lost the zero
        try:
            return read_cell(self.form.by_name[name], cell, self.now, self.places)
        except Unreadable as problem:
            self._wrong(number, place, str(problem))
            return ""

    def _tags(self, number: int, place: int, text: str) -> frozenset[str]:
        tags = {"-".join(tag.lower().split()) for tag in text.replace(";", ",").split(",") if tag.strip()}
        if any(len(tag) > LONGEST_TAG for tag in tags):
            self._wrong(number, place, f"Nhãn dài nhất {LONGEST_TAG} chữ; nhiều nhãn thì cách nhau bằng dấu phẩy")
        return frozenset(tags)

    def _wrong(self, number: int, place: int, message: str) -> None:
        self.mistakes.append(CellMistake(self.title, f"{get_column_letter(place + 1)}{number}", message))


def read_establishments(form: Form, source: bytes, places: Places, now: datetime) -> List:
    """Read the first sheet of a workbook, by the questions of the profile form; raises WorkbookRefused."""
    book = open_filled(source)
    try:
        sheet = book.worksheets[0]
        rows = enumerate(sheet.iter_rows(values_only=True), 1)
        _, header = next(rows, (1, ()))
        headings = {place: as_text(cell) for place, cell in enumerate(header or ()) if as_text(cell)}
        columns = {place: HEADERS[fold(words)] for place, words in headings.items() if fold(words) in HEADERS}
        _refuse(columns)
        read = _Sheet(sheet.title, columns, form, places, now)
        found = []
        for number, cells in rows:
            if number > MOST_ROWS + 1:
                raise WorkbookRefused(f"Bảng dài quá {MOST_ROWS} dòng; chia làm nhiều tệp.")
            if any(as_text(cell) for cell in cells):
                known = read.read(number, cells)
                found += [known] if known else []
    finally:
        book.close()
    unknown = tuple(words for place, words in headings.items() if place not in columns and fold(words) != "stt")
    return List(tuple(found), tuple(read.mistakes), unknown)


def _refuse(columns: Mapping[int, str]) -> None:
    named = list(columns.values())
    for name, words in REQUIRED.items():
        if name not in named:
            raise WorkbookRefused(f"Dòng đầu chưa có cột «{words}». Dòng đầu phải là tên các cột.")
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise WorkbookRefused(f"Có hai cột cùng là {REQUIRED.get(twice[0], twice[0])}; giữ lại một.")
