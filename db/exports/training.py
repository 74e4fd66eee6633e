"""Who signed up for which class."""

from typing import Any

from sqlalchemy import Row, Select, select

from db.exports.listing import CHANNEL, NUMBER, Column, Filter, Listing, Source, Value
from db.exports.people import BUSINESS, COMMUNE, PERSON, PHONE, Describing, matches
from db.models import contact, establishment, sign_up, training_class
from db.words import CHANNELS


def sign_ups(source: Source, wanted: Filter) -> Listing:
    """Sign-ups, one row each however many seats it holds; cancelled ones say when."""
    describing = Describing(source, codes=wanted.codes)
    query: Select[Any] = (
        select(
            sign_up.c.code,
            training_class.c.code.label("class_code"),
            training_class.c.title,
            sign_up.c.seats,
            sign_up.c.names,
            sign_up.c.channel,
            sign_up.c.signed_up_at,
            sign_up.c.cancelled_at,
            contact.c.name.label("person"),
            establishment.c.name.label("business"),
            establishment.c.phone,
            establishment.c.commune,
        )
        .join(training_class, training_class.c.id == sign_up.c.class_id)
        .join(contact, contact.c.id == sign_up.c.contact_id)
        .outerjoin(establishment, establishment.c.id == contact.c.establishment_id)
        .where(*matches(wanted, sign_up.c.code, contact.c.name), *wanted.days(sign_up.c.signed_up_at))
    )
    if wanted.class_code:
        query = query.where(training_class.c.code == wanted.class_code)
    if wanted.status == "held":
        query = query.where(sign_up.c.cancelled_at.is_(None))
    if wanted.status == "cancelled":
        query = query.where(sign_up.c.cancelled_at.is_not(None))

    def read(row: Row[Any]) -> list[Value]:
        return [
            row.code,
            row.class_code,
            row.title,
            row.seats,
            "; ".join(row.names),
            row.business or "",
            row.person,
            row.phone or "",
            describing.word("commune", row.commune or ""),
            row.channel if wanted.codes else CHANNELS.get(row.channel, row.channel),
            row.signed_up_at,
            row.cancelled_at,
        ]

    columns = (
        NUMBER,
        Column("code", "Mã đăng ký", "text", 12),
        Column("class_code", "Mã lớp", "text", 9),
        Column("class_title", "Tên lớp", "text", 32),
        Column("seats", "Số chỗ", "number", 8),
        Column("names", "Người học", "text", 32),
        BUSINESS,
        PERSON,
        PHONE,
        COMMUNE,
        CHANNEL,
        Column("signed_up_at", "Ngày đăng ký", "moment", 17),
        Column("cancelled_at", "Đã hủy lúc", "moment", 17),
    )
    return Listing("signups", "Đăng ký học", columns, query, (sign_up.c.id.desc(),), read, wanted.codes)
