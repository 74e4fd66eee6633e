"""Open streams: nothing lost or told twice however often they break, a thousand at once, few reads, six a visitor."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn
from sqlalchemy import event

from bot.app import Parts, assemble
from bot.channels.web import Stored
from bot.settings import Settings
from bot.web import streams
from bot.web.site import site
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import Message
from conversation.incoming import Address
from db import conversations
from tests.browser.conftest import free_port
from tests.receiving import EVENING, Person
from tests.streaming import PATIENCE, Reader, allow_files, begin_conversations, seen_up_to, serving

ROUNDS = 60
PEOPLE = 125
ON_EACH = 4
TRICKY = "dòng một\n\ndata: dòng hai\r\nid: 9\rdòng ba\u2028dòng bốn <b>&\x0b: hết"


@dataclass
class Chat:
    """A running site and one visitor's conversation on it."""

    parts: Parts
    url: str
    name: str
    address_id: int

    async def is_told(self, text: str, *, quietly: bool = False) -> int:
        """Add a message; unless quietly, say so to whoever waits. Return its number."""
        said = Message("announcements/pushed", text).to_json()
        await self.parts.database.write(
            lambda connection: conversations.push(connection, self.address_id, said, "", "sent", EVENING)
        )
        if not quietly:
            self.parts.receiver.changed.tell([self.address_id])
        return await self.last()

    async def last(self) -> int:
        where = Address("web", self.name)
        row = await self.parts.database.read(lambda connection: conversations.find_address(connection, where))
        assert row is not None
        number: int = row.last_seq
        return number

    async def reader(self) -> Reader:
        """Return one who has seen everything so far."""
        return Reader(self.name, after=await self.last())


@pytest.fixture
async def parts(sqlite_url: str) -> AsyncIterator[Parts]:
    async with assemble(Settings(database_url=sqlite_url), {"web": Stored()}, lambda: EVENING) as assembled:
        yield assembled


class Server(uvicorn.Server):
    """A server that leaves this process's signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(parts: Parts, name: str = "lan") -> AsyncIterator[Chat]:
    """Serve the site on a port of this machine while somebody has begun a conversation."""
    app = site(parts)
    port = free_port()
    server = Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
    await Person(parts.receiver, name).says("/start")
    row = await parts.database.read(lambda connection: conversations.find_address(connection, Address("web", name)))
    assert row is not None
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve())
        async with asyncio.timeout(PATIENCE):
            while not server.started:
                await asyncio.sleep(0)
        try:
            yield Chat(parts, f"http://127.0.0.1:{port}", name, row.id)
        finally:
            app.state.stopping.set()
            server.should_exit = True


async def test_however_often_it_breaks_each_message_is_seen_once_and_in_order(parts: Parts) -> None:
    numbers = random.Random(5)
    async with served(parts) as chat, aiohttp.ClientSession() as session:
        reader, told = await chat.reader(), list[str]()
        first = reader.after + 1

        async def adds() -> None:
            for _ in range(numbers.randrange(6)):
                told.append(f"{TRICKY} {len(told)}" if numbers.random() < 0.2 else f"tin {len(told)}")
                await chat.is_told(told[-1], quietly=numbers.random() < 0.3)

        for _ in range(ROUNDS):
            told.append(f"tin {len(told)}")
            last = await chat.is_told(told[-1])
            most = numbers.choice([10, 60, 400, 2500, 20_000])
            async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
                tasks.create_task(adds())
                tasks.create_task(reader.reads(session, chat.url, seen_up_to(last), most))
        await reader.reads(session, chat.url, seen_up_to(await chat.last()))
    assert len(told) > ROUNDS
    assert reader.seen == list(range(first, first + len(told)))
    assert [one.split() for one in reader.texts] == [one.split() for one in told]


async def test_more_than_a_page_shows_is_not_lost_either(parts: Parts) -> None:
    async with served(parts) as chat, aiohttp.ClientSession() as session:
        reader = await chat.reader()
        for number in range(250):
            last = await chat.is_told(f"tin {number}")
        await reader.reads(session, chat.url, lambda reader: bool(reader.seen))
        assert reader.seen == list(range(reader.after + 1, last + 1))


async def test_a_page_older_than_its_conversation_begins_anew(parts: Parts) -> None:
    """After 72 idle hours a conversation that nobody agreed to keep is erased, and counts from one again."""
    async with served(parts) as chat, aiohttp.ClientSession(cookies={"kcbot_chat": chat.name}) as session:
        last = await chat.last()
        async with session.get(f"{chat.url}/chat/stream?after={last + 50}") as answer:
            text = (await answer.content.readuntil(b"<div data-answers>")).decode()
    assert "data-lines data-anew" in text
    assert re.findall(r'data-seq="(\d+)"', text) == [str(number) for number in range(1, last + 1)]


async def test_heartbeats_read_nothing_but_one_look_for_all(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    reads = list[str]()
    async with served(parts) as chat, aiohttp.ClientSession() as session:
        readers = [await chat.reader() for _ in range(streams.MOST_STREAMS)]
        async with asyncio.TaskGroup() as tasks:
            for one in readers:
                tasks.create_task(one.reads(session, chat.url, lambda one: bool(one.seen)))
            for one in readers:
                await one.waits(lambda one: one.heartbeats > 1)

            def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
                reads.append(statement)

            event.listen(parts.database.reads.sync_engine, "before_cursor_execute", count)
            for one in readers:
                await one.waits(lambda one: one.heartbeats > 10)
            assert [one for one in reads if "SELECT" in one] == []
            await chat.is_told("tin mới")
    assert [one.texts for one in readers] == [["tin mới"]] * streams.MOST_STREAMS
    assert [one for one in reads if "SELECT" in one] != []


async def test_a_message_that_nobody_was_woken_for_comes_all_the_same(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(streams, "LOOKS_EVERY", timedelta(0))
    async with served(parts) as chat, aiohttp.ClientSession() as session:
        reader = await chat.reader()
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            tasks.create_task(reader.reads(session, chat.url, lambda reader: bool(reader.seen)))
            await reader.waits(lambda one: one.heartbeats > 1)
            await chat.is_told("lặng lẽ", quietly=True)
    assert reader.texts == ["lặng lẽ"]


async def test_the_seventh_page_of_a_visitor_is_told_what_is_new_and_sent_away(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    async with served(parts) as chat, aiohttp.ClientSession() as session:
        readers = [await chat.reader() for _ in range(streams.MOST_STREAMS)]
        seventh, after_them = await chat.reader(), await chat.reader()
        await chat.is_told("tin một")
        other = Reader((await Person(parts.receiver, "hoa").says("/start")).name)
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            for one in readers:
                tasks.create_task(one.reads(session, chat.url, lambda one: "tin hai" in one.texts))
            for one in readers:
                await one.waits(lambda one: one.texts == ["tin một"])
            await seventh.reads(session, chat.url)
            assert (seventh.texts, seventh.events) == (["tin một"], ["later"])
            await other.reads(session, chat.url, lambda other: other.heartbeats > 0)
            assert other.events == []
            await chat.is_told("tin hai")
        assert [one.events for one in readers] == [[]] * streams.MOST_STREAMS
        async with asyncio.timeout(PATIENCE):  # what they left becomes free once it is noticed that they have gone
            while not after_them.heartbeats:
                await after_them.reads(session, chat.url, lambda one: one.heartbeats > 0)


async def test_a_thousand_streams_on_one_process(tmp_path: Path, library: Library, renderer: Renderer) -> None:
    if not allow_files(4 * PEOPLE * ON_EACH):
        pytest.skip("this machine allows too few open files")
    database, port = f"sqlite+aiosqlite:///{tmp_path}/kcbot.db", free_port()
    people = await begin_conversations(database, [f"nguoi-{number}" for number in range(PEOPLE)], library, renderer)
    readers = [Reader(person.name, after=person.seq) for person in people for _ in range(ON_EACH)]
    asked = people[:: PEOPLE // 5]
    names = {person.name for person in asked}
    program = serving(database, port)
    program.lives()
    try:
        url = f"http://127.0.0.1:{port}"
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as tasks:
            for one in readers:
                tasks.create_task(one.reads(session, url))
            for one in readers:
                await one.waits(lambda one: one.opened)
            for round_ in range(2):
                for number, person in enumerate(asked):
                    said = {"id": f"{round_}", "text": f"cau hoi {round_} cua {number}"}
                    async with session.post(f"{url}/chat", data=said, cookies={"kcbot_chat": person.name}) as answer:
                        assert answer.status == 200
                for one in (one for one in readers if one.name in names):
                    await one.waits(_answered(round_))
            await asyncio.to_thread(program.ends)
    finally:
        program.dies()
    for number, person in enumerate(asked):
        for one in (one for one in readers if one.name == person.name):
            assert _asked(one) == [f"cau hoi {round_} cua {number}" for round_ in range(2)]
            assert one.seen == list(range(person.seq + 1, person.seq + 1 + len(one.seen)))
    others = [one for one in readers if one.name not in names]
    assert [one.texts for one in others] == [[]] * ((PEOPLE - len(asked)) * ON_EACH)


def _answered(round_: int) -> Callable[[Reader], bool]:
    return lambda reader: len(_asked(reader)) > round_


def _asked(reader: Reader) -> list[str]:
    return [text for text in reader.texts if text.startswith("cau hoi")]
