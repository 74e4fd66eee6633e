"""Vietnam's days and the centre's working days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE_CLOSES = time(16, 30)
_FIXED_HOLIDAYS = {(1, 1), (4, 30), (5, 1), (9, 2)}


def local_day(moment: datetime) -> date:
    """Return the day in Vietnam of an aware moment."""
    return moment.astimezone(VIETNAM).date()


def is_working_day(day: date, holidays: frozenset[date]) -> bool:
    """Whether staff work that day.

    Monday to Friday, but for the fixed public holidays (Bộ luật Lao động 2019, Điều 112) and the centre's own list,
    which carries Tết.
    """
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS and day not in holidays


def promised_day(now: datetime, holidays: frozenset[date], working_days: int = 1) -> date:
    """Return the day by which staff will have answered: so many working days after `now`."""
    day = local_day(now)
    if not is_working_day(day, holidays) or now.astimezone(VIETNAM).time() >= OFFICE_CLOSES:
        working_days = max(working_days, 1)
    while working_days:
        day += timedelta(days=1)
        working_days -= is_working_day(day, holidays)
    return day
