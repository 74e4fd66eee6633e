"""Reading a day together with a time of it."""

import re
from datetime import datetime

from conversation.answers.clock import find_clock
from conversation.answers.dates import date_in_words, read_date
from conversation.answers.reading import Problem, Reading, refused, understood
from conversation.answers.text import normalise
from conversation.answers.times import OFFSET, as_odk, clock_in_words

MAX_TEXT = 200

_ISO_T = re.compile(r"(?<=\d)t(?=\d\d:)")
_AROUND = re.compile(r"^[\s,;@-]+|[\s,;@-]+$")


def read_date_time(text: str, now: datetime) -> Reading:
    """Read a day and a time of it, in either order, as ODK writes them: "7h30 sáng mai", "20/11 lúc 14h"."""
    typed = normalise(text).lower()
    if len(typed) > MAX_TEXT:
        return refused(Problem.TOO_LONG, limit=str(MAX_TEXT))
    clock = find_clock(_ISO_T.sub(" ", typed), alone=False)
    if isinstance(clock, Problem):
        return refused(clock)
    day = read_date(_AROUND.sub("", clock.rest if clock else typed), now)
    if clock is None or day.problem == Problem.NOT_A_DATE:
        missing = [name for name, there in (("ngày", day.value), ("giờ", clock)) if not there]
        return refused(Problem.NOT_A_DATE_TIME, missing=" và ".join(missing))
    if day.value is None:
        return refused(Problem(day.problem))
    value = f"{day.value}T{as_odk(clock)}"
    return understood(text, value, date_time_in_words(value), sure=day.sure and clock.sure and not clock.night)


def date_time_in_words(value: str) -> str:
    """Return a moment, as ODK writes it, in words: "7 giờ 30 sáng thứ Sáu 20/11/2026"; other text as it is."""
    try:
        moment = datetime.fromisoformat(value)
        local = moment.astimezone(OFFSET) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return value
    return f"{clock_in_words(local.hour, local.minute)} {date_in_words(local.date().isoformat())}"
