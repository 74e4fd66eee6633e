"""A Bot API that takes every message, as fast as a socket allows: `python -m bench.bot_api SECONDS_OF_LATENCY`.

It prints its port and ends when its standard input is closed. `/ask/N` lets N people ask one after another and returns
how many seconds each waited for the answer; `/sent` returns how many messages arrived.
"""

import asyncio
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import httptools
import orjson
import uvloop

TRUE = b'{"ok":true,"result":true}'
ME = b'{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"b","username":"b_bot"}}'
SENT = (
    b'{"ok":true,"result":{"message_id":1,"from":{"id":42,"is_bot":true,"first_name":"b"},'
    b'"chat":{"id":1,"type":"private"},"date":1795000000,"text":"x"}}'
)
FIRST_ASKER = 5_000_000
POLL_SECONDS = 20
CHAT = re.compile(rb'"chat_id":(\d+)')


class Api:
    """What all connections share: how many messages arrived, who asks, and who waits for updates."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.sent = 0
        self.updates: deque[bytes] = deque()
        self.numbers = iter(range(1, 1_000_000_000))
        self.asked: dict[int, asyncio.Future[float]] = {}
        self.something = asyncio.Event()

    async def answer(self, method: bytes, body: bytes) -> bytes:
        """Return the answer to a call."""
        if method == b"getUpdates":
            return await self._updates()
        if method == b"getMe":
            return ME
        if not method.startswith(b"send"):
            return TRUE
        self.sent += 1
        found = CHAT.search(body)
        asked = self.asked.get(int(found[1])) if found else None
        if asked and not asked.done():
            asked.set_result(time.perf_counter())
        if self.latency:
            await asyncio.sleep(self.latency)
        return SENT

    async def _updates(self) -> bytes:
        if not self.updates:
            self.something.clear()
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self.something.wait()
            except TimeoutError:
                return b'{"ok":true,"result":[]}'
        found = b",".join(self.updates)
        self.updates.clear()
        return b'{"ok":true,"result":[%b]}' % found

    async def ask(self, times: int) -> bytes:
        """Let people ask one after another."""
        return orjson.dumps([await self._asks(next(self.numbers)) for _ in range(times)])

    async def _asks(self, number: int) -> float:
        chat = FIRST_ASKER + number
        person = {"id": chat, "is_bot": False, "first_name": "Lan"}
        said = {"message_id": 1, "from": person, "chat": {"id": chat, "type": "private"}, "date": 1, "text": "menu"}
        self.asked[chat] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self.updates.append(orjson.dumps({"update_id": number, "message": said}))
        self.something.set()
        return await self.asked[chat] - began


class Connection(asyncio.Protocol):
    """One connection, whose requests come one after another."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._answering: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._path, self._body = url, b""

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(self._path.rpartition(b"/"), self._body))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, path: tuple[bytes, bytes, bytes], body: bytes) -> None:
        place, _, last = path
        if place == b"/ask":
            content = await self.api.ask(int(last))
        elif last == b"sent":
            content = str(self.api.sent).encode()
        else:
            content = await self.api.answer(last, body)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
        self._transport.write(head + content)


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
    api = Api(float(sys.argv[1]))
    server = await asyncio.get_running_loop().create_server(lambda: Connection(api), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(_serve())
