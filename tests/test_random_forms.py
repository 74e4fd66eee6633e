"""Random forms answered by random typists."""

from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.render import Renderer
from conversation.catalog import Library
from conversation.channel import CAPABILITIES
from conversation.flow import Outcome
from conversation.form import Form
from conversation.incoming import File
from conversation.plan import MORE
from conversation.rehearsal import Rehearsal
from conversation.session import Session
from handlers import FLOWS
from tests.actors import TUESDAY_EVENING
from tests.random_forms import forms, message_for

TURNS = 40
seeds = st.integers(0, 2**32)


Begun = Callable[[Form], Rehearsal]


@pytest.fixture(scope="module")
def begun(library: Library) -> Begun:
    def begun(form: Form) -> Rehearsal:
        rehearsal = Rehearsal(form, library, FLOWS, TUESDAY_EVENING)
        rehearsal.begin()
        return rehearsal

    return begun


def said(rehearsal: Rehearsal, message: str) -> Outcome:
    """Type a message, tap (`#value`) or send a file (`@name`)."""
    if message.startswith("#"):
        return rehearsal.tap(message[1:])
    if message.startswith("@"):
        return rehearsal.turn(file=File(message[1:], "image/jpeg", 10))
    return rehearsal.turn(message)


@settings(max_examples=60, deadline=None)
@given(form=forms(), seed=seeds)
def test_never_an_exception_never_silence_never_over_length(
    begun: Begun, renderer: Renderer, form: Form, seed: int
) -> None:
    typist = Random(seed)
    rehearsal = begun(form)
    for _ in range(TURNS):
        outcome = said(rehearsal, message_for(rehearsal.state, typist))
        for name, channel in CAPABILITIES.items():
            shown = renderer.render(outcome.replies, channel, 1)
            assert shown, name
            assert all(0 < len(one.text) <= channel.text_limit for one in shown)


@settings(max_examples=60, deadline=None)
@given(form=forms(), seed=seeds)
def test_what_is_sent_satisfies_the_form(begun: Begun, form: Form, seed: int) -> None:
    typist = Random(seed)
    rehearsal = begun(form)
    for _ in range(TURNS):
        before = rehearsal.state
        said(rehearsal, message_for(before, typist))
        if rehearsal.submitted is not None:
            assert before is not None
            walk = before.walk
            for slot in walk.counted:
                assert walk.holds(slot), slot.key
                assert walk.value(slot) or not walk.required(slot), slot.key
            return


@settings(max_examples=60, deadline=None)
@given(form=forms(), seed=seeds)
def test_json_between_two_turns_changes_nothing(begun: Begun, form: Form, seed: int) -> None:
    typist = Random(seed)
    plain, stored = begun(form), begun(form)
    for _ in range(TURNS):
        message = message_for(plain.state, typist)
        stored.session = Session.from_json(orjson.loads(orjson.dumps(stored.session.to_json())))
        assert said(plain, message).replies == said(stored, message).replies
    assert plain.submitted == stored.submitted


@settings(max_examples=60, deadline=None)
@given(form=forms(), seed=seeds)
def test_going_back_and_answering_again_equals_answering_once(begun: Begun, form: Form, seed: int) -> None:
    typist = Random(seed)
    once, again = begun(form), begun(form)
    for _ in range(TURNS):
        before = once.state
        message = message_for(before, typist)
        said(once, message)
        said(again, message)
        after = once.state
        if before is None or after is None or after.form is not form:
            return
        asked = before.slot is not None and before.slot.question.kind != MORE and not before.draft.pending
        if asked and before.slot and after.draft.order[-1:] == (before.slot.key,) != before.draft.order[-1:]:
            said(again, "quay lại")
            said(again, message)
        assert _answers(again) == _answers(once)


def _answers(rehearsal: Rehearsal) -> Any:
    state = rehearsal.state
    return state and (state.walk.submission, state.slot and state.slot.key)
