"""Vietnam's days: the centre's working days, public holidays, and the hours in which nobody is disturbed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13, 30), time(17))


def local_day(moment: datetime) -> date:
    """Return the day in Vietnam of an aware moment."""
    return moment.astimezone(VIETNAM).date()


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the days off that the law and the government's yearly notices give everybody, Tết among them.

    Bộ luật Lao động 2019, Điều 112.
    """
    # Loaded when it is first asked for: it takes a tenth of a second of the start.
    from holidays import country_holidays

    return frozenset(country_holidays("VN", years=year))


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When staff work: Monday to Friday within `hours`, but for public holidays and the centre's own `days_off`, and on
    the Saturdays and Sundays `made_up` for days off between holidays."""

    hours: tuple[tuple[time, time], ...] = (MORNING, AFTERNOON)
    days_off: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether staff work that day."""
        if day in self.made_up:
            return True
        return day.weekday() < 5 and day not in public_holidays(day.year) and day not in self.days_off

    def is_open(self, moment: datetime) -> bool:
        """Whether staff are at work at a moment; they are not at lunch."""
        clock = moment.astimezone(VIETNAM).time()
        return self.works_on(local_day(moment)) and any(start <= clock < end for start, end in self.hours)

    def promised(self, now: datetime, working_days: int = 1) -> date:
        """Return the day by which staff will have answered: so many working days after `now`."""
        day = local_day(now)
        if not self.works_on(day) or now.astimezone(VIETNAM).time() >= self.hours[-1][1]:
            working_days = max(working_days, 1)
        while working_days:
            day += timedelta(days=1)
            working_days -= self.works_on(day)
        return day


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of Vietnam's day, which may pass midnight, and whole days, in which no announcement is sent."""

    start: time
    end: time
    days_off: frozenset[date] = frozenset()
    public: bool = True

    def contains(self, moment: datetime) -> bool:
        """Whether a moment is quiet."""
        local = moment.astimezone(VIETNAM)
        clock, day = local.time(), local.date()
        if day in self.days_off or (self.public and day in public_holidays(day.year)):
            return True
        late = self.start <= clock < self.end
        return late if self.start <= self.end else clock >= self.start or clock < self.end

    def over(self, moment: datetime) -> datetime:
        """Return the first moment from this one on that is not quiet."""
        while self.contains(moment):
            local = moment.astimezone(VIETNAM)
            ends = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            moment = min(one for one in (ends, midnight) if one > local)
        return moment
