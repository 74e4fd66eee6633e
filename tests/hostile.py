"""Bodies that no vendor would post: `python -m tests.hostile --bodies 100000 --seed 7` posts them to a real program."""

import argparse
import asyncio
import gzip
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import orjson

from bot.web.webhooks import LARGEST_EVENT
from tests.browser.conftest import free_port
from tests.doubles import telegram, zalo_bot, zalo_oa
from tests.mortal import Mortal, environment

PAYLOADS = Path(__file__).parent / "channels" / "payloads"
SECRET = "mot-bi-mat-dai"
AT_ONCE = 16
NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 2**63, -(2**70), 1e308, "", " ", "\0", "\ud800", "\u202e", "a" * 10_000, "9" * 5000,
    [], {}, [[]], {"": {}}, {"id": {"id": []}}, "é" * 3000, "👨‍👩‍👧", "'; drop table contact; --", "../../etc/passwd",
)  # fmt: skip
TELEGRAM = (
    {"message": {"text": "/start"}},
    {"message": {"photo": [{"file_id": "l", "file_size": 9}], "caption": "máy"}},
    {"callback_query": {"id": "1", "data": ">menu", "message": {"text": "cũ"}}},
    {"my_chat_member": {"new_chat_member": {"status": "kicked"}}},
)


@dataclass(frozen=True)
class Post:
    """One request to a webhook."""

    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Hostile:
    """Makes posts, the same ones for the same seed; most carry the right secret, to get further in."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.captured = {
            "/webhooks/telegram": [_update(one) for one in TELEGRAM],
            "/webhooks/zalo-bot": _payloads("zalo_bot"),
            "/webhooks/zalo-oa": _payloads("zalo_oa"),
        }

    def post(self) -> Post:
        """Return the next post."""
        path = self.chance.choice(sorted(self.captured))
        event = self.chance.choice(self.captured[path])
        body = self._spoiled(self._twisted(event))
        headers = {"Content-Type": "application/json"}
        if self.chance.random() < 0.9:
            headers |= _signed(path, body)
        elif self.chance.random() < 0.5:
            headers |= _signed(path, body + b" ")
        return Post(path, body, headers)

    def _twisted(self, event: Any) -> Any:
        """Return an event some of whose parts are something else, missing, repeated or nested without end."""
        if self.chance.random() < 0.15:
            return self.chance.choice(NASTY)
        if isinstance(event, dict):
            return {name: self._twisted(one) for name, one in event.items() if self.chance.random() > 0.05}
        if isinstance(event, list):
            return [self._twisted(one) for one in event for _ in range(self.chance.choice([0, 1, 1, 1, 3]))]
        return event

    def _spoiled(self, event: Any) -> bytes:
        """Return the bytes of an event, broken in one way or another, or whole."""
        body = _written(event)
        match self.chance.randrange(14):
            case 0:
                return body[: self.chance.randrange(len(body) + 1)]
            case 1:
                at = self.chance.randrange(max(1, len(body)))
                return body[:at] + bytes([self.chance.randrange(256)]) + body[at + 1 :]
            case 2:
                return body.decode(errors="replace").encode("utf-16")
            case 3:
                return gzip.compress(body)
            case 4:
                depth = self.chance.choice([200, 300, 1100, 10_000])
                return b'{"message":' * depth + body + b"}" * depth
            case 5:
                return b"\xef\xbb\xbf" + body
            case 6:
                return body.replace(b"{", b'{"x":NaN,', 1)
            case 7:
                return body.replace(b"{", b'{"message":1,"event_name":"x",', 1)
            case 8 if self.chance.random() < 0.1:
                return b'{"text":"' + b"a" * self.chance.choice([LARGEST_EVENT - 100, 2 * LARGEST_EVENT]) + b'"}'
            case _:
                return body


def _update(content: Mapping[str, Any]) -> dict[str, Any]:
    person, chat = {"id": 7, "is_bot": False, "first_name": "Lan"}, {"id": 7, "type": "private"}
    (kind, said), place = next(iter(content.items())), {"message_id": 1, "from": person, "chat": chat, "date": 1}
    inner = {**said["message"], **place} if "message" in said else {}
    return {"update_id": 5, kind: {**place, **said, **({"message": inner} if inner else {})}}


def _payloads(folder: str) -> list[Any]:
    return [orjson.loads(file.read_bytes()) for file in sorted((PAYLOADS / folder).glob("*.json"))]


def _written(event: Any) -> bytes:
    try:
        return orjson.dumps(event)
    except orjson.JSONEncodeError:  # half a surrogate pair, or a number beyond 64 bits
        return repr(event).replace("'", '"').replace("None", "null").replace("True", "true").encode(errors="replace")


def _signed(path: str, body: bytes) -> dict[str, str]:
    if path.endswith("telegram"):
        return {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    if path.endswith("zalo-bot"):
        return {"X-Bot-Api-Secret-Token": SECRET}
    stamp = re.search(rb'"timestamp": ?"?(\d{1,20})', body)
    double = zalo_oa.ZaloOADouble()
    return {"X-ZEvent-Signature": double.signature(body, stamp[1].decode() if stamp else "")}


async def post_all(address: str, posts: int, seed: int) -> Counter[int]:
    """Post so many bodies, some at a time; return how often each status was answered, 0 for none."""
    hostile, left, statuses = Hostile(seed), iter(range(posts)), Counter[int]()

    async def one_after_another(session: aiohttp.ClientSession) -> None:
        for _ in left:
            post = hostile.post()
            try:
                async with session.post(address + post.path, data=BytesIO(post.body), headers=post.headers) as answer:
                    statuses[answer.status] += 1
            except aiohttp.ClientError:
                statuses[0] += 1

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session, asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(one_after_another(session))
    return statuses


@dataclass
class Town:
    """A program with all three vendors, and an owner on each."""

    program: Mortal
    address: str
    telegram: telegram.TelegramDouble
    zalo_bot: zalo_bot.ZaloBotDouble
    zalo_oa: zalo_oa.ZaloOADouble

    def memory(self) -> float:
        """Return how many MiB the program holds."""
        assert self.program.process is not None
        pages = int(Path(f"/proc/{self.program.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def answers_everybody(self) -> None:
        """Let somebody write on each vendor, and wait for the answers; raises AssertionError where none comes."""
        heard = [len(self.telegram.sent[77]), len(self.zalo_bot.sent["u77"]), len(self.zalo_oa.sent["u77"])]
        self.telegram.says(77, "menu")
        self.zalo_bot.says("u77", "menu")
        self.zalo_oa.says("u77", "menu")
        self.telegram.waits_for(
            lambda: (
                len(self.telegram.sent[77]) > heard[0]
                and len(self.zalo_bot.sent["u77"]) > heard[1]
                and len(self.zalo_oa.sent["u77"]) > heard[2]
            ),
            60,
        )


def settings_of(
    database_url: str,
    address: str,
    on_telegram: telegram.TelegramDouble,
    on_zalo_bot: zalo_bot.ZaloBotDouble,
    on_zalo_oa: zalo_oa.ZaloOADouble,
) -> dict[str, str]:
    """Return the environment of a program that all three vendors post to."""
    on_zalo_bot.webhook, on_zalo_bot.secret = f"{address}/webhooks/zalo-bot", SECRET
    on_zalo_oa.webhook = f"{address}/webhooks/zalo-oa"
    return environment(
        database_url,
        on_telegram,
        public_url=address,
        telegram_secret=SECRET,
        zalo_bot_token=on_zalo_bot.token,
        zalo_bot_base_url=on_zalo_bot.base_url,
        zalo_bot_secret=SECRET,
        zalo_oa_app_id=zalo_oa.APP_ID,
        zalo_oa_app_secret=zalo_oa.APP_SECRET,
        zalo_oa_secret_key=zalo_oa.SECRET_KEY,
        zalo_oa_refresh_token=zalo_oa.FIRST_REFRESH_TOKEN,
        zalo_oa_base_url=on_zalo_oa.base_url,
        zalo_oa_oauth_url=on_zalo_oa.base_url,
        sends_per_second="1000",
    )


def attack(database_url: str, posts: int, seed: int) -> tuple[Counter[int], float]:
    """Post to a program; return the statuses and by how many MiB it grew after the first tenth.

    Raises AssertionError where it does not answer everybody afterwards.
    """
    with telegram.running_double() as one, zalo_bot.running_double() as two, zalo_oa.running_double() as three:
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        town = Town(Mortal(settings_of(database_url, address, one, two, three), port), address, one, two, three)
        town.program.lives()
        try:
            town.answers_everybody()
            statuses = asyncio.run(post_all(address, posts // 10, seed))
            before = town.memory()
            statuses += asyncio.run(post_all(address, posts - posts // 10, seed + 1))
            grown = town.memory() - before
            town.answers_everybody()
        finally:
            town.program.dies()
    return statuses, grown


def main() -> None:
    """Attack a program on a fresh SQLite file, or on the migrated database of a URL, and say how it stood it."""
    parser = argparse.ArgumentParser(prog="hostile")
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", default="", help="postgresql+asyncpg://…, migrated")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        statuses, grown = attack(given.database or f"sqlite+aiosqlite:///{folder}/kcbot.db", given.bodies, given.seed)
    sys.stdout.write(f"{dict(sorted(statuses.items()))}, grown by {grown:.1f} MiB, everybody was answered after it\n")


if __name__ == "__main__":
    main()
