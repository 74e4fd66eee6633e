"""Cases: all of them as a table or a board, narrowed, counted and given to somebody."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from console.case_words import activities
from console.pages import HOME, communes_of
from console.routing import GET, POST, route, scoped, writers
from console.visit import Visit, see_other
from conversation.calendar import local_day
from conversation.case import STATUSES
from db import cases, staff
from db.cases import Wanted
from db.words import CASES

PAGE = 50
ON_BOARD = 20
NOTICES = {"assigned": "Đã giao các hồ sơ đã chọn."}
NOBODY = "-"


async def listed(visit: Visit) -> Response:
    """Show cases as a table, or as a board of a column for each status."""
    params = visit.request.query_params
    wanted = _wanted(visit, params)
    board = params.get("view") == "board"
    asked = params.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and int(asked[:6]) > 0 else 1

    def read(connection: Connection) -> dict[str, Any]:
        counts = cases.count_by_status(connection, replace(wanted, status=""))
        shown = [wanted.status] if wanted.status else STATUSES
        columns = {one: cases.listed(connection, replace(wanted, status=one), 0, ON_BOARD) for one in shown if board}
        rows = [] if board else cases.listed(connection, wanted, (number - 1) * PAGE, PAGE)
        return {"counts": counts, "columns": columns, "rows": rows, "members": staff.names(connection)}

    found = await visit.console.database.read(read)
    total = sum(count for status, count in found["counts"].items() if wanted.status in ("", status))
    return visit.page(
        "cases.html",
        **found,
        wanted=wanted,
        board=board,
        number=number,
        pages=max(1, -(-total // PAGE)),
        total=total,
        narrowed=_as_table(wanted),
        kept={name: value for name, value in params.items() if value and name not in {"page", "view", "done"}},
        statuses=CASES,
        activities=activities(visit.console.library),
        communes=communes_of(visit.console.library.places),
        places=visit.console.library.places,
        today=local_day(visit.now),
        notice=NOTICES.get(params.get("done", ""), ""),
    )


def _wanted(visit: Visit, params: Mapping[str, str]) -> Wanted:
    status = params.get("status", "")
    return Wanted(
        today=local_day(visit.now),
        status=status if status in CASES else "",
        assignee=params.get("assignee", ""),
        activity=params.get("activity", ""),
        commune=params.get("commune", ""),
        search=params.get("search", "")[:200],
        overdue=params.get("overdue") == "yes",
        under_way=params.get("under_way") == "yes",
        scope=visit.member.scope,
    )


def _as_table(wanted: Wanted) -> dict[str, str]:
    """Return the same narrowing as the table of registrations is asked for it."""
    named = {name: getattr(wanted, name) for name in ("status", "assignee", "activity", "commune", "search")}
    flags = {"under_way": "yes" if wanted.under_way else ""}
    late = {"due_before": wanted.today.isoformat() if wanted.overdue else ""}
    return {name: value for name, value in {**named, **flags, **late}.items() if value}


async def assign(visit: Visit) -> Response:
    """Give the ticked cases to a member of staff."""
    codes, to = visit.all("code")[: 2 * PAGE], visit.form.get("to", "")
    by, now = visit.member.name, visit.now

    def act(connection: Connection) -> None:
        found = [case for code in codes if (case := cases.find(connection, code, visit.member.scope))]
        if to in ("", *staff.names(connection)):
            cases.assign(connection, [one.id for one in found], to, by, now)

    if codes:
        await visit.does("case.assigned", f"case:{codes[0]}", act, to=to, codes=codes)
    return see_other(f"{HOME}/cases?done=assigned" if codes else f"{HOME}/cases")


ROUTES = [route("/cases", listed, GET, scoped), route("/cases/assign", assign, POST, writers)]
