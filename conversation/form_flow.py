"""The one flow that walks any form: ask, check, go back, edit, pause, review, finish.

The next question is the first relevant one without a valid answer, so going back and editing change data, not code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conversation.answers import fold, has_tones, read_yes_no
from conversation.answers.offer import numbers_in
from conversation.contact import ANSWERS
from conversation.draft import Draft
from conversation.engine import put_aside, resume_paused
from conversation.flow import Outcome, Turn, reply
from conversation.form import Form, Question
from conversation.form_answers import After, answer, confirm
from conversation.form_questions import ask, ask_language, ask_to_cancel, ask_to_confirm, is_typed, review
from conversation.form_state import State, hold
from conversation.form_words import BACK, CANCEL, PAUSE, SEND
from conversation.links import Begun, channel_name
from conversation.plan import MORE
from conversation.reply import Choice
from conversation.session import Frame

TRIES_BEFORE_A_PERSON = 3
ELSEWHERE = "elsewhere"

Keep = Callable[[Turn, Form, Draft, Mapping[str, Any]], Outcome]
Opening = Callable[[Turn, str], "tuple[Form, Draft] | Outcome"]


@dataclass(frozen=True)
class FormFlow:
    """Walks a form; `keep` says what a finished one leads to.

    The form is the shipped one of the flow's own name, unless `opening` finds it by the link's argument. Where it is
    filled in for somebody else, `for_others`, whoever chats need not agree to anything.
    """

    name: str
    keep: Keep
    opening: Opening | None = None
    for_others: bool = False

    def start(self, turn: Turn, argument: str) -> Outcome:
        """Begin the form, or take it up where it was put aside; what is known already is not asked again."""
        paused = next((frame for frame in turn.session.paused if self._is(frame, argument)), None)
        if paused:
            return self.again(replace(turn, session=resume_paused(turn.session, paused))).after(reply("form/resumed"))
        opened = self.opening(turn, argument) if self.opening else self._shipped(turn, argument)
        if isinstance(opened, Outcome):
            return opened
        form, draft = opened
        draft = replace(draft, argument=argument, seed=draft.seed or turn.seed.hex()[:32])
        step = ELSEWHERE if self._begun_elsewhere(turn, argument) else ""
        return self.again(replace(turn, session=turn.session.push(Frame(self.name, step, form.sha, draft.to_json()))))

    def _is(self, frame: Frame, argument: str) -> bool:
        return frame.flow == self.name and Draft.from_json(frame.draft).argument == argument

    def _begun_elsewhere(self, turn: Turn, argument: str) -> Begun | None:
        """Return this form as the person began it at another of their addresses."""
        return next((begun for begun in turn.contact.links.begun if self._is(begun.frame, argument)), None)

    def _shipped(self, turn: Turn, argument: str) -> tuple[Form, Draft]:
        form = turn.catalog.library.forms[self.name]
        draft = new_draft(turn, form)
        return form, replace(draft, answers={**draft.answers, **self.given(form, argument)})

    def given(self, form: Form, argument: str) -> dict[str, str]:
        """Return the answer that the link itself gives: `>interest/brand` is the first question's choice of that page.

        A choice belongs to the pages that its column `pages` lists.
        """
        first = form.questions[0]
        named = (o.value for o in first.options if argument in {o.value, *o.columns.get("pages", "").split()})
        value = next(named, "") if argument else ""
        return {first.name: value} if value else {}

    def again(self, turn: Turn) -> Outcome:
        """Ask the open question; consent comes first."""
        if not (self.for_others or turn.has_agreed_to(ANSWERS)):
            return Outcome(turn.session, then=f">consent/{ANSWERS}")
        state = State.of(turn)
        if state is None:
            return self._gone(turn)
        begun = self._begun_elsewhere(turn, state.draft.argument)
        if begun and turn.session.top and turn.session.top.step == ELSEWHERE:
            ways = turn.choice("form/carry_on"), turn.choice("form/anew")
            channel = channel_name(turn.catalog.library.labels, begun.door.channel)
            return Outcome(turn.session, (reply("form/elsewhere", *ways, channel=channel, title=state.form.title),))
        return self._ask(state)

    def resume(self, turn: Turn) -> Outcome:
        state = State.of(turn)
        if state is None:
            return self._gone(turn)
        if turn.session.top and turn.session.top.step == "cancel":
            return self._cancel(state)
        if turn.session.top and turn.session.top.step == ELSEWHERE:
            return self._carry_on(state)
        folded = "" if turn.answer else fold(turn.text)
        if folded in CANCEL:
            return replace(self._at(state, "cancel"), replies=(ask_to_cancel(state),))
        if self._wants_to_pause(state, folded):
            return self._pause(state)
        if _wants_language(state):
            return self._choose_language(state)
        if folded in BACK:
            return self._back(state)
        way = _way_typed(state)
        if way and way.is_link:
            return Outcome(put_aside(turn.session), then=way.value)
        if way:
            state = replace(state, turn=replace(turn, answer=way))
        if state.draft.pending:
            return self._shown(state, confirm(state, state.draft.pending))
        if state.slot is None:
            return self._reviewed(state, folded)
        return self._shown(state, answer(state, folded))

    def _carry_on(self, state: State) -> Outcome:
        """Go on from what was begun at another address, which keeps its own, or begin anew."""
        turn = state.turn
        begun = self._begun_elsewhere(turn, state.draft.argument)
        wanted = {"carry_on": True, "anew": False}.get(turn.meant, read_yes_no(turn.text))
        if begun is None or wanted is False:
            return self._ask(state)
        if wanted is None:
            return replace(self.again(turn), unread=True)
        taken = turn.session.with_top(replace(begun.frame, step=""))
        return self.again(replace(turn, session=taken)).after(reply("form/resumed"))

    def _gone(self, turn: Turn) -> Outcome:
        """End politely a form whose version no longer exists."""
        choice = turn.choice("engine/menu", ">menu")
        return Outcome(turn.session.pop(), (reply("form/gone", choice),))

    def _ask(self, state: State, echo: str = "") -> Outcome:
        if _wants_language(state):
            shown = ask_language(state)
        elif state.draft.pending and state.slot:
            shown = ask_to_confirm(state, state.draft.pending)
        elif state.slot:
            shown = ask(state, echo=echo)
        else:
            shown = review(state, echo=echo)
        return replace(self._at(state), replies=(shown,))

    def _shown(self, state: State, result: After) -> Outcome:
        """Ask on after an answer, or give the reason and an example; after the third time, offer a person."""
        if result.refused is None:
            asked = self._ask(result.state, echo=result.echo)
            return replace(asked, replies=tuple(replace(one, instead=result.instead) for one in asked.replies))
        failures = state.turn.session.failures + 1
        shown = ask(result.state, refused=result.refused, offer_person=failures >= TRIES_BEFORE_A_PERSON)
        kept = self._at(result.state)
        session = replace(kept.session, failures=failures)
        return replace(kept, session=session, replies=(shown,), unread=result.unread)

    def _at(self, state: State, step: str = "") -> Outcome:
        """Return an outcome that keeps the state's draft at a step, with nothing said."""
        session, frame = state.turn.session, state.turn.session.top
        assert frame is not None
        hold(state)
        kept = replace(session, failures=0).with_top(replace(frame, step=step, draft=state.draft.to_json()))
        return Outcome(kept)

    def _choose_language(self, state: State) -> Outcome:
        names = list(state.form.translations)
        value = state.turn.meant
        if not value:
            return replace(self._at(state), replies=(ask_language(state),), unread=True)
        return self._ask(State.begun(state.turn, state.form, replace(state.draft, language=names[int(value) - 1])))

    def _reviewed(self, state: State, folded: str) -> Outcome:
        """Send, or reopen the question whose number was typed."""
        meant, slots = state.turn.meant, state.walk.asked
        if meant == "send" or folded in SEND:
            return self._finish(state)
        if meant == ":more" or folded in {"xem tiep", "tiep"}:
            return self._ask(state.having(replace(state.draft, page=state.draft.page + 1)))
        number = meant.removeprefix("edit_") if meant.startswith("edit_") else folded
        if number.isdecimal() and 1 <= int(number) <= len(slots):
            return self._ask(_reopened(state, slots[int(number) - 1].key))
        shown = review(state, unclear=True)
        return replace(self._at(state), replies=(shown,), unread=True)

    def _finish(self, state: State) -> Outcome:
        turn = replace(state.turn, session=state.turn.session.pop())
        return self.keep(turn, state.form, state.draft, state.walk.submission)

    def _back(self, state: State) -> Outcome:
        draft = state.draft
        if not draft.order:
            return self._ask(state.having(draft.settled())).after(reply("form/first"))
        return self._ask(_reopened(state, draft.order[-1]))

    def _wants_to_pause(self, state: State, folded: str) -> bool:
        """`dừng`, `thôi` pause; with more words after them only where no free text is asked for.

        A toneless "dung" is "đúng" where something is to be confirmed.
        """
        slot = state.slot
        if state.names_an_option(state.turn.text):
            return False
        agrees = read_yes_no(state.turn.text) is True
        if agrees and (state.draft.pending or has_tones(state.turn.text) or (slot and slot.question.kind == MORE)):
            return False
        free_text = slot is not None and slot.question.kind == "text" and not slot.question.appearance
        return folded in PAUSE or (not free_text and folded.startswith(("thoi ", "dung lai ")))

    def _pause(self, state: State) -> Outcome:
        left = sum(1 for slot in state.walk.counted if slot.key not in state.draft.answers)
        kept = self._at(state.having(replace(state.draft, pending=None, picked=(), ticking=False, page=0)))
        menu = state.turn.choice("engine/menu", ">menu")
        go_on = state.turn.choice("form/go_on", ">resume")
        shown = reply("form/paused", go_on, menu, left=left) if state.draft.answers else reply("form/left", menu)
        return Outcome(put_aside(kept.session), (shown,))

    def _cancel(self, state: State) -> Outcome:
        turn = state.turn
        if turn.meant != "drop" and fold(turn.text) not in CANCEL:
            return self._ask(state)
        return Outcome(turn.session.pop(), (reply("form/dropped", turn.choice("engine/menu", ">menu")),))


def _way_typed(state: State) -> Choice | None:
    """Return which way past the open question was typed: its label, or its number where no number is an answer.

    The numbers and labels of the question's own options are left to whoever reads answers to it.
    """
    turn, slot, pending = state.turn, state.slot, state.draft.pending
    if turn.answer or turn.incoming.file or slot is None or slot.question.kind == MORE:
        return None
    own = dict(pending.options) if pending else {option.value for option in slot.question.options}
    folded = fold(turn.text)
    numbers = numbers_in(turn.text) if pending or not (state.together or is_typed(slot.question)) else ()
    ways = [choice for choice in turn.session.prompt.choices if choice.value not in own]
    return next((way for way in ways if folded == fold(way.label) or numbers == (way.number,)), None)


def _reopened(state: State, key: str) -> State:
    """Return the state with a question asked again; what was ticked is ticked still."""
    slot = next((slot for slot in state.walk.asked if slot.key == key), None)
    many = slot is not None and slot.question.kind in {"select_multiple", "rank"}
    ticks = tuple(state.walk.value(slot).split()) if slot and many else ()
    return state.having(replace(state.draft.reopened(key), picked=ticks))


def new_draft(turn: Turn, form: Form) -> Draft:
    """Return a draft that holds what is known of the person's establishment already."""
    return draft_knowing(turn, form, turn.contact.profile)


def draft_knowing(turn: Turn, form: Form, facts: Mapping[str, str]) -> Draft:
    """Return a draft that holds facts about an establishment, where the form asks for the same."""
    profile = turn.catalog.library.forms["profile"].by_name
    known = {name: value for name, value in facts.items() if fits(form.by_name.get(name), profile.get(name), value)}
    phone = facts.get("phone", "")
    return Draft(known, kept={one.name: phone for one in form.questions if one.kind == "phonenumber" and phone})


def fits(question: Question | None, asking_the_same: Question | None, value: str) -> bool:
    """Whether a value given to one question answers another: both of a kind, and the value among its options."""
    if question is None or asking_the_same is None or not value or not question.asked:
        return False
    if _meaning(question) != _meaning(asking_the_same) or bool(question.options) != bool(asking_the_same.options):
        return False
    return not question.options or all(question.option(one) for one in question.values(value))


def _meaning(question: Question) -> tuple[str, frozenset[str]]:
    ours = frozenset(one for one in question.appearance if one.startswith("kc-"))
    return ("select" if question.options else question.kind), ours


def _wants_language(state: State) -> bool:
    return bool(state.form.translations) and not state.draft.language
