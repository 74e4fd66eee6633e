"""Signs of life, so that staff hear of every time the service was away."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.clock import Clock
from content.render import clock as time_of_day
from content.render import short_day
from conversation.calendar import local_day
from db import incidents
from db.engine import Database

EVERY_SECONDS = 30
LONGEST_SILENCE = timedelta(minutes=2)

# How long vendors keep trying (reference/channels.md §1.3, §3.4); of the Zalo Bot Platform it is not known (§2.3).
TELEGRAM_KEEPS = timedelta(hours=24)
_STOPPED = {"both": "Hệ thống ngừng", "web": "Các trang và cổng nhận tin ngừng", "worker": "Phần gửi tin ngừng"}
_ALL_OF_TELEGRAM = "Tin nhắn Telegram trong lúc đó vẫn được nhận lại"
_A_DAY_OF_TELEGRAM = "Tin nhắn Telegram chỉ được nhận lại của 24 giờ cuối"
_ZALO = "tin Zalo chỉ được gửi lại trong khoảng 1 giờ, nên có thể thiếu; trang chat lúc đó không mở được."
_LATE = "Tin trả lời và thông báo trong lúc đó được gửi muộn."


async def report_gap(database: Database, clock: Clock, part: str) -> None:
    """Note that a part of the service lives, and tell staff where it was silent for longer than two minutes.

    `part` is both, web or worker.
    """
    now = clock()

    def note(connection: Connection) -> None:
        before = incidents.beat(connection, part, now)
        if before is not None and now - before > LONGEST_SILENCE:
            incidents.report(connection, "gap", gap_in_words(part, before, now), now)

    await database.write(note)


async def beat(database: Database, clock: Clock, part: str) -> None:
    """Note every 30 seconds that a part of the service lives; a machine that slept is told of too."""
    while True:
        await report_gap(database, clock, part)
        await asyncio.sleep(EVERY_SECONDS)


def gap_in_words(part: str, start: datetime, end: datetime) -> str:
    """Say from when until when a part was away, and what became of the messages meanwhile."""
    first = (
        time_of_day(start) if local_day(start) == local_day(end) else f"{time_of_day(start)} ngày {short_day(start)}"
    )
    away = f"{_STOPPED[part]} từ {first} đến {time_of_day(end)} ngày {short_day(end)} ({_length(end - start)})."
    if part == "worker":
        return f"{away} {_LATE}"
    telegram = _ALL_OF_TELEGRAM if end - start < TELEGRAM_KEEPS else _A_DAY_OF_TELEGRAM
    return f"{away} {telegram}; {_ZALO}"


def _length(span: timedelta) -> str:
    """`10 giờ 35 phút`, `2 ngày 3 giờ`: to the minute, and beyond a day to the hour."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "ngày"), (hours, "giờ"), (0 if days else minutes, "phút")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
