"""A form filled in with no owner and no database: to try it, to check it, to walk it with answers from a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from conversation.catalog import FixedCatalog, Library, OpenForm
from conversation.contact import ANSWERS, GivenConsent, KnownContact
from conversation.engine import converse
from conversation.flow import Flows, Outcome, Turn
from conversation.form import Form
from conversation.form_state import State, hold
from conversation.incoming import Address, File, Incoming
from conversation.records import ResponseSubmitted
from conversation.session import Session

ADDRESS = Address("rehearsal", "form")


@dataclass
class Rehearsal:
    """One person who agreed to everything fills in one form; what is sent is `submitted`, as programs read it."""

    form: Form
    library: Library
    flows: Flows
    now: datetime
    session: Session = field(default_factory=lambda: Session(greeted=True))
    turns: int = 0
    submitted: Mapping[str, Any] | None = None

    def begin(self) -> Outcome:
        return self.turn(choice=f">form/{self.form.name}")

    def turn(self, text: str = "", choice: str = "", file: File | None = None) -> Outcome:
        """Take one message; a choice is a token, as a button carries it."""
        self.turns += 1
        before = self.session
        incoming = Incoming(ADDRESS, str(self.turns), self.now, text=text, choice=choice, file=file)
        outcome = converse(self._turn(incoming), self.flows)
        self.session = Session.from_json(outcome.session.to_json())
        if any(isinstance(record, ResponseSubmitted) for record in outcome.records):
            sent = self._state_of(before)
            self.submitted = sent.walk.typed_submission if sent else None
        return outcome

    def tap(self, value: str) -> Outcome:
        """Tap a choice of the open question by its value."""
        return self.turn(choice=f"{self.session.prompt.number}:{value}")

    @property
    def state(self) -> State | None:
        """Where the form stands, to be looked at before the next turn; None before it began and after it was sent."""
        state = self._state_of(self.session)
        if state:
            hold(state)
        return state

    def _state_of(self, session: Session) -> State | None:
        turn = replace(self._turn(Incoming(ADDRESS, "", self.now)), session=session)
        return State.of(turn) if session.top and session.top.form_sha else None

    def _turn(self, incoming: Incoming) -> Turn:
        offered = OpenForm(f">form/{self.form.name}", self.form, self.form.title)
        person = KnownContact(consents={ANSWERS: GivenConsent(ANSWERS, self.now)})
        catalog = FixedCatalog(self.library, open_forms=(offered,))
        return Turn(incoming, person, self.session, catalog, self.now, self.turns.to_bytes(16, "big"))
