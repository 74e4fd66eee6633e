"""The first page: what needs somebody today, and what came of it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.responses import Response

from console.charts import Bar, bars
from console.parts import Console
from console.routing import GET, route, scoped
from console.visit import Visit
from conversation.calendar import VIETNAM, local_day
from conversation.training_class import TrainingClass
from db import announcements, cases, classes, overview, questions, responses
from db.announcements import Listed
from db.cases import Wanted
from db.overview import INTEREST, Counts, Overview
from db.questions import Asked
from db.responses import Kept
from db.scope import Scope

WEEK = timedelta(days=7)
FEW = 5
MONTHS = 6
FRESH = timedelta(minutes=1)
NOTICES = {"password": "Đã đổi mật khẩu."}
REST = "Còn lại"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of the first page."""

    title: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Today:
    """What waits; announcements and classes are not shown to who sees some communes only."""

    counts: Counts
    questions: Sequence[Asked]
    overdue: int
    cases: int
    late_cases: int
    interests: Sequence[Kept]
    classes: Sequence[TrainingClass] = ()
    announcements: Sequence[Listed] = ()


async def home(visit: Visit) -> Response:
    """Show what needs somebody today, and charts of the last six months."""
    scope, whole = visit.member.scope, visit.member.may_read
    read = visit.console.database.read
    today = await read(lambda connection: _today(connection, visit.now, scope, whole=whole))
    found = await _overview(visit)
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    return visit.page("home.html", today=today, notice=notice, charts=_charts(visit.console, found))


def _today(connection: Connection, now: datetime, scope: Scope, *, whole: bool) -> Today:
    waiting = questions.waiting(connection, FEW, scope)
    today = local_day(now)
    _, overdue = questions.count_waiting(connection, today, scope)
    under_way = sum(cases.count_by_status(connection, Wanted(today, under_way=True, scope=scope)).values())
    late = cases.count_overdue(connection, today, scope)
    counts = overview.counts(connection, now - WEEK, scope)
    interests = responses.latest(connection, INTEREST, FEW, scope)
    if not whole:
        return Today(counts, waiting, overdue, under_way, late, interests)
    unfinished = announcements.listed(connection, frozenset({"waiting", "queued", "sending", "paused"}), FEW)
    upcoming = classes.upcoming(connection, now, FEW)
    return Today(counts, waiting, overdue, under_way, late, interests, upcoming, unfinished)


async def _overview(visit: Visit) -> Overview:
    """Return the overview of what the member may see, at most a minute old: it counts the whole province."""
    kept, scope = visit.console.overviews, visit.member.scope
    if scope in kept and visit.now - kept[scope][0] < FRESH:
        return kept[scope][1]
    begins = months_before(visit.now)
    found = await visit.console.database.read(lambda connection: overview.overview(connection, begins, scope))
    kept[scope] = visit.now, found
    return found


def months_before(now: datetime) -> list[datetime]:
    """Return the beginnings of this month and the five before, and of the next."""
    first = now.astimezone(VIETNAM).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    number = first.year * 12 + first.month - 1
    months = range(number - MONTHS + 1, number + 2)
    return [first.replace(year=month // 12, month=month % 12 + 1) for month in months]


def _charts(console: Console, found: Overview) -> list[Chart]:
    """Return the charts that have something to show."""
    asked = console.library.forms[INTEREST].by_name
    places = {code: commune.full_name for code, commune in console.library.places.by_code.items()}
    activities, trades = ({one.value: one.label for one in asked[name].options} for name in ("activity", "trade"))
    named = {
        "Việc cần hỗ trợ": _named(found.activities, activities),
        "Ngành nghề của người đăng ký": _named(found.trades, trades),
        "Xã, phường của người đăng ký": _named(found.communes, places),
        "Phiếu gửi về": [(_month(one.begins), one.responses) for one in found.months],
        "Lượt đăng ký học": [(_month(one.begins), one.sign_ups) for one in found.months],
        "Người nhận được thông báo": [(_month(one.begins), one.reached) for one in found.months],
    }
    return [Chart(title, tuple(bars(counts, _sum(counts)))) for title, counts in named.items() if _sum(counts)]


def _named(counts: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(names.get(code, code) if code else REST, count) for code, count in counts]


def _sum(counts: Sequence[tuple[str, int]]) -> int:
    return sum(count for _, count in counts)


def _month(begins: datetime) -> str:
    return f"{begins.month:02d}/{begins.year}"


ROUTES = [route("/", home, GET, scoped)]
