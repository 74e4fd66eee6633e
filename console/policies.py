"""Policy pages: what owners read, what waits for a second person, every revision, and what was different."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import HOME
from console.policy_checks import unchecked, unchecked_on
from console.policy_preview import screens
from console.routing import GET, POST, readers, route, writers
from console.visit import Visit, see_other
from content.errors import ContentError
from content.library import shipped_page
from content.page_changes import changes
from content.page_fields import fields_of, text_of
from content.pages import read_page
from conversation.calendar import local_day
from conversation.page import Page
from conversation.roles import may_approve
from db import pages
from db.pages import SHIPPED, Draft, PageRefused, Revision

SOON = timedelta(days=30)
AUTHOR_MAY_NOT = "Người soạn không tự duyệt: nhờ người thứ hai mở trang này và duyệt, hoặc sửa để ghi số văn bản đã ký."
ONLY_APPROVERS = "Bản này do người khác soạn: người duyệt hoặc người quản trị mở trang này và duyệt."
NOTICES = {
    "kept": "Đã lưu bản nháp. Bà con vẫn đọc bản đang dùng cho đến khi bản này được duyệt và đăng.",
    "approved": "Đã duyệt. Bấm «Đăng» khi nào muốn bà con đọc bản này.",
    "published": "Đã đăng. Bà con đọc bản này ngay từ tin nhắn sau.",
    "dropped": "Đã bỏ bản nháp; vẫn xem lại được ở «Các bản».",
    "withdrawn": "Đã gỡ nội dung. Bà con chỉ còn thấy tiêu đề và lời hẹn báo khi có.",
    "restored": "Đã lấy lại nội dung cũ làm bản nháp mới, chờ duyệt.",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A page with everything that was ever written of it, the latest first; `live` is what owners read of that."""

    id: str
    page: Page | None
    history: tuple[Revision, ...]
    live: int | None

    @property
    def latest(self) -> Revision | None:
        return self.history[0] if self.history else None

    @property
    def waiting(self) -> Revision | None:
        return self.latest if self.latest and self.latest.waits else None

    def source(self, number: int | None) -> str:
        """Return the file of a revision, "" where there is none; what is shipped where nobody wrote anything."""
        if not self.history and number in {None, SHIPPED}:
            return shipped_page(self.id)
        return next((one.source for one in self.history if one.number == number), "")

    @property
    def current(self) -> str:
        """The file of what owners read."""
        return shipped_page(self.id) if self.live is None else self.source(self.live)


async def listed(visit: Visit) -> Response:
    """Show the pages: what waits, what is due, all of them."""
    library, today = await visit.console.library_now(), local_day(visit.now)

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "waiting": pages.waiting(connection),
            "live": pages.live_revisions(connection),
            "awaited": pages.awaited(connection),
        }

    found = await visit.console.database.read(read)
    due = [page for page in library.pages.values() if page.due and page.due <= today + SOON]
    due.sort(key=lambda page: page.due or today)
    left = {page.id: len(list(unchecked_on(page))) for page in library.pages.values()}
    return visit.page("policies.html", library=library, due=due, today=today, left=left, **found)


async def to_check(visit: Visit) -> Response:
    """Show everything that is to be verified before owners are let in, by activity."""
    library = await visit.console.library_now()
    rows = unchecked(library)
    groups = [(topic.title, [one for one in rows if one.page.group == topic.number]) for topic in library.topics]
    general = ("Trang chung", [one for one in rows if not one.page.group])
    found = [(title, some) for title, some in [*groups, general] if some]
    return visit.page("policies_to_check.html", groups=found, total=len(rows))


async def find(visit: Visit) -> Known:
    """Return the page of the address; 404 where there is none."""
    page_id = visit.request.path_params["page_id"]
    if not re.fullmatch(r"\w{1,40}", page_id):
        raise HTTPException(404)
    library = await visit.console.library_now()

    def read(connection: Connection) -> Known:
        live = dict(pages.live(connection)).get(page_id)
        return Known(page_id, library.pages.get(page_id), tuple(pages.history(connection, page_id)), live)

    known = await visit.console.database.read(read)
    if known.page is None and not known.history:
        raise HTTPException(404)
    return known


async def one(visit: Visit) -> Response:
    """Show a page: what owners read or, where one waits, what they are to read instead."""
    return await _show(visit, await find(visit))


async def _show(visit: Visit, known: Known, problem: str = "") -> Response:
    library, asked = await visit.console.library_now(), visit.request.query_params.get("number", "")
    waiting = known.waiting
    named = read_number(asked)
    number = named if named is not None else waiting.number if waiting else known.live
    source = known.source(number) or known.current
    shown = _read(known.id, source) or known.page
    if shown is None:
        raise HTTPException(404)
    own = waiting is not None and waiting.by == visit.member.name
    signed = bool(waiting and waiting.letter)
    allowed = may_approve(visit.member.role, own=own, second=True, signed=signed)
    return visit.page(
        "policy.html",
        409 if problem else 200,
        known=known,
        shown=shown,
        number=number,
        screens=screens(library, visit.console.renderer, shown, visit.now),
        changed=_changed(known.current, waiting.source) if waiting else [],
        unchecked=list(unchecked_on(shown)),
        why_not="" if allowed else AUTHOR_MAY_NOT if own else ONLY_APPROVERS,
        problem=problem,
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
    )


def _read(page_id: str, source: str) -> Page | None:
    try:
        return read_page(Path(f"{page_id}.md"), source)
    except ContentError:
        return None


def _changed(before: str, after: str) -> list[object]:
    try:
        return list(changes(before, after))
    except ContentError:
        return []


async def compare(visit: Visit) -> Response:
    """Show what changed from one revision to another."""
    known, query = await find(visit), visit.request.query_params
    numbers = [read_number(query.get(name, "")) for name in ("from", "to")]
    before, after = ("" if number is None else known.source(number) for number in numbers)
    if not before or not after:
        raise HTTPException(404)
    return visit.page("policy_compare.html", known=known, numbers=numbers, found=_changed(before, after))


async def approve(visit: Visit) -> Response:
    """Approve the revision that was read, and publish it with the same tap where that is wanted."""
    known, number, now, by = await find(visit), _number(visit), visit.now, visit.member.name
    waiting = known.waiting
    signed, own = bool(waiting and waiting.letter), bool(waiting and waiting.by == by)
    if not may_approve(visit.member.role, own=own, second=True, signed=signed):
        return await _show(visit, known, AUTHOR_MAY_NOT if own else ONLY_APPROVERS)
    at_once = visit.form.get("then") == "publish"

    def deed(connection: Connection) -> None:
        pages.approve(connection, known.id, number, by, now)
        if at_once:
            pages.publish(connection, known.id, number, now)

    return await _done(visit, known, "published" if at_once else "approved", deed, number=number, approved_by=by)


async def publish(visit: Visit) -> Response:
    """Let owners read what was approved."""
    known, number, now = await find(visit), _number(visit), visit.now
    return await _done(visit, known, "published", lambda c: pages.publish(c, known.id, number, now), number=number)


async def drop(visit: Visit) -> Response:
    """Set aside what waits."""
    known, number = await find(visit), _number(visit)
    return await _done(visit, known, "dropped", lambda c: pages.drop(c, known.id, number), number=number)


async def withdraw(visit: Visit) -> Response:
    """Take away what a page says, at once; its title and the ways of asking for it stay."""
    known, now = await find(visit), visit.now
    if known.page is None or not known.page.published:
        return await _show(visit, known, "Trang này đang không có nội dung nào cho bà con xem.")
    kept = {"title", "label", "group", "asks"}
    bare = {name: value for name, value in fields_of(known.current).items() if name in kept}
    draft = _draft(visit, known, text_of({**bare, "published": "false"}), "Tạm gỡ nội dung")
    return await _done(visit, known, "withdrawn", lambda connection: pages.withdraw(connection, draft, now))


async def restore(visit: Visit) -> Response:
    """Make an old revision the draft that waits."""
    known, number, now = await find(visit), _number(visit), visit.now
    source = known.source(number)
    if not source:
        raise HTTPException(404)
    draft = _draft(visit, known, source, f"Khôi phục bản số {number}")
    return await _done(visit, known, "restored", lambda c: pages.keep_draft(c, draft, now), number=number)


def _draft(visit: Visit, known: Known, source: str, note: str) -> Draft:
    after = known.latest.number if known.latest else None
    return Draft(known.id, source, visit.member.name, after, shipped_page(known.id), note)


def _number(visit: Visit) -> int:
    number = visit.form.get("number", "")
    return -1 if (read := read_number(number)) is None else read


def read_number(text: str) -> int | None:
    """Return the number of a revision that an address or a form names, None where it is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


async def _done(
    visit: Visit, known: Known, done: str, deed: Callable[[Connection], object], **detail: object
) -> Response:
    try:
        await visit.does(f"page.{done}", f"page:{known.id}", deed, **detail)
    except PageRefused as refused:
        return await _show(visit, await find(visit), str(refused))
    return see_other(f"{HOME}/pages/{known.id}?done={done}")


ROUTES = [
    route("/pages", listed, GET, readers),
    route("/pages/to-check", to_check, GET, readers),
    route("/pages/{page_id}", one, GET, readers),
    route("/pages/{page_id}/compare", compare, GET, readers),
    *(
        route(f"/pages/{{page_id}}/{action.__name__}", action, POST, writers)
        for action in (approve, publish, drop, withdraw, restore)
    ),
]
