"""Webhooks of peers as programs of their own: `python webhook_peers.py ptb|aiogram PORT`.

Run by a Python that has them (python-telegram-bot with tornado; aiogram): they are not among our packages, and nothing
of ours is imported here.
"""

import asyncio
import sys
from typing import Any

SECRET = "bench"
TOKEN = "42:bench"
PATH = "/webhooks/telegram"


async def ptb(port: int) -> None:
    """python-telegram-bot's own webhook, tornado's, with no handler."""
    from telegram.ext import Application
    from telegram.request import BaseRequest

    class AnswersAtOnce(BaseRequest):
        @property
        def read_timeout(self) -> float:
            return 5

        async def initialize(self) -> None:
            """Nothing to open."""

        async def shutdown(self) -> None:
            """Nothing to close."""

        async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
            me = b'{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"b","username":"b_bot"}}'
            return 200, me if url.endswith("getMe") else b'{"ok":true,"result":true}'

    request = AnswersAtOnce()
    app = Application.builder().token(TOKEN).request(request).get_updates_request(request).build()
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_webhook("127.0.0.1", port, PATH, secret_token=SECRET, webhook_url="https://x.example")
        await asyncio.Event().wait()


async def aiogram(port: int) -> None:
    """aiogram's webhook on aiohttp, with no handler."""
    from aiogram import Bot, Dispatcher
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler
    from aiohttp import web

    app = web.Application()
    SimpleRequestHandler(Dispatcher(), Bot(TOKEN), secret_token=SECRET).register(app, path=PATH)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run({"ptb": ptb, "aiogram": aiogram}[sys.argv[1]](int(sys.argv[2])))
