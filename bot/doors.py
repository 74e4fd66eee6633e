"""The vendors' doors: each opened where its settings are there, else off."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import update

from bot import announcer, sender
from bot.channels.base import Channel
from bot.clock import Clock, now
from bot.receive import Receiver
from bot.settings import Settings
from bot.sole import Job, as_the_only_one
from bot.web.webhooks import address_of
from db import incidents
from db.engine import Database
from db.models import address

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from bot.channels.zalo_bot import ZaloBot
    from bot.channels.zalo_oa import ZaloOA
    from bot.channels.zalo_oa_tokens import Tokens

MOST_IN_FLIGHT = sender.MOST_IN_FLIGHT + announcer.MOST_IN_FLIGHT
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Doors:
    """Telegram and Zalo, as far as they are set up; a library is loaded only where its door is open."""

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        self.settings = settings
        self.clock = clock
        self.telegram: Telegram | None = None
        self.zalo_bot: ZaloBot | None = None
        self.zalo_oa: ZaloOA | None = None
        self._tokens: Tokens | None = None

    def channels(self, database: Database) -> Mapping[str, Channel]:
        """Open the doors and return them by name.

        Raises ValueError, with a sentence for the operator, where a setting cannot be used.
        """
        if self.settings.telegram_token.get_secret_value():
            self.telegram = self._open_telegram()
        if self.settings.zalo_bot_token.get_secret_value():
            self.zalo_bot = self._open_zalo_bot()
        if self.settings.zalo_oa_app_id:
            self.zalo_oa = self._open_zalo_oa(database)
        doors: list[Channel | None] = [self.telegram, self.zalo_bot, self.zalo_oa]
        return {door.name: door for door in doors if door}

    def _open_telegram(self) -> "Telegram":
        from bot.channels.telegram import Telegram

        return Telegram(
            self.settings.telegram_token.get_secret_value(),
            self.settings.telegram_base_url,
            self.settings.telegram_proxy,
            self.settings.telegram_file_url,
            MOST_IN_FLIGHT,
            self.settings.webhook_secret("telegram"),
        )

    def _open_zalo_bot(self) -> "ZaloBot":
        from bot.channels.zalo_bot import MEDIA_HOSTS, ZaloBot

        settings = self.settings
        token, base_url = settings.zalo_bot_token.get_secret_value(), settings.zalo_bot_base_url
        hosts = (*MEDIA_HOSTS, *_on_this_machine(base_url))
        return ZaloBot(token, base_url, settings.webhook_secret("zalo_bot"), media_hosts=hosts)

    def _open_zalo_oa(self, database: Database) -> "ZaloOA":
        from bot.channels.zalo_oa import MEDIA_HOSTS, ZaloOA
        from bot.channels.zalo_oa_tokens import Tokens

        settings = self.settings
        app_id, secret = settings.zalo_oa_app_id, settings.zalo_oa_app_secret.get_secret_value()

        async def alarm(words: str) -> None:
            at = self.clock()
            await database.write(lambda connection: incidents.report(connection, "token", words, at))

        async def told_quota(to: str, left: int) -> None:
            theirs = (address.c.channel == "zalo_oa") & (address.c.external_id == to)
            known = update(address).where(theirs).values(quota_left=left)
            await database.write(lambda connection: connection.execute(known).close())

        refresh_token = settings.zalo_oa_refresh_token.get_secret_value()
        self._tokens = Tokens(database, app_id, secret, settings.zalo_oa_oauth_url, refresh_token, alarm, self.clock)
        return ZaloOA(
            app_id,
            secret,
            settings.zalo_oa_secret_key.get_secret_value(),
            settings.zalo_oa_base_url,
            self._tokens,
            self.clock,
            media_hosts=(*MEDIA_HOSTS, *_on_this_machine(settings.zalo_oa_base_url)),
            told_quota=told_quota,
        )

    def receiving(self, receiver: Receiver) -> list[Job]:
        """Return what makes events come in: setting webhooks, or asking where there is no public address.

        Zalo posts the events of an Official Account to the address that its console was told.
        """
        jobs: dict[str, Job] = {}
        if self.telegram:
            from bot.polling import Poller

            jobs["telegram"] = Poller(receiver, self.telegram, self._webhook("telegram")).run
        if self.zalo_bot:
            from bot.zalo_bot_polling import ZaloBotPoller

            jobs["zalo_bot"] = ZaloBotPoller(receiver, self.zalo_bot, self._webhook("zalo_bot")).run
        return [_sole(receiver.database, name, job) for name, job in jobs.items()]

    def _webhook(self, channel: str) -> str:
        return self.settings.public_url + address_of(channel) if self.settings.public_url else ""

    def off(self) -> list[str]:
        """Return a sentence for the operator about each door that is off."""
        needs = {
            "Telegram": (self.telegram, "KCBOT_TELEGRAM_TOKEN"),
            "Zalo Bot": (self.zalo_bot, "KCBOT_ZALO_BOT_TOKEN"),
            "Zalo OA": (self.zalo_oa, "KCBOT_ZALO_OA_APP_ID"),
        }
        return [f"{name}: tắt (chưa có {setting})." for name, (door, setting) in needs.items() if not door]

    async def close(self) -> None:
        """Close their connections, the tokens after who uses them."""
        for door in (self.telegram, self.zalo_bot, self.zalo_oa, self._tokens):
            if door:
                await door.close()


def _sole(database: Database, name: str, job: Job) -> Job:
    return lambda: as_the_only_one(database, name, job)


def _on_this_machine(base_url: str) -> list[str]:
    """Return the host of a vendor's stand-in on this machine, which serves files too."""
    host = urlsplit(base_url).hostname or ""
    return [host] if host in LOOPBACK else []
