"""The one flow that walks any form: ask, check, go back, edit, pause, review, finish.

The next question is the first relevant one without a valid answer, so going back and editing change data, not code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from conversation.answers import fold, has_tones, read_choice, read_yes_no
from conversation.contact import ANSWERS
from conversation.draft import Draft, Pending
from conversation.engine import put_aside, resume_paused
from conversation.flow import Outcome, Turn, reply
from conversation.form import Form, Question
from conversation.form_questions import Asked, ask, ask_to_cancel, ask_to_confirm, review
from conversation.form_reading import Read, read
from conversation.session import Frame
from conversation.walk import Walk

BACK = {"quay lai", "lui lai", "cau truoc", "tro lai"}
PAUSE = {"dung", "thoi", "tam dung", "tam nghi", "dung lai", "nghi", "de luc khac", "luc khac"}
SKIP = {"bo qua", "chua ro", "khong ro", "khong biet", "sau", "de sau", "bao sau", "chua biet", "khong muon noi"}
SEND = {"gui", "gui di", "nop", "gui phieu", "dong y gui"}
CANCEL = {"huy", "huy phieu", "bo phieu"}
TRIES_BEFORE_A_PERSON = 3

Keep = Callable[[Turn, Form, Draft, Mapping[str, str]], Outcome]


@dataclass(frozen=True)
class FormFlow:
    """Walks the form of its own name; `keep` says what a finished one leads to."""

    name: str
    keep: Keep

    def start(self, turn: Turn, argument: str) -> Outcome:
        """Begin the form, or take it up where it was put aside; what is known already is not asked again."""
        paused = next((frame for frame in turn.session.paused if frame.flow == self.name), None)
        if paused and Draft.from_json(paused.draft).argument == argument:
            return self.again(replace(turn, session=resume_paused(turn.session, paused))).after(reply("form/resumed"))
        form = turn.catalog.library.forms[self.name]
        known = {name: value for name, value in turn.contact.profile.items() if _fits(form.by_name.get(name), value)}
        draft = Draft(answers=known | self.given(form, argument), argument=argument)
        return self.again(replace(turn, session=turn.session.push(Frame(self.name, "", form.sha, draft.to_json()))))

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
        if not turn.has_agreed_to(ANSWERS):
            return Outcome(turn.session, then=f">consent/{ANSWERS}")
        state = self._state(turn)
        return self._ask(state) if state else self._gone(turn)

    def resume(self, turn: Turn) -> Outcome:
        state = self._state(turn)
        if state is None:
            return self._gone(turn)
        if turn.session.top and turn.session.top.step == "cancel":
            return self._cancel(state)
        folded = "" if turn.answer else fold(turn.text)
        if folded in CANCEL:
            return replace(self._at(state, "cancel"), replies=(ask_to_cancel(turn, state.asked),))
        if folded in BACK:
            return self._back(state)
        if self._wants_to_pause(state, folded):
            return self._pause(state)
        if state.draft.pending:
            return self._confirm(state, state.draft.pending)
        if state.asked.question is None:
            return self._reviewed(state, folded)
        return self._answer(state, state.asked.question, folded)

    def _state(self, turn: Turn) -> "_State | None":
        frame = turn.session.top
        form = turn.catalog.form_version(frame.form_sha) if frame else None
        if frame is None or form is None:
            return None
        draft = Draft.from_json(frame.draft)
        walk = Walk(form, draft.answers, turn.now, turn.seed)
        return _State(turn, draft, walk, Asked(self.name, form, walk, draft, _next(walk, draft)))

    def _gone(self, turn: Turn) -> Outcome:
        """End politely a form whose version no longer exists."""
        choice = turn.choice("engine/menu", ">menu")
        return Outcome(turn.session.pop(), (reply("form/gone", choice),))

    def _ask(self, state: "_State", echo: str = "") -> Outcome:
        turn, draft, asked = state.turn, state.draft, state.asked
        if draft.pending and asked.question:
            shown = ask_to_confirm(turn, asked, draft.pending)
        elif asked.question:
            shown = ask(turn, asked, echo=echo)
        else:
            shown = review(turn, asked, echo=echo)
        return replace(self._at(state), replies=(shown,))

    def _at(self, state: "_State", step: str = "") -> Outcome:
        """Return an outcome that keeps the state's draft at a step, with nothing said."""
        session, frame = state.turn.session, state.turn.session.top
        assert frame is not None
        kept = replace(session, failures=0).with_top(replace(frame, step=step, draft=state.draft.to_json()))
        return Outcome(kept)

    def _with(self, state: "_State", draft: Draft) -> "_State":
        walk = Walk(state.asked.form, draft.answers, state.turn.now, state.turn.seed)
        return _State(
            state.turn, draft, walk, replace(state.asked, walk=walk, draft=draft, question=_next(walk, draft))
        )

    def _answer(self, state: "_State", question: Question, folded: str) -> Outcome:
        turn, draft = state.turn, state.draft
        value = turn.answer.value if turn.answer else ""
        if value == "more" or (folded in {"xem tiep", "tiep"} and len(question.options) > 0):
            return self._ask(self._with(state, replace(draft, page=draft.page + 1)))
        skips = folded in SKIP | {fold(turn.label("form/skip"))} and not state.names_an_option(question, turn.text)
        if value == "skip" or (skips and not question.required):
            return self._ask(self._with(state, draft.passed_over(question.name)))
        if turn.answer and question.kind == "select_multiple":
            return self._tick(state, question, value.split())
        if turn.answer:
            return self._take(state, question, Read(value, typed=turn.answer.label))
        read_as = read(question, state.walk.options(question), turn.text, turn.now, turn.catalog.library.places)
        return self._take(state, question, read_as)

    def _tick(self, state: "_State", question: Question, values: list[str]) -> Outcome:
        """Tick or untick; `done` ends it with the ticks taken together."""
        draft = state.draft
        ticked = set(draft.picked).symmetric_difference(values) - {"done"}
        in_order = tuple(option.value for option in question.options if option.value in ticked)
        if len(values) == 1 and "done" not in values:
            return self._ask(self._with(state, replace(draft, picked=in_order)))
        if not in_order:
            return self._refuse(state, question, Read(None, problem="no_such_choice"))
        value = " ".join(in_order)
        words = state.walk.label_of(question.name, value)
        return self._take(state, question, Read(value, echo=words, typed=words))

    def _take(self, state: "_State", question: Question, read_as: Read) -> Outcome:
        """Keep an answer that was understood and holds; ask back what is not sure; say why otherwise."""
        if read_as.pending:
            return self._ask(self._with(state, replace(state.draft, pending=read_as.pending, editing=question.name)))
        if read_as.value is None:
            return self._refuse(state, question, read_as)
        answered = self._with(state, state.draft.answered(question.name, read_as.value, read_as.typed))
        if not answered.walk.holds(question):
            return self._refuse(state, question, Read(None, problem="constraint"))
        return self._ask(answered, echo=read_as.echo)

    def _refuse(self, state: "_State", question: Question, read_as: Read) -> Outcome:
        """Give the reason and an example; after the third time, offer a person."""
        failures = state.turn.session.failures + 1
        shown = ask(state.turn, state.asked, refused=read_as, offer_person=failures >= TRIES_BEFORE_A_PERSON)
        kept = self._at(state)
        return replace(kept, session=replace(kept.session, failures=failures), replies=(shown,), unread=True)

    def _confirm(self, state: "_State", pending: Pending) -> Outcome:
        """Take a yes, one of the readings offered, or a new answer typed instead."""
        question, turn = state.asked.question, state.turn
        assert question is not None
        options = dict(pending.options)
        value = turn.answer.value if turn.answer else _meant(turn.text, pending)
        bare = replace(state, draft=replace(state.draft, pending=None))
        if not value and fold(turn.text) in SKIP and not question.required:
            return self._ask(self._with(bare, bare.draft.passed_over(question.name)))
        if value == "retype":
            return self._ask(self._with(bare, replace(bare.draft, editing=question.name)))
        if value in {"yes", "keep"}:
            return self._take(bare, question, Read(pending.value, echo=pending.echo, typed=pending.typed))
        if value in options:
            return self._take(bare, question, Read(value, echo=options[value], typed=pending.typed))
        if pending.kind == "hamlet":
            typed = f"{turn.text}, {pending.typed}"
            echo = f"{typed}; {turn.label('form/hamlet_noted')}"
            return self._take(bare, question, Read(pending.value, echo=echo, typed=typed))
        if pending.kind == "tones":
            return self._take(bare, question, Read(turn.text, typed=turn.text))
        return self._answer(bare, question, fold(turn.text))

    def _reviewed(self, state: "_State", folded: str) -> Outcome:
        """Send, or reopen the question whose number was typed."""
        meant = state.turn.meant
        if meant == "send" or folded in SEND:
            return self._finish(state)
        if meant.startswith("edit_"):
            asked = state.walk.asked[int(meant.removeprefix("edit_")) - 1]
            return self._ask(self._with(state, state.draft.reopened(asked.name)))
        shown = review(state.turn, state.asked, unclear=True)
        return replace(self._at(state), replies=(shown,), unread=True)

    def _finish(self, state: "_State") -> Outcome:
        turn = replace(state.turn, session=state.turn.session.pop())
        return self.keep(turn, state.asked.form, state.draft, state.walk.submission)

    def _back(self, state: "_State") -> Outcome:
        draft = state.draft
        if not draft.order:
            return self._ask(self._with(state, draft.settled())).after(reply("form/first"))
        return self._ask(self._with(state, draft.reopened(draft.order[-1])))

    def _wants_to_pause(self, state: "_State", folded: str) -> bool:
        """`dừng`, `thôi` pause; with more words after them only where no free text is asked for.

        A toneless "dung" is "đúng" where something is to be confirmed.
        """
        question = state.asked.question
        if question and state.names_an_option(question, state.turn.text):
            return False
        agrees = read_yes_no(state.turn.text) is True
        if agrees and (state.draft.pending or has_tones(state.turn.text)):
            return False
        free_text = question is not None and question.kind == "text" and not question.appearance
        return folded in PAUSE or (not free_text and folded.startswith(("thoi ", "dung lai ")))

    def _pause(self, state: "_State") -> Outcome:
        left = sum(1 for q in state.walk.asked if q.name not in state.draft.answers)
        kept = self._at(self._with(state, replace(state.draft, pending=None, picked=(), page=0)))
        key = "form/paused" if state.draft.answers else "form/left"
        shown = reply(
            key, state.turn.choice("form/go_on", ">resume"), state.turn.choice("engine/menu", ">menu"), left=left
        )
        return Outcome(put_aside(kept.session), (shown,))

    def _cancel(self, state: "_State") -> Outcome:
        turn = state.turn
        if turn.meant != "drop" and fold(turn.text) not in CANCEL:
            return self._ask(state)
        return Outcome(turn.session.pop(), (reply("form/dropped", turn.choice("engine/menu", ">menu")),))


@dataclass(frozen=True)
class _State:
    turn: Turn
    draft: Draft
    walk: Walk
    asked: Asked

    def names_an_option(self, question: Question, text: str) -> bool:
        folded = fold(text)
        return any(fold(option.label) == folded for option in question.options)


def _fits(question: Question | None, value: str) -> bool:
    """Whether what is known of the establishment is an answer that this question could have been given."""
    if question is None or not value:
        return False
    if not question.options:
        return True
    values = value.split()
    return all(question.option(one) for one in values) and (len(values) == 1 or question.kind == "select_multiple")


def _next(walk: Walk, draft: Draft) -> Question | None:
    """Return the question being edited, or the first relevant one without a valid answer."""
    if draft.editing:
        return walk.form.by_name[draft.editing]
    for question in walk.asked:
        if question.name in draft.skipped and not question.required:
            continue
        if not walk.value(question) or question.name not in draft.answers or not walk.holds(question):
            return question
    return None


def _meant(text: str, pending: Pending) -> str:
    """Return which option of a pending answer was typed, if any."""
    named = read_choice(text, pending.options)
    if pending.kind != "confirm":
        return named.value or "" if named.sure else ""
    agrees = read_yes_no(text)
    return "" if agrees is None else "yes" if agrees else "retype"
