"""Asking the Zalo Bot Platform for events, for development: what it gives out it gives out once."""

import asyncio
from dataclasses import dataclass

import structlog

from bot.channels.base import TokenRefused, WebhookRefused, WebhookSet
from bot.channels.zalo_bot import ZaloBot
from bot.receive import Receiver
from conversation.channel import Unreachable

WAIT_SECONDS = 25
LONGEST_PAUSE = 30.0

log = structlog.get_logger()


@dataclass
class ZaloBotPoller:
    """The one who asks; with `webhook`, the address of ours, Zalo posts there, and nobody asks unless it refuses to."""

    receiver: Receiver
    channel: ZaloBot
    webhook: str = ""
    wait: int = WAIT_SECONDS

    async def run(self) -> None:
        """Poll for ever; ends where the token is refused, where Zalo posts to us, or to somebody else."""
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
                log.error("Zalo Bot: mã KCBOT_ZALO_BOT_TOKEN bị từ chối, kênh này tắt; các kênh khác vẫn chạy")
                return
            except WebhookRefused as refused:
                log.warning("Zalo Bot: không đặt được webhook, chuyển sang tự hỏi tin", error=str(refused))
                self.webhook = ""
                continue
            except WebhookSet:
                log.warning(
                    "Zalo Bot: bot này đang đặt webhook nên không nhận tin tại đây được; tin vẫn gửi đi được. "
                    "Muốn nhận tin tại đây, hãy gỡ webhook của bot rồi khởi động lại"
                )
                return
            except Unreachable as trouble:
                log.warning("Zalo Bot: chưa kết nối được", error=str(trouble))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def poll(self) -> None:
        """Ask once, and keep at once what came, for nobody can ask for it again; raises as ZaloBot.update."""
        update = await self.channel.update(self.wait)
        if update is None:
            return
        event = self.channel.event(update, self.receiver.clock())
        if event:
            await self.receiver.store([event])
            self.receiver.changed.wake()
