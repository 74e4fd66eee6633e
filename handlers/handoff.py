"""A question for a person: kept word for word, and a day promised."""

from dataclasses import replace

from conversation.answers import fold
from conversation.flow import BACK_TO_FLOW, Outcome, Turn, reply
from conversation.records import QuestionAsked
from conversation.session import Frame

MAX_QUESTION = 2000
NO = {"thoi", "khong", "dung", "quay lai", "huy", "bo qua"}


class Handoff:
    """`>handoff` asks for the question, `>handoff/asked` passes on the one just typed."""

    name = "handoff"

    def start(self, turn: Turn, argument: str) -> Outcome:
        if argument == "staff":
            choices = (turn.choice("engine/person", ">handoff"), turn.choice("engine/menu", ">menu"))
            return Outcome(turn.session, (reply("handoff/staff", *choices),))
        if argument == "asked" and turn.session.asked:
            return self._pass_on(turn, turn.session.asked)
        frame = Frame(self.name, "ask")
        return self.again(replace(turn, session=turn.session.push(frame)))

    def again(self, turn: Turn) -> Outcome:
        return Outcome(turn.session, (reply("handoff/ask", turn.choice("handoff/never_mind")),))

    def resume(self, turn: Turn) -> Outcome:
        session = turn.session.pop()
        if turn.meant == "never_mind" or fold(turn.text) in NO:
            return Outcome(session, (reply("handoff/left"),), then=BACK_TO_FLOW)
        return self._pass_on(replace(turn, session=session), turn.text)

    def _pass_on(self, turn: Turn, text: str) -> Outcome:
        """Keep the question; a text too long for one message is kept up to its limit, and said so."""
        working = turn.catalog.library.organisation.working
        choices = (turn.choice("menu/policies", ">policies"), turn.choice("engine/menu", ">menu"))
        day, at_work = working.promised(turn.now), working.is_open(turn.now)
        cut = len(text) > MAX_QUESTION
        sent = reply("handoff/sent", *choices, day=day, at_work=at_work, hours=working.hours, cut=cut)
        record = QuestionAsked(text[:MAX_QUESTION], turn.session.topic)
        return Outcome(replace(turn.session, asked=""), (sent,), (record,))
