"""Events of the Zalo Bot Platform, read straight from their JSON, in the shape that is documented and the one seen."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from conversation.incoming import Address, File, Incoming

NAME = "zalo_bot"
UNSUPPORTED = {"message.unsupported.received", "message.sticker.received"}
# Where the link to a picture or a recording stands: the first is what is seen, the second what is documented.
PICTURE = ("photo_url", "photo")
VOICE = ("voice_url", "voice")
_ID = re.compile(r"[\x21-\x7e]{1,200}")


def update_of(raw: Any) -> Mapping[str, Any]:
    """Return an event without the wrapper of an answer; raises TypeError where it is no object."""
    inner = raw["result"] if isinstance(raw, dict) and "result" in raw else raw
    if not isinstance(inner, dict):
        raise TypeError("the event is no object")
    return inner


def holds_event(body: bytes) -> bool:
    """Whether a body may be an event; what Zalo tries our address with is empty, or says nothing."""
    if not body.strip():
        return False
    try:
        update = update_of(orjson.loads(body))
    except orjson.JSONDecodeError:
        return True
    except TypeError:
        return False
    return "event_name" in update or "message" in update


def parse(raw: Any, at: datetime) -> Incoming | None:
    """Read what a person wrote in a private chat; None for groups, other bots, and events without a message.

    What it is follows from what it carries: polled events need not have a name. Raises KeyError, TypeError, ValueError
    or AttributeError on a broken one.
    """
    update = update_of(raw)
    message = update.get("message")
    if message is None:
        return None
    chat, sender = message["chat"], message.get("from") or {}
    if _text(chat, "chat_type").upper() not in {"", "PRIVATE"} or sender.get("is_bot") is True:
        return None
    address, number = Address(NAME, _identifier(chat["id"])), event_id(raw)
    name, text = _text(sender, "display_name"), _text(message, "text")
    if update.get("event_name") in UNSUPPORTED:
        return Incoming(address, number, at, display_name=name, unsupported=True)
    file = _file(message)
    if file:
        return Incoming(address, number, at, _text(message, "caption") or text, display_name=name, file=file)
    return Incoming(address, number, at, text, display_name=name, unsupported=not text)


def _file(message: Mapping[str, Any]) -> File | None:
    """Return what a message carries besides words; Zalo tells neither its name nor its size."""
    picture, voice = _link(message, PICTURE), _link(message, VOICE)
    if picture:
        return File("anh.jpg", "image/jpeg", 0, reference=picture)
    return File("ghi_am.aac", "audio/aac", 0, reference=voice) if voice else None


def _link(message: Mapping[str, Any], names: tuple[str, ...]) -> str:
    found = (message.get(name) for name in names)
    return next((one for one in found if isinstance(one, str) and urlsplit(one).scheme in {"http", "https"}), "")


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value or ""


def _identifier(value: Any) -> str:
    """Return an id, a text or a number; raises ValueError where it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not _ID.fullmatch(str(value)):
        raise ValueError("no id")
    return str(value)


def event_id(raw: Any) -> str:
    """Return the id of an event's message, else a digest, the same when it is delivered again."""
    try:
        return _identifier(update_of(raw)["message"]["message_id"])
    except (KeyError, TypeError, ValueError):
        kept = payload_of(raw)
        return hashlib.sha256(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)).hexdigest()


def payload_of(raw: Any) -> Any:
    """Return an event as it is stored: None for what is nested deeper, or has larger numbers, than JSON is written."""
    try:
        orjson.dumps(raw)
    except orjson.JSONEncodeError:
        return None
    return raw
