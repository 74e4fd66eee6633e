"""What owners asked that no page answers yet, to be written down as a page or as another way of asking for one."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from console.pages import HOME
from console.routing import GET, POST, readers, route, writers
from console.visit import Visit, see_other
from conversation.answers import fold
from conversation.catalog import Library
from db import unanswered
from db.unanswered import Asked

NOTICES = {"dropped": "Đã bỏ câu này khỏi danh sách. Có người hỏi lại thì câu ấy lại hiện ra."}
PAGE = "policies/"


@dataclass(frozen=True, slots=True)
class Open:
    """A question with the title of the page that comes nearest, "" where none does."""

    asked: Asked
    near: str


async def listed(visit: Visit) -> Response:
    """Show what was asked, except what is answered by now."""
    return await _show(visit)


async def _show(visit: Visit, problem: str = "") -> Response:
    library = await visit.console.library_now()
    found = await visit.console.database.read(unanswered.listed)
    return visit.page(
        "unanswered.html",
        422 if problem else 200,
        rows=[one for one in (_looked_at(library, asked) for asked in found) if one],
        titles=[page.title for page in library.pages.values()],
        problem=problem,
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
    )


def _looked_at(library: Library, asked: Asked) -> Open | None:
    """Return a question as it stands with today's pages; None where one of them answers it."""
    understood = library.finder.understand(asked.text)
    if understood.kind == "sure":
        return None
    near = [hit.document.title for hit in understood.found if hit.document.id.startswith(PAGE)]
    return Open(asked, near[0] if near else "")


async def add(visit: Visit) -> Response:
    """Open the page that was named for writing, the question among the ways of asking for it."""
    named, ask = visit.request.query_params.get("page", ""), visit.request.query_params.get("ask", "")
    library = await visit.console.library_now()
    meant = [page.id for page in library.pages.values() if fold(named) in {fold(page.title), fold(page.id)}]
    if not meant:
        return await _show(visit, f"Không có trang nào tên «{named}». Chọn một tên trong danh sách gợi ý.")
    return see_other(f"{HOME}/pages/{meant[0]}/edit?{urlencode({'ask': ask})}")


async def drop(visit: Visit) -> Response:
    """Forget a question that needs no answer."""
    folded = fold(visit.form.get("folded", ""))
    await visit.does("page.unasked", f"asked:{folded[:60]}", lambda connection: unanswered.drop(connection, folded))
    return see_other(f"{HOME}/pages/asked?done=dropped")


ROUTES = [
    route("/pages/asked", listed, GET, readers),
    route("/pages/asked/add", add, GET, writers),
    route("/pages/asked/drop", drop, POST, writers),
]
