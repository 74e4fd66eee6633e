"""Establishments and the people who speak for them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, false, func, or_, select

from conversation.contact import ANNOUNCEMENTS, ANSWERS
from conversation.form import Question
from conversation.form_reading import in_words
from db.audience import condition_on_establishment
from db.audience import read as read_audience
from db.exports.listing import CHANNEL, NUMBER, Column, Filter, Listing, Source, Value
from db.exports.values import number
from db.models import address, consent, contact, establishment, question, response
from db.scope import within
from db.words import CHANNELS

BUSINESS = Column("business_name", "Tên cơ sở", "text", 30)
PERSON = Column("contact_name", "Chủ / người liên hệ", "text", 22)
LEGAL_FORM = Column("legal_form", "Loại hình", "text", 18)
TAX_CODE = Column("tax_code", "Mã số thuế", "text", 13)
HAMLET = Column("hamlet", "Thôn, tổ", "text", 16)
OLD_COMMUNE = Column("commune_typed", "Xã cũ (như đã khai)", "text", 18)
COMMUNE = Column("commune", "Xã mới", "text", 20)
PHONE = Column("phone", "Số điện thoại", "phone", 14)
TRADE = Column("trade", "Ngành nghề", "text", 26)
WORKERS = Column("workers", "Số lao động", "number", 10)
ABOUT_ESTABLISHMENT = (BUSINESS, PERSON, LEGAL_FORM, TAX_CODE, HAMLET, OLD_COMMUNE, COMMUNE, PHONE, TRADE, WORKERS)


class Describing:
    """Puts what is known of an establishment in the words of the form that asks for it (`profile`)."""

    def __init__(self, source: Source, *, codes: bool) -> None:
        self._places = source.library.places
        self._codes = codes
        form = source.library.forms.get("profile")
        self._questions: Mapping[str, Question] = form.by_name if form else {}

    def word(self, name: str, value: str) -> str:
        """Return one fact in words."""
        question = self._questions.get(name)
        if self._codes or question is None or not value:
            return value
        return in_words(question, value, self._places)

    def about(self, facts: Mapping[str, str], person: str, typed_commune: str) -> list[Value]:
        """Return the values of `ABOUT_ESTABLISHMENT`."""
        return [
            facts.get("business_name", ""),
            person,
            self.word("legal_form", facts.get("legal_form", "")),
            facts.get("tax_code", ""),
            facts.get("hamlet", ""),
            typed_commune,
            self.word("commune", facts.get("commune", "")),
            facts.get("phone", ""),
            self.word("trade", facts.get("trade", "")),
            number(facts["workers"]) if facts.get("workers") else None,
        ]


def matches(wanted: Filter, *more: ColumnElement[str]) -> list[ColumnElement[bool]]:
    """Return the conditions that search, commune and scope put on an establishment; `more` are columns searched too."""
    parts = within(wanted.scope)
    if wanted.search.strip():
        named = establishment.c.folded_name.contains(wanted.folded, autoescape=True)
        found = [named if wanted.folded else false()]
        digits = "".join(letter for letter in wanted.folded if letter.isdigit())
        if digits and digits == wanted.folded.replace(" ", ""):
            found.append(establishment.c.phone.contains(digits, autoescape=True))
        found += [column.icontains(wanted.search.strip(), autoescape=True) for column in more]
        parts.append(or_(*found))
    if wanted.commune:
        parts.append(establishment.c.commune.contains(wanted.commune, autoescape=True))
    return parts


def among(connection: Connection, wanted: Filter) -> list[ColumnElement[bool]]:
    """Return the condition that an establishment is of the audience that is asked for. Raises AudienceError."""
    if not wanted.audience.strip():
        return []
    return [condition_on_establishment(read_audience(connection, wanted.audience))]


def establishments(source: Source, wanted: Filter) -> Listing:
    """The establishments, with the first person who speaks for each."""
    describing = Describing(source, codes=wanted.codes)
    person = _first_of(contact.c.name, contact)
    typed = _first_of(response.c.typed["commune"].as_string(), response, latest=True)
    receipts = select(func.count()).where(response.c.establishment_id == establishment.c.id).scalar_subquery()
    query: Select[Any] = select(
        establishment, person.label("person"), typed.label("typed_commune"), receipts.label("receipts")
    ).where(*matches(wanted), *among(source.connection, wanted), *wanted.days(establishment.c.created_at))

    def read(row: Row[Any]) -> list[Value]:
        facts = {"business_name": row.name, **row.facts}
        about = describing.about(facts, row.person or "", row.typed_commune or "")
        seasonal = row.facts.get("seasonal_workers")
        return [*about, number(seasonal) if seasonal else None, row.receipts, row.created_at, row.updated_at]

    columns = (
        NUMBER,
        *ABOUT_ESTABLISHMENT,
        Column("seasonal_workers", "Lao động thời vụ", "number", 10),
        Column("responses", "Số phiếu", "number", 9),
        Column("created_at", "Biết từ", "moment", 17),
        Column("updated_at", "Sửa lần cuối", "moment", 17),
    )
    order = (establishment.c.id.desc(),)
    return Listing("establishments", "Cơ sở", columns, query, order, read, wanted.codes, page="establishments")


def _first_of(column: ColumnElement[str], table: Any, *, latest: bool = False) -> Any:
    order = table.c.id.desc() if latest else table.c.id
    of_this = table.c.establishment_id == establishment.c.id
    return select(column).where(of_this).order_by(order).limit(1).correlate(establishment).scalar_subquery()


def contacts(source: Source, wanted: Filter) -> Listing:
    """The people who agreed to something or asked something; of others nothing is kept that staff need."""
    describing = Describing(source, codes=wanted.codes)
    agreed = {purpose: _standing(purpose) for purpose in (ANSWERS, ANNOUNCEMENTS)}
    seen = select(func.max(address.c.last_seen_at)).where(address.c.contact_id == contact.c.id).scalar_subquery()
    channels = (
        select(func.aggregate_strings(address.c.channel, ","))
        .where(address.c.contact_id == contact.c.id)
        .scalar_subquery()
    )
    query: Select[Any] = (
        select(
            contact.c.id,
            contact.c.name,
            contact.c.announcements_stopped,
            contact.c.created_at,
            establishment.c.name.label("business"),
            establishment.c.phone,
            establishment.c.commune,
            *(since.label(purpose) for purpose, since in agreed.items()),
            channels.label("channels"),
            seen.label("seen"),
        )
        .outerjoin(establishment, establishment.c.id == contact.c.establishment_id)
        .where(
            or_(
                exists().where(consent.c.contact_id == contact.c.id),
                exists().where(question.c.contact_id == contact.c.id),
            )
        )
        .where(*matches(wanted, contact.c.name), *among(source.connection, wanted), *wanted.days(contact.c.created_at))
    )
    if wanted.status == "agreed":
        query = query.where(agreed[ANNOUNCEMENTS].is_not(None), ~contact.c.announcements_stopped)
    if wanted.status == "stopped":
        query = query.where(contact.c.announcements_stopped)

    def read(row: Row[Any]) -> list[Value]:
        used = sorted(set((row.channels or "").split(",")) - {""})
        return [
            row.business or "",
            row.name,
            row.phone or "",
            describing.word("commune", row.commune or ""),
            ", ".join(used if wanted.codes else [CHANNELS.get(one, one) for one in used]),
            row.answers,
            row.announcements,
            "có" if row.announcements_stopped else "",
            row.created_at,
            row.seen,
        ]

    columns = (
        NUMBER,
        BUSINESS,
        PERSON,
        PHONE,
        COMMUNE,
        CHANNEL,
        Column("answers_agreed_at", "Đồng ý lưu phiếu", "moment", 17),
        Column("announcements_agreed_at", "Đồng ý nhận tin", "moment", 17),
        Column("announcements_stopped", "Thôi nhận tin", "text", 12),
        Column("created_at", "Liên hệ từ", "moment", 17),
        Column("last_seen_at", "Nhắn lần cuối", "moment", 17),
    )
    order = (contact.c.id.desc(),)
    return Listing("contacts", "Người liên hệ", columns, query, order, read, wanted.codes, page="people")


def _standing(purpose: str) -> Any:
    """Return when a contact agreed to a purpose, empty where they did not or withdrew."""
    standing = (consent.c.contact_id == contact.c.id) & consent.c.withdrawn_at.is_(None)
    return select(func.max(consent.c.given_at)).where(standing, consent.c.purpose == purpose).scalar_subquery()
