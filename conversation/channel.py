"""What a door can carry, and the closed list of ways a send can fail."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show, as data: nothing above a channel asks for its name.

    `text_limit` is counted in `unit` (`"characters"`, or `"utf16"` code units); `buttons` is the most that one
    message carries, 0 where there is nothing to press; `token_limit` the most bytes that one sends back, 0 for any.
    Of the time since a person's last interaction, `free_window` is how long messages cost nothing, `window` how long
    they are taken at all, and `visited` how long somebody is likely to come by where messages only wait for them; None
    has no end.
    """

    text_limit: int
    buttons: int
    unit: str = "characters"
    button_label_limit: int = 0
    token_limit: int = 0
    edits: bool = False
    pictures: bool = False
    files: bool = True
    free_window: timedelta | None = None
    window: timedelta | None = None
    visited: timedelta | None = None


CAPABILITIES = {
    "web": Capabilities(text_limit=4000, buttons=100, pictures=True, visited=timedelta(days=30)),
    "telegram": Capabilities(
        text_limit=4096, buttons=100, unit="utf16", button_label_limit=64, token_limit=64, edits=True
    ),
    "zalo_bot": Capabilities(text_limit=2000, buttons=0, unit="utf16", files=False),
    "zalo_oa": Capabilities(
        text_limit=2000,
        buttons=5,
        unit="utf16",
        button_label_limit=100,
        files=False,
        free_window=timedelta(hours=48),
        window=timedelta(days=7),
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A choice as a channel shows it: the number to type, the token a button carries, the label."""

    n: int
    token: str
    label: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file that goes with a message; its bytes are looked up by their SHA-256 when they are needed.

    `seal` is what its address ends with for as long as it holds.
    """

    sha: str
    name: str
    media_type: str
    data: bytes = b""
    seal: str = ""

    @property
    def is_picture(self) -> bool:
        return self.media_type in {"image/jpeg", "image/png"}

    @property
    def place(self) -> str:
        """Its address on the public site."""
        return f"/tep/{self.sha}/{quote(self.name)}{self.seal}"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as worded for a channel; `buttons` says whether its choices are pressed or listed in the text.

    `wants` is the kind of file it asks for; `pictures` are addresses on the public site, and what they show. `instead`
    says that it replaces the one before it, where the channel edits messages; `paid` that the vendor may be paid to
    carry it beyond its free pace.
    """

    key: str
    text: str
    choices: tuple[Shown, ...] = ()
    buttons: bool = False
    pick_many: bool = False
    wants: str = ""
    pictures: tuple[tuple[str, str], ...] = ()
    instead: bool = False
    attachment: Attachment | None = None
    paid: bool = False

    def to_json(self) -> dict[str, Any]:
        plain = asdict(self)
        if plain["attachment"]:
            del plain["attachment"]["data"]
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Message":
        choices = tuple(Shown(**choice) for choice in data["choices"])
        pictures = tuple((place, shown) for place, shown in data.get("pictures", ()))
        attachment = Attachment(**data["attachment"]) if data.get("attachment") else None
        return cls(**{**data, "choices": choices, "pictures": pictures, "attachment": attachment})


class Failure(Exception):
    """A send that did not succeed; which subclass decides what happens next."""


class Throttled(Failure):
    """Surely not sent: the vendor asks to wait `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:g} s")
        self.seconds = seconds


class Unreachable(Failure):
    """Surely not sent: the vendor could not be reached, or says that it is ill; may be tried again."""


class Stopped(Failure):
    """Surely not sent: the person blocked us or is gone."""


class Rejected(Failure):
    """Surely not sent: the vendor refuses this message or this address; trying again would not help."""


class WindowClosed(Failure):
    """Surely not sent: the vendor's rules forbid it until the person writes."""


class Uncertain(Failure):
    """The bytes left and no answer came: it may have been delivered."""


class TokenRevoked(Failure):
    """Surely not sent: the vendor does not know our token any more; nobody can be sent anything until it is renewed."""
