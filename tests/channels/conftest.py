"""A Telegram on loopback, and the channel that speaks to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.telegram import Telegram
from tests.doubles.telegram import TOKEN, TelegramDouble, running_double


@pytest.fixture
def double() -> Iterator[TelegramDouble]:
    with running_double() as running:
        yield running


@pytest.fixture
async def telegram(double: TelegramDouble) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, double.base_url, file_url=double.file_url)
    await channel.open()
    yield channel
    await channel.close()
