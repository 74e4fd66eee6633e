"""Questions that wait for a person."""

from starlette.responses import Response

from console.pages import HOME
from console.visit import Visit, see_other
from conversation.calendar import local_day
from db import questions

NOTICES = {
    "answered": "Đã ghi là trả lời rồi.",
    "removed": "Đã xóa tệp và nhắn cho người gửi biết.",
    "already": "Câu này đã có người ghi là trả lời rồi.",
}


async def listed(visit: Visit) -> Response:
    """Show the questions nobody has answered, then those answered last."""
    read = visit.console.database.read
    waiting = await read(questions.waiting)
    answered = await read(questions.answered)
    return visit.page(
        "questions.html",
        waiting=waiting,
        answered=answered,
        today=local_day(visit.now),
        library=await visit.console.library_now(),
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
    )


async def mark_answered(visit: Visit) -> Response:
    """Note that the member of staff answered a question."""
    question_id = visit.request.path_params["question_id"]
    by, now = visit.member.name, visit.now
    marked = await visit.console.database.write(
        lambda connection: questions.mark_answered(connection, question_id, by, now)
    )
    return see_other(f"{HOME}/questions?done={'answered' if marked else 'already'}")
