"""Dates and times: ISO text in, ISO text or days since 1 January 1970 UTC out; what is no date gives '' or NaN."""

import math
import re
from datetime import datetime

from conversation.calendar import VIETNAM
from conversation.expressions import moments
from conversation.expressions.functions.registry import function
from conversation.expressions.scope import Focus
from conversation.expressions.values import Moment, Value, as_it_is, text_of

_TIME = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def _moment(value: Value) -> datetime | None:
    """Understand ISO text, or a number of days."""
    if isinstance(value, bool):
        return None
    return moments.from_days(value) if isinstance(value, float) else moments.read(text_of(value))


@function("today", focused=True)
def today(focus: Focus) -> Moment:
    return Moment(focus.evaluation.scope.now.astimezone(VIETNAM).date().isoformat())


@function("now", focused=True)
def now(focus: Focus) -> Moment:
    return _in_full(focus.evaluation.scope.now.astimezone(VIETNAM))


def _in_full(moment: datetime) -> Moment:
    return Moment(moment.isoformat(timespec="milliseconds"))


@function("date", as_it_is)
def date(value: Value) -> Value:
    """The time of day is dropped."""
    moment = _moment(value)
    return "" if moment is None else Moment(moment.date().isoformat())


@function("date-time", as_it_is)
def date_time(value: Value) -> Value:
    moment = _moment(value)
    return "" if moment is None else _in_full(moment)


@function("format-date", as_it_is, text_of)
@function("format-date-time", as_it_is, text_of)
def format_date(value: Value, pattern: str) -> str:
    """Both know every mark; the short names of months and days are English."""
    moment = _moment(value)
    return "" if moment is None else moments.written(moment, pattern)


@function("decimal-date-time", as_it_is)
def decimal_date_time(value: Value) -> float:
    moment = _moment(value)
    return math.nan if moment is None else value if isinstance(value, float) else moments.days(moment)


@function("decimal-time", text_of)
def decimal_time(text: str) -> float:
    """Noon is 0.5; of a date-time only the time counts. A zone other than Vietnam's is converted."""
    if _TIME.fullmatch(text):
        text = f"2000-01-01T{text}"
    moment = moments.read(text)
    return math.nan if moment is None else moments.time_of_day(moment)
