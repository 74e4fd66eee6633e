"""The fixed words and signs of a formula: comparisons, units, what is counted. All but the comparisons are folded."""

from conversation.answers.text import fold

SIGNS = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">=", "==": "=", "<>": "!=", "≠": "!="}
SIGNS |= {sign: sign for sign in ("<=", ">=", "<", ">", "=", "!=")}
# Of two that begin alike the longer comes first.
_COMPARING = {
    "không được vượt quá": "<=",
    "nhiều hơn hoặc bằng": ">=",
    "lớn hơn hoặc bằng": ">=",
    "nhỏ hơn hoặc bằng": "<=",
    "ít hơn hoặc bằng": "<=",
    "không được quá": "<=",
    "không phải là": "!=",
    "không vượt quá": "<=",
    "không nhiều hơn": "<=",
    "không lớn hơn": "<=",
    "không nhỏ hơn": ">=",
    "không ít hơn": ">=",
    "không trước": ">=",
    "nhiều nhất": "<=",
    "không phải": "!=",
    "không bằng": "!=",
    "không dưới": ">=",
    "không quá": "<=",
    "không sau": "<=",
    "tối thiểu": ">=",
    "nhiều hơn": ">",
    "không là": "!=",
    "ít nhất": ">=",
    "lớn hơn": ">",
    "nhỏ hơn": "<",
    "tối đa": "<=",
    "ít hơn": "<",
    "bé hơn": "<",
    "trước": "<",
    "khác": "!=",
    "bằng": "=",
    "dưới": "<",
    "đúng": "=",
    "trên": ">",
    "hơn": ">",
    "quá": ">",
    "sau": ">",
    "là": "=",
}
COMPARING = {fold(words): sign for words, sign in _COMPARING.items()}
UNITS = {
    "nghin": 1_000,
    "ngan": 1_000,
    "k": 1_000,
    "trieu": 1_000_000,
    "tr": 1_000_000,
    "ty": 1_000_000_000,
    "ti": 1_000_000_000,
}
# Whether an option is among several answers; the longer first, as above.
AMONG = {
    "khong co chon": False,
    "khong chon": False,
    "khong gom": False,
    "khong co": False,
    "bao gom": True,
    "co chon": True,
    "chon": True,
    "gom": True,
    "co": True,
}
LENGTH = {"khong dai qua": "<=", "khong dai hon": "<=", "khong ngan hon": ">=", "ngan hon": "<"}
PICKED = ("muc", "dap an", "lua chon")
LETTERS = ("ky tu", "chu cai", "chu")
COUNTED = ("nguoi", "tuoi", "dong", "lan")
NOW = {"hom nay": "today()", "bay gio": "now()", "nam nay": "number(format-date(today(), '%Y'))"}
