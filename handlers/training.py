"""Classes: which are open, signing people up, cancelling, sharing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conversation.answers import fold
from conversation.calendar import local_day
from conversation.contact import SignUp
from conversation.draft import Draft
from conversation.flow import BACK_TO_FLOW, Outcome, Turn, reply
from conversation.form import Form
from conversation.form_flow import FormFlow
from conversation.records import SignUpCancelled, SignUpRequested
from conversation.reply import Choice, Reply
from conversation.session import Frame
from conversation.training_class import TrainingClass


class Classes:
    """`>classes` lists the classes that take people."""

    name = "classes"

    def start(self, turn: Turn, argument: str) -> Outcome:
        menu = turn.choice("engine/menu", ">menu")
        offered = [one for one in turn.catalog.classes if one.takes(local_day(turn.now))]
        listed = [Choice(f">class/{one.code}", f"{one.code} · {one.title}") for one in offered]
        key = "classes/list" if offered else "classes/none"
        return Outcome(turn.session, (reply(key, *listed, menu, classes=offered),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")


class Class:
    """`>class/QT1` shows one class and what may be done about it."""

    name = "class"

    def start(self, turn: Turn, argument: str) -> Outcome:
        offered = _offered(turn, argument)
        menu, others = turn.choice("engine/menu", ">menu"), turn.choice("classes/others", ">classes")
        if offered is None:
            return Outcome(turn.session, (reply("classes/closed", others, menu, code=argument),))
        held = _held(turn, argument)
        ways = [turn.choice("classes/cancel", f">cancel_sign_up/{one.code}") for one in held]
        if not held and offered.left and offered.takes(local_day(turn.now)):
            ways = [turn.choice("classes/sign_up", f">sign_up/{offered.code}")]
        share = turn.choice("classes/share", f">share/{offered.code}")
        shown = reply(
            "classes/class",
            *ways,
            share,
            others,
            menu,
            offered=offered,
            held=held,
            open=offered.takes(local_day(turn.now)),
        )
        return Outcome(replace(turn.session, topic=f">class/{offered.code}"), (shown,))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, then=">classes")


class SignUpFlow(FormFlow):
    """The sign-up form of a class; a class that is full or closed refuses politely before anything is asked."""

    def start(self, turn: Turn, argument: str) -> Outcome:
        offered = _offered(turn, argument)
        if offered is None or _held(turn, argument) or not offered.takes(local_day(turn.now)):
            return Outcome(turn.session, then=f">class/{argument}")
        if not offered.left:
            return Outcome(turn.session, (_full(turn, offered),))
        return super().start(turn, argument)


def keep_sign_up(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, str]) -> Outcome:
    """Ask for the seats; names not yet known are told later."""
    offered = _offered(turn, draft.argument)
    seats = int(float(submission["seats"]))
    if offered is None or not offered.takes(local_day(turn.now)):
        return Outcome(turn.session, then=f">class/{draft.argument}")
    if seats > offered.left:
        return Outcome(turn.session, (_full(turn, offered, seats),))
    names = tuple(submission[f"person_{n}"] for n in range(1, seats + 1) if submission.get(f"person_{n}"))
    code = f"{offered.code}-{offered.next_number:02d}"
    choices = (turn.choice("classes/share", f">share/{offered.code}"), turn.choice("engine/menu", ">menu"))
    done = reply("sign_up/done", *choices, offered=offered, code=code, seats=seats, names=names)
    return Outcome(turn.session, (done,), (SignUpRequested(code, offered.code, seats, names),))


sign_up = SignUpFlow("sign_up", keep_sign_up)


class CancelSignUp:
    """`>cancel_sign_up/QT1-07` (or HỦY QT1) gives seats back after one question."""

    name = "cancel_sign_up"

    def start(self, turn: Turn, argument: str) -> Outcome:
        held = [one for one in turn.contact.sign_ups if argument in {one.code, one.class_code}]
        if not held:
            return Outcome(turn.session, (reply("classes/not_held"),), then=">classes")
        frame = Frame(self.name, held[0].code)
        return self.again(replace(turn, session=turn.session.push(frame)))

    def again(self, turn: Turn) -> Outcome:
        assert turn.session.top is not None
        choices = (turn.choice("classes/give_up"), turn.choice("classes/keep"))
        return Outcome(turn.session, (reply("classes/cancel", *choices, code=turn.session.top.step),))

    def resume(self, turn: Turn) -> Outcome:
        assert turn.session.top is not None
        code, session = turn.session.top.step, turn.session.pop()
        if turn.meant == "give_up" or fold(turn.text) == "huy":
            choices = (turn.choice("classes/others", ">classes"), turn.choice("engine/menu", ">menu"))
            return Outcome(session, (reply("classes/cancelled", *choices, code=code),), (SignUpCancelled(code),))
        if turn.meant == "keep":
            return Outcome(session, (reply("classes/kept", code=code),), then=BACK_TO_FLOW)
        return replace(self.again(turn), unread=True)


class Share:
    """`>share/QT1` gives a text to forward."""

    name = "share"

    def start(self, turn: Turn, argument: str) -> Outcome:
        offered = _offered(turn, argument)
        if offered is None:
            return Outcome(turn.session, then=f">class/{argument}")
        back = turn.choice("classes/back", f">class/{offered.code}")
        how, text = reply("classes/share"), reply("classes/forward", back, offered=offered)
        return Outcome(turn.session, (how, text))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, then=">classes")


def _offered(turn: Turn, code: str) -> TrainingClass | None:
    return next((one for one in turn.catalog.classes if one.code == code), None)


def _held(turn: Turn, code: str) -> Sequence[SignUp]:
    return [one for one in turn.contact.sign_ups if one.class_code == code]


def _full(turn: Turn, offered: TrainingClass, seats: int = 1) -> Reply:
    choices = (turn.choice("classes/others", ">classes"), turn.choice("engine/person", ">handoff"))
    return reply("classes/full", *choices, offered=offered, seats=seats)
