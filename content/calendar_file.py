"""A class as a calendar file, for the calendar of a telephone. RFC 5545."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from conversation.roster import Session
from conversation.training_class import TrainingClass

REMIND_BEFORE = timedelta(hours=24)


def calendar_file(shown: TrainingClass, sessions: Sequence[Session], url: str, host: str, now: datetime) -> bytes:
    """Return an event for each session, for the whole class where it has none; each reminds a day before.

    The same class gives the same identifiers, so that a file taken again replaces what it said before.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Khuyến công//Lớp học//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    several = len(sessions) > 1
    for number, one in enumerate(sessions or [Session(0, shown.starts_at, shown.ends_at)], 1):
        event = Event()
        event.add("uid", f"{shown.code}-{number}@{host}")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", one.starts_at.astimezone(UTC))
        event.add("dtend", one.ends_at.astimezone(UTC))
        event.add("summary", f"{shown.title} (buổi {number}/{len(sessions)})" if several else shown.title)
        event.add("location", one.place or shown.place)
        event.add("description", f"Lớp {shown.code}. {shown.schedule}".strip())
        if url:
            event.add("url", url)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", shown.title)
        alarm.add("trigger", -REMIND_BEFORE)
        event.add_component(alarm)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
