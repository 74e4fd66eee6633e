"""An attempt at a delivery, what became of it, and what that is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LEASE = timedelta(seconds=15)
NOWHERE = "Chưa có kênh nào nhắn được cho người này."
STOPPED_TAKING = "Người nhận đã thôi nhận thông báo."
GONE = "Người nhận đã chặn hoặc rời kênh."
IN_DOUBT = "Chương trình dừng khi đang gửi."
OUTSIDE_WINDOW = "Đã quá thời gian kênh cho nhắn; tin chờ người nhận nhắn lại."
NEVER_WROTE = "Người nhận không nhắn lại trong 7 ngày."


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery marked `sending` at a moment; what becomes of it is recorded for this `attempt` only.

    `price` is what it costs in VND by the announcement's paid template, None where it goes as a message; `name` is who
    gets it, "" where that is not known.
    """

    id: int
    announcement_id: int
    attempt: int
    address_id: int
    external_id: str
    at: datetime
    price: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: a final status, or `pending` until `not_before`; `counts` says whether it was a try.

    A `blocked` address is sent nothing more until the person writes. With `elsewhere` it was surely not sent, and goes
    to another address of the person where there is one.
    """

    claimed: Claimed
    status: str
    provider_message_id: str | None = None
    error: str | None = None
    not_before: datetime | None = None
    counts: bool = True
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An announcement as it stands in the conversations of one channel, and what a bare number after it answers."""

    payload: Mapping[str, Any]
    link: str
