"""The vendors' doors: each opened where its settings are there, else off."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot import announcer, sender
from bot.channels.base import Channel
from bot.receive import Receiver
from bot.settings import Settings
from bot.sole import Job, as_the_only_one
from bot.web.webhooks import address_of
from db.engine import Database

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram

MOST_IN_FLIGHT = sender.MOST_IN_FLIGHT + announcer.MOST_IN_FLIGHT
OFF = {"telegram": "Telegram: tắt (chưa có KCBOT_TELEGRAM_TOKEN)."}


class Doors:
    """Telegram and Zalo, as far as they are set up."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.telegram = _telegram(settings)

    def channels(self, database: Database) -> Mapping[str, Channel]:
        """Return the open doors by name."""
        doors: list[Channel | None] = [self.telegram]
        return {door.name: door for door in doors if door}

    def receiving(self, receiver: Receiver) -> list[Job]:
        """Return what makes events come in: setting webhooks, or asking where there is no public address."""
        jobs: list[Job] = []
        if self.telegram:
            from bot.polling import Poller

            polls = Poller(receiver, self.telegram, self._webhook("telegram")).run
            jobs.append(lambda: as_the_only_one(receiver.database, "telegram", polls))
        return jobs

    def _webhook(self, channel: str) -> str:
        return self.settings.public_url + address_of(channel) if self.settings.public_url else ""

    def off(self) -> list[str]:
        """Return a sentence for the operator about each door that is off."""
        return [] if self.telegram else [OFF["telegram"]]

    async def close(self) -> None:
        """Close their connections."""
        if self.telegram:
            await self.telegram.close()


def _telegram(settings: Settings) -> "Telegram | None":
    """Return Telegram's door; its library is loaded only where it is used, a fifth of a second of the start."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return None
    from bot.channels.telegram import Telegram

    return Telegram(
        token,
        settings.telegram_base_url,
        settings.telegram_proxy,
        settings.telegram_file_url,
        MOST_IN_FLIGHT,
        settings.webhook_secret("telegram"),
    )
