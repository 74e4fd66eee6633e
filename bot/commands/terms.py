"""What the commands share: settings read once, one way to refuse, one way to answer a program."""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Annotated, Any

import orjson
import typer
from pydantic import ValidationError

from bot.app import Parts, assemble
from bot.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Trả lời bằng JSON, cho chương trình đọc.")]


class Refused(Exception):
    """Something could not be done, for a reason the person at the terminal can act on."""


def settings() -> Settings:
    """Return the settings; raises Refused naming the ones that are wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        names = ", ".join(f"KCBOT_{'_'.join(map(str, error['loc'])).upper()}" for error in wrong.errors())
        raise Refused(f"Cài đặt không hợp lệ: {names}. Xem README, phần Cài đặt.") from wrong


@asynccontextmanager
async def opened() -> AsyncIterator[Parts]:
    """Join the parts for one command; no channel is served."""
    async with assemble(settings(), {}) as parts:
        yield parts


def work(todo: Coroutine[Any, Any, Any]) -> Any:
    """Run a command to its end and return what it returns."""
    return asyncio.run(todo)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_json(value: Any) -> None:
    say(orjson.dumps(value).decode())
