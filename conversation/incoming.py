"""What arrived, whatever the door."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be reached; a contact may have several."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody sent, stored as an upload under `upload_id`; `size` is in bytes.

    `reference` is what its vendor gives it out for, where it is still to be fetched.
    """

    name: str
    media_type: str
    size: int
    upload_id: int = 0
    reference: str = ""

    @property
    def is_voice(self) -> bool:
        return self.media_type.startswith("audio/")

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def answer(self) -> str:
        """What an answer says of it: `12-anh.jpg`, the upload first."""
        return f"{self.upload_id}-{self.name}" if self.upload_id else self.name


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A telephone number shared with the channel's own button; `own` when it is the sender's."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event from a person.

    `choice` is the token of a tapped button: `"7:wood"` answers prompt 7, `">class/QT1"` is a link.
    `event_id` is the vendor's own number of the event, the same when it is delivered again. `source` is the word that
    brought the person here, where the door knows it.
    """

    address: Address
    event_id: str
    at: datetime
    text: str = ""
    choice: str = ""
    display_name: str = ""
    file: File | None = None
    contact_card: ContactCard | None = None
    unsupported: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened at an address without its person writing to us.

    `kind` is `left` (they blocked us, or unfollowed), `back`, `officer` (a person of the centre wrote `text` to them in
    the vendor's own application), or `phone` (the vendor vouches that theirs is `text`).
    """

    address: Address
    event_id: str
    at: datetime
    kind: str
    text: str = ""
