"""The people of the tests: an owner says, taps and sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import singledispatchmethod
from typing import Any

import orjson

from content.render import Renderer
from conversation.area import Answered, Known, KnownArea
from conversation.area_records import EstablishmentRegistered
from conversation.catalog import Announcement, FixedCatalog, Library, OpenForm, Sent
from conversation.channel import CAPABILITIES, Message
from conversation.contact import GivenConsent, KnownContact, Receipt, SignUp
from conversation.desk import KnownDesk, Written
from conversation.engine import converse
from conversation.flow import Told, Turn
from conversation.incoming import Address, File, Incoming
from conversation.records import (
    AnnouncementApproved,
    AnnouncementKept,
    AnnouncementsResumed,
    AnnouncementsStopped,
    AnnouncementSteered,
    ConsentGiven,
    ConsentWithdrawn,
    DataErased,
    ProfileChanged,
    QuestionAsked,
    Record,
    ResponseChanged,
    ResponseSubmitted,
    SignUpCancelled,
    SignUpRequested,
    StaffTied,
    StaffUntied,
    TopicFollowed,
    TopicMuted,
)
from conversation.reply import Reply
from conversation.session import Session
from conversation.training_class import TrainingClass
from handlers import FLOWS

TUESDAY_EVENING = datetime(2026, 11, 24, 12, 42, tzinfo=UTC)


@dataclass
class Owner:
    """Talks to the pure core; the session passes through JSON after every turn, and every reply is worded."""

    library: Library
    renderer: Renderer
    classes: Sequence[TrainingClass] = ()
    announcements: Sequence[Announcement] = ()
    now: datetime = TUESDAY_EVENING
    contact: KnownContact = field(default_factory=KnownContact)
    session: dict[str, Any] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    replies: tuple[Reply, ...] = ()
    messages: tuple[Message, ...] = ()
    pushed: str = ""
    staff_codes: Mapping[str, str] = field(default_factory=dict)
    desk: KnownDesk = field(default_factory=KnownDesk)
    area: KnownArea = field(default_factory=KnownArea)
    open_forms: Sequence[OpenForm] = ()
    responses: Sequence[Sent] = ()
    channel: str = "web"
    told: tuple[Told, ...] = ()
    turns: int = 0

    def says(self, text: str) -> "Owner":
        return self._turn(text=text)

    def taps(self, label: str) -> "Owner":
        """Tap the choice of the last message that has this label."""
        choices = [choice for message in self.messages for choice in message.choices]
        tokens = [choice.token for choice in choices if choice.label.removeprefix("✓ ") == label]
        assert tokens, f"no choice {label!r} among {[choice.label for choice in choices]}"
        return self._turn(choice=tokens[-1])

    def taps_token(self, token: str) -> "Owner":
        return self._turn(choice=token)

    def sends(self, name: str, media_type: str) -> "Owner":
        """Send a file, which was stored as the upload of this turn's number."""
        return self._turn(file=File(name, media_type, 1000, upload_id=self.turns + 1))

    def sends_what_cannot_be_read(self) -> "Owner":
        """Send a sticker, say."""
        return self._turn(unsupported=True)

    def is_pushed(self, link: str, *messages: Message) -> "Owner":
        """Get messages that nobody asked for; `link` is what they are about."""
        self.pushed, self.messages = link, messages
        return self

    def sees(self, *keys: str) -> "Owner":
        assert tuple(reply.key for reply in self.replies) == keys, self.heard
        return self

    def sees_last(self, key: str) -> "Owner":
        assert self.replies[-1].key == key, self.heard
        return self

    def reads(self, *texts: str) -> "Owner":
        for text in texts:
            assert text in self.heard, self.heard
        return self

    def waits(self, **time: float) -> "Owner":
        self.now += timedelta(**time)
        return self

    def knows(self, written: Written) -> None:
        """Let there be an announcement, in the place of the one of its number."""
        others = [one for one in self.desk.announcements if one.number != written.number]
        self.desk = replace(self.desk, announcements=(written, *others))

    def moves(self, number: int, state: str) -> None:
        """Let an announcement be in another state."""
        found = self.desk.announcement(number)
        assert found is not None
        self.knows(replace(found, state=state))

    @property
    def heard(self) -> str:
        """Everything the last turn said, choices included, as a channel without buttons shows it."""
        shown = self.renderer.render(self.replies, CAPABILITIES["zalo_bot"], 0)
        return "\n".join(message.text for message in shown)

    def _turn(self, text: str = "", choice: str = "", file: File | None = None, unsupported: bool = False) -> "Owner":
        self.turns += 1
        address = Address(self.channel, "owner")
        incoming = Incoming(
            address, str(self.turns), self.now, text=text, choice=choice, file=file, unsupported=unsupported
        )
        session = Session.from_json(orjson.loads(orjson.dumps(self.session)))
        catalog = FixedCatalog(
            self.library,
            self.classes,
            self.announcements,
            self.open_forms,
            self.responses,
            self.staff_codes,
            self.desk,
            self.area,
        )
        seed = self.turns.to_bytes(8, "big")
        outcome = converse(Turn(incoming, self.contact, session, catalog, self.now, seed, pushed=self.pushed), FLOWS)
        self.pushed = ""
        self.session = outcome.session.to_json()
        self.replies, self.told = outcome.replies, outcome.told
        can = CAPABILITIES[self.channel]
        self.messages = self.renderer.render(outcome.replies, can, outcome.session.prompt.number)
        for record in outcome.records:
            self.records.append(record)
            self._happened(record)
        return self

    @singledispatchmethod
    def _happened(self, record: Any) -> None:
        """Let a record change what the next turn may look at, as the database would."""

    @_happened.register
    def _(self, record: ConsentGiven) -> None:
        given = GivenConsent(record.purpose, self.now)
        self.contact = replace(self.contact, consents={**self.contact.consents, record.purpose: given})

    @_happened.register
    def _(self, record: ConsentWithdrawn) -> None:
        left = {name: one for name, one in self.contact.consents.items() if name != record.purpose}
        self.contact = replace(self.contact, consents=left)

    @_happened.register
    def _(self, record: AnnouncementsStopped) -> None:
        self.contact = replace(self.contact, announcements_stopped=True)

    @_happened.register
    def _(self, record: AnnouncementsResumed) -> None:
        self.contact = replace(self.contact, announcements_stopped=False)

    @_happened.register
    def _(self, record: TopicMuted) -> None:
        self.contact = replace(self.contact, muted_topics=self.contact.muted_topics | {record.topic})

    @_happened.register
    def _(self, record: TopicFollowed) -> None:
        self.contact = replace(self.contact, muted_topics=self.contact.muted_topics - {record.topic})

    @_happened.register
    def _(self, record: StaffTied) -> None:
        self.contact = replace(self.contact, staff_name=self.staff_codes[record.code])

    @_happened.register
    def _(self, record: StaffUntied) -> None:
        self.contact = replace(self.contact, staff_name="", staff_role="")

    @_happened.register
    def _(self, record: AnnouncementKept) -> None:
        number = record.number or len(self.desk.announcements) + 1
        said = record.title, record.text, record.audience
        self.knows(Written(number, *said, self.contact.staff_name, fingerprint=f"{number:016x}"))

    @_happened.register
    def _(self, record: AnnouncementApproved) -> None:
        self.moves(record.number, "queued")

    @_happened.register
    def _(self, record: AnnouncementSteered) -> None:
        self.moves(record.number, {"cancel": "cancelled", "pause": "paused", "resume": "sending"}[record.to])

    @_happened.register
    def _(self, record: EstablishmentRegistered) -> None:
        before = next((one for one in self.area.every if one.number == record.establishment), None)
        number = record.establishment or len(self.area.every) + 1
        facts = {**(before.facts if before else {}), **record.facts}
        title = self.library.forms[record.form].title
        known = Known(number, facts, Answered(title, record.code, self.now, self.contact.staff_name))
        others = [one for one in self.area.every if one.number != number]
        answers = self.area.answers | ({(record.round, number)} if record.round else set())
        self.area = replace(self.area, every=[*others, known], answers=answers)

    @_happened.register
    def _(self, record: ProfileChanged) -> None:
        facts = {name: value for name, value in {**self.contact.profile, **record.facts}.items() if value}
        self.contact = replace(self.contact, profile=facts)

    @_happened.register
    def _(self, record: ResponseSubmitted) -> None:
        forms = {**self.library.forms, **{one.form.name: one.form for one in self.open_forms}}
        receipt = Receipt(record.code, record.form, forms[record.form].title, self.now)
        self.contact = replace(self.contact, receipts=(receipt, *self.contact.receipts))
        sent = Sent(record.code, record.form_sha, record.answers, record.typed, record.round, open=True)
        self.responses = (*self.responses, sent)

    @_happened.register
    def _(self, record: ResponseChanged) -> None:
        self.responses = [
            replace(one, form_sha=record.form_sha, answers=record.answers, typed=record.typed)
            if one.code == record.code
            else one
            for one in self.responses
        ]

    @_happened.register
    def _(self, record: SignUpRequested) -> None:
        seat = SignUp(record.code, record.class_code, record.seats, record.names)
        self.contact = replace(self.contact, sign_ups=(seat, *self.contact.sign_ups))
        self.classes = [
            replace(one, taken=one.taken + record.seats, next_number=one.next_number + 1)
            if one.code == record.class_code
            else one
            for one in self.classes
        ]

    @_happened.register
    def _(self, record: SignUpCancelled) -> None:
        left = tuple(seat for seat in self.contact.sign_ups if seat.code != record.code)
        self.contact = replace(self.contact, sign_ups=left)

    @_happened.register
    def _(self, record: QuestionAsked) -> None:
        self.contact = replace(self.contact, open_questions=self.contact.open_questions + 1)

    @_happened.register
    def _(self, record: DataErased) -> None:
        self.contact = KnownContact(announcements_stopped=True)
