"""What a member of staff may know of announcements in their own chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, select

from conversation.catalog import Library
from conversation.desk import UNDER_WAY, WAITING, Colleague, Reached, SavedAudience, Unfit, Written
from conversation.links import Door
from db import announcements, audience, published, saved_audiences, staff_chats
from db.announcements import NEWS, AnnouncementRefused, Listed
from db.audience import OUTSIDE, AudienceError
from db.models import announcement

MOST_UNDER_WAY = 20


@dataclass(frozen=True)
class StoredDesk:
    """The facts, read when a decision looks at them."""

    connection: Connection
    contact_id: int
    library: Library
    now: datetime

    @cached_property
    def saved_audiences(self) -> Sequence[SavedAudience]:
        return [SavedAudience(one.name, one.query) for one in saved_audiences.listed(self.connection)]

    @cached_property
    def colleagues(self) -> Sequence[Colleague]:
        chats = staff_chats.contacts(self.connection)
        return [Colleague(one.name, one.role, Door(one.address_id, one.channel, one.seen_at)) for one in chats]

    @cached_property
    def under_way(self) -> Sequence[Written]:
        return [written(one) for one in announcements.listed(self.connection, UNDER_WAY, MOST_UNDER_WAY)]

    def announcement(self, number: int) -> Written | None:
        found = announcements.find(self.connection, number)
        return written(found) if found else None

    def kept(self, title: str, text: str, audience: str) -> Written | None:
        author = staff_chats.name_of(self.connection, self.contact_id)
        number = same(self.connection, title, text, audience, author)
        found = self.announcement(number) if number else None
        return found if found and found.plain else None

    def checked(self, title: str, text: str) -> tuple[str, str]:
        try:
            return announcements.clean(title, text)
        except AnnouncementRefused as refused:
            raise Unfit(str(refused)) from None

    def reached(self, query: str) -> Reached:
        channels = self.library.organisation.channels
        forms = [one.name for one in published.listed(self.connection) if one.live_sha]
        try:
            audience.refuse_unknown(audience.parse(query), self.library, forms)
            wanted = audience.read(self.connection, query)
        except AudienceError as refused:
            raise Unfit(str(refused)) from None
        found = audience.reach(self.connection, wanted, channels, self.now)
        known, by_message = audience.establishments(self.connection, wanted, channels)
        at_once = {name: many - found.windows.get(name, {}).get(OUTSIDE, 0) for name, many in found.by_channel.items()}
        by_channel = {name: many for name, many in at_once.items() if many}
        return Reached(found.total, by_channel, found.outside, known, by_message)


def written(found: Listed) -> Written:
    """Return an announcement as a chat shows it."""
    besides = (found.attachment, found.buttons, found.topic, found.paid, found.template, found.send_at)
    dues = [moment for moment in (found.held_until, found.send_at) if moment]
    return Written(
        found.id,
        found.title,
        found.text,
        found.audience,
        found.author,
        found.state,
        found.fingerprint,
        plain=found.kind == NEWS and not any(besides),
        goes_at=max(dues, default=None),
        sent=found.status.sent,
        total=found.status.total,
    )


def same(connection: Connection, title: str, text: str, audience: str, author: str) -> int | None:
    """Return the number of the author's announcement that waits and says the same."""
    said = {"title": title, "text": text, "audience": audience, "author": author}
    query = select(announcement.c.id).filter_by(**said, state=WAITING, kind=NEWS)
    found: int | None = connection.execute(query.order_by(announcement.c.id.desc()).limit(1)).scalar()
    return found
