"""Announcements: read as each channel will show them, tried, sent, steered, and what became of them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection
from starlette.responses import Response

from console.audiences import Counted, counted
from console.composer import find
from console.filling import Filled, filled
from console.pages import HOME
from console.visit import Visit, see_other
from content.announcing import Announced, word
from content.sealing import sealed
from conversation.calendar import local_day
from conversation.channel import CAPABILITIES, Message
from conversation.roles import may_approve
from db import announcements, attachments, conversations, staff_chats, vendor_templates
from db.announcements import WAITING, AnnouncementRefused, Listed
from db.audience import AudienceError
from db.staff_chats import StaffChat

AUTHOR_MAY_NOT = (
    "Người soạn không tự duyệt: nhờ người thứ hai mở trang này và duyệt, hoặc bấm Sửa để ghi số văn bản đã ký."
)
ONLY_APPROVERS = "Thông báo do người khác soạn: người duyệt hoặc người quản trị mở trang này và duyệt."
STARS_A_MESSAGE = Decimal("0.1")
NOTICES = {
    "kept": "Đã lưu. Chưa gửi cho ai.",
    "queued": "Đã duyệt. Số liệu bên dưới tự chạy theo.",
    "tried": "Đã gửi thử tới cuộc trò chuyện của anh/chị.",
    "released": "Bỏ thời gian chờ: đang gửi.",
    "paused": "Đã tạm dừng. Chưa gửi tiếp cho ai.",
    "resumed": "Đang gửi tiếp.",
    "resent": "Đang gửi lại.",
    "cancelled": "Đã hủy. Ai chưa được gửi sẽ không nhận nữa.",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """An announcement as some channels show it."""

    channels: tuple[str, ...]
    message: Message


async def listed(visit: Visit) -> Response:
    """Show the announcements."""
    found = await visit.console.database.read(announcements.listed)
    return visit.page("announcements.html", announcements=found)


async def one(visit: Visit) -> Response:
    """Show an announcement: to be read and sent while it waits, with its counts afterwards."""
    return await _show(visit, await find(visit))


async def send(visit: Visit) -> Response:
    """Approve an announcement that was read: staff get it first, everybody else after the holding time."""
    found, fingerprint, console, now = await find(visit), visit.form.get("fingerprint", "-"), visit.console, visit.now
    previewed = dict(await _messages(visit, found))
    if not _may_approve(visit, found):
        return await _show(visit, found, _why_not(visit, found))
    try:
        await filled(visit, found)
    except AnnouncementRefused as refused:
        return await _show(visit, found, str(refused))

    def approve(connection: Connection) -> None:
        announcements.approve(
            connection,
            found.id,
            visit.member.name,
            now,
            fingerprint,
            holding=console.holding,
            second=console.second_approver,
        )
        if console.holding:
            for chat in staff_chats.contacts(connection):
                _push(visit, connection, chat, previewed)

    return await _changed(visit, found, approve, "queued")


async def attempt(visit: Visit) -> Response:
    """Send it to the member's own chat, as everybody would get it."""
    found = await find(visit)
    previewed = dict(await _messages(visit, found))

    def push(connection: Connection) -> None:
        chat = staff_chats.of_member(connection, visit.member.id)
        if chat is None:
            raise AnnouncementRefused("Chưa nối cuộc trò chuyện nào với tài khoản này. Vào mục «Máy của tôi» để nối.")
        _push(visit, connection, chat, previewed)

    return await _changed(visit, found, push, "tried")


def _push(visit: Visit, connection: Connection, chat: StaffChat, previewed: dict[str, Message]) -> None:
    if chat.channel in previewed:
        status = "sent" if chat.channel in visit.console.stored else "queued"
        payload = previewed[chat.channel].to_json()
        conversations.push(connection, chat.address_id, payload, ">announcements", status, visit.now)


async def release(visit: Visit) -> Response:
    """End the holding time."""
    found = await find(visit)
    return await _changed(visit, found, lambda connection: announcements.release(connection, found.id), "released")


async def pause(visit: Visit) -> Response:
    """Stop sending for a while."""
    found = await find(visit)
    return await _changed(visit, found, lambda connection: announcements.pause(connection, found.id), "paused")


async def resume(visit: Visit) -> Response:
    """Go on with sending."""
    found = await find(visit)
    return await _changed(visit, found, lambda connection: announcements.resume(connection, found.id), "resumed")


async def resend(visit: Visit) -> Response:
    """Send again to those who have one outcome."""
    found, outcome = await find(visit), visit.form.get("outcome", "")

    def again(connection: Connection) -> None:
        announcements.resend(connection, found.id, {outcome})

    return await _changed(visit, found, again, "resent")


async def cancel(visit: Visit) -> Response:
    """Cancel an announcement."""
    found = await find(visit)
    return await _changed(visit, found, lambda connection: announcements.cancel(connection, found.id), "cancelled")


async def _changed(visit: Visit, found: Listed, change: Callable[[Connection], None], done: str) -> Response:
    try:
        await visit.does(f"announcement.{done}", f"announcement:{found.id}", change)
    except AnnouncementRefused as refused:
        return await _show(visit, await find(visit), str(refused))
    visit.console.wake()
    return see_other(f"{HOME}/announcements/{found.id}?done={done}")


async def _show(visit: Visit, found: Listed, problem: str = "") -> Response:
    reached: Counted | None = None
    template: Filled | None = None
    if found.state == WAITING:
        try:
            reached = await counted(visit, found.audience)
            template = await filled(visit, found)
        except (AudienceError, AnnouncementRefused) as refused:
            problem = problem or str(refused)
    return visit.page(
        "announcement.html",
        409 if problem else 200,
        shown=found,
        counted=reached,
        stars=_stars(found, reached),
        filled=template,
        spent=await visit.console.database.read(lambda connection: vendor_templates.spent(connection, found.id)),
        previews=await previews(visit, found),
        quiet=visit.console.quiet,
        holding=visit.console.holding,
        why_not="" if _may_approve(visit, found) else _why_not(visit, found),
        problem=problem,
        notice=NOTICES.get(visit.request.query_params.get("done", ""), ""),
    )


def _may_approve(visit: Visit, found: Listed) -> bool:
    own, second = found.author == visit.member.name, visit.console.second_approver
    return may_approve(visit.member.role, own=own, second=second, signed=bool(found.letter))


def _why_not(visit: Visit, found: Listed) -> str:
    return AUTHOR_MAY_NOT if found.author == visit.member.name else ONLY_APPROVERS


def _stars(found: Listed, reached: Counted | None) -> Decimal:
    """Return how many Telegram Stars a paid announcement costs at most."""
    people = reached.reach.by_channel.get("telegram", 0) if found.paid and reached else 0
    return people * STARS_A_MESSAGE


async def previews(visit: Visit, found: Listed) -> list[Preview]:
    """Return an announcement as each channel shows it; channels that show the same stand together."""
    alike: dict[Message, list[str]] = {}
    for channel, message in await _messages(visit, found):
        alike.setdefault(message, []).append(channel)
    return [Preview(tuple(channels), message) for message, channels in alike.items()]


async def _messages(visit: Visit, found: Listed) -> list[tuple[str, Message]]:
    """Return the message an announcement is on each channel."""
    sha, console = found.attachment, visit.console
    file = None
    if sha:
        found_file = await console.database.read(lambda connection: attachments.described(connection, sha))
        file = sealed(found_file, console.library.link_key, local_day(visit.now)) if found_file else None
    buttons = [(button.label, button.link) for button in found.buttons]
    at = found.started_at or visit.now
    announced = Announced(found.kind, found.title, found.text, at, buttons, file, found.paid)
    channels, library = console.channels or CAPABILITIES, await console.library_now()
    return [(name, word(console.renderer, library, announced, CAPABILITIES[name])) for name in channels]
