"""The tokens of an Official Account: renewed once, committed before they are used, and never lost but by a crash."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_tokens import CHANNEL, EARLY, LEASE, LONGEST_BACK_OFF, QUIET_FAILURES, Tokens
from conversation.channel import Message, TokenRevoked, Unreachable
from db import vendor_tokens
from db.engine import Database, open_database
from db.migrate import migrate
from db.vendor_tokens import Pair
from tests.doubles.zalo_oa import (
    ACCESS_SECONDS,
    APP_ID,
    APP_SECRET,
    FIRST_REFRESH_TOKEN,
    SECRET_KEY,
    ZaloOADouble,
    running_double,
)

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
DAY = timedelta(seconds=ACCESS_SECONDS)
RENEW = "/v4/oa/access_token"


@dataclass
class Office:
    """A double and a database, the processes that renew tokens beside each other, and what staff are told."""

    double: ZaloOADouble
    database: Database
    moment: datetime = NOON
    alarms: list[str] = field(default_factory=list)
    opened: list[Tokens] = field(default_factory=list)

    def process(self, first: str = FIRST_REFRESH_TOKEN, pause: Callable[[float], Any] = asyncio.sleep) -> Tokens:
        async def alarm(words: str) -> None:
            self.alarms.append(words)

        told = (self.database, APP_ID, APP_SECRET, self.double.base_url, first, alarm, self.clock, pause)
        self.opened.append(Tokens(*told))
        return self.opened[-1]

    def clock(self) -> datetime:
        return self.moment

    def goes(self, by: timedelta) -> None:
        self.moment += by

    async def stored(self) -> Pair:
        pair = await self.database.read(lambda connection: vendor_tokens.find(connection, CHANNEL))
        assert pair
        return pair

    async def claimed_by_another(self) -> Pair:
        """Let another process take the right to renew now."""
        stale = (await self.stored()).access_token

        def claim(connection: Connection) -> Pair | None:
            return vendor_tokens.claim(connection, CHANNEL, stale, self.moment, self.moment + LEASE)

        pair = await self.database.write(claim)
        assert pair
        return pair


@pytest.fixture
def double() -> Iterator[ZaloOADouble]:
    with running_double() as running:
        yield running


@asynccontextmanager
async def staffed(double: ZaloOADouble, database: Database) -> AsyncIterator[Office]:
    office = Office(double, database)
    double.clock = office.clock
    yield office
    for tokens in office.opened:
        await tokens.close()


@pytest.fixture
async def office(double: ZaloOADouble, database: Database) -> AsyncIterator[Office]:
    async with staffed(double, database) as opened:
        yield opened


@pytest.fixture
async def small_office(double: ZaloOADouble, sqlite_url: str) -> AsyncIterator[Office]:
    """An office for what is the same on each database."""
    async with open_database(sqlite_url) as database, staffed(double, database) as opened:
        await database.write(migrate)
        yield opened


async def test_the_first_pair_comes_from_the_setting_and_is_kept(office: Office) -> None:
    token = await office.process().access()
    assert token == office.double.access_token
    assert await office.stored() == Pair(token, office.double.refresh_token, NOON + DAY)
    assert office.double.calls[0][1] == {
        "refresh_token": FIRST_REFRESH_TOKEN,
        "app_id": APP_ID,
        "grant_type": "refresh_token",
    }
    assert await office.process(first="").access() == token
    assert office.double.renewals == 1


async def test_a_token_is_used_until_an_hour_before_its_end(office: Office) -> None:
    tokens = office.process()
    first = await tokens.access()
    office.goes(DAY - EARLY - timedelta(seconds=1))
    assert await tokens.access() == first
    office.goes(timedelta(seconds=2))
    second = await tokens.access()
    assert second != first
    assert (await office.stored()).access_token == second
    assert office.double.renewals == 2


async def test_twenty_who_ask_make_one_call(office: Office) -> None:
    first, second = office.process(), office.process()
    stale = await first.access()
    renewed = await asyncio.gather(*(tokens.renew(stale) for tokens in (first, second) for _ in range(10)))
    assert set(renewed) == {office.double.access_token}
    assert office.double.renewals == 2
    assert not office.alarms


async def test_twenty_processes_begin_with_one_call(office: Office) -> None:
    tokens = await asyncio.gather(*(office.process().access() for _ in range(20)))
    assert set(tokens) == {office.double.access_token}
    assert office.double.renewals == 1


async def test_a_token_that_another_renewed_is_taken_from_the_row(office: Office) -> None:
    here, there = office.process(), office.process()
    stale = await here.access()
    assert await here.renew(stale) == await there.renew(stale)
    assert office.double.renewals == 2


async def test_who_dies_renewing_is_followed_by_another(office: Office) -> None:
    tokens = office.process()
    stale = await tokens.access()
    await office.claimed_by_another()
    looks = 0

    async def waits(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            office.goes(LEASE)

    assert await office.process(pause=waits).renew(stale) == office.double.access_token
    assert (looks, office.double.renewals) == (3, 2)


async def test_nobody_waits_for_another_without_end(office: Office) -> None:
    stale = await office.process().access()
    await office.claimed_by_another()

    async def waits(_: float) -> None:
        return

    with pytest.raises(Unreachable):
        await office.process(pause=waits).renew(stale)
    assert office.double.renewals == 1


async def test_while_another_renews_early_the_old_token_is_used(office: Office) -> None:
    tokens = office.process()
    first = await tokens.access()
    office.goes(DAY - EARLY)
    await office.claimed_by_another()
    assert await tokens.access() == first


async def test_who_stops_waiting_does_not_lose_the_pair(office: Office) -> None:
    tokens = office.process()
    stale = await tokens.access()
    office.double.latency = 0.3
    waiting = asyncio.ensure_future(tokens.renew(stale))
    await until(lambda: office.double.renewals == 2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await tokens.close()
    assert await office.stored() == Pair(office.double.access_token, office.double.refresh_token, NOON + DAY)


async def test_a_pair_lost_in_a_crash_is_told_with_the_way_out(small_office: Office) -> None:
    """Another process is killed between Zalo's answer and its commit."""
    tokens = small_office.process()
    stale = await tokens.access()
    small_office.double.refresh_token = "refresh-nobody-has"
    with capture_logs() as logs, pytest.raises(TokenRevoked):
        await tokens.renew(stale)
    assert len(small_office.alarms) == 1
    assert "KCBOT_ZALO_OA_REFRESH_TOKEN" in small_office.alarms[0]
    assert [line["log_level"] for line in logs] == ["error"]
    assert "refresh-" not in str(small_office.alarms) + str(logs)


async def test_a_refusal_is_told_once_and_tried_again_after_a_while(small_office: Office) -> None:
    tokens = small_office.process()
    stale = await tokens.access()
    small_office.double.revoke()
    asked = len(small_office.double.calls)
    for _ in range(3):
        with pytest.raises(TokenRevoked):
            await tokens.renew(stale)
    assert len(small_office.double.calls) == asked + 2  # the stored one, then the one of the setting
    small_office.goes(LONGEST_BACK_OFF)
    with pytest.raises(TokenRevoked):
        await tokens.renew(stale)
    assert len(small_office.double.calls) == asked + 4
    assert len(small_office.alarms) == 1


async def test_a_fresh_refresh_token_begins_a_new_chain_only_where_the_old_one_failed(small_office: Office) -> None:
    stale = await small_office.process().access()
    healthy = await small_office.process(first="refresh-fresh").renew(stale)
    assert healthy == small_office.double.access_token
    small_office.double.revoke()
    small_office.double.refresh_token = "refresh-fresh"
    renewed = await small_office.process(first="refresh-fresh").renew(healthy)
    assert renewed == small_office.double.access_token
    assert await small_office.stored() == Pair(renewed, small_office.double.refresh_token, NOON + DAY)
    assert not small_office.alarms


@pytest.mark.parametrize("fault", ["500", "proxy", "-32"])
async def test_trouble_on_the_way_is_tried_again(small_office: Office, fault: str) -> None:
    tokens = small_office.process()
    stale = await tokens.access()
    small_office.double.fails(RENEW, fault)
    with pytest.raises(Unreachable):
        await tokens.renew(stale)
    small_office.goes(LONGEST_BACK_OFF)
    assert await tokens.renew(stale) == small_office.double.access_token
    assert not small_office.alarms


async def test_trouble_that_lasts_is_told_once(small_office: Office) -> None:
    tokens = small_office.process()
    stale = await tokens.access()
    small_office.double.fails(RENEW, *["500"] * (QUIET_FAILURES + 2))
    for _ in range(QUIET_FAILURES + 2):
        with pytest.raises(Unreachable):
            await tokens.renew(stale)
        small_office.goes(LONGEST_BACK_OFF)
    assert len(small_office.alarms) == 1


async def test_a_token_that_is_still_good_serves_while_renewing_fails(small_office: Office) -> None:
    tokens = small_office.process()
    first = await tokens.access()
    small_office.double.fails(RENEW, "500", "500")
    small_office.goes(DAY - EARLY)
    assert await tokens.access() == first
    small_office.goes(EARLY)
    with pytest.raises(Unreachable):
        await tokens.access()


async def test_an_alarm_that_fails_hides_nothing(small_office: Office) -> None:
    async def broken(_: str) -> None:
        raise RuntimeError("on purpose")

    settings = (
        small_office.database,
        APP_ID,
        APP_SECRET,
        small_office.double.base_url,
        "refresh-wrong",
        broken,
        small_office.clock,
    )
    tokens = Tokens(*settings)
    small_office.opened.append(tokens)
    with pytest.raises(TokenRevoked):
        await tokens.access()


async def test_without_a_refresh_token_nothing_is_asked(small_office: Office) -> None:
    with pytest.raises(TokenRevoked):
        await small_office.process(first="").access()
    assert not small_office.double.calls


async def test_messages_go_on_through_an_expired_token(small_office: Office) -> None:
    tokens = small_office.process()
    door = ZaloOA(APP_ID, APP_SECRET, SECRET_KEY, small_office.double.base_url, tokens, small_office.clock)
    small_office.double.says("7", "chào")
    await door.send("7", Message("k", "một"))
    small_office.double.expire()
    await asyncio.gather(*(door.send("7", Message("k", "hai")) for _ in range(20)))
    assert len(small_office.double.sent["7"]) == 21
    assert small_office.double.renewals == 2
    await door.close()


async def until(met: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not met():
            await asyncio.sleep(0.01)
