"""Questionnaires that staff publish: a draft, the version that is live, whether it takes answers."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from conversation.calendar import VIETNAM
from db import forms
from db.forms import Version
from db.inbox import insert_ignoring
from db.models import form, form_version, response

DRAFT, OPEN, CLOSED = "draft", "open", "closed"
MAX_TITLE = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


class FormRefused(Exception):
    """A form that cannot be kept, published or closed; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Published:
    """A form of staff: `draft_sha` is what waits to be published, `live_sha` what owners are asked.

    `state` is `draft open closed`; an open one takes answers until `closes_at`. `responses` counts those it got.
    """

    name: str
    title: str
    draft_sha: str | None
    live_sha: str | None
    state: str
    closes_at: datetime | None
    updated_by: str
    updated_at: datetime
    published_at: datetime | None
    responses: int

    def takes_answers(self, now: datetime) -> bool:
        return self.state == OPEN and (self.closes_at is None or self.closes_at > now)


def keep_draft(
    connection: Connection, version: Version, title: str, shipped: Collection[str], by: str, now: datetime
) -> None:
    """Keep a version as the draft of the form of its name; the live one, if any, goes on as it is.

    `shipped` are the names of the shipped forms. Raises FormRefused.
    """
    title = " ".join(title.split())
    if not _NAME.fullmatch(version.name):
        raise FormRefused(
            f"Tên phiếu «{version.name}» phải bắt đầu bằng chữ thường không dấu, chỉ gồm chữ, số và dấu _, "
            "nhiều nhất 31 ký tự, ví dụ: khao_sat_2027."
        )
    if version.name in shipped:
        raise FormRefused(f"«{version.name}» là tên một phiếu có sẵn. Anh/chị chọn tên khác.")
    if not title or len(title) > MAX_TITLE:
        raise FormRefused(f"Phiếu cần có tiêu đề, nhiều nhất {MAX_TITLE} ký tự.")
    same = connection.execute(select(form_version.c.name).where(form_version.c.sha == version.sha)).scalar()
    if same not in {None, version.name}:
        raise FormRefused(f"Tệp này giống hệt tệp của phiếu «{same}». Anh/chị sửa nội dung, hoặc dùng phiếu ấy.")
    forms.remember(connection, [version], now)
    values = {"title": title, "draft_sha": version.sha, "updated_by": by, "updated_at": now}
    connection.execute(insert_ignoring(connection, form).values(name=version.name, state=DRAFT, **values))
    connection.execute(update(form).where(form.c.name == version.name).values(**values))


def publish(connection: Connection, name: str, sha: str, by: str, now: datetime) -> None:
    """Make the draft live, and open; `sha` is the draft that was looked at. Raises FormRefused."""
    found = _found(connection, name)
    if found.draft_sha != sha:
        raise FormRefused("Bản nháp vừa được thay. Anh/chị xem lại rồi hãy đăng.")
    _refuse_past(found.closes_at, now)
    values = {"live_sha": sha, "draft_sha": None, "state": OPEN, "published_at": now}
    _change(connection, form.c.draft_sha == sha, name, by, now, **values)


def close(connection: Connection, name: str, by: str, now: datetime) -> None:
    """Take no answers any more; raises FormRefused where the form is not open."""
    _found(connection, name)
    _change(connection, form.c.state == OPEN, name, by, now, state=CLOSED)


def reopen(connection: Connection, name: str, by: str, now: datetime) -> None:
    """Take answers again; raises FormRefused where the form is not closed, or its closing date is past."""
    _refuse_past(_found(connection, name).closes_at, now)
    _change(connection, form.c.state == CLOSED, name, by, now, state=OPEN)


def set_closing(connection: Connection, name: str, closes_at: datetime | None, by: str, now: datetime) -> None:
    """Say until when the form takes answers, None for as long as it is open; raises FormRefused."""
    _found(connection, name)
    _refuse_past(closes_at, now)
    _change(connection, form.c.name == name, name, by, now, closes_at=closes_at)


def _change(
    connection: Connection, before: ColumnElement[bool], name: str, by: str, now: datetime, **values: Any
) -> None:
    changes = update(form).where(form.c.name == name, before).values(**values, updated_by=by, updated_at=now)
    if not connection.execute(changes).rowcount:
        raise FormRefused(f"Phiếu «{name}» vừa được người khác thay đổi. Anh/chị xem lại.")


def _refuse_past(closes_at: datetime | None, now: datetime) -> None:
    if closes_at and closes_at <= now:
        day = closes_at.astimezone(VIETNAM).strftime("%H:%M ngày %d/%m/%Y")
        raise FormRefused(f"Hạn trả lời {day} đã qua. Anh/chị đặt hạn khác hoặc bỏ hạn.")


def _found(connection: Connection, name: str) -> Published:
    found = find(connection, name)
    if found is None:
        raise FormRefused(f"Không có phiếu «{name}».")
    return found


def find(connection: Connection, name: str) -> Published | None:
    """Return the form of a name."""
    row = connection.execute(_FORMS.where(form.c.name == name)).first()
    return Published(**row._mapping) if row else None


def listed(connection: Connection) -> list[Published]:
    """Return all forms of staff, the one changed last first."""
    rows = connection.execute(_FORMS.order_by(form.c.updated_at.desc(), form.c.name))
    return [Published(**row._mapping) for row in rows]


def taking_answers(now: datetime) -> ColumnElement[bool]:
    """Return the condition on a row of `form` that it can be answered."""
    return and_(form.c.state == OPEN, or_(form.c.closes_at.is_(None), form.c.closes_at > now))


_RESPONSES = select(func.count()).where(response.c.form == form.c.name).correlate(form).scalar_subquery()
_FORMS = select(form, _RESPONSES.label("responses"))
