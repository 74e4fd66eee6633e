"""A double as a server on loopback that can be cut off and come back."""

import threading
import time
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

PAUSE_SECONDS = 0.01
JOIN_SECONDS = 10

Post = Callable[[uvicorn.Server], None]


class Vendor:
    """A double's server in a thread, and another that posts its events; cut off, nothing goes in or out."""

    def __init__(self, double: ASGIApp, post: Post) -> None:
        self.port = 0
        self._double, self._post = double, post
        self._server: uvicorn.Server | None = None
        self._threads: list[threading.Thread] = []

    def open(self) -> None:
        """Serve, at the same port as before."""
        if self._server:
            return
        self._server = server = serving(self._double, self.port)
        serves = threading.Thread(target=server.run, daemon=True)
        serves.start()
        self.port = port_of(server)
        posts = threading.Thread(target=self._post, args=[server], daemon=True)
        posts.start()
        self._threads = [serves, posts]

    def cut(self) -> None:
        """Let nothing through until it is opened again: who calls finds nobody there."""
        if self._server:
            self._server.should_exit = True
            for thread in self._threads:
                thread.join(JOIN_SECONDS)
            self._server = None


def serving(app: ASGIApp, port: int = 0) -> uvicorn.Server:
    """Return a server on 127.0.0.1, at a free port for 0."""
    config = uvicorn.Config(
        app, port=port, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


def port_of(server: uvicorn.Server) -> int:
    """Return the port of a server once it listens."""
    while not server.started:
        time.sleep(PAUSE_SECONDS)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


def one_after_another(post_next: Callable[[], bool]) -> Post:
    """Return what posts event after event for as long as a server serves."""

    def post(server: uvicorn.Server) -> None:
        while not server.should_exit:
            if not post_next():
                time.sleep(PAUSE_SECONDS)

    return post
