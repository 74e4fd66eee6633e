"""Deliveries in any order of events: one outcome each, nobody twice, no call into a closed window, nothing lost."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import create_engine, insert, select, update

from bot.outcomes import MAX_ATTEMPTS, REVOKED, outcome_of
from conversation.channel import (
    CAPABILITIES,
    Failure,
    Message,
    Rejected,
    Stopped,
    Throttled,
    TokenRevoked,
    Uncertain,
    Unreachable,
    WindowClosed,
)
from conversation.session import Session
from db import announcements, conversations, deliveries
from db.announcements import Draft
from db.conversations import Turned
from db.deliveries import Claimed, Outcome, Shown
from db.models import METADATA, address, announcement, conversation, delivery, vendor_template
from tests.office import NOW, a_person

CHANNELS = ("telegram", "zalo_oa")
SHOWN = Shown(Message("announcements/pushed", "một").to_json(), "")
PRICE = 300
# What a vendor may answer, whether the message arrived, and whether that is known.
ANSWERS: dict[str, tuple[Callable[[], Failure] | None, bool]] = {
    "sent": (None, True),
    "cut after": (lambda: Uncertain("cut"), True),
    "cut before": (lambda: Uncertain("cut"), False),
    "closed": (lambda: WindowClosed("-230"), False),
    "blocked": (lambda: Stopped("-213"), False),
    "away": (lambda: Unreachable("no route"), False),
    "busy": (lambda: Throttled(3), False),
    "revoked": (lambda: TokenRevoked("-216"), False),
    "refused": (lambda: Rejected("-201"), False),
}
FINAL = {"sent", "failed", "blocked", "unreachable", "opted_out", "uncertain", "held"}


@dataclass
class Known:
    """What we know of an address, as a vendor does."""

    contact_id: int
    channel: str
    wrote_at: datetime


class Deliveries(RuleBasedStateMachine):
    """Two people with one or both channels; vendors that answer anything; a program that dies in between."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://")
        METADATA.create_all(self.engine)
        self.connection = self.engine.connect()
        self.now = NOW
        self.known: dict[int, Known] = {}
        self.arrived: Counter[tuple[int, int]] = Counter()
        self.doubtful: set[int] = set()
        self.flying: list[Claimed] = []

    def teardown(self) -> None:
        """Let everybody write and every vendor be well: whatever is not over comes to its end."""
        waits = select(delivery.c.id).where(delivery.c.status.in_(["pending", "sending", "held"]))
        for _ in range(12):
            self._answer("sent")
            if not self.connection.execute(waits).first():
                break
            self.now += timedelta(minutes=6)
            for address_id in self.known:
                self._writes(address_id)
            self.what_waits_is_taken()
        self._holds_true()
        self.nobody_gets_it_twice()
        assert not self.connection.execute(waits).first(), "something waits for ever"
        for number in self._all_announcements():
            assert deliveries.finish(self.connection, number) or self._state(number) == "done"
        self.connection.close()
        self.engine.dispose()

    def _all_announcements(self) -> list[int]:
        return list(self.connection.execute(select(announcement.c.id)).scalars())

    def _state(self, number: int) -> str:
        return announcements.status(self.connection, number).state

    @initialize(homes=st.lists(st.sampled_from([CHANNELS, ("zalo_oa",)]), min_size=1, max_size=2))
    def people_come(self, homes: list[tuple[str, ...]]) -> None:
        values = {"name": "Mẫu", "fields": [], "price": PRICE, "active": True, "saved_by": "lan", "saved_at": NOW}
        self.connection.execute(insert(vendor_template).values(id="1", **values))
        for place, channels in enumerate(homes):
            first = 0
            for channel in channels:
                person = a_person(self.connection, f"p{place}", channel)
                first = first or person.agreed().contact_id
                row = update(address).where(address.c.id == person.address_id)
                self.connection.execute(row.values(contact_id=first))
                self.known[person.address_id] = Known(first, channel, NOW)

    @rule(hours=st.sampled_from([0.01, 80, 200]))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        deliveries.expire_held(self.connection, self.now)

    @rule(place=st.integers(0, 3))
    def somebody_writes(self, place: int) -> None:
        self._writes(list(self.known)[place % len(self.known)])

    def _writes(self, address_id: int) -> None:
        query = select(conversation.c.last_seq).where(conversation.c.address_id == address_id)
        last_seq = self.connection.execute(query).scalar_one()
        turned = Turned(address_id, Session().to_json(), last_seq, None, (), "sent")
        conversations.save(self.connection, [turned], self.now)
        self.known[address_id].wrote_at = self.now
        deliveries.release(self.connection, [self.known[address_id].contact_id], self.now)

    @precondition(lambda self: len(self._all_announcements()) < 2)
    @rule(template=st.sampled_from(["", "1"]))
    def staff_announce(self, template: str) -> None:
        number = announcements.create(self.connection, Draft("Tin", "Lời.", template=template), "lan", self.now)
        announcements.approve(self.connection, number, "lan", self.now)
        deliveries.queue(self.connection, number, CHANNELS, self.now)

    @rule()
    def what_waits_is_taken(self) -> None:
        for number in self._all_announcements():
            for channel in CHANNELS:
                self._claim(number, channel)

    def _claim(self, number: int, channel: str) -> None:
        query = select(announcement.c.template).where(announcement.c.id == number)
        template = self.connection.execute(query).scalar_one()
        for one in deliveries.claim(self.connection, number, channel, 2, self.now, CHANNELS):
            known = self.known[one.address_id]
            window = CAPABILITIES[channel].window
            outside = window is not None and self.now - known.wrote_at > window
            assert known.channel == channel
            assert one.id not in self.doubtful, "what may have arrived is sent again"
            assert not (outside and one.price is None), "a closed window is called"
            assert one.price is None or (template and channel == "zalo_oa" and one.price == PRICE)
            self.flying.append(one)

    @precondition(lambda self: self.flying)
    @rule(answer=st.sampled_from(sorted(ANSWERS)))
    def a_vendor_answers(self, answer: str) -> None:
        self._answer(answer, most=1)

    def _answer(self, answer: str, most: int = 99) -> None:
        problem, arrives = ANSWERS[answer]
        for one in self.flying[:most]:
            contact_id = self.known[one.address_id].contact_id
            self.arrived[one.announcement_id, contact_id] += arrives
            outcome = outcome_of(one, problem(), self.now) if problem else Outcome(one, "sent", "v1")
            if outcome.status == "uncertain":
                self.doubtful.add(one.id)
            down = {self.known[one.address_id].channel} if answer in {"revoked", "away"} else set()
            others = [name for name in CHANNELS if name not in down]
            if answer == "revoked":
                args: Any = (one.announcement_id, *down, REVOKED, self.now, others)
                deliveries.give_up(self.connection, *args)
            deliveries.record(self.connection, [outcome], SHOWN, self.now, others)
            assert one.attempt < 3 * MAX_ATTEMPTS, "it is tried for ever"
        del self.flying[:most]

    @precondition(lambda self: self.flying)
    @rule(arrives=st.booleans())
    def the_program_dies(self, arrives: bool) -> None:
        for one in self.flying:
            self.doubtful.add(one.id)
            self.arrived[one.announcement_id, self.known[one.address_id].contact_id] += arrives
        self.flying.clear()
        deliveries.recover(self.connection)

    @invariant()
    def nobody_gets_it_twice(self) -> None:
        assert all(times <= 1 for times in self.arrived.values())

    @invariant()
    def everybody_has_one_delivery_whose_outcome_is_true(self) -> None:
        self._holds_true()

    def _holds_true(self) -> None:
        rows = self.connection.execute(select(delivery).order_by(delivery.c.id)).all()
        assert len({(row.announcement_id, row.contact_id) for row in rows}) == len(rows)
        for row in rows:
            got = self.arrived[row.announcement_id, row.contact_id]
            assert row.status in FINAL | {"pending", "sending"}
            assert row.status == "uncertain" or (row.done_at is not None) == (row.status in FINAL)
            assert row.status != "sent" or got == 1
            assert not got or row.status in {"sent", "uncertain"}, f"it arrived and is {row.status}"
            assert row.price in ({None, PRICE} if row.status in {"sending", "sent", "uncertain"} else {None})


Deliveries.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestDeliveries = Deliveries.TestCase
