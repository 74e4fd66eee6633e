"""Consent, one purpose at a time, asked when it is first needed (Luật 91/2025/QH15, Điều 9)."""

from conversation.answers import read_yes_no
from conversation.contact import ANNOUNCEMENTS, ANSWERS
from conversation.flow import BACK_TO_FLOW, Outcome, Turn, reply
from conversation.records import ConsentGiven
from conversation.reply import Reply
from conversation.session import Frame

PURPOSES = (ANSWERS, ANNOUNCEMENTS)


class Consent:
    """Asks for one purpose; a yes goes on to what was wanted, a no goes back to the menu and closes nothing else."""

    name = "consent"

    def start(self, turn: Turn, argument: str) -> Outcome:
        purpose = argument if argument in PURPOSES else ANSWERS
        return Outcome(turn.session.push(Frame(self.name, purpose)), (_question(turn, purpose),))

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, (_question(turn, _purpose(turn)),))

    def resume(self, turn: Turn) -> Outcome:
        purpose, meant = _purpose(turn), turn.meant
        agrees = {"agree": True, "decline": False}.get(meant)
        if agrees is None and not turn.answer:
            agrees = read_yes_no(turn.text)
        if meant == "full":
            return Outcome(turn.session, (reply("consent/full"), _question(turn, purpose)))
        if agrees is None:
            return Outcome(turn.session, (_question(turn, purpose, key=f"consent/{purpose}.invalid"),), unread=True)
        if not agrees:
            session = turn.session.pop()
            below = session.pop() if session.top else session
            menu = turn.choice("engine/menu", ">menu")
            return Outcome(below, (reply("consent/declined", turn.choice("menu/policies", ">policies"), menu),))
        version = turn.catalog.library.notices[purpose]
        given = ConsentGiven(purpose, version)
        noted = reply("consent/given", now=turn.now)
        goes_on = ">receive" if purpose == ANNOUNCEMENTS else BACK_TO_FLOW
        return Outcome(turn.session.pop(), (noted,), (given,), then=goes_on)


def _purpose(turn: Turn) -> str:
    assert turn.session.top is not None
    return turn.session.top.step


def _question(turn: Turn, purpose: str, key: str = "") -> Reply:
    choices = (turn.choice("consent/agree"), turn.choice("consent/decline"), turn.choice("consent/full"))
    return reply(key or f"consent/{purpose}", *choices, template=f"consent/{purpose}", unclear=bool(key))
