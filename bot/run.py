"""`kcbot run`: everything in one process, one loop."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import structlog
import uvicorn

from bot.app import Parts, assemble, runner_lock
from bot.channels.base import Channel
from bot.channels.web import Stored
from bot.housekeeping import keep_house
from bot.settings import Settings
from bot.web.site import site
from console.passwords import Passwords, one_time_password
from db import staff

GRACE_SECONDS = 3
FIRST_ADMINISTRATOR = "admin"

log = structlog.get_logger()


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
    channels: dict[str, Channel] = {"web": Stored()}
    with runner_lock(settings):
        async with assemble(settings, channels) as parts:
            await _greet_operator(parts)
            await parts.receiver.recover()
            await _run(parts, [parts.receiver.run, lambda: keep_house(parts.database, parts.clock)])


async def _run(parts: Parts, jobs: list[Callable[[], Awaitable[None]]]) -> None:
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
        beside = [tasks.create_task(_job(job)) for job in jobs]
        await server.serve()
        for task in beside:
            task.cancel()


async def _job(job: Callable[[], Awaitable[None]]) -> None:
    await job()


async def _greet_operator(parts: Parts) -> None:
    """Say where it runs; where nobody can sign in yet, make the first administrator and print the password once."""
    settings = parts.settings
    if await parts.database.read(staff.is_empty):
        password = one_time_password()
        hashed, now = await Passwords().hash(password), parts.clock()
        add = lambda connection: staff.add(connection, FIRST_ADMINISTRATOR, staff.ADMINISTRATOR, hashed, now)  # noqa: E731
        await parts.database.write(add)
        sys.stdout.write(f"Trang quản trị: tên {FIRST_ADMINISTRATOR}, mật khẩu dùng một lần {password}\n")
    if not settings.telegram_token.get_secret_value():
        sys.stdout.write("Telegram: tắt (chưa có KCBOT_TELEGRAM_TOKEN).\n")
    address = f"http://{settings.host}:{settings.port}"
    sys.stdout.write(f"Chat: {address}/chat · Trang quản trị: {address}/console\n")
    sys.stdout.flush()
