"""Who the establishment is; correcting it is filling in a short form."""

from collections.abc import Mapping

from conversation.draft import Draft
from conversation.flow import Outcome, Turn, reply
from conversation.form import Form
from conversation.form_flow import FormFlow
from conversation.records import ProfileChanged


def keep_profile(turn: Turn, form: Form, draft: Draft, submission: Mapping[str, str]) -> Outcome:
    """Keep what was said of the establishment; a correction needs no receipt."""
    cleared = {name: "" for name in form.by_name if name in turn.contact.profile and name not in submission}
    done = reply("profile/done", turn.choice("privacy/view", ">privacy"), turn.choice("engine/menu", ">menu"))
    return Outcome(turn.session, (done,), (ProfileChanged({**cleared, **submission}),))


profile = FormFlow("profile", keep_profile)
