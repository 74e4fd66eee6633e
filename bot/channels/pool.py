"""Kept HTTP connections that tell a request that never left from one that may have."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientRequest, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL


class NotWritten(Exception):
    """Surely not sent: nothing of the request was written."""


class NoAnswer(Exception):
    """The request, or some of it, was written, and no whole answer came."""


class _Connector(TCPConnector):
    """Hands out connections; whatever goes wrong in here went wrong before the request was written."""

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109
        try:
            return await super().connect(req, traces, timeout)
        except Exception as error:
            raise NotWritten(_words(error)) from None


class Pool:
    """One pool of connections, opened at the first request; what it raises names no address, which may hold a token."""

    def __init__(self, connections: int, proxy: URL | None = None) -> None:
        self._connections = connections
        self._proxy = proxy
        self._open: ClientSession | None = None

    async def fetch(
        self, method: str, url: str, body: Any, headers: Mapping[str, str] | None, limits: ClientTimeout
    ) -> tuple[int, bytes]:
        """Return status and body of the answer; raises NotWritten or NoAnswer."""
        session = self.session()
        try:
            # Followed, a redirection would be a second request, to somebody else.
            async with session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except NotWritten:
            raise
        except Exception as error:
            raise NoAnswer(_words(error)) from None

    def session(self) -> ClientSession:
        """Return the open pool, which needs a running loop."""
        if self._open is None:
            pool = _Connector(limit=self._connections)
            self._open = ClientSession(connector=pool, cookie_jar=DummyCookieJar(), proxy=self._proxy)
        return self._open

    async def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        if self._open:
            await self._open.close()
        self._open = None


def timeouts(pool: float | None, connect: float | None, read: float | None, upload: float | None) -> ClientTimeout:
    """Return aiohttp's timeouts, in seconds: its `connect` holds the wait for a free connection too; it has none for an
    upload."""
    opened = None if pool is None or connect is None else pool + connect
    total = None if upload is None or opened is None or read is None else opened + upload + read
    return ClientTimeout(total=total, connect=opened, sock_connect=connect, sock_read=read)


def _words(error: Exception) -> str:
    """Say what went wrong without the address, which many of aiohttp's messages hold."""
    reason = getattr(error, "os_error", None)
    status = getattr(error, "status", None)
    return ": ".join(str(part) for part in (type(error).__name__, reason or status) if part)
