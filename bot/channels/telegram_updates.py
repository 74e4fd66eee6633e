"""Telegram's updates, read straight from their JSON."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conversation.incoming import Address, ContactCard, File, Incoming, Notice

NAME = "telegram"
STANDINGS = {"kicked": "left", "left": "left", "member": "back"}
FILE_KINDS = {
    "document": ("tep", "application/octet-stream"),
    "video": ("phim.mp4", "video/mp4"),
    "audio": ("am_thanh.mp3", "audio/mpeg"),
    "voice": ("ghi_am.ogg", "audio/ogg"),
}


def parse(raw: Mapping[str, Any], at: datetime) -> Incoming | Notice | None:
    """Read a message, a tap, or that we were blocked or let in again, in a private chat; None for everything else."""
    if raw.get("my_chat_member"):
        return _standing(raw, raw["my_chat_member"], at)
    tapped = raw.get("callback_query")
    message = tapped.get("message") if tapped else raw.get("message")
    if not message or message["chat"]["type"] != "private":
        return None
    address = Address(NAME, str(int(message["chat"]["id"])))
    number = str(int(raw["update_id"]))
    if tapped:
        token = str(tapped.get("data", ""))
        return Incoming(address, number, at, text=_label(message, token), choice=token)
    sender = message["from"]
    name = " ".join(str(sender[part]) for part in ("first_name", "last_name") if sender.get(part))
    card = message.get("contact")
    if card:
        own = card.get("user_id") == sender["id"]
        shared = ContactCard(str(card["phone_number"]), own)
        return Incoming(address, number, at, str(card["phone_number"]), display_name=name, contact_card=shared)
    file = file_of(message)
    if file:
        caption = str(message.get("caption", ""))
        return Incoming(address, number, at, caption, display_name=name, file=file)
    text = message.get("text")
    if text is not None and not isinstance(text, str):
        raise ValueError("text is no text")
    return Incoming(address, number, at, text or "", display_name=name, unsupported=text is None)


def _standing(raw: Mapping[str, Any], changed: Mapping[str, Any], at: datetime) -> Notice | None:
    """Read what became of us in a chat."""
    kind = STANDINGS.get(changed["new_chat_member"]["status"])
    if kind is None or changed["chat"]["type"] != "private":
        return None
    return Notice(Address(NAME, str(int(changed["chat"]["id"]))), str(int(raw["update_id"])), at, kind)


def _label(message: Mapping[str, Any], token: str) -> str:
    """Return the words on the button that carries a token."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return next((str(one["text"]) for row in rows for one in row if one.get("callback_data") == token), "")


def file_of(message: Mapping[str, Any]) -> File | None:
    """Return what a message carries besides words: of a photo the largest size."""
    if message.get("photo"):
        largest = max(message["photo"], key=lambda size: int(size.get("file_size", 0)))
        return File("anh.jpg", "image/jpeg", int(largest.get("file_size", 0)), reference=str(largest["file_id"]))
    for kind, (name, media_type) in FILE_KINDS.items():
        sent = message.get(kind)
        if sent:
            described = str(sent.get("file_name") or name), str(sent.get("mime_type") or media_type)
            return File(*described, int(sent.get("file_size", 0)), reference=str(sent["file_id"]))
    return None


def update_number(raw: Any) -> int | None:
    """Return the number that confirms an update, None where it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None


def event_id(raw: Any) -> str:
    """Return an update's number, or for one without a digest of it, the same when it is delivered again."""
    number = update_number(raw)
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest() if number is None else str(number)


def tap(raw: Any) -> dict[str, Any] | None:
    """Return what answers a tapped button, None for every other update."""
    tapped = raw.get("callback_query") if isinstance(raw, dict) else None
    return {"callback_query_id": tapped["id"]} if isinstance(tapped, dict) and tapped.get("id") else None
