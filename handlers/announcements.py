"""Announcements: reading the last ones, wanting them, stopping them in one step and coming back."""

from conversation.contact import ANNOUNCEMENTS
from conversation.flow import Outcome, Turn, reply
from conversation.records import AnnouncementsResumed, AnnouncementsStopped

SHOWN = 3


def wants_announcements(turn: Turn) -> bool:
    """Whether the person agreed to announcements and has not stopped them."""
    return turn.has_agreed_to(ANNOUNCEMENTS) and not turn.contact.announcements_stopped


class Announcements:
    """`>announcements` shows the last ones; `>announcements/wanted` first asks to agree to receive them."""

    name = "announcements"

    def start(self, turn: Turn, argument: str) -> Outcome:
        wanted = wants_announcements(turn)
        if argument == "wanted" and not wanted and ANNOUNCEMENTS not in turn.agreed:
            if ANNOUNCEMENTS in turn.contact.consents:
                return Outcome(turn.session, then=">receive")
            return Outcome(turn.session, then=f">consent/{ANNOUNCEMENTS}")
        return self._list(turn, wanted)

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")

    def _list(self, turn: Turn, wanted: bool) -> Outcome:
        change = (
            turn.choice("announcements/stop", ">stop")
            if wanted
            else turn.choice("announcements/want", ">announcements/wanted")
        )
        topics = (turn.choice("topics/list", ">topics"),) if wanted else ()
        choices = (turn.choice("menu/classes", ">classes"), *topics, change, turn.choice("engine/menu", ">menu"))
        last = turn.catalog.announcements[:SHOWN]
        return Outcome(turn.session, (reply("announcements/list", *choices, announcements=last, wanted=wanted),))


class Stop:
    """`>stop` (THÔI TIN): no announcement any more; one step, with undo."""

    name = "stop"

    def start(self, turn: Turn, argument: str) -> Outcome:
        choices = (turn.choice("announcements/undo", ">receive"), turn.choice("engine/menu", ">menu"))
        return Outcome(turn.session, (reply("announcements/stopped", *choices),), (AnnouncementsStopped(),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, then=">announcements")


class Resume:
    """`>receive`: announcements again; who never agreed is asked first."""

    name = "receive"

    def start(self, turn: Turn, argument: str) -> Outcome:
        if not turn.has_agreed_to(ANNOUNCEMENTS):
            return Outcome(turn.session, then=f">consent/{ANNOUNCEMENTS}")
        topics = turn.choice("topics/list", ">topics")
        choices = (turn.choice("announcements/read", ">announcements"), topics, turn.choice("engine/menu", ">menu"))
        return Outcome(turn.session, (reply("announcements/resumed", *choices),), (AnnouncementsResumed(),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, then=">announcements")
