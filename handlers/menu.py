"""The menu and the greeting: the first message asks for nothing."""

from conversation.flow import Outcome, Turn, reply
from conversation.reply import Choice

ENTRIES = {
    "menu/policies": ">policies",
    "menu/interest": ">interest",
    "menu/needs": ">needs",
    "menu/classes": ">classes",
    "menu/announcements": ">announcements/wanted",
    "menu/mine": ">mine",
    "menu/privacy": ">privacy",
    "menu/person": ">handoff",
}


class Menu:
    """Lists what can be done; every entry is a link, so an old menu works for ever."""

    name = "menu"

    def start(self, turn: Turn, argument: str) -> Outcome:
        key = {"start": "menu/greeting", "thanks": "menu/thanks"}.get(argument, "menu/main")
        if key == "menu/thanks":
            return Outcome(turn.session, (reply(key, turn.choice("engine/menu", ">menu")),))
        return Outcome(turn.session, (reply(key, *entries(turn), paused=_paused(turn)),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")


def entries(turn: Turn) -> tuple[Choice, ...]:
    """Return the menu's choices, the form put aside first."""
    links = {"menu/resume": ">resume", **ENTRIES} if turn.session.paused else ENTRIES
    return tuple(turn.choice(key, link) for key, link in links.items())


def _paused(turn: Turn) -> tuple[str, ...]:
    forms = (turn.catalog.form_version(frame.form_sha) for frame in turn.session.paused)
    return tuple(form.title for form in forms if form)
