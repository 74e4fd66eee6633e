"""Filling in a form for an owner who is there, or on the telephone: a new establishment, or one that is known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from conversation.answers import fold, read_yes_no
from conversation.area import Known
from conversation.area_records import EstablishmentRegistered
from conversation.contact import ANSWERS
from conversation.draft import Draft
from conversation.engine import put_aside
from conversation.flow import BACK_TO_FLOW, Outcome, Turn, reply
from conversation.form import Form
from conversation.form_flow import FormFlow, draft_knowing
from conversation.reply import Choice
from conversation.roles import may_register
from conversation.session import Frame, Session
from handlers import members
from handlers.questionnaires import facts_of, typed_of

SHIPPED = ("profile", "interest", "needs")
CONSENT, KNOWN = "consent", "known"
NEVER_MIND = {"huy", "thoi", "dung", "bo"}
_WANTED = re.compile(r"([a-z]+|round\d{1,9})(?:_(\d{1,9}))?(?:_[0-9a-f]{8})?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which form is filled in for which establishment, 0 for a new one; `round` is 0 for a form outside of rounds."""

    what: str
    establishment: int = 0

    @classmethod
    def of(cls, link: str) -> "Wanted | None":
        read = _WANTED.fullmatch(link)
        return cls(read[1], int(read[2] or 0)) if read else None

    @property
    def round(self) -> int:
        return int(self.what.removeprefix("round")) if self.what.startswith("round") else 0

    @property
    def link(self) -> str:
        return f"{self.what}_{self.establishment}" if self.establishment else self.what


class Register:
    """`>register` asks which form, `>register/interest` has it filled in for a new establishment once its owner has
    said yes to being kept; `>register/for_12`, `>register/needs_12`, `>register/round3_12` for one that is known."""

    name = "register"

    def __init__(self) -> None:
        self._walk = FormFlow(self.name, keep, opened, for_others=True)

    def start(self, turn: Turn, argument: str) -> Outcome:
        refused = members.refused(turn, may_register)
        if refused:
            return refused
        wanted = Wanted.of(argument) or Wanted("for")
        found = turn.catalog.area.establishment(wanted.establishment) if wanted.establishment else None
        if wanted.establishment and found is None:
            return Outcome(turn.session, (reply("establishments/missing", members.back(turn)),))
        if wanted.what == "for":
            return _which(turn, found)
        if _form(turn, wanted) is None:
            return Outcome(turn.session, (reply("missing/closed", members.back(turn)),))
        frame = Frame(self.name, CONSENT, draft={"argument": wanted.link})
        return self._ask(replace(turn, session=turn.session.push(frame)))

    def again(self, turn: Turn) -> Outcome:
        refused = members.refused(replace(turn, session=turn.session.pop()), may_register)
        steps = {CONSENT: self._ask, KNOWN: self._ask_about_known}
        return refused or steps.get(_step(turn), self._walk.again)(turn)

    def resume(self, turn: Turn) -> Outcome:
        """Go on with the form; its owner's yes, which is spoken, comes before it."""
        refused = members.refused(replace(turn, session=turn.session.pop()), may_register)
        steps = {CONSENT: self._take_consent, KNOWN: self._take_about_known}
        return refused or steps.get(_step(turn), self._walk.resume)(turn)

    def _ask(self, turn: Turn, *, unclear: bool = False) -> Outcome:
        choices = turn.choice("register/agree"), turn.choice("register/decline"), members.back(turn)
        return Outcome(turn.session, (reply("register/consent", *choices, unclear=unclear),), unread=unclear)

    def _take_consent(self, turn: Turn) -> Outcome:
        left = replace(turn, session=turn.session.pop())
        if turn.meant.startswith(">"):
            return Outcome(left.session, then=turn.meant)
        if fold(turn.text) in NEVER_MIND:
            return Outcome(left.session, then=">staff")
        agrees = {"agree": True, "decline": False}.get(turn.meant)
        if agrees is None and not turn.answer:
            agrees = read_yes_no(turn.text)
        if agrees is None:
            return self._ask(turn, unclear=True)
        if not agrees:
            return Outcome(left.session, (reply("register/declined", members.back(turn)),))
        # Each filling in is one of its own: what was begun for one owner is never gone on with for another.
        assert turn.session.top is not None
        return self._walk.start(left, f"{turn.session.top.draft['argument']}_{turn.seed.hex()[:8]}")

    def _ask_about_known(self, turn: Turn) -> Outcome:
        """Ask whether the one that has this telephone number already is the one that was filled in for."""
        draft = _draft(turn)
        known = turn.catalog.area.having_phone(draft.answers.get("phone", ""))
        if known is None:
            return self._walk.again(replace(turn, session=_with(turn, draft)))
        ways = turn.choice("register/same"), turn.choice("register/phone"), members.back(turn)
        return Outcome(turn.session, (reply("register/known", *ways, **members.in_one_line(turn, known)),))

    def _take_about_known(self, turn: Turn) -> Outcome:
        if turn.meant.startswith(">"):
            return Outcome(put_aside(turn.session), then=turn.meant)
        draft = _draft(turn)
        known = turn.catalog.area.having_phone(draft.answers.get("phone", ""))
        wanted = Wanted.of(draft.argument)
        if turn.meant == "same" and known and wanted:
            argument = f"{Wanted(wanted.what, known.number).link}_{turn.seed.hex()[:8]}"
            return self._walk.again(replace(turn, session=_with(turn, replace(draft, argument=argument))))
        if turn.meant == "phone":
            return self._walk.again(replace(turn, session=_with(turn, draft.reopened("phone"))))
        return replace(self._ask_about_known(turn), unread=True)


def _step(turn: Turn) -> str:
    return turn.session.top.step if turn.session.top else ""


def _draft(turn: Turn) -> Draft:
    assert turn.session.top is not None
    return Draft.from_json(turn.session.top.draft)


def _with(turn: Turn, draft: Draft) -> Session:
    """Return the session with the form going on from a draft."""
    assert turn.session.top is not None
    return turn.session.with_top(replace(turn.session.top, step="", draft=draft.to_json()))


def _which(turn: Turn, found: Known | None) -> Outcome:
    """Ask which form; of the rounds those that wait for an answer of a known establishment."""
    forms, area = turn.catalog.library.forms, turn.catalog.area
    number = found.number if found else 0
    offered = [Choice(f">register/{Wanted(name, number).link}", forms[name].title) for name in SHIPPED]
    if found:
        waiting = [one for one in area.rounds if not area.answered(one.number, found.number)]
        offered = [
            *(Choice(f">register/round{one.number}_{number}", members.cut(one.title)) for one in waiting),
            *offered,
        ]
    name = members.named(found) if found else ""
    return Outcome(turn.session, (reply("register/which", *offered, members.back(turn), name=name),))


def _form(turn: Turn, wanted: Wanted) -> Form | None:
    if wanted.round:
        return turn.catalog.area.form_of(wanted.round)
    return turn.catalog.library.forms[wanted.what] if wanted.what in SHIPPED else None


def opened(turn: Turn, argument: str) -> tuple[Form, Draft] | Outcome:
    """Return the form with what is known of the establishment, never of the member's own; of a new one that is the
    commune, where the member looks after one."""
    wanted, area = Wanted.of(argument), turn.catalog.area
    form = _form(turn, wanted) if wanted else None
    if wanted is None or form is None:
        return Outcome(turn.session, (reply("missing/closed", members.back(turn)),))
    found = area.establishment(wanted.establishment) if wanted.establishment else None
    only = {"commune": next(iter(area.communes))} if area.communes and len(area.communes) == 1 else {}
    return form, draft_knowing(turn, form, found.facts if found else only)


def keep(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, Any]) -> Outcome:
    """Keep a finished form in both names, unless it leads out of the member's communes or is there already."""
    wanted, area = Wanted.of(draft.argument), turn.catalog.area
    assert wanted is not None
    profile = turn.catalog.library.forms["profile"]
    facts = facts_of(profile, form, submission)
    if form is profile:
        facts |= {name: value for name, value in submission.items() if isinstance(value, str)}
    if area.communes is not None and not _is_theirs(area.communes, facts, new=not wanted.establishment):
        return _elsewhere(turn, form, draft)
    if wanted.establishment and area.establishment(wanted.establishment) is None:
        return Outcome(turn.session, (reply("establishments/missing", members.back(turn)),))
    if facts.get("phone") and not wanted.establishment and area.having_phone(facts["phone"]):
        known = Frame("register", KNOWN, form.sha, draft.to_json())
        return Outcome(turn.session.push(known), then=BACK_TO_FLOW)
    if wanted.round and area.answered(wanted.round, wanted.establishment):
        return Outcome(turn.session, (reply("register/answered", members.back(turn)),))
    code = turn.draw(form.prefix)
    registered = EstablishmentRegistered(
        code,
        form.name,
        form.sha,
        submission,
        typed_of(draft, submission),
        facts,
        turn.catalog.library.notices[ANSWERS],
        wanted.establishment,
        wanted.round,
    )
    name = facts.get("business_name", "")
    another = turn.choice("register/another", ">register")
    done = reply("register/done", another, members.back(turn), code=code, title=form.title, name=name, now=turn.now)
    return Outcome(turn.session, (done,), (registered,))


def _is_theirs(communes: frozenset[str], facts: Mapping[str, str], *, new: bool) -> bool:
    commune = facts.get("commune", "")
    return commune in communes or (not commune and not new)


def _elsewhere(turn: Turn, form: Form, draft: Draft) -> Outcome:
    """Ask for the commune again, for the member looks after others; the rest stays as it was answered."""
    again = draft.reopened("commune").to_json()
    session = turn.session.push(Frame("register", "", form.sha, again))
    said = reply("register/elsewhere", communes=members.communes(turn))
    return Outcome(session, (said,), then=BACK_TO_FLOW)
