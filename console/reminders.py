"""Reminders of a class or of a round: added and taken back on its page."""

from collections.abc import Callable

from sqlalchemy import Connection
from starlette.responses import Response

from console.pages import HOME
from console.visit import Visit, see_other
from db import reminders
from db.reminders import ReminderRefused


async def of_class(visit: Visit) -> Response:
    """Add a reminder to a class, or take one back."""
    code = visit.request.path_params["code"]

    def add(connection: Connection, hours: int) -> None:
        reminders.add_to_class(connection, code, hours, visit.member.name, visit.now)

    return await _change(visit, add, f"{HOME}/classes/{code}", f"class:{code}")


async def of_round(visit: Visit) -> Response:
    """Add a reminder to a round, or take one back."""
    number = visit.request.path_params["round_id"]

    def add(connection: Connection, hours: int) -> None:
        reminders.add_to_round(connection, number, hours, visit.member.name, visit.now)

    return await _change(visit, add, f"{HOME}/rounds/{number}", f"round:{number}")


async def _change(visit: Visit, add: Callable[[Connection, int], None], back: str, subject: str) -> Response:
    drop, hours = _number(visit.form.get("drop", "")), _number(visit.form.get("hours", ""))

    def change(connection: Connection) -> None:
        if drop:
            reminders.cancel(connection, drop)
        else:
            add(connection, hours)

    try:
        await visit.does("reminder.dropped" if drop else "reminder.added", subject, change)
    except ReminderRefused as refused:
        return visit.page("refused.html", 409, reason="said", words=str(refused), back=back)
    return see_other(f"{back}#nhac")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
