"""D2: a turn of a form of 300 questions with 100 formulas, beside one of the shipped form of 26.

A turn reads the session from its JSON, decides, words the reply, and writes the session as JSON; the database, which
costs both the same, is left out.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

from bench.figure import Figure, interleaved, note
from content.library import MESSAGES, read_library, shipped_forms
from content.render import Renderer
from content.xlsform import read_form
from conversation.catalog import FixedCatalog, OpenForm, Organisation
from conversation.channel import CAPABILITIES
from conversation.contact import ANSWERS, GivenConsent, KnownContact
from conversation.engine import converse
from conversation.flow import Turn
from conversation.form import Form, Question
from conversation.form_state import State, hold
from conversation.incoming import Address, Incoming
from conversation.session import Session
from handlers import FLOWS

QUESTIONS, FORMULAS = 300, 100
AT = datetime(2026, 11, 24, 5, tzinfo=UTC)
ORGANISATION = Organisation("Trung tâm Khuyến công", "0226 000 000", "Phủ Lý", "thu.gov.vn")


def measure() -> list[Figure]:
    """Return the cost of a turn of the large form as a multiple of the shipped one's."""
    large = read_form("lon", _large().encode(), ".md")
    shipped = {source.name: source.read() for source in shipped_forms()}
    small = shipped["needs_full"]
    sitting = _Sitting(shipped)
    ours, theirs = interleaved(lambda: sitting.turn_of(large), lambda: sitting.turn_of(small))
    note(f"a turn of {len(large.questions)} questions {ours * 1e3:.2f} ms, of the shipped form {theirs * 1e3:.2f} ms")
    return [Figure("D2", "turn, 300 questions and 100 formulas / 26 questions", ours / theirs, 2, at_least=False)]


def _large() -> str:
    rows = ["| survey |", "| | type | name | label | relevant | constraint | calculation | required |"]
    for number in range(QUESTIONS):
        name, before, earlier = f"q{number}", f"${{q{number - 1}}}", f"${{q{number - 2}}}"
        formulas = [
            f"| | calculate | {name} | | | | {before} + {earlier} * 2 | |",
            f"| | integer | {name} | Câu {number}? | {before} > 1 and {earlier} != 4 | | | yes |",
            f"| | integer | {name} | Câu {number}? | | . >= 0 and . < 1000000 | | yes |",
            f"| | integer | {name} | Câu {number}? | not({before} = 7) | . != {earlier} + 5 | | yes |",
        ]
        plain = f"| | integer | {name} | Câu {number}? | | | | yes |"
        rows.append(formulas[number // 3 % 4] if number % 3 == 2 else plain)
    return "\n".join(rows)


class _Sitting:
    """Fills in forms from the first question to the review."""

    def __init__(self, shipped: dict[str, Form]) -> None:
        self._library = read_library(ORGANISATION, shipped)
        self._renderer = Renderer(MESSAGES, ORGANISATION)

    def turn_of(self, form: Form) -> float:
        """Return the seconds of a turn on average."""
        offered = OpenForm(f">form/{form.name}", form, form.title)
        catalog = FixedCatalog(self._library, open_forms=(offered,))
        person = KnownContact(consents={ANSWERS: GivenConsent(ANSWERS, AT)})
        stored, text, choice, spent, turns = b"{}", "", offered.link, 0.0, 0
        for said in self._said():
            began = time.perf_counter()
            now = AT + turns * timedelta(minutes=1)
            incoming = Incoming(Address("bench", "1"), "1", now, text=text, choice=choice)
            turn = Turn(incoming, person, Session.from_json(orjson.loads(stored)), catalog, now, bytes(32))
            outcome = converse(turn, FLOWS)
            self._renderer.render(outcome.replies, CAPABILITIES["web"], 1)
            stored = orjson.dumps(outcome.session)
            spent, turns = spent + time.perf_counter() - began, turns + 1
            state = State.of(Turn(incoming, person, outcome.session, catalog, AT, bytes(32)))
            if state is None or state.slot is None:
                break
            hold(state)
            text, choice = ("đúng" if state.draft.pending else _answer(state.slot.question, said)), ""
        return spent / turns

    def _said(self) -> Iterator[str]:
        while True:
            yield "3"


def _answer(question: Question, number: str) -> str:
    by_appearance = {"kc-commune": "Nhân Hà", "kc-money": "400 triệu", "kc-year": "2015", "kc-phone": "0912345678"}
    named = next((said for mark, said in by_appearance.items() if mark in question.appearance), "")
    return named or ("1" if question.options else number if question.kind == "integer" else "Mộc Lan")
