"""A Bot API that takes every message, as fast as a socket allows: `python -m bench.bot_api SECONDS_OF_LATENCY`.

It prints its port and ends when its standard input is closed.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import httptools
import uvloop

BODY = (
    b'{"ok":true,"result":{"message_id":1,"from":{"id":42,"is_bot":true,"first_name":"b"},'
    b'"chat":{"id":1,"type":"private"},"date":1795000000,"text":"x"}}'
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Accepts(asyncio.Protocol):
    """One connection: every request is answered alike."""

    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, self._transport.write, ANSWER)
        else:
            self._transport.write(ANSWER)


@contextmanager
def running(latency: float = 0) -> Iterator[str]:
    """Run one in a process of its own; return the address that bots are given."""
    command = [sys.executable, "-m", "bench.bot_api", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin
        assert server.stdout
        yield f"http://127.0.0.1:{int(server.stdout.readline())}/bot"
        server.stdin.close()


async def _serve() -> None:
    Accepts.latency = float(sys.argv[1])
    server = await asyncio.get_running_loop().create_server(Accepts, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(_serve())
