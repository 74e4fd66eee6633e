"""Taking events in: stored first, then handled, one contact's in their order."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot import alerting, sent_files, telling
from bot.changed import Changed
from bot.channels.base import Channel
from bot.clock import Clock
from bot.gathered import Gathered
from bot.telling import Telling
from content.library import with_pages
from content.render import Renderer
from conversation.calendar import local_day
from conversation.catalog import Library
from conversation.channel import Capabilities, Message
from conversation.engine import asks_for_the_bot, converse
from conversation.flow import Flows, Outcome, Turn
from conversation.incoming import Address, File, Incoming, Notice
from conversation.records import RecordRefused
from conversation.reply import Reply
from conversation.session import Session
from db import conversations, deliveries, inbox, linking, notices, uploads
from db.conversations import Turned
from db.engine import AnyRow, Database
from db.facts import StoredCatalog, StoredContact
from db.forms import ReadForm
from db.inbox import Event
from db.records import Writing, write
from db.shelf import Shelf

BATCH = 64
MAX_REFUSALS = 6

log = structlog.get_logger()


@dataclass
class Receiver:
    """Stores events and handles them; `changed` wakes who sends or shows what came of it.

    Events that are put into `arriving` one by one are stored together.
    """

    database: Database
    library: Library
    renderer: Renderer
    flows: Flows
    channels: Mapping[str, Channel]
    secret: bytes
    clock: Clock
    read_form: ReadForm
    changed: Changed = field(default_factory=Changed)
    shelf: Shelf = field(default_factory=lambda: Shelf(with_pages))

    def __post_init__(self) -> None:
        self.arriving: Gathered[Event] = Gathered(self.store)

    async def take(self, events: Sequence[Event]) -> None:
        """Store events, then handle whatever waits; returns when these are handled."""
        await self.store(events)
        await self.handle_all()

    async def store(self, events: Sequence[Event]) -> None:
        """Store events; once this returns they may be confirmed to their vendor."""
        at = self.clock()
        await self.database.write(lambda connection: inbox.store(connection, events, at))

    async def keep_file(self, address: Address, name: str, media_type: str, data: bytes) -> File:
        """Keep a file that came along with its event, before the event is stored; raises UploadRefused."""
        at = self.clock()

        def keep(connection: Connection) -> File:
            inbox.address_ids(connection, {address}, at)
            row = conversations.find_address(connection, address)
            assert row is not None
            return uploads.keep(connection, row.contact_id, name, media_type, data, at)

        return await self.database.write(keep)

    async def handle_all(self) -> None:
        """Handle events until none waits that no other process holds."""
        while handled := await self._handle(BATCH):
            self.changed.tell(handled)

    async def recover(self) -> None:
        """At start: events found unfinished have had an attempt; after three they are set aside."""
        dead = await self.database.write(lambda connection: inbox.count_attempt(connection, self.channels))
        for event_id in dead:
            await self._bury(event_id, "ended the program three times")

    async def _handle(self, most: int) -> set[int]:
        try:
            return await self.database.write(lambda connection: self._batch(connection, most))
        except DBAPIError:
            if most == 1:
                raise
            return await self._one_by_one()

    async def _one_by_one(self) -> set[int]:
        """Handle a batch that failed whole an event at a time; the one that fails again is set aside."""
        try:
            return await self.database.write(lambda connection: self._batch(connection, 1))
        except DBAPIError as error:
            oldest = await self.database.read(lambda connection: inbox.claim(connection, self.channels, 1))
            if not oldest:
                return set()
            await self._bury(oldest[0].id, repr(error))
            return {oldest[0].address_id}

    async def _bury(self, event_id: int, error: str) -> None:
        log.error("event set aside", inbox=event_id, error=error)
        at = self.clock()
        await self.database.write(lambda connection: inbox.bury(connection, event_id, error, at))

    def _batch(self, connection: Connection, most: int) -> set[int]:
        """Handle the oldest event of each waiting contact: decide and word all, then save all, then tell others.

        A turn that gives addresses to another contact is the last: what was claimed with it may be of one that is gone.
        """
        now = self.clock()
        contacts: dict[int, int] = {}
        turned: list[Turned] = []
        tellings: list[Telling] = []
        done = []
        moved = False
        for row in inbox.claim(connection, self.channels, most):
            contacts[row.address_id] = row.contact_id
            try:
                turn, said, moved = self._turn(connection, row, now)
            except DBAPIError:
                raise
            except Exception as error:
                log.exception("turn failed", inbox=row.id)
                inbox.bury(connection, row.id, repr(error), now)
                turned.append(self._apology(row))
                continue
            if turn:
                turned.append(turn)
            tellings += said
            done.append(row.id)
            if moved:
                break
        if turned:
            conversations.save(connection, turned, now)
            spoke = [turn.address_id for turn in turned]
            wrote = linking.contacts_of(connection, spoke) if moved else [contacts[one] for one in spoke]
            deliveries.release(connection, wrote, now)
        if done:
            inbox.mark_done(connection, done, now)
        return {*contacts, *telling.push(connection, tellings, now)}

    def _turn(
        self, connection: Connection, row: AnyRow, now: datetime
    ) -> tuple[Turned | None, Sequence[Telling], bool]:
        """Handle one event: its turn where somebody said anything, what others are told, whether addresses moved."""
        channel = self.channels[row.channel]
        incoming = channel.parse(row.payload, row.received_at)
        if incoming is None:
            return None, (), False
        if isinstance(incoming, Notice):
            notices.take(connection, row, incoming, now)
            return None, self._ask_about_phone(connection, row, now), False
        said = {"text": incoming.text}
        if row.silent_until and now < row.silent_until and not asks_for_the_bot(incoming):
            day = self.library.organisation.working.promised(now)
            sent_files.keep_for_officer(connection, row, incoming, now, day)
            alerts = alerting.of_words(connection, row, incoming, self.library, now)
            heard = Turned(row.address_id, row.session, row.last_seq, said, (), "sent", row.in_form)
            return heard, telling.worded(alerts, self.renderer, self.channels), False
        outcome, messages, tellings = self._decide(connection, row, incoming, channel.capabilities, now)
        alerts = alerting.of_questions(connection, row, outcome.records, self.library, now)
        tellings += telling.worded(alerts, self.renderer, self.channels)
        if incoming.contact_card:
            tellings += self._ask_about_phone(connection, row, now)
        turned = Turned(
            row.address_id,
            outcome.session,
            row.last_seq,
            said,
            messages,
            "sent" if channel.stored else "queued",
            in_form=bool(outcome.session.top and outcome.session.top.form_sha),
        )
        return turned, tellings, telling.moves_addresses(outcome.records)

    def _ask_about_phone(self, connection: Connection, row: AnyRow, now: datetime) -> list[Telling]:
        told = telling.about_phone(connection, row, self.library, now)
        return telling.worded(told, self.renderer, self.channels)

    def _decide(
        self, connection: Connection, row: AnyRow, incoming: Incoming, can: Capabilities, now: datetime
    ) -> tuple[Outcome, tuple[Message, ...], list[Telling]]:
        """Run the turn, word it, then write its records; on fresh facts once more where a record is refused."""
        session, library = Session.from_json(row.session), self.shelf.over(self.library, connection, local_day(now))
        incoming = sent_files.noted(connection, row, incoming, session, now)
        for attempt in range(MAX_REFUSALS):
            seed = hmac.digest(self.secret, f"{row.id}:{attempt}".encode(), hashlib.sha256)
            turn = Turn(
                incoming,
                StoredContact(connection, row.contact_id, row.address_id, library),
                session,
                StoredCatalog(connection, row.contact_id, library, now, self.read_form),
                now,
                seed,
                pushed=row.pushed,
                attempt=attempt,
            )
            outcome = converse(turn, self.flows)
            messages = self.renderer.render(outcome.replies, can, outcome.session.prompt.number)
            tellings = telling.worded(outcome.told, self.renderer, self.channels)
            if not outcome.records:
                return outcome, messages, tellings
            promised = self.library.organisation.working.promised(now)
            writing = Writing(connection, row.contact_id, row.address_id, row.channel, now, promised)
            try:
                write(outcome.records, writing)
            except RecordRefused:
                continue
            return outcome, messages, tellings
        raise RuntimeError(f"a record was refused {MAX_REFUSALS} times")

    def _apology(self, row: AnyRow) -> Turned:
        channel = self.channels[row.channel]
        messages = self.renderer.render([Reply("engine/apology")], channel.capabilities, 0)
        status = "sent" if channel.stored else "queued"
        return Turned(row.address_id, row.session, row.last_seq, None, messages, status)

    async def run(self) -> None:
        """Handle what is stored, for ever; a wake-up is a hint, the poll is the guarantee."""
        while True:
            await self.handle_all()
            await self.changed.stored(within=1.0)
