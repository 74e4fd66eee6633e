"""Answers that are given again and again."""

from starlette.responses import Response

from console.inbox import LONGEST
from console.pages import HOME
from console.routing import BOTH, POST, route, writers
from console.visit import Visit, see_other
from conversation.answers import normalise
from db import canned

NOTICES = {"saved": "Đã lưu câu trả lời mẫu.", "dropped": "Đã bỏ câu trả lời mẫu."}


async def listed(visit: Visit) -> Response:
    """Show the answers kept, or keep one."""
    title, text, problem = "", "", ""
    if visit.request.method == "POST":
        title, text = normalise(visit.form.get("title", "")), visit.form.get("text", "").replace("\r\n", "\n").strip()
        if title and text and len(title) <= canned.LONGEST_TITLE and len(text) <= LONGEST:
            by, now = visit.member.name, visit.now
            await visit.does(
                "canned.saved", "inbox:canned", lambda c: canned.keep(c, title, text, by, now), title=title
            )
            return see_other(f"{HOME}/inbox/canned?done=saved")
        problem = f"Cần cả tên (đến {canned.LONGEST_TITLE} ký tự) và câu trả lời (đến {LONGEST} ký tự)."
    notice = NOTICES.get(visit.request.query_params.get("done", ""), "")
    kept = await visit.console.database.read(canned.listed)
    values = {"kept": kept, "title": title, "text": text, "longest": LONGEST, "longest_title": canned.LONGEST_TITLE}
    return visit.page(
        "canned.html", 422 if problem else 200, **values, notice="" if problem else notice, problem=problem
    )


async def drop(visit: Visit) -> Response:
    """Forget an answer."""
    number = visit.request.path_params["number"]
    await visit.does("canned.dropped", "inbox:canned", lambda connection: canned.drop(connection, number))
    return see_other(f"{HOME}/inbox/canned?done=dropped")


ROUTES = [
    route("/inbox/canned", listed, BOTH, writers),
    route("/inbox/canned/{number:int}/drop", drop, POST, writers),
]
