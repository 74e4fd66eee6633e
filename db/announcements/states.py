"""What becomes of an announcement: approved, held, paused, resumed, cancelled, sent again."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from db.announcements.draft import CORRECTION, AnnouncementRefused, Draft, refuse_template_off, values_of
from db.announcements.listing import CANCELLED, DONE, PAUSED, QUEUED, SENDING, WAITING, Status, find
from db.models import announcement, delivery

RESENDABLE = frozenset({"failed", "uncertain"})


def create(connection: Connection, draft: Draft, author: str, now: datetime) -> int:
    """Keep an announcement that waits for approval; return its id. Raises AnnouncementRefused or AudienceError."""
    values = values_of(connection, draft)
    row = insert(announcement).values(**values, kind=draft.kind, author=author, state=WAITING, created_at=now)
    announcement_id: int = connection.execute(row.returning(announcement.c.id)).scalar_one()
    return announcement_id


def correct(connection: Connection, announcement_id: int, title: str, text: str, author: str, now: datetime) -> int:
    """Keep a correction that waits for approval, for exactly those who got the original; return its id.

    Raises AnnouncementRefused where the original went to nobody.
    """
    original = find(connection, announcement_id)
    if original is None or original.state not in {SENDING, PAUSED, DONE, CANCELLED} or not _reached(original.status):
        raise AnnouncementRefused("Chưa ai nhận thông báo này nên không cần đính chính; anh/chị sửa hoặc hủy nó.")
    draft = Draft(title, text, f"received:{announcement_id}", topic=original.topic, kind=CORRECTION)
    return create(connection, draft, author, now)


def _reached(status: Status) -> int:
    return status.sent + status.uncertain + status.sending


def just_written(connection: Connection, title: str, text: str, author: str, since: datetime) -> int | None:
    """Return the same announcement by the same author, waiting since a moment ago: a form sent twice is one."""
    same = (announcement.c.title == title) & (announcement.c.text == text) & (announcement.c.author == author)
    recent = (announcement.c.state == WAITING) & (announcement.c.created_at >= since)
    found: int | None = connection.execute(select(announcement.c.id).where(same, recent)).scalars().first()
    return found


def change(connection: Connection, announcement_id: int, draft: Draft) -> None:
    """Rewrite an announcement that waits for approval; raises AnnouncementRefused or AudienceError.

    What kind it is stays, and whom a correction is for.
    """
    values = values_of(connection, draft)
    found = find(connection, announcement_id)
    if found and found.kind == CORRECTION:
        del values["audience"]
    _move(connection, announcement_id, {WAITING}, WAITING, "đã được duyệt hoặc đã hủy, không sửa được nữa", **values)


def approve(
    connection: Connection,
    announcement_id: int,
    by: str,
    now: datetime,
    fingerprint: str = "",
    *,
    holding: timedelta = timedelta(0),
    second: bool = False,
    urgent: bool = False,
) -> None:
    """Queue a waiting announcement, its text frozen by its hash: it is sent after the holding time, or at its time.

    An `urgent` one goes also in the quiet hours, without holding time. With `second` who wrote it may not approve it,
    unless the number of the signed paper is recorded. Raises AnnouncementRefused, also where a `fingerprint` is given
    and what was read has been rewritten since.
    """
    found = find(connection, announcement_id)
    if found and fingerprint and found.fingerprint != fingerprint:
        raise AnnouncementRefused("Thông báo vừa được sửa. Đọc lại rồi hãy gửi.")
    if found and second and found.author == by and not found.letter:
        raise AnnouncementRefused("Người soạn không tự duyệt. Cần người thứ hai duyệt, hoặc ghi số văn bản đã ký.")
    if found and found.template:
        refuse_template_off(connection, found.template)
    values = {
        "approved_by": by,
        "approved_at": now,
        "approved_hash": found.fingerprint if found else "",
        "held_until": None if urgent or not holding else now + holding,
        "urgent": urgent,
    }
    _move(connection, announcement_id, {WAITING}, QUEUED, "đã được duyệt hoặc đã hủy rồi", **values)


def release(connection: Connection, announcement_id: int) -> None:
    """End the holding time of an announcement; raises AnnouncementRefused."""
    _move(connection, announcement_id, {QUEUED}, QUEUED, "không còn trong thời gian chờ", held_until=None)


def cancel(connection: Connection, announcement_id: int) -> None:
    """Cancel an announcement: whoever has not been sent it will not be. Raises AnnouncementRefused."""
    _move(connection, announcement_id, {WAITING, QUEUED, SENDING, PAUSED}, CANCELLED, "đã xong hoặc đã hủy rồi")


def pause(connection: Connection, announcement_id: int) -> None:
    """Stop sending for a while; raises AnnouncementRefused."""
    _move(connection, announcement_id, {QUEUED, SENDING}, PAUSED, "không đang chờ gửi hay đang gửi")


def resume(connection: Connection, announcement_id: int) -> None:
    """Go on with what was paused, or with what missed its time, now; raises AnnouncementRefused."""
    row = select(announcement.c.started_at).where(announcement.c.id == announcement_id)
    state = SENDING if connection.execute(row).scalar() else QUEUED
    values = {} if state == SENDING else {"send_at": None, "missed_at": None}
    _move(connection, announcement_id, {PAUSED}, state, "không đang tạm dừng", **values)


def miss(connection: Connection, announcement_id: int, now: datetime) -> None:
    """Set an announcement aside whose time went by while nothing ran: a person decides what becomes of it."""
    _move(connection, announcement_id, {QUEUED}, PAUSED, "không chờ gửi", missed_at=now)


def resend(connection: Connection, announcement_id: int, outcomes: Collection[str] = RESENDABLE) -> int:
    """Let those be sent to again who have one of these outcomes, `failed` or `uncertain`; return how many.

    Raises AnnouncementRefused.
    """
    if not set(outcomes) <= RESENDABLE:
        raise AnnouncementRefused("Chỉ gửi lại được cho người lỗi hoặc chưa rõ.")
    chosen = (delivery.c.announcement_id == announcement_id) & delivery.c.status.in_(sorted(outcomes))
    again = update(delivery).where(chosen, delivery.c.address_id.is_not(None))
    count = connection.execute(again.values(status="pending", done_at=None, not_before=None)).rowcount
    if not count:
        raise AnnouncementRefused(f"Thông báo số {announcement_id} không có ai để gửi lại.")
    _move(connection, announcement_id, {SENDING, PAUSED, DONE}, SENDING, "đã hủy hoặc chưa gửi, không gửi lại được")
    return count


def _move(
    connection: Connection, announcement_id: int, before: set[str], state: str, otherwise: str, **values: Any
) -> None:
    """Change the state, or raise AnnouncementRefused where it was not one of those `before`."""
    row = announcement.c.id == announcement_id
    moves = update(announcement).where(row, announcement.c.state.in_(before)).values(state=state, **values)
    if not connection.execute(moves).rowcount:
        known = connection.execute(select(announcement.c.id).where(row)).first()
        reason = otherwise if known else "không có"
        raise AnnouncementRefused(f"Thông báo số {announcement_id} {reason}.")
