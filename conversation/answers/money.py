"""Reading sums of money, in whole đồng."""

import re
from decimal import Decimal

from conversation.answers.amounts import Amount
from conversation.answers.figures import grouped, plain
from conversation.answers.numbers import one_amount
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import normalise

MILLION = 10**6
BILLION = 10**9

_DONG = re.compile(r"(?<![^\W\d_])(?:đồng|dong|đ|d|vnđ|vnd)(?!\w)")
_FOREIGN = re.compile(
    r"[$€¥]|\b(?:usd|đô|đôla|dola|euro|ndt|nhân dân tệ|nhan dan te)\b"
    r"|\d ?(?:(?:k|nghìn|nghin|ngàn|ngan|triệu|trieu) ?)?do(?: la)?\b"
)
_COUNTED = re.compile(
    r"(?<![\w.,])(?:\d+|một|mot|hai|ba|bốn|bon) (?:(?:cái|cai|con|chiếc|chiec) )?(?:máy|may|cái|cai|bộ|bo)(?!\w)"
)


def read_money(text: str) -> Reading:
    """Read a sum: "1,5 tỷ", "500tr", "hai tỷ ba"; millions left unsaid ("tầm 4 trăm") are to be confirmed."""
    typed = normalise(text).lower()
    if _FOREIGN.search(typed):
        return refused(Problem.AMBIGUOUS)
    bare = _COUNTED.sub(" ", typed)
    found = one_amount(bare)
    if isinstance(found, Reading):
        return found
    sum_meant = _in_dong(found, names_dong=_DONG.search(bare) is not None)
    if sum_meant is None:
        return refused(Problem.AMBIGUOUS)
    dong, sure = sum_meant
    if dong != int(dong):
        return refused(Problem.WHOLE_NUMBER, number=grouped(dong))
    return understood(text, plain(dong), money_in_words(int(dong)), sure=sure and bare == typed)


def money_in_words(vnd: int) -> str:
    """Return a sum as people say it where that is exact: "400 triệu đồng", "1,5 tỷ đồng", "1.234.567 đồng"."""
    for unit, name in ((BILLION, "tỷ"), (MILLION, "triệu")):
        if vnd >= unit and vnd % (unit // 100) == 0:
            return f"{grouped(Decimal(vnd) / unit)} {name} đồng"
        if vnd >= BILLION and vnd % MILLION == 0:
            return f"{grouped(Decimal(vnd // BILLION))} tỷ {vnd % BILLION // MILLION} triệu đồng"
    return f"{grouped(Decimal(vnd))} đồng"


def _in_dong(amount: Amount, *, names_dong: bool) -> tuple[Decimal, bool] | None:
    """Return the sum in đồng and whether it is sure; None where the unit left unsaid could be one of two."""
    value, sure = amount.value, amount.sure
    if value < 0:
        return None
    if amount.scaled or value == 0:
        return value, sure
    if names_dong:
        return value, sure and value >= 1000
    if value >= MILLION:
        return value, sure
    if value >= 10_000:
        return value, False
    return (value * MILLION, False) if value == int(value) else None
