"""`kcbot chat`: the real core and the real database in a terminal."""

import asyncio
import mimetypes
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from bot.app import Parts
from conversation.channel import Message, Shown
from conversation.incoming import Address
from db import conversations
from db.inbox import Event

CHANNEL = "terminal"


async def chat(parts: Parts, name: str, lines: Iterable[str], *, as_json: bool) -> None:
    """Take each line as a message of `name`: `#2` taps choice 2, `#value` taps by value, `@path` sends a file."""
    address = Address(CHANNEL, name)
    shown: tuple[Shown, ...] = ()
    seq = await _last_seq(parts, address)
    for turn, line in enumerate(_lines(lines), 1):
        said = await _file(parts, address, line) if line.startswith("@") else _said(line, shown)
        raw = {"from": name, "id": uuid.uuid4().hex, **said}
        await parts.receiver.take([Event(CHANNEL, "", raw["id"], raw, address)])
        messages, seq = await _answers(parts, address, seq)
        for message in messages:
            shown = message.choices or shown
            _show(message, as_json=as_json)
        if as_json:
            _print_json({"turn": turn})


async def _last_seq(parts: Parts, address: Address) -> int:
    row = await parts.database.read(lambda connection: conversations.find_address(connection, address))
    return row.last_seq if row else 0


async def _answers(parts: Parts, address: Address, after: int) -> tuple[list[Message], int]:
    """Return what was said since message number `after`, and the number of the last one."""
    row = await parts.database.read(lambda connection: conversations.find_address(connection, address))
    assert row is not None
    rows = await parts.database.read(lambda connection: conversations.messages_after(connection, row.id, after))
    return [Message.from_json(one.payload) for one in rows if one.direction == "out"], row.last_seq


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (line.rstrip("\r\n") for line in lines)


async def _file(parts: Parts, address: Address, line: str) -> dict[str, Any]:
    """Keep the file that `@path` names; what cannot be read is said back as it was typed."""
    path = Path(line[1:].strip())
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except OSError:
        return {"text": line}
    media_type = mimetypes.guess_type(path.name)[0] or ""
    return {"file": asdict(await parts.receiver.keep_file(address, path.name, media_type, data))}


def _said(line: str, shown: tuple[Shown, ...]) -> dict[str, Any]:
    """Read a line of the terminal as what a channel would have sent."""
    if not line.startswith("#") or len(line) == 1:
        return {"text": line}
    named = line[1:].strip()
    for choice in shown:
        if named in {str(choice.n), choice.token, choice.token.partition(":")[2]}:
            return {"choice": choice.token, "text": choice.label}
    is_token = named.startswith(">") or ":" in named
    return {"choice": named if is_token else f"0:{named}"}


def _show(message: Message, *, as_json: bool) -> None:
    choices = [{"n": choice.n, "value": choice.token, "label": choice.label} for choice in message.choices]
    if as_json:
        _print_json({"key": message.key, "text": message.text, "choices": choices, "files": []})
        return
    pressed = "".join(f"\n  [{choice.n}] {choice.label}" for choice in message.choices) if message.buttons else ""
    sys.stdout.write(f"{message.text}{pressed}\n\n")
    sys.stdout.flush()


def _print_json(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value).decode() + "\n")
    sys.stdout.flush()
