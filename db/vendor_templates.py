"""Paid templates as staff keep them: off until they are switched on, unchanged while something is sent by them."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from conversation.answers import normalise
from conversation.vendor_template import SOURCES, WHOSE_NAME_IS_UNKNOWN, Blank
from db.announcements import PAUSED, QUEUED, SENDING, WAITING
from db.engine import AnyRow
from db.models import announcement, delivery, vendor_template

MAX_NAME = 60
MAX_PRICE = 100_000
MAX_BLANKS = 8
LONGEST = 500
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_BLANK = re.compile(r"[A-Za-z0-9_]{1,40}")


class TemplateRefused(Exception):
    """A template that cannot be kept or used; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template by the id its vendor approved; `price` is VND a message."""

    id: str
    name: str
    price: int
    blanks: tuple[Blank, ...]
    active: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """How many were sent an announcement by its paid template and what that cost in VND; the same of those of whom it
    is not known."""

    sent: int = 0
    cost: int = 0
    uncertain: int = 0
    uncertain_cost: int = 0


def listed(connection: Connection) -> list[Template]:
    """Return all templates, by name."""
    query = select(vendor_template).order_by(vendor_template.c.name, vendor_template.c.id)
    return [_template(row) for row in connection.execute(query)]


def active(connection: Connection) -> list[Template]:
    """Return those that may be sent by, by name."""
    return [one for one in listed(connection) if one.active]


def find(connection: Connection, template_id: str) -> Template | None:
    """Return one template."""
    row = connection.execute(select(vendor_template).where(vendor_template.c.id == template_id)).first()
    return _template(row) if row else None


def _template(row: AnyRow) -> Template:
    return Template(row.id, row.name, row.price, tuple(Blank(**field) for field in row.fields), row.active)


def add(connection: Connection, template: Template, by: str, now: datetime) -> None:
    """Keep a new template; raises TemplateRefused."""
    if find(connection, template.id):
        raise TemplateRefused(f"Đã có mẫu «{template.id}».")
    values = _values(template)
    connection.execute(insert(vendor_template).values(id=template.id, **values, saved_by=by, saved_at=now))


def change(connection: Connection, template: Template, by: str, now: datetime) -> None:
    """Rewrite a template; raises TemplateRefused, also where an announcement counts on its price and blanks."""
    known = find(connection, template.id)
    if known is None:
        raise TemplateRefused(f"Không có mẫu «{template.id}».")
    values = _values(template)
    counted_on = _counted_on(connection, template.id)
    if counted_on and (template.price, template.blanks) != (known.price, known.blanks):
        raise TemplateRefused(
            f"Thông báo số {counted_on} đang dùng mẫu này nên chưa đổi được giá và chỗ trống. Gửi xong rồi hãy đổi."
        )
    row = update(vendor_template).where(vendor_template.c.id == template.id)
    connection.execute(row.values(**values, saved_by=by, saved_at=now))


def _counted_on(connection: Connection, template_id: str) -> int | None:
    """Return an announcement that is not over and goes by a template."""
    going = announcement.c.state.in_([WAITING, QUEUED, SENDING, PAUSED])
    query = select(announcement.c.id).where(announcement.c.template == template_id, going).order_by(announcement.c.id)
    return connection.execute(query).scalars().first()


def _values(template: Template) -> dict[str, object]:
    """Return what is kept of a template; raises TemplateRefused."""
    if problem := _problem(template):
        raise TemplateRefused(problem)
    return {
        "name": normalise(template.name),
        "price": template.price,
        "fields": [asdict(blank) for blank in template.blanks],
        "active": template.active,
    }


def _problem(template: Template) -> str:
    if not _ID.fullmatch(template.id):
        return "Mã mẫu gồm chữ không dấu, chữ số, gạch ngang; chép đúng như Zalo đã duyệt."
    name = normalise(template.name)
    if not name or len(name) > MAX_NAME:
        return f"Mẫu cần có tên, dài nhất {MAX_NAME} ký tự."
    if not 0 < template.price <= MAX_PRICE:
        return f"Giá một tin là số đồng, từ 1 đến {MAX_PRICE}."
    return _problem_of(template.blanks)


def _problem_of(blanks: Sequence[Blank]) -> str:
    if not 0 < len(blanks) <= MAX_BLANKS:
        return f"Mẫu cần từ 1 đến {MAX_BLANKS} chỗ trống."
    names = [blank.name for blank in blanks]
    for blank in blanks:
        if not _BLANK.fullmatch(blank.name) or names.count(blank.name) > 1:
            return f"Chỗ trống «{blank.name}»: viết đúng tên trong mẫu của Zalo (chữ không dấu, số), mỗi tên một lần."
        if blank.source not in SOURCES:
            return f"Chỗ trống «{blank.name}»: chọn điền bằng gì."
        shortest = len(WHOSE_NAME_IS_UNKNOWN) if blank.source == "name" else 1
        if not shortest <= blank.longest <= LONGEST:
            return f"Chỗ trống «{blank.name}»: số ký tự từ {shortest} đến {LONGEST}."
    return ""


def spent(connection: Connection, announcement_id: int) -> Spent:
    """Return what an announcement's paid template has cost."""
    query = (
        select(delivery.c.status, func.count(), func.sum(delivery.c.price))
        .where(delivery.c.announcement_id == announcement_id, delivery.c.price.is_not(None))
        .where(delivery.c.status.in_(["sent", "uncertain"]))
        .group_by(delivery.c.status)
    )
    found = {status: (count, cost) for status, count, cost in connection.execute(query)}
    return Spent(*found.get("sent", (0, 0)), *found.get("uncertain", (0, 0)))
