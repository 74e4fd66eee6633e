"""What must hold at every moment, and what must hold when everything has come to its end."""

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from conversation.channel import Message
from db.models import address, announcement, consent, contact, delivery, inbox, message, muted_topic, response
from tests.simulation.vendors import Vendor

if TYPE_CHECKING:
    from tests.simulation.world import World

COMMIT_SECONDS = 0.1
NEXT_TO_NOTHING = 1e-6
WINDOWS = (1.0, 10.0)
OURS_TO_SEND = {"announcements/pushed", "announcements/correction", "announcements/reminder"}


def titled(sent: Message) -> str:
    """Return the title of an announcement, unique for those that staff write; "" for everything else."""
    lines = sent.text.split("\n")
    return lines[1] if sent.key in OURS_TO_SEND and lines[1].startswith(("Tin ", "Đính chính ")) else ""


class Invariants:
    """Promises, checked against what the vendors themselves say arrived."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self._looked: dict[str, int] = defaultdict(int)
        self._again: Counter[tuple[str, str]] = Counter()
        self._stopped: dict[str, float] = {}

    def may_come_again(self, connection: Connection, number: int) -> None:
        """Note that staff let those be sent to again of whom it is not known whether they got it."""
        query = (
            select(announcement.c.title, address.c.external_id)
            .join(delivery, delivery.c.announcement_id == announcement.c.id)
            .join(address, address.c.id == delivery.c.address_id)
            .where(delivery.c.announcement_id == number, delivery.c.status == "uncertain")
        )
        self._again.update((row.title, row.external_id) for row in connection.execute(query))

    def hold(self, connection: Connection) -> None:
        """Check what must hold at every moment."""
        self._nobody_twice()
        for vendor in self.world.vendors:
            self._within_the_rate(vendor)
            self._nothing_while_it_asked_to_wait(vendor)
            self._looked[vendor.name] = len(vendor.calls)
        self._nobody_who_stopped(connection)

    def _nobody_twice(self) -> None:
        for (title, who), times in self._arrived().items():
            most = 1 + self._again[title, who]
            assert times <= most, f"{who} got «{title}» {times} times"

    def _arrived(self) -> Counter[tuple[str, str]]:
        arrivals = [arrival for vendor in self.world.vendors for arrival in vendor.arrivals]
        return Counter((titled(one.message), one.to) for one in arrivals if titled(one.message))

    def _within_the_rate(self, vendor: Vendor) -> None:
        rate, burst = self.world.per_second, 4
        moments = [at for at, _, _ in vendor.calls]
        for place in range(self._looked[vendor.name], len(moments)):
            for window in WINDOWS:
                since = bisect_left(moments, moments[place] - window)
                most = rate * window + burst + 1
                assert place - since + 1 <= most, f"{place - since + 1} sends by {vendor.name} in {window} s"

    def _nothing_while_it_asked_to_wait(self, vendor: Vendor) -> None:
        for at, seconds in vendor.refusals:
            if any(at <= died <= at + COMMIT_SECONDS for died in self.world.deaths):
                continue
            for called, who, _ in vendor.calls[self._looked[vendor.name] :]:
                waited = not at + COMMIT_SECONDS < called < at + seconds - NEXT_TO_NOTHING
                assert waited, f"{vendor.name} asked at {at:.3f} for {seconds} s, {who} was sent to at {called:.3f}"

    def _nobody_who_stopped(self, connection: Connection) -> None:
        query = select(address.c.external_id).join(contact).where(contact.c.announcements_stopped)
        now = {*connection.execute(query).scalars()}
        for vendor in self.world.vendors:
            for called, who, sent in vendor.calls[self._looked[vendor.name] :]:
                since = self._stopped.get(who)
                obeyed = not (who in now and since is not None and called > since and sent.key in OURS_TO_SEND)
                assert obeyed, f"{who} had stopped announcements at {since} and was sent one at {called:.3f}"
        at = self.world.loop.time()
        self._stopped = {who: self._stopped.get(who, at) for who in now}

    def waiting(self, connection: Connection) -> dict[str, Any]:
        """Return what still waits for something; a cancelled announcement waits for nothing."""
        going = select(announcement.c.id).where(announcement.c.state.in_(["queued", "sending", "done"]))
        goes_on = delivery.c.announcement_id.in_(going)
        counts = {
            "events": (inbox, inbox.c.status == "new"),
            "replies": (message, message.c.status == "queued"),
            "deliveries": (delivery, (delivery.c.status == "sending") | (delivery.c.status == "pending") & goes_on),
            "announcements": (announcement, announcement.c.state.in_(["queued", "sending"])),
        }
        found = {
            name: connection.execute(select(func.count()).select_from(table).where(which)).scalar_one()
            for name, (table, which) in counts.items()
        }
        found["updates"] = sum(len(vendor.updates) for vendor in self.world.vendors)
        return {name: count for name, count in found.items() if count}

    def hold_at_the_end(self, connection: Connection) -> None:
        """Check what must hold when the weather has cleared and everybody has had their time."""
        waiting = self.waiting(connection)
        assert not waiting, f"something waits for ever: {waiting}"
        self._every_event(connection)
        self._every_receipt(connection)
        self._every_recipient(connection)
        self._outcomes_are_true(connection)
        self._in_order(connection)

    def _every_event(self, connection: Connection) -> None:
        """What was confirmed to a vendor, which forgets it then, is with us."""
        for vendor in self.world.vendors:
            kept = connection.execute(select(inbox.c.event_id).where(inbox.c.channel == vendor.name)).scalars()
            missing = vendor.confirmed - {*kept}
            assert not missing, f"events {missing} of {vendor.name} were confirmed and are nowhere"

    def _every_receipt(self, connection: Connection) -> None:
        query = (
            select(response.c.code, response.c.answers, address.c.external_id)
            .join(address, address.c.contact_id == response.c.contact_id)
            .where(response.c.form == "interest")
        )
        kept = {row.code: row for row in connection.execute(query)}
        for owner in self.world.people:
            for code in owner.receipts:
                assert code in kept, f"{owner.name} holds {code}, which is not in the database"
                row = kept[code]
                assert row.external_id == owner.name
                name = row.answers["business_name"]
                assert name in owner.said, f"{owner.name} never said «{name}», which {code} has"

    def _every_recipient(self, connection: Connection) -> None:
        """Nobody is left out who had agreed before it began, and never stopped anything."""
        loyal = {owner.name for owner in self.world.people if owner.loyal}
        silenced = select(muted_topic.c.contact_id).union(select(contact.c.id).where(contact.c.announcements_stopped))
        for one in connection.execute(select(announcement).where(announcement.c.started_at.is_not(None))).all():
            if one.audience:
                continue
            wanted = (
                select(address.c.external_id)
                .join(consent, consent.c.contact_id == address.c.contact_id)
                .where(consent.c.purpose == "announcements", consent.c.given_at < one.started_at)
                .where(consent.c.withdrawn_at.is_(None), address.c.contact_id.not_in(silenced))
            )
            got = (
                select(address.c.external_id)
                .join(delivery, delivery.c.contact_id == address.c.contact_id)
                .where(delivery.c.announcement_id == one.id)
            )
            missing = loyal & {*connection.execute(wanted).scalars()} - {*connection.execute(got).scalars()}
            assert not missing, f"{missing} have no delivery of «{one.title}»"

    def _outcomes_are_true(self, connection: Connection) -> None:
        query = (
            select(delivery.c.status, announcement.c.title, address.c.external_id)
            .join(announcement, announcement.c.id == delivery.c.announcement_id)
            .join(address, address.c.id == delivery.c.address_id)
        )
        arrived = self._arrived()
        for row in connection.execute(query):
            if not row.title.startswith(("Tin ", "Đính chính ")):
                continue
            got = arrived[row.title, row.external_id]
            if row.status == "sent":
                assert got, f"{row.external_id} is said to have got «{row.title}», which never arrived"
            elif got and not self._again[row.title, row.external_id]:
                assert row.status == "uncertain", f"{row.external_id} got «{row.title}», which is {row.status}"

    def _in_order(self, connection: Connection) -> None:
        """One contact's events are handled in their order, and replies arrive in theirs."""
        events = select(inbox.c.address_id, inbox.c.handled_at).where(inbox.c.status == "done").order_by(inbox.c.id)
        latest: dict[int, Any] = {}
        for row in connection.execute(events):
            before = latest.setdefault(row.address_id, row.handled_at)
            assert row.handled_at >= before, f"an event of address {row.address_id} was handled out of order"
            latest[row.address_id] = row.handled_at
        said = (
            select(address.c.external_id, message.c.payload)
            .join(address, address.c.id == message.c.address_id)
            .where(message.c.direction == "out", message.c.status == "sent")
            .order_by(message.c.id)
        )
        heard = {
            owner.name: iter([one.message.text for one in owner.vendor.arrivals if one.to == owner.name])
            for owner in self.world.people
        }
        for row in connection.execute(said):
            if row.payload["key"] not in OURS_TO_SEND:
                text = row.payload["text"]
                assert text in heard[row.external_id], f"{row.external_id} heard «{text[:40]}» out of order, or not"
