"""Questionnaires, shipped or published, rounds of them, changing one that was sent, and taking one up again."""

from collections.abc import Mapping
from typing import Any

from conversation.draft import Draft
from conversation.engine import resume_paused
from conversation.flow import BACK_TO_FLOW, Outcome, Turn, reply
from conversation.form import Form
from conversation.form_flow import FormFlow, fits, new_draft
from conversation.form_state import sent_before
from conversation.records import ProfileChanged, Record, ResponseChanged, ResponseSubmitted
from conversation.reply import Choice
from conversation.session import Frame

PROFILE = ("business_name", "legal_form", "trade", "workers", "seasonal_workers", "commune", "hamlet", "phone")
SHIPPED = ("needs", "needs_full", "profile")
CALL_BACK_DAYS = 5


def keep_response(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, Any]) -> Outcome:
    """Keep a finished form and what it says of the establishment; give the receipt code and a day."""
    return _keep(turn, form, draft, submission, 0)


def keep_in_round(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, Any]) -> Outcome:
    """Keep the establishment's answer in a round: one, whoever of it sent the first."""
    number = int(draft.argument)
    sent = turn.catalog.sent_in(number)
    return (
        _keep_changed(turn, form, draft, submission, sent.code)
        if sent
        else _keep(turn, form, draft, submission, number)
    )


def keep_change(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, Any]) -> Outcome:
    """Keep what a form that was sent now says; its receipt code stays."""
    return _keep_changed(turn, form, draft, submission, draft.argument)


def _keep(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, Any], number: int) -> Outcome:
    code = turn.draw(form.prefix)
    facts = facts_of(turn.catalog.library.forms["profile"], form, submission)
    day = turn.catalog.library.organisation.working.promised(turn.now, CALL_BACK_DAYS)
    choices = (
        turn.choice("form/see_classes", ">classes"),
        turn.choice("form/add_message", ">handoff"),
        turn.choice("engine/menu", ">menu"),
    )
    values = {"code": code, "title": form.title, "now": turn.now, "day": day, "name": facts.get("business_name", "")}
    done = reply(f"{form.name}/done", *choices, template="form/done", **values)
    submitted = ResponseSubmitted(code, form.name, form.sha, submission, typed_of(draft, submission), number)
    return Outcome(turn.session, (done,), (submitted, *_profile(facts)))


def _keep_changed(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, Any], code: str) -> Outcome:
    changed = ResponseChanged(code, form.sha, submission, typed_of(draft, submission))
    choices = turn.choice("form/see_receipt", f">mine/{code}"), turn.choice("engine/menu", ">menu")
    done = reply(f"{form.name}/changed", *choices, template="form/changed", code=code, now=turn.now)
    return Outcome(
        turn.session, (done,), (changed, *_profile(facts_of(turn.catalog.library.forms["profile"], form, submission)))
    )


def typed_of(draft: Draft, submission: Mapping[str, Any]) -> dict[str, str]:
    return {key: text for key, text in draft.typed.items() if "#" in key or key in submission}


def facts_of(profile: Form, form: Form, submission: Mapping[str, Any]) -> dict[str, str]:
    """Return what a form says of the establishment: a question of another meaning may bear the same name."""
    said = {name: value for name, value in submission.items() if name in PROFILE and isinstance(value, str)}
    return {name: value for name, value in said.items() if fits(profile.by_name.get(name), form.by_name[name], value)}


def _profile(facts: Mapping[str, str]) -> tuple[Record, ...]:
    return (ProfileChanged(facts),) if facts else ()


def open_published(turn: Turn, argument: str) -> tuple[Form, Draft] | Outcome:
    """Find a form that staff published, while it can be answered."""
    offered = next((one for one in turn.catalog.open_forms if one.link == f">form/{argument}"), None)
    return (offered.form, new_draft(turn, offered.form)) if offered else _closed(turn)


def open_round(turn: Turn, argument: str) -> tuple[Form, Draft] | Outcome:
    """Find a round that asks this person; an establishment that has answered it is shown its answer to change."""
    offered = next((one for one in turn.catalog.open_forms if one.link == f">round/{argument}"), None)
    if offered is None:
        return _closed(turn)
    sent = turn.catalog.sent_in(offered.round)
    if sent:
        return Outcome(turn.session, (reply("form/sent_before", code=sent.code),), then=f">change/{sent.code}")
    return offered.form, new_draft(turn, offered.form)


def open_sent(turn: Turn, argument: str) -> tuple[Form, Draft] | Outcome:
    """Find a form that was sent, in the version it was answered in, while it may be changed."""
    sent = turn.catalog.sent(argument)
    form = turn.catalog.form_version(sent.form_sha) if sent and sent.open else None
    return (form, sent_before(turn, form, sent)) if form and sent else _closed(turn)


def _closed(turn: Turn) -> Outcome:
    choices = turn.choice("form/add_message", ">handoff"), turn.choice("engine/menu", ">menu")
    return Outcome(turn.session, (reply("form/closed", *choices),))


needs = FormFlow("needs", keep_response)
needs_full = FormFlow("needs_full", keep_response)
published = FormFlow("form", keep_response, open_published)
rounds = FormFlow("round", keep_in_round, open_round)
change = FormFlow("change", keep_change, open_sent)


class Forms:
    """`>forms` lists the questionnaires."""

    name = "forms"

    def start(self, turn: Turn, argument: str) -> Outcome:
        forms = turn.catalog.library.forms
        if argument in forms and argument != "sign_up":
            return Outcome(turn.session, then=f">{argument}")
        offered = [Choice(one.link, one.title) for one in turn.catalog.open_forms]
        listed = [*offered, *(Choice(f">{name}", forms[name].title) for name in SHIPPED)]
        return Outcome(turn.session, (reply("forms/list", *listed, turn.choice("engine/menu", ">menu")),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")


class Resume:
    """`>resume` takes up the form put aside, or asks which."""

    name = "resume"

    def start(self, turn: Turn, argument: str) -> Outcome:
        paused = turn.session.paused
        named = [frame for frame in paused if _link(frame) == argument] or (list(paused) if len(paused) == 1 else [])
        if named:
            return Outcome(resume_paused(turn.session, named[0]), (reply("form/resumed"),), then=BACK_TO_FLOW)
        menu = turn.choice("engine/menu", ">menu")
        if not paused:
            return Outcome(turn.session, (reply("form/none_paused", menu),))
        titles = {_link(frame): turn.catalog.form_version(frame.form_sha) for frame in paused}
        listed = [Choice(f">resume/{link}", form.title) for link, form in titles.items() if form]
        return Outcome(turn.session, (reply("form/which_paused", *listed, menu),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")


def _link(frame: Frame) -> str:
    """Return the link that opened the form of a frame, without its `>`."""
    argument = frame.draft.get("argument")
    return f"{frame.flow}/{argument}" if argument else frame.flow
