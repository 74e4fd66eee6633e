"""Pages of policy that staff write: drafts, approved by another, published; every revision stays."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from db.inbox import insert_ignoring
from db.models import news_wanted, page, page_revision

DRAFT, APPROVED, PUBLISHED, DROPPED = "draft", "approved", "published", "dropped"
SHIPPED = 0
MAX_NOTE, MAX_LETTER = 300, 100
# Addresses of the console that are no page.
RESERVED = frozenset({"new", "asked"})
_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")


class PageRefused(Exception):
    """A page that cannot be kept, approved or published; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a page was, or is to be; `source` is its file, number 0 what was shipped before anybody wrote.

    `state` is `draft approved published dropped`; `letter` is the number of the signed paper it goes by.
    """

    page_id: str
    number: int
    source: str
    state: str
    by: str
    at: datetime
    note: str = ""
    letter: str = ""
    approved_by: str | None = None
    approved_at: datetime | None = None
    published_at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.state in {DRAFT, APPROVED}


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wrote: `after` is the number of the latest revision they saw, None where there was none; `shipped`
    is the page's file as it comes with the program, "" where it has none."""

    page_id: str
    source: str
    by: str
    after: int | None = None
    shipped: str = ""
    note: str = ""
    letter: str = ""


def keep_draft(connection: Connection, draft: Draft, now: datetime) -> int:
    """Keep a new revision that waits for approval, in the place of one that waits already; return its number.

    Owners go on reading what is live. Raises PageRefused.
    """
    if not _ID.fullmatch(draft.page_id) or draft.page_id in RESERVED:
        raise PageRefused(
            f"Mã trang «{draft.page_id}» phải bắt đầu bằng chữ thường không dấu, chỉ gồm chữ, số và dấu _, "
            "từ 2 đến 40 ký tự, ví dụ: ho_tro_bao_bi."
        )
    connection.execute(insert_ignoring(connection, page).values(id=draft.page_id))
    _lock(connection, draft.page_id)
    latest = newest(connection, draft.page_id)
    if (latest.number if latest else None) != draft.after:
        raise PageRefused("Có người vừa lưu một bản khác của trang này. Anh/chị mở bản ấy xem, rồi hãy sửa tiếp.")
    if latest and latest.source == draft.source and latest.state in {DRAFT, APPROVED, PUBLISHED}:
        raise PageRefused("Chưa có gì thay đổi so với bản đang có.")
    if latest is None and draft.shipped:
        _insert(connection, page_id=draft.page_id, number=SHIPPED, source=draft.shipped, state=PUBLISHED, by="", at=now)
    number = latest.number + 1 if latest else 1
    _insert(
        connection,
        page_id=draft.page_id,
        number=number,
        source=draft.source,
        state=DRAFT,
        by=draft.by,
        at=now,
        note=draft.note[:MAX_NOTE],
        letter=draft.letter[:MAX_LETTER],
    )
    return number


def approve(connection: Connection, page_id: str, number: int, by: str, now: datetime) -> None:
    """Approve the revision that waits, which another than `by` wrote, or a signed paper stands behind.

    Raises PageRefused, also where it is not the latest any more.
    """
    found = _waiting(connection, page_id, number)
    if found.state != DRAFT:
        raise PageRefused("Bản này đã được duyệt rồi.")
    if found.by == by and not found.letter:
        raise PageRefused("Người soạn không tự duyệt. Cần người thứ hai duyệt, hoặc ghi số văn bản đã ký.")
    _move(connection, found, DRAFT, state=APPROVED, approved_by=by, approved_at=now)


def publish(connection: Connection, page_id: str, number: int, now: datetime) -> None:
    """Let owners read an approved revision from the next message on; raises PageRefused."""
    found = _waiting(connection, page_id, number)
    if found.state != APPROVED:
        raise PageRefused("Bản này chưa được duyệt nên chưa đăng được.")
    _move(connection, found, APPROVED, state=PUBLISHED, published_at=now)
    connection.execute(update(page).where(page.c.id == page_id).values(live=number))


def drop(connection: Connection, page_id: str, number: int) -> None:
    """Set aside the revision that waits; it stays to be read. Raises PageRefused."""
    found = _waiting(connection, page_id, number)
    _move(connection, found, found.state, state=DROPPED)


def withdraw(connection: Connection, draft: Draft, now: datetime) -> int:
    """Let owners read a revision that says nothing but its title, at once: whoever sees a mistake takes it away alone.

    Return its number. Raises PageRefused.
    """
    number = keep_draft(connection, draft, now)
    found = _waiting(connection, draft.page_id, number)
    _move(connection, found, DRAFT, state=PUBLISHED, approved_by=draft.by, approved_at=now, published_at=now)
    connection.execute(update(page).where(page.c.id == draft.page_id).values(live=number))
    return number


def live(connection: Connection) -> tuple[tuple[str, int], ...]:
    """Return which revision of which page owners read, of those that staff wrote: another answer, another library."""
    query = select(page.c.id, page.c.live).where(page.c.live.is_not(None)).order_by(page.c.id)
    return tuple((row.id, row.live) for row in connection.execute(query))


def live_revisions(connection: Connection) -> dict[str, Revision]:
    """Return the revisions that owners read, by page."""
    current = (page.c.id == page_revision.c.page_id) & (page.c.live == page_revision.c.number)
    rows = connection.execute(_REVISIONS.join(page, current).order_by(page.c.id))
    return {row.page_id: Revision(**row._mapping) for row in rows}


def waiting(connection: Connection) -> dict[str, Revision]:
    """Return the revisions that wait to be approved or published, by page."""
    last = select(page_revision.c.page_id, func.max(page_revision.c.number).label("number"))
    last_ones = last.group_by(page_revision.c.page_id).subquery()
    same = (last_ones.c.page_id == page_revision.c.page_id) & (last_ones.c.number == page_revision.c.number)
    rows = connection.execute(_REVISIONS.join(last_ones, same).where(page_revision.c.state.in_([DRAFT, APPROVED])))
    return {row.page_id: Revision(**row._mapping) for row in rows}


def history(connection: Connection, page_id: str) -> list[Revision]:
    """Return every revision of a page, the latest first."""
    rows = connection.execute(
        _REVISIONS.where(page_revision.c.page_id == page_id).order_by(page_revision.c.number.desc())
    )
    return [Revision(**row._mapping) for row in rows]


def newest(connection: Connection, page_id: str) -> Revision | None:
    """Return the latest revision of a page."""
    query = _REVISIONS.where(page_revision.c.page_id == page_id).order_by(page_revision.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return Revision(**row._mapping) if row else None


def awaited(connection: Connection) -> dict[str, int]:
    """Return how many people asked to be told when a page is there, by page."""
    query = select(news_wanted.c.page, func.count()).group_by(news_wanted.c.page)
    return {row[0]: row[1] for row in connection.execute(query)}


def _lock(connection: Connection, page_id: str) -> None:
    """Let nobody else write a revision of the page before this transaction is over."""
    connection.execute(select(page.c.id).where(page.c.id == page_id).with_for_update())


def _waiting(connection: Connection, page_id: str, number: int) -> Revision:
    _lock(connection, page_id)
    found = newest(connection, page_id)
    if found is None or found.number != number or not found.waits:
        raise PageRefused("Bản này vừa được thay hoặc xử lý xong. Anh/chị xem lại trang.")
    return found


def _insert(connection: Connection, **values: Any) -> None:
    connection.execute(insert(page_revision).values(**values))


def _move(connection: Connection, found: Revision, before: str, **values: Any) -> None:
    row = (page_revision.c.page_id == found.page_id) & (page_revision.c.number == found.number)
    connection.execute(update(page_revision).where(row, page_revision.c.state == before).values(**values))


_REVISIONS = select(*(column for column in page_revision.c if column.name != "id"))
