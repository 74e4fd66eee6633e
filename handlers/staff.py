"""A member of staff's own chat: tied by the one-time code their page shows, and what can be done from there."""

import re
from dataclasses import replace

from conversation.flow import Outcome, Turn, reply
from conversation.records import StaffTied, StaffUntied
from conversation.reply import Choice
from conversation.roles import may_look, may_register, may_write
from conversation.session import Frame

MAX_FAILURES = 5
_CODE = re.compile(r"\d{8}")


class Staff:
    """`>staff` asks for the code unless it was typed with the command, or lists what the member may do;
    `>staff/untie` unties the chat."""

    name = "staff"

    def start(self, turn: Turn, argument: str) -> Outcome:
        name = turn.contact.staff_name
        menu = turn.choice("engine/menu", ">menu")
        if name and argument == "untie":
            return Outcome(turn.session, (reply("staff/untied", menu),), (StaffUntied(),))
        if name:
            return Outcome(turn.session, (reply("staff/known", *entries(turn), menu, name=name),))
        asked = replace(turn, session=turn.session.push(Frame(self.name, "code")))
        command, _, code = turn.text.partition(" ")
        return self._take(asked, code) if command.startswith("/") and code else self.again(asked)

    def again(self, turn: Turn) -> Outcome:
        ways = (turn.choice("engine/person", ">handoff"), turn.choice("engine/menu", ">menu"))
        return Outcome(turn.session, (reply("staff/code", *ways),))

    def resume(self, turn: Turn) -> Outcome:
        if turn.meant.startswith(">"):
            return Outcome(turn.session.pop(), then=turn.meant)
        return self._take(turn, turn.text)

    def _take(self, turn: Turn, typed: str) -> Outcome:
        code = re.sub(r"[\s.-]", "", typed)
        if not _CODE.fullmatch(code):
            return replace(self.again(turn), unread=True)
        menu = turn.choice("engine/menu", ">menu")
        name = turn.catalog.member_of_code(code)
        if name:
            ways = turn.choice("staff/menu", ">staff"), menu
            return Outcome(turn.session.pop(), (reply("staff/tied", *ways, name=name),), (StaffTied(code),))
        failures = turn.session.failures + 1
        if failures >= MAX_FAILURES:
            return Outcome(replace(turn.session.pop(), failures=0), (reply("staff/given_up", menu),))
        return Outcome(replace(turn.session, failures=failures), (reply("staff/wrong_code", menu),))


def entries(turn: Turn) -> tuple[Choice, ...]:
    """Return what the member's role may do, every entry a link that asks their role again."""
    role = turn.contact.staff_role
    mine = turn.catalog.area.communes is not None
    links = {
        "figures/now": (">figures", may_look),
        "establishments/mine" if mine else "establishments/list": (">establishments", may_look),
        "missing/rounds": (">missing", may_look),
        "register/new": (">register", may_register),
        "files/which": (">files", may_look),
        "compose/new": (">compose", may_write),
        "staff/untie": (">staff/untie", lambda _: True),
    }
    return tuple(turn.choice(key, link) for key, (link, may) in links.items() if may(role))
