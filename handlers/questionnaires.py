"""Needs questionnaires, and taking up again what was put aside."""

from collections.abc import Mapping

from conversation.calendar import promised_day
from conversation.draft import Draft
from conversation.engine import resume_paused
from conversation.flow import BACK_TO_FLOW, Outcome, Turn, reply
from conversation.form import Form
from conversation.form_flow import FormFlow
from conversation.records import ProfileChanged, ResponseSubmitted
from conversation.reply import Choice

PROFILE = ("business_name", "legal_form", "trade", "workers", "seasonal_workers", "commune", "hamlet", "phone")
CALL_BACK_DAYS = 5


def keep_response(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, str]) -> Outcome:
    """Keep a finished form and what it says of the establishment; give the receipt code and a day."""
    code = turn.draw(form.prefix)
    typed = {name: text for name, text in draft.typed.items() if name in submission}
    facts = {name: value for name, value in submission.items() if name in PROFILE}
    day = promised_day(turn.now, turn.catalog.library.organisation.holidays, CALL_BACK_DAYS)
    choices = (
        turn.choice("form/see_classes", ">classes"),
        turn.choice("form/add_message", ">handoff"),
        turn.choice("engine/menu", ">menu"),
    )
    values = {"code": code, "title": form.title, "now": turn.now, "day": day, "name": facts.get("business_name", "")}
    done = reply(f"{form.name}/done", *choices, template="form/done", **values)
    records = (ResponseSubmitted(code, form.name, form.sha, submission, typed), ProfileChanged(facts))
    return Outcome(turn.session, (done,), records)


needs = FormFlow("needs", keep_response)
needs_full = FormFlow("needs_full", keep_response)


class Forms:
    """`>forms` lists the questionnaires."""

    name = "forms"

    def start(self, turn: Turn, argument: str) -> Outcome:
        forms = turn.catalog.library.forms
        if argument in forms and argument != "sign_up":
            return Outcome(turn.session, then=f">{argument}")
        listed = [Choice(f">{name}", forms[name].title) for name in ("needs", "needs_full", "profile")]
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
        named = [frame for frame in paused if frame.flow == argument] or (list(paused) if len(paused) == 1 else [])
        if named:
            return Outcome(resume_paused(turn.session, named[0]), (reply("form/resumed"),), then=BACK_TO_FLOW)
        menu = turn.choice("engine/menu", ">menu")
        if not paused:
            return Outcome(turn.session, (reply("form/none_paused", menu),))
        titles = {frame.flow: turn.catalog.form_version(frame.form_sha) for frame in paused}
        listed = [Choice(f">resume/{flow}", form.title) for flow, form in titles.items() if form]
        return Outcome(turn.session, (reply("form/which_paused", *listed, menu),))

    def resume(self, turn: Turn) -> Outcome:
        return self.again(turn)

    def again(self, turn: Turn) -> Outcome:
        return self.start(turn, "")
