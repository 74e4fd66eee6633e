"""`kcbot run`: everything in one process, one loop; or one half of it, where several machines share a database."""

import asyncio
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from bot import announcer, sender
from bot.announcer import Announcer
from bot.app import Parts, assemble, runner_lock
from bot.channels.base import Channel
from bot.channels.web import Stored
from bot.fetcher import Fetcher
from bot.housekeeping import keep_house
from bot.limiter import Limiter
from bot.sender import Sender
from bot.server import serve_pages, wait_for_signal
from bot.settings import Settings
from bot.sole import Job, as_the_only_one
from bot.timers import Timers
from bot.wakeups import Wakeups
from console import accounts
from console.passwords import Passwords
from db import deliveries

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram

FIRST_ADMINISTRATOR = "admin"


class Half(StrEnum):
    """What a process does: `worker` polls, sends and runs the timers, `web` serves pages; both handle what they took
    in."""

    both = "both"
    worker = "worker"
    web = "web"


class NeedsSharedDatabase(Exception):
    """Half a program was asked for over a database that only one process may have."""


async def serve(settings: Settings, half: Half = Half.both) -> None:
    """Run until a signal.

    Raises BlockingIOError where another runner has the database, NeedsSharedDatabase for a half on SQLite.
    """
    token = settings.telegram_token.get_secret_value()
    telegram = _telegram(token, settings) if token else None
    channels: dict[str, Channel] = {"web": Stored(), **({telegram.name: telegram} if telegram else {})}
    with runner_lock(settings):
        async with assemble(settings, channels) as parts:
            if half is not Half.both and parts.database.is_sqlite:
                raise NeedsSharedDatabase
            if half is not Half.worker:
                await _greet_operator(parts)
            if parts.database.is_sqlite:
                await parts.receiver.recover()
                await parts.database.write(deliveries.recover)
            jobs = [parts.receiver.run, *_shared(parts)]
            if half is not Half.web:
                jobs += _work(parts, channels, telegram)
            await _run(parts, jobs, pages=half is not Half.worker)
            if telegram:
                await telegram.close()


def _telegram(token: str, settings: Settings) -> "Telegram":
    """Return Telegram's door; its library is loaded only where it is used, a fifth of a second of the start."""
    from bot.channels.telegram import Telegram

    most = sender.MOST_IN_FLIGHT + announcer.MOST_IN_FLIGHT
    return Telegram(token, settings.telegram_base_url, settings.telegram_proxy, settings.telegram_file_url, most)


def _polling(parts: Parts, telegram: "Telegram") -> Job:
    from bot.polling import Poller

    return Poller(parts.receiver, telegram).run


def _shared(parts: Parts) -> list[Job]:
    """Return what makes the processes of one database hear of each other."""
    return [] if parts.database.is_sqlite else [Wakeups(parts.database, parts.receiver.changed).run]


def _work(parts: Parts, channels: Mapping[str, Channel], telegram: "Telegram | None") -> list[Job]:
    """Return what a worker does: sending, announcing, fetching, timers, tidying, and polling by one of them."""
    database, changed, clock, quiet = parts.database, parts.receiver.changed, parts.clock, parts.settings.quiet
    limiter = Limiter(parts.settings.sends_per_second)
    sends = Sender(database, channels, limiter, changed, clock)
    announces = Announcer(database, parts.renderer, parts.library, channels, limiter, changed, clock, quiet)
    fetcher = Fetcher(database, channels, changed)
    timers = Timers(database, parts.renderer, clock, quiet)
    jobs: list[Job] = [sends.run, announces.run, fetcher.run, timers.run, lambda: keep_house(database, clock)]
    if telegram:
        polls = _polling(parts, telegram)
        jobs.append(lambda: as_the_only_one(database, "telegram", polls))
    return jobs


async def _run(parts: Parts, jobs: list[Job], *, pages: bool) -> None:
    """Run until told to stop; the jobs stop together."""
    async with asyncio.TaskGroup() as tasks:
        beside = [tasks.create_task(job()) for job in jobs]
        await (serve_pages(parts) if pages else wait_for_signal())
        for task in beside:
            task.cancel()


async def _greet_operator(parts: Parts) -> None:
    """Say where it runs; where nobody can sign in yet, make the first administrator and print the password once."""
    settings = parts.settings
    password = await accounts.first_administrator(parts.database, Passwords(), FIRST_ADMINISTRATOR, parts.clock())
    if password:
        sys.stdout.write(f"Trang quản trị: tên {FIRST_ADMINISTRATOR}, mật khẩu dùng một lần {password}\n")
    if not settings.telegram_token.get_secret_value():
        sys.stdout.write("Telegram: tắt (chưa có KCBOT_TELEGRAM_TOKEN).\n")
    address = f"http://{settings.host}:{settings.port}"
    sys.stdout.write(f"Chat: {address}/chat · Trang quản trị: {address}/console\n")
    sys.stdout.flush()
