"""Reading numbers of things: whole ones and fractions."""

from dataclasses import replace
from decimal import Decimal

from conversation.answers.amounts import Amount, Amounts, amounts
from conversation.answers.figures import grouped, plain
from conversation.answers.questions import asks
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import fold
from conversation.answers.words import vocabulary

MAX_TEXT = 200
MAX_NUMBER = 10**15

_NONE = {
    f"{no}{rest}"
    for no in ("khong", "ko", "k", "chua")
    for rest in ("", " co", " co ai", " ai", " thue", " thue ai", " thue them", " nguoi nao", " co nguoi nao", " a")
} - {"chua", "chua a"}
_HEDGES = vocabulary(
    "hơn gần trên dưới ngoài và với cùng chưa không ko k ít nhiều nhất thiểu hoặc hay thêm trừ bớt âm nữa lên đổ quá"
)
_AROUND = vocabulary(
    "khoảng tầm độ chừng cỡ áng có là được thì cả tất tổng kể tính số dạ vâng ạ nhé nha em anh chị tôi mình nhà xưởng "
    "người thợ lao động công nhân viên máy cái chiếc bộ con suất chỗ năm tuổi tháng ngày giờ m mét tấn tạ kg lượt đồng"
)
_FEW_WORDS = 3
_MANY_WORDS = 8


def read_integer(text: str) -> Reading:
    """Read a whole number: "12", "12 người", "mười hai", "-3"; "mười mấy" and "5-6" are asked about."""
    reading = _read(text)
    if isinstance(reading, Amount) and reading.value != int(reading.value):
        return refused(Problem.WHOLE_NUMBER, number=grouped(reading.value))
    return _said(text, reading)


def read_decimal(text: str) -> Reading:
    """Read a number that may have a fraction: "1,5", "hai rưỡi"; "1.234" is above a thousand."""
    return _said(text, _read(text))


def number_in_words(value: str) -> str:
    """Return a number, as ODK writes it, as it is written in Vietnam: "1234.5" → "1.234,5"."""
    return grouped(Decimal(value))


def one_amount(text: str) -> Amount | Reading:
    """Return the one number a text gives, unsure where the words around it may change it; or why there is none."""
    if len(text) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    everything = amounts(text)
    found = everything.found
    if everything.vague or (len(found) > 1 and not _says_one_twice(found)):
        return refused(Problem.AMBIGUOUS)
    if not found or _talks_of_something_else(everything, text):
        return refused(Problem.NOT_A_NUMBER)
    if abs(found[0].value) >= MAX_NUMBER:
        return refused(Problem.TOO_LONG, limit=str(len(str(MAX_NUMBER)) - 1))
    strange = _strange(everything)
    hedged = any(word in _HEDGES and word not in _AROUND for word in everything.rest)
    doubtful = hedged or (found[0].spelled and strange > 0) or strange > _FEW_WORDS
    return replace(found[0], sure=found[0].sure and not doubtful)


def _says_one_twice(found: tuple[Amount, ...]) -> bool:
    """Whether it is one number in figures and in words: "12 (mười hai)"."""
    return len(found) == 2 and found[0].value == found[1].value and found[0].spelled != found[1].spelled


def _talks_of_something_else(everything: Amounts, text: str) -> bool:
    """Whether a number only happens to stand in a sentence: "xưởng 8 người có được hỗ trợ không"."""
    strange = _strange(everything)
    lone_word = everything.found[0].spelled and not everything.found[0].scaled
    lost_in_words = lone_word and sum(word not in _AROUND for word in everything.rest) >= _FEW_WORDS
    return lost_in_words or strange > _MANY_WORDS or (strange >= 2 and asks(text))


def _strange(everything: Amounts) -> int:
    return sum(word not in _AROUND and word not in _HEDGES for word in everything.rest)


def _read(text: str) -> Amount | Reading:
    if fold(text) in _NONE:
        return Amount(Decimal(0), sure=False, spelled=True, scaled=False)
    return one_amount(text)


def _said(text: str, reading: Amount | Reading) -> Reading:
    if isinstance(reading, Reading):
        return reading
    return understood(text, plain(reading.value), grouped(reading.value), sure=reading.sure)
