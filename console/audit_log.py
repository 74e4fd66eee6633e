"""What staff did and whose records they looked at, for administrators."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from console.pages import read_moment
from console.routing import GET, administrators, route
from console.visit import Visit
from db import audit, staff
from db.audit import Wanted
from db.audit_words import ACTIONS

PAGE = 100


async def listed(visit: Visit) -> Response:
    """Show what was done, narrowed by who, what and when."""
    asked = visit.request.query_params
    last = asked.get("before", "")
    wanted = Wanted(
        who=asked.get("who", ""),
        action=asked.get("action", ""),
        subject=asked.get("subject", "").strip(),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", ""), days=1),
        before=int(last) if last.isdecimal() and len(last) < 16 else None,
    )

    def read(connection: Connection) -> dict[str, Any]:
        return {"deeds": audit.deeds(connection, wanted, PAGE), "members": staff.listed(connection)}

    found = await visit.console.database.read(read)
    kept = {name: value for name, value in asked.items() if value and name != "before"}
    return visit.page("audit.html", asked=asked, kept=kept, actions=ACTIONS, most=PAGE, **found)


async def readings(visit: Visit) -> Response:
    """Show who looked at whose record."""
    asked = visit.request.query_params
    subject, who = asked.get("subject", "").strip(), asked.get("who", "")

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "readings": audit.readings(connection, subject, who, PAGE),
            "members": staff.listed(connection),
        }

    found = await visit.console.database.read(read)
    return visit.page("readings.html", asked=asked, **found)


def _day(text: str, days: int = 0) -> datetime | None:
    """Return the beginning of a day in Vietnam, or of one so many days later."""
    at = read_moment(text)
    return at + timedelta(days=days) if at else None


ROUTES = [route("/audit", listed, GET, administrators), route("/audit/readings", readings, GET, administrators)]
