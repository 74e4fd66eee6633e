"""Whom an announcement reached, and what became of it for everyone else."""

from typing import Any

from sqlalchemy import Row, Select, select

from db.exports.listing import CHANNEL, NUMBER, Column, Filter, Listing, Source, Value
from db.exports.people import BUSINESS, COMMUNE, PERSON, PHONE, Describing, matches
from db.models import announcement, contact, delivery, establishment
from db.words import CHANNELS, OUTCOMES, reason


def deliveries(source: Source, wanted: Filter) -> Listing:
    """Deliveries of announcements, one row for each recipient, with exactly one outcome.

    The price is that of the paid template it went by; empty where it cost nothing.
    """
    describing = Describing(source, codes=wanted.codes)
    query: Select[Any] = (
        select(
            delivery.c.announcement_id,
            announcement.c.title,
            delivery.c.status,
            delivery.c.error,
            delivery.c.attempts,
            delivery.c.price,
            delivery.c.done_at,
            delivery.c.channel,
            contact.c.name.label("person"),
            establishment.c.name.label("business"),
            establishment.c.phone,
            establishment.c.commune,
        )
        .join(announcement, announcement.c.id == delivery.c.announcement_id)
        .join(contact, contact.c.id == delivery.c.contact_id)
        .outerjoin(establishment, establishment.c.id == contact.c.establishment_id)
        .where(*matches(wanted, announcement.c.title), *wanted.days(announcement.c.created_at))
    )
    if wanted.announcement is not None:
        query = query.where(delivery.c.announcement_id == wanted.announcement)
    if wanted.status:
        query = query.where(delivery.c.status == wanted.status)

    def read(row: Row[Any]) -> list[Value]:
        return [
            row.business or "",
            row.person,
            row.phone or "",
            describing.word("commune", row.commune or ""),
            row.channel if wanted.codes else CHANNELS.get(row.channel, row.channel),
            row.status if wanted.codes else OUTCOMES.get(row.status, row.status),
            (row.error or "") if wanted.codes else reason(row.error or ""),
            row.attempts,
            row.price,
            row.done_at,
            row.announcement_id,
            row.title,
        ]

    columns = (
        NUMBER,
        BUSINESS,
        PERSON,
        PHONE,
        COMMUNE,
        CHANNEL,
        Column("outcome", "Kết quả", "text", 20),
        Column("reason", "Lý do", "text", 28),
        Column("attempts", "Số lần thử", "number", 9),
        Column("price", "Giá (đồng)", "money", 11),
        Column("done_at", "Lúc", "moment", 17),
        Column("announcement", "Số thông báo", "number", 9),
        Column("title", "Tiêu đề", "text", 32),
    )
    return Listing("deliveries", "Kết quả gửi thông báo", columns, query, (delivery.c.id.desc(),), read, wanted.codes)
