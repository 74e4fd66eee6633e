"""Reading a time of day."""

import re
from datetime import date, datetime, time, timedelta, timezone

from conversation.answers.clock import Clock, find_clock
from conversation.answers.questions import asks
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import normalise
from conversation.answers.words import vocabulary, words_of

MAX_TEXT = 200

_AROUND = vocabulary(
    "lúc vào khoảng tầm độ cỡ chừng đúng từ khi hẹn sớm rạng mờ dạ vâng ạ nhé nha em anh chị tôi mình thì là nay hàng "
    "ngày mỗi bắt đầu đi"
)
# What `as_odk` writes; the clocks of Saigon were an hour ahead of it until 1975.
OFFSET = timezone(timedelta(hours=7))
_FEW_WORDS = 3
_PARTS = {0: "đêm", 1: "sáng", 12: "trưa", 13: "chiều", 18: "tối", 22: "đêm"}


def read_time(text: str) -> Reading:
    """Read a time as ODK writes it: "7h30", "7 rưỡi tối", "12 giờ trưa"; "3h", of night or day, is to be confirmed."""
    typed = normalise(text).lower()
    if len(typed) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    found = find_clock(typed, alone=True)
    if isinstance(found, Problem):
        return refused(found)
    if found is None or re.search(r"\d", found.rest):
        return refused(Problem.NOT_A_TIME)
    strange = sum(word not in _AROUND for word in words_of(found.rest))
    if strange > _FEW_WORDS or (strange and asks(text)):
        return refused(Problem.NOT_A_TIME)
    value = as_odk(found)
    return understood(text, value, time_in_words(value), sure=found.sure and not strange)


def as_odk(clock: Clock) -> str:
    """Return a time of day as ODK writes it: "07:30:00.000+07:00"."""
    return f"{clock.hour:02}:{clock.minute:02}:00.000+07:00"


def time_in_words(value: str) -> str:
    """Return a time, as ODK writes it, in words: "07:30:00.000+07:00" → "7 giờ 30 sáng"; other text as it is."""
    try:
        read = time.fromisoformat(value)
    except ValueError:
        return value
    moment = datetime.combine(date(2000, 1, 1), read)
    local = moment.astimezone(OFFSET) if moment.tzinfo else moment
    return clock_in_words(local.hour, local.minute)


def clock_in_words(hour: int, minute: int) -> str:
    """Return a time of the day in words: "7 giờ 30 sáng", "12 giờ trưa", "0 giờ 5 phút đêm"."""
    part = next(name for first, name in reversed(_PARTS.items()) if hour >= first)
    past = f" {minute}" if minute >= 10 else f" {minute} phút" if minute else ""
    return f"{hour if hour <= 12 else hour - 12} giờ{past} {part}"
