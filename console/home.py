"""The first page: what needs somebody today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, func, select
from starlette.responses import Response

from console.visit import Visit
from conversation.calendar import local_day
from conversation.training_class import TrainingClass
from db import announcements, classes, questions, responses
from db.announcements import Listed
from db.models import contact, establishment, response, sign_up
from db.questions import Asked
from db.responses import Kept

WEEK = timedelta(days=7)
FEW = 5
NOTICES = {"password": "Đã đổi mật khẩu."}


@dataclass(frozen=True, slots=True)
class Today:
    """What the first page shows; the counts of responses and sign-ups are of the last seven days."""

    questions: list[Asked]
    waiting: int
    overdue: int
    interests: list[Kept]
    new_interests: int
    new_responses: int
    new_sign_ups: int
    classes: list[TrainingClass]
    announcements: list[Listed]
    establishments: int
    contacts: int


async def home(visit: Visit) -> Response:
    """Show what needs somebody today."""
    today = await visit.console.database.read(lambda connection: _today(connection, visit.now))
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    return visit.page("home.html", today=today, notice=notice, pages=visit.console.library.pages)


def _today(connection: Connection, now: datetime) -> Today:
    waiting, overdue = questions.count_waiting(connection, local_day(now))
    recent_response = response.c.submitted_at >= now - WEEK
    of_interest = response.c.form == "interest"
    recent_sign_up = (sign_up.c.signed_up_at >= now - WEEK) & sign_up.c.cancelled_at.is_(None)

    def count(table: Table, *conditions: ColumnElement[bool]) -> int:
        return connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()

    return Today(
        questions=questions.waiting(connection, FEW),
        waiting=waiting,
        overdue=overdue,
        interests=responses.latest(connection, "interest", FEW),
        new_interests=count(response, recent_response, of_interest),
        new_responses=count(response, recent_response, ~of_interest),
        new_sign_ups=count(sign_up, recent_sign_up),
        classes=classes.upcoming(connection, now, FEW),
        announcements=announcements.listed(connection, frozenset({"waiting", "queued", "sending", "paused"}), FEW),
        establishments=count(establishment),
        contacts=count(contact),
    )
