"""What the columns of a list may be, and what offices call them."""

from collections.abc import Mapping, Sequence

from conversation.answers import fold

ORDINAL, NAME, PERSON, COMMUNE, OLD_COMMUNE, DISTRICT = (
    "ordinal",
    "business_name",
    "person",
    "commune",
    "old",
    "district",
)
PHONE, MORE_PHONES, TRADE, OTHER_TRADE, TAX, ADDRESS = (
    "phone",
    "other_phones",
    "trade",
    "trade_other",
    "tax_code",
    "address",
)
LABELS: Mapping[str, str] = {
    ORDINAL: "STT",
    NAME: "Tên cơ sở",
    PERSON: "Chủ cơ sở, người đại diện",
    "legal_form": "Loại hình",
    TAX: "Mã số thuế",
    ADDRESS: "Địa chỉ",
    "hamlet": "Thôn, xóm, tổ",
    OLD_COMMUNE: "Xã cũ",
    COMMUNE: "Xã, phường",
    DISTRICT: "Huyện cũ",
    PHONE: "Số điện thoại",
    TRADE: "Ngành nghề",
    "workers": "Số lao động",
    "seasonal_workers": "Thợ thời vụ",
    "tags": "Nhãn",
    "note": "Ghi chú",
}
# Several columns may be a telephone's: fixed and mobile.
REPEATED = frozenset({PHONE})

_WORDS: Mapping[str, Sequence[str]] = {
    ORDINAL: ("stt", "tt", "so tt", "so thu tu"),
    NAME: (
        *("ten co so", "co so", "ten doanh nghiep", "ten ho kinh doanh", "don vi", "ten don vi", "ten ho", "ten cssx"),
        *("ten hop tac xa", "ten htx", "ten cong ty", "ten co so san xuat", "ten csknt", "ten co so cnnt"),
        *("doanh nghiep co so", "ten dn", "ten to chuc ca nhan", "ten to chuc", "ten nguoi nop thue"),
    ),
    PERSON: (
        *("chu co so", "nguoi dai dien", "chu nguoi lien he", "nguoi lien he", "ho ten chu", "ho va ten", "ho ten"),
        *("chu ho", "ten chu ho", "giam doc", "chu doanh nghiep", "ho va ten chu co so", "ho ten chu ho", "chu nhiem"),
        *("dai dien", "ho va ten chu ho", "nguoi dai dien phap luat", "dai dien phap luat", "ten chu co so"),
    ),
    "legal_form": ("loai hinh", "hinh thuc", "loai hinh dang ky", "loai hinh co so", "loai hinh kinh doanh"),
    TAX: ("mst", "ma so thue", "ma thue", "ma so doanh nghiep", "ma so dn", "ma so dkkd"),
    ADDRESS: ("dia chi", "dia diem", "noi san xuat", "dia chi san xuat", "tru so"),
    "hamlet": (
        "thon",
        "xom",
        "thon xom",
        "to dan pho",
        "thon to",
        "thon xom to",
        "thon to dan pho",
        "khu pho",
        "xom to",
    ),
    OLD_COMMUNE: ("xa cu", "xa phuong cu", "phuong xa cu", "dia chi cu", "xa phuong truoc sap nhap"),
    COMMUNE: (
        *("xa", "xa phuong", "xa moi", "phuong xa", "xa phuong thi tran", "xa thi tran", "phuong", "xa phuong moi"),
        *("ten xa", "dia phuong", "phuong xa moi", "xa phuong sau sap nhap"),
    ),
    DISTRICT: ("huyen", "quan huyen", "huyen thi xa", "huyen thanh pho", "huyen cu", "huyen thi xa thanh pho"),
    PHONE: (
        *("dien thoai", "so dien thoai", "sdt", "dt", "di dong", "so dt", "dien thoai lien he", "dtdd", "tel", "zalo"),
        *("dien thoai di dong", "dien thoai co dinh", "so zalo", "dt lien he"),
    ),
    TRADE: (
        *("nghe", "nganh nghe", "linh vuc", "san pham chinh", "nganh", "nganh nghe san xuat", "nganh nghe kinh doanh"),
        *("san pham", "nganh nghe sxkd", "mat hang", "linh vuc san xuat", "ten nghe"),
    ),
    "workers": (
        *("so lao dong", "lao dong", "so nguoi lam", "so lao dong quanh nam", "tong so lao dong", "so ld", "ld"),
        *("lao dong thuong xuyen", "so cong nhan"),
    ),
    "seasonal_workers": ("lao dong thoi vu", "tho thoi vu", "so lao dong thoi vu"),
    "tags": ("nhan", "nhom", "ghi nhan"),
    "note": ("ghi chu", "chu thich"),
}
HEADINGS: Mapping[str, str] = {word: name for name, words in _WORDS.items() for word in words}
# Found inside a longer heading: "Tên cơ sở sản xuất, kinh doanh (ghi rõ)".
_INSIDE = sorted((word for word in HEADINGS if len(word) > 5 or " " in word), key=len, reverse=True)
LONGEST_HEADING = 80


def field_of(heading: str, known: Mapping[str, str]) -> str:
    """Return what a column is by its heading, "" where that says nothing; `known` are the office's own headings."""
    folded = fold(heading)
    if folded in known:
        return known[folded]
    if folded in HEADINGS:
        return HEADINGS[folded]
    if not folded or len(folded) > LONGEST_HEADING:
        return ""
    padded = f" {folded} "
    return next((HEADINGS[word] for word in _INSIDE if f" {word} " in padded), "")
