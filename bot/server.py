"""The web server, in a loop it shares with the rest of the program."""

import asyncio
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from bot.app import Parts
from bot.web.site import site

GRACE_SECONDS = 3
MOST_FILES = 65_536


class Server(uvicorn.Server):
    """A server that is told of a signal and then returns, so that the rest can close after it."""

    on_exit: Callable[[], None]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.on_exit()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        on_signal(lambda caught: self.handle_exit(caught, None))
        yield


def on_signal(stop: Callable[[int], None]) -> None:
    """Call `stop` when the program is asked to end."""
    loop = asyncio.get_running_loop()
    for caught in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(caught, stop, caught)


async def serve_pages(parts: Parts) -> None:
    """Serve the web until a signal."""
    settings = parts.settings
    _allow_many_connections()
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
    await server.serve()


def _allow_many_connections() -> None:
    """Let a thousand pages keep their streams open: each is a file to the system, whose usual limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def wait_for_signal() -> None:
    """Return when the program is asked to end."""
    asked = asyncio.Event()
    on_signal(lambda _: asked.set())
    await asked.wait()
