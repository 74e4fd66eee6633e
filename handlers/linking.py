"""One person, several addresses: linked by a code or a telephone number, and told apart again."""

import re
from dataclasses import replace
from math import ceil

from conversation.answers import fold, read_yes_no
from conversation.calendar import local_day
from conversation.flow import Outcome, Told, Turn, reply
from conversation.links import Door, LinkCode, channel_name
from conversation.records import (
    AddressesLinked,
    AddressUnlinked,
    LinkAgreed,
    LinkCodeGiven,
    LinkCodeMissed,
    LinkRefused,
    Record,
)
from conversation.reply import Choice, Reply
from conversation.session import Frame

DIGITS = 6
HERE = "here"
_TYPED = re.compile(r"(?:lien ket|lienket(?: \w*bot)?) ?([\d ]*)")


class Linking:
    """LIÊN KẾT: `>linking` asks what is open here, or gives a code to be typed elsewhere, or takes one typed with it;
    `>linking/code` gives a code, `>linking/enter` asks for one; `>linking/apart` lists what is linked and
    `>linking/apart_12` takes one of it away."""

    name = "linking"

    def start(self, turn: Turn, argument: str) -> Outcome:
        action, _, which = argument.partition("_")
        typed = _TYPED.fullmatch(fold(turn.text))
        if not argument and typed and typed[1]:
            return self._take(_at(turn, "enter"), typed[1])
        if action == "enter":
            return self.again(_at(turn, "enter"))
        if action == "apart":
            return self._apart(turn, which)
        if turn.contact.links.offer and action != "code":
            return self.again(_at(turn, "offer"))
        return self._give(turn)

    def again(self, turn: Turn) -> Outcome:
        frame = _top(turn)
        if frame.step == "confirm":
            return self._take(turn, frame.draft["code"])
        if frame.step == "apart":
            return self._apart(_back(turn), frame.draft["which"])
        offer = turn.contact.links.offer
        if frame.step == "offer" and offer:
            return Outcome(turn.session, (_asked("linking/offer", turn, offer.door, agreed=offer.agreed),))
        return Outcome(turn.session, (reply("linking/enter", *_ways(turn, own=True)),))

    def resume(self, turn: Turn) -> Outcome:
        if turn.meant.startswith(">"):
            return Outcome(turn.session.pop(), then=turn.meant)
        step = _top(turn).step
        if step == "enter":
            code = fold(turn.text).replace(" ", "")
            return self._take(turn, code) if code.isdecimal() else replace(self.again(turn), unread=True)
        said = {"yes": True, "no": False}.get(turn.meant, read_yes_no(turn.text))
        if said is None:
            return replace(self.again(turn), unread=True)
        answered = {"confirm": self._confirmed, "offer": self._offered, "apart": self._parted}[step]
        return answered(turn, said)

    def _give(self, turn: Turn) -> Outcome:
        code = f"{int.from_bytes(turn.seed, 'big') % 10**DIGITS:0{DIGITS}}"
        enter = turn.choice("linking/enter", ">linking/enter")
        return Outcome(turn.session, (reply("linking/code", enter, *_ways(turn), code=code),), (LinkCodeGiven(code),))

    def _take(self, turn: Turn, digits: str) -> Outcome:
        """Look at a code, unless too many were none; ask before anything is linked."""
        code = digits.replace(" ", "")
        links = turn.contact.links
        rests = links.rests_until
        if rests and rests > turn.now:
            minutes = ceil((rests - turn.now).total_seconds() / 60)
            return Outcome(turn.session.pop(), (reply("linking/rest", *_ways(turn), minutes=minutes),))
        if len(code) != DIGITS:
            return Outcome(_at(turn, "enter").session, (reply("linking/length", *_ways(turn, own=True)),))
        found = links.behind(code)
        if found and found.own:
            key = "linking/already" if found.door in links.doors else "linking/own"
            return Outcome(turn.session.pop(), (reply(key, *_ways(turn), channel=_channel(turn, found.door)),))
        if found is None or found.good_until <= turn.now:
            key = "linking/expired" if found else "linking/wrong"
            return Outcome(_at(turn, "enter").session, (reply(key, *_ways(turn, own=True)),), (LinkCodeMissed(),))
        return Outcome(_at(turn, "confirm", code=code).session, (_asked("linking/confirm", turn, found.door),))

    def _confirmed(self, turn: Turn, yes: bool) -> Outcome:
        code = _top(turn).draft["code"]
        found: LinkCode | None = turn.contact.links.behind(code)
        if not yes:
            return Outcome(turn.session.pop(), (reply("linking/not_linked", *_ways(turn)),))
        if found is None or found.own or found.good_until <= turn.now:
            return self._take(turn, code)
        return self._linked(turn, found.door, code)

    def _linked(self, turn: Turn, door: Door, code: str = "") -> Outcome:
        classes = turn.contact.links.classes_with(door.address)
        apart = turn.choice("linking/apart", ">linking/apart")
        mine = turn.choice("menu/mine", ">mine")
        done = reply("linking/linked", mine, *_ways(turn), channel=_channel(turn, door), classes=classes)
        told = reply("linking/told", apart, channel=_here(turn), at=turn.now)
        return Outcome(turn.session.pop(), (done,), (AddressesLinked(door.address, code),), told=(Told(door, told),))

    def _offered(self, turn: Turn, yes: bool) -> Outcome:
        """Take the answer about another address with the same telephone number: linked where both said yes."""
        offer = turn.contact.links.offer
        session = turn.session.pop()
        if offer is None:
            return self._give(replace(turn, session=session))
        record: Record
        if not yes:
            record = LinkRefused(offer.door.address)
            return Outcome(session, (reply("linking/refused", *_ways(turn)),), (record,))
        if offer.agreed:
            return self._linked(turn, offer.door)
        record = LinkAgreed(offer.door.address)
        said = reply("linking/agreed", *_ways(turn), channel=_channel(turn, offer.door))
        answer = turn.choice("linking/answer", ">linking")
        return Outcome(
            session, (said,), (record,), told=(Told(offer.door, reply("linking/asked", answer, channel=_here(turn))),)
        )

    def _apart(self, turn: Turn, which: str) -> Outcome:
        """List what is linked, or ask whether the one picked is to go its own way."""
        doors = turn.contact.links.doors
        if not doors:
            link = turn.choice("linking/link", ">linking/code")
            return Outcome(turn.session, (reply("linking/alone", link, *_ways(turn)),))
        picked = _picked(turn, which)
        if which and (picked or which == HERE):
            ways = turn.choice("linking/part", "yes"), turn.choice("linking/keep", "no")
            asked = reply("linking/apart", *ways, channel=_named(turn, picked))
            return Outcome(_at(turn, "apart", which=which).session, (asked,))
        listed = [Choice(f">linking/apart_{door.address}", _listed(turn, door)) for door in doors]
        here = turn.choice("linking/here", f">linking/apart_{HERE}")
        return Outcome(turn.session, (reply("linking/doors", *listed, here, *_ways(turn), channel=_here(turn)),))

    def _parted(self, turn: Turn, yes: bool) -> Outcome:
        which = _top(turn).draft["which"]
        turn = _back(turn)
        picked = _picked(turn, which)
        if not yes:
            return Outcome(turn.session, (reply("linking/still_linked", *_ways(turn)),))
        doors = turn.contact.links.doors
        if not doors or not (picked or which == HERE):
            return self._apart(turn, "")
        done = reply("linking/parted", *_ways(turn), channel=_named(turn, picked))
        left = reply("linking/left", turn.choice("engine/menu", ">menu"), channel=_here(turn), leaves=bool(picked))
        record = AddressUnlinked(picked.address if picked else 0)
        return Outcome(turn.session, (done,), (record,), told=(Told(picked or doors[0], left),))


def _asked(key: str, turn: Turn, door: Door, *, agreed: bool = False) -> Reply:
    """Ask whether whoever writes from another address is this same person: only the channel and the day are shown."""
    ways = turn.choice("linking/yes"), turn.choice("linking/no")
    return reply(key, *ways, channel=_channel(turn, door), at=door.seen_at, agreed=agreed)


def _top(turn: Turn) -> Frame:
    top = turn.session.top
    assert top is not None
    return top


def _back(turn: Turn) -> Turn:
    return replace(turn, session=turn.session.pop())


def _at(turn: Turn, step: str, **draft: str) -> Turn:
    """Return the turn with this flow on top, at a step."""
    frame = Frame(Linking.name, step, draft=draft)
    top = turn.session.top
    again = top is not None and top.flow == frame.flow
    return replace(turn, session=turn.session.with_top(frame) if again else turn.session.push(frame))


def _ways(turn: Turn, *, own: bool = False) -> tuple[Choice, ...]:
    """Return the ways on: a form put aside first, where `own` a code of this address, the menu."""
    paused = (turn.choice("form/go_on", ">resume"),) if turn.session.paused else ()
    code = (turn.choice("linking/code", ">linking/code"),) if own else ()
    return (*paused, *code, turn.choice("engine/menu", ">menu"))


def _channel(turn: Turn, door: Door) -> str:
    return channel_name(turn.catalog.library.labels, door.channel)


def _here(turn: Turn) -> str:
    return channel_name(turn.catalog.library.labels, turn.incoming.address.channel)


def _named(turn: Turn, picked: Door | None) -> str:
    return _channel(turn, picked) if picked else _here(turn)


def _listed(turn: Turn, door: Door) -> str:
    return f"{_channel(turn, door)}, dùng lần cuối {local_day(door.seen_at):%d/%m/%Y}"


def _picked(turn: Turn, which: str) -> Door | None:
    return next((door for door in turn.contact.links.doors if str(door.address) == which), None)
