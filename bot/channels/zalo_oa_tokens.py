"""The tokens of a Zalo Official Account: a pair that replaces itself, kept as a row that all processes share.

A refresh token is good for one use. Who renews therefore first takes the right to, asks, and commits the new pair
before anybody uses it. Killed between Zalo's answer and that commit, the chain is broken, and only a person can begin a
new one; the alarm says how.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson
import structlog

from bot.channels.pool import NoAnswer, NotWritten, Pool, timeouts
from bot.clock import Clock
from conversation.channel import Failure, TokenRevoked, Unreachable
from db import vendor_tokens
from db.engine import Database
from db.vendor_tokens import Pair

CHANNEL = "zalo_oa"
# How long before its end an access token is renewed, and how long Zalo says that one is good.
EARLY = timedelta(hours=1)
USUAL_SECONDS = 90_000
LONGEST_SECONDS = 366 * 86_400
# The right to renew outlasts the longest wait for an answer; a message's sender waits less than its own right lasts.
LEASE = timedelta(seconds=60)
LIMITS = timeouts(pool=5, connect=5, read=15, upload=None)
LOOK_SECONDS = 0.2
LOOKS = 40
LONGEST_BACK_OFF = timedelta(minutes=10)
# How often a new pair is tried to be committed: without it the chain is broken.
COMMITS = 6
# After how many renewals in a row that did not reach Zalo people are told.
QUIET_FAILURES = 3
RATE_EXCEEDED = -32

REFUSED = (
    "Zalo OA: Zalo từ chối gia hạn mã kết nối ({reason}), nên bot chưa gửi được tin qua Zalo OA. Cần người vận hành "
    "cấp quyền lại cho ứng dụng ở trang quản trị của Zalo, lấy refresh token mới, ghi vào KCBOT_ZALO_OA_REFRESH_TOKEN "
    "rồi khởi động lại chương trình."
)
OUT_OF_REACH = (
    "Zalo OA: chưa gọi được Zalo để gia hạn mã kết nối ({reason}). Chương trình tự thử lại; nếu kéo dài, cần người vận "
    "hành xem lại đường mạng của máy chủ."
)
NOT_KEPT = (
    "Zalo OA: đã nhận mã kết nối mới nhưng không ghi được vào cơ sở dữ liệu. Cần người vận hành xem lại cơ sở dữ liệu, "
    "rồi cấp quyền lại cho ứng dụng ở trang quản trị của Zalo, ghi refresh token mới vào KCBOT_ZALO_OA_REFRESH_TOKEN "
    "và khởi động lại chương trình."
)

log = structlog.get_logger()


class TokenSource(Protocol):
    """Where access tokens come from."""

    async def access(self) -> str:
        """Return an access token; raises TokenRevoked or Unreachable where there is none."""
        ...

    async def renew(self, stale: str) -> str:
        """Return the access token that follows one that was refused; raises as `access`."""
        ...


class Tokens:
    """The pair of one account; `alarm` is told what staff must know."""

    def __init__(
        self,
        database: Database,
        app_id: str,
        app_secret: str,
        oauth_url: str,
        first_refresh_token: str,
        alarm: Callable[[str], Awaitable[None]],
        clock: Clock,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._app_id, self._app_secret = app_id, app_secret
        self._url = f"{oauth_url}/v4/oa/access_token"
        self._first = first_refresh_token
        self._alarm, self._clock, self._pause = alarm, clock, pause
        self._pool = Pool(1)
        self._turn = asyncio.Lock()
        self._pair: Pair | None = None
        self._under_way: set[asyncio.Future[Pair | None]] = set()
        self._failures = 0
        self._told: set[type[Failure]] = set()
        self._problem: TokenRevoked | Unreachable | None = None
        self._again_at = clock()

    async def access(self) -> str:
        """Return an access token, renewed where it ends within the hour.

        Raises TokenRevoked where Zalo gives us none, and Unreachable.
        """
        pair = self._pair
        if pair and (self._good(pair, EARLY) or (self._turn.locked() and self._good(pair))):
            return pair.access_token
        async with self._turn:
            pair = await self._stored()
            if self._good(pair, EARLY):
                return pair.access_token
            try:
                return await self._successor(pair, refused=False)
            except (TokenRevoked, Unreachable):
                if self._good(pair):
                    return pair.access_token
                raise

    async def renew(self, stale: str) -> str:
        """Return the access token that follows one that Zalo refused; of many who ask, one renews."""
        async with self._turn:
            pair = await self._stored()
            return pair.access_token if pair.access_token != stale else await self._successor(pair, refused=True)

    async def close(self) -> None:
        """Let a renewal that is under way end, or its pair would be lost, and close the connection."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._pool.close()

    def _good(self, pair: Pair, still: timedelta = timedelta()) -> bool:
        return bool(pair.access_token) and self._clock() < pair.good_until - still

    async def _stored(self) -> Pair:
        """Return the pair as it is stored; before the first, one without an access token."""
        now = self._clock()

        def find(connection: Any) -> Pair | None:
            return vendor_tokens.find(connection, CHANNEL)

        pair = await self._database.read(find)
        if pair is None:
            if not self._first:
                raise TokenRevoked("there is no refresh token to begin with")
            await self._database.write(lambda db: vendor_tokens.begin(db, CHANNEL, self._first, now))
            pair = await self._database.read(find)
            assert pair is not None
        self._pair = pair
        return pair

    async def _successor(self, pair: Pair, *, refused: bool) -> str:
        """Renew a pair, or wait for the one who does, unless its token still serves, not being `refused`."""
        if self._problem and self._clock() < self._again_at:
            raise type(self._problem)(str(self._problem))
        for _ in range(LOOKS):
            # Who waits for it may be cancelled; a renewal that has begun must end.
            renewal = asyncio.ensure_future(self._claim_and_replace(pair))
            self._under_way.add(renewal)
            renewal.add_done_callback(self._under_way.discard)
            if new := await asyncio.shield(renewal):
                return new.access_token
            found = await self._stored()
            if found.access_token != pair.access_token or (self._good(found) and not refused):
                return found.access_token
            await self._pause(LOOK_SECONDS)
        raise Unreachable("another process is renewing the token")

    async def _claim_and_replace(self, stale: Pair) -> Pair | None:
        """Ask for the pair that follows, commit it, and only then let it be used; None where another does."""
        now = self._clock()
        until = now + LEASE
        old = await self._database.write(lambda db: vendor_tokens.claim(db, CHANNEL, stale.access_token, now, until))
        if old is None:
            return None
        try:
            new = await self._ask_with_either(old.refresh_token)
        except (TokenRevoked, Unreachable) as problem:
            await self._database.write(lambda db: vendor_tokens.release(db, CHANNEL, until))
            await self._failed(problem)
            raise
        await self._keep(old.refresh_token, new)
        self._pair, self._problem, self._failures = new, None, 0
        self._told.clear()
        log.info("the token was renewed", channel=CHANNEL, good_until=new.good_until.isoformat())
        return new

    async def _keep(self, replaced: str, new: Pair) -> None:
        now = self._clock()
        for attempt in range(1, COMMITS + 1):
            try:
                await self._database.write(lambda db: vendor_tokens.keep(db, CHANNEL, replaced, new, now))
            except Exception:
                log.exception("the renewed token is not kept yet", channel=CHANNEL, attempt=attempt)
                await self._pause(LOOK_SECONDS * 2**attempt)
            else:
                return
        await self._tell(NOT_KEPT)
        raise Unreachable("the renewed token cannot be kept")

    async def _ask_with_either(self, stored: str) -> Pair:
        """Ask with the stored refresh token; where it is refused, with the one an operator may have set since."""
        try:
            return await self._ask(stored)
        except TokenRevoked:
            if not self._first or self._first == stored:
                raise
            return await self._ask(self._first)

    async def _ask(self, refresh_token: str) -> Pair:
        """Ask Zalo for the next pair; raises TokenRevoked where it refuses, else Unreachable."""
        asked_at = self._clock()
        form = {"refresh_token": refresh_token, "app_id": self._app_id, "grant_type": "refresh_token"}
        headers = {"secret_key": self._app_secret, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            status, body = await self._pool.fetch("POST", self._url, urlencode(form).encode(), headers, LIMITS)
            told = orjson.loads(body)
        except (NotWritten, NoAnswer) as error:
            raise Unreachable(str(error)) from None
        except orjson.JSONDecodeError:
            raise Unreachable(f"HTTP {status}, no JSON") from None
        if not isinstance(told, dict) or status >= 500:
            raise Unreachable(f"HTTP {status}, not from Zalo")
        access = told.get("access_token")
        if isinstance(access, str) and access:
            following = told.get("refresh_token")
            usable = following if isinstance(following, str) and following else refresh_token
            return Pair(access, usable, asked_at + timedelta(seconds=_seconds(told)))
        if told.get("error") == RATE_EXCEEDED:
            raise Unreachable("too many requests")
        raise TokenRevoked(_reason(status, told))

    async def _failed(self, problem: TokenRevoked | Unreachable) -> None:
        """Remember a renewal that failed: it is tried again after a while, and people are told once."""
        self._failures += 1
        back_off = min(LONGEST_BACK_OFF, timedelta(seconds=2 ** min(self._failures, 16)))
        self._problem, self._again_at = problem, self._clock() + back_off
        refused = isinstance(problem, TokenRevoked)
        log.error("the token was not renewed", channel=CHANNEL, refused=refused, reason=str(problem))
        if type(problem) not in self._told and (refused or self._failures >= QUIET_FAILURES):
            self._told.add(type(problem))
            await self._tell((REFUSED if refused else OUT_OF_REACH).format(reason=problem))

    async def _tell(self, words: str) -> None:
        try:
            await self._alarm(words)
        except Exception:
            log.exception("the alarm was not raised", channel=CHANNEL)


def _seconds(told: Mapping[str, Any]) -> int:
    """Return how long a token is good: Zalo writes the number as a text; an odd one costs nobody the pair."""
    try:
        return min(max(0, int(told["expires_in"])), LONGEST_SECONDS)
    except (KeyError, TypeError, ValueError):
        return USUAL_SECONDS


def _reason(status: int, told: Mapping[str, Any]) -> str:
    """Return why Zalo refuses, in its words, which hold no token."""
    parts = (told.get("error"), told.get("error_name") or told.get("message"))
    return " ".join(str(part) for part in parts if part)[:100] or f"HTTP {status}"
