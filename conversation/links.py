"""The addresses of one person, and what may make two people one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from conversation.session import Frame


@dataclass(frozen=True, slots=True)
class Door:
    """An address as its number and channel, and when its person last wrote from there."""

    address: int
    channel: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class LinkCode:
    """Where a code was read, until when it is good, and whether that is this same person."""

    door: Door
    good_until: datetime
    own: bool = False


@dataclass(frozen=True, slots=True)
class LinkOffer:
    """Another address with the same telephone number; `agreed` where its person has said yes already."""

    door: Door
    agreed: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """A form under way or put aside at another address of the same person."""

    door: Door
    frame: Frame


class Links(Protocol):
    """What is known of the addresses of the person of a turn."""

    @property
    def doors(self) -> tuple[Door, ...]:
        """The other addresses of this person, the last used first."""
        ...

    @property
    def begun(self) -> Sequence[Begun]:
        """The forms begun there, the address last used first."""
        ...

    @property
    def phones(self) -> Sequence[str]:
        """The telephone numbers that channels vouch for."""
        ...

    @property
    def offer(self) -> LinkOffer | None:
        """The address this person is asked about, here."""
        ...

    @property
    def rests_until(self) -> datetime | None:
        """When a code is looked at again, after too many that were none."""
        ...

    def behind(self, code: str) -> LinkCode | None:
        """Return what a code stands for, good or not any more."""
        ...

    def classes_with(self, address: int) -> tuple[str, ...]:
        """Return the code words of the classes that both this person and whoever is at an address hold seats in."""
        ...


@dataclass(frozen=True)
class KnownLinks:
    """Links whose facts are at hand."""

    doors: tuple[Door, ...] = ()
    begun: Sequence[Begun] = ()
    phones: Sequence[str] = ()
    offer: LinkOffer | None = None
    rests_until: datetime | None = None
    codes: Mapping[str, LinkCode] = field(default_factory=dict)
    classes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def behind(self, code: str) -> LinkCode | None:
        return self.codes.get(code)

    def classes_with(self, address: int) -> tuple[str, ...]:
        return self.classes.get(address, ())


def channel_name(labels: Mapping[str, str], channel: str) -> str:
    """Return what owners call a channel."""
    return labels.get(f"linking/{channel}", channel)
