"""Messages for other addresses than the one that wrote: worded for their channel, pushed once the turn is saved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.channels.base import Channel
from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import Message
from conversation.flow import Told, reply
from conversation.links import Door, channel_name
from conversation.records import AddressesLinked, AddressUnlinked, Record
from conversation.reply import Choice
from db import conversations, link_offers
from db.engine import AnyRow


@dataclass(frozen=True, slots=True)
class Telling:
    """What one address is told; `status` is what its messages begin as."""

    address_id: int
    messages: Sequence[Message]
    status: str


def worded(told: Iterable[Told], renderer: Renderer, channels: Mapping[str, Channel]) -> list[Telling]:
    """Word messages for the channels that run; what can be tapped is left out where nothing can be pressed, for a
    number only ever answers the open question."""
    tellings = []
    for one in told:
        channel = channels.get(one.door.channel)
        if channel:
            said = one.reply if channel.capabilities.buttons else replace(one.reply, choices=())
            messages = renderer.render([said], channel.capabilities, 0)
            tellings.append(Telling(one.door.address, messages, "sent" if channel.stored else "queued"))
    return tellings


def push(connection: Connection, tellings: Iterable[Telling], now: datetime) -> set[int]:
    """Add the messages to their conversations; return whose. The turns of the batch must be saved before."""
    for telling in tellings:
        for message in telling.messages:
            conversations.push(connection, telling.address_id, message.to_json(), "", telling.status, now)
    return {telling.address_id for telling in tellings}


def moves_addresses(records: Iterable[Record]) -> bool:
    """Whether a turn gave addresses to another contact, so that what was claimed beside it may be of one that is
    gone."""
    return any(isinstance(record, AddressesLinked | AddressUnlinked) for record in records)


def about_phone(connection: Connection, row: AnyRow, library: Library, now: datetime) -> tuple[Told, ...]:
    """Return what asks the person of an event, once, whether another address with their telephone number is theirs."""
    offer = link_offers.ask(connection, row.address_id)
    if offer is None:
        return ()
    answer = Choice(">linking", library.labels["linking/answer"])
    asked = reply("linking/offered", answer, channel=channel_name(library.labels, offer.door.channel))
    return (Told(Door(row.address_id, row.channel, now), asked),)
