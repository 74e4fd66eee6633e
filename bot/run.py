"""`kcbot run`: everything in one process, one loop; or one half of it, where several machines share a database."""

import asyncio
import sys
from enum import StrEnum

from bot.announcer import Announcer
from bot.app import Parts, assemble, runner_lock
from bot.backup.restoring import journal_file
from bot.channels.web import Stored
from bot.doors import Doors
from bot.exporter import Exporter
from bot.fetcher import Fetcher
from bot.files_for_chats import FilesForChats
from bot.heartbeat import beat
from bot.housekeeping import keep_house
from bot.journal_keeper import JournalKeeper
from bot.limiter import Limiter
from bot.nightly import nightly
from bot.sender import Sender
from bot.server import serve_pages, wait_for_signal
from bot.settings import Settings
from bot.sole import Job, as_the_only_one
from bot.staff_menu import StaffMenu
from bot.timers import Timers
from bot.wakeups import Wakeups
from console import accounts
from console.passwords import Passwords
from db import deliveries, export_jobs

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
    doors = Doors(settings)
    with runner_lock(settings):
        async with assemble(settings, {"web": Stored()}, doors=doors.channels) as parts:
            if half is not Half.both and parts.database.is_sqlite:
                raise NeedsSharedDatabase
            if half is not Half.worker:
                await _greet_operator(parts, doors)
            if parts.database.is_sqlite:
                await parts.receiver.recover()
                await parts.database.write(deliveries.recover)
                await parts.database.write(export_jobs.recover)
            jobs = [parts.receiver.run, lambda: beat(parts.database, parts.clock, half.value), *_shared(parts)]
            if half is not Half.web:
                jobs += [*_work(parts), *doors.receiving(parts.receiver), *_menus(parts, doors)]
            await _run(parts, jobs, pages=half is not Half.worker)
            await doors.close()


def _shared(parts: Parts) -> list[Job]:
    """Return what makes the processes of one database hear of each other."""
    return [] if parts.database.is_sqlite else [Wakeups(parts.database, parts.receiver.changed).run]


def _work(parts: Parts) -> list[Job]:
    """Return what a worker does: sending, announcing, fetching, timers, tidying."""
    channels = parts.receiver.channels
    database, changed, clock, quiet = parts.database, parts.receiver.changed, parts.clock, parts.settings.quiet
    limiter = Limiter(parts.settings.sends_per_second)
    sends = Sender(database, channels, limiter, changed, clock)
    announces = Announcer(database, parts.renderer, parts.library, channels, limiter, changed, clock, quiet)
    fetcher = Fetcher(database, channels, changed, clock)
    timers = Timers(database, parts.renderer, clock, quiet)
    exporter = Exporter(database, clock)
    files = FilesForChats(database, parts.renderer, parts.library.organisation, channels, changed, clock)
    return [
        sends.run,
        announces.run,
        fetcher.run,
        timers.run,
        exporter.run,
        files.run,
        *_careful(parts),
        lambda: keep_house(database, clock),
    ]


def _careful(parts: Parts) -> list[Job]:
    """Return what keeps a copy of everything, and of who left beside it."""
    settings, database = parts.settings, parts.database
    copies: list[Job] = [lambda: as_the_only_one(database, "nightly", lambda: nightly(database, settings, parts.clock))]
    if database.is_sqlite:
        copies.append(JournalKeeper(database, journal_file(database.url), parts.clock).run)
    return copies


def _menus(parts: Parts, doors: Doors) -> list[Job]:
    """Return what keeps the menus of staff's chats."""
    if doors.telegram is None:
        return []
    menu = StaffMenu(parts.database, doors.telegram)
    return [lambda: as_the_only_one(parts.database, "staff_menu", menu.run)]


async def _run(parts: Parts, jobs: list[Job], *, pages: bool) -> None:
    """Run until told to stop; the jobs stop together."""
    async with asyncio.TaskGroup() as tasks:
        beside = [tasks.create_task(job()) for job in jobs]
        await (serve_pages(parts) if pages else wait_for_signal())
        for task in beside:
            task.cancel()


async def _greet_operator(parts: Parts, doors: Doors) -> None:
    """Say where it runs; where nobody can sign in yet, make the first administrator and print the password once."""
    settings = parts.settings
    password = await accounts.first_administrator(parts.database, Passwords(), FIRST_ADMINISTRATOR, parts.clock())
    if password:
        sys.stdout.write(f"Trang quản trị: tên {FIRST_ADMINISTRATOR}, mật khẩu dùng một lần {password}\n")
    sys.stdout.writelines(f"{sentence}\n" for sentence in doors.off())
    address = f"http://{settings.host}:{settings.port}"
    sys.stdout.write(f"Chat: {address}/chat · Trang quản trị: {address}/console\n")
    sys.stdout.flush()
