"""Webhook posts a second on one core: ours, stored and committed before it answers, beside those of python-telegram-bot
(tornado) and aiogram (aiohttp), which store nothing; what is handled after the answer is not measured for any.

`KCBOT_BENCH_PEERS` names a Python that has the peers: `python -m venv P; P/bin/pip install aiogram tornado
python-telegram-bot`.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import aiohttp
import orjson
import uvicorn
from starlette.applications import Starlette

from bench.figure import Figure, interleaved, note
from bench.webhook_peers import PATH, SECRET, TOKEN
from bot.app import assemble
from bot.channels.telegram import Telegram
from bot.settings import Settings
from bot.web import webhooks

IN_FLIGHT = 64
PEOPLE = 500
SECONDS = 3.0
WARM_SECONDS = 1.5
CORES = sorted(os.sched_getaffinity(0))
PEERS = Path(__file__).parent / "webhook_peers.py"


async def _serve(port: int, url: str) -> None:
    """Serve our webhook over a database of its own; what it stores nobody handles."""
    settings = Settings(database_url=url, demo_data=False, secret_key="bench")  # type: ignore[arg-type]
    telegram = Telegram(TOKEN, base_url="http://127.0.0.1:1/bot", secret=SECRET)
    async with assemble(settings, {telegram.name: telegram}) as parts:
        app = Starlette(routes=webhooks.routes(parts.receiver.channels))
        app.state.parts = parts
        await uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", access_log=False)).serve()


def _update(number: int) -> bytes:
    person = {"id": 1_000_000 + number % PEOPLE, "is_bot": False, "first_name": "Lan"}
    chat = {"id": person["id"], "type": "private"}
    message = {"message_id": number, "from": person, "chat": chat, "date": 1_795_000_000, "text": "menu"}
    return orjson.dumps({"update_id": number, "message": message})


async def _post(port: int) -> float:
    """Return how many posts a second are answered 200, with 64 in flight."""
    numbers = iter(range(1, 10**9))
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
    answered = 0
    counts_from = time.perf_counter() + WARM_SECONDS
    ends = counts_from + SECONDS

    async def post(session: aiohttp.ClientSession) -> None:
        nonlocal answered
        while (at := time.perf_counter()) < ends:
            async with session.post(PATH, data=_update(next(numbers)), headers=headers) as response:
                await response.read()
                assert response.status == 200, response.status
            answered += at >= counts_from

    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=connector) as session:
        await asyncio.gather(*(post(session) for _ in range(IN_FLIGHT)))
    return answered / SECONDS


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    """Run a server on the first core until it is not needed."""
    on_one_core = partial(os.sched_setaffinity, 0, {CORES[0]})
    process = subprocess.Popen(command, preexec_fn=on_one_core)
    try:
        deadline = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _rate(command: list[str]) -> float:
    port = _free_port()
    with _running([*command, str(port)], port):
        os.sched_setaffinity(0, {CORES[-1]})
        try:
            return asyncio.run(_post(port))
        finally:
            os.sched_setaffinity(0, CORES)


def measure() -> list[Figure]:
    """Return our posts a second beside each peer's."""
    peers = os.environ.get("KCBOT_BENCH_PEERS", "")
    with tempfile.TemporaryDirectory() as folder:
        files = (f"sqlite+aiosqlite:///{folder}/{number}.db" for number in range(1000))
        ours = lambda: _rate([sys.executable, "-m", "bench.webhook", next(files)])  # noqa: E731
        if not peers:
            (rate,) = interleaved(ours)
            note(f"ours {rate:,.0f} posts a second; KCBOT_BENCH_PEERS names no Python that has the peers")
            return []
        of_peer = [partial(_rate, [peers, str(PEERS), name]) for name in ("ptb", "aiogram")]
        rate, tornado, aiogram = interleaved(ours, *of_peer)
    note(f"ours {rate:,.0f} posts a second, PTB's tornado {tornado:,.0f}, aiogram's aiohttp {aiogram:,.0f}")
    return [
        Figure("J", "durable webhook / PTB's tornado webhook", rate / tornado, 1.0),
        Figure("J", "durable webhook / aiogram's aiohttp webhook", rate / aiogram, 1.0),
    ]


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[2]), sys.argv[1]))
