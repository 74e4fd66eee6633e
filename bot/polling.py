"""Asking Telegram for updates: stored and committed first, confirmed by the next question only."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.channels.base import AnotherPoller, TokenRefused, WebhookRefused, WebhookSet
from bot.channels.telegram import Telegram
from bot.channels.telegram_updates import update_number
from bot.receive import Receiver
from conversation.channel import Unreachable

WAIT_SECONDS = 25
LONGEST_PAUSE = 30.0

log = structlog.get_logger()


@dataclass
class Poller:
    """The one who asks; redelivered updates are ignored by their numbers, so that no offset need be kept.

    With `webhook`, the address of ours, Telegram posts there, and nobody asks unless it refuses to.
    """

    receiver: Receiver
    channel: Telegram
    webhook: str = ""
    wait: int = WAIT_SECONDS
    offset: int = 0

    async def run(self) -> None:
        """Poll for ever; ends only where the token is refused, or Telegram posts."""
        pause, opened = 1.0, False
        while True:
            try:
                if not opened:
                    await self.channel.open()
                    opened = True
                if self.webhook:
                    await self.channel.set_webhook(self.webhook)
                    return
                await self.poll()
                pause = 1.0
                continue
            except TokenRefused:
                log.error("Telegram: mã KCBOT_TELEGRAM_TOKEN bị từ chối, kênh này tắt; các kênh khác vẫn chạy")
                return
            except WebhookRefused as refused:
                log.warning("Telegram: không đặt được webhook, chuyển sang tự hỏi tin", error=str(refused))
                self.webhook = ""
                continue
            except WebhookSet:
                log.warning("Telegram: bot này đang đặt webhook; đã yêu cầu gỡ để nhận tin tại đây")
                await self.channel.forget_webhook()
            except AnotherPoller:
                log.warning("Telegram: có chương trình khác đang nhận tin của bot này")
            except Unreachable as trouble:
                log.warning("Telegram: chưa kết nối được", error=str(trouble))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def poll(self) -> None:
        """Ask once, keep what came, wake the receiver; what was kept is confirmed when it is asked again.

        Raises as Telegram.updates; Unreachable too where not one update has a number that would confirm it.
        """
        updates = await self.channel.updates(self.offset, self.wait)
        if not updates:
            return
        await self._keep(updates)
        self.receiver.changed.wake()
        numbers = [number for number in map(update_number, updates) if number is not None]
        if not numbers:
            raise Unreachable("updates without a number")
        self.offset = max(numbers) + 1
        await self.channel.acknowledge(updates)

    async def _keep(self, updates: Sequence[Any]) -> None:
        at = self.receiver.clock()
        events = [event for event in (self.channel.event(update, at) for update in updates) if event]
        if events:
            await self.receiver.store(events)
