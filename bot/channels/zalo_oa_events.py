"""Events of a Zalo Official Account, read straight from their JSON."""

import hashlib
import mimetypes
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson

from bot.clock import Clock
from conversation.answers import read_phone
from conversation.channel import Failure, Shown, Uncertain
from conversation.incoming import Address, File, Incoming, Notice

Remembered = TypeVar("Remembered")

NAME = "zalo_oa"
# What a button of ours sends back for the person who presses it, told from what people type by its first word.
_PRESSED = re.compile(r"#kc ((?:\d+:|>).*?)(?: \|(?: (.*))?)?", re.DOTALL)
# What the account itself sends, by whatever hand, and how staff read what has no words.
FROM_THE_ACCOUNT = {
    "oa_send_text": "",
    "oa_send_image": "(ảnh)",
    "oa_send_gif": "(ảnh động)",
    "oa_send_file": "(tệp)",
    "oa_send_sticker": "(nhãn dán)",
    "oa_send_list": "(tin có nút bấm)",
}
FROM_A_GROUP = ("user_send_group_", "user_send_anonymous_")
FILES = {
    "user_send_image": ("anh.jpg", "image/jpeg"),
    "user_send_gif": ("anh.gif", "image/gif"),
    "user_send_audio": ("ghi_am.m4a", "audio/mp4"),
    "user_send_video": ("phim.mp4", "video/mp4"),
    "user_send_file": ("tep", "application/octet-stream"),
}
# How near to a send of ours an event without a known id is taken for its echo; how many ids are remembered.
NEAR = timedelta(seconds=30)
REMEMBERED = 5000


def payload_of(button: Shown) -> str:
    """Return what a button sends back: its token, and its label, so that both can be read from the event alone."""
    return f"#kc {button.token} | {button.label}"


def parse(raw: Mapping[str, Any], at: datetime) -> Incoming | Notice | None:
    """Read what a person did, or what the account sent them; None for everything else.

    The person's id stands elsewhere in each kind of event. Raises KeyError, TypeError, ValueError or
    AttributeError on a broken one.
    """
    name = raw["event_name"]
    if not isinstance(name, str):
        raise ValueError("the event's name is no text")
    number = event_id(raw)
    if name == "follow":
        return Incoming(_address(raw["follower"]["id"]), number, at, "/start")
    if name == "unfollow":
        return Notice(_address(raw["follower"]["id"]), number, at, "left")
    if name == "user_click_chatnow":
        # Shows whom we know the open question again, and greets whom we do not: no form is put aside for it.
        return Incoming(_address(raw["user_id"]), number, at, choice=">again")
    if name == "user_submit_info":
        phone = read_phone(str(raw["info"]["phone"])).value
        return Notice(_address(raw["sender"]["id"]), number, at, "phone", phone) if phone else None
    if name in FROM_THE_ACCOUNT:
        return Notice(_address(raw["recipient"]["id"]), number, at, "officer", _text(raw) or FROM_THE_ACCOUNT[name])
    if name.startswith("user_send_") and not name.startswith(FROM_A_GROUP):
        return _said(name, raw, _address(raw["sender"]["id"]), number, at)
    return None


def _said(name: str, raw: Mapping[str, Any], address: Address, number: str, at: datetime) -> Incoming:
    """Read a message of a person; what a chat cannot carry is marked so."""
    text = _text(raw)
    if name == "user_send_text":
        pressed = _PRESSED.fullmatch(text.strip())
        if pressed:
            return Incoming(address, number, at, pressed[2] or "", pressed[1])
        return Incoming(address, number, at, text)
    attached = _attached(raw)
    if name == "user_send_location":
        return Incoming(address, number, at, _point(attached["coordinates"]))
    link = attached.get("url")
    link = link if isinstance(link, str) and urlsplit(link).scheme in {"http", "https"} else ""
    if name == "user_send_link" and (text or link):
        return Incoming(address, number, at, text or link)
    if name in FILES and link:
        return Incoming(address, number, at, text, file=_file(name, attached, link))
    return Incoming(address, number, at, text, unsupported=True)


def _file(name: str, attached: Mapping[str, Any], link: str) -> File:
    """Return a file to be fetched: only of documents does Zalo tell the name and size."""
    called, media_type = FILES[name]
    if name == "user_send_file":
        called = str(attached.get("name") or called)
        media_type = mimetypes.guess_type(called)[0] or media_type
    size = str(attached.get("size") or "")
    return File(called, media_type, int(size) if size.isascii() and size.isdecimal() else 0, reference=link)


def _point(place: Mapping[str, Any]) -> str:
    """Return a place as people write it: `20.5411000, 105.9139000`."""
    latitude, longitude = float(place["latitude"]), float(place["longitude"])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError("no place on earth")
    return f"{latitude:.7f}, {longitude:.7f}"


def _attached(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the first attachment carries."""
    attachments = raw["message"].get("attachments") or [{}]
    carried = attachments[0].get("payload") or {}
    if not isinstance(carried, dict):
        raise ValueError("the attachment carries no object")
    return carried


def _text(raw: Mapping[str, Any]) -> str:
    text = raw["message"].get("text") or ""
    if not isinstance(text, str):
        raise ValueError("text is no text")
    return text


def _address(person: Any) -> Address:
    return Address(NAME, _identifier(person))


def _identifier(value: Any) -> str:
    """Return an id, a text or a number; raises ValueError where it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise ValueError("no id")
    return str(value)


def event_id(raw: Any) -> str:
    """Return the id of an event's message, else a digest, the same when it is delivered again."""
    message = raw.get("message") if isinstance(raw, dict) else None
    number = message.get("msg_id") if isinstance(message, dict) else None
    try:
        return _identifier(number)
    except ValueError:
        return _digest(raw)


def _digest(raw: Any) -> str:
    try:
        return hashlib.sha256(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except orjson.JSONEncodeError:  # nested too deep to be stored
        return "unreadable"


def written_at(raw: Any) -> datetime | None:
    """Return when Zalo says that an event happened, None where it does not."""
    try:
        return datetime.fromtimestamp(int(raw["timestamp"]) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def signatures(app_id: str, keys: Mapping[str, str], body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the signatures that a body may have, in hexadecimal, each with what it is made of.

    Zalo hashes an id, the body, its timestamp and a key of the account's; which id and which key is not settled.
    """
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    if not isinstance(raw, dict):
        return
    accounts = [
        one.get("id") if isinstance(one, dict) else one for one in map(raw.get, ("oa_id", "sender", "recipient"))
    ]
    firsts = {"app id": [app_id], "OA id": [one for one in accounts if isinstance(one, str)]}
    for key_name, key in keys.items():
        for first_name, ids in firsts.items():
            for one in ids if key else ():
                signed = one.encode() + body + str(raw.get("timestamp", "")).encode() + key.encode()
                yield f"{first_name}, {key_name}", hashlib.sha256(signed).hexdigest()


class OwnSends:
    """Tells what the bot sent from what an officer wrote in Zalo's own application: both come back as `oa_send_*`.

    The bot's is: what has an id that we were given; what happened before this process `began`, whose ids are
    forgotten; and what has no known id but comes near a send to the same person: its event may overtake the answer
    with its id, or the answer may be lost. Once an id was seen to come back, only a send that got none stands near.
    """

    def __init__(self, began: datetime) -> None:
        self._began = began
        self._ids: dict[str, None] = {}
        self._under_way: Counter[str] = Counter()
        self._last: dict[str, tuple[datetime, bool]] = {}
        self._ids_come_back = False

    @contextmanager
    def sending(self, to: str, clock: Clock) -> Iterator[list[str]]:
        """Note a send that is under way; the ids it gets are put into the list."""
        ids: list[str] = []
        sent = True
        self._under_way[to] += 1
        try:
            yield ids
        except Failure as failure:
            sent = isinstance(failure, Uncertain)
            raise
        finally:
            self._under_way[to] -= 1
            self._under_way += Counter()  # forgets the zeros
            for one in ids:
                remember(self._ids, one, None)
            if sent:
                remember(self._last, to, (clock(), bool(ids)))

    def include(self, raw: Mapping[str, Any], notice: Notice) -> bool:
        """Whether a message of the account is the bot's."""
        if notice.event_id in self._ids:
            self._ids_come_back = True
            return True
        written = written_at(raw)
        if self._under_way[notice.address.id] or (written and written < self._began):
            return True
        last = self._last.get(notice.address.id)
        if last is None or abs(notice.at - last[0]) >= NEAR:
            return False
        answered = last[1]
        return not (answered and self._ids_come_back)


def remember(among: dict[str, Remembered], name: str, what: Remembered) -> None:
    """Put something last among what is remembered, and forget the oldest where that is too much."""
    among.pop(name, None)
    among[name] = what
    if len(among) > REMEMBERED:
        del among[next(iter(among))]
