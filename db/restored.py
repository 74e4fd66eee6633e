"""Making what came back from a backup harmless: nobody is sent anything twice, nobody who left is back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from conversation.calendar import VIETNAM
from db import erasing, incidents, journal
from db.inbox import insert_ignoring
from db.journal import ERASED, MUTED, STOPPED, WITHDRAWN, Departure
from db.models import address, announcement, consent, contact, delivery, message, muted_topic, reminder, staff_session

RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Calmed:
    """What was done: announcements that wait for approval again, deliveries in doubt, people who had left."""

    announcements: int
    uncertain: int
    departures: int


def calm(connection: Connection, departures: Iterable[Departure], taken_at: datetime, now: datetime) -> Calmed:
    """Stop all sending, put in doubt what may have been sent since, and let those go who left since.

    Announcements that were not over wait for approval again; replies that were queued are given up; everybody of staff
    signs in anew.
    """
    unfinished = announcement.c.state.in_(["queued", "sending", "paused"])
    started = select(announcement.c.id).where(unfinished, announcement.c.started_at.is_not(None))
    doubtful = delivery.c.status.in_(["pending", "sending", "held"]) & delivery.c.announcement_id.in_(started)
    uncertain = connection.execute(
        update(delivery).where(doubtful).values(status="uncertain", lease_until=None, done_at=now)
    ).rowcount
    again = {"approved_by": None, "approved_at": None, "approved_hash": None, "held_until": None, "state": "waiting"}
    never_started = unfinished & announcement.c.started_at.is_(None)
    waiting = connection.execute(update(announcement).where(never_started).values(**again)).rowcount
    waiting += connection.execute(update(announcement).where(unfinished).values(state="paused")).rowcount
    held = delivery.c.status == "held"
    connection.execute(update(delivery).where(held).values(status="uncertain", done_at=now))
    queued = message.c.status == "queued"
    connection.execute(update(message).where(queued).values(status="failed", error=RESTORED, lease_until=None))
    connection.execute(
        update(reminder).where(reminder.c.state == "waiting", reminder.c.due_at < now).values(state="missed")
    )
    connection.execute(delete(staff_session))
    left = _let_go(connection, departures, now)
    words = (
        f"Hệ thống vừa phục hồi từ bản sao lưu lúc {taken_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}. "
        f"{waiting} thông báo đang dừng chờ xem lại; {uncertain} lượt gửi chưa rõ kết quả; {left} người đã rút lui sau "
        "đó vẫn được giữ đúng ý họ. Xem từng thông báo trước khi gửi tiếp. Nếu dùng Zalo OA, cấp lại refresh token."
    )
    incidents.report(connection, "restored", words, now)
    return Calmed(waiting, uncertain, left)


def _let_go(connection: Connection, departures: Iterable[Departure], now: datetime) -> int:
    """Do again what people asked for after the backup was taken; return how many they are."""
    of_whom: dict[str, list[Departure]] = defaultdict(list)
    for one in sorted(departures):
        of_whom[one.who].append(one)
    query = select(address.c.contact_id, address.c.channel, address.c.external_id)
    found = {
        row.contact_id: of_whom[who]
        for row in connection.execute(query).all()
        if (who := journal.stands_for(row.channel, row.external_id)) in of_whom
    }
    for contact_id, asked in found.items():
        for one in asked:
            _do_again(connection, contact_id, one, now)
    return len(found)


def _do_again(connection: Connection, contact_id: int, one: Departure, now: datetime) -> None:
    match one.kind:
        case kind if kind == ERASED:
            erasing.erase(connection, contact_id, now)
        case kind if kind == STOPPED:
            row = update(contact).where(contact.c.id == contact_id)
            connection.execute(row.values(announcements_stopped=True))
        case kind if kind == MUTED:
            muted = insert_ignoring(connection, muted_topic)
            connection.execute(muted.values(contact_id=contact_id, topic=one.about))
        case kind if kind == WITHDRAWN:
            standing = (consent.c.contact_id == contact_id) & consent.c.withdrawn_at.is_(None)
            of_purpose = update(consent).where(standing, consent.c.purpose == one.about, consent.c.given_at <= one.at)
            connection.execute(of_purpose.values(withdrawn_at=one.at))
