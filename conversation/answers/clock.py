"""The time of day in a text: "7h30", "7 giờ kém 15", "bảy rưỡi tối", "nửa đêm"."""

import re
from dataclasses import dataclass, replace

from conversation.answers.reading import Problem
from conversation.answers.small_numbers import SMALL_NUMBER, small_number
from conversation.answers.words import loose, one_of

_HALF_DAY = r"(?:am|pm|sa|ch)(?!\w)"
_END = rf"(?:(?!\w)|(?={_HALF_DAY}))"
_HALF = rf"(?P<half>{one_of('rưỡi|rưởi')})"
_PHUT = rf"(?:\s*(?P<said>{loose('phút')}|ph|p|['’′])(?![^\W_]))?"
_TO = rf"{one_of('kém|thiếu')}\s*(?P<to>{SMALL_NUMBER}){_PHUT.replace('said', 'to_said')}"
_PAST = (
    rf"(?P<past>{SMALL_NUMBER})(?::\d\d(?:[.,]\d+)?(?:\+07:00)?)?"
    rf"{_PHUT}(?!\d|\s*[/.-]\s*\d|\s*{one_of('tháng|thg')}(?!\w))"
)
_HOUR = rf"(?<![\w.,/:-])(?P<hour>{SMALL_NUMBER})"
_NAMED = re.compile(rf"{_HOUR}\s*(?:{loose('giờ')}|h|g|:(?=\s*\d))(?:\s*(?:{_HALF}|{_TO}|{_PAST}))?{_END}")
_HALF_OR_TO = re.compile(rf"{_HOUR}\s*(?:{_HALF}|{_TO})(?!\w)")
_BARE = re.compile(
    rf"(?<![\w.,/:-])(?P<hour>\d{{1,2}})(?:\s*[.,]?\s*(?P<past>\d\d))?(?:(?![\w.,/:-])|(?=\s?{_HALF_DAY}))"
)
_MIDNIGHT = re.compile(rf"(?<!\w){loose('nửa đêm')}(?!\w)")
_NOON = re.compile(rf"(?<!\w){one_of('giữa trưa|đúng ngọ|chính ngọ')}(?!\w)")

# "tôi" and "tới" are not "tối"; nor is the "toi" of "tuan toi".
_EVENING = r"(?<!tu[aâ]n )(?<!th[aá]ng )(?<!n[aă]m )t[oóố]i"
_MORNING = rf"{loose('sáng')}(?!\s+{one_of('tuần|tháng|năm')})"
_PART = re.compile(
    rf"(?<!\w)(?:{one_of('vào|buổi|ban')}\s+)*"
    rf"(?:(?P<morning>{_MORNING})|(?P<midday>{loose('trưa')})|(?P<afternoon>{loose('chiều')})"
    rf"|(?P<evening>{_EVENING})|(?P<night>{loose('đêm')}|khuya))(?!\w)"
    r"|(?<=\d)\s*(?:(?P<am>am|sa)|(?P<pm>pm|ch))(?!\w)"
)
_HOURS_OF = {
    "morning": range(12),
    "midday": range(10, 15),
    "afternoon": range(12, 20),
    "evening": range(17, 24),
    "night": (*range(18, 24), *range(6)),
    "am": range(12),
    "pm": range(12, 24),
}
_FIRST_LIKELY_HOUR = 6
_ALSO_OTHER_WORDS = {"bay", "sau", "nam"}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day and the words left around it; `night` where it may belong to the day before."""

    hour: int
    minute: int
    sure: bool
    rest: str
    night: bool = False


def find_clock(typed: str, *, alone: bool) -> Clock | Problem | None:
    """Find the one time that a text in lower case names; in a text `alone` about a time a mere number is one, too."""
    for named, hour in ((_MIDNIGHT, 0), (_NOON, 12)):
        if match := named.search(typed):
            rest = _without(typed, [match])
            return Problem.AMBIGUOUS if _NAMED.search(rest) else Clock(hour, 0, True, rest, night=hour == 0)
    found = list(_NAMED.finditer(typed)) or list(_HALF_OR_TO.finditer(typed))
    named_so = bool(found) and found[0].re is _NAMED
    if not found and alone:
        found = list(_BARE.finditer(typed))
    if len(found) != 1:
        return Problem.AMBIGUOUS if found else None
    parts = list(_PART.finditer(typed))
    if len({match.lastgroup for match in parts}) > 1:
        return Problem.AMBIGUOUS
    clock = _read(found[0], parts[0].lastgroup if parts else None, named=named_so)
    if not isinstance(clock, Clock):
        return clock
    trusted = all(_is_evening_for_sure(part, behind=found[0].end()) for part in parts)
    return replace(clock, sure=clock.sure and trusted, rest=_without(typed, [found[0], *parts]))


def _read(match: re.Match[str], part: str | None, *, named: bool) -> Clock | Problem | None:
    """Return what one match says in its part of the day, None where no clock shows it."""
    said = match.groupdict()
    hour, sure = small_number(match["hour"]), match["hour"] not in _ALSO_OTHER_WORDS
    before = small_number(said["to"]) if said.get("to") else 0
    minute = 30 if said.get("half") else small_number(said["past"]) if said.get("past") else 0
    if hour > 24 or minute > 59 or before > 59 or (hour == 24 and minute):
        return None
    if said.get("past") and len(said["past"]) == 1 and not said.get("said"):
        sure = False
    if part is None:
        sure = sure and (hour > 12 or (named and (hour == 0 or hour >= _FIRST_LIKELY_HOUR or match["hour"][0] == "0")))
    else:
        told = _in_part(hour, part)
        if isinstance(told, Problem) or told is None:
            return told
        hour = told
    minutes = (hour * 60 + minute - before) % (24 * 60)
    night = part == "night" and hour < _FIRST_LIKELY_HOUR
    return Clock(minutes // 60, minutes % 60, sure and hour != 24, "", night)


def _in_part(hour: int, part: str) -> int | Problem | None:
    """Return the hour of 24 that is meant by one of 12 in a part of the day; "12 giờ sáng" may be noon or midnight."""
    if hour == 12 and part in {"morning", "evening"}:
        return Problem.AMBIGUOUS
    meant = [one for one in (hour, (hour + 12) % 24) if one in _HOURS_OF[part] and (one == hour or hour <= 12)]
    return meant[0] if meant else None


def _is_evening_for_sure(part: re.Match[str], behind: int) -> bool:
    """Whether a part of the day can be nothing else: "toi" is "tối" right behind a time, elsewhere perhaps "tôi"."""
    return not part[0].endswith("toi") or 0 <= part.start() - behind <= 1


def _without(typed: str, matches: list[re.Match[str]]) -> str:
    for match in sorted(matches, key=lambda one: -one.start()):
        typed = f"{typed[: match.start()]} {typed[match.end() :]}"
    return " ".join(typed.split())
