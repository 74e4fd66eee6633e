"""`kcbot run`: everything in one process, one loop."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn

from bot.announcer import Announcer
from bot.app import Parts, assemble, runner_lock
from bot.channels.base import Channel
from bot.channels.web import Stored
from bot.fetcher import Fetcher
from bot.housekeeping import keep_house
from bot.limiter import Limiter
from bot.sender import Sender
from bot.settings import Settings
from bot.timers import Timers
from bot.web.site import site
from console import accounts
from console.passwords import Passwords
from db import deliveries

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram

Job = Callable[[], Coroutine[Any, Any, None]]
GRACE_SECONDS = 3
FIRST_ADMINISTRATOR = "admin"


class Server(uvicorn.Server):
    """A server that is told of a signal and then returns, so that the rest can close after it."""

    on_exit: Callable[[], None]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.on_exit()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for caught in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(caught, self.handle_exit, caught, None)
        yield


async def serve(settings: Settings) -> None:
    """Run until a signal; raises BlockingIOError where another runner has the database."""
    token = settings.telegram_token.get_secret_value()
    telegram = _telegram(token, settings) if token else None
    channels: dict[str, Channel] = {"web": Stored(), **({telegram.name: telegram} if telegram else {})}
    with runner_lock(settings):
        async with assemble(settings, channels) as parts:
            await _greet_operator(parts)
            await parts.receiver.recover()
            await parts.database.write(deliveries.recover)
            await _run(parts, _jobs(parts, channels, telegram))
            if telegram:
                await telegram.close()


def _telegram(token: str, settings: Settings) -> "Telegram":
    """Return Telegram's door; its library is loaded only where it is used, a fifth of a second of the start."""
    from bot.channels.telegram import Telegram

    return Telegram(token, settings.telegram_base_url, settings.telegram_proxy, settings.telegram_file_url)


def _polling(parts: Parts, telegram: "Telegram") -> Job:
    from bot.polling import Poller

    return Poller(parts.receiver, telegram).run


def _jobs(parts: Parts, channels: Mapping[str, Channel], telegram: "Telegram | None") -> list[Job]:
    """Return what goes on beside the web: handling, sending, announcing, polling, tidying."""
    database, changed, clock = parts.database, parts.receiver.changed, parts.clock
    limiter = Limiter(parts.settings.sends_per_second)
    sender = Sender(database, channels, limiter, changed, clock)
    announcer = Announcer(
        database, parts.renderer, parts.library, channels, limiter, changed, clock, parts.settings.quiet
    )
    polls = [_polling(parts, telegram)] if telegram else []
    fetcher = Fetcher(database, channels, changed)
    timers = Timers(database, parts.renderer, clock, parts.settings.quiet)
    return [
        parts.receiver.run,
        sender.run,
        announcer.run,
        fetcher.run,
        timers.run,
        *polls,
        lambda: keep_house(database, clock),
    ]


async def _run(parts: Parts, jobs: list[Job]) -> None:
    """Serve the web until told to stop; the jobs beside it stop with it."""
    settings = parts.settings
    app = site(parts)
    server = Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    server.on_exit = app.state.stopping.set
    async with asyncio.TaskGroup() as tasks:
        beside = [tasks.create_task(job()) for job in jobs]
        await server.serve()
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
