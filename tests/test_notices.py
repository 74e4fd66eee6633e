"""What vendors tell of an address: who left and came back, and an officer who writes there, whom the bot lets speak."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.channels.zalo_oa import ZaloOA
from bot.receive import Receiver
from content.render import Renderer
from conversation.catalog import Library
from db import questions, uploads
from db.engine import Database
from db.models import address, conversation, message
from db.notices import SILENCE
from handlers import FLOWS
from tests.receiving import EVENING
from tests.sending import HandClock


class NoTokens:
    """Nothing is sent here."""

    async def access(self) -> str:
        raise AssertionError

    async def renew(self, stale: str) -> str:
        raise AssertionError


@dataclass
class Account:
    """An Official Account as its webhook tells of it."""

    receiver: Receiver
    door: ZaloOA
    clock: HandClock
    events: int = field(default=0)

    async def tells(self, name: str, **content: Any) -> None:
        self.events += 1
        event = self.door.event(
            {"event_name": name, "timestamp": str(int(self.clock().timestamp() * 1000)), **content}, self.clock()
        )
        assert event is not None
        await self.receiver.take([event])

    async def says(self, text: str) -> None:
        said = {"msg_id": f"in{self.events}", "text": text}
        await self.tells("user_send_text", sender={"id": "lan"}, recipient={"id": "oa"}, message=said)

    async def sends_picture(self) -> None:
        picture = {"type": "image", "payload": {"url": f"https://f20-zpc.zdn.vn/{self.events}.jpg"}}
        said = {"msg_id": f"in{self.events}", "attachments": [picture]}
        await self.tells("user_send_image", sender={"id": "lan"}, recipient={"id": "oa"}, message=said)

    async def officer(self, text: str, number: str = "") -> None:
        said = {"msg_id": number or f"out{self.events}", "text": text}
        await self.tells("oa_send_text", sender={"id": "oa"}, recipient={"id": "lan"}, message=said)

    async def read(self, query: Any) -> Sequence[Any]:
        def rows(connection: Connection) -> Sequence[Any]:
            return connection.execute(query).all()

        return await self.receiver.database.read(rows)

    async def answers(self) -> list[str]:
        """Return the keys of what was said to the person."""
        out = select(message.c.payload).where(message.c.direction == "out").order_by(message.c.seq)
        return [row.payload["key"] for row in await self.read(out)]

    async def all_sent(self) -> None:
        """Let whatever is queued have been sent."""
        sent = update(message).where(message.c.status == "queued").values(status="sent")
        await self.receiver.database.write(lambda connection: connection.execute(sent).close())


@pytest.fixture
def account(database: Database, library: Library, renderer: Renderer) -> Account:
    clock = HandClock(EVENING)
    door = ZaloOA("app", "secret", "key", "http://127.0.0.1:1", NoTokens(), clock)
    receiver = Receiver(database, library, renderer, FLOWS, {door.name: door}, b"secret", clock, lambda *_: None)
    clock.pass_by(minutes=1)  # what an account sends in its first moments may be an echo of what was sent before
    return Account(receiver, door, clock)


async def test_who_unfollows_is_sent_nothing_until_they_follow_again(account: Account) -> None:
    states = select(address.c.state)
    await account.says("/start")
    await account.tells("unfollow", follower={"id": "lan"})
    assert [row.state for row in await account.read(states)] == ["stopped"]
    await account.tells("follow", follower={"id": "lan"})
    assert [row.state for row in await account.read(states)] == ["ok"]


async def test_while_an_officer_talks_the_bot_only_listens(account: Account) -> None:
    await account.says("/start")
    await account.all_sent()
    await account.officer("Chào chị, em là Hương ở Trung tâm.")
    before = await account.answers()
    assert before[-1] == "officer"
    await account.says("Chị hỏi máy bào")
    assert await account.answers() == before
    heard = select(message.c.payload).where(message.c.direction == "in").order_by(message.c.seq.desc())
    assert (await account.read(heard))[0].payload["text"] == "Chị hỏi máy bào"
    account.clock.pass_by(seconds=SILENCE.total_seconds() + 1)
    await account.says("may bao")
    assert len(await account.answers()) > len(before)


@pytest.mark.parametrize("text", ["menu", "/start", "MENU"])
async def test_who_asks_for_the_bot_gets_it(account: Account, text: str) -> None:
    await account.says("/start")
    await account.all_sent()
    await account.officer("Chào chị.")
    before = await account.answers()
    await account.says(text)
    assert len(await account.answers()) > len(before)


async def test_the_echo_of_our_own_message_silences_nobody(account: Account) -> None:
    await account.says("/start")
    await account.officer("bất kỳ")  # while ours is still on its way
    sent = update(message).where(message.c.status == "queued").values(status="sent", provider_message_id="v1")
    await account.receiver.database.write(lambda connection: connection.execute(sent).close())
    await account.officer("bất kỳ", number="v1")
    silent = select(conversation.c.silent_until)
    assert [row.silent_until for row in await account.read(silent)] == [None]
    assert "officer" not in await account.answers()


async def test_silence_is_counted_from_the_officers_last_word(account: Account) -> None:
    await account.says("/start")
    await account.all_sent()
    ends: list[datetime] = []
    for _ in range(2):
        await account.officer("Chào chị.")
        (row,) = await account.read(select(conversation.c.silent_until))
        ends.append(row.silent_until)
        account.clock.pass_by(minutes=30)
    assert ends[1] - ends[0] == timedelta(minutes=30)


async def test_a_picture_for_the_officer_is_kept_where_staff_see_it(account: Account) -> None:
    """Beside one question, whether it waits already or begins with the first picture; what the bot says is nothing."""
    await account.says("/start")
    await account.all_sent()
    await account.officer("Chị gửi em ảnh xưởng nhé.")
    before = await account.answers()
    await account.sends_picture()
    await account.sends_picture()
    (asked,) = await account.receiver.database.read(questions.waiting)
    assert (asked.text, asked.channel, len(asked.files)) == (questions.SENT_WHILE_TALKING, "zalo_oa", 2)
    assert all(file.waiting for file in asked.files)
    assert await account.answers() == before
    await account.receiver.database.write(
        lambda connection: questions.mark_answered(connection, asked.id, "huong", EVENING)
    )
    await account.sends_picture()
    (another,) = await account.receiver.database.read(questions.waiting)
    assert another.id != asked.id
    later = account.clock() + timedelta(days=2)
    assert await account.receiver.database.write(lambda connection: uploads.forget_loose(connection, later)) == 0


async def test_a_picture_for_the_officer_joins_the_question_they_answer(account: Account) -> None:
    await account.says("/start")
    await account.says("gặp cán bộ")
    await account.says("Máy bào nào vừa xưởng nhỏ?")
    await account.all_sent()
    await account.officer("Chị gửi em ảnh xưởng nhé.")
    await account.sends_picture()
    (asked,) = await account.receiver.database.read(questions.waiting)
    assert (asked.text, len(asked.files)) == ("Máy bào nào vừa xưởng nhỏ?", 1)
