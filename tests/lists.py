"""A list as an office has it, invented: titles above, a header over two rows, sections, a total, a signature."""

import io
from collections.abc import Callable, Sequence

import openpyxl

from content.lists import legacy

TITLE = "DANH SÁCH CƠ SỞ CÔNG NGHIỆP NÔNG THÔN NĂM 2025"
ROWS: Sequence[Sequence[object]] = (
    ("UBND TỈNH HÀ NAM",),
    (TITLE,),
    (),
    ("STT", "Tên cơ sở", "Họ và tên chủ", "Địa chỉ", None, "Điện thoại", "Ngành nghề", "Lao động", None, "Mã số thuế"),
    (None, None, None, "Thôn", "Xã", None, None, "Tổng số", "Nữ", None),
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    ("I", "Huyện Lý Nhân"),
    ("1", "Xã Bắc Lý (2 cơ sở)"),
    (1, "Cơ sở mộc Lan", "Nguyễn Thị Lan", "Thôn 3", None, 912345678, "Mộc dân dụng", 12, 5, 700123456),
    (
        2,
        "HTX thêu ren",
        "Trần Văn Bính",
        "Xóm Chùa",
        None,
        "0912 345 679; 0987654321",
        "Thêu ren, thêu tranh",
        "15 người",
    ),
    ("2", "Xã Nhân Hà"),
    (1, "Xưởng may Hòa", "Lê Hòa", "Tổ 5", None, "0226 3851 234 / 912345670", "May mặc", "nhiều"),
    (None, "Cộng", None, None, None, None, None, 27),
    ("II", "Thành phố Phủ Lý"),
    (1, "Công ty Dệt Hà", "Phạm Hà", "Tổ 5", "Châu Sơn", "09123", "Dệt vải, dệt lụa, khăn", 40),
    (None, "Tổng cộng", None, None, None, None, None, 67),
    (),
    (None, None, None, None, None, None, "Hà Nam, ngày 2 tháng 3 năm 2025"),
    (None, "Người lập biểu", None, None, None, None, "GIÁM ĐỐC"),
)
MERGED = ("A2:J2", "A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5", "G4:G5", "H4:I4", "J4:J5", "B7:J7")
_TCVN3 = {made: letter for letter, made in legacy._TCVN3.items()}
_VNI = {made: letters for letters, made in legacy._VNI.items()}


def typed_in_vntime(text: str) -> str:
    """Return a text as the .VnTime font has it: capitals with tones are small letters there."""
    return "".join(_TCVN3.get(letter, _TCVN3.get(letter.lower(), letter)) for letter in text)


def typed_in_vni(text: str) -> str:
    """Return a text as the VNI-Times font has it."""
    return "".join(_VNI.get(letter, letter) for letter in text)


def workbook(rows: Sequence[Sequence[object]], merged: Sequence[str] = (), sheet: str = "DS 2025") -> bytes:
    """Return rows as an .xlsx whose first sheet is a cover."""
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Bìa"
    cover["A1"] = "DANH SÁCH"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(list(row))
    for cells in merged:
        page.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def office_list(typed: Callable[[str], str] = str) -> bytes:
    """Return the list, its texts typed in some font's encoding."""
    rows = [[typed(cell) if isinstance(cell, str) else cell for cell in row] for row in ROWS]
    return workbook(rows, MERGED)
