"""The call list of an announcement: known establishments that it did not reach, for those who telephone."""

from typing import Any

from sqlalchemy import Row, Select, case, exists, func, select

from db.audience import Audience, condition, condition_on_establishment, read, rehearses
from db.exports.listing import NUMBER, Column, Filter, Listing, Source, Value
from db.exports.people import BUSINESS, COMMUNE, PERSON, PHONE, TRADE, Describing
from db.models import announcement, contact, delivery, establishment
from db.scope import within
from db.words import OUTCOMES, reason

NOBODY = "Chưa ai của cơ sở nhắn với trợ lý"
NOT_AGREED = "Chưa đồng ý nhận thông báo, hoặc đã thôi nhận"
LATER = "Chưa có trong danh sách gửi"
TO_FILL_IN = (
    Column("called_at", "Đã gọi ngày", "text", 14),
    Column("outcome", "Kết quả gọi", "text", 24),
    Column("note", "Ghi chú", "text", 24),
)


def calls(source: Source, wanted: Filter) -> Listing:
    """The establishments of an announcement's audience none of whose people got it, by commune and name."""
    describing = Describing(source, codes=wanted.codes)
    number = wanted.announcement or 0
    query_text = select(announcement.c.audience).where(announcement.c.id == number)
    audience = read(source.connection, source.connection.execute(query_text).scalar() or "")
    ours = contact.c.establishment_id == establishment.c.id
    theirs = delivery.join(contact, contact.c.id == delivery.c.contact_id)
    of_this = (delivery.c.announcement_id == number) & ours
    got = select(delivery.c.id).select_from(theirs).where(of_this, delivery.c.status == "sent")
    latest = (
        select(delivery.c.status, delivery.c.error)
        .select_from(theirs)
        .where(of_this)
        .order_by(delivery.c.id.desc())
        .limit(1)
    )
    outcome, error = (
        latest.with_only_columns(column).correlate(establishment).scalar_subquery()
        for column in (delivery.c.status, delivery.c.error)
    )
    somebody = exists().where(ours).correlate(establishment)
    agreed = exists().where(ours, condition(Audience())).correlate(establishment)
    person = select(contact.c.name).where(ours).order_by(contact.c.id).limit(1).correlate(establishment)
    query: Select[Any] = select(
        establishment,
        func.coalesce(person.scalar_subquery(), "").label("person"),
        outcome.label("outcome"),
        error.label("error"),
        case((~somebody, NOBODY), (~agreed, NOT_AGREED), else_=LATER).label("otherwise"),
    ).where(
        condition_on_establishment(audience),
        ~rehearses(),
        ~got.exists().correlate(establishment),
        *within(wanted.scope),
    )

    def row_of(row: Row[Any]) -> list[Value]:
        why = reason(row.error or "") or OUTCOMES.get(row.outcome or "", "")
        return [
            describing.word("commune", row.commune),
            row.name,
            row.person or row.facts.get("person", ""),
            row.phone,
            describing.word("trade", row.trade),
            why or row.otherwise,
            "",
            "",
            "",
        ]

    columns = (NUMBER, COMMUNE, BUSINESS, PERSON, PHONE, TRADE, Column("reason", "Vì sao chưa tới", "text", 30))
    order = (establishment.c.commune, establishment.c.folded_name, establishment.c.id)
    return Listing("calls", "Danh sách cần gọi", (*columns, *TO_FILL_IN), query, order, row_of, wanted.codes)
