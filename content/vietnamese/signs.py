"""The fixed words and signs of a formula: comparisons, units, what is counted. All but the comparisons are folded."""

from conversation.answers.text import fold

SIGNS = {"≤": "<=", "≥": ">=", "==": "=", "<>": "!=", "≠": "!="}
SIGNS |= {sign: sign for sign in ("<=", ">=", "<", ">", "=", "!=")}
_COMPARING = {
    "lớn hơn hoặc bằng": ">=",
    "nhỏ hơn hoặc bằng": "<=",
    "không phải là": "!=",
    "không vượt quá": "<=",
    "không nhiều hơn": "<=",
    "không ít hơn": ">=",
    "nhiều nhất": "<=",
    "không phải": "!=",
    "không bằng": "!=",
    "không dưới": ">=",
    "không quá": "<=",
    "tối thiểu": ">=",
    "nhiều hơn": ">",
    "không là": "!=",
    "ít nhất": ">=",
    "lớn hơn": ">",
    "nhỏ hơn": "<",
    "tối đa": "<=",
    "ít hơn": "<",
    "bé hơn": "<",
    "khác": "!=",
    "bằng": "=",
    "dưới": "<",
    "đúng": "=",
    "trên": ">",
    "là": "=",
}
COMPARING = {fold(words): sign for words, sign in _COMPARING.items()}
UNITS = {"nghin": 1_000, "ngan": 1_000, "trieu": 1_000_000, "ty": 1_000_000_000, "ti": 1_000_000_000}
PICKED = ("muc", "dap an", "lua chon")
LETTERS = ("ky tu", "chu cai", "chu")
COUNTED = ("nguoi", "tuoi", "dong", "lan")
NOW = {"hom nay": "today()", "bay gio": "now()", "nam nay": "number(format-date(today(), '%Y'))"}
