"""Linking as it happens: what each conversation shows, and what stands beside it in the same batch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.channels.web import Stored
from bot.receive import Receiver
from content.render import Renderer
from conversation.catalog import Library
from conversation.incoming import Address, ContactCard, Incoming, Notice
from db import conversations
from db.engine import Database, open_database
from db.inbox import Event
from db.models import address, news_wanted
from db.models import inbox as inbox_table
from handlers import FLOWS
from tests.receiving import EVENING, Person

CHANNELS = ("web", "telegram", "zalo_bot")


class Door(Stored):
    """A channel as its vendor's capabilities make it, into whose conversations the tests look."""

    def __init__(self, name: str) -> None:
        super().__init__(name, like=name)

    def parse(self, raw: Any, at: datetime) -> Incoming | Notice | None:  # type: ignore[override]
        who = Address(self.name, raw["from"])
        if raw.get("vouched"):
            return Notice(who, raw["id"], at, "phone", raw["vouched"])
        if raw.get("shared"):
            card = ContactCard(raw["shared"], own=raw.get("own", True))
            return Incoming(who, raw["id"], at, text=raw["shared"], contact_card=card)
        return super().parse(raw, at)


class Whole(Receiver):
    """A receiver of which no batch may fail whole."""

    async def _one_by_one(self) -> set[int]:
        raise AssertionError("a batch failed whole")


def receiver(database: Database, library: Library, renderer: Renderer, kind: type[Receiver] = Whole) -> Receiver:
    channels = {name: Door(name) for name in CHANNELS}
    return kind(database, library, renderer, FLOWS, channels, b"secret", lambda: EVENING, lambda *_: None)


@dataclass
class Owner(Person):
    """Somebody on any channel."""

    channel: str = "web"

    @property
    def address(self) -> Address:
        return Address(self.channel, self.name)

    def event(self, **said: str) -> Event:
        self.events += 1
        raw = {"from": self.name, "id": f"{self.name}-{self.events}", **said}
        return Event(self.channel, "", raw["id"], raw, self.address)

    async def _sends(self, event_id: str = "", **said: Any) -> "Owner":
        await self.receiver.take([self.event(**said)])
        await self.looks()
        return self

    async def shares(self, phone: str, *, own: bool = True) -> "Owner":
        return await self._sends(shared=phone, own=own)

    async def is_vouched_for(self, phone: str) -> "Owner":
        return await self._sends(vouched=phone)

    @property
    def code(self) -> str:
        """The code the last message gives."""
        return self.messages[-1].text.partition("Mã của anh/chị: ")[2][:6]


async def contacts(database: Database) -> dict[str, int]:
    query = select(address.c.external_id, address.c.contact_id)
    return {row[0]: row[1] for row in await database.read(lambda connection: connection.execute(query).all())}


async def statuses(database: Database) -> set[str]:
    query = select(inbox_table.c.status).distinct()
    return await database.read(lambda connection: set(connection.execute(query).scalars()))


async def test_a_code_read_on_zalo_and_typed_on_telegram_links(
    database: Database, library: Library, renderer: Renderer
) -> None:
    bot = receiver(database, library, renderer)
    zalo, telegram = Owner(bot, "lan", channel="zalo_bot"), Owner(bot, "lan's phone", channel="telegram")
    await zalo.says("LIÊN KẾT")
    assert (await telegram.says(f"lien ket {zalo.code}")).keys[-1] == "linking/confirm"
    assert "Zalo, dùng lần cuối lúc 19:42 ngày 24/11/2026" in telegram.messages[-1].text
    await telegram.taps("Đúng, là tôi")
    assert telegram.keys == ["linking/linked"]
    [told] = await zalo.looks()
    assert (told.key, told.choices) == ("linking/told", ())
    assert "Telegram" in told.text
    assert "BỎ LIÊN KẾT" in told.text
    assert len(set((await contacts(database)).values())) == 1
    assert (await zalo.says("/dulieu")).messages[-1].text.count("Liên kết") == 1
    await zalo.says("BỎ LIÊN KẾT")
    await zalo.says("1")
    assert (await zalo.says("1")).keys == ["linking/parted"]
    [left] = await telegram.looks()
    assert left.key == "linking/left"
    assert [choice.token for choice in left.choices] == [">menu"]
    assert len(set((await contacts(database)).values())) == 2


async def test_the_other_conversation_goes_on_where_it_was(
    database: Database, library: Library, renderer: Renderer
) -> None:
    bot = receiver(database, library, renderer)
    zalo, telegram = Owner(bot, "lan", channel="zalo_bot"), Owner(bot, "lan's phone", channel="telegram")
    await zalo.says("LIÊN KẾT")
    await telegram.says(f"lien ket {zalo.code}")
    await zalo.says("/phieu")
    await zalo.says("1")
    await zalo.says("đồng ý")
    await telegram.says("1")
    assert [one.key for one in await zalo.looks()] == ["linking/told"]
    assert (await zalo.says("3")).keys == ["needs/workers"]
    assert (await telegram.says("/dulieu")).messages[-1].text.count("Đồng ý lưu phiếu") == 1


async def test_a_number_vouched_for_twice_is_asked_about_at_both(
    database: Database, library: Library, renderer: Renderer
) -> None:
    bot = receiver(database, library, renderer)
    zalo, telegram = Owner(bot, "lan", channel="zalo_bot"), Owner(bot, "lan's phone", channel="telegram")
    await zalo.says("/menu")
    assert (await zalo.is_vouched_for("84912345678")).keys == []
    await telegram.says("/phieu")
    assert (await telegram.shares("+84912345678", own=False)).keys[-1] != "linking/offered"
    await telegram.shares("+84912345678")
    assert telegram.keys[-1] == "linking/offered"
    assert [choice.token for choice in telegram.messages[-1].choices] == [">linking"]
    assert (await telegram.says("LIÊN KẾT")).keys == ["linking/offer"]
    assert (await telegram.says("1")).keys == ["linking/agreed"]
    [asked] = await zalo.looks()
    assert (asked.key, asked.choices) == ("linking/asked", ())
    assert len(set((await contacts(database)).values())) == 2
    assert (await zalo.says("lien ket")).keys == ["linking/offer"]
    assert (await zalo.says("đúng")).keys == ["linking/linked"]
    assert [one.key for one in await telegram.looks()] == ["linking/told"]
    assert len(set((await contacts(database)).values())) == 1
    assert (await zalo.is_vouched_for("84912345678")).keys == []


async def test_a_notice_asks_too_and_a_no_is_the_last_word(
    database: Database, library: Library, renderer: Renderer
) -> None:
    bot = receiver(database, library, renderer)
    wife, husband = Owner(bot, "wife", channel="telegram"), Owner(bot, "husband", channel="zalo_bot")
    await wife.shares("0912345678")
    await husband.says("/menu")
    assert (await husband.is_vouched_for("84912345678")).keys == ["linking/offered"]
    await husband.says("LIÊN KẾT")
    assert (await husband.says("không")).keys == ["linking/refused"]
    assert (await husband.is_vouched_for("84912345678")).keys == []
    assert "linking/offered" not in (await wife.shares("0912345678")).keys
    assert (await husband.says("LIÊN KẾT")).keys == ["linking/code"]


async def test_guessing_ends_in_a_rest(database: Database, library: Library, renderer: Renderer) -> None:
    bot = receiver(database, library, renderer)
    zalo, guesser = Owner(bot, "lan", channel="zalo_bot"), Owner(bot, "guesser", channel="telegram")
    await zalo.says("LIÊN KẾT")
    wrong = f"{(int(zalo.code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert (await guesser.says(f"LIÊN KẾT {wrong}")).keys[-1] == "linking/wrong"
    assert (await guesser.says(f"LIÊN KẾT {zalo.code}")).keys == ["linking/rest"]
    assert "12 phút" in guesser.messages[-1].text


async def paired(bot: Receiver, name: str) -> tuple[Owner, Owner]:
    """Return two addresses, the older first, each of which has been asked whether to link to the other."""
    older, younger = Owner(bot, f"{name} older", channel="telegram"), Owner(bot, f"{name} younger", channel="zalo_bot")
    for one in (older, younger):
        await one.says("LIÊN KẾT")
    codes = older.code, younger.code
    for one, code in zip((younger, older), codes, strict=True):
        assert (await one.says(f"LIÊN KẾT {code}")).keys == ["linking/confirm"]
    return older, younger


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_whoever_stands_beside_a_turn_that_links_is_handled_too(
    database: Database, library: Library, renderer: Renderer, who: int, place: int
) -> None:
    """The one linked to wrote before, or after, in the same batch; whether theirs is the contact that stays or not."""
    bot = receiver(database, library, renderer)
    pair = await paired(bot, "lan")
    mai, other, one = Owner(bot, "mai"), pair[1 - who], pair[who]
    events = [other.event(choice=">news/brand"), mai.event(text="/menu")]
    events.insert(place, one.event(text="1"))
    await bot.store(events)
    await bot.store([other.event(text="/menu"), mai.event(text="/lop"), one.event(text="/menu")])
    await bot.handle_all()
    for owner in (mai, other, one):
        await owner.looks()
    assert one.keys == ["linking/linked", "menu/main"]
    assert sorted(other.keys) == ["linking/told", "menu/main", "policies/news"]
    assert mai.keys[-1] == "classes/none"
    assert await statuses(database) == {"done"}
    owners = await contacts(database)
    assert owners[one.name] == owners[other.name] != owners[mai.name]
    kept = await database.read(lambda connection: list(connection.execute(select(news_wanted.c.contact_id)).scalars()))
    assert kept == [owners[one.name]]


async def test_a_batch_ends_with_the_turn_that_links(database: Database, library: Library, renderer: Renderer) -> None:
    bot = receiver(database, library, renderer)
    older, younger = await paired(bot, "lan")
    mai = Owner(bot, "mai")
    await bot.store([older.event(text="1"), mai.event(text="/menu"), younger.event(text="/menu")])
    claimed = await database.write(lambda connection: bot._batch(connection, 64))
    ids = {name: await address_of(database, name) for name in ("lan older", "lan younger")}
    assert claimed == set(ids.values())
    waiting = select(inbox_table.c.address_id).where(inbox_table.c.status == "new").order_by(inbox_table.c.id)
    left = await database.read(lambda connection: list(connection.execute(waiting).scalars()))
    assert left == [await address_of(database, "mai"), ids["lan younger"]]
    await bot.handle_all()
    assert await statuses(database) == {"done"}


async def address_of(database: Database, name: str) -> int:
    query = select(address.c.id).where(address.c.external_id == name)
    return await database.read(lambda connection: connection.execute(query).scalar_one())


async def test_both_say_yes_in_one_batch(database: Database, library: Library, renderer: Renderer) -> None:
    bot = receiver(database, library, renderer)
    older, younger = await paired(bot, "lan")
    await bot.take([older.event(text="1"), younger.event(text="1")])
    await older.looks()
    await younger.looks()
    assert (older.keys, sorted(younger.keys)) == (["linking/linked"], ["linking/already", "linking/told"])


@asynccontextmanager
async def another_process(database: Database) -> AsyncIterator[Database]:
    async with open_database(database.url.render_as_string(hide_password=False)) as opened:
        yield opened


async def test_two_processes_link_crosswise_and_nothing_is_lost(
    database: Database, library: Library, renderer: Renderer
) -> None:
    """Each says yes about the other, in two processes at once: PostgreSQL may call that a deadlock, and one waits."""
    bot = receiver(database, library, renderer, Receiver)
    pairs = [await paired(bot, f"pair {n}") for n in range(6)]
    async with another_process(database) as elsewhere:
        second = receiver(elsewhere, library, renderer, Receiver)
        for older, younger in pairs:
            await bot.store([older.event(text="1"), younger.event(text="1")])
            await asyncio.gather(bot.handle_all(), second.handle_all())
        for older, younger in pairs:
            await bot.store([older.event(text="/menu"), younger.event(text="/menu")])
        await asyncio.gather(bot.handle_all(), second.handle_all())
    await bot.handle_all()
    assert await statuses(database) == {"done"}
    owners = await contacts(database)
    for older, younger in pairs:
        assert owners[older.name] == owners[younger.name]
        await older.looks()
        await younger.looks()
        said = sorted([*older.keys, *younger.keys])
        assert said == ["linking/already", "linking/linked", "linking/told", "menu/main", "menu/main"]
    assert len(set(owners.values())) == len(pairs)
    assert await gaps(database) == []


async def gaps(database: Database) -> list[int]:
    """Return the addresses whose messages are not counted without a gap up to the last."""

    def query(connection: Connection) -> list[int]:
        ids = connection.execute(select(address.c.id)).scalars().all()
        told = {one: [row.seq for row in conversations.messages_after(connection, one)] for one in ids}
        return [one for one, seqs in told.items() if seqs != list(range(1, len(seqs) + 1))]

    return await database.read(query)


async def test_a_form_begun_on_zalo_is_gone_on_with_on_telegram(
    database: Database, library: Library, renderer: Renderer
) -> None:
    bot = receiver(database, library, renderer)
    older, younger = await paired(bot, "lan")
    await younger.says("1")
    for said in ("/phieu", "1", "đồng ý", "3"):
        await older.says(said)
    assert older.keys == ["needs/workers"]
    assert (await younger.says("nhu cầu")).keys == ["form/elsewhere"]
    assert "Telegram" in younger.messages[-1].text
    assert (await younger.says("1")).keys == ["form/resumed", "needs/workers"]
    assert (await older.says("8")).keys == ["needs/seasonal_workers"]
